"""The agreement on paper: Norwegian on the left, the family's language beside it."""

import datetime as dt
from collections.abc import Iterator

from flask_babel import force_locale, format_date, get_locale, ngettext
from flask_babel import gettext as _

from app.languages import MACHINE_TRANSLATED, listed
from app.matches.models import AGREEMENT_VERSION, Match
from app.matches.queries import Terms, agreed_until
from app.municipalities.models import Municipality
from app.paper import Paper
from app.web.templating import municipality
from app.wording import label, together

HEADLINE, HEADING, TEXT, POINT, PAIR, SIGNATURE = (
    "headline",
    "heading",
    "paragraph",
    "point",
    "pair",
    "signature",
)
Line = tuple[str, ...]  # which method of the paper, and its words


def agreement_paper(match: Match, terms: Terms, *, made_on: dt.date) -> bytes:
    """Return the agreement of one match as a PDF, with room for both signatures.

    Only for a match in which both have said yes: it holds the names of both.
    """
    ours: Municipality = municipality()
    locale = ours.locale
    other = "" if terms.family_locale in {"nb", "nn"} else terms.family_locale
    machine = other in MACHINE_TRANSLATED
    with force_locale(locale):
        lines = list(_lines(match, terms, ours, machine=machine))
        paper = Paper(
            _("Agreement"),
            locale,
            made_on=made_on,
            beside=other,
            foot=f"{ours.name} – {AGREEMENT_VERSION}",
        )
    twins: list[Line] = [()] * len(lines)
    if other:
        with force_locale(other):
            twins = list(_lines(match, terms, ours, machine=machine))
    for (kind, *words), twin in zip(lines, twins, strict=True):
        getattr(paper, kind)(*words, *twin[1:])
    return paper.to_bytes()


def _lines(match: Match, terms: Terms, ours: Municipality, *, machine: bool) -> Iterator[Line]:
    """Yield the agreement, line for line the same, in the language that is spoken just now."""
    months = ngettext("%(num)s month", "%(num)s months", terms.months)
    yield HEADLINE, _("Agreement between a guide and a family")
    yield PAIR, _("The guide"), together(guide.name for guide in match.present)
    yield PAIR, _("The family"), match.family.contact_name
    yield PAIR, _("How long"), str(months)
    yield PAIR, _("How often"), str(label(terms.rhythm))
    # Before the start nobody knows the days: a pen writes them.
    yield PAIR, _("We begin on"), _written(match.started_on)
    yield PAIR, _("We have agreed to meet until"), _written(agreed_until(match))
    yield from _what_a_guide_is()
    yield from _promises()
    yield PAIR, _("The municipality"), _reached(ours)
    yield POINT, _("In an emergency: police 112, ambulance 113.")
    if machine:
        yield (
            TEXT,
            _(
                "The family's language was translated by a machine. The Norwegian text is what counts."
            ),
        )
    yield SIGNATURE, _("The guide's signature"), _("Date")
    yield SIGNATURE, _("The family's signature"), _("Date")


def _what_a_guide_is() -> Iterator[Line]:
    yield HEADING, _("What a guide is")
    yield POINT, _("The guide is a volunteer: unpaid, and not from the municipality.")
    yield POINT, _("The guide decides nothing about your case, your money or your home.")
    yield POINT, _("It is free. Nobody owes anybody anything.")
    yield (
        POINT,
        _(
            "It is voluntary. Each of us may stop at any time without a reason. It has no consequences."
        ),
    )


def _promises() -> Iterator[Line]:
    yield HEADING, _("What we promise each other")
    yield (
        POINT,
        _("We meet as often as it says above, and tell each other in good time if we cannot."),
    )
    yield POINT, _("We respect each other's faith, customs and opinions.")
    yield (
        POINT,
        _("We do not pass on what we learn about each other, unless somebody is in danger."),
    )
    yield HEADING, _("Where the limits are")
    yield POINT, _("A guide is not an interpreter, a lawyer or a driver.")
    yield POINT, _("We do not lend or give each other money or expensive things.")
    yield POINT, _("Parents look after their own children. A guide is not a childminder.")
    yield (
        POINT,
        _("If something does not feel right, call the municipality. The other one need not know."),
    )


def _written(day: dt.date | None) -> str:
    return str(format_date(day, "long")) if day else ""


def _reached(ours: Municipality) -> str:
    """Return whom to call, with the number kept in one piece also from right to left."""
    number = f"\u2066{ours.contact_phone}\u2069" if ours.contact_phone else ""
    parts = (part for part in (ours.contact_name or ours.name, number) if part)
    return listed(parts, str(get_locale()))
