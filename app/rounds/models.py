import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.jobs.progress import Computed, one_under_way
from app.matches.models import Match
from app.personal import HOLDS_TOGETHER, NOT_PERSONAL, PLAIN, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, unique_where, within


class MatchingRound(Computed, MunicipalityScoped, Base):
    """A municipality's families and guides put together at once, as it was computed.

    Holds identifiers, the pairs that were allowed and their points: nothing about a person.
    The problem and its answer are whole, so that the round can be computed again and proved.
    """

    __tablename__ = "matching_round"
    __table_args__ = (
        scoped_key(),
        *one_under_way("matching_round"),
        NOT_PERSONAL,
    )

    computed_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)  # whose result counts: the last one's
    version: Mapped[str] = mapped_column(String(20), default="", info=PLAIN)
    input_hash: Mapped[str] = mapped_column(String(64), default="", info=PLAIN)
    family_count: Mapped[int] = mapped_column(default=0)
    guide_count: Mapped[int] = mapped_column(default=0)
    totals: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, info=PLAIN)
    config: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True, info=PLAIN)
    problem: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, deferred=True, info=tells(Facts.MATCH_REASONING, Erased.TAKEN_OUT)
    )
    answer: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, deferred=True, info=tells(Facts.MATCH_REASONING, Erased.TAKEN_OUT)
    )

    by: Mapped[User | None] = relationship()


class ChoiceKind(StrEnum):
    """What a coordinator has decided before the round: these two together, or never."""

    PIN = "pin"
    VETO = "veto"


class RoundChoice(MunicipalityScoped, Base):
    """A coordinator's word on one pair. It holds for every round until it is taken back."""

    __tablename__ = "round_choice"
    __table_args__ = (
        UniqueConstraint("municipality_id", "family_id", "guide_id"),
        within("family_id", "family"),
        within("guide_id", "guide"),
        unique_where("uq_round_choice_pin_per_family", "family_id", where="kind = 'pin'"),
        about(Facts.MATCH_REASONING),
    )

    family_id: Mapped[uuid.UUID]
    guide_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[ChoiceKind] = mapped_column(enum_type(ChoiceKind))
    chosen_at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User | None] = relationship()


class RoundProposal(MunicipalityScoped, Base):
    """Which round a proposal came from."""

    __tablename__ = "round_proposal"
    __table_args__ = (
        UniqueConstraint("municipality_id", "match_id"),
        within("round_id", "matching_round"),
        within("match_id", "match"),
        about(Facts.MATCH_REASONING, Erased.KEPT, why=HOLDS_TOGETHER),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(index=True)
    match_id: Mapped[uuid.UUID]

    round: Mapped[MatchingRound] = relationship(overlaps="match")
    match: Mapped[Match] = relationship(overlaps="round")
