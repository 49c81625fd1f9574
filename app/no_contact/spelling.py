"""One person, many spellings: what a name, a number and an address come down to. Pure.

A name is reduced part by part to its sounds, written coarsely: vowels inside are dropped, so are
doubled letters; letters that stand for the same sound in the ways in which Arabic, Somali,
Ukrainian, Persian or Tigrinya names are written with Latin letters become one. Where a letter may
stand for two sounds, or pass for another, there are two keys. Two parts of a name make a key
together, in any order: who leaves a name out, or turns two around, is still found, and a first name
alone finds nobody. Scripts without a table of their own here are spelled as `anyascii` has them.

It finds too many rather than too few, because somebody looks at each hit. What it misses is told in
`tests/no_contact/test_spelling.py`, and why in docs/adr/0021-whom-a-family-fears.md.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, combinations, pairwise, product

from anyascii import anyascii

from app.contact import is_email, is_phone, tidy_email, tidy_phone
from app.no_contact.lookalikes import EITHER, as_read, with_either

MOST_PARTS = 10  # the first and the last ones of a long name
MOST_KEYS, MOST_WAYS = 8, 16  # of one part of a name: kept, and looked at


def _letters(letters: str, spelled: str) -> dict[str, str]:
    return dict(zip(letters, spelled.replace("-", "").split(" "), strict=True))


_LETTERS = str.maketrans(
    _letters("åøæœßłđðþı", "aa o e e ss l d d t i")
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
        "a b t th j h kh d dh r z s sh s dh t z - gh f k k l m n h w y h a - a a a w y b ch zh g k y",
    )
)
_NO_NAME = re.compile(rf"[aeu][l{EITHER}]|bin|ibn|bint|ou[l{EITHER}]d|mrs?|dr|hr|fru")
_NAME_AT_AN_END = re.compile("as|ar|ad|ben|v[oa]n|den?|da|di|der|a[fv]")  # As, Ben, Den
_AYN_FIRST = re.compile(r"\b(ال)?ع")  # said as the vowel after it, which is not written
_BREATH = re.compile("(?<=[زسصتثدذضکكگ])ه")  # an h of its own: Zahra is no Žara
_SILENT_C = re.compile(  # Somali writes ayn as c: Ismaaciil, Jaamac, Sacdiyo
    "(?<=aa|ee|ii|oo|uu)c|c(?=aa|ee|ii|oo|uu)|(?<=a)c$|(?<=[aeiou])c(?=[bdfgjmnqrstwxy])"
)
_ARTICLE = re.compile(rf"^[ae][l{EITHER}](?=[bcdfghjklmnpqrstvwxyz].{{3}})")
_SERVANT = re.compile(r"c?abd(?:[aeiou][lrsndz]?)?")
_SERVANT_OF = re.compile(
    rf"c?abd[aeiou](?:[l{EITHER}]|r(?=r)|s(?=s)|d(?=d)|n(?=n)|z(?=z))?([a-z{EITHER}]{{3,}})"
)
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
    "t": ("d",),
    "ks": ("ks",),
    "k": ("ck", "qu", "q"),
}
_SEVERAL = {
    "ch": ("s", "k"),
    "kj": ("k", "s"),
    "th": ("t", "s"),
    "dh": ("t", "s"),
    "gh": ("g", "h", "k"),  # Ghaderi may be Qaderi
    "g": ("g", "h"),
    "x": ("h", "ks"),
    "p": ("p", "b"),
    "rn": ("rn", "m"),  # in small print
    "cl": ("kl", "t"),
    EITHER: ("l", ""),
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


@lru_cache(maxsize=4096)  # every guide is compared at each look: half a millisecond a name
def name_spellings(text: str) -> frozenset[str]:
    """Return a key for every two parts of a name; nothing where there are fewer.

    A hyphen may part a name or hold it together, and so may a capital letter inside.
    """
    pairs: set[tuple[str, str]] = set()
    for words in map(_words, _divided(text)):
        pairs.update(_pairs(list(_joined(words))))
        pairs.update(_pairs([_ARTICLE.sub("", word) for word in _named(words)]))
    keys = {part: _keys(part) for part in chain.from_iterable(pairs)}
    found = chain.from_iterable(product(keys[one], keys[other]) for one, other in pairs)
    return frozenset("name " + " ".join(sorted(both)) for both in found)


def _divided(text: str) -> set[str]:
    """Return a name as it may be read, and each way in which it may be parted."""
    ways = as_read(text)
    return {*ways, *(_HYPHEN.sub("", way) for way in ways)} | {
        _CAPITAL_INSIDE.sub(" ", way) for way in ways
    }


def _pairs(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every two parts of a name; two beside each other may be one, as in Gebre Medhin."""
    if len(parts) > MOST_PARTS:
        parts = parts[: MOST_PARTS // 2] + parts[-MOST_PARTS // 2 :]
    yield from combinations(parts, 2)
    for at, both in enumerate(map("".join, pairwise(parts))):
        yield from ((both, other) for other in (*parts[:at], *parts[at + 2 :]))


def spellings(name: str, phones: Iterable[str], emails: Iterable[str]) -> frozenset[str]:
    """Return all that somebody may be recognised by."""
    of_phones = (phone_spellings(phone) for phone in phones)
    of_emails = (email_spellings(email) for email in emails)
    return name_spellings(name).union(*of_phones, *of_emails)


def _words(text: str) -> list[str]:
    """Return the words of a name as it is read, in Latin letters, without marks."""
    latin = _latin(with_either(_BREATH.sub("اه", _AYN_FIRST.sub(r"\1ا", text))))
    return "".join(map(_letter_or_gap, _JOINED.sub("", latin))).split()


def _letter_or_gap(c: str) -> str:
    """Return a letter; a space for what parts words; nothing for what only interrupts one."""
    if "a" <= c <= "z" or c == EITHER:
        return c
    return " " if c.isascii() or unicodedata.category(c)[0] in "PZ" else ""


def _named(words: list[str]) -> Iterator[str]:
    """Yield what is a name among the words: no articles, titles or single letters."""
    for at, word in enumerate(words):
        is_inside = 0 < at < len(words) - 1
        is_between = is_inside and _NAME_AT_AN_END.fullmatch(word)
        if len(word) > 1 and not is_between and not _NO_NAME.fullmatch(word):
            yield word


def _joined(words: list[str]) -> Iterator[str]:
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
    split = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(map(_spelled, split))


def _spelled(c: str) -> str:
    """Return a letter of any script in Latin ones: a name of its own where the sign is a word."""
    if c.isascii() or not c.isalpha():
        return "" if unicodedata.combining(c) else c
    spelled = anyascii(c)
    return f" {spelled.lower()}" if spelled[:1].isupper() else spelled


def _keys(part: str) -> frozenset[str]:
    """Return what a part of a name sounds like, each way in which it may be read."""
    found = {_squeezed(way) for begun in _beginnings(part) for way in _ways(begun)}
    return frozenset(sorted(found)[:MOST_KEYS])


def _ways(begun: str) -> set[str]:
    ways = {""}
    for sounds in _sounded(begun):
        ways = set(sorted(way + sound for way in ways for sound in sounds)[:MOST_WAYS])
    return ways


def _beginnings(part: str) -> Iterator[str]:
    """Yield a part as it may be said: Yevhen and Evgen, Iuliia and Yuliia, Cali and Ali, Cem and Jem."""
    if part.startswith(EITHER):
        yield from _beginnings("i" + part[1:])
        part = "l" + part[1:]
    if part[:1] == "i" and part[1:2] in tuple("aeou"):
        part = "y" + part[1:]
    yield part
    if re.match("[yj]e|c[aeiou]", part):
        yield part[1:]
    if re.match("c[aeiou]", part):
        yield "y" + part[1:]
    if (said := _SILENT_C.sub("", part)) != part:
        yield from _beginnings(said)


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
        return ("s", "k") if after == EITHER else ("s",) if after in tuple("ei") else ("k",)
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
