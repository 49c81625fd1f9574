"""The desk by pages: what is urgent stands on the first one, however much there is of it."""

from collections.abc import Sequence

from app.desk.queries import Task
from app.paging import Paging, page_between

ROWS_A_PAGE = 50


def page_of_desk(tasks: Sequence[Task], wanted: int) -> Paging:
    """Return the page one wants of what the desk shows; the nearest there is, where there is none."""
    first = max(ROWS_A_PAGE, sum(task.is_urgent for task in tasks))
    return page_between(list(range(first, len(tasks), ROWS_A_PAGE)), len(tasks), wanted)
