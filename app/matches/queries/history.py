"""Who had to do with whom: matches that are over, and proposals that wait."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.families.models import Family
from app.matches.models import (
    OPEN,
    EndReason,
    GuideKind,
    Match,
    MatchGuide,
    MatchStatus,
    Side,
)

# A pair that somebody walked away from, or that never met, is not put together again.
_SOMEBODY_STOPPED = (
    EndReason.NEVER_MET,
    EndReason.NOT_A_FIT,
    EndReason.GUIDE_STOPPED,
    EndReason.FAMILY_STOPPED,
)


class Holding(NamedTuple):
    """An open proposal, which holds a place of its guides until somebody decides."""

    match_id: uuid.UUID
    family_id: uuid.UUID
    reference: str  # the family's


Proposals = Mapping[uuid.UUID, list[Holding]]  # by guide


@dataclass(frozen=True)
class Together:
    """From matches that are over who was with whom, by family; and proposals that wait."""

    declined: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    matched: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    proposals: dict[uuid.UUID, list[Holding]] = field(default_factory=lambda: defaultdict(list))

    def proposals_to_others(self, family_id: uuid.UUID) -> Proposals:
        """Return the open proposals by guide, without those to one family."""
        return {
            guide_id: [one for one in held if one.family_id != family_id]
            for guide_id, held in self.proposals.items()
        }


def read_history(session: Session, ids: list[uuid.UUID] | None) -> Together:
    """Return who was matched with whom, and which proposals hold places, in one query."""
    stopped = or_(
        # Of several guides only the one whose no it was is not asked about the family again.
        and_(
            Match.status == MatchStatus.DECLINED,
            Match.declined_by == Side.GUIDE,
            MatchGuide.has_answered_no,
        ),
        and_(Match.status == MatchStatus.DECLINED, Match.declined_by == Side.FAMILY),
        Match.end_reason.in_(_SOMEBODY_STOPPED),
    )
    is_proposal = Match.status == MatchStatus.PROPOSED
    over = and_(Match.status.not_in(OPEN), among(Match.family_id, ids))
    statement = (
        select(
            Match.id, Match.family_id, Family.reference, MatchGuide.guide_id, is_proposal, stopped
        )
        .join(MatchGuide.match)
        .join(Match.family)
        .where(or_(and_(is_proposal, MatchGuide.kind != GuideKind.BACKUP), over))
        .order_by(Match.family_id, MatchGuide.guide_id)
    )
    together = Together()
    for match_id, family_id, reference, guide_id, waits, somebody_stopped in session.execute(
        statement
    ):
        if waits:
            together.proposals[guide_id].append(Holding(match_id, family_id, reference))
            continue
        together.matched[family_id].add(guide_id)
        if somebody_stopped:
            together.declined[family_id].add(guide_id)
    return together


def find_declined(session: Session, family_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the guides who are not asked about a family again: one of the two has said no."""
    return read_history(session, [family_id]).declined[family_id]


def among(
    column: InstrumentedAttribute[uuid.UUID], ids: list[uuid.UUID] | None
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these; None is all."""
    return literal(True) if ids is None else column.in_(ids)
