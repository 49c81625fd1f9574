"""The language table: complete, in the right order, and honest about who gets by with whom."""

import re
import unicodedata

import pytest

from app import languages
from app.languages import CLOSENESS, COMMON, LANGUAGES, closeness, name_in, sorted_for


def test_every_language_has_a_code_and_a_name_in_each_interface_language() -> None:
    for code, language in LANGUAGES.items():
        assert code == language.code
        assert re.fullmatch(r"[a-z]{2,3}", code)
        for text in (language.nb, language.nn, language.en, language.autonym):
            assert text.strip() == text != ""


def test_no_two_languages_share_a_code_or_a_name() -> None:
    assert len(LANGUAGES) == len(languages._ROWS)
    for locale in ("nb", "nn", "en"):
        assert len({language.name(locale) for language in LANGUAGES.values()}) == len(LANGUAGES)
    assert len({language.autonym for language in LANGUAGES.values()}) == len(LANGUAGES)


def test_right_to_left_is_what_the_script_of_the_autonym_says() -> None:
    for language in LANGUAGES.values():
        letters = [c for c in language.autonym if c.isalpha()]
        rtl = {unicodedata.bidirectional(c) in {"R", "AL"} for c in letters}
        assert rtl == {language.rtl}, language.code


@pytest.mark.parametrize(
    ("code", "script"),
    [
        ("ti", "ETHIOPIC"),
        ("am", "ETHIOPIC"),
        ("tig", "ETHIOPIC"),
        ("prs", "ARABIC"),
        ("ckb", "ARABIC"),
        ("ps", "ARABIC"),
        ("kmr", "LATIN"),
        ("aii", "SYRIAC"),
        ("uk", "CYRILLIC"),
        ("my", "MYANMAR"),
        ("ksw", "MYANMAR"),
        ("ta", "TAMIL"),
        ("hy", "ARMENIAN"),
    ],
)
def test_autonyms_are_written_in_their_own_script(code: str, script: str) -> None:
    letters = [c for c in LANGUAGES[code].autonym if c.isalpha()]
    assert letters and all(unicodedata.name(c).startswith(script) for c in letters)


def test_the_common_ones_are_ten_to_twelve_known_languages() -> None:
    assert 10 <= len(COMMON) == len(set(COMMON)) <= 12
    assert set(COMMON) <= set(LANGUAGES)


def test_what_iso_639_1_lumps_together_is_kept_apart() -> None:
    assert {"prs", "fa", "kmr", "ckb", "ar", "apc", "acm", "sw", "swc", "nsl"} <= set(LANGUAGES)
    assert not {"ku", "nb", "nn"} & set(LANGUAGES)


def test_names_follow_the_locale_and_an_old_code_still_shows() -> None:
    assert name_in("uk", "nb") == "ukrainsk"
    assert name_in("nsl", "nn_NO") == "norsk teiknspråk"
    assert name_in("prs", "en-GB") == "Dari"
    assert name_in("uk", "fr") == "Ukrainian"
    assert name_in("xyz", "nb") == "xyz"


def test_norwegian_order_puts_o_slash_and_a_ring_after_z(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        languages.Language(name, name, name, name, name)
        for name in ("åa", "zu", "øb", "æc", "ab", "ål", "yd", "Æa")
    ]
    monkeypatch.setattr(languages, "LANGUAGES", {row.code: row for row in rows})
    nb = [language.nb for language in sorted_for("nb")]
    assert nb == ["ab", "yd", "zu", "Æa", "æc", "øb", "åa", "ål"]


def test_sorting_gives_every_language_once_in_each_locale() -> None:
    for locale in ("nb", "nn", "en"):
        assert sorted(row.code for row in sorted_for(locale)) == sorted(LANGUAGES)
    assert sorted_for("en")[0].en == "Afar"


def test_closeness_is_symmetric_between_known_languages_and_never_full() -> None:
    for pair, degree in CLOSENESS.items():
        a, b = pair
        assert pair <= set(LANGUAGES)
        assert 0 < degree < 1
        assert closeness(a, b) == closeness(b, a) == degree
    assert len(CLOSENESS) == len(languages._CLOSENESS_ROWS), "a pair is listed twice"


def test_dari_and_persian_get_by_but_kurmanji_and_sorani_do_not() -> None:
    assert closeness("prs", "fa") >= 0.85
    assert min(closeness("bs", "hr"), closeness("hr", "sr"), closeness("rn", "rw")) >= 0.85
    assert 0 < closeness("apc", "acm") < closeness("apc", "ar")
    assert closeness("kmr", "ckb") == 0
    assert closeness("uk", "ru") == 0, "ask, never infer"
    assert closeness("ti", "ti") == 1


def test_norwegian_letters_come_last_for_norwegians_only() -> None:
    words = ["Åland", "Zoo", "Ære", "Østen", "Asia"]
    norwegian = sorted(words, key=lambda word: languages.sort_key(word, "nn"))
    assert norwegian == ["Asia", "Zoo", "Ære", "Østen", "Åland"]
    assert sorted(words, key=lambda word: languages.sort_key(word, "en"))[:2] == ["Åland", "Asia"]
