"""The municipality decides whether it keeps households with a protected address, and who does."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.services.security_log import Event, note
from app.errors import Conflict
from app.permissions import Actor, Permission, ensure_may
from app.protected import queries
from app.protected.models import ProtectedChoice
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
    session: Session, actor: Actor, decision: Decision, *, now: dt.datetime
) -> ProtectedChoice:
    """Let two named persons keep such households from now on; who was named before no longer does.

    Raises:
        NotTwoPersons: it takes two coordinators, and neither may be whoever names them.
    """
    able = {member.user.id for member in queries.list_who_may_be_named(session, actor)}
    if not {decision.first_id, decision.second_id} <= able or (
        decision.first_id == decision.second_id
    ):
        raise NotTwoPersons("two coordinators, neither of them oneself")
    choice = queries.find_choice(session) or ProtectedChoice()
    choice.takes_new = True
    choice.decision, choice.decided_on = decision.words, decision.decided_on
    choice.first_id, choice.second_id = decision.first_id, decision.second_id
    return _store(session, actor, choice, now=now)


def refuse_again(session: Session, actor: Actor, *, now: dt.datetime) -> ProtectedChoice | None:
    """Take no new ones. That there are any is told to nobody: the two go on with those there are."""
    ensure_may(actor, Permission.PROTECTED_CHOOSE)
    choice = queries.find_choice(session)
    if choice is None or not choice.takes_new:
        return choice
    choice.takes_new = False
    return _store(session, actor, choice, now=now)


def _store(
    session: Session, actor: Actor, choice: ProtectedChoice, *, now: dt.datetime
) -> ProtectedChoice:
    choice.changed_at, choice.changed_by_id = now, actor.user_id
    session.add(choice)
    session.flush()
    session.refresh(choice)
    note(
        Event.PROTECTED_CHOSEN,
        by_id=actor.user_id,
        municipality_id=bound_municipality(session),
        what="two persons" if choice.takes_new else "refused",
    )
    return choice
