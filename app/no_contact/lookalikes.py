"""What a reader sees of a name: nothing that is invisible, and no letter passed off as another. Pure.

Somebody who does not want to be recognised may put marks into a name that no screen shows, or
letters of another alphabet that look the same: staff would read the very name.
"""

import re
import unicodedata

from confusable_homoglyphs.confusables import is_confusable

EITHER = "1"  # an I or an l: in most type nobody can tell them apart
# Letters and signs without ink, and strokes that only make an Arabic or N'Ko word longer.
_BLANK = frozenset("\u115f\u1160\u2800\u0640\u07fa")
_UNSEEN = frozenset({"Cf", "Me", "Mn"})
_LATIN = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:[A-Z]{2,} )*([A-Z])(?: WITH .+)?")
_GREEK, _LIKE_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεηικνορτυχωμ", "ABEZHIKMNOPTYXabyenikvoptuxwu"
_CYRILLIC = "АВЕЅІЈКМНОРСТУХԌԚԜҮҺаеѕіјорсухһԁԛԝүвкмнт"
_LIKE_CYRILLIC = "ABESIJKMHOPCTYXGQWYHaesijopcyxhdqwybkmht"
_AS_LATIN = str.maketrans(_GREEK + _CYRILLIC, _LIKE_GREEK + _LIKE_CYRILLIC)
_AS_CYRILLIC = str.maketrans(_LIKE_CYRILLIC, _CYRILLIC)
_OTHERS = {
    "å": "aa",
    "Å": "Aa",
    "ɑ": "a",
    "ɐ": "a",
    "ə": "a",
    "ɩ": "i",
    "ʊ": "u",
    "ʋ": "u",
    "ſ": "s",
}
_FIGURES = str.maketrans("0345781|", "oeastb" + EITHER * 2)
_RUN = re.compile(r"[\w|]+")
_HAS_LATIN = re.compile("[A-Za-z]")


def as_read(text: str) -> set[str]:
    """Return text as it is read: Latin letters of any make are the plain ones.

    A word of Latin and Cyrillic letters may be read as either: then both are returned.
    """
    seen = "".join(filter(_has_ink, unicodedata.normalize("NFKC", text)))
    words = ["".join(_OTHERS.get(c) or _plain(c) for c in word) for word in seen.split()]
    return {" ".join(map(_as_latin, words)), " ".join(map(_as_cyrillic, words))}


def with_either(text: str) -> str:
    """Return text with `EITHER` for every I that may be an l, and letters for the figures in words."""
    return _RUN.sub(lambda run: _with_either(run[0]), text)


def _with_either(word: str) -> str:
    if not any(map(str.isalpha, word)):
        return word
    word = word.translate(_FIGURES)
    if word.isupper():
        return word
    if word.replace("l", "").isupper():  # a small one among capital ones
        return word.replace("l", EITHER)
    first = EITHER if word[0] == "l" else word[0]
    return (first + word[1:]).replace("I", EITHER)


def _has_ink(letter: str) -> bool:
    """Tell whether a letter shows; an accent does, and is left to whoever spells."""
    if letter in _BLANK:
        return False
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) not in _UNSEEN


def _as_latin(word: str) -> str:
    """Return a word that has Latin letters without those of other alphabets."""
    if _HAS_LATIN.search(word):
        return "".join(map(_passed_off, word.translate(_AS_LATIN)))
    return word


def _as_cyrillic(word: str) -> str:
    """Return a word that has Cyrillic letters without Latin ones; any other as Latin."""
    if any(unicodedata.name(letter, "").startswith("CYRILLIC") for letter in word):
        return word.translate(_AS_CYRILLIC)
    return _as_latin(word)


def _passed_off(letter: str) -> str:
    """Return the Latin letter that one of another alphabet passes for; any other as it is."""
    if letter.isascii() or not letter.isalpha():
        return letter
    found = is_confusable(letter, greedy=True, preferred_aliases=["latin"]) or []
    alike = [row["c"] for each in found for row in each["homoglyphs"] if row["c"].isascii()]
    return next((each for each in alike if each.isalpha()), letter)


def _plain(letter: str) -> str:
    """Return the Latin letter that one with a hook, a bar or of another size is; any other as it is."""
    if letter.isascii():
        return letter
    found = _LATIN.fullmatch(unicodedata.name(letter, ""))
    if found is None:
        return letter
    return found[1].lower() if letter.islower() else found[1]
