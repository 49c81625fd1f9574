"""What is on record about a family, as labels and words."""

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app import wording
from app.families.forms.words import PRIORITY
from app.families.models import ContactWay, Family, FamilyLanguage
from app.vocabulary import ChildAge, Interest, Level
from app.web.locale import FAMILY_LANGUAGES
from app.web.templating import day

Facts = list[tuple[str, Any]]


def list_row(family: Family, today: dt.date) -> dict[str, Any]:
    """Return what the list shows of a family: never a name."""
    usable = [row.code for row in family.languages if not row.unacceptable]
    return {
        "family": family,
        "people": young(family) if family.is_group else people(family.household_size),
        "languages": ", ".join(wording.language_label(code) for code in usable[:3]),
        "place": family.neighbourhood.name if family.neighbourhood else _("Not known yet"),
        "waited": waited(family.days_waited(today)),
        "urgency": PRIORITY[family.priority] if family.priority and family.takes_part else "",
    }


def people(size: int) -> str:
    return str(ngettext("%(num)d person", "%(num)d people", size))


def young(group: Family) -> str:
    """Return how many young people a group is: "4 young people"."""
    size = group.household_size
    return str(ngettext("%(num)d young person", "%(num)d young people", size))


def days(number: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", number))


def waited(number: int) -> str:
    return str(_("waited %(days)s", days=days(number)) if number > 0 else _("new today"))


def contact_facts(family: Family, ring: str) -> Facts:
    """Return whom to talk to and how; `ring` is the phone number as the page shows it."""
    way, number = family.contact_way, family.contact_phone and ring
    by_email = [(_("E-mail"), family.contact_email or None)] if way is ContactWay.EMAIL else []
    return [
        (_("Name"), family.contact_name),
        (_("Gender"), wording.label(family.contact_gender) if family.contact_gender else None),
        (_("Wants to be reached"), wording.label(way)),
        *by_email,
        (_("Phone"), number or None),
        (_("We write in"), FAMILY_LANGUAGES.get(family.locale)),
    ]


def group_facts(group: Family) -> Facts:
    """Return who they are together, and what the match needs: never anybody's name."""
    interests = [str(wording.label(one)) for one in Interest if one in group.interests]
    return [
        (_("Young people"), children(group)),
        (_("Languages"), [_spoken(row) for row in group.languages if not row.unacceptable]),
        (_("Interpreter"), _("Needed") if group.interpreter_needed else _("Not needed")),
        (_("Neighbourhood"), group.neighbourhood.name if group.neighbourhood else _unknown()),
        (_("Can meet"), wording.availability_summary(group.availability)),
        (_("Interests"), ", ".join(interests) or _("Nothing chosen")),
        (_("Told by"), f"{group.informed_by}, {day(group.informed_on)}"),
        (_("Privacy notice"), group.notice_version or None),
        (_("Said yes"), day(group.consented_on)),
    ]


def household_facts(family: Family) -> Facts:
    """Return who they are together."""
    return [
        (_("Household"), people(family.household_size)),
        (_("Children"), children(family) or _("None")),
        (_("Neighbourhood"), family.neighbourhood.name if family.neighbourhood else _unknown()),
    ]


def language_facts(family: Family) -> Facts:
    """Return their languages, and what they wish of a guide's."""
    usable = [row for row in family.languages if not row.unacceptable]
    avoided = [wording.language_label(row.code) for row in family.languages if row.unacceptable]
    practice = family.wants_norwegian_practice
    return [
        (_("Languages"), [_spoken(row) for row in usable]),
        (_("Must not be used"), ", ".join(avoided) or None),
        (_("Norwegian practice"), _("Yes, they want it") if practice else _("No")),
        (_("Interpreter"), _("Needed") if family.interpreter_needed else _("Not needed")),
        (_("Shared language"), _("A must") if family.must_share_language else _("Not a must")),
    ]


def wish_facts(family: Family) -> Facts:
    """Return when they can meet, and what they would like."""
    minutes = family.max_travel_minutes
    no_matter = _("It does not matter")
    interests = [str(wording.label(one)) for one in Interest if one in family.interests]
    return [
        (_("Can meet"), wording.availability_summary(family.availability)),
        (_("How often"), wording.label(family.rhythm) if family.rhythm else no_matter),
        (
            _("Travel, one way"),
            _("%(minutes)s minutes", minutes=minutes) if minutes else no_matter,
        ),
        (_("Would rather meet"), wording.label(family.gender_wish)),
        (_("Age of the guide"), wording.label(family.age_wish) if family.age_wish else None),
        (_("Pets"), _("No pets at the guide's home") if family.no_pets else None),
        (_("Interests"), ", ".join(interests) or _("Nothing chosen")),
        (_("Work"), wording.label(family.occupation) if family.occupation else None),
    ]


def staff_facts(family: Family) -> Facts:
    """Return what staff noted."""
    counts = _("Counts") if family.counts_against_quota else _("Does not count")
    return [
        (_("Settled on"), day(family.settled_on)),
        (_("Grounds"), wording.label(family.settlement_category)),
        (_("Settlement quota"), counts),
        (_("How soon"), PRIORITY[family.priority] if family.priority else None),
        (_("Told by"), f"{family.informed_by}, {day(family.informed_on)}"),
        (_("Privacy notice"), family.notice_version or None),
        (_("Said yes"), day(family.consented_on)),
        (_("Registered"), day(family.registered_at)),
        (_("Note"), family.note.splitlines() if family.note else None),
    ]


def children(family: Family) -> str:
    """Return the children as counts in bands: "2 (6–12 years), 1 (13–17 years)"."""
    counts = family.children_by_band
    youngest_first = [band for band in ChildAge if band in counts]
    return ", ".join(f"{counts[band]} ({wording.label(band)})" for band in youngest_first)


def _unknown() -> str:
    return str(_("Not known yet"))


def _spoken(row: FamilyLanguage) -> str:
    """Return "Arabic: mother tongue" or "Arabic: understands fluently, speaks well"."""
    name = wording.language_label(row.code)
    name = name[:1].upper() + name[1:]
    understands, speaks = _level(row.understands), _level(row.speaks)
    if row.understands == row.speaks:
        return f"{name}: {understands}"
    return str(
        _(
            "%(language)s: understands %(understands)s, speaks %(speaks)s",
            language=name,
            understands=understands,
            speaks=speaks,
        )
    )


def _level(level: int) -> str:
    words = str(wording.label(Level(level))) if level else str(_("Not at all"))
    return words[:1].lower() + words[1:]
