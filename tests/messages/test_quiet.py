import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.quiet import after_the_night

OSLO = ZoneInfo("Europe/Oslo")
NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
instants = st.timedeltas(dt.timedelta(), dt.timedelta(days=730)).map(lambda t: NEW_YEAR + t)


def oslo(day: str, clock: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        (("2026-06-01", "08:00"), ("2026-06-01", "08:00")),
        (("2026-06-01", "20:59:59"), ("2026-06-01", "20:59:59")),
        (("2026-06-01", "21:00"), ("2026-06-02", "08:00")),
        (("2026-06-01", "23:59"), ("2026-06-02", "08:00")),
        (("2026-06-02", "00:00"), ("2026-06-02", "08:00")),
        (("2026-06-02", "07:59:59"), ("2026-06-02", "08:00")),
        (("2026-12-31", "22:30"), ("2027-01-01", "08:00")),
        (("2026-03-28", "22:00"), ("2026-03-29", "08:00")),  # the clocks go forward: nine hours
        (("2026-03-29", "03:30"), ("2026-03-29", "08:00")),
        (("2026-10-24", "22:00"), ("2026-10-25", "08:00")),  # and back: eleven hours
        (("2026-10-25", "02:30"), ("2026-10-25", "08:00")),
    ],
)
def test_what_is_written_at_night_leaves_at_eight(written, leaves):
    assert after_the_night(oslo(*written)) == oslo(*leaves)


@given(instants)
def test_nothing_leaves_at_night_or_waits_longer_than_one(instant):
    leaves = after_the_night(instant)

    assert dt.time(8) <= leaves.astimezone(OSLO).time() < dt.time(21)
    assert dt.timedelta() <= leaves - instant <= dt.timedelta(hours=12)
    assert after_the_night(leaves) == leaves
