import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, enum_type
from app.personal import PLAIN, Erased, Facts, about, tells


class IdentityKind(StrEnum):
    """Whose sign-in it is: that of a municipality's staff, or of residents."""

    STAFF = "staff"
    GUIDE = "guide"


class Identity(Base):
    """Somebody as another provider knows them, by what that provider calls them and no more.

    Bound once, by the person; from then on it signs them in. Read before a municipality is known.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), about(Facts.SECRET))

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[IdentityKind] = mapped_column(enum_type(IdentityKind))
    issuer: Mapped[str] = mapped_column(String(300), info=PLAIN)
    subject: Mapped[str] = mapped_column(String(255), info=tells(Facts.SECRET, Erased.ROW))
    bound_at: Mapped[dt.datetime]
