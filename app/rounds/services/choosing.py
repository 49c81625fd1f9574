"""What a coordinator decides before a round: these two together, or never these two."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict, NotFound
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches import queries as matches
from app.matches.services.objections import PairVetoed
from app.matching import explain_pair
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.matching.types import RuleCode
from app.no_contact.queries import kept_apart
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.rounds.models import ChoiceKind, RoundChoice


class FamilyNotInRound(Conflict):
    """The family waits for no guide just now, or has a proposal already."""


class GuideHasLeft(Conflict):
    """The guide takes part no longer."""


class PairForbidden(Conflict):
    """Rules forbid the pair that nobody may override. Carries them."""

    def __init__(self, guide_id: uuid.UUID, rules: Iterable[RuleCode]) -> None:
        self.rules = tuple(sorted(rules))
        super().__init__(f"guide {guide_id}: {', '.join(self.rules)}")


class AlreadyUndone(Conflict):
    """Nothing is decided about the two any more: somebody has taken it back."""


class DecidedMeanwhile(Conflict):
    """Somebody has decided something else about the family since the page was drawn."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page on which somebody decides knew: whom the family was kept for, if anybody."""

    pinned: uuid.UUID | None = None


class GuideFullyPinned(Conflict):
    """All the guide's free places are promised to other families."""


def pin_pair(
    session: Session,
    actor: Actor,
    family_id: uuid.UUID,
    guide_id: uuid.UUID,
    *,
    now: dt.datetime,
    seen: Seen | None = None,
) -> RoundChoice:
    """Let every round from now on give this guide to this family.

    An earlier pin of the family, or a veto of the pair, is replaced: unless the page that it is
    decided on (`seen`) knew nothing of it.

    Raises:
        DecidedMeanwhile: a colleague has decided otherwise since that page was drawn.
        NotFound: there is no such family or guide here.
        FamilyNotInRound: the family waits for no guide, or has an open match.
        PairForbidden: a rule forbids it that nobody may override.
        GuideFullyPinned: the guide's places are promised to other families.
        PairVetoed: the family's coordinator has said ‘not these two’ beforehand.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    _lock_pair(session, family_id, guide_id)
    _ensure_as_seen(session, family_id, guide_id, seen)
    if (family_id, guide_id) in kept_apart(session, [family_id]):
        raise PairVetoed(f"{family_id}, {guide_id}")
    guide_id = _ensure_may_pair(session, family_id, guide_id, today=day_of(now))
    _forget(
        session,
        or_(RoundChoice.guide_id == guide_id, RoundChoice.kind == ChoiceKind.PIN),
        RoundChoice.family_id == family_id,
    )
    return _store(session, actor, ChoiceKind.PIN, family_id, guide_id, now)


def veto_pair(
    session: Session,
    actor: Actor,
    family_id: uuid.UUID,
    guide_id: uuid.UUID,
    *,
    now: dt.datetime,
    seen: Seen | None = None,
) -> RoundChoice:
    """Let no round from now on give this guide to this family. A pin of the pair is replaced.

    Raises:
        DecidedMeanwhile: a colleague has kept somebody for the family since (`seen`).
        NotFound: there is no such family or guide here.
        FamilyNotInRound: the family has left the programme.
        GuideHasLeft: so has the guide.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    _lock_pair(session, family_id, guide_id)
    _ensure_as_seen(session, family_id, guide_id, seen)
    if not session.get_one(Family, family_id).takes_part:
        raise FamilyNotInRound(str(family_id))
    if session.get_one(Guide, guide_id).status is GuideStatus.ENDED:
        raise GuideHasLeft(str(guide_id))
    _forget(session, *_about(family_id, guide_id))
    return _store(session, actor, ChoiceKind.VETO, family_id, guide_id, now)


def clear_choice(session: Session, actor: Actor, family_id: uuid.UUID, guide_id: uuid.UUID) -> None:
    """Take back what was decided about a pair.

    Raises:
        NotFound: there is no such family or guide here.
        AlreadyUndone: nothing was, or is any more.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    _lock_pair(session, family_id, guide_id)
    if not _forget(session, *_about(family_id, guide_id)):
        raise AlreadyUndone(f"no choice about family {family_id} and guide {guide_id}")


def _about(family_id: uuid.UUID, guide_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return RoundChoice.family_id == family_id, RoundChoice.guide_id == guide_id


def _lock_pair(session: Session, family_id: uuid.UUID, guide_id: uuid.UUID) -> None:
    """Let others who decide about the family or the guide wait: the family first, always."""
    family, guide = session.get(Family, family_id), session.get(Guide, guide_id)
    if family is None or guide is None:
        raise NotFound(f"family {family_id} or guide {guide_id}")
    lock(session, family, guide)


def _ensure_as_seen(
    session: Session, family_id: uuid.UUID, guide_id: uuid.UUID, seen: Seen | None
) -> None:
    """Hold what is decided against what the page knew; no page offers a pair that was ruled out."""
    if seen is None:
        return
    decided = select(RoundChoice).where(RoundChoice.family_id == family_id)
    for choice in session.scalars(decided.order_by(RoundChoice.guide_id)):
        ruled_out = choice.kind is ChoiceKind.VETO and choice.guide_id == guide_id
        kept = choice.kind is ChoiceKind.PIN and choice.guide_id != seen.pinned
        if ruled_out or kept:
            raise DecidedMeanwhile(f"{family_id}, {choice.guide_id}: {choice.kind}")


def _ensure_may_pair(
    session: Session, family_id: uuid.UUID, guide_id: uuid.UUID, *, today: dt.date
) -> uuid.UUID:
    """Return the guide to pin: of two who go together the one who is written to."""
    family = session.get_one(Family, family_id)
    if family.status is not FamilyStatus.WAITING or matches.find_open_match(session, family_id):
        raise FamilyNotInRound(str(family_id))
    people = matches.load_people(session, today=today, families=[family_id], guides=[guide_id])
    (of_family,), (of_guide,) = people.families, people.guides
    told = explain_pair(of_family, of_guide, people.travel, matches.config_for(session))
    if forbidding := NEVER_OVERRIDDEN & set(told.failing):
        raise PairForbidden(guide_id, forbidding)
    if _promised(session, of_guide.guide_id, but_to=family_id) >= of_guide.free_places:
        raise GuideFullyPinned(str(guide_id))
    return of_guide.guide_id


def _promised(session: Session, guide_id: uuid.UUID, *, but_to: uuid.UUID) -> int:
    """Return how many places other families' pins hold."""
    statement = select(func.count(RoundChoice.id)).where(
        RoundChoice.kind == ChoiceKind.PIN,
        RoundChoice.guide_id == guide_id,
        RoundChoice.family_id != but_to,
        RoundChoice.family_id.in_(matches.families_in_round()),
    )
    return session.scalar(statement) or 0


def _forget(session: Session, *which: ColumnElement[bool]) -> bool:
    found = session.scalars(
        delete(RoundChoice).where(and_(*which)).returning(RoundChoice.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    return bool(found)


def _store(
    session: Session,
    actor: Actor,
    kind: ChoiceKind,
    family_id: uuid.UUID,
    guide_id: uuid.UUID,
    now: dt.datetime,
) -> RoundChoice:
    choice = RoundChoice(
        family_id=family_id, guide_id=guide_id, kind=kind, chosen_at=now, by_id=actor.user_id
    )
    session.add(choice)
    session.flush()
    return choice
