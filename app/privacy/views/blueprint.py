import uuid
from collections.abc import Mapping
from typing import cast

from flask import Blueprint

from app.personal import Person

# The page for everybody about privacy is /<municipality>/privacy; this is where it is worked with.
bp = Blueprint("privacy", __name__, url_prefix="/<municipality>/data-protection")


def whom(named: Mapping[str, object]) -> tuple[Person, uuid.UUID]:
    """Return whom an address names, a guide or a family."""
    person = Person.GUIDE if "guide_id" in named else Person.FAMILY
    return person, cast("uuid.UUID", named[f"{person}_id"])
