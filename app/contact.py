"""From what people type to what we store: names, phone numbers, postcodes, e-mail addresses.

Pure: no Flask, no ORM. Guides, families and staff are asked in the same way.
"""

import re
import unicodedata
from itertools import pairwise

from email_validator import EmailNotValidError, validate_email

FEWEST_DIGITS = 4
_JOINERS = "\u200c\u200d"  # Persian and other scripts spell with them
_UNSEEN = frozenset({"Cf", "Co", "Cn", "Cs"})
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
_NORWEGIAN = re.compile(r"(?:\+?47)?([2-9][0-9]{7})")
_POSTCODE = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_BETWEEN_DIGITS = re.compile(r"[\s().\-/\u2010-\u2015]")


def one_line(text: str | None) -> str:
    """Return text on one line, spaces collapsed, without marks that nobody sees.

    Direction marks in a name would turn the words around it on our pages.
    """
    line = " ".join(_visible(text).split())
    return line if line.strip(_JOINERS + " ") else ""


def few_lines(text: str | None) -> str:
    """Return a short note with its lines, each as `one_line` has it; at most one empty in a row."""
    lines = [one_line(line) for line in (text or "").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def tidy_phone(text: str | None) -> str:
    """Return a phone number as `+4790000101`, or what was typed where it is no number.

    Eight digits are Norwegian; other countries' numbers need their `+` or `00`.
    """
    line = one_line(text)
    digits = _BETWEEN_DIGITS.sub("", _western(line))
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if norwegian := _NORWEGIAN.fullmatch(digits):
        return f"+47{norwegian[1]}"
    return digits if is_phone(digits) else line


def phone_part(text: str) -> str:
    """Return what to look for in stored numbers when somebody types a number, or some of it.

    Empty where that would find everybody: fewer than four digits, or no number at all.
    """
    digits = _BETWEEN_DIGITS.sub("", _western(one_line(text))).removeprefix("+47")
    digits = digits.removeprefix("0047")
    return digits if digits.isdecimal() and len(digits) >= FEWEST_DIGITS else ""


def written_phone(text: str) -> str:
    """Return a Norwegian number as people write it, any other text as it is.

    Mobile and free numbers are read as "900 00 123", all others as "22 33 44 55".
    """
    number = tidy_phone(text)
    if not (number.startswith("+47") and is_phone(number)):
        return text
    number = number.removeprefix("+47")
    breaks = (0, 3, 5, 8) if number[0] in "489" else (0, 2, 4, 6, 8)
    return " ".join(number[a:b] for a, b in pairwise(breaks))


def is_phone(text: str) -> bool:
    """Tell whether this is a whole phone number, with country code."""
    if text.startswith("+47"):
        return _NORWEGIAN.fullmatch(text) is not None
    return _ABROAD.fullmatch(text) is not None


def tidy_postcode(text: str | None) -> str:
    """Return the four digits in "1383 Asker" or "N-1383", or what was typed if there are none."""
    line = _western(one_line(text))
    found = _POSTCODE.search(line)
    return found[0] if found else line


def is_postcode(text: str) -> bool:
    return _POSTCODE.fullmatch(text) is not None


def tidy_email(text: str | None) -> str:
    """Return an e-mail address in lower case, or what was typed if it is none."""
    line = one_line(text)
    try:
        return str(validate_email(line, check_deliverability=False).normalized).lower()
    except EmailNotValidError:
        return line


def is_email(text: str) -> bool:
    """Return whether text is one e-mail address that means what it says.

    `=?` begins an encoded word, in which a mail program may find a second address.
    """
    if "=?" in text:
        return False
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _western(text: str) -> str:
    """Return text with the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _visible(text: str | None) -> str:
    """Return text composed, control characters as spaces and other unseen marks gone."""
    seen = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text or "")
    kept = (c for c in seen if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(kept))
