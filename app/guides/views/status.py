"""A guide's own page by secret link: how far the application has come, without an account."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import by_letter, public
from app.guides.forms.pipeline import Remaining, remaining
from app.guides.models import Guide, GuideStatus, WrongGuideStatus
from app.guides.queries.steps import list_done, missing_steps
from app.guides.services import correcting, leaving, own_status
from app.guides.views.blueprint import bp
from app.guides.views.steps import own_steps
from app.municipalities.routing import current_municipality
from app.web.context import current_session, now, today
from app.web.locale import choose_language
from app.web.transactions import reads_only


@bp.get("/status/<token>")
@public
@reads_only
@by_letter
def status(token: str) -> ResponseReturnValue:
    session = current_session()
    guide = own_status.open_status(session, token, now=now())
    days = current_municipality().first_contact_days
    return render_template(
        "guides/status.html",
        guide=guide,
        token=token,
        steps=own_steps(
            guide,
            days,
            done=list_done(session, guide.id),
            groups=correcting.count_groups(session, guide) if guide.places_taken else 0,
        ),
        remaining=_remaining(guide, token),
    )


def _remaining(guide: Guide, token: str) -> list[Remaining]:
    """Return what the guide still has to do; before the first talk that is nothing."""
    if guide.status in {GuideStatus.APPLIED, GuideStatus.ENDED}:
        return []
    missing = missing_steps(current_session(), [guide.id]).get(guide.id, ())
    return remaining(
        missing,
        sign_url=url_for("guides.own_declaration", token=token),
        course_url=url_for("courses.by_link", token=token),
    )


@bp.post("/status/<token>/confirmation")
@public
@by_letter
def confirm_email(token: str) -> ResponseReturnValue:
    own_status.confirm_email(current_session(), token, now=now())
    flash(_("Thank you! Now we know that we can reach you by e-mail."), "success")
    return _back(token)


@bp.get("/status/<token>/withdrawal")
@public
@reads_only
@by_letter
def ask_to_withdraw(token: str) -> ResponseReturnValue:
    guide = own_status.open_status(current_session(), token, now=now())
    return render_template("guides/withdraw.html", guide=guide, token=token)


@bp.post("/status/<token>/withdrawal")
@public
@by_letter
def withdraw(token: str) -> ResponseReturnValue:
    try:
        own_status.withdraw(current_session(), token, now=now(), today=today())
    except leaving.GuideHasFamily:
        flash(_("You have a family now. Call us, and we find a good way to end it."), "warning")
        return _back(token)
    except WrongGuideStatus:
        return _back(token)
    return redirect(url_for("guides.withdrawn", lang=choose_language()), 303)


@bp.get("/sign-up/withdrawn")
@public
@reads_only
def withdrawn() -> ResponseReturnValue:
    return render_template("guides/withdrawn.html")


@bp.errorhandler(own_status.StatusLinkClosed)
def link_closed(_error: own_status.StatusLinkClosed) -> ResponseReturnValue:
    """Answer an old link with whom to ask, not with a wall."""
    return render_template("guides/link_closed.html"), 404


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("guides.status", token=token), 303)
