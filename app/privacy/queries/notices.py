"""The privacy notices as they were published."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.municipalities.models import PrivacyNotice


def find_notice(session: Session, version: str) -> PrivacyNotice | None:
    """Return what was published under a version, or None."""
    return session.scalar(select(PrivacyNotice).where(PrivacyNotice.version == version))


def list_notices(session: Session) -> Sequence[PrivacyNotice]:
    """Return all that were ever published, the newest first."""
    newest = PrivacyNotice.published_at.desc(), PrivacyNotice.id
    return session.scalars(select(PrivacyNotice).order_by(*newest)).all()
