"""Long lists by pages: every row stands on one page, and there is always a page to show."""

import pytest

from app.paging import page_between, page_of


@pytest.mark.parametrize("total", [0, 1, 24, 25, 26, 50, 51])
def test_every_row_stands_on_one_page(total):
    first = page_of(total, 25, 1)
    pages = [page_of(total, 25, number) for number in range(1, first.page_count + 1)]
    rows = list(range(total))
    assert [row for page in pages for row in rows[page.rows]] == rows
    assert all(page.total == total for page in pages)
    assert all(rows[page.rows] for page in pages) or not rows


@pytest.mark.parametrize(("wanted", "shown"), [(-3, 1), (0, 1), (2, 2), (3, 3), (10**30, 3)])
def test_a_page_that_is_none_is_the_nearest(wanted, shown):
    page = page_of(51, 25, wanted)
    assert (page.number, page.page_count) == (shown, 3)


def test_pages_need_not_be_of_one_size():
    rows = [page_between([60, 110], 130, number).rows for number in (1, 2, 3)]
    assert rows == [slice(0, 60), slice(60, 110), slice(110, 130)]
