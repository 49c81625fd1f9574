"""Who takes which part in a match, changed by hand: co, backup, stepping in, leaving."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.guides.models import Guide
from app.guides.queries.steps import missing_steps
from app.guides.services.leaving import WHEN_ONE_LEAVES
from app.matches import queries
from app.matches.models import (
    TAKES_PLACE,
    GuideChange,
    GuideKind,
    Match,
    MatchGuide,
    MatchKind,
    MatchStatus,
)
from app.matches.queries.history import find_declined
from app.matches.services.allowed import (
    ensure_match_may_meet,
    ensure_may_meet,
    ensure_not_oneself,
)
from app.matches.services.grouping import get_ready_guide
from app.matches.services.guides_answers import ask_guides
from app.matches.services.letters import Addresses, write_family_page, write_to_guide
from app.matches.services.objections import ensure_not_feared
from app.matches.services.places import give_back_place, take_place
from app.matches.services.proposing import (
    TOLD_BY_THE_PLACE,
    GuideCannotBeProposed,
)
from app.matches.services.steps import DateOutOfPlace, ensure_takes_part, lock
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

S, K = MatchStatus, GuideKind
Parts = Mapping[uuid.UUID, GuideKind]  # by guide
# Here nobody is thinking about a question that names other guides than those who would come.
MAY_CHANGE = frozenset({S.PROPOSED, S.AGREED, S.ACTIVE})


class QuestionIsOut(Conflict):
    """Somebody has been asked about these very guides: let them answer first, or withdraw."""


class GuidesOutOfOrder(Conflict):
    """A match has one guide who leads it; a proposal keeps the one that it was made for."""


class FamilyNotAsked(Conflict):
    """Somebody new shall meet a family that has not said yes to them."""


class SeenGuidesChanged(Conflict):
    """Somebody else has changed who takes part since the page was drawn."""


# What rooms above keep of a guide's part in a match: they put their names down here.
WHEN_ONE_IS_OUT: list[Callable[[Session, uuid.UUID, uuid.UUID], None]] = []


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who shall take which part, and who did when the page was drawn; None asks for no check."""

    parts: Parts
    seen: Parts | None = None
    family_yes_on: dt.date | None = None  # to whoever comes into a running match


@dataclass(frozen=True, slots=True)
class _Step:
    """Who changes it, when, and who had not said yes until then."""

    by_id: uuid.UUID
    at: dt.datetime
    unheard: frozenset[uuid.UUID]


def arrange_guides(
    session: Session,
    actor: Actor,
    match: Match,
    wanted: Arrangement,
    *,
    addresses: Addresses,
    now: dt.datetime,
) -> Match:
    """Give everybody in a match the part they have from now on; who is not named, leaves.

    Whoever comes into a running match, also a backup who steps in, takes a place and is asked: the
    family is theirs to see when they have said yes, and only then may they lead. Whoever leaves
    sees it no more, and gets the place back. All of it, or nothing.

    Raises:
        QuestionIsOut, SeenGuidesChanged: somebody is thinking about it, or was faster.
        GuidesOutOfOrder, FamilyNotAsked, DateOutOfPlace: who leads, or the family, gave no yes.
        NotOneself, MayNotMeet: the actor would come into it; these may not meet, and why.
        GuideNotReady, GuideAtCapacity, GuideCannotBeProposed: of somebody who comes in.
        PairVetoed, FamilyWithdrawn: a list of the family's keeps them apart, or it has left.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    parts, before = wanted.parts, {row.guide_id: row.kind for row in match.guides}
    step = _Step(actor.user_id, now, frozenset(r.guide_id for r in match.guides if r.awaits_yes))
    _ensure_possible(match, before, wanted, day_of(now))
    with session.begin_nested():
        _let_in(session, match, before, parts, now=now)
        ensure_not_oneself(actor, match)
        _change_places(session, match, before, parts)
        ensure_match_may_meet(session, match)
        come_in = parts.keys() - before.keys() | set(_newcomers(match, before, parts))
        ensure_not_feared(session, match.family, come_in)
        if match.agreed_on:
            ensure_may_meet(session, match.family, match.present)
        _note(session, match, before, wanted, step)
    _write(session, match, before, parts, step, addresses=addresses)
    session.flush()
    return match


def _ensure_possible(match: Match, before: Parts, wanted: Arrangement, today: dt.date) -> None:
    if match.status not in MAY_CHANGE:
        raise QuestionIsOut(f"{match.id} is {match.status}")
    ensure_takes_part(match)
    if wanted.seen not in (None, before):
        raise SeenGuidesChanged(str(match.id))
    _ensure_one_leads(match, before, wanted.parts)
    if _newcomers(match, before, wanted.parts):
        if wanted.family_yes_on is None:
            raise FamilyNotAsked(str(match.id))
        if not (match.agreed_on or today) <= wanted.family_yes_on <= today:
            raise DateOutOfPlace(f"{match.id}: a yes on {wanted.family_yes_on}")


def _ensure_one_leads(match: Match, before: Parts, after: Parts) -> None:
    leads = [guide_id for guide_id, kind in after.items() if kind is GuideKind.LEAD]
    present = {guide.id for guide in match.present}
    if match.agreed_on and not present.issuperset(leads):
        raise GuidesOutOfOrder(f"{match.id}: leads without having said yes")
    if len(leads) != 1:
        raise GuidesOutOfOrder(f"{match.id}: {len(leads)} lead")
    if match.status is S.PROPOSED and before.get(leads[0]) is not GuideKind.LEAD:
        raise GuidesOutOfOrder(f"{match.id}: proposed for another guide")


def _newcomers(match: Match, before: Parts, after: Parts) -> list[uuid.UUID]:
    """Return who comes into a running match, to a place: in one order."""
    if not match.agreed_on:
        return []
    return [key for key in sorted(after) if _takes(after[key]) and not _takes(before.get(key))]


def _let_in(
    session: Session, match: Match, before: Parts, after: Parts, *, now: dt.datetime
) -> None:
    """Bring the rows of the match from what they were to what they shall be."""
    match.guides[:] = [row for row in match.guides if row.guide_id in after]
    for row in match.guides:
        row.kind = after[row.guide_id]
    for guide_id in sorted(after.keys() - before.keys()):
        guide = get_ready_guide(session, guide_id)
        _ensure_fits(session, match, guide, day_of(now))
        match.guides.append(MatchGuide(guide=guide, kind=after[guide_id], joined_on=day_of(now)))
    newcomers = _newcomers(match, before, after)
    for row in match.guides:
        if row.guide_id in newcomers or row.guide.id in newcomers:
            row.awaits_yes, row.joined_on = True, day_of(now)
    session.flush()


def _ensure_fits(session: Session, match: Match, guide: Guide, today: dt.date) -> None:
    """Raise GuideCannotBeProposed if a rule that no note overrides forbids who comes in."""
    if missing := missing_steps(session, [guide.id]).get(guide.id):
        raise GuideCannotBeProposed(f"guide {guide.id}: {sorted(missing)}")
    if match.kind is MatchKind.HOUSEHOLD:
        failing = queries.rules_against(session, match.family, guide, today=today)
        if forbidding := (NEVER_OVERRIDDEN - TOLD_BY_THE_PLACE) & failing:
            raise GuideCannotBeProposed(f"guide {guide.id}: {sorted(forbidding)}")
    elif guide.id in find_declined(session, match.family_id):
        raise GuideCannotBeProposed(f"guide {guide.id} and group {match.family_id}: one said no")


def _change_places(session: Session, match: Match, before: Parts, after: Parts) -> None:
    """Take and give back places, guide by guide in one order, where the match takes any."""
    if match.status not in TAKES_PLACE:
        return
    for guide_id in sorted(before.keys() | after.keys()):
        had, has = _takes(before.get(guide_id)), _takes(after.get(guide_id))
        if had == has:
            continue
        guide = session.get_one(Guide, guide_id)
        if has:
            take_place(session, guide, in_group=match.kind is MatchKind.GROUP)
        else:
            give_back_place(session, guide)


def _takes(kind: GuideKind | None) -> bool:
    return kind is not None and kind is not GuideKind.BACKUP


def _note(session: Session, match: Match, before: Parts, wanted: Arrangement, step: _Step) -> None:
    after = wanted.parts
    newcomers = _newcomers(match, before, after)
    for guide_id in sorted(before.keys() | after.keys()):
        if (was := before.get(guide_id)) is not (now_is := after.get(guide_id)):
            session.add(
                GuideChange(
                    match_id=match.id,
                    guide_id=guide_id,
                    at=step.at,
                    before=was,
                    after=now_is,
                    family_yes_on=wanted.family_yes_on if guide_id in newcomers else None,
                    never_said_yes=guide_id in step.unheard,
                    by_id=step.by_id,
                )
            )
    session.flush()
    for guide_id in before.keys() - after.keys():
        for forget in WHEN_ONE_IS_OUT:
            forget(session, match.id, guide_id)


def forget_backup(session: Session, guide_id: uuid.UUID) -> None:
    """Let nobody count on a backup who has left: no place keeps them, and none is asked."""
    session.execute(
        delete(MatchGuide).where(
            MatchGuide.guide_id == guide_id, MatchGuide.kind == GuideKind.BACKUP
        ),
        execution_options={"synchronize_session": "fetch"},
    )


WHEN_ONE_LEAVES.append(forget_backup)


def _write(
    session: Session,
    match: Match,
    before: Parts,
    after: Parts,
    step: _Step,
    *,
    addresses: Addresses,
) -> None:
    """Ask those for whom a match may begin, tell those for whom it ends; nobody of a proposal.

    Whoever leaves a match that has begun is thanked; for the others nothing came of it. Who is
    backup from now on reads what that is. The family, and whoever goes on, hear of it when they
    knew who leaves.
    """
    if match.status is S.PROPOSED:
        return
    newcomers = _newcomers(match, before, after)
    ask_guides(session, match, newcomers, addresses=addresses, now=step.at)
    leavers = [key for key in sorted(before) if _takes(before[key]) and not _takes(after.get(key))]
    for guide_id in sorted(before.keys() | after.keys()):
        if letter := _letter_to(match, guide_id, before, after, step):
            guide = session.get_one(Guide, guide_id)
            write_to_guide(session, letter, guide, {"link": addresses.my_page}, now=step.at)
    if match.agreed_on and not step.unheard.issuperset(leavers):
        write_family_page(session, "family_guide_left", match, addresses=addresses, now=step.at)
        for guide in match.present:
            write_to_guide(
                session, "other_guide_left", guide, {"link": addresses.my_page}, now=step.at
            )


def _letter_to(
    match: Match, guide_id: uuid.UUID, before: Parts, after: Parts, step: _Step
) -> str | None:
    """Return what somebody reads whose part is another now; who is asked reads the question."""
    was, now_is = before.get(guide_id), after.get(guide_id)
    if was is now_is or _takes(now_is):
        return None
    if now_is is K.BACKUP:
        return "guide_backup"
    if was is K.BACKUP:
        return "guide_backup_over"
    has_met = match.started_on is not None and guide_id not in step.unheard
    return "guide_left" if has_met else "match_closed"
