import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.families.models import Family, FamilyStatus
from app.matches import forms, queries, services
from app.matches.queries import FamilyRanking
from app.matches.views.blueprint import bp, words_for
from app.matching import as_record
from app.matching.types import Candidate
from app.paging import page_of
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.paging import asked_page

PAGE_SIZE = 10


@bp.get("/families/<uuid:family_id>/candidates")
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.FAMILY, "family_id")
@looks_at(RecordKind.GUIDE)
def candidates(family_id: uuid.UUID) -> ResponseReturnValue:
    family = queries.get_family_to_match(current_session(), current_actor(), family_id)
    ranking = _rank(family)
    page = page_of(len(ranking.candidates), PAGE_SIZE, asked_page())
    rows = ranking.candidates[page.rows]
    excluded = _excluded(ranking)
    looked_at_list(RecordKind.GUIDE, len(rows) + len(excluded))
    return render_template(
        "matches/candidates.html",
        **_about(family),
        ranking=ranking,
        page=page,
        page_url=lambda number: url_for("matches.candidates", family_id=family_id, page=number),
        shown=[_shown(ranking, candidate) for candidate in rows],
        map_points=queries.list_map_points(current_session(), current_actor()),
        excluded=excluded,
        rule_summary=forms.rule_summary(ranking.ranking.rule_counts),
    )


@bp.route("/families/<uuid:family_id>/candidates/<uuid:guide_id>", methods=["GET", "POST"])
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.FAMILY, "family_id")
@looks_at(RecordKind.GUIDE, "guide_id")
def choose(family_id: uuid.UUID, guide_id: uuid.UUID) -> ResponseReturnValue:
    """One guide for the family, told whole; posting proposes them."""
    session, actor = current_session(), current_actor()
    family = queries.get_family_to_match(session, actor, family_id)
    form = forms.NoteForm()
    status = 200
    if form.validate_on_submit():
        try:
            match = services.propose_match(
                session, actor, family, guide_id, note=form.note.data or "", now=now()
            )
        except services.ChoiceNoteMissing as refusal:
            form.note.errors = [words_for(refusal)]
            status = 422
        except Conflict as refusal:
            form.form_errors.append(words_for(refusal))
            status = 409
        else:
            flash(_("The proposal is saved. Nobody has been asked yet."), "success")
            return redirect(url_for("matches.show", match_id=match.id), 303)
    elif form.is_submitted():
        status = 422
    return _choose_page(family, guide_id, form), status


def _choose_page(family: Family, guide_id: uuid.UUID, form: forms.NoteForm) -> str:
    ranking = _rank(family)
    if form.form_errors and guide_id not in ranking.guides:
        return render_template("matches/not_to_choose.html", family=family, form=form)
    told = ranking.explain(guide_id)
    guide = ranking.guides[guide_id]
    return render_template(
        "matches/choose.html",
        **_about(family),
        form=form,
        guide=guide,
        told=forms.tell(as_record(told.candidate) | {"failing": told.failing}),
        offers=forms.guide_offers(guide.profile),
        rank=ranking.rank_of(guide_id),
        candidate_count=len(ranking.candidates),
        forbidden=bool(services.NEVER_OVERRIDDEN & set(told.failing)),
    )


def _shown(ranking: FamilyRanking, candidate: Candidate) -> tuple[Any, ...]:
    guide = ranking.guides[candidate.guide_id]
    told = forms.tell(as_record(candidate), about_family=False)
    return guide, told, forms.guide_offers(guide.profile)


def _rank(family: Family) -> FamilyRanking:
    return queries.rank_for(current_session(), current_actor(), family, today=today())


def _about(family: Family) -> dict[str, Any]:
    """Return what both pages say about the family, and whether it wants a guide just now."""
    return {
        "family": family,
        "household": forms.household_words(family),
        "languages": forms.family_languages(family),
        "unacceptable": forms.unacceptable_languages(family),
        "waiting_days": family.days_waited(today()),
        "has_left": family.status is FamilyStatus.WITHDRAWN,
        "open_match": queries.find_open_match(current_session(), family.id),
    }


def _excluded(ranking: FamilyRanking) -> list[tuple[Any, list[str], bool]]:
    """Return guides who are left out, by name: which rules say so, and if a note may overrule."""
    rows = [
        (
            ranking.guides[exclusion.guide_id],
            forms.rule_words(exclusion.rules, ranking.too_far_for(exclusion.guide_id)),
            not services.NEVER_OVERRIDDEN & set(exclusion.rules),
        )
        for exclusion in ranking.ranking.excluded
    ]
    return sorted(rows, key=lambda row: (not row[2], row[0].names))
