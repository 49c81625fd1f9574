"""Calendars that other programs read: dates with a place, and never a person's name."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event

DOMAIN = "@flyktningguide"
PRODUCT = "-//Flyktningguide//Flyktningguide//NO"
REFRESH = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something with a time. What it is never changes, `revision` goes up when it changes."""

    kind: str  # and whose: told to other programs as one word that leads to no record of ours
    key: uuid.UUID
    title: str
    starts_at: dt.datetime | dt.date  # a date for what lasts all day
    ends_at: dt.datetime | dt.date
    place: str = ""
    link: str = ""
    revision: int = 0
    changed_at: dt.datetime
    is_cancelled: bool = False

    @property
    def uid(self) -> str:
        """The entry's name, the same for ever, of which nobody makes out a key of our database."""
        return hashlib.sha256(f"{self.kind} {self.key}".encode()).hexdigest()[:32] + DOMAIN


def write_calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar (RFC 5545) of entries, in UTC, so that no reader needs our time zone.

    >>> write_calendar("Courses", []).decode().splitlines()[0]
    'BEGIN:VCALENDAR'
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("summary", entry.title)
    event.add("dtstart", _in_utc(entry.starts_at))
    event.add("dtend", _in_utc(entry.ends_at))
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("sequence", entry.revision)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", entry.place)
    if entry.link:
        event.add("url", entry.link)
    return event


def _in_utc(when: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return when.astimezone(dt.UTC) if isinstance(when, dt.datetime) else when
