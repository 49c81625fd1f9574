import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.activities import queries
from app.activities.models import Activity, ActivityKind, Mood
from app.errors import Conflict, NotFound, NotPermitted
from app.matches.models import Match, MatchStatus, WrongMatchStatus
from app.matches.services.allowed import ensure_does_not_rest
from app.matches.services.steps import ensure_takes_part
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


class MeetingInTheFuture(Conflict):
    """A meeting is logged when it has been held."""


class MeetingBeforeStart(Conflict):
    """The match had not started on that day."""


class FormUsedElsewhere(Conflict):
    """The form's token belongs to a meeting of another match."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a guide tells about a meeting."""

    done_on: dt.date
    duration_minutes: int
    kind: ActivityKind
    mood: Mood
    note: str = ""


def still_meets(match: Match) -> bool:
    """Return whether there are meetings to log: the match runs, and the family has not left."""
    return match.status is MatchStatus.ACTIVE and match.both_said_yes


def log_activity(
    session: Session,
    actor: Actor,
    match: Match,
    meeting: Meeting,
    *,
    once_token: str,
    now: dt.datetime,
) -> Activity:
    """Store a meeting as its guide tells it. The same form sent twice, or at once, counts once.

    Args:
        session: bound to the municipality.
        actor: the match's guide.
        match: active.
        meeting: what was done.
        once_token, now: made with the form; this instant, in UTC.

    Raises:
        NotPermitted, WrongMatchStatus: the actor is no guide of it, or it is not active.
        MeetingInTheFuture, MeetingBeforeStart: the date cannot be right.
        GroupAlone: minors would have been met by too few guides, or by no grown-up.
        MeetingsRest: something else that must be there is missing just now.
        FormUsedElsewhere: the token is another match's.
    """
    ensure_may(actor, Permission.ACTIVITIES_LOG, match)
    if earlier := queries.find_by_token(session, match.id, once_token):
        return earlier
    if not still_meets(match):
        raise WrongMatchStatus(f"{match.id} is {match.status}")
    _check_date(match, meeting.done_on, now)
    ensure_does_not_rest(session, match, meeting.done_on)
    activity = Activity(
        match_id=match.id,
        guide_id=_own_guide_id(actor, match),
        once_token=once_token,
        logged_at=now,
    )
    _fill(activity, meeting)
    return _store_once(session, activity)


def _store_once(session: Session, activity: Activity) -> Activity:
    try:
        with session.begin_nested():
            session.add(activity)
    except IntegrityError as error:
        # The other press of the button was faster.
        stored = queries.find_by_token(session, activity.match_id, activity.once_token)
        if stored is None:
            raise FormUsedElsewhere(activity.once_token) from error
        return stored
    return activity


def change_activity(
    session: Session, actor: Actor, activity: Activity, meeting: Meeting, *, now: dt.datetime
) -> Activity:
    """Correct a meeting of one's own.

    Raises:
        NotPermitted: it is somebody else's.
        FamilyWithdrawn: the family has left; what was noted about it may only be deleted.
        MeetingInTheFuture, MeetingBeforeStart: the date cannot be right.
    """
    _ensure_own(actor, activity)
    ensure_takes_part(activity.match)
    _check_date(activity.match, meeting.done_on, now)
    _fill(activity, meeting)
    session.flush()
    return activity


def delete_activity(session: Session, actor: Actor, activity: Activity) -> None:
    """Delete a meeting of one's own, for good."""
    _ensure_own(actor, activity)
    session.delete(activity)
    session.flush()


def _ensure_own(actor: Actor, activity: Activity) -> None:
    ensure_may(actor, Permission.ACTIVITIES_LOG, activity.match)
    if activity.guide.user_id != actor.user_id:
        raise NotPermitted(f"activity {activity.id}")


def _own_guide_id(actor: Actor, match: Match) -> uuid.UUID:
    """Return which of the match's guides the actor is."""
    for row in match.guides:
        if row.guide.user_id == actor.user_id:
            return row.guide_id
    raise NotFound(f"user {actor.user_id} guides nobody in {match.id}")


def _check_date(match: Match, done_on: dt.date, now: dt.datetime) -> None:
    if done_on > day_of(now):
        raise MeetingInTheFuture(str(done_on))
    if match.started_on is None or done_on < match.started_on:
        raise MeetingBeforeStart(str(done_on))


def _fill(activity: Activity, meeting: Meeting) -> None:
    activity.done_on = meeting.done_on
    activity.duration_minutes = meeting.duration_minutes
    activity.kind = meeting.kind
    activity.mood = meeting.mood
    activity.note = meeting.note
