"""All that is kept of a household: in words, and as the copy that it may have."""

import datetime as dt
import json

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from app import contact, wording
from app.paper import Paper
from app.protected.models import ProtectedHousehold


def facts_of(household: ProtectedHousehold) -> list[tuple[str, str]]:
    """Return all that is kept of a household, in words."""
    match = household.match
    until = format_date(household.kept_until, "long")
    met = match.guide.name if match and match.is_confirmed else _("Nobody yet")
    return [
        (_("First name"), household.contact_name),
        (_("Phone"), contact.written_phone(household.contact_phone)),
        (_("How many are they?"), str(household.household_size)),
        (_("Children"), _("Yes") if household.has_children else _("No")),
        (_("Language"), wording.language_label(household.language)),
        (_("They said yes on"), format_date(household.consented_on, "long")),
        (_("Guide"), met),
        (_("Kept until"), _("a guide no longer meets them") if match else until),
    ]


def write_paper(household: ProtectedHousehold, place: str, *, today: dt.date) -> bytes:
    """Return what is kept of a household as a document, with nobody's name in its own."""
    paper = Paper(_("What is kept"), str(get_locale()), made_on=today, foot=place)
    paper.headline(_("What we keep about you"))
    for label, value in facts_of(household):
        paper.pair(label, value)
    paper.paragraph(_("We do not store where you live. Two persons in the municipality see this."))
    return paper.to_bytes()


def write_file(household: ProtectedHousehold) -> str:
    """Return the same for a program to read."""
    told = dict(facts_of(household))
    return json.dumps({"kept": told}, ensure_ascii=False, indent=2)
