"""How a municipality follows up: its own settings, or the defaults."""

from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.follow_ups.models import FollowUpSettings


@dataclass(frozen=True, slots=True)
class Rules:
    """When a pair is asked and called, counted in days from the start meeting."""

    first_question_days: int = 21
    second_question_days: int = 35
    early_every_days: int = 7  # in the first month
    middle_every_days: int = 14  # to month three
    late_every_days: int = 28  # after that
    silent_days: int = 28  # no meeting logged for this long: ask
    child_welfare_phone: str = ""


RULE_NAMES = tuple(rule.name for rule in fields(Rules))


def find_settings(session: Session) -> FollowUpSettings | None:
    """Return what the municipality has set, or None where it has set nothing."""
    return session.scalar(select(FollowUpSettings))


def rules_for(session: Session) -> Rules:
    """Return the rules of the municipality that the session serves."""
    row = find_settings(session)
    return Rules(**{name: getattr(row, name) for name in RULE_NAMES}) if row else Rules()
