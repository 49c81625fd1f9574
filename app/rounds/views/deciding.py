"""What a coordinator decides: take pairs further, keep a pair, never a pair, or take it back."""

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guards import current_actor, requires
from app.errors import Conflict
from app.jobs.progress import WorkStatus
from app.matches.views.blueprint import addresses
from app.permissions import Permission, ensure_may
from app.rounds import queries, services
from app.rounds.forms import PIN, VETO, AdoptForm, ChoiceForm
from app.rounds.models import MatchingRound
from app.rounds.services import Adoption, Wanted
from app.rounds.views.asking import asking_page
from app.rounds.views.blueprint import CHANGED, bp, words_for
from app.rounds.views.effects import effect_words
from app.rounds.views.family import family_page
from app.rounds.views.show import round_page
from app.web.context import current_session, now
from app.web.transactions import reads_only


@bp.get("/proposals")
@bp.get("/choices")
@requires(Permission.MATCHES_PROPOSE)
@reads_only
def back_to_round() -> ResponseReturnValue:
    """A step's own address holds no page: whoever changes language on its answer comes here."""
    return redirect(url_for("rounds.show", lang=request.args.get("lang")), 303)


@bp.post("/proposals")
@requires(Permission.MATCHES_PROPOSE)
def adopt() -> ResponseReturnValue:
    """Save the ticked pairs as proposals, or ask their guides at once."""
    session, actor, form = current_session(), current_actor(), AdoptForm()
    latest = queries.latest_round(session, actor)
    if not form.validate_on_submit() or latest is None:
        return round_page(form), 422
    suggested = {pair.family_id: pair.guide_id for pair in queries.stored_pairs(latest)}
    still = [(f, g) for f, g in form.ticked.items() if suggested.get(f) == g]
    problems = {f: str(CHANGED) for f, g in form.ticked.items() if suggested.get(f) != g}
    if form.is_to_be_confirmed and still and not problems:
        ensure_may(actor, Permission.MATCHES_CONFIRM)
        return asking_page(latest, still)
    wanted = Wanted(
        pairs=still,
        asking=addresses() if form.asks_now else None,
        note=str(_("Kept together by the coordinator among the suggestions.")),
    )
    adoption = services.adopt_pairs(session, actor, latest, wanted, now=now())
    problems |= {refused.family_id: words_for(refused.reason) for refused in adoption.refused}
    _tell(adoption, asked=form.asks_now)
    if problems and not adoption.proposed:
        return round_page(form, problems, _failed(len(problems))), 409
    found = services.compute_round(session, actor, now=now(), goes_on=True)  # nothing shown is old
    if problems and found.status is WorkStatus.DONE:
        # What went well is kept, and what did not is told next to its pair: so no redirect here.
        return round_page(form, problems, _failed(len(problems)), saved=latest.id)
    if problems:
        flash(_("Some pairs could not be taken further. Look at them as they are now."), "warning")
    return redirect(url_for("rounds.show", saved=latest.id), 303)


@bp.post("/choices")
@requires(Permission.MATCHES_PROPOSE)
def choose() -> ResponseReturnValue:
    """Keep two together, never put them together, or neither any more; then suggest anew."""
    session, actor, form = current_session(), current_actor(), ChoiceForm()
    if not form.validate_on_submit():
        return round_page(refusal=next(iter(form.errors.values()))[0]), 422
    family_id, _guide_id = form.pair
    try:
        _decide(form)
    except services.AlreadyUndone:
        flash(_("That was undone already."), "info")
        return redirect(_back(form) or url_for("rounds.show"), 303)
    except Conflict as refusal:
        return _refused(family_id, words_for(refusal)), 409
    before = queries.latest_round(session, actor)
    found = services.compute_round(session, actor, now=now(), goes_on=True)
    flash(effect_words(form.kind.data, form.pair, before, found), "success")
    place = url_for("rounds.show", _anchor=_place_of(found, family_id))
    return redirect(_back(form) or place, 303)


def _decide(form: ChoiceForm) -> None:
    session, actor = current_session(), current_actor()
    seen = services.Seen(form.seen_pin)
    if form.kind.data == PIN:
        services.pin_pair(session, actor, *form.pair, now=now(), seen=seen)
    elif form.kind.data == VETO:
        services.veto_pair(session, actor, *form.pair, now=now(), seen=seen)
    else:
        services.clear_choice(session, actor, *form.pair)


def _back(form: ChoiceForm) -> str:
    """Return the page of the family for which somebody takes back what keeps a guide from it."""
    return url_for("rounds.family", family_id=form.back_to) if form.back_to else ""


def _place_of(found: MatchingRound, family_id: uuid.UUID) -> str:
    """Return where on the page the family stands; one without a suggestion is among the choices."""
    if found.status is WorkStatus.DONE and queries.pairs_of(found).get(family_id):
        return f"family-{family_id}"
    return "decided"


def _refused(family_id: uuid.UUID, words: str) -> str:
    """Return the page that the choice was made on."""
    if request.form.get("page") == "family":
        return family_page(family_id, words)
    return round_page(refusal=words)


def _tell(adoption: Adoption, *, asked: bool) -> None:
    number = len(adoption.proposed)
    if not number:
        return
    if asked:
        words = ngettext(
            "%(num)s guide has been asked by e-mail.",
            "%(num)s guides have been asked by e-mail.",
            number,
        )
    else:
        words = ngettext(
            "%(num)s proposal is saved. Nobody has been asked yet.",
            "%(num)s proposals are saved. Nobody has been asked yet.",
            number,
        )
    flash(words, "success")


def _failed(number: int) -> str:
    return str(
        ngettext(
            "%(num)s pair could not be taken further. You see why below.",
            "%(num)s pairs could not be taken further. You see why below.",
            number,
        )
    )
