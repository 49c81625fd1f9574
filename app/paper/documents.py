"""Documents to print, as PDF: text in one language, or in two side by side.

Knows no Flask, no clock and no words of its own: the same words make the same bytes. The two
fonts hold Latin, Cyrillic and Arabic letters and are built with the assets.
"""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from app.paper.letters import FAMILY, MARGIN

if TYPE_CHECKING:
    from app.paper.sheets import Sheets

_FROM_THE_RIGHT = frozenset({"ar", "fa", "ps", "ur", "he", "ckb"})
_GUTTER, _INDENT = 8.0, 6.0  # millimetres, as all lengths here
_LEADING = 1.45  # of the size of the letters
_POINT = 0.3528  # millimetres
_WRITER = "app.paper.sheets"
_TO_WRITE_ON = 9.0  # how much room a line leaves for a pen


class _Style(NamedTuple):
    size: float
    face: str = ""
    before: float = 0.0
    after: float = 2.5

    @property
    def line(self) -> float:
        return self.size * _POINT * _LEADING


_HEADLINE = _Style(18, "B", after=4)
_HEADING = _Style(13, "B", before=3, after=1.5)
_BODY = _Style(11)
_LABEL = _Style(9, after=3)


class _Column(NamedTuple):
    """Where on the page one language stands, and which way it runs."""

    x: float
    width: float
    from_the_right: bool

    def inside(self, indent: float) -> "_Column":
        """Return the column without the room that a mark before the text takes."""
        x = self.x if self.from_the_right else self.x + indent
        return self._replace(x=x, width=self.width - indent)


class Paper:
    """An A4 document, written from top to bottom.

    Args:
        title: what the document is, for the reader's window. Never the name of a person.
        locale: its language.
        made_on: the day it is made.
        beside: the language of a second column, or none. Every method then takes the same words
            in that language as `other`.
        foot: small words at the foot of each page, before the page's number.
    """

    def __init__(
        self, title: str, locale: str, *, made_on: dt.date, beside: str = "", foot: str = ""
    ) -> None:
        self._pdf = pdf = _sheets(foot)
        pdf.set_title(title)
        pdf.set_lang(locale)
        pdf.set_creation_date(dt.datetime.combine(made_on, dt.time(12), dt.UTC))
        width = pdf.epw
        if beside:
            width = (pdf.epw - _GUTTER) / 2
        self._left = _Column(MARGIN, width, _runs_from_the_right(locale))
        self._right = _Column(MARGIN + width + _GUTTER, width, _runs_from_the_right(beside))

    def headline(self, text: str, other: str = "") -> None:
        """Write what the document is."""
        self._write(_HEADLINE, text, other)

    def heading(self, text: str, other: str = "") -> None:
        """Write a heading; it stays on the page of the line after it."""
        self._keep_together(_HEADING.before + _HEADING.line + 4 * _BODY.line)
        self._write(_HEADING, text, other)

    def paragraph(self, text: str, other: str = "") -> None:
        """Write a paragraph."""
        self._write(_BODY, text, other)

    def beside(self, left: str, right: str) -> None:
        """Write a paragraph in both languages."""
        self.paragraph(left, right)

    def point(self, text: str, other: str = "") -> None:
        """Write one point of a list."""
        self._write(_BODY._replace(after=1.5), text, other, mark=self._dot)

    def box(self, text: str, other: str = "") -> None:
        """Write a text with a box to tick before it."""
        self._write(_BODY._replace(after=2), text, other, mark=self._square)

    def pair(self, label: str, value: str, other_label: str = "", other_value: str = "") -> None:
        """Write a label and what it says; without a value, a line to write on.

        So too where a name has letters that the fonts lack: a pen writes it, and no empty boxes.
        """
        value = value if self._pdf.has_letters_of(value) else ""
        bold = _BODY._replace(face="B", after=0)
        self._keep_together(bold.line + (_BODY.line if value else _TO_WRITE_ON))
        self._write(bold, label, other_label)
        if value:
            self._write(_BODY, value, other_value)
        else:
            self.space(_TO_WRITE_ON - _BODY.line)
            self._rule(MARGIN, self._pdf.epw)
            self.space(_BODY.after)

    def signature(
        self, label: str, date_label: str, other: str = "", other_date_label: str = ""
    ) -> None:
        """Leave room for a date and a signature, with what they are below the lines."""
        self._keep_together(2 * _TO_WRITE_ON + 2 * _LABEL.line + _LABEL.after)
        self.space(_TO_WRITE_ON + 4)
        date = _Column(MARGIN, self._pdf.epw / 3, self._left.from_the_right)
        name = date._replace(x=date.x + date.width + _GUTTER, width=self._pdf.epw * 2 / 3 - _GUTTER)
        for column in (date, name):
            self._rule(column.x, column.width)
        self.space(1.5)
        style = _LABEL._replace(after=0)
        if date_label or label:
            self._place(style, (date, date_label), (name, label))
        if other_date_label or other:  # below the same lines, and the way that language runs
            way = self._right.from_the_right
            below = [column._replace(from_the_right=way) for column in (date, name)]
            self._place(style, (below[0], other_date_label), (below[1], other))
        self.space(_LABEL.after)

    def keep_signatures(self, count: int) -> None:
        """Begin a new page unless a few lines and so many signatures have room on this one."""
        each = _TO_WRITE_ON + 4 + 1.5 + 2 * _LABEL.line + _LABEL.after
        self._keep_together(count * each + 8 * _BODY.line)

    def space(self, millimetres: float) -> None:
        """Leave some room."""
        self._pdf.set_y(self._pdf.get_y() + millimetres)

    def to_bytes(self) -> bytes:
        """Return the finished file."""
        return bytes(self._pdf.output())

    def _write(self, style: _Style, text: str, other: str, mark: "_Mark | None" = None) -> None:
        words = [(self._left, text), (self._right, other)]
        self.space(style.before)
        self._place(style, *[pair for pair in words if pair[1]], mark=mark)

    def _place(
        self, style: _Style, *texts: tuple[_Column, str], mark: "_Mark | None" = None
    ) -> None:
        """Write texts whose first lines are level, all on one page if they fit on one."""
        pdf = self._pdf
        pdf.set_font(FAMILY, style.face, style.size)
        inner = [(column.inside(_INDENT) if mark else column, text) for column, text in texts]
        heights = [self._draw(column, style, text, measure=True) for column, text in inner]
        self._keep_together(max(heights, default=0))
        top = bottom = pdf.get_y()
        page = pdf.page
        for (column, _text), (inside, text) in zip(texts, inner, strict=True):
            if pdf.page == page:  # after a text that needed pages of its own: below it
                pdf.set_y(top)
            if mark:
                mark(column, style)
            self._draw(inside, style, text)
            bottom = max(bottom, pdf.get_y()) if pdf.page == page else pdf.get_y()
        pdf.set_y(bottom + style.after)

    def _draw(self, column: _Column, style: _Style, text: str, *, measure: bool = False) -> float:
        """Write a text into a column, or only measure it. Return its height."""
        place = column.x, column.width, style.line
        return self._pdf.write_block(
            text, place, from_the_right=column.from_the_right, measure=measure
        )

    def _keep_together(self, height: float) -> None:
        """Begin a new page if that much has no room on this one, and would have on another."""
        if height < self._pdf.eph and self._pdf.will_page_break(height):
            self._pdf.add_page()

    def _dot(self, column: _Column, style: _Style) -> None:
        x = column.x + column.width - 2 if column.from_the_right else column.x + 2
        self._pdf.circle(x, self._pdf.get_y() + style.line / 2, 0.7, style="F")

    def _square(self, column: _Column, style: _Style) -> None:
        side = 3.4
        x = column.x + column.width - side if column.from_the_right else column.x
        self._pdf.rect(x, self._pdf.get_y() + (style.line - side) / 2, side, side)

    def _rule(self, x: float, width: float) -> None:
        self._pdf.line(x, self._pdf.get_y(), x + width, self._pdf.get_y())


_Mark = Callable[[_Column, _Style], None]


def make_ready() -> None:
    """Load what writes pages. It is large: nobody pays for it before the first document."""
    import_module(_WRITER)


def _sheets(foot: str) -> "Sheets":
    return cast("Sheets", import_module(_WRITER).Sheets(foot))


def _runs_from_the_right(locale: str) -> bool:
    return locale.replace("_", "-").split("-")[0] in _FROM_THE_RIGHT
