"""Whom to look for next: what newcomers would change, and what would be lost with a guide."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.families.models import Family, FamilyKind, FamilyLanguage, FamilyStatus
from app.guides.models import Guide
from app.matches.models import BOTH_SAID_YES, GuideKind, Match, MatchGuide
from app.matching.advice.newcomers import RecruitType, TimeOfWeek
from app.matching.advice.recruits import RecruitGain, RecruitPlan, recruit
from app.matching.planning import People, Plan
from app.matching.simulation.figures import known_best
from app.matching.solving.consequences import departure_loss
from app.matching.solving.rounds import Totals
from app.matching.types import GuideProfile, LanguageSkill
from app.municipalities.models import Neighbourhood
from app.permissions import Actor, Permission, ensure_may
from app.rounds.queries import open_plan, read_board
from app.vocabulary import Gender

PLANNED = 10
# A language or a gender is named in public only if so many families stand behind it.
FEWEST_IN_PUBLIC = 3
_HELD, _SPOKEN = 3, 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loss:
    """What would happen if a guide left: families who have the guide now, and the next round."""

    guide_id: uuid.UUID
    families_now: int
    next_round: Totals


@dataclass(frozen=True, slots=True)
class Call:
    """What a public call may say: nothing that leads to one household, and no place in the town.

    languages: those missed that three families here or more have as their mother tongue, by code.
    others: whether other languages are missed too, which are not named.
    times: when newcomers should have time; empty if it does not matter.
    genders: who is missed, if three families or more would have such a guide. Where another
        gender is missed too, both are named or, if fewer stand behind one of them, none.
    """

    languages: tuple[str, ...]
    others: bool
    times: tuple[TimeOfWeek, ...]
    genders: tuple[Gender, ...]


class Names(NamedTuple):
    """References of families, names of guides and of neighbourhoods, by their ids.

    held: how many families each guide has: both have said yes. To be asked is not to have.
    spoken: how many families that take part know each language best, by code.
    """

    families: Mapping[uuid.UUID, str]
    guides: Mapping[uuid.UUID, str]
    places: Mapping[uuid.UUID, str]
    held: Mapping[uuid.UUID, int]
    spoken: Mapping[str, int]


@dataclass(frozen=True)
class Outlook:
    """Everything the page on recruiting tells."""

    waiting: int  # families without a guide in the round as it would be now
    found: RecruitPlan
    usual: RecruitType  # whoever mostly volunteers
    usual_gain: RecruitGain | None
    losses: tuple[Loss, ...]  # all, the gravest first
    call: Call
    names: Names


def get_outlook(session: Session, actor: Actor, *, today: dt.date) -> Outlook:
    """Compute whom to recruit from the round as it would be now. Nothing is stored."""
    ensure_may(actor, Permission.RECRUITING_VIEW)
    plan = open_plan(session, actor, today=today, board=read_board(session, actor))
    found = recruit(plan, PLANNED)
    usual = usual_type(plan.people)
    names = read_names(session)
    return Outlook(
        waiting=len(plan.waiting),
        found=found,
        usual=usual,
        usual_gain=next((gain for gain in found.gains if covers(gain.type, usual)), None),
        losses=losses(plan, names.held),
        call=public_call(found, names.spoken),
        names=names,
    )


def read_names(session: Session) -> Names:
    """Return the names of everybody whom an outlook may tell of, in one query."""
    none = literal(0)
    statement = union_all(
        select(
            literal(0).label("kind"),
            Family.id,
            Family.reference.label("name"),
            none.label("first"),
            none.label("second"),
            none.label("place"),
        ),
        select(literal(1), Guide.id, Guide.name, none, none, none),
        select(literal(2), Neighbourhood.id, Neighbourhood.name, none, none, none),
        _held(),
        _spoken(),
    )
    found: tuple[dict[uuid.UUID, str], ...] = ({}, {}, {})
    held: dict[uuid.UUID, int] = {}
    skills: dict[uuid.UUID, list[LanguageSkill]] = defaultdict(list)
    for number, row_id, name, one, other, _ in session.execute(statement.order_by("kind", "place")):
        if number == _HELD:
            held[row_id] = one
        elif number == _SPOKEN:
            skills[row_id].append(LanguageSkill(name, one, other))
        else:
            found[number][row_id] = name
    families, guides, places = found
    spoken = Counter(known_best(known) for known in skills.values())
    return Names(families, guides, places, held, spoken)


def _held() -> Select[int, uuid.UUID, str, int, int, int]:
    """Select how many families each guide has."""
    return (
        select(
            literal(_HELD), MatchGuide.guide_id, literal(""), func.count(), literal(0), literal(0)
        )
        .join(MatchGuide.match)
        .where(Match.status.in_(BOTH_SAID_YES), MatchGuide.kind != GuideKind.BACKUP)
        .group_by(MatchGuide.guide_id)
    )


def _spoken() -> Select[int, uuid.UUID, str, int, int, int]:
    """Select what families that take part speak, with a guide or without."""
    spoken = FamilyLanguage
    return (
        select(
            literal(_SPOKEN),
            spoken.family_id,
            spoken.code,
            spoken.understands,
            spoken.speaks,
            spoken.position,
        )
        .join(FamilyLanguage.family)
        .where(
            Family.kind == FamilyKind.HOUSEHOLD,
            Family.status != FamilyStatus.WITHDRAWN,
            FamilyLanguage.unacceptable.is_(False),
        )
    )


def covers(kind: RecruitType, person: RecruitType) -> bool:
    """Return whether a person of exactly these traits is of the kind; None in it is any."""
    return all(
        wanted is None or wanted == own
        for wanted, own in (
            (kind.language, person.language),
            (kind.neighbourhood_id, person.neighbourhood_id),
            (kind.gender, person.gender),
            (kind.time, person.time),
        )
    )


def usual_type(people: People) -> RecruitType:
    """Return who mostly volunteers: of the most frequent gender and place, free in the evening."""
    genders = Counter(guide.gender for guide in people.guides if guide.gender)
    places = Counter(g.neighbourhood_id for g in people.guides if g.neighbourhood_id)
    return RecruitType(
        language=None,
        neighbourhood_id=_most(places),
        gender=_most(genders) or Gender.WOMAN,
        time=TimeOfWeek.WEEKDAY_EVENINGS,
    )


def losses(plan: Plan, held: Mapping[uuid.UUID, int]) -> tuple[Loss, ...]:
    """Return the guides whose leaving would cost most, first; those who cost nothing are left out.

    Args:
        plan: the round as it would be now.
        held: how many families each guide has.
    """
    found = []
    for number, guide in enumerate(_in_order(plan)):
        if (plan.round.guide == number).any():
            lost = departure_loss(plan.problem, plan.round, number)
        else:
            lost = Totals(0, 0, 0, 0)
        families = held.get(guide.guide_id, 0)
        if lost.families + families:
            found.append(Loss(guide.guide_id, families, lost))
    found.sort(
        key=lambda loss: (
            -(loss.next_round.families + loss.families_now),
            -loss.next_round.priority_2,
            -loss.next_round.quality,
            str(loss.guide_id),
        )
    )
    return tuple(found)


def public_call(found: RecruitPlan, spoken: Mapping[str, int]) -> Call:
    """Return what a call for volunteers may say. Think as somebody who looks for a household.

    Args:
        found: who is missed.
        spoken: how many families here have each language as their mother tongue.
    """
    wanted = [gain.type for gain in found.plan]
    missed = {kind.language for kind in wanted if kind.language}
    named = {code for code in missed if spoken.get(code, 0) >= FEWEST_IN_PUBLIC}
    times = {kind.time for kind in wanted}
    behind: dict[Gender, set[uuid.UUID]] = defaultdict(set)
    for gain in found.plan:
        if gain.type.gender:
            behind[gain.type.gender].add(gain.family_id)
    is_told = all(len(families) >= FEWEST_IN_PUBLIC for families in behind.values())
    return Call(
        languages=tuple(sorted(named)),
        others=named != missed,
        times=() if None in times else tuple(time for time in TimeOfWeek if time in times),
        genders=tuple(one for one in Gender if one in behind) if is_told else (),
    )


def _in_order(plan: Plan) -> list[GuideProfile]:
    by_id = {guide.guide_id: guide for guide in plan.people.guides}
    return [by_id[guide_id] for guide_id in plan.guides.ids]


def _most(counts: Counter[T]) -> T | None:
    """Return what occurs most; of equals the first by its text."""
    return min(counts, key=lambda key: (-counts[key], str(key)), default=None)
