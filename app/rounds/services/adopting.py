"""From a round to proposals: pairs that a coordinator says yes to."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import Conflict, DomainError, NotFound
from app.families.models import Family
from app.jobs.progress import WorkStatus
from app.matches.models import Match, Origin
from app.matches.queries import get_family_to_match
from app.matches.services import Addresses, confirm_match, propose_match
from app.municipalities.services import take_turn
from app.permissions import Actor, Permission, ensure_may
from app.rounds import queries
from app.rounds.models import ChoiceKind, MatchingRound, RoundChoice, RoundProposal


class RoundNotDone(Conflict):
    """The round has no answer yet, or never got one."""


class PairNotInRound(Conflict):
    """The round did not put these two together."""


class PinTakenBack(Conflict):
    """The round put these two together because a coordinator kept them, and does not any more."""


class FamilyPinnedElsewhere(Conflict):
    """A coordinator has kept the family for another guide since."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pairs (family, guide) to adopt, and whether their guides are to be asked at once.

    `asking` says where the letters lead; None stores proposals only. `note` is kept with a pair
    that was pinned against a rule's advice, which asks for one.
    """

    pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]
    asking: Addresses | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A pair that could not be adopted, and the fact that says why."""

    family_id: uuid.UUID
    guide_id: uuid.UUID
    reason: DomainError


@dataclass(frozen=True, slots=True)
class Adoption:
    """What became of each pair."""

    proposed: tuple[Match, ...]
    refused: tuple[Refused, ...]


def adopt_pairs(
    session: Session, actor: Actor, found: MatchingRound, wanted: Wanted, *, now: dt.datetime
) -> Adoption:
    """Propose pairs of a round, and ask their guides if wanted. Each pair by itself.

    What has changed since the round refuses its pair and no other: a place that is taken, a
    family that has left. A pair that cannot be asked about is not proposed either.

    Raises:
        NotPermitted: the actor is no coordinator.
        RoundNotDone: the round has no answer.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    if wanted.asking:
        ensure_may(actor, Permission.MATCHES_CONFIRM)
    if found.status is not WorkStatus.DONE:
        raise RoundNotDone(f"{found.id} is {found.status}")
    pairs = {(pair.family_id, pair.guide_id): pair for pair in queries.stored_pairs(found)}
    proposed, refused = [], []
    _lock_families(session, [family_id for family_id, _ in wanted.pairs])
    # One order for all: two who adopt at once do not wait for each other's guides.
    for family_id, guide_id in sorted(set(wanted.pairs), key=lambda pair: (pair[1], pair[0])):
        try:
            with session.begin_nested():
                if (family_id, guide_id) not in pairs:
                    raise PairNotInRound(f"{family_id}, {guide_id}")
                match = _adopt(session, actor, found, pairs[family_id, guide_id], wanted, now)
        except (Conflict, NotFound) as reason:
            refused.append(Refused(family_id, guide_id, reason))
        else:
            proposed.append(match)
    take_turn(session)
    _note_origin(session, found, proposed)
    return Adoption(tuple(proposed), tuple(refused))


def _adopt(
    session: Session,
    actor: Actor,
    found: MatchingRound,
    pair: queries.StoredPair,
    wanted: Wanted,
    now: dt.datetime,
) -> Match:
    family = get_family_to_match(session, actor, pair.family_id)
    pinned = _is_pinned(session, found, pair)
    if pair.pinned and not pinned:
        raise PinTakenBack(f"{pair.family_id}, {pair.guide_id}")
    note = wanted.note if pinned else ""
    match = propose_match(session, actor, family, pair.guide_id, note=note, now=now)
    _ensure_as_decided(session, match)
    if pinned:
        match.origin = Origin.BY_HAND
    match.explanation = match.explanation | {"round": _origin(found, pair, pinned=pinned)}
    session.flush()  # what comes looks at the match as it is stored
    if wanted.asking:
        confirm_match(session, actor, match, addresses=wanted.asking, now=now)
    _forget_pin(session, pair.family_id)
    session.flush()
    return match


def _lock_families(session: Session, family_ids: Iterable[uuid.UUID]) -> None:
    """Let others who are about these families wait: families first, in one order for all."""
    rows = select(Family.id).where(Family.id.in_(sorted(set(family_ids)))).order_by(Family.id)
    session.scalars(rows.with_for_update()).all()


def _is_pinned(session: Session, found: MatchingRound, pair: queries.StoredPair) -> bool:
    """Return whether the two are kept together now, whatever they were when the round was made."""
    halves = {pair.guide_id, queries.partners_of(found).get(pair.guide_id, pair.guide_id)}
    pin = select(RoundChoice.guide_id).where(
        RoundChoice.family_id == pair.family_id, RoundChoice.kind == ChoiceKind.PIN
    )
    return session.scalar(pin) in halves


def _ensure_as_decided(session: Session, match: Match) -> None:
    """Hold a pair against what has been decided since the round; a couple's both halves count."""
    taking = {guide.id for guide in match.takers}
    decisions = select(RoundChoice).where(RoundChoice.family_id == match.family_id)
    for decision in session.scalars(decisions.order_by(RoundChoice.guide_id)):
        if decision.kind is ChoiceKind.PIN and decision.guide_id not in taking:
            raise FamilyPinnedElsewhere(f"{match.family_id}, {decision.guide_id}")


def _note_origin(session: Session, found: MatchingRound, matches: Sequence[Match]) -> None:
    """Note which round proposals came from, unless it has gone as the oldest in this moment.

    At the end, and in our turn: who forgets somebody holds the family first, then has the turn,
    then holds the rounds, and so do we.
    """
    held = select(MatchingRound.id).where(MatchingRound.id == found.id)
    if session.scalar(held.with_for_update(read=True, key_share=True)):
        session.add_all(RoundProposal(round_id=found.id, match_id=match.id) for match in matches)
        session.flush()


def _origin(found: MatchingRound, pair: queries.StoredPair, *, pinned: bool) -> dict[str, object]:
    """Return what a proposal keeps of the round that it came from."""
    return {
        "id": str(found.id),
        "computed_at": found.computed_at.isoformat() if found.computed_at else None,
        "score": pair.score,
        "pinned": pinned,
        "kept": pair.kept,
    }


def _forget_pin(session: Session, family_id: uuid.UUID) -> None:
    """The pin has done its work; a later wait of the family begins without it."""
    session.execute(
        delete(RoundChoice).where(
            RoundChoice.family_id == family_id, RoundChoice.kind == ChoiceKind.PIN
        ),
        execution_options={"synchronize_session": False},
    )
