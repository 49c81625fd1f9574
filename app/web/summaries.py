"""The summary of errors, in the order of the page: whatever order the form keeps its fields in."""

import re

from flask import Flask
from markupsafe import Markup

SUMMARY = re.compile(
    r'<div class="ds-error-summary".*?<ul class="ds-list">(?P<items>.*?)</ul>', re.DOTALL
)
ITEM = re.compile(r"<li>.*?</li>", re.DOTALL)
TARGET = re.compile(r'href="#([^"]+)"')
NOWHERE = -1  # what belongs to no field comes first


def init_app(app: Flask) -> None:
    app.add_template_filter(in_page_order, "in_page_order")


def in_page_order(page: Markup) -> Markup:
    """Return a page whose summary of errors names its fields from top to bottom."""
    found = SUMMARY.search(page)
    if found is None:
        return page
    begins, ends = found.span("items")
    parts = page[begins:ends]
    items = [parts[one.start() : one.end()] for one in ITEM.finditer(parts)]
    items.sort(key=lambda item: _place(item, page))
    return page[:begins] + page[:0].join(items) + page[ends:]


def _place(item: str, page: str) -> int:
    target = TARGET.search(item)
    return page.find(f' id="{target[1]}"') if target else NOWHERE
