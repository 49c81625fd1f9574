"""What makes a password too easy to guess."""

import re
import unicodedata
from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 128
LEAST_SCORE = 3  # of 4: some 10^8 guesses and more
SHORTEST_WORD = 3
LEAST_OWN = 6  # letters and digits beside the words below and one's own name
LOOKED_AT = 72  # characters; the estimate is slow on longer ones and gains nothing
# What people here would think of first, and an attacker too; callers add the site's municipalities.
OUR_WORDS = (
    "flyktning",
    "flyktningguide",
    "frivillig",
    "guide",
    "kommune",
    "passord",
    "velkommen",
    "norge",
    "oslo",
)


def normalised(password: str) -> str:
    """Return the form that is hashed: one keyboard's å is another one's."""
    return unicodedata.normalize("NFKD", password)


def is_guessable(password: str, about: Iterable[str]) -> bool:
    """Return whether a password is soon guessed by somebody who knows a few things.

    Args:
        password: as typed.
        about: the person's name, e-mail address, the municipalities here and the like.
    """
    known = [word.lower() for text in about for word in (text, *re.split(r"\W+", text))]
    if _own_part(password, (*OUR_WORDS, *known)) < LEAST_OWN:
        return True
    estimate = zxcvbn(password[:LOOKED_AT], user_inputs=[*OUR_WORDS, *known])
    return bool(estimate["score"] < LEAST_SCORE)


def _own_part(password: str, known: Iterable[str]) -> int:
    """Return how many letters and digits are left when known words are taken out."""
    rest = password.lower()
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            rest = rest.replace(word, " ")
    return sum(character.isalnum() for character in rest)
