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

    Only for a match in which both have said yes: the guide's first name stands on it, as it does on
    the family's page, and the family's contact. More than that they write themselves.
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
    signatures = sum(line[0] == SIGNATURE for line in lines)
    ends_at = max(place for place, line in enumerate(lines) if line[0] == PAIR)
    for place, ((kind, *words), twin) in enumerate(zip(lines, twins, strict=True)):
        if place == ends_at:  # no signatures on a page without a word of what is signed
            paper.keep_signatures(signatures)
        getattr(paper, kind)(*words, *twin[1:])
    return paper.to_bytes()


def _lines(match: Match, terms: Terms, ours: Municipality, *, machine: bool) -> Iterator[Line]:
    """Yield the agreement, line for line the same, in the language that is spoken just now."""
    months = ngettext("%(num)s month", "%(num)s months", terms.months)
    yield from _between(match)
    yield PAIR, _("How long"), str(months)
    yield PAIR, _("How often"), str(label(terms.rhythm))
    # Before the start nobody knows the days: a pen writes them.
    yield PAIR, _("We begin on"), _written(match.started_on)
    yield PAIR, _("We have agreed to meet until"), _written(agreed_until(match))
    yield from _what_a_guide_is()
    yield from _promises(group=match.family.is_group)
    yield PAIR, _("The municipality"), _reached(ours)
    yield POINT, _("In an emergency: police 112, ambulance 113.")
    if machine:
        yield (
            TEXT,
            _(
                "The family's language was translated by a machine. The Norwegian text is what counts."
            ),
        )
    yield from _signatures(match)


def _between(match: Match) -> Iterator[Line]:
    names = together(guide.first_name for guide in match.present)
    if match.family.is_group:
        yield HEADLINE, _("Agreement between guides and a group of young people")
        yield PAIR, _("The guides"), names
        yield (
            PAIR,
            _("For the group, on behalf of those who care for it"),
            match.family.contact_name,
        )
    else:
        yield HEADLINE, _("Agreement between a guide and a family")
        yield PAIR, _("The guide"), names
        yield PAIR, _("The family"), match.family.contact_name


def _signatures(match: Match) -> Iterator[Line]:
    """Yield a line for each guide, and one for the other side."""
    guides = match.present
    for guide in guides:
        whose = _("The guide's signature")
        yield SIGNATURE, f"{whose} ({guide.first_name})" if len(guides) > 1 else whose, _("Date")
    if match.family.is_group:
        yield SIGNATURE, _("Signature for the group"), _("Date")
    else:
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


def _promises(*, group: bool) -> Iterator[Line]:
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
    if group:
        yield (
            POINT,
            _("Guides and the group meet together. A guide is never alone with one of the group."),
        )
    else:
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
