import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at, looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.guides.queries import find_guide_for_user
from app.jobs.progress import WorkStatus
from app.matching.planning import Change, People
from app.paging import page_of
from app.permissions import GUIDE_ROLE, Permission, may
from app.rounds import queries, services
from app.rounds.forms import AdoptForm, FamilyLine, Names, change_phrase, change_reason
from app.rounds.models import ChoiceKind, MatchingRound, RoundChoice
from app.rounds.queries import Board, StoredPair
from app.rounds.queries.naming import Wanted
from app.rounds.views.blueprint import bp
from app.rounds.views.decisions import decision_rows, lapsed_pins
from app.rounds.views.naming import names_of
from app.rounds.views.rows import Background, pair_rows, taken_rows
from app.web.context import current_session, now, today
from app.web.paging import asked_page
from app.web.templating import moment

ALL = "all"
PAGE_SIZE = 50


@bp.get("")
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.FAMILY)
def show() -> ResponseReturnValue:
    board = queries.read_board(current_session(), current_actor())
    if board.under_way:
        looked_at(RecordKind.FAMILY)
        return render_template("rounds/progress.html", round=board.under_way)
    return _page(board, saved=request.args.get("saved", type=_identifier))


def _identifier(word: str) -> uuid.UUID:
    return uuid.UUID(word)


@bp.post("")
@requires(Permission.MATCHES_PROPOSE)
def compute() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    before = queries.latest_round(session, actor)
    found = services.compute_round(session, actor, now=now())
    if before and found.status is WorkStatus.DONE:
        same = queries.pairs_of(before) == queries.pairs_of(found)
        flash(
            _("The suggestions are the same as before.") if same else _("The suggestions are new."),
            "success",
        )
    return redirect(url_for("rounds.show"), 303)


def round_page(
    form: AdoptForm | None = None,
    problems: Mapping[uuid.UUID, str] | None = None,
    refusal: str = "",
    saved: uuid.UUID | None = None,
) -> str:
    """Return the page of the latest suggestions, with what failed next to its pair.

    Args:
        saved: the round from which pairs have just been taken further: they are named.
    """
    board = queries.read_board(current_session(), current_actor())
    return _page(board, form, problems or {}, refusal, saved)


def _page(
    board: Board,
    form: AdoptForm | None = None,
    problems: Mapping[uuid.UUID, str] = MappingProxyType({}),
    refusal: str = "",
    saved: uuid.UUID | None = None,
) -> str:
    latest = board.latest
    ticked = form.ticked if form else {}
    told = _told(board, latest, problems, ticked, saved) if latest else {}
    looked_at_list(
        RecordKind.FAMILY, len(told.get("rows", ())) + len(told.get("taken_further", ()))
    )
    return render_template(
        "rounds/show.html",
        form=form,
        refusal=refusal,
        round=latest,
        has_failed=board.has_failed,
        may_confirm=may(current_actor(), Permission.MATCHES_CONFIRM),
        made=_made(latest) if latest else "",
        **told,
    )


def _told(
    board: Board,
    latest: MatchingRound,
    problems: Mapping[uuid.UUID, str],
    ticked: Mapping[uuid.UUID, uuid.UUID],
    saved: uuid.UUID | None,
) -> dict[str, Any]:
    session, actor = current_session(), current_actor()
    situation = queries.open_situation(session, actor, today=today(), board=board)
    stored, me = queries.stored_pairs(latest), _own_units(situation.people)
    pairs = [pair for pair in stored if not me & {pair.guide_id, pair.backup_id}]
    waiting, idle = queries.stored_waiting(latest), queries.stored_idle(latest)
    kept_from = {pair.family_id for pair in stored if pair not in pairs}  # a colleague decides
    changes = [c for c in queries.stored_changes(latest) if c.family_id not in kept_from]
    decided = [c for c in situation.decisions if c.family_id not in kept_from]
    choices = queries.list_choices(session, actor, decided, today=today())
    spoken_of = Wanted(
        families=_families_in(pairs, changes, choices) | set(problems),
        guides=_guides_in(pairs, changes, choices),
        taken_since=queries.taken_since(latest),
    )
    names = names_of(spoken_of, situation.people.partners)
    of_family = {change.family_id: change for change in changes}
    pins = {c.family_id: c.guide_id for c in choices if c.kind is ChoiceKind.PIN}
    seen = Background(situation.people, situation.config, names, of_family, pins)
    return {
        **_pair_lists(pairs, seen, problems, ticked, me),
        "own_count": len(stored) - len(pairs),
        "is_outdated": queries.is_stale(latest, situation),
        "waiting_count": len(waiting),
        "guide_count": sum(guide.free_places > 0 for guide in situation.people.guides),
        "figures": _figures(latest, len(waiting), len(idle)),
        "all_waiting": _all_waiting(situation.people, names),
        "saved": _saved(names, saved),
        "since": queries.compared_with(latest),
        "changes": [(change_phrase(c, names), change_reason(c, names)) for c in changes],
        **_decisions(choices, names, lapsed_pins(choices, situation, pairs)),
    }


def _decisions(
    choices: Sequence[RoundChoice], names: Names, lapsed: Mapping[uuid.UUID, str]
) -> dict[str, Any]:
    return {
        "pins": decision_rows(choices, ChoiceKind.PIN, names, lapsed),
        "vetoes": decision_rows(choices, ChoiceKind.VETO, names, {}),
    }


def _own_units(people: People) -> frozenset[uuid.UUID]:
    """Return under whose name the very person who reads is suggested: her own, or the couple's."""
    actor = current_actor()
    me = (
        find_guide_for_user(current_session(), actor.user_id) if GUIDE_ROLE in actor.roles else None
    )
    couples = people.partners.items()
    return frozenset({me.id, *(one for one, other in couples if other == me.id)} if me else ())


def _pair_lists(
    pairs: Sequence[StoredPair],
    seen: Background,
    problems: Mapping[uuid.UUID, str],
    ticked: Mapping[uuid.UUID, uuid.UUID],
    me: frozenset[uuid.UUID],
) -> dict[str, Any]:
    """Return the page's pairs that are left to decide, and those that have been taken further."""
    families = seen.names.families
    here = [pair for pair in pairs if _is_here(pair, seen.names)]
    here.sort(key=lambda pair: _order(families[pair.family_id], problems))
    undecided = [pair for pair in here if not families[pair.family_id].outcome]
    page = page_of(len(undecided), PAGE_SIZE, asked_page())
    shown = undecided[page.rows]
    rows = taken_rows(pairs, seen.names, problems, ticked)
    taken = [row for row in rows if not row.guide or row.guide.id not in me]
    told = {pair.family_id for pair in shown} | {row.family.id for row in taken}
    return {
        "rows": pair_rows(shown, seen, problems, ticked),
        "page": page,
        "page_url": lambda number: url_for("rounds.show", page=number),
        "open_count": len(undecided),
        "taken_further": taken,
        # Whom no row is about any more: neither suggested now nor taken further.
        "lost": [(seen.names.family(key), problems[key]) for key in problems if key not in told],
        "first_tick": f"pair-{shown[0].family_id}-{shown[0].guide_id}" if shown else "",
        "all_ticked": request.args.get("tick") == ALL,
    }


def _saved(names: Names, saved: uuid.UUID | None) -> list[tuple[str, str]]:
    """Return whom a round's pairs were that have been taken further, by reference and name."""
    return [
        (line.reference, line.outcome.guide.name)
        for line in sorted(names.families.values(), key=lambda line: line.reference)
        if saved and line.outcome and line.outcome.guide and line.outcome.round_id == saved
    ]


def _is_here(pair: StoredPair, names: Names) -> bool:
    return pair.family_id in names.families and pair.guide_id in names.guides


def _order(family: FamilyLine, problems: Mapping[uuid.UUID, str]) -> tuple[bool, int, int, str]:
    """Put what went wrong first, then who is most urgent, then who has waited longest."""
    return family.id not in problems, -family.priority, -family.days, family.reference


def _made(latest: MatchingRound) -> str:
    at = moment(latest.computed_at or latest.asked_at)
    if latest.by:
        return str(
            _(
                "Made %(moment)s by %(name)s. Nobody is asked before you say so.",
                moment=at,
                name=latest.by.name,
            )
        )
    return str(_("Made %(moment)s. Nobody is asked before you say so.", moment=at))


def _figures(latest: MatchingRound, waiting: int, idle: int) -> list[tuple[int, str, str]]:
    """Return the headline: how many wait, how many get a guide, how many are left on each side."""
    served = latest.family_count - waiting
    page = url_for("rounds.waiting")
    return [
        (
            latest.family_count,
            ngettext(
                "family to find a guide for", "families to find a guide for", latest.family_count
            ),
            "",
        ),
        (served, ngettext("gets a suggestion", "get a suggestion", served), ""),
        (waiting, ngettext("still waits", "still wait", waiting), page),
        (idle, ngettext("guide has room left", "guides have room left", idle), f"{page}#guides"),
    ]


def _all_waiting(people: People, names: Names) -> str:
    """Say how many wait in all: those with an open proposal are in no round."""
    proposed = sum(1 for line in names.families.values() if line.waits and line.outcome)
    if not proposed:
        return ""
    total = len(people.families) + proposed
    wait = ngettext("%(num)s family waits in all", "%(num)s families wait in all", total)
    have = ngettext(
        "%(num)s of them has a proposal already",
        "%(num)s of them have a proposal already",
        proposed,
    )
    return f"{wait} · {have}"


def _families_in(
    pairs: Sequence[StoredPair], changes: Sequence[Change], choices: Sequence[RoundChoice]
) -> set[uuid.UUID]:
    told = {family for change in changes for family in (change.family_id, *change.families)}
    return told | {pair.family_id for pair in pairs} | {row.family_id for row in choices}


def _guides_in(
    pairs: Sequence[StoredPair], changes: Sequence[Change], choices: Sequence[RoundChoice]
) -> set[uuid.UUID]:
    told = {guide for change in changes for guide in (change.before, change.after) if guide}
    backups = {pair.backup_id for pair in pairs if pair.backup_id}
    shown = {pair.guide_id for pair in pairs} | {row.guide_id for row in choices}
    return told | backups | shown
