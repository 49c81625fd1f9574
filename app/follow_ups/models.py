"""How it goes with a pair: what is planned, what was asked and answered, and who wants to talk.

What a family says here is for staff alone. No text is stored: neither of children nor of health.
"""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Base, enum_type
from app.guides.models import Guide
from app.matches.models import Match
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN, Erased, Facts, about, tells
from app.tenancy import MunicipalityScoped, scoped_key, unique_where, within


class FollowUpKind(StrEnum):
    """Why the municipality gets in touch with a pair."""

    DID_YOU_MEET = "did_you_meet"  # number 1 on day 21, number 2 on day 35
    CHECK_IN = "check_in"
    MID_TERM = "mid_term"
    END = "end"
    AGAIN = "again"  # staff promised to call on that day


class Reply(StrEnum):
    """What a guide or a family can answer by one tap."""

    FINE = "fine"
    NOT_MEETING = "not_meeting"
    TALK = "talk"  # a family: without the guide knowing


class PairSide(StrEnum):
    GUIDE = "guide"
    FAMILY = "family"


class SpokeWith(StrEnum):
    GUIDE = "guide"
    FAMILY = "family"
    BOTH = "both"


class ContactedBy(StrEnum):
    """How staff spoke with them."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    THROUGH_INTERPRETER = "through_interpreter"
    MESSAGE = "message"


class Light(StrEnum):
    """How it goes with a pair."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class FollowUp(MunicipalityScoped, Base):
    """A day on which the municipality gets in touch with a pair. The daily task plans them."""

    __tablename__ = "follow_up"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "match_id", "kind", "number"),
        within("match_id", "match"),
        CheckConstraint("number >= 1", name="number_from_one"),
        about(Facts.FOLLOW_UP_FACTS),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[FollowUpKind] = mapped_column(enum_type(FollowUpKind))
    number: Mapped[int]  # which of its kind, so that planning twice plans once
    due_on: Mapped[dt.date] = mapped_column(index=True)
    asked_at: Mapped[dt.datetime | None]  # when the two were sent the question, if they were
    done_on: Mapped[dt.date | None]
    done_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    match: Mapped[Match] = relationship()
    done_by: Mapped[User | None] = relationship()


class FollowUpAnswer(MunicipalityScoped, Base):
    """A question to one of a pair, and the answer when it has come.

    What was answered is never changed: who is asked again, or says more, gets a row of their own.
    """

    __tablename__ = "follow_up_answer"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint(
            "municipality_id",
            "follow_up_id",
            "guide_id",
            "number",
            name="uq_follow_up_answer_of_guide",
        ),
        unique_where(
            "uq_follow_up_answer_of_side",
            "follow_up_id",
            "side",
            "number",
            where="guide_id IS NULL",
        ),
        within("guide_id", "guide"),
        within("follow_up_id", "follow_up"),
        within("match_id", "match"),
        about(Facts.FOLLOW_UP_FACTS),
    )

    follow_up_id: Mapped[uuid.UUID]
    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    side: Mapped[PairSide] = mapped_column(enum_type(PairSide))
    guide_id: Mapped[uuid.UUID | None]  # a guide beside the one who leads; else None
    number: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # of the same asked
    asked_at: Mapped[dt.datetime]
    reply: Mapped[Reply | None] = mapped_column(
        enum_type(Reply), info=tells(Facts.FAMILY_QUIET, Erased.ROW)
    )
    answered_at: Mapped[dt.datetime | None]
    handled_on: Mapped[dt.date | None]  # staff have spoken with this side since
    handled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    follow_up: Mapped[FollowUp] = relationship(overlaps="match,guide")
    match: Mapped[Match] = relationship(overlaps="follow_up,guide")
    guide: Mapped[Guide | None] = relationship(overlaps="match,follow_up")


class FollowUpContact(MunicipalityScoped, Base):
    """Staff spoke with a pair: with whom, how, how it goes. No text."""

    __tablename__ = "follow_up_contact"
    __table_args__ = (
        UniqueConstraint("municipality_id", "once_token"),
        within("match_id", "match"),
        about(Facts.FOLLOW_UP_FACTS),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(index=True)
    once_token: Mapped[str] = mapped_column(String(64))
    talked_on: Mapped[dt.date]
    noted_at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    spoke_with: Mapped[SpokeWith] = mapped_column(enum_type(SpokeWith))
    way: Mapped[ContactedBy] = mapped_column(enum_type(ContactedBy))
    light: Mapped[Light] = mapped_column(enum_type(Light))
    again_on: Mapped[dt.date | None]

    match: Mapped[Match] = relationship()
    by: Mapped[User | None] = relationship()


class Concern(MunicipalityScoped, Base):
    """Somebody is worried and wants to be called: who and when, never what about."""

    __tablename__ = "concern"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "once_token"),
        within("match_id", "match"),
        within("guide_id", "guide"),
        CheckConstraint("match_id IS NOT NULL OR guide_id IS NOT NULL", name="of_somebody"),
        about(Facts.FAMILY_QUIET),
    )

    once_token: Mapped[str] = mapped_column(String(64))
    side: Mapped[PairSide] = mapped_column(
        enum_type(PairSide), info=tells(Facts.FOLLOW_UP_FACTS, Erased.ROW)
    )
    match_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    guide_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # which guide, where it is one
    raised_at: Mapped[dt.datetime]
    handled_on: Mapped[dt.date | None]
    handled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    match: Mapped[Match | None] = relationship(overlaps="guide")
    guide: Mapped[Guide | None] = relationship(overlaps="match")


class FollowUpSettings(MunicipalityScoped, Base):
    """What a municipality has decided about following up. Without a row, the defaults hold."""

    __tablename__ = "follow_up_settings"
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint("first_question_days BETWEEN 1 AND 366", name="first_question"),
        CheckConstraint("second_question_days > first_question_days", name="second_question"),
        CheckConstraint("early_every_days BETWEEN 1 AND 366", name="early"),
        CheckConstraint("middle_every_days BETWEEN 1 AND 366", name="middle"),
        CheckConstraint("late_every_days BETWEEN 1 AND 366", name="late"),
        CheckConstraint("silent_days BETWEEN 7 AND 366", name="silent"),
        NOT_PERSONAL,
    )

    first_question_days: Mapped[int] = mapped_column(default=21)
    second_question_days: Mapped[int] = mapped_column(default=35)
    early_every_days: Mapped[int] = mapped_column(default=7)  # in the first month
    middle_every_days: Mapped[int] = mapped_column(default=14)  # to month three
    late_every_days: Mapped[int] = mapped_column(default=28)  # after that
    silent_days: Mapped[int] = mapped_column(default=28)  # no meeting logged for this long: ask
    child_welfare_phone: Mapped[str] = mapped_column(
        String(40), default="", info=PLAIN
    )  # the local duty
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)
