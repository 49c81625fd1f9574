"""What a guide has told us, as labels and words: for the check page, staff and the guide."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app import contact, wording
from app.guides.forms.words import PLACED_BY
from app.guides.models import Guide, GuideStatus
from app.guides.services.offers import Person, Skills, Terms
from app.municipalities.models import PlacedBy
from app.vocabulary import Level
from app.web.templating import day

Facts = list[tuple[str, Any]]


def about_facts(person: Person | Guide, place: str) -> Facts:
    """Return who somebody is and where they live."""
    return [
        (_("Name"), person.name),
        (_("E-mail"), person.email),
        (_("Phone"), contact.written_phone(person.phone)),
        (_("Age"), wording.label(person.age_group)),
        (_("Gender"), wording.label(person.gender)),
        (_("Neighbourhood"), place),
    ]


def place_words(name: str | None, placed_by: PlacedBy | None) -> str:
    """Return a neighbourhood and how it was found: "Heggedal (from the postcode)"."""
    if name is None:
        return str(_("Somewhere else, or not sure"))
    if placed_by in {None, PlacedBy.CHOICE}:
        return name
    return str(_("%(place)s (%(how)s)", place=name, how=PLACED_BY[placed_by]))


def skill_facts(languages: Mapping[str, int], skills: Skills | Guide) -> Facts:
    """Return languages with their levels, best first, and interests."""
    spoken = sorted(languages.items(), key=lambda row: -row[1])
    return [
        (_("Languages"), [_language(code, level) for code, level in spoken]),
        (_("Interests"), _several(skills.interests) or _("Nothing chosen")),
    ]


def term_facts(terms: Terms | Guide, *, is_adult: bool = True) -> Facts:
    """Return when and how much somebody can meet, and what they wish.

    Who is under 18 meets groups only, whatever else was filled in.
    """
    hours = ngettext("%(num)s hour at a time", "%(num)s hours at a time", terms.hours_per_meeting)
    capacity = ngettext("%(num)s family", "%(num)s families at the same time", terms.capacity)
    minutes = terms.max_travel_minutes
    travel = _("%(minutes)s minutes", minutes=minutes) if minutes else _("It does not matter")
    return [
        (_("Free"), wording.availability_summary(terms.availability)),
        (_("How often"), f"{wording.label(terms.rhythm)}, {hours}"),
        (_("Room for"), capacity if is_adult else _("Groups of young people only")),
        (_("Would rather meet"), wording.label(terms.gender_wish)),
        (_("Family"), wording.label(terms.children_wish)),
        (_("Children at home"), _several(terms.own_children) or _("None")),
        (_("Pets"), _("Yes") if terms.has_pets else _("No")),
        (_("Travel, one way"), travel),
        (_("Works with"), wording.label(terms.occupation) if terms.occupation else _("Not given")),
    ]


def contact_noted(guide: Guide) -> str:
    """Return what to say to whoever noted a call."""
    if guide.call_again_on is None or guide.status is not GuideStatus.APPLIED:
        return str(_("The first contact is noted."))
    return str(_("Noted. Call again on %(date)s.", date=day(guide.call_again_on)))


def _several(members: Any) -> str:
    """Return the words of several members, in their list's order."""
    kinds = {type(member) for member in members}
    return ", ".join(str(wording.label(m)) for kind in kinds for m in kind if m in members)


def _language(code: str, level: int) -> str:
    name = wording.language_label(code)
    words = str(wording.label(Level(level)))
    return f"{name[:1].upper()}{name[1:]} – {words[:1].lower()}{words[1:]}"
