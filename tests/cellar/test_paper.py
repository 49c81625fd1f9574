"""Documents: rendered as a reader would see them, not only written."""

import datetime as dt
import subprocess
import sys

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from app.paper import Paper
from app.paper.letters import FONTS, MARGIN

TODAY = dt.date(2026, 11, 22)
ARABIC = "المرشد متطوع وليس البلدية"
LEFT_EDGE, RIGHT_EDGE = (millimetres / 25.4 * 72 for millimetres in (20, 190))
MIDDLE = (LEFT_EDGE + RIGHT_EDGE) / 2
UKRAINIAN = "Волонтер не є представником муніципалітету, її ґанок"


def opened(paper):
    return pypdfium2.PdfDocument(paper.to_bytes())


def words_of(paper):
    return "\n".join(page.get_textpage().get_text_range() for page in opened(paper))


def ink(paper):
    """How much of the page is printed."""
    (page,) = opened(paper)
    return sum(page.render(scale=2).to_pil().convert("L").histogram()[:128])


def runs(paper):
    """Where pieces of text begin and end on the only page, but not the page's number."""
    (page,) = opened(paper)
    bounds = [
        found.get_bounds() for found in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    ]
    return [(left, right) for left, bottom, right, _top in bounds if bottom > LEFT_EDGE]


def whole(locale="nb", beside=""):
    paper = Paper("Avtale", locale, made_on=TODAY, beside=beside, foot="Asker kommune")
    paper.headline("Avtale", "اتفاق")
    paper.heading("Om dere", "عنكم")
    paper.beside("Guiden er frivillig.", ARABIC)
    paper.point("Dere møtes hver 14. dag", "تلتقون مرة كل 14 يوماً")
    paper.box("Lest og forstått", "قرأت وفهمت")
    paper.pair("Varighet", "9 måneder", "المدة", "9 أشهر")
    paper.pair("Sted", "")
    paper.signature("Underskrift", "Dato", "التوقيع", "التاريخ")
    return paper


def test_the_same_words_make_the_same_bytes():
    assert whole(beside="ar").to_bytes() == whole(beside="ar").to_bytes()


def test_the_file_says_what_it_is_and_nothing_of_who_made_it():
    about = opened(whole()).get_metadata_dict(skip_empty=True)
    assert about == {"Title": "Avtale", "CreationDate": "D:20261122120000Z"}


def test_norwegian_and_ukrainian_can_be_read_and_searched():
    paper = Paper("Угода", "uk", made_on=TODAY)
    paper.paragraph("Blåbærsyltetøy, ÆØÅ «og» – §")
    paper.paragraph(UKRAINIAN)
    assert "Blåbærsyltetøy, ÆØÅ «og» – §" in words_of(paper)
    assert UKRAINIAN in " ".join(words_of(paper).split())


@pytest.mark.parametrize("letter", "aåÅøæ§«–іїєґЄЇщыъءبثعغهيپچگ،؟٠9")
def test_both_fonts_have_every_letter(letter):
    for name in ("regular.ttf", "bold.ttf"):
        with TTFont(FONTS / name) as font:
            assert ord(letter) in font.getBestCmap()


def test_arabic_begins_at_the_right_edge_and_norwegian_at_the_left():
    arabic, norwegian = (Paper("Ord", locale, made_on=TODAY) for locale in ("ar", "nb"))
    arabic.paragraph("المرشد")
    norwegian.paragraph("Guiden")
    assert all(left > MIDDLE for left, _right in runs(arabic))
    assert max(right for _left, right in runs(arabic)) == pytest.approx(RIGHT_EDGE, abs=2)
    assert all(right < MIDDLE for _left, right in runs(norwegian))
    assert min(left for left, _right in runs(norwegian)) == pytest.approx(LEFT_EDGE, abs=2)


def test_arabic_letters_are_joined():
    joined, apart = (Paper("Ord", "ar", made_on=TODAY) for _ in range(2))
    joined.paragraph("ععع")
    apart.paragraph("ع\u200cع\u200cع")
    assert ink(joined) < 0.9 * ink(apart)  # alone each letter has a tail


def test_an_arabic_sentence_that_begins_with_a_latin_name_still_runs_from_the_right():
    paper = Paper("Ord", "ar", made_on=TODAY)
    paper.paragraph("Kommunedirektøren هي")
    name = max(runs(paper), key=lambda run: run[1] - run[0])
    assert min(left for left, _right in runs(paper)) < name[0] - 10


def test_two_languages_begin_level_and_keep_to_their_columns():
    paper = Paper("Avtale", "nb", made_on=TODAY, beside="uk")
    paper.beside("Kort", UKRAINIAN * 3)
    paper.beside("Annen", "Нове")
    page = opened(paper)[0].get_textpage()
    words = page.get_text_range()
    left, right = (page.get_charbox(words.index(word)) for word in ("Annen", "Нове"))
    assert abs(left[1] - right[1]) < 1
    assert left[0] < MIDDLE < right[0]


def test_rows_that_do_not_fit_begin_a_new_page_together():
    paper = Paper("Avtale", "nb", made_on=TODAY, beside="uk")
    for number in range(60):
        paper.beside(f"Rad {number}", f"Ряд {number} " + "слово " * 20)
    pages = [page.get_textpage().get_text_range() for page in opened(paper)]
    assert len(pages) > 1
    for number in range(60):
        (one,) = [
            page for page in pages if f"Rad {number}\r" in f"{page}\r" or f"Rad {number} " in page
        ]
        assert f"Ряд {number} " in one


def test_a_text_longer_than_a_page_is_written_whole():
    paper = Paper("Lang", "nb", made_on=TODAY, beside="uk")
    paper.beside("ord " * 2000 + "slutt", "слово " * 2000 + "кінець")
    assert "slutt" in words_of(paper) and "кінець" in words_of(paper)


@pytest.mark.parametrize(("beside", "other"), [("ar", "توقيع المرشد (Emil)"), ("uk", "Підпис")])
def test_what_a_signature_is_runs_the_way_of_its_language(beside, other):
    paper = Paper("Avtale", "nb", made_on=TODAY, beside=beside)
    paper.signature("Underskrift", "Dato", other, "x")
    page = opened(paper)[0]
    text = page.get_textpage()
    words = text.get_text_range()
    told = [at for at, letter in enumerate(words) if letter in other and ord(letter) > 0x400]
    edge = max(text.get_charbox(at)[2] for at in told)
    at_the_margin = edge > page.get_width() - MARGIN / 25.4 * 72 - 5
    assert at_the_margin is (beside == "ar")


def test_a_signature_stands_on_the_page_of_its_line():
    for millimetres in range(200, 250, 3):
        paper = Paper("Avtale", "nb", made_on=TODAY)
        paper.space(millimetres)
        paper.signature("Underskrift", "Dato")
        document = opened(paper)
        last = document[len(document) - 1]
        assert "Underskrift" in last.get_textpage().get_text_range()
        assert any(found.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH for found in last.get_objects())


def test_each_page_has_its_number_and_the_foot():
    paper = whole()
    paper.paragraph("ord " * 2000)
    for number, page in enumerate(opened(paper), start=1):
        words = page.get_textpage().get_text_range().split()
        assert words[-3:] == ["Asker", "kommune", str(number)]


def test_a_name_in_letters_we_do_not_have_is_left_for_the_pen():
    with_line, empty = (Paper("Avtale", "nb", made_on=TODAY) for _ in range(2))
    with_line.pair("Navn", "ሰላም")
    empty.pair("Navn", "")
    assert with_line.to_bytes() == empty.to_bytes()
    assert "Søren\r\nПетренко\r\n" in words_of(named("Søren\nПетренко"))
    assert len(runs(named("محمد السوري"))) > len(runs(empty))


def named(name):
    paper = Paper("Avtale", "nb", made_on=TODAY)
    paper.pair("Navn", name)
    return paper


def test_nothing_loads_what_writes_documents_before_there_is_one():
    """It would be a fifth of the time that the site and each command take to start."""
    before = "import sys, app.paper; print('fpdf' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", before], capture_output=True, check=True, text=True
    )
    assert said.stdout == "False\n"


@pytest.mark.parametrize(
    "words",
    [
        "هاتف 11 22 33 44",
        "11 22 33 44",
        "هاتف: \u206811 22 33 44\u2069",
        "هاتف 11\u00a022\u00a033\u00a044 اليوم",
    ],
)
def test_a_telephone_number_runs_from_the_left_in_arabic_too(words):
    paper = Paper("Ord", "ar", made_on=TODAY)
    paper.paragraph(words)
    assert digits_from_left(paper) == "11223344"


def test_the_country_code_stands_before_the_number_in_arabic_too():
    paper = Paper("Ord", "ar", made_on=TODAY)
    paper.paragraph("هاتف +47 22 33 44 55 اليوم")
    assert digits_from_left(paper) == "+4722334455"


def digits_from_left(paper):
    """The digits of the first line, in the order in which the eye meets them."""
    page = opened(paper)[0].get_textpage()
    found = [
        (page.get_charbox(at)[0], page.get_text_range(at, 1))
        for at in range(page.count_chars() - 1)
    ]
    return "".join(letter for _left, letter in sorted(found) if letter in "+0123456789")
