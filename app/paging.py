"""Long lists by pages: which page is shown, and which rows stand on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one is in a list.

    Attributes:
        number: the page that is shown, from 1.
        page_count: at least 1.
        total: how many rows there are on all pages.
        rows: those of this page, as a slice of all.
    """

    number: int
    page_count: int
    total: int
    rows: slice


class Listed(NamedTuple, Generic[Row]):
    """The rows of one page, and where in the list it is."""

    rows: Sequence[Row]
    page: Paging


def page_of(total: int, size: int, wanted: int) -> Paging:
    """Return the page one wants, with `size` rows; the nearest there is, where there is none."""
    return page_between(list(range(size, total, size)), total, wanted)


def page_between(ends: Sequence[int], total: int, wanted: int) -> Paging:
    """Return the page one wants, of pages that end before these rows and with the last of all."""
    bounds = [0, *ends, total]
    number = min(max(wanted, 1), len(bounds) - 1)
    return Paging(number, len(bounds) - 1, total, slice(bounds[number - 1], bounds[number]))
