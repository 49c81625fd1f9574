"""Measure everything and print the table; exit code 1 if a demand is missed."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import scipy

from tests.bench.table import PLAN, figures, lines, measured


def run(name: str, folder: Path, *more: str) -> str:
    command = [sys.executable, "-m", "tests.bench.measure", name, str(folder), *more]
    # One thread each: processor time is then the time of the work itself.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **threads}
    )
    return done.stdout


def main() -> int:
    results = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name, size in PLAN:
            folder = Path(temporary) / size.replace(":", "-")
            if size and not folder.exists():
                _say(f"drawing {size}")
                run("prepare", folder, size)
            _say(f"measuring {name} {size}")
            results[name, size] = json.loads(run(name, folder))
    table = list(figures(results))
    heads = ("row", "figure", "value", "demand", "")
    report = [
        _machine(),
        "",
        *lines(heads, [figure.cells() for figure in table]),
        "",
        *lines(("measured", "instance", "CPU s", "peak MB", ""), list(measured(results))),
    ]
    sys.stdout.write("\n".join(report) + "\n")
    missed = [figure for figure in table if not figure.is_met]
    sys.stdout.write(
        f"\n{len(missed)} of {len(table)} figures missed.\n"
        if missed
        else "\nAll demands are met.\n"
    )
    return 1 if missed else 0


def _machine() -> str:
    versions = (
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    )
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {versions}; best of three processor times."
    )


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
