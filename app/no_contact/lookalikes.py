"""What a reader sees of a name: nothing that is invisible, and no letter passed off as another. Pure.

Somebody who does not want to be recognised may put marks into a name that no screen shows, or
letters of another alphabet that look the same: staff would read the very name.
"""

import re
import unicodedata

_BLANK = frozenset("\u115f\u1160\u2800")  # letters and signs without ink
_UNSEEN = frozenset({"Cf", "Me", "Mn"})
_LATIN = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:[A-Z]{2,} )*([A-Z])(?: WITH .+)?")
_LIKE_LATIN = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" "αβγεηικνορτυχωμ" "АВЕЅІЈКМНОРСТУХԌԚԜҮҺ" "аеѕіјорсухһԁԛԝүвкмнт",
    "ABEZHIKMNOPTYX" "abyenikvoptuxwu" "ABESIJKMHOPCTYXGQWYH" "aesijopcyxhdqwybkmht",
)  # fmt: skip
_OTHERS = {"ɑ": "a", "ɐ": "a", "ə": "a", "ɩ": "i", "ʊ": "u", "ʋ": "u", "ſ": "s"}


def as_read(text: str) -> str:
    """Return text as it is read: Latin letters of any make are the plain ones."""
    seen = "".join(filter(_has_ink, unicodedata.normalize("NFKC", text)))
    return " ".join(map(_of_one_alphabet, seen.split()))


def _has_ink(letter: str) -> bool:
    """Tell whether a letter shows; an accent does, and is left to whoever spells."""
    if unicodedata.combining(letter):
        return True
    return letter not in _BLANK and unicodedata.category(letter) not in _UNSEEN


def _of_one_alphabet(word: str) -> str:
    """Return a word with its Latin letters plain; one that has some has no other alphabet's."""
    plain = "".join(_OTHERS.get(letter) or _plain(letter) for letter in word)
    has_latin = any("a" <= letter <= "z" for letter in plain.lower())
    return plain.translate(_LIKE_LATIN) if has_latin else plain


def _plain(letter: str) -> str:
    """Return the Latin letter that one with a hook, a bar or of another size is; any other as it is."""
    if letter.isascii():
        return letter
    found = _LATIN.fullmatch(unicodedata.name(letter, ""))
    if found is None:
        return letter
    return found[1].lower() if letter.islower() else found[1]
