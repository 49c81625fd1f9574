"""The one form for all that may change in an active match: the guide's and the staff's."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.endings import forms, services
from app.endings.consequences import CONSEQUENCES, ends_match, is_about_guide, may_move
from app.endings.models import EndWish
from app.endings.services import Wish
from app.endings.views.blueprint import bp, pages, words_for
from app.endings.views.elsewhere import break_until, ending_of, moves_to, transfer_of
from app.errors import Conflict, NotFound
from app.matches.models import Match, MatchStatus
from app.matches.queries import get_match
from app.municipalities.routing import current_municipality
from app.permissions import Permission, ensure_may, limited_to_own
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.transactions import reads_only

WishForm = forms.GuideWishForm | forms.StaffWishForm


@bp.route("/matches/<uuid:match_id>/ending", methods=["GET", "POST"])
@requires(Permission.MATCHES_END)
@looks_at(RecordKind.MATCH, "match_id")
def plan(match_id: uuid.UUID) -> ResponseReturnValue:
    match = _own_match(match_id)
    own = limited_to_own(current_actor(), Permission.MATCHES_END, match)
    form: WishForm = forms.GuideWishForm() if own else _staff_form(match)
    if not form.is_submitted():
        if ending := ending_of(match.id):
            form.show(ending, break_until(match, ending))
            moving = transfer_of(match.family_id)
            if moving and moves_to(moving) and isinstance(form, forms.StaffWishForm):
                form.show_moving(moving)
        elif not own and not match.family.takes_part:
            form.wish.data = EndWish.NO_GUIDE.value
        # Staff come here from their list also when the match has ended meanwhile.
        return _page(match, form), 409 if own and match.status is not MatchStatus.ACTIVE else 200
    if not form.validate():
        return _page(match, form), 422
    try:
        has_left = not match.family.takes_part
        _say(match, form.to_wish(), own=own)
    except Conflict as refusal:
        if _explain(form, refusal):
            return _page(match, form), 422
        return _page(match, form, words_for(refusal)), 409
    flash(_done(match, EndWish(form.wish.data), own=own, has_left=has_left), "success")
    back = url_for("my_page.show") if own else url_for("matches.show", match_id=match_id)
    return redirect(back, 303)


@bp.post("/matches/<uuid:match_id>/ending/withdrawal")
@requires(Permission.MATCHES_END)
def take_back(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match) -> None:
        whose = request.form.get("guide", type=uuid.UUID)
        services.take_back_wish(current_session(), current_actor(), match, whose=whose, now=now())

    return _take(match_id, step, _("Taken back. The match goes on."))


@bp.post("/matches/<uuid:match_id>/ending/talk")
@requires(Permission.MATCHES_CONFIRM)
def note_talk(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match) -> None:
        guide_id = request.form.get("guide", type=uuid.UUID)
        if guide_id is None:
            raise NotFound("a talk about what no guide has said")
        services.note_talk(current_session(), current_actor(), match, guide_id, today=today())

    return _take(match_id, step, _("Noted. It is off your list."))


@bp.post("/matches/<uuid:match_id>/ending/told")
@requires(Permission.MATCHES_CONFIRM)
def tell_guide(match_id: uuid.UUID) -> ResponseReturnValue:
    def step(match: Match) -> None:
        services.tell_guide(current_session(), current_actor(), match, pages=pages(), now=now())

    return _take(match_id, step, _("Noted. It is off your list."))


@bp.get("/matches/<uuid:match_id>/ending/withdrawal")
@bp.get("/matches/<uuid:match_id>/ending/talk")
@bp.get("/matches/<uuid:match_id>/ending/told")
@bp.get("/matches/<uuid:match_id>/ending/family-link")
@requires(Permission.MATCHES_END)
@reads_only
def back_to_plan(match_id: uuid.UUID) -> ResponseReturnValue:
    """A step's own address holds no page: whoever changes language on its answer comes here."""
    match = _own_match(match_id)
    return redirect(url_for("matches.show", match_id=match.id, lang=request.args.get("lang")), 303)


@bp.post("/matches/<uuid:match_id>/ending/family-link")
@requires(Permission.MATCHES_CONFIRM)
def family_link(match_id: uuid.UUID) -> ResponseReturnValue:
    """Make a link for staff to pass on, and show it once: only its hash is stored."""
    match = get_match(current_session(), current_actor(), match_id)
    if not BaseForm().validate_on_submit():
        return redirect(url_for("matches.show", match_id=match.id), 303)
    link = services.make_family_link(
        current_session(), current_actor(), match, pages=pages(), now=now()
    )
    return render_template("endings/family_link.html", match=match, link=link)


def _say(match: Match, wish: Wish, *, own: bool) -> None:
    session, actor = current_session(), current_actor()
    if own:
        services.say_wish(session, actor, match, wish, now=now())
    else:
        services.end_now_or_later(session, actor, match, wish, pages=pages(), now=now())


def _done(match: Match, wish: EndWish, *, own: bool, has_left: bool) -> str:
    if own and ends_match(wish):
        words = _("Thank you for telling us, and for all you have done. We talk with the family.")
    elif own:
        words = _("Thank you for telling us. The municipality gets in touch.")
    elif match.status is MatchStatus.ENDED:
        words = _ended(match, has_left=has_left)
    else:
        words = _("Noted.")
    return str(words)


def _ended(match: Match, *, has_left: bool = False) -> str:
    """Return who is written to now that a match has ended; a family that had left is not."""
    if not has_left:
        return str(_("The match has ended. All are thanked and asked how it was."))
    if len(match.present) == 1:
        return str(_("The match has ended. The guide is thanked and asked how it was."))
    return str(_("The match has ended. The guides are thanked and asked how it was."))


def _take(match_id: uuid.UUID, step: Callable[[Match], None], done: str) -> ResponseReturnValue:
    match = _own_match(match_id)
    if BaseForm().validate_on_submit():
        was_active = match.status is MatchStatus.ACTIVE
        try:
            step(match)
        except (Conflict, NotFound):
            flash(_("Nothing has changed."), "info")
        else:
            has_ended = was_active and match.status is MatchStatus.ENDED
            flash(_ended(match) if has_ended else done, "success")
    return redirect(url_for("matches.show", match_id=match_id), 303)


def _own_match(match_id: uuid.UUID) -> Match:
    match = get_match(current_session(), current_actor(), match_id)
    ensure_may(current_actor(), Permission.MATCHES_END, match)
    return match


def _explain(form: WishForm, refusal: Conflict) -> bool:
    """Say at the field what can be mended there; return whether it can."""
    if isinstance(refusal, services.DayOutOfPlace):
        if ends_match(EndWish(form.wish.data)):
            words = _("Choose a day from today on, within the next three months.")
            if isinstance(form, forms.StaffWishForm):
                words = _("Choose a day after they began, at most three months ahead.")
            form.last_meeting_on.errors = [words]
        else:
            form.rest_until.errors = [_("Choose a day that lies ahead, within a year.")]
    elif isinstance(refusal, services.MeetsAfterMove):
        form.last_meeting_on.errors = [_("They move before that: choose a day up to the move.")]
    elif isinstance(refusal, services.MovingDayOutOfPlace) and hasattr(form, "moves_on"):
        form.moves_on.errors = [_("Choose a day within a year.")]
    elif isinstance(refusal, services.GuideKnowsPlan) and hasattr(form, "guide_knows"):
        words = _("The guide goes by what you have told them. Talk with the guide, and tick this.")
        form.guide_knows.errors = [words]
    elif isinstance(refusal, services.FamilyUndecided) and hasattr(form, "family_after"):
        form.ask_what_becomes()
    elif isinstance(refusal, services.GuideUnnamed) and isinstance(form, forms.StaffWishForm):
        form.ask_which_guide()
    else:
        return False
    return True


def _staff_form(match: Match) -> forms.StaffWishForm:
    form = forms.StaffWishForm()
    form.here = current_municipality().name
    form.offer_guides(match.present)
    if match.family.is_group:
        form.speak_of_group()
    return form


def _wishes(answers: Callable[[EndWish], bool]) -> str:
    """Return the choices that a part of the form belongs to, for the page's script."""
    return " ".join(["wish", *(wish.value for wish in EndWish if answers(wish))])


def _page(match: Match, form: WishForm, refusal: str = "") -> str:
    own = isinstance(form, forms.GuideWishForm)
    return render_template(
        "endings/plan_guide.html" if own else "endings/plan.html",
        match=match,
        form=form,
        refusal=refusal,
        ends=_wishes(ends_match),
        rests=_wishes(lambda wish: not ends_match(wish)),
        moves=_wishes(may_move),
        about=_wishes(is_about_guide),
        asks=_wishes(lambda wish: len(CONSEQUENCES[wish].family) > 1),
        ending=ending_of(match.id),
        first_name=match.family_name_for_guide,
        active=match.status is MatchStatus.ACTIVE,
    )
