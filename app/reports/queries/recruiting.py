"""Whom to look for next: what newcomers would change, and what would be lost with a guide."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from app import languages
from app.families.models import Family
from app.guides.models import Guide
from app.matching.advice.newcomers import RecruitType, TimeOfWeek
from app.matching.advice.recruits import RecruitGain, RecruitPlan, recruit
from app.matching.planning import People, Plan
from app.matching.simulation.figures import mother_tongue
from app.matching.solving.consequences import departure_loss
from app.matching.solving.rounds import Totals
from app.matching.types import GuideProfile
from app.municipalities.models import Neighbourhood
from app.permissions import Actor, Permission, ensure_may
from app.rounds.queries import open_plan, read_board
from app.vocabulary import Gender

PLANNED = 10
# An area or a gender is named in public only if so many families stand behind it.
FEWEST_IN_PUBLIC = 3
MOST_LOSSES = 5
T = TypeVar("T")
EVERYBODYS = frozenset({languages.NORWEGIAN, "en"})


@dataclass(frozen=True, slots=True)
class Loss:
    """What would happen if a guide left: families who have the guide now, and the next round."""

    guide_id: uuid.UUID
    families_now: int
    next_round: Totals


@dataclass(frozen=True, slots=True)
class Call:
    """What a public call may say: nothing that leads to one household.

    languages: at least three, by code: one that a single family speaks never stands alone.
    areas: where at least three families wait.
    times: when newcomers should have time; empty if it does not matter.
    gender: who is missed most, if three families or more would have such a guide; else None.
    """

    languages: tuple[str, ...]
    areas: tuple[uuid.UUID, ...]
    times: tuple[TimeOfWeek, ...]
    gender: Gender | None


@dataclass(frozen=True)
class Outlook:
    """Everything the page on recruiting tells."""

    waiting: int  # families without a guide in the round as it would be now
    found: RecruitPlan
    usual: RecruitType  # whoever mostly volunteers
    usual_gain: RecruitGain | None
    losses: tuple[Loss, ...]
    call: Call


class Names(NamedTuple):
    """References of families, names of guides and of neighbourhoods, by their ids."""

    families: Mapping[uuid.UUID, str]
    guides: Mapping[uuid.UUID, str]
    places: Mapping[uuid.UUID, str]


def get_outlook(session: Session, actor: Actor, *, today: dt.date) -> Outlook:
    """Compute whom to recruit from the round as it would be now. Nothing is stored."""
    ensure_may(actor, Permission.RECRUITING_VIEW)
    plan = open_plan(session, actor, today=today, board=read_board(session, actor))
    found = recruit(plan, PLANNED)
    usual = usual_type(plan.people)
    return Outlook(
        waiting=len(plan.waiting),
        found=found,
        usual=usual,
        usual_gain=next((gain for gain in found.gains if covers(gain.type, usual)), None),
        losses=losses(plan),
        call=public_call(found, plan.people),
    )


def names_in(session: Session, outlook: Outlook) -> Names:
    """Return the names of whom and what an outlook tells, in one query."""
    rows = (*outlook.found.gains, *outlook.found.plan)
    families = {row.family_id for row in rows}
    guides = {loss.guide_id for loss in outlook.losses}
    kind = "kind"
    statement = union_all(
        select(literal(0).label(kind), Family.id, Family.reference).where(Family.id.in_(families)),
        select(literal(1), Guide.id, Guide.name).where(Guide.id.in_(guides)),
        select(literal(2), Neighbourhood.id, Neighbourhood.name),
    )
    found: tuple[dict[uuid.UUID, str], ...] = ({}, {}, {})
    for number, row_id, name in session.execute(statement):
        found[number][row_id] = name
    return Names(*found)


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


def losses(plan: Plan) -> tuple[Loss, ...]:
    """Return the guides whose leaving would cost most, first; those who cost nothing are left out."""
    found = []
    for number, guide in enumerate(_in_order(plan)):
        if (plan.round.guide == number).any():
            lost = departure_loss(plan.problem, plan.round, number)
        else:
            lost = Totals(0, 0, 0, 0)
        if lost.families + guide.active_families:
            found.append(Loss(guide.guide_id, guide.active_families, lost))
    found.sort(
        key=lambda loss: (
            -(loss.next_round.families + loss.families_now),
            -loss.next_round.priority_2,
            -loss.next_round.quality,
            str(loss.guide_id),
        )
    )
    return tuple(found[:MOST_LOSSES])


def public_call(found: RecruitPlan, people: People) -> Call:
    """Return what a call for volunteers may say. Think as somebody who looks for a household."""
    wanted = [gain.type for gain in found.plan]
    waiting = Counter(f.neighbourhood_id for f in people.families if f.neighbourhood_id)
    areas = {kind.neighbourhood_id for kind in wanted if kind.neighbourhood_id}
    times = {kind.time for kind in wanted}
    genders = Counter(kind.gender for kind in wanted)
    missed = [g for g in Gender if g in genders and genders[g] >= FEWEST_IN_PUBLIC]
    return Call(
        languages=_public_languages([kind.language for kind in wanted if kind.language], people),
        areas=tuple(sorted(area for area in areas if waiting[area] >= FEWEST_IN_PUBLIC)),
        times=() if None in times else tuple(time for time in TimeOfWeek if time in times),
        gender=missed[0] if len(missed) == 1 else None,
    )


def _public_languages(wanted: list[str], people: People) -> tuple[str, ...]:
    """Return the languages to name: those wanted among others, so that none tells of one family."""
    if not wanted:
        return ()
    spoken = Counter(mother_tongue(family) for family in people.families)
    fill = [code for code, _ in sorted(spoken.items(), key=lambda row: (-row[1], row[0]))]
    named = dict.fromkeys(wanted)
    for code in (*fill, *languages.COMMON):
        if len(named) >= max(FEWEST_IN_PUBLIC, len(set(wanted))):
            break
        if code in languages.LANGUAGES and code not in EVERYBODYS:
            named.setdefault(code)
    return tuple(sorted(named))


def _in_order(plan: Plan) -> list[GuideProfile]:
    by_id = {guide.guide_id: guide for guide in plan.people.guides}
    return [by_id[guide_id] for guide_id in plan.guides.ids]


def _most(counts: Counter[T]) -> T | None:
    """Return what occurs most; of equals the first by its text."""
    return min(counts, key=lambda key: (-counts[key], str(key)), default=None)
