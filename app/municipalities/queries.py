import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.municipalities.models import Municipality


def get_municipality_by_slug(session: Session, slug: str) -> Municipality:
    """Return the municipality of a URL, or raise NotFound."""
    municipality = session.scalar(select(Municipality).where(Municipality.slug == slug))
    if municipality is None:
        raise NotFound(slug)
    return municipality


def get_municipality(session: Session, municipality_id: uuid.UUID) -> Municipality:
    """Return a municipality, or raise NotFound."""
    municipality = session.get(Municipality, municipality_id)
    if municipality is None:
        raise NotFound(f"municipality {municipality_id}")
    return municipality


def list_municipalities(session: Session) -> Sequence[Municipality]:
    """Return all municipalities by name."""
    return session.scalars(select(Municipality).order_by(Municipality.name)).all()
