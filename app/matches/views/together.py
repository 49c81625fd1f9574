"""Who meets whom, chosen by hand: guides for a group of minors, and a match's guides."""

import uuid
from collections.abc import Iterable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.families import queries as families
from app.families.models import Family, FamilyKind, FamilyStatus
from app.guides.models import Guide
from app.matches import queries, services
from app.matches.forms.explanations import family_languages
from app.matches.forms.together import (
    GroupGuidesForm,
    GuidesForm,
    guides_form,
    kept_out_words,
    lack_words,
)
from app.matches.models import Match
from app.matches.queries.helpers import Helpers, list_group_guides, list_helpers
from app.matches.services.arranging import MAY_CHANGE
from app.matches.views.blueprint import addresses, bp, words_for
from app.permissions import Permission
from app.web.context import current_session, now, today


@bp.route("/families/groups/<uuid:family_id>/guides", methods=["GET", "POST"])
@requires(Permission.MATCHES_PROPOSE)
@looks_at(RecordKind.FAMILY, "family_id")
@looks_at(RecordKind.GUIDE)
def choose_for_group(family_id: uuid.UUID) -> ResponseReturnValue:
    """Two or three guides for a group; posting proposes them."""
    session, actor = current_session(), current_actor()
    kind = FamilyKind.MINORS_GROUP
    group = families.get_family(session, actor, family_id, kind=kind, whole=False)
    helpers = list_group_guides(session, actor, group)
    form = GroupGuidesForm()
    form.offer(helpers.guides)
    if not form.is_submitted():
        return _group_page(group, helpers, form)
    status = 422
    if form.validate():
        try:
            match = services.propose_group(session, actor, group, form.to_choice(), now=now())
        except Conflict as refusal:
            form.form_errors += _said(refusal, helpers.guides)
            status = 409
        else:
            flash(_("The proposal is saved. Nobody has been asked yet."), "success")
            return redirect(url_for("matches.show", match_id=match.id), 303)
    return _group_page(group, helpers, form), status


@bp.route("/matches/<uuid:match_id>/guides", methods=["GET", "POST"])
@requires(Permission.MATCHES_CONFIRM)
@looks_at(RecordKind.MATCH, "match_id")
def guides(match_id: uuid.UUID) -> ResponseReturnValue:
    """Who takes which part in a match; posting changes it."""
    session, actor = current_session(), current_actor()
    match = queries.get_match(session, actor, match_id)
    helpers = list_helpers(session, actor, match, today=today())
    form = guides_form(match, helpers.guides)
    if not form.is_submitted():
        return _guides_page(match, helpers, form)
    if not form.is_current(match):
        form = guides_form(match, helpers.guides, formdata=None)
        form.form_errors.append(words_for(services.SeenGuidesChanged()))
        return _guides_page(match, helpers, form), 409
    status = 422
    if form.validate():
        try:
            services.arrange_guides(
                session, actor, match, form.to_arrangement(), addresses=addresses(), now=now()
            )
        except (services.FamilyNotAsked, services.DateOutOfPlace) as refusal:
            form.family_yes_on.errors = [words_for(refusal)]
        except services.GuidesOutOfOrder as refusal:
            form.refuse_lead(words_for(refusal))
        except Conflict as refusal:
            form.form_errors += _said(refusal, [*helpers.guides, *_guides_of(match)])
            status = 409
        else:
            flash(_("The guides of this match are changed."), "success")
            return redirect(url_for("matches.show", match_id=match.id), 303)
    return _guides_page(match, helpers, form), status


def _said(refusal: Conflict, guides: Iterable[Guide]) -> list[str]:
    """Return why not, with the names of those who lack something: the reader knows them."""
    if not isinstance(refusal, services.MayNotMeet):
        return [words_for(refusal)]
    names = {guide.id: guide.name for guide in guides}
    return lack_words(refusal.lacking, names, group=refusal.is_group)


def _guides_of(match: Match) -> list[Guide]:
    return [row.guide for row in match.guides]


def _group_page(group: Family, helpers: Helpers, form: GroupGuidesForm) -> str:
    looked_at_list(RecordKind.GUIDE, len(helpers.guides))
    return render_template(
        "matches/group_guides.html",
        group=group,
        languages=family_languages(group),
        form=form,
        helpers=helpers,
        kept_out=kept_out_words(helpers.kept_out),
        missing=lack_words(services.lacks_of_group(current_session(), group)),
        open_match=queries.find_open_match(current_session(), group.id),
        waits=group.status is FamilyStatus.WAITING,
    )


def _guides_page(match: Match, helpers: Helpers, form: GuidesForm) -> str:
    return render_template(
        "matches/guides.html",
        match=match,
        form=form,
        helpers=helpers,
        kept_out=kept_out_words(helpers.kept_out),
        may_change=match.status in MAY_CHANGE,
    )
