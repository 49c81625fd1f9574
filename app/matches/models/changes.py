import datetime as dt
import uuid

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.guides.models import Guide
from app.matches.models.lists import GuideKind
from app.personal import DONE_BY, HOLDS_TOGETHER, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, within


class GuideChange(MunicipalityScoped, Base):
    """That a guide came into a match, left it or took another part in it, by hand."""

    __tablename__ = "guide_change"
    __table_args__ = (
        within("match_id", "match"),
        within("guide_id", "guide"),
        about(Facts.MATCH_FACTS, Erased.KEPT, why=HOLDS_TOGETHER),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    guide_id: Mapped[uuid.UUID] = mapped_column(index=True)
    at: Mapped[dt.datetime]
    before: Mapped[GuideKind | None] = mapped_column(enum_type(GuideKind, "before"))
    after: Mapped[GuideKind | None] = mapped_column(enum_type(GuideKind, "after"))
    family_yes_on: Mapped[dt.date | None] = mapped_column(
        info=tells(Facts.MATCH_FACTS, Erased.KEPT, why=HOLDS_TOGETHER, confided=True)
    )  # when the family said yes to whoever came in
    # Of whoever leaves: was asked to come in, and has said no, or nothing.
    never_said_yes: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    guide: Mapped[Guide] = relationship(overlaps="match")
    by: Mapped[User | None] = relationship()
