"""Who has said yes to a group of minors."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, enum_type
from app.families.models.families import Family
from app.families.models.lists import ApprovalKind
from app.personal import Facts, about
from app.tenancy import MunicipalityScoped, within


class GroupApproval(MunicipalityScoped, Base):
    """That a guardian or the child welfare service said yes for some of a group. Never for whom.

    Taken back, it is kept, and counts no more. It goes when the group leaves.
    """

    __tablename__ = "group_approval"
    __table_args__ = (
        UniqueConstraint("municipality_id", "once_token"),
        within("family_id", "family"),
        CheckConstraint("covers BETWEEN 1 AND 20", name="covers_some"),
        about(Facts.FAMILY_APPROVALS),
    )

    family_id: Mapped[uuid.UUID] = mapped_column(index=True)
    once_token: Mapped[str] = mapped_column(String(64))
    kind: Mapped[ApprovalKind] = mapped_column(enum_type(ApprovalKind))
    name: Mapped[str] = mapped_column(String(120))  # of the grown-up who said yes
    role: Mapped[str] = mapped_column(String(120))
    covers: Mapped[int]  # how many of the young people it is for
    given_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_on: Mapped[dt.date | None]

    family: Mapped[Family] = relationship()
