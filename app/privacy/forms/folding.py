"""Looks that say the same of one day, as one line: who, at what, how often."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.accounts.models import Look
from app.oslo import day_of


@dataclass(frozen=True, slots=True)
class Line:
    """One look, or several of one day that differ in nothing but the hour."""

    latest: Look
    looks: list[Look] = field(default_factory=list)

    @property
    def day(self) -> dt.date:
        return day_of(self.latest.at)


def folded(looks: Sequence[Look]) -> list[Line]:
    """Return the lines of looks that come the latest first; each stands where its latest does."""
    lines: dict[tuple[object, ...], Line] = {}
    for look in looks:
        lines.setdefault(_key(look), Line(look)).looks.append(look)
    return list(lines.values())


def _key(look: Look) -> tuple[object, ...]:
    return (
        day_of(look.at),
        look.user_id,
        look.roles,
        look.what,
        look.record,
        look.record_id,
        look.reason,
    )
