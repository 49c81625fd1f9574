"""What a round would rest on now: people, choices, weights and the last round."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.families.models import Family, FamilyKind, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.jobs.progress import WorkStatus
from app.matches import queries as matches
from app.matching import MatchingConfig
from app.matching.planning import Choices, People, Plan, plan_round
from app.permissions import Actor, Permission, ensure_may
from app.rounds.models import ChoiceKind, MatchingRound, RoundChoice
from app.rounds.queries.board import Board
from app.rounds.queries.rounds import find_latest, list_decisions, pairs_of
from app.rounds.record import input_hash


@dataclass(frozen=True)
class Situation:
    """Everything that a round would be computed from at this moment."""

    people: People
    choices: Choices
    config: MatchingConfig
    stability: int
    decisions: tuple[RoundChoice, ...] = ()  # what `choices` was read from, with who and when

    @cached_property
    def input_hash(self) -> str:
        return input_hash(self.people, self.choices, self.config, self.stability)

    @property
    def pair_count(self) -> int:
        """How many pairs a round looks at: what it costs."""
        return len(self.people.families) * len(self.people.guides)

    def solve(self) -> Plan:
        """Compute the round."""
        return plan_round(self.people, self.choices, self.config, stability=self.stability)


def open_situation(
    session: Session, actor: Actor, *, today: dt.date, board: Board | None = None
) -> Situation:
    """Return what a round would rest on now. Reads only, and computes nothing yet.

    `board` spares two queries where it has been read already.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    return read_situation(session, today=today, board=board)


def open_plan(
    session: Session, actor: Actor, *, today: dt.date, board: Board | None = None
) -> Plan:
    """Return the round as it would be now, with all that it rests on; nothing is stored."""
    return open_situation(session, actor, today=today, board=board).solve()


def is_stale(found: MatchingRound, situation: Situation) -> bool:
    """Return whether people, choices or weights are others than the stored round's.

    That everybody has waited a night longer is no change.
    """
    return found.input_hash != situation.input_hash


def read_situation(session: Session, *, today: dt.date, board: Board | None = None) -> Situation:
    """Return what a round would rest on now. For services and the worker: nobody is asked for."""
    people = matches.load_people(session, today=today)
    settings = board.settings if board else matches.settings_for(session)
    decisions = tuple(list_decisions(session, has_lists=board is None or board.has_lists))
    last = board.latest if board else find_latest(session, WorkStatus.DONE)
    choices = _choices(decisions, people, last)
    return Situation(people, choices, settings.config, settings.stability, decisions)


def is_whole(session: Session, people: People) -> bool:
    """Return whether everybody whom a round was computed from still takes part."""
    families = select(Family.id).where(Family.status != FamilyStatus.WITHDRAWN)
    guides = select(Guide.id).where(Guide.status != GuideStatus.ENDED)
    asked = {guide.guide_id for guide in people.guides} | set(people.partners.values())
    return asked <= set(session.scalars(guides)) and {
        family.family_id for family in people.families
    } <= set(session.scalars(families))


def waiting_families() -> Select[uuid.UUID]:
    """Select the families that wait for a guide, those with an open proposal among them."""
    waits = Family.status == FamilyStatus.WAITING
    return select(Family.id).where(waits, Family.kind == FamilyKind.HOUSEHOLD)


def _choices(
    decisions: Sequence[RoundChoice], people: People, last: MatchingRound | None
) -> Choices:
    """Return the choices about people who are there, and the last round's pairs."""
    families = {family.family_id for family in people.families}
    guides = {guide.guide_id for guide in people.guides}
    unit_of = {other: lead for lead, other in people.partners.items()}
    pairs = ((r.kind, r.family_id, unit_of.get(r.guide_id, r.guide_id)) for r in decisions)
    there = [pair for pair in pairs if pair[1] in families and pair[2] in guides]
    vetoes = {(family, guide) for kind, family, guide in there if kind is ChoiceKind.VETO}
    pins = {
        family: guide
        for kind, family, guide in there
        if kind is ChoiceKind.PIN and (family, guide) not in vetoes
    }
    return Choices(pins, frozenset(vetoes), pairs_of(last) if last else {})
