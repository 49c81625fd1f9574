"""Processor time and peak memory."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

REPEATS = 3
KB_PER_MB = 1024

T = TypeVar("T")


def best_of(work: Callable[[], T], repeats: int = REPEATS) -> tuple[float, T]:
    """Return the shortest processor time of several runs, in seconds, and the last answer."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        answer = work()
        seconds.append(time.process_time() - start)
    return min(seconds), answer


def peak_mb() -> float:
    """Return the most memory that this process has had, in MB.

    Linux keeps it per program; getrusage would also count what the parent had at the fork.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text("ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / KB_PER_MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB
