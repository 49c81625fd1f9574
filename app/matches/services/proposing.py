import datetime as dt
import uuid

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict, NotFound
from app.families.models import Family, FamilyStatus, FamilyWithdrawn
from app.guides.models import Guide, GuideStatus
from app.matches import queries
from app.matches.models import GuideKind, Match, MatchGuide, MatchKind, Origin
from app.matches.services.allowed import ensure_match_may_meet, ensure_may_meet
from app.matches.services.objections import ensure_nobody_objects
from app.matches.services.places import GuideNotReady
from app.matches.services.records import proposal_record
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.matching.types import GuideProfile, PairExplanation, RuleCode
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

TOLD_BY_THE_PLACE = frozenset({RuleCode.CAPACITY, RuleCode.PAUSED, RuleCode.NOT_READY})
LONGEST_NOTE = 280


class FamilyHasOpenMatch(Conflict):
    """Another proposal or match for the family is open: one at a time."""


class FamilyNotWaiting(Conflict):
    """The family has a guide already."""


class GuideCannotBeProposed(Conflict):
    """A rule forbids the pair, and no note can override it."""


class ChoiceNoteMissing(Conflict):
    """The guide is not among the candidates; to choose them asks for a reason."""


def propose_match(
    session: Session,
    actor: Actor,
    family: Family,
    guide_id: uuid.UUID,
    *,
    note: str = "",
    now: dt.datetime,
) -> Match:
    """Store a proposal of one guide for one family, with the score and all that it rests on.

    Nobody is asked yet and no place is taken: that is the confirmation. A note says why it is
    this guide; it must, for one who is not among the candidates.

    Raises:
        FamilyWithdrawn, FamilyNotWaiting, FamilyHasOpenMatch: the family wants none just now.
        GuideCannotBeProposed: a rule forbids it that nobody may override.
        ChoiceNoteMissing: another rule forbids it, and there is no note.
        MayNotMeet, PairVetoed: they may not, or a colleague has said ‘not these two’.
        NotFound: it is a group of minors, which is in no ranking; or the family is gone.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    _ensure_may_be_proposed(session, family, guide_id)
    ranking = queries.rank_for(session, actor, family, today=day_of(now))
    told = ranking.explain(guide_id)
    _ensure_choosable(told, note)
    match = Match(
        family=family,
        origin=Origin.MATCHING if told.is_feasible else Origin.BY_HAND,
        score=told.candidate.score,
        explanation=proposal_record(told, ranking),
        choice_note=note.strip()[:LONGEST_NOTE],
        proposed_at=now,
    )
    _take_part(session, match, ranking.guides[guide_id].profile)
    ensure_may(actor, Permission.MATCHES_PROPOSE, match)  # nobody proposes themselves
    ensure_match_may_meet(session, match)
    ensure_nobody_objects(session, match)
    store_only_open(session, match)
    return match


def _ensure_may_be_proposed(session: Session, family: Family, guide_id: uuid.UUID) -> None:
    """Look at the family as it is now, and at a guide whom no list holds: say here why not."""
    if family.is_group:
        raise NotFound(f"household {family.id}")
    lock(session, family)  # who leaves, or becomes protected, at this moment is seen or waits
    ensure_waiting(family)
    if guide := session.get(Guide, guide_id):
        if guide.status is GuideStatus.ENDED:
            raise GuideNotReady(f"guide {guide_id} has left")
        ensure_may_meet(session, family, [guide])


def _take_part(session: Session, match: Match, unit: GuideProfile) -> None:
    """Note the guide, and the other half where two go together."""
    for guide_id, kind in ((unit.guide_id, GuideKind.LEAD), (unit.partner_id, GuideKind.CO)):
        if guide_id is not None:
            match.guides.append(MatchGuide(guide=session.get_one(Guide, guide_id), kind=kind))


def ensure_waiting(family: Family) -> None:
    if family.status is FamilyStatus.WITHDRAWN:
        raise FamilyWithdrawn(str(family.id))
    if family.status is not FamilyStatus.WAITING:
        raise FamilyNotWaiting(str(family.id))


def _ensure_choosable(told: PairExplanation, note: str) -> None:
    if forbidding := NEVER_OVERRIDDEN & set(told.failing):
        raise GuideCannotBeProposed(f"{told.candidate.guide_id}: {sorted(forbidding)}")
    if not told.is_feasible and not note.strip():
        raise ChoiceNoteMissing(str(told.candidate.guide_id))


def ensure_still_fits(session: Session, match: Match, today: dt.date) -> None:
    """Raise GuideCannotBeProposed if a rule that no note overrides has come to forbid the pair.

    Groups are put together by hand: no rule ranks them.
    Places and readiness are not looked at here: they are taken and checked in one statement.
    """
    for guide in match.takers if match.kind is MatchKind.HOUSEHOLD else ():
        failing = queries.rules_against(session, match.family, guide, today=today)
        if forbidding := (NEVER_OVERRIDDEN - TOLD_BY_THE_PLACE) & failing:
            raise GuideCannotBeProposed(f"guide {guide.id}: {sorted(forbidding)}")


def store_only_open(session: Session, match: Match) -> None:
    """Write the proposal; the database keeps a family from having two, whoever was faster."""
    family_id = match.family.id
    try:
        with session.begin_nested():
            session.add(match)
            session.flush()
    except IntegrityError as error:
        if "uq_match_open_per_family" not in str(error.orig) and "family_id" not in str(error.orig):
            raise
        raise FamilyHasOpenMatch(str(family_id)) from error
