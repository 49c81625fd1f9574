import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.jobs.progress import UNDER_WAY, WorkStatus
from app.matches.models import OPEN, Match
from app.matching.differences import Possible
from app.no_contact.queries import coordinators_of, heard_among, kept_apart
from app.permissions import Actor, Permission, ensure_may
from app.rounds.models import ChoiceKind, MatchingRound, RoundChoice, RoundProposal
from app.rounds.record import EMPTIED, Earlier

S = WorkStatus
_NEWEST_FIRST = (MatchingRound.asked_at.desc(), MatchingRound.id)


@dataclass(frozen=True, slots=True)
class StoredPair:
    """A family and the guide that a stored round gave it."""

    family_id: uuid.UUID
    guide_id: uuid.UUID
    score: int
    backup_id: uuid.UUID | None
    pinned: bool
    kept: bool  # the round before said the same


def latest_round(session: Session, actor: Actor) -> MatchingRound | None:
    """Return the newest round that is done."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    return find_latest(session, S.DONE)


def latest_failure(session: Session, actor: Actor) -> MatchingRound | None:
    """Return the newest round if it has failed: after it nothing was computed."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    newest = find_latest(session, S.DONE, S.FAILED)
    return newest if newest and newest.status is S.FAILED else None


def round_under_way(session: Session, actor: Actor) -> MatchingRound | None:
    """Return the round that waits for the worker or is being computed, if one is."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    return find_latest(session, *UNDER_WAY)


def find_latest(session: Session, *statuses: WorkStatus) -> MatchingRound | None:
    """Return the newest round with one of these statuses. For services."""
    statement = select(MatchingRound).where(MatchingRound.status.in_(statuses))
    return session.scalar(statement.order_by(*_NEWEST_FIRST).limit(1))


def get_round(session: Session, actor: Actor, round_id: uuid.UUID) -> MatchingRound:
    """Return a round; raise NotFound if there is none here."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    found = session.scalar(select(MatchingRound).where(MatchingRound.id == round_id))
    if found is None:
        raise NotFound(f"round {round_id}")
    return found


def list_rounds(session: Session, actor: Actor) -> Sequence[MatchingRound]:
    """Return the rounds that are kept, newest first, with who asked for them."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    statement = select(MatchingRound).options(joinedload(MatchingRound.by))
    return session.scalars(statement.order_by(*_NEWEST_FIRST)).all()


def rounds_to_replay(session: Session, round_id: uuid.UUID | None) -> Iterator[MatchingRound]:
    """Yield the rounds that are done, or the one that is asked for, oldest first.

    Those that a family has left since are not whole any more and cannot be proved.
    """
    statement = select(MatchingRound.id).where(MatchingRound.status == S.DONE)
    if round_id:
        statement = statement.where(MatchingRound.id == round_id)
    for key in session.scalars(statement.order_by(MatchingRound.asked_at, MatchingRound.id)).all():
        found = session.get_one(MatchingRound, key)
        if EMPTIED not in found.problem:
            yield found


def find_round_of(session: Session, match_id: uuid.UUID) -> MatchingRound | None:
    """Return the round that a proposal came from, if it came from one."""
    statement = select(MatchingRound).join(
        RoundProposal, RoundProposal.round_id == MatchingRound.id
    )
    return session.scalar(statement.where(RoundProposal.match_id == match_id))


def list_choices(
    session: Session, actor: Actor, decisions: Sequence[RoundChoice], *, today: dt.date
) -> Sequence[RoundChoice]:
    """Return what an actor may read of these decisions.

    What a family's list keeps apart is told to whom that list speaks. To anybody else the list
    would answer: a name given at the sign-up would show which family fears it.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    of_lists = {row.family_id for row in decisions if inspect(row).transient}
    heard = heard_among(session, actor, of_lists, today)
    return [row for row in decisions if row.family_id in heard or not inspect(row).transient]


def list_decisions(session: Session, *, has_lists: bool = True) -> Sequence[RoundChoice]:
    """Return what coordinators have decided, by family and guide, with who did.

    For services and the worker: nobody is asked for. Who notes whom a family fears has said with it
    ‘not these two, until I have looked’: a veto that is stored nowhere (`list_choices`).
    `has_lists`: whether any family has noted somebody; without one, nothing is asked.
    """
    statement = select(RoundChoice).options(joinedload(RoundChoice.by))
    stored = session.scalars(statement).all()
    said = {
        (row.family_id, row.guide_id): row
        for row in (_said_beforehand(session) if has_lists else ())
    }
    for row in stored:
        if row.kind is ChoiceKind.VETO:
            said.pop((row.family_id, row.guide_id), None)
    kept = [row for row in stored if (row.family_id, row.guide_id) not in said]
    return sorted([*kept, *said.values()], key=lambda row: (row.family_id, row.guide_id))


def _said_beforehand(session: Session) -> Iterator[RoundChoice]:
    """Yield as vetoes, which are stored nowhere, what families' lists keep apart."""
    apart = kept_apart(session)
    if not apart:
        return
    said_by = coordinators_of(session, {family_id for family_id, _ in apart})
    for (family_id, guide_id), hit in apart.items():
        by = said_by.get(family_id)
        yield RoundChoice(
            id=uuid.uuid5(family_id, str(guide_id)),
            family_id=family_id,
            guide_id=guide_id,
            kind=ChoiceKind.VETO,
            chosen_at=hit.since,
            by_id=by.id if by else None,
            by=by,
        )


def stored_pairs(found: MatchingRound) -> tuple[StoredPair, ...]:
    """Return a stored round's pairs, by family. Whoever has left since is not among them."""
    answer, previous = found.answer, found.problem["previous"]
    families, guides = _ids(found, "families"), _ids(found, "guides")
    return tuple(
        StoredPair(
            family_id=family,
            guide_id=guide,
            score=answer["score"][number],
            backup_id=_at(guides, answer["backup"][number]),
            pinned=answer["pinned"][number],
            kept=previous[number] == answer["guide"][number],
        )
        for number, family in enumerate(families)
        if family and (guide := _at(guides, answer["guide"][number]))
    )


def stored_waiting(found: MatchingRound) -> tuple[uuid.UUID, ...]:
    """Return the families that a stored round had no guide for."""
    given = found.answer["guide"]
    families = _ids(found, "families")
    return tuple(key for number, key in enumerate(families) if key and given[number] < 0)


def stored_idle(found: MatchingRound) -> tuple[uuid.UUID, ...]:
    """Return the guides whom a stored round left a place."""
    guides = _ids(found, "guides")
    return tuple(key for number in found.answer["idle"] if (key := guides[number]))


def pairs_of(found: MatchingRound) -> Mapping[uuid.UUID, uuid.UUID | None]:
    """Return each family's guide in a stored round, None for a family that was left over."""
    return _pairs(found, found.answer["guide"])


def previous_pairs(found: MatchingRound) -> Mapping[uuid.UUID, uuid.UUID | None]:
    """Return what the round before a stored one had given its families."""
    return _pairs(found, found.problem["previous"])


def earlier_of(found: MatchingRound) -> Earlier:
    """Return a stored round as the one that a new round is compared with."""
    families, guides = _ids(found, "families"), _ids(found, "guides")
    edges, vetoes = found.problem["edges"], {(f, g) for f, g in found.problem["vetoes"]}
    rows = zip(families, pairwise(edges["ptr"]), strict=True)
    return Earlier(
        pairs_of(found),
        Possible(
            pairs=frozenset(
                (family, key)
                for row, (family, (start, end)) in enumerate(rows)
                for guide in edges["guide"][start:end]
                if family and (row, guide) not in vetoes and (key := guides[guide])
            ),
            guides=frozenset(
                key
                for key, room in zip(guides, found.problem["capacity"], strict=True)
                if key and room
            ),
        ),
    )


def returned_families(session: Session) -> frozenset[uuid.UUID]:
    """Return the families that have had a proposal or a match that is over. For services."""
    return frozenset(session.scalars(select(Match.family_id).where(Match.status.not_in(OPEN))))


def partners_of(found: MatchingRound) -> Mapping[uuid.UUID, uuid.UUID]:
    """Return the other half of each couple in a stored round, by who is written to."""
    stored = found.problem["partners"]
    return {uuid.UUID(lead): uuid.UUID(other) for lead, other in stored.items()}


def taken_since(found: MatchingRound) -> dt.datetime:
    """Return since when proposals count as taken from a round and those it goes on from."""
    since = found.problem.get("since")
    return dt.datetime.fromtimestamp(since, dt.UTC) if since else found.asked_at


def compared_with(found: MatchingRound) -> dt.datetime | None:
    """Return when the round was made that a stored one is compared with, if it is known."""
    at = found.problem.get("base_at")
    return dt.datetime.fromtimestamp(at, dt.UTC) if at else None


def _pairs(found: MatchingRound, numbers: Sequence[int]) -> Mapping[uuid.UUID, uuid.UUID | None]:
    families, guides = _ids(found, "families"), _ids(found, "guides")
    return {
        family: _at(guides, numbers[number]) for number, family in enumerate(families) if family
    }


def _ids(found: MatchingRound, side: str) -> list[uuid.UUID | None]:
    return [uuid.UUID(key) if key else None for key in found.problem[side]]


def _at(guides: Sequence[uuid.UUID | None], number: int) -> uuid.UUID | None:
    return guides[number] if number >= 0 else None
