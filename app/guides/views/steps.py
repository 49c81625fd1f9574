"""A guide's way as dated steps: for the guide, with what comes next, and for staff."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.guides.models import Guide, GuideStatus, GuideStep
from app.oslo import day_of
from app.web.context import today
from app.web.templating import day
from app.wording import label

Step = tuple[str, str, str]  # when, what, and what to expect

COLORS = {
    GuideStatus.APPLIED: "info",
    GuideStatus.CONTACTED: "accent",
    GuideStatus.INTERVIEWED: "accent",
    GuideStatus.READY: "success",
    GuideStatus.PAUSED: "warm",
    GuideStatus.ENDED: "neutral",
}


@dataclass(frozen=True, slots=True)
class OwnSteps:
    """The guide's view: what has happened, and the one thing that happens next."""

    done: list[Step]
    next_title: str
    next_text: str


def own_steps(
    guide: Guide, first_contact_days: int, *, done: Iterable[GuideStep] = (), groups: int = 0
) -> OwnSteps:
    """Return what has happened with an application and what happens next, in the guide's words.

    `groups`: how many of the places that are taken are taken by groups of minors.
    """
    ready = (
        _("You are ready to meet a family") if guide.is_adult else _("You are ready for a group")
    )
    dates: list[tuple[dt.date | None, str]] = [
        (guide.applied_at, _("You signed up")),
        (guide.contacted_on, _("We got in touch")),
        (guide.interviewed_on, _("We had a talk")),
        *((step.done_on, str(label(step.code))) for step in done),
        (guide.ready_on, ready),
        (guide.ended_on, _("You stopped being a guide")),
    ]
    title, text = _next(guide, first_contact_days, groups)
    return OwnSteps(_by_day(dates), title, text)


def staff_steps(guide: Guide) -> list[Step]:
    """Return a guide's dated steps, oldest first; what is asked beside them has its own page."""
    dates: list[tuple[dt.date | None, str]] = [
        (guide.applied_at, _("Signed up")),
        (guide.email_confirmed_at, _("Confirmed the e-mail address")),
        (guide.tried_on, calls_in_vain(guide)),
        (guide.contacted_on, _("First contact")),
        (guide.interviewed_on, _("Interview")),
        (guide.ready_on, _("Ready")),
        (guide.ended_on, _ended(guide)),
    ]
    return _by_day(dates)


def calls_in_vain(guide: Guide) -> str:
    """Return how often an applicant was called and did not answer."""
    return str(ngettext("Called once, no answer", "Called %(num)s times, no answer", guide.tries))


def _ended(guide: Guide) -> str:
    if guide.declined_for is None:
        return str(_("Ended"))
    return str(_("Application closed: %(reason)s", reason=label(guide.declined_for)))


def _by_day(dates: Iterable[tuple[dt.date | None, str]]) -> list[Step]:
    """Return what has happened, oldest first; of one day in the order it is given."""
    happened = [(when, title) for when, title in dates if when]
    happened.sort(key=lambda step: day_of(step[0]) if isinstance(step[0], dt.datetime) else step[0])
    return [(day(when), title, "") for when, title in happened]


def _next(guide: Guide, first_contact_days: int, groups: int) -> tuple[str, str]:
    if guide.status is GuideStatus.APPLIED:
        return _when_applied(guide, first_contact_days)
    if guide.status is GuideStatus.READY:
        return _when_ready(guide, groups)
    if guide.status is GuideStatus.PAUSED and guide.paused_until:
        until = day(guide.paused_until)
        return _("You have a break"), _(
            "Until %(date)s. Come back earlier if you like.", date=until
        )
    return {
        GuideStatus.CONTACTED: (
            _("We have a talk"),
            _("About half an hour, about you and what you would like. You can ask us anything."),
        ),
        GuideStatus.INTERVIEWED: (
            _("We get you ready"),
            _("You get an e-mail when you can meet a family.")
            if guide.is_adult
            else _("You get an e-mail when you can join a group."),
        ),
        GuideStatus.PAUSED: (_("You have a break"), _("Come back whenever it suits you.")),
    }.get(guide.status, (_("Thank you for your time"), _("You are welcome back any day.")))


def _when_applied(guide: Guide, first_contact_days: int) -> tuple[str, str]:
    if guide.tried_on:
        return _("We try to reach you"), _(
            "We called on %(date)s and did not get hold of you. We call again, or you call us.",
            date=day(guide.tried_on),
        )
    if not guide.is_adult:
        return (
            _("We keep your name for the youth groups"),
            _("Guides under 18 meet in groups. We write to you when a youth group starts."),
        )
    due = guide.contact_due_on(first_contact_days)
    if due < today():
        return _("We are late"), _(
            "We should have called you by %(date)s, and we are sorry. You still stand on our list."
            " Call us if you like, or we call you.",
            date=day(due),
        )
    return _("We contact you"), _("By %(date)s at the latest.", date=day(due))


def _when_ready(guide: Guide, groups: int) -> tuple[str, str]:
    if guide.places_taken:
        return _whom_they_meet(guide.places_taken - groups, groups), _(
            "Sign in to see when you meet, and to log your meetings."
        )
    if not guide.is_adult:
        return (
            _("We look for a group for you"),
            _("Guides under 18 meet in groups, together with an adult guide. We write to you."),
        )
    return (
        _("We look for a family that suits you"),
        _("We ask you before we tell a family about you. It may take some weeks."),
    )


def _whom_they_meet(families: int, groups: int) -> str:
    """Return whom a guide meets: a group of young people is no family."""
    told = []
    if families > 0:
        told.append(ngettext("You have %(num)s family.", "You have %(num)s families.", families))
    if groups:
        told.append(
            ngettext(
                "You meet %(num)s group of young people.",
                "You meet %(num)s groups of young people.",
                groups,
            )
        )
    return " ".join(told)
