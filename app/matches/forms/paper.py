"""One page on paper: why this guide, in words that can be handed over."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from app.matches.forms.explanations import Told, rule_summary, tell
from app.matches.models import GuideKind, Match, MatchStatus, Origin
from app.matching.types import RuleCode, RuleCount
from app.oslo import day_of
from app.wording import together

# Why somebody else could not be asked is told to a family only where it is about the family too.
ABOUT_GUIDES = frozenset(
    {
        RuleCode.CAPACITY,
        RuleCode.PAUSED,
        RuleCode.NOT_READY,
        RuleCode.STEPS,
        RuleCode.UNDER_18,
        RuleCode.CERTIFICATE,
    }
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What the page says, section by section; nobody's name but the guide's and the decider's."""

    guide: str
    suggested_on: str
    decided: str
    told: Told
    against: list[str]
    points: int
    at_most: int
    considered: str
    fell_away: list[str]
    by_hand: str
    version: str


def paper_for(match: Match) -> Paper:
    """Return the page for a match that was made with the matching.

    The guide's first name is there once both have said yes, and not before: whoever holds the
    page may be the family.
    """
    record = match.explanation
    told = tell(record)
    return Paper(
        guide=_guides(match),
        suggested_on=_day(day_of(match.proposed_at)),
        decided=_decided(match),
        told=told,
        against=list(dict.fromkeys([*told.failing, *told.against])),
        points=sum(points for _label, points, _most, _words in told.terms),
        at_most=sum(most for _label, _points, most, _words in told.terms),
        considered=_considered(record),
        fell_away=_fell_away(record),
        by_hand=match.choice_note if match.origin is Origin.BY_HAND else "",
        version=record["version"],
    )


def _guides(match: Match) -> str:
    """Return who the guide is, or only that there is one: two may go together."""
    if match.agreed_on:  # who is asked to come in, and has not said yes, is named to nobody
        return together([row.guide.first_name for row in match.guides if row.takes_part])
    names = [row.guide.first_name for row in match.guides if row.kind is not GuideKind.BACKUP]
    if len(names) == 1:
        return str(_("a guide"))
    return str(ngettext("%(num)s guide", "%(num)s guides", len(names)))


def _decided(match: Match) -> str:
    """Return who confirmed the suggestion and when: until then nothing is decided."""
    for event in match.events:
        if event.to_status is MatchStatus.GUIDE_ASKED:
            day = _day(day_of(event.at))
            name = event.by.name if event.by else ""
            return f"{name}, {day}" if name else day
    return str(_("Not yet"))


def _considered(record: Mapping[str, Any]) -> str:
    """Return how many guides there were, how many could be asked and which place this one had."""
    could, rank = record.get("candidate_count", 0), record.get("rank")
    if considered := record.get("considered"):
        parts = [
            ngettext("%(num)s guide was looked at.", "%(num)s guides were looked at.", considered),
        ]
        if (could, rank) != (1, 1):
            parts.append(_("%(count)s of them could be asked.", count=could))
    else:
        asked = ngettext("%(num)s guide could be asked.", "%(num)s guides could be asked.", could)
        parts = [] if (could, rank) == (1, 1) else [asked]
    if (could, rank) == (1, 1):
        parts.append(_("This guide was the only one who could be asked."))
    elif rank == 1:
        parts.append(_("This guide fitted best."))
    elif rank:
        parts.append(_("This guide was number %(rank)s by points.", rank=rank))
        parts += _why_not_first(record)
    return " ".join(map(str, parts))


def _why_not_first(record: Mapping[str, Any]) -> list[str]:
    """Say why a round passed over guides with more points: a pin is told as chosen by hand."""
    made = record.get("round")
    if not made or made["pinned"]:
        return []
    return [
        str(
            _(
                "All waiting families were put together with guides at once, so that as many as"
                " possible get one and all together fit well. A guide with more points here may"
                " therefore have been suggested for another family."
            )
        )
    ]


def _fell_away(record: Mapping[str, Any]) -> list[str]:
    """Return why others could not be asked. What is the guides' own affair is one line."""
    told = record.get("rule_counts", {})
    counts = {RuleCode(code): RuleCount(**counts) for code, counts in told.items()}
    about_both = {code: count for code, count in counts.items() if code not in ABOUT_GUIDES}
    lines = rule_summary(about_both)
    if len(about_both) < len(counts):
        lines.append(str(_("Some had no room or were not ready")))
    return lines


def _day(value: dt.date) -> str:
    """Return a date with its year: paper lies about for long."""
    pattern = "d MMMM y" if get_locale().language == "en" else "d. MMMM y"
    return str(format_date(value, pattern))
