"""Check the matching with a solver of your own: `python -m app.matching IN OUT`.

Reads one instance of the reference rules from the folder IN and writes the answers into OUT;
docs/matching.md describes the files. Exit code 2 and one line say what is wrong with the input.
The only module of the package that touches files and the processor clock.
"""

import csv
import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.matching.arrays import Int32s
from app.matching.reference import answers
from app.matching.reference.candidates import feasible_pairs
from app.matching.reference.config import ReferenceConfig
from app.matching.reference.instance import Instance, read_blocked, read_pairs
from app.matching.reference.people import (
    Guides,
    read_families,
    read_guides,
    with_municipalities,
)
from app.matching.reference.tables import BadInputError, Table, shown
from app.matching.solving.edges import Edges
from app.matching.solving.prices import family_optimal
from app.matching.solving.problems import Reduced
from app.matching.solving.solver import WeightTooLargeError, heaviest_assignment

USAGE = "usage: python -m app.matching IN OUT"
BAD_INPUT = 2
DEFAULT_COUNT = 10
HIGHEST_SCORE = 1_000_000  # of pairs that somebody else has scored
ROUND = ("candidates", "solve", "duals")
OPTIONAL = {"rankings.csv", "recruit.csv"}  # written if queries.json asks


@dataclass(slots=True)
class Stopwatch:
    """Processor seconds of each stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start

    def report(self) -> dict[str, float]:
        spent = sum(self.seconds[name] for name in ROUND)
        return {**self.seconds, "round_cpu": spent}


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """What queries.json asks: whom to rank guides for, how many, and whom one might recruit."""

    families: Sequence[int]
    count: int
    newcomers: Guides | None


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """All that was read: the people, pairs if somebody else has scored them, and the questions."""

    instance: Instance
    pairs: Edges | None
    queries: Queries | None


def main(arguments: Sequence[str]) -> int:
    """Read IN, compute, write OUT; return the exit code."""
    try:
        source, target = map(Path, arguments)
    except ValueError:
        return _refuse(USAGE)
    try:
        run(source, target)
    except (BadInputError, WeightTooLargeError) as refusal:
        return _refuse(str(refusal))
    except OSError as refusal:
        name = Path(refusal.filename or target).name
        return _refuse(f"{name}: {refusal.strerror}")
    return 0


def run(source: Path, target: Path) -> None:
    """Answer the instance in `source` into `target`: with all files, or with none.

    Raises:
        BadInputError: a file is not as described, or both folders are the same.
        OSError: a file cannot be read or written.
    """
    if source.exists() and target.exists() and source.samefile(target):
        raise BadInputError(
            target.name, "answers need a folder of their own, not that of the input"
        )
    watch = Stopwatch()
    with watch.stage("read"):
        task = read_task(source)
    instance = task.instance
    with watch.stage("candidates"):
        edges = feasible_pairs(instance) if task.pairs is None else task.pairs
    with watch.stage("solve"):
        reduced = Reduced.of(edges, instance.families.priority, instance.guides.capacity)
        found = heaviest_assignment(edges, reduced.weight, reduced.capacity)
    with watch.stage("duals"):
        family_optimal(edges, reduced.weight, reduced.capacity, found)
    with _all_or_nothing(target) as folder:
        _write_answers(folder, task, reduced, found, watch)


def _write_answers(
    folder: Path, task: Task, reduced: Reduced, found: Int32s, watch: Stopwatch
) -> None:
    """Write every file of OUT into a folder."""
    instance, queries, edges = task.instance, task.queries, reduced.edges
    with watch.stage("unmatched"):
        unmatched = answers.unmatched_rows(instance, edges, found)
        _write(folder / "unmatched.csv", answers.UNMATCHED, unmatched)
    if queries:
        with watch.stage("rankings"):
            rankings = answers.ranking_rows(instance, queries.families, queries.count)
            _write(folder / "rankings.csv", answers.RANKINGS, rankings)
    if queries and queries.newcomers:
        with watch.stage("recruit"):
            gains = answers.recruit_rows(instance, reduced, found, queries.newcomers)
            _write(folder / "recruit.csv", answers.RECRUIT, gains)
    with watch.stage("write"):
        _write(folder / "matches.csv", answers.MATCHES, answers.match_rows(instance, found))
        _write(folder / "edges.csv", answers.EDGES, answers.edge_rows(instance, edges))
    timings = json.dumps(watch.report(), indent=2)
    (folder / "timings.json").write_text(timings + "\n", "utf-8")


@contextmanager
def _all_or_nothing(target: Path) -> Iterator[Path]:
    """Give a folder within `target` to write into; move its files up when all are there.

    What an earlier run answered and this one was not asked goes.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target) as unfinished:
        yield Path(unfinished)
        written = sorted(Path(unfinished).iterdir())
        for file in written:
            if (target / file.name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file.name)
        for file in written:
            file.replace(target / file.name)
    for name in OPTIONAL - {file.name for file in written}:
        (target / name).unlink(missing_ok=True)


def read_task(source: Path) -> Task:
    """Read and check a folder's files.

    Raises:
        BadInputError: one is missing or not as described.
    """
    families, guides = _table(source / "families.csv"), _table(source / "guides.csv")
    config = ReferenceConfig.from_mapping(_json(source / "config.json"))
    asked = _json(source / "queries.json") if (source / "queries.json").exists() else None
    newcomers = _newcomers(asked) if asked else None
    tables = (families, guides, newcomers) if newcomers else (families, guides)
    config = with_municipalities(config, *tables)
    people = read_families(families, config), read_guides(guides, config)
    blocked = read_blocked(_table(source / "blocked.csv"), *people)
    instance = Instance(*people, blocked, config)
    pairs = source / "edges.csv"
    return Task(
        instance=instance,
        pairs=_read_edges(_table(pairs), instance) if pairs.exists() else None,
        queries=_read_queries(asked, newcomers, instance) if asked is not None else None,
    )


def _read_edges(table: Table, instance: Instance) -> Edges:
    """Read pairs and scores that somebody else has found."""
    family, guide = read_pairs(table, instance.families, instance.guides)
    score = table.integers("score", 0, HIGHEST_SCORE)
    seen: dict[tuple[int, int], int] = {}
    pairs = zip(family.tolist(), guide.tolist(), strict=True)
    for row, pair in enumerate(pairs, start=table.first_row):
        if seen.setdefault(pair, row) != row:
            raise BadInputError(table.name, f"the pair is in record {seen[pair]} already", row=row)
    return Edges.from_pairs(
        family,
        guide,
        score,
        family_count=len(instance.families),
        guide_count=len(instance.guides),
    )


def _newcomers(asked: dict[str, Any]) -> Table | None:
    """Return the hypothetical guides as a table; record 1 is the first of them."""
    name, guides = "queries.json", asked.get("recruit", [])
    if not isinstance(guides, list) or not all(isinstance(guide, dict) for guide in guides):
        raise BadInputError(name, "recruit is a list of guides")
    for row, guide in enumerate(guides, start=1):
        for column in guides[0].keys() ^ guide.keys():
            raise BadInputError(name, "is not there for every guide", row=row, column=column)
    if not guides:
        return None
    columns = {column: [_cell(guide[column]) for guide in guides] for column in guides[0]}
    return Table(name, columns, len(guides), first_row=1)


def _read_queries(asked: dict[str, Any], newcomers: Table | None, instance: Instance) -> Queries:
    """Read what is asked about an instance."""
    name, wanted = "queries.json", asked.get("rank", [])
    count = asked.get("k", DEFAULT_COUNT)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise BadInputError(name, f"k is a whole number from 1, not {shown(count)}")
    place = {family: index for index, family in enumerate(instance.families.ids.tolist())}
    if not isinstance(wanted, list) or not all(isinstance(family, str) for family in wanted):
        raise BadInputError(name, "rank is a list of family_ids")
    for row, family in enumerate(wanted, start=1):
        if family not in place:
            raise BadInputError(name, f"nobody is {shown(family)}", row=row, column="rank")
    guides = read_guides(newcomers, instance.config) if newcomers else None
    return Queries([place[family] for family in wanted], count, guides)


def _cell(value: object) -> str:
    """Return a value of JSON as a cell of a table has it."""
    if isinstance(value, bool):
        return str(int(value))
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(path: Path) -> Table:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file, strict=True)) or [[]]
    except FileNotFoundError:
        raise BadInputError(path.name, "is missing") from None
    except (UnicodeDecodeError, csv.Error) as refusal:
        raise BadInputError(path.name, f"is not a CSV file in UTF-8: {refusal}") from None
    return Table.of(path.name, header, rows)


def _json(path: Path) -> dict[str, Any]:
    try:
        entries = json.loads(path.read_text("utf-8-sig"))
        json.dumps(entries, ensure_ascii=False).encode()
    except FileNotFoundError:
        raise BadInputError(path.name, "is missing") from None
    except RecursionError:
        raise BadInputError(path.name, "is nested too deeply") from None
    except UnicodeEncodeError:
        problem = "has half a character: a surrogate (\\ud800 to \\udfff) without its other half"
        raise BadInputError(path.name, problem) from None
    except ValueError as refusal:
        raise BadInputError(path.name, f"is not JSON in UTF-8: {refusal}") from None
    if not isinstance(entries, dict):
        raise BadInputError(path.name, "is not a JSON object")
    return entries


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _refuse(problem: str) -> int:
    sys.stderr.write(problem + "\n")
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
