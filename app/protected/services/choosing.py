"""The municipality decides whether it keeps households with a protected address, and who does."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import list_staff
from app.accounts.services.security_log import Event, note
from app.errors import Conflict
from app.messages.services import To, send_message
from app.permissions import Actor, Permission, ensure_may, roles_granting
from app.protected import queries
from app.protected.models import ProtectedChoice
from app.protected.services.copying import forget_agreements
from app.tenancy import bound_municipality


class NotTwoPersons(Conflict):
    """The same person twice, oneself, or somebody who does not coordinate here."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the municipality has written down, and whom it names."""

    words: str
    decided_on: dt.date
    first_id: uuid.UUID
    second_id: uuid.UUID


def let_two_keep(
    session: Session, actor: Actor, decision: Decision, *, link_url: str, now: dt.datetime
) -> ProtectedChoice:
    """Let two named persons keep such households from now on; who was named before no longer does.

    Whoever administers could name a friend: so those of before, those of now and who reads the
    access log get a letter, and no copy that those of before have asked for is made by others.

    Raises:
        NotTwoPersons: it takes two coordinators, and neither may be whoever names them.
    """
    able = {member.user.id for member in queries.list_who_may_be_named(session, actor)}
    if not {decision.first_id, decision.second_id} <= able or (
        decision.first_id == decision.second_id
    ):
        raise NotTwoPersons("two coordinators, neither of them oneself")
    choice = queries.find_choice(session)
    before = choice.named_ids if choice else frozenset()
    choice = choice or ProtectedChoice()
    choice.takes_new = True
    choice.decision, choice.decided_on = decision.words, decision.decided_on
    choice.first_id, choice.second_id = decision.first_id, decision.second_id
    if choice.named_ids != before:
        forget_agreements(session)
        _tell(session, actor, before | choice.named_ids, link_url=link_url, now=now)
    return _store(session, actor, choice, now=now)


def refuse_again(session: Session, actor: Actor, *, now: dt.datetime) -> ProtectedChoice | None:
    """Take no new ones. That there are any is told to nobody: the two go on with those there are."""
    ensure_may(actor, Permission.PROTECTED_CHOOSE)
    choice = queries.find_choice(session)
    if choice is None or not choice.takes_new:
        return choice
    choice.takes_new = False
    return _store(session, actor, choice, now=now)


def _tell(
    session: Session,
    actor: Actor,
    named: frozenset[uuid.UUID],
    *,
    link_url: str,
    now: dt.datetime,
) -> None:
    """Write to all whom the choice is about, and to those who look after who has looked."""
    watching = roles_granting(Permission.ACCESS_LOG_VIEW)
    reading = {member.user.id for member in list_staff(session) if member.roles & watching}
    told = select(User).where(User.id.in_((named | reading) - {actor.user_id}), User.active)
    for user in session.scalars(told.order_by(User.id)):
        send_message(session, "two_chosen", To.staff(user), {"link": link_url}, now=now)


def _store(
    session: Session, actor: Actor, choice: ProtectedChoice, *, now: dt.datetime
) -> ProtectedChoice:
    choice.changed_at, choice.changed_by_id = now, actor.user_id
    session.add(choice)
    session.flush()
    session.refresh(choice)
    for user_id in sorted(choice.named_ids):
        note(
            Event.PROTECTED_CHOSEN,
            user_id=user_id,
            by_id=actor.user_id,
            municipality_id=bound_municipality(session),
            what="named" if choice.takes_new else "takes no new ones",
        )
    return choice
