"""Changing the site's key without anybody noticing."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User


def encrypt_apps_anew(session: Session, anew: Callable[[str], str]) -> int:
    """Encrypt the secret of every code app with the key of today; return how many there are.

    Args:
        anew: reads a secret with whichever key it names, and returns it under the one of today.
    """
    statement = select(User).where(User.tf_totp_secret.is_not(None)).order_by(User.id)
    count = 0
    for user in session.scalars(statement.with_for_update()):
        user.tf_totp_secret = anew(user.tf_totp_secret or "")
        count += 1
    session.flush()
    return count
