"""Who is left over on either side, why, and what would help."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at, looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.matching.advice.suggestions import IdleReason, WaitingReason, why_all_idle, why_all_waiting
from app.matching.planning import Plan
from app.paging import page_of
from app.permissions import Permission, may
from app.rounds import queries
from app.rounds.forms import Because, FamilyLine, GuideLine, Names, idle_words, waiting_words
from app.rounds.queries.naming import Wanted
from app.rounds.views.blueprint import bp
from app.rounds.views.naming import names_of
from app.web.context import current_session, today
from app.web.paging import asked_page

PAGE_SIZE = 10
MOST_GUIDES = 30
BACK = "round"  # the family's form leads back here once it is saved
RECRUITING = "reports.recruiting"


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family left over."""

    family: FamilyLine
    words: Because
    edit_url: str


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A guide with a place left."""

    guide: GuideLine
    places: str
    words: Because


@bp.get("/waiting")
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.FAMILY)
def waiting() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    board = queries.read_board(session, actor)
    if board.latest is None:
        looked_at(RecordKind.FAMILY)
        return render_template("rounds/waiting.html", round=None)
    situation = queries.open_situation(session, actor, today=today(), board=board)
    plan = situation.solve()
    return render_template(
        "rounds/waiting.html",
        round=board.latest,
        is_outdated=queries.is_stale(board.latest, situation),
        pair_count=sum(p.family_id in plan.rows for p in queries.stored_pairs(board.latest)),
        waiting_count=len(plan.waiting),
        idle_count=len(plan.idle),
        recruiting_url=_recruiting_url(),
        **_told(plan),
    )


def because_row(family: FamilyLine, words: Because) -> FamilyRow:
    """Return the row that tells why a family is left over, with the way to change its wishes."""
    may_change = may(current_actor(), Permission.FAMILIES_REGISTER)
    edit = url_for("families.edit", family_id=family.id, back=BACK, _anchor=words.part)
    url = edit if may_change else ""
    return FamilyRow(family, words, url)


def places_in(reasons: Iterable[WaitingReason]) -> set[uuid.UUID]:
    """Return the neighbourhoods by which a guide to look for is told."""
    places = {reason.recruit.neighbourhood_id for reason in reasons if reason.recruit}
    return {place for place in places if place}


def _told(plan: Plan) -> dict[str, Any]:
    page = page_of(len(plan.waiting), PAGE_SIZE, asked_page())
    shown = _most_urgent_first(plan)[page.rows]
    left = why_all_waiting(plan, shown)
    idle = why_all_idle(plan, plan.idle[:MOST_GUIDES])
    rivals = {family for reason in left.values() for family in reason.rivals}
    kept = [one for reason in left.values() for one in reason.kept]
    spoken_of = Wanted(
        families=rivals | set(left) | {family for one in kept for family in one.families},
        guides=set(idle) | {one.guide for one in kept},
        places=places_in(left.values()),
    )
    names = names_of(spoken_of, plan.people.partners)
    looked_at_list(RecordKind.FAMILY, len(left))
    looked_at_list(RecordKind.GUIDE, len(idle))
    return {
        "families": _family_rows(left, names),
        "guides": _guide_rows(idle, names, plan),
        "unshown": max(0, len(plan.idle) - MOST_GUIDES),
        "page": page,
        "page_url": lambda number: url_for("rounds.waiting", page=number),
    }


def _most_urgent_first(plan: Plan) -> list[uuid.UUID]:
    profiles = [plan.people.families[plan.row_of(family_id)] for family_id in plan.waiting]
    profiles.sort(key=lambda profile: (-profile.priority, -profile.waiting_days))
    return [profile.family_id for profile in profiles]


def _family_rows(left: Mapping[uuid.UUID, WaitingReason], names: Names) -> list[FamilyRow]:
    return [
        because_row(names.families[family_id], waiting_words(reason, names))
        for family_id, reason in left.items()
        if family_id in names.families
    ]


def _guide_rows(idle: Mapping[uuid.UUID, IdleReason], names: Names, plan: Plan) -> list[GuideRow]:
    left = {profile.guide_id: profile.free_places for profile in plan.people.guides}
    for pair in plan.pairs:
        left[pair.guide_id] -= 1
    return [
        GuideRow(
            names.guides[guide_id],
            ngettext("room for %(num)s family", "room for %(num)s families", left[guide_id]),
            idle_words(reason),
        )
        for guide_id, reason in idle.items()
        if guide_id in names.guides
    ]


def _recruiting_url() -> str:
    """Return the page of whom to recruit, if the house has one and the reader may open it."""
    if RECRUITING not in current_app.view_functions:
        return ""
    return url_for(RECRUITING)
