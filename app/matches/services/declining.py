"""What follows from a no: one table, by who said it and why.

Whatever the reason, the two are not proposed to each other again: see `queries.history`. Where
several guides were asked, one's no closes the match for all of them, for they were to come together.
It is that one's no alone: the others can be proposed to the family again, and are written to.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from app.database import lock
from app.guides.models import Guide, GuideStatus
from app.matches.models import DeclineReason, Match, Side

REST_DAYS = 60


class Check(StrEnum):
    """What staff should look at, before they propose somebody else."""

    TRAVEL = "travel"
    WISHES = "wishes"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class DeclineConsequence:
    """What follows from a no.

    Args:
        rest_days: how long the guide is asked about nobody else; None: can be asked at once.
        check: what staff should look at; None: nothing.
    """

    rest_days: int | None = None
    check: Check | None = None


R = DeclineReason
NOTHING = DeclineConsequence()
CONSEQUENCES: Mapping[Side, Mapping[DeclineReason, DeclineConsequence]] = {
    Side.GUIDE: {
        R.NO_TIME: DeclineConsequence(rest_days=REST_DAYS),
        R.TOO_FAR: DeclineConsequence(check=Check.TRAVEL),
        R.NOT_A_FIT: DeclineConsequence(check=Check.WISHES),
        R.KNOWS_THE_OTHER: NOTHING,
        R.CHANGED_SITUATION: DeclineConsequence(rest_days=REST_DAYS, check=Check.TALK),
        R.FOUND_ANOTHER: DeclineConsequence(rest_days=REST_DAYS, check=Check.TALK),
        R.NO_REASON: NOTHING,
    },
    Side.FAMILY: {
        R.NO_TIME: DeclineConsequence(check=Check.TALK),
        R.TOO_FAR: DeclineConsequence(check=Check.TRAVEL),
        R.NOT_A_FIT: DeclineConsequence(check=Check.WISHES),
        R.KNOWS_THE_OTHER: NOTHING,
        R.CHANGED_SITUATION: DeclineConsequence(check=Check.TALK),
        R.FOUND_ANOTHER: DeclineConsequence(check=Check.TALK),
        R.NO_REASON: NOTHING,
    },
}


def consequence_of(side: Side | None, reason: DeclineReason | None) -> DeclineConsequence:
    """Return what follows; nothing where the municipality itself took it back."""
    if side is None or reason is None:
        return NOTHING
    return CONSEQUENCES.get(side, {}).get(reason, NOTHING)


def note_whose_no(match: Match, guide: Guide) -> None:
    """Note which guide said no, also one who had said yes before."""
    for row in match.guides:
        if row.guide is guide:
            row.awaits_yes, row.said_yes_on = False, None
        elif row.takes_part and row.said_yes_on is None:
            row.awaits_yes = True  # was there, and said nothing


def others_in(match: Match) -> list[Guide]:
    """Return the guides of a declined match whose no it was not."""
    if match.declined_by is not Side.GUIDE:
        return []
    no = {row.guide_id for row in match.guides if row.has_answered_no}
    return [guide for guide in match.takers if guide.id not in no]


def let_guide_rest(session: Session, match: Match, guide: Guide, *, today: dt.date) -> None:
    """Let the guide who said no rest, as the table says. A break under way stays as it is."""
    let_rest(session, guide, match.declined_by, match.decline_reason, today=today)


def let_rest(
    session: Session,
    guide: Guide,
    side: Side | None,
    reason: DeclineReason | None,
    *,
    today: dt.date,
) -> None:
    """Let a guide rest after a no of that side for that reason, as the table says."""
    days = consequence_of(side, reason).rest_days
    if days is None:
        return
    lock(session, guide)
    if guide.status is GuideStatus.READY:
        guide.pause(until=today + dt.timedelta(days=days))
