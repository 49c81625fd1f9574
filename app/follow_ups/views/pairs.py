"""How it goes with the pairs: for staff."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, find_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict, NotFound
from app.follow_ups import forms, queries, services
from app.follow_ups.models import Light, PairSide, Reply
from app.follow_ups.queries import Record, Sign, Standing
from app.follow_ups.views.blueprint import answer_page, bp
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.transactions import reads_only
from app.wording import label

SIGNS_OF_REPLIES: dict[Reply | None, Sign] = {
    Reply.TALK: Sign.TALK,
    Reply.NOT_MEETING: Sign.NOT_MEETING,
}


@bp.get("/follow-ups")
@requires(Permission.FOLLOW_UPS_HANDLE)
@looks_at(RecordKind.MATCH)
def index() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    standings = queries.list_standings(session, actor, today())
    chosen = next((x for x in Light if x == request.args.get("light")), None)
    shown = [s for s in standings if chosen in (None, s.light)]
    order = list(Light)[::-1]
    shown.sort(key=lambda s: (order.index(s.light), min(s.signs.values(), default=today())))
    looked_at_list(RecordKind.MATCH, len(shown))
    return render_template(
        "follow_ups/index.html",
        running=[s for s in shown if s.is_running],
        over=[s for s in shown if not s.is_running],
        concerns=queries.list_loose_concerns(session, actor),
        tabs=_tabs(standings, chosen),
        colors=forms.COLORS,
    )


@bp.route("/matches/<uuid:match_id>/follow-ups", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UPS_HANDLE)
@looks_at(RecordKind.MATCH, "match_id")
def pair(match_id: uuid.UUID) -> ResponseReturnValue:
    form = forms.ContactForm(talked_on=today())
    form.begin()
    if not form.is_submitted():
        return _pair_page(match_id, form)
    match = queries.get_pair(current_session(), current_actor(), match_id)
    if not form.validate():
        return _pair_page(match_id, form), 422
    try:
        services.note_contact(
            current_session(),
            current_actor(),
            match,
            form.to_contact(),
            once_token=form.once_token.data,
            now=now(),
        )
    except services.TalkOutOfPlace:
        form.refuse_day()
        return _pair_page(match_id, form), 422
    except services.AgainInThePast:
        form.again_on.errors = [_("Choose a day that lies ahead.")]
        return _pair_page(match_id, form), 422
    except services.OtherSideUnheard as unheard:
        form.contradict(unheard.sides)
        return _pair_page(match_id, form), 422
    flash(_("Noted. Thank you for looking after them."), "success")
    return redirect(url_for("follow_ups.pair", match_id=match_id), 303)


@bp.get("/matches/<uuid:match_id>/family-link")
@requires(Permission.FOLLOW_UPS_HANDLE)
@reads_only
def back_to_pair(match_id: uuid.UUID) -> ResponseReturnValue:
    """The link's own address holds no page: whoever changes language there comes back."""
    match = queries.get_pair(current_session(), current_actor(), match_id)
    return redirect(
        url_for("follow_ups.pair", match_id=match.id, lang=request.args.get("lang")), 303
    )


@bp.post("/matches/<uuid:match_id>/family-link")
@requires(Permission.FOLLOW_UPS_HANDLE)
def family_link(match_id: uuid.UUID) -> ResponseReturnValue:
    """Make a link for staff to pass on, and show it once: only its hash is stored."""
    session, actor = current_session(), current_actor()
    match = queries.get_pair(session, actor, match_id)
    form = forms.ContactForm(formdata=None, talked_on=today())
    if not BaseForm().validate_on_submit():
        return _pair_page(match_id, form), 422
    try:
        link = services.make_family_link(session, actor, match, answer_page=answer_page, now=now())
    except (Conflict, NotFound):
        return _pair_page(match_id, form, _("There is nothing to ask the family just now.")), 409
    return render_template("follow_ups/family_link.html", match=match, link=link)


@bp.app_template_global()
def standing_of(match_id: uuid.UUID) -> Standing | None:
    """Let a match's page say how it goes: it does not know this room. None for its own guides."""
    actor = find_actor()
    return queries.find_standing(current_session(), actor, match_id, today()) if actor else None


@bp.app_template_global()
def light_color(light: Light) -> str:
    return forms.COLORS[light]


def _pair_page(match_id: uuid.UUID, form: forms.ContactForm, refusal: str = "") -> str:
    session, actor = current_session(), current_actor()
    form.begin()
    record = queries.get_record(session, actor, match_id)
    return render_template(
        "follow_ups/pair.html",
        record=record,
        match=record.match,
        standing=queries.find_standing(session, actor, match_id, today()),
        said_by=_said_by(record),
        form=form,
        refusal=refusal,
        today=today(),
    )


def _said_by(record: Record) -> dict[Sign, list[str]]:
    """Return whose words a sign rests on, where that is not looked after yet."""
    said: dict[Sign, set[PairSide]] = {}
    for answer in record.answers:
        sign = SIGNS_OF_REPLIES.get(answer.reply) if answer.handled_on is None else None
        if sign:
            said.setdefault(sign, set()).add(answer.side)
    for concern in record.concerns:
        if concern.handled_on is None:
            said.setdefault(Sign.CONCERN, set()).add(concern.side)
    return {sign: [str(label(side)) for side in sorted(sides)] for sign, sides in said.items()}


def _tabs(standings: list[Standing], chosen: Light | None) -> list[tuple[object, str, bool, int]]:
    everything = (_("All"), url_for("follow_ups.index"), chosen is None, len(standings))
    return [everything] + [
        (
            label(light),
            url_for("follow_ups.index", light=light.value),
            light is chosen,
            sum(s.light is light for s in standings),
        )
        for light in list(Light)[::-1]
    ]
