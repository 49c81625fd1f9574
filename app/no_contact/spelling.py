"""One person, many spellings: what a name, a number and an address come down to. Pure.

A name is reduced part by part to its sounds, written coarsely: vowels inside are dropped, so are
doubled letters; letters that stand for the same sound in the ways in which Arabic, Somali,
Ukrainian, Persian or Tigrinya names are written with Latin letters become one. Where a letter may
stand for two sounds, there are two keys. Two parts of a name make a key together, in any order: who
leaves a name out, or turns two around, is still found, and a first name alone finds nobody.

It finds too many rather than too few, because somebody looks at each hit. What it misses is told in
`tests/no_contact/test_spelling.py`, and why in docs/adr/0021-whom-a-family-fears.md.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import combinations, product

from app.contact import is_email, is_phone, tidy_email, tidy_phone
from app.no_contact.lookalikes import as_read

MOST_PARTS = 6  # the first and the last ones of a long name
MOST_KEYS = 8  # of one part of a name


def _letters(letters: str, spelled: str) -> dict[str, str]:
    return dict(zip(letters, spelled.replace("-", "").split(" "), strict=True))


_LETTERS = str.maketrans(
    _letters("øæœßłđðþı", "o e e ss l d d t i")
    | _letters(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщыэёъьюя",
        "a b v g g d e ye zh z i i i i k l m n o p r s t u f kh ts ch sh sh i e e - - yu ya",
    )
    | _letters("ѕјљњћђџќѓ", "s y l n ch dj dz k g")
    | _letters(
        "αάβγδεέζηήθιίϊΐκλμνξοόπρστυύϋΰφχψωώς",
        "a a v g d e e z i i th i i i i k l m n ks o o p r s t i i i i f kh ps o o s",
    )
    # Arabic and Persian: what is written of a word are its consonants, and that is what counts.
    | _letters(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئپچژگکی",
        "a b t t j h kh d d r z s sh s d t z - gh f k k l m n h w y h a - a a a w y b ch zh g k y",
    )
)
_NOT_OF_A_NAME = frozenset(
    {
        "al",
        "el",
        "ul",
        "as",
        "ar",
        "ad",
        "bin",
        "ben",
        "ibn",
        "bint",
        "ould",
        "von",
        "van",
        "de",
        "den",
    }
    | {"da", "di", "der", "af", "av", "mr", "mrs", "dr", "hr", "fru"}
)
_ARTICLE = re.compile(r"(?:al|el)(?=[bcdfghjklmnpqrstvwxyz].{3})")
_SERVANT = re.compile(r"c?abd(?:[aeiou][lrsndz]?)?")
_SERVANT_OF = re.compile(r"c?abd[aeiou](?:l|r(?=r)|s(?=s)|d(?=d)|n(?=n)|z(?=z))?([a-z]{3,})")
_JOINED = re.compile(r"['’ʼʻ`´ʹʾʿ.]")
_HYPHEN = re.compile(r"[-\u2010-\u2015\u2212_]")
_CAPITAL_INSIDE = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_PLUS = re.compile(r"\+.*")
# Letters, and the sounds that they may stand for. The first that fits is taken.
_ONE_SOUND = {
    "s": ("shch", "tsch", "sch", "tch", "sh", "sj", "zh", "dz", "ts", "tz", "cz", "z"),
    "y": ("dzh", "dsch", "dj", "j"),
    "h": ("kh",),
    "f": ("ph",),
    "t": ("th", "dh", "d"),
    "ks": ("ks",),
    "k": ("ck", "qu", "q"),
}
_SEVERAL = {
    "ch": ("s", "k"),
    "kj": ("k", "s"),
    "gh": ("g", "h"),
    "g": ("g", "h"),
    "x": ("h", "ks"),
    "p": ("p", "b"),
}
_SOUNDS = sorted(
    [*_SEVERAL.items(), *((each, (sound,)) for sound, all_ in _ONE_SOUND.items() for each in all_)],
    key=lambda row: (-len(row[0]), row[0]),  # the longest first
)
_VOWELS = "aeiou"


def phone_spellings(text: str) -> frozenset[str]:
    """Return a telephone number with its country; nothing where it is none."""
    number = tidy_phone(text)
    return frozenset({f"phone {number}"} if is_phone(number) else ())


def email_spellings(text: str) -> frozenset[str]:
    """Return an e-mail address without what may be put into it: points, and what follows a plus."""
    address = tidy_email(text)
    if not is_email(address):
        return frozenset()
    box, _, place = address.rpartition("@")
    box = _PLUS.sub("", box).replace(".", "")
    place = "gmail.com" if place == "googlemail.com" else place
    return frozenset({f"email {box}@{place}"})


def name_spellings(text: str) -> frozenset[str]:
    """Return a key for every two parts of a name; nothing where there are fewer.

    A hyphen may part a name or hold it together, and so may a capital letter inside.
    """
    read = as_read(text)
    found = set()
    for way in {read, _HYPHEN.sub("", read), _CAPITAL_INSIDE.sub(" ", read)}:
        words = _words(way)
        for parts in (list(_joined(words)), [_ARTICLE.sub("", word) for word in _named(words)]):
            found |= _pairs(parts)
    return frozenset(found)


def _pairs(parts: list[str]) -> set[str]:
    if len(parts) > MOST_PARTS:
        parts = parts[: MOST_PARTS // 2] + parts[-MOST_PARTS // 2 :]
    return {
        "name " + " ".join(sorted(pair))
        for one, other in combinations(parts, 2)
        for pair in product(_keys(one), _keys(other))
    }


def spellings(name: str, phones: Iterable[str], emails: Iterable[str]) -> frozenset[str]:
    """Return all that somebody may be recognised by."""
    of_phones = (phone_spellings(phone) for phone in phones)
    of_emails = (email_spellings(email) for email in emails)
    return name_spellings(name).union(*of_phones, *of_emails)


def _words(text: str) -> list[str]:
    """Return the words of a name as it is read, in Latin letters, without marks."""
    bare = _JOINED.sub("", _latin(text))
    return [word for word in re.split(r"[^a-z]+", bare) if word]


def _named(words: Iterable[str]) -> Iterator[str]:
    """Yield what is a name among the words: no articles, titles or single letters."""
    return (word for word in words if len(word) > 1 and word not in _NOT_OF_A_NAME)


def _joined(words: Iterable[str]) -> Iterator[str]:
    """Yield names as they belong together: Abdul Rahman and Abd al-Rahman are Abdulrahman."""
    named = _named(words)
    for word in named:
        if _SERVANT.fullmatch(word):
            yield "abd" + _ARTICLE.sub("", next(named, ""))
        elif joined := _SERVANT_OF.fullmatch(word):
            yield "abd" + joined[1]
        else:
            yield _ARTICLE.sub("", word)


def _latin(text: str) -> str:
    """Return text in small Latin letters; marks above and below go, other scripts are spelled."""
    small = text.casefold().translate(_LETTERS)
    small = "".join(map(_syllable, small))
    split = unicodedata.normalize("NFKD", small)
    return "".join(c for c in split if not unicodedata.combining(c))


def _syllable(letter: str) -> str:
    """Return how an Ethiopic letter is said, which its own name tells; any other as it is."""
    first, _, said = unicodedata.name(letter, "").rpartition(" ")
    return said.lower() if first == "ETHIOPIC SYLLABLE" else letter


def _keys(part: str) -> frozenset[str]:
    """Return what a part of a name sounds like, each way in which it may be read."""
    found: list[str] = []
    for begun in _beginnings(part):
        found += ["".join(way) for way in product(*_sounded(begun))]
    return frozenset(sorted({_squeezed(way) for way in found})[:MOST_KEYS])


def _beginnings(part: str) -> Iterator[str]:
    """Yield a part as it may begin: Yevhen and Evgen, Iuliia and Yuliia, Cali and Ali."""
    if part[:1] == "i" and part[1:2] in tuple("aeou"):
        part = "y" + part[1:]
    yield part
    if re.match("[yj]e|c[aeiou]", part):
        yield part[1:]


def _sounded(part: str) -> Iterator[tuple[str, ...]]:
    """Yield for each sound of a part how it may be written; vowels inside leave nothing."""
    at = 0
    while at < len(part):
        first = at == 0
        for letters, sounds in _SOUNDS:
            if part.startswith(letters, at):
                at += len(letters)
                yield sounds if first or sounds != ("y",) else ("",)
                break
        else:
            letter, after = part[at], part[at + 1 : at + 2]
            at += 1
            yield _sound(letter, after, first=first, last=at == len(part))


def _sound(letter: str, after: str, *, first: bool, last: bool) -> tuple[str, ...]:
    if letter in _VOWELS:
        return ("a",) if first else ("",)
    if letter == "c":
        return ("s",) if after in tuple("ei") else ("k",)
    if letter == "w":
        return ("v",) if first else ("v", "")
    if letter == "y":
        return ("y",) if first else ("",)
    if letter == "h" and last and not first:
        return ("",)
    return (letter,)


def _squeezed(key: str) -> str:
    """Return a key without doubled letters, and without the breath at its end."""
    once = re.sub(r"(.)\1+", r"\1", key)
    return once.rstrip("h") or once
