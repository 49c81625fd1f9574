"""The desk by pages: what is urgent stands on the first one, however much there is of it."""

from collections.abc import Callable, Sequence

from app.desk.queries import Task

ROWS_A_PAGE = 50


class Pages:
    """One page of what the desk shows, and the way to the others. A page that is none is the last."""

    def __init__(self, tasks: Sequence[Task], *, number: int, url: Callable[[int], str]) -> None:
        first = max(ROWS_A_PAGE, sum(task.is_urgent for task in tasks))
        ends = [first, *range(first + ROWS_A_PAGE, len(tasks) + ROWS_A_PAGE, ROWS_A_PAGE)]
        self.total, self.page_count, self.url = len(tasks), len(ends), url
        self.number = min(max(number, 1), self.page_count)
        start = ends[self.number - 2] if self.number > 1 else 0
        self.rows = tasks[start : ends[self.number - 1]]
