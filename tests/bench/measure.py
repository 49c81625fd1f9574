"""One measurement in a process of its own: `python -m tests.bench.measure NAME FOLDER`."""

import importlib
import json
import sys
from pathlib import Path

from tests.bench.measuring import peak_mb

# Only what a measurement needs is loaded: its memory is its own.
OURS = ("round", "ranking", "reasons", "newcomers", "plan")
OTHERS = ("dense", "sparse", "flow", "longest wait")
MODULES = {
    "prepare": "cases",
    "exactness": "exactness",
    **dict.fromkeys(OURS, "ours"),
    **dict.fromkeys(OTHERS, "others"),
}


def measure(name: str, folder: Path, *more: str) -> dict:
    """Run one measurement."""
    module = importlib.import_module(f"tests.bench.{MODULES[name]}")
    return module.MEASURES[name](folder, *more)


if __name__ == "__main__":
    _, wanted, where, *arguments = sys.argv
    result = measure(wanted, Path(where), *arguments)
    sys.stdout.write(json.dumps({**result, "mb": peak_mb()}) + "\n")
