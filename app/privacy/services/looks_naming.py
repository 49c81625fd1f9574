"""Whether somebody who asks who has looked at their record is told the names of staff."""

from sqlalchemy.orm import Session

from app.municipalities.queries import get_municipality
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality


def decide_naming(session: Session, actor: Actor, *, name_staff: bool) -> None:
    """Say whether extracts name staff, beside their role."""
    ensure_may(actor, Permission.ACCESS_LOG_VIEW)
    get_municipality(session, bound_municipality(session)).looks_name_staff = name_staff
    session.flush()
