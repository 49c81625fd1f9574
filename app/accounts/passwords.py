"""What makes a password too easy to guess."""

import unicodedata
from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 128
LEAST_SCORE = 3  # of 4: some 10^8 guesses and more
LOOKED_AT = 72  # characters; the estimate is slow on longer ones and gains nothing
# What people here would think of first, and an attacker too.
OUR_WORDS = (
    "flyktning",
    "flyktningguide",
    "frivillig",
    "guide",
    "kommune",
    "passord",
    "velkommen",
    "asker",
    "bærum",
    "drammen",
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
        about: the person's name, e-mail address and the like.
    """
    known = [word.lower() for text in about for word in (text, *text.replace("@", " ").split())]
    estimate = zxcvbn(password[:LOOKED_AT], user_inputs=[*OUR_WORDS, *known])
    return bool(estimate["score"] < LEAST_SCORE)
