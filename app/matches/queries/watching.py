"""Who follows a match up, where one of its guides works with that for the municipality as well."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from app.accounts.queries import list_staff
from app.matches.models import Match
from app.permissions import Permission, roles_granting


class Watch(NamedTuple):
    """Guides of a match who would follow it up, and must not; and who else does."""

    kept_from: tuple[str, ...]
    others: tuple[str, ...]


def watch_over(session: Session, match: Match) -> Watch:
    """Return who is kept from what a family says to the municipality, and who hears it."""
    guides = match.taking_part_user_ids
    if not guides:
        return Watch((), ())
    roles = roles_granting(Permission.FOLLOW_UPS_HANDLE)
    able = [one.user for one in list_staff(session) if one.user.active and one.roles & roles]
    return Watch(
        tuple(user.name for user in able if user.id in guides),
        tuple(user.name for user in able if user.id not in guides),
    )
