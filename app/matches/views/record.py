import datetime as dt
import uuid
from operator import itemgetter
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.matches import forms, queries, services
from app.matches.forms.labels import label_in
from app.matches.forms.together import away_words, change_words, lack_words
from app.matches.forms.told import record_of
from app.matches.models import TRANSITIONS, Match, MatchEvent, MatchStatus, Origin, Side
from app.matches.queries.watching import watch_over
from app.matches.views.blueprint import bp
from app.oslo import day_of
from app.permissions import Actor, Permission, limited_to_own, may
from app.personal import Facts
from app.web.context import current_session, today
from app.web.forms import BaseForm
from app.web.templating import day, moment
from app.who_sees import Relation, Viewer, sees
from app.wording import label

S = MatchStatus
bp.app_template_global("label_in")(label_in)
bp.app_template_global("agreed_until")(queries.agreed_until)


@bp.get("/matches/<uuid:match_id>")
@requires(Permission.MATCHES_VIEW)
@looks_at(RecordKind.MATCH, "match_id")
def show(match_id: uuid.UUID) -> ResponseReturnValue:
    match = queries.get_match(current_session(), current_actor(), match_id)
    return match_page(match)


def match_page(match: Match, form: BaseForm | None = None, refusal: str = "") -> str:
    """Return the page of a match: the staff's, or what its guide may see of it."""
    actor = current_actor()
    if limited_to_own(actor, Permission.MATCHES_VIEW, match):
        return render_template(
            "matches/show_guide.html", refusal=refusal, form=form, **guide_side(match)
        )
    return render_template(
        "matches/show.html",
        match=match,
        refusal=refusal,
        form=form,
        step_forms=_step_forms(match, form),
        told=_told(match),
        household=forms.household_words(match.family),
        family_languages=forms.family_languages(match.family),
        unacceptable=forms.unacceptable_languages(match.family),
        cannot_talk=forms.no_language_in_common(match),
        guide_languages=forms.guide_languages,
        timeline=_timeline(match),
        follows=forms.what_follows(match),
        overdue=match.is_overdue(today()),
        closed=not TRANSITIONS[match.status],
        missing=_missing(match),
        watch=watch_over(current_session(), match) if match.status is S.PROPOSED else None,
        sees_guide_contact=sees(actor.roles, Facts.GUIDE_CONTACT, _standing(match)),
        **_offers(actor),
    )


def _standing(match: Match) -> Relation:
    """How staff stand to what a match tells."""
    return Relation.SERVED if match.both_said_yes else Relation.HERE


def _missing(match: Match) -> list[str]:
    """Return what keeps the people of an open match from meeting, as they are now."""
    if not match.is_open:
        return []
    names = {row.guide_id: row.guide.name for row in match.guides}
    lacking = services.lacks_of(current_session(), match)
    return lack_words(lacking, names, group=match.family.is_group) + away_words(lacking, match)


def _told(match: Match) -> forms.Told | None:
    """Return why this guide; nothing of a group, or where another guide leads by now."""
    record = record_of(match)
    if not record:
        return None
    return forms.tell(record, begun=match.status is not S.PROPOSED)


def guide_side(match: Match) -> dict[str, Any]:
    """Return what a page for the guide may show: nothing that names the family until both agree."""
    mine = next((row for row in match.guides if row.guide.user_id == current_actor().user_id), None)
    whose = mine.guide_id if mine else None
    return {
        "match": match,
        "answered": mine is not None and mine.said_yes_on is not None,
        "facts": forms.family_told_to_guide(match, whose) if match.is_open else [],
        "contact": match.family if match.tells(Viewer.GUIDE, Facts.FAMILY_CONTACT) else None,
        "answer_form": forms.OwnAnswerForm(formdata=None),
        "overdue": match.is_overdue(today()),
        "until": queries.agreed_until(match),
    }


def _offers(actor: Actor) -> dict[str, bool]:
    return {
        "may_confirm": may(actor, Permission.MATCHES_CONFIRM),
        "may_propose": may(actor, Permission.MATCHES_PROPOSE),
        "may_answer_for_guide": may(actor, Permission.MATCHES_ANSWER_FOR_GUIDE),
        "may_answer_for_family": may(actor, Permission.MATCHES_ANSWER_FOR_FAMILY),
        "may_view_guides": may(actor, Permission.GUIDES_VIEW),
        "may_view_activities": may(actor, Permission.ACTIVITIES_VIEW),
    }


def _step_forms(match: Match, failed: BaseForm | None) -> dict[str, BaseForm]:
    """Return the forms that the match's present status asks for; a failed one as it was sent."""
    kinds: dict[str, type[BaseForm]] = {}
    awaited = any(row.awaits_yes for row in match.guides)
    if match.status in {S.GUIDE_ASKED, S.FAMILY_ASKED} or awaited:
        kinds["answer"] = forms.AnswerForm
    if S.WITHDRAWN in TRANSITIONS[match.status]:
        kinds["stop"] = forms.StopForm
    shown = {
        name: failed if isinstance(failed, kind) else kind(formdata=None, prefix=name)
        for name, kind in kinds.items()
    }
    if isinstance(answer := shown.get("answer"), forms.AnswerForm):
        answer.offer(match)
        if answer is not failed:
            answer.on.data = today()
    if isinstance(stop := shown.get("stop"), forms.StopForm):
        stop.seen.data = match.status.value
        stop.side.choices = [SelectChoice(side.value, label_in(match, side)) for side in Side]
    return shown


def _timeline(match: Match) -> list[tuple[str, str, str]]:
    order = list(S)
    events = sorted(match.events, key=lambda e: (e.at, order.index(e.to_status)))
    start = (moment(match.proposed_at), str(label(S.PROPOSED)), _origin(match))
    steps = [(e.at, label_in(match, e.to_status), _who(e, match)) for e in events]
    changes = [(c.at, change_words(c), c.by.name if c.by else "") for c in match.changes]
    happened = sorted([*steps, *changes], key=itemgetter(0))  # at one moment the steps stand first
    told = [(day_of(at), (moment(at), what, who)) for at, what, who in happened]
    told += [(on, (day(on), what, "")) for on, what in _leaving(match)]
    return [start, *(line for _on, line in sorted(told, key=itemgetter(0)))]


def _leaving(match: Match) -> list[tuple[dt.date, str]]:
    """Return that the family left, and came back, while the match was open: no step of its own."""
    family, left_on = match.family, match.family.withdrawn_on
    if not left_on or not day_of(match.proposed_at) <= left_on <= (match.ended_on or left_on):
        return []
    if not match.is_open and match.status is not S.ENDED:
        return []
    group = family.is_group
    left = _("The group no longer takes part") if group else _("The family no longer takes part")
    back = _("The group takes part again") if group else _("The family takes part again")
    return [(left_on, left), *([(family.consented_on, back)] if family.takes_part else [])]


def _origin(match: Match) -> str:
    """Return where a proposal came from: a round's was suggested with all others at once."""
    if match.origin is Origin.MATCHING and "round" in match.explanation:
        return str(_("From the suggested matches"))
    return str(label(match.origin))


def _who(event: MatchEvent, match: Match) -> str:
    """Return whose step it was: "The family, through an interpreter, noted by Ingrid"."""
    parts = [label_in(match, event.side)] if event.side else []
    if event.way:
        parts.append(str(label(event.way)).lower())
    if event.by:
        noted = _("noted by %(name)s", name=event.by.name)
        parts.append(str(noted) if event.side else event.by.name)
    return ", ".join(parts)
