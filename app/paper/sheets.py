"""The pages of a document. Only `documents` loads this, and late: what writes PDFs is large."""

import re
from typing import cast

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, TextDirection, XPos, YPos
from fpdf.fonts import TTFFont

from app.paper.letters import FACES, FAMILY, FONTS, MARGIN, PaperFontsMissing

# A telephone number in groups: where all else runs from the right, its groups would too.
_IN_GROUPS = re.compile(r"(?<![\d\u2066-\u2068])(?:\+?\d+(?:[ \u00a0]\d+)+|\+\d+)")
_APART = "\u2066\\g<0>\u2069"  # left-to-right isolate, and its end
_FOOT_SIZE, _FOOT_LINE = 8.5, 4.5


class Sheets(FPDF):
    """Paper, margins, letters, and what stands at the foot."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        for face, name in FACES.items():
            if not (FONTS / name).is_file():
                raise PaperFontsMissing(f"{FONTS / name} is missing: run make assets")
            self.add_font(FAMILY, face, FONTS / name)
        self.set_margin(MARGIN)
        self.c_margin = 0  # lines and boxes stand where the letters begin
        self.set_auto_page_break(True, margin=MARGIN + 2)
        self.add_page()

    def write_block(
        self,
        text: str,
        place: tuple[float, float, float],
        *,
        from_the_right: bool,
        measure: bool = False,
    ) -> float:
        """Write a text from here on, and go below it; or only measure it. Return its height.

        Args:
            text: the words.
            place: the left edge, the width, and the height of a line.
            from_the_right: whether the language runs that way.
            measure: whether nothing is to be written.
        """
        x, width, line = place
        direction = TextDirection.RTL if from_the_right else TextDirection.LTR
        self.set_text_shaping(direction=direction)
        self.set_x(x)
        if from_the_right:
            text = _IN_GROUPS.sub(_APART, text)
        height = self.multi_cell(
            width,
            line,
            text,
            align=Align.R if from_the_right else Align.L,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            dry_run=measure,
            output=MethodReturnValue.HEIGHT,
        )
        return cast("float", height)

    def has_letters_of(self, text: str) -> bool:
        """Return whether the fonts have all letters of a text."""
        font = self.fonts[FAMILY.lower()]
        known = font.cmap if isinstance(font, TTFFont) else {}
        return all(ord(letter) in known for letter in text if letter.isprintable())

    def footer(self) -> None:
        """Number the page."""
        self.set_font(FAMILY, "", _FOOT_SIZE)
        self.set_text_shaping(direction=TextDirection.LTR)
        self.set_y(-MARGIN + 4)
        self.cell(self.epw / 2, _FOOT_LINE, self._foot, align=Align.L)
        self.cell(self.epw / 2, _FOOT_LINE, str(self.page_no()), align=Align.R)
