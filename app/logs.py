"""The running log: one JSON object a line, of identifiers and our own words.

Nothing that somebody typed belongs in it. What an exception says may quote just that, so only its
kind is told, and where it happened.
"""

import datetime as dt
import json
import logging
import traceback
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).parents[1]
EXTRAS = ("request", "event", "facts")  # what a record may carry beside its message
QUIET = ("procrastinate", "fontTools", "fpdf")  # libraries that tell more than we ask


class JsonLines(logging.Formatter):
    """Writes a record as one line, whatever stands in it."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        line |= {name: vars(record)[name] for name in EXTRAS if vars(record).get(name)}
        if record.exc_info and record.exc_info[0]:
            kind, _fault, trace = record.exc_info
            line |= {"fault": kind.__name__, "trace": _steps(trace)}
        return json.dumps(line, ensure_ascii=False, default=str)


def write_json_lines(*filters: logging.Filter) -> None:
    """Send every record of this process to its standard error, as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for each in filters:
        handler.addFilter(each)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _steps(trace: TracebackType | None) -> list[str]:
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def _short(path: str) -> str:
    """Return a file by its place in the project, so that no line tells how a machine is laid out."""
    place = Path(path)
    return str(place.relative_to(HERE)) if place.is_relative_to(HERE) else place.name
