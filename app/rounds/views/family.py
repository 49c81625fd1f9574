"""One family among all: the suggestion, the other guides, and what each would cost the others."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.errors import NotFound
from app.matches.forms import Told, tell
from app.matches.queries import get_family_to_match
from app.matching import as_record, explain_pair
from app.matching.advice.suggestions import Kept, WaitingReason, kept_for_others, why_waiting
from app.matching.planning import Plan
from app.matching.solving.consequences import Override, price_override
from app.matching.solving.rounds import PinsExceedCapacity
from app.permissions import GUIDE_ROLE, Permission
from app.rounds import queries
from app.rounds.forms import Cost, GuideLine, Names, cost_words, kept_pairs, waiting_words
from app.rounds.queries.naming import Wanted
from app.rounds.views.blueprint import bp
from app.rounds.views.naming import names_of
from app.rounds.views.waiting import because_row, places_in
from app.web.context import current_session, today

MOST_ALTERNATIVES = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A guide for the family: how well they fit, and what choosing them would mean."""

    guide: GuideLine
    score: int
    told: Told
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The suggestion for a family, or why there is none, and what others would cost."""

    own: uuid.UUID | None = None
    reason: WaitingReason | None = None
    overrides: tuple[Override, ...] = ()
    kept: tuple[Kept, ...] = ()


NO_ALTERNATIVES = Alternatives()  # of a family that waits for nobody


@bp.get("/families/<uuid:family_id>")
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.FAMILY, "family_id")
def family(family_id: uuid.UUID) -> ResponseReturnValue:
    return family_page(family_id)


def family_page(family_id: uuid.UUID, refusal: str = "") -> str:
    """Return the page of one family's choices, with what was refused at its top.

    Raises:
        NotFound: there is no such family here.
    """
    session, actor = current_session(), current_actor()
    if GUIDE_ROLE in actor.roles:  # whoever guides the family is never staff for it
        get_family_to_match(session, actor, family_id)
    board = queries.read_board(session, actor)
    plan = queries.open_plan(session, actor, today=today(), board=board)
    found = _alternatives(plan, family_id) if family_id in plan.rows else NO_ALTERNATIVES
    names = names_of(_spoken_of(plan, family_id, found), plan.people.partners)
    if family_id not in names.families:
        raise NotFound(f"family {family_id}")
    return render_template(
        "rounds/family.html",
        refusal=refusal,
        family=names.families[family_id],
        **_told(plan, names, family_id, found),
    )


def _alternatives(plan: Plan, family_id: uuid.UUID) -> Alternatives:
    own = next((pair for pair in plan.pairs if pair.family_id == family_id), None)
    return Alternatives(
        own=own.guide_id if own else None,
        reason=None if own else why_waiting(plan, family_id),
        overrides=tuple(_overrides(plan, family_id, own.guide_id if own else None)),
        kept=kept_for_others(plan, family_id),
    )


def _told(plan: Plan, names: Names, family_id: uuid.UUID, found: Alternatives) -> dict[str, Any]:
    line, reason = names.families[family_id], found.reason
    return {
        "chosen": _option(plan, names, family_id, found.own) if found.own else None,
        "others": [
            _option(plan, names, family_id, plan.guides.ids[one.guide], one)
            for one in found.overrides
        ],
        "kept": kept_pairs(found.kept, names),
        "pinned_to": plan.choices.pins.get(family_id),
        "reasons": because_row(line, waiting_words(reason, names)) if reason else None,
    }


def _overrides(plan: Plan, family_id: uuid.UUID, but: uuid.UUID | None) -> list[Override]:
    """Return the price of each other guide who may be proposed, the best fit first."""
    row = plan.row_of(family_id)
    start, end = int(plan.edges.ptr[row]), int(plan.edges.ptr[row + 1])
    edges = zip(plan.edges.score[start:end], plan.edges.guide[start:end], strict=True)
    priced: list[Override] = []
    for _score, guide in sorted(((int(s), int(g)) for s, g in edges), key=lambda e: (-e[0], e[1])):
        if plan.guides.ids[guide] == but or len(priced) == MOST_ALTERNATIVES:
            continue
        try:
            priced.append(price_override(plan.problem, plan.round, row, guide))
        except (PinsExceedCapacity, ValueError):  # kept for others, or ruled out by hand
            continue
    return priced


def _option(
    plan: Plan,
    names: Names,
    family_id: uuid.UUID,
    guide_id: uuid.UUID,
    override: Override | None = None,
) -> Option:
    people = plan.people
    family = people.families[plan.row_of(family_id)]
    guide = next(profile for profile in people.guides if profile.guide_id == guide_id)
    told = explain_pair(family, guide, people.travel, plan.config).candidate
    return Option(
        guide=names.guides[guide_id],
        score=told.score,
        told=tell(as_record(told), about_family=False),
        cost=cost_words(plan, override, names) if override else None,
    )


def _spoken_of(plan: Plan, family_id: uuid.UUID, found: Alternatives) -> Wanted:
    """Return everybody the page speaks of."""
    families, guides = {family_id}, {found.own} if found.own else set()
    for one in found.overrides:
        moves = (*one.gains, *one.moves)
        families |= {plan.families.ids[n] for n in (*one.loses, *(m.family for m in moves))}
        numbers = {one.guide, *(n for move in moves for n in (move.before, move.after))} - {-1}
        guides |= {plan.guides.ids[number] for number in numbers}
    families |= {family for one in found.kept for family in one.families}
    guides |= {one.guide for one in found.kept}
    reasons = [found.reason] if found.reason else []
    families |= {rival for reason in reasons for rival in reason.rivals}
    return Wanted(families=families, guides=guides, places=places_in(reasons))
