"""Lists of families: who is in them, and in which order."""

import datetime as dt
import uuid

import pytest

from app.errors import NotFound, NotPermitted
from app.families import queries
from app.families.models import FamilyStatus
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from tests import cast
from tests.cast import NOW

MAY_NOT = [r for r in Role if Permission.FAMILIES_VIEW not in ROLE_PERMISSIONS[r]]
DAY = dt.timedelta(days=1)


def coordinator(town):
    return cast.actor(town, Role.COORDINATOR)


def references(page):
    return [family.reference for family in page.rows]


@pytest.mark.parametrize("role", MAY_NOT)
def test_who_may_not_view_families_gets_none(session, asker, role):
    with pytest.raises(NotPermitted):
        queries.list_families(session, cast.actor(asker, role))
    with pytest.raises(NotPermitted):
        queries.get_family(session, cast.actor(asker, role), asker.family.id)


def test_families_of_another_municipality_are_not_found(session, asker, baerum):
    for stranger in (baerum.family.id, uuid.uuid4()):
        with pytest.raises(NotFound):
            queries.get_family(session, coordinator(asker), stranger)
    assert references(queries.list_families(session, coordinator(asker))) == ["Asker-1"]


def test_who_has_waited_longest_comes_first_and_who_does_not_wait_last(session, asker):
    cast.make_family(
        session, asker, reference="old", registered_at=NOW - 9 * DAY, status=FamilyStatus.MATCHED
    )
    cast.make_family(session, asker, reference="new", registered_at=NOW + DAY)
    cast.make_family(session, asker, reference="long", registered_at=NOW - DAY)
    again = cast.make_family(session, asker, reference="again", registered_at=NOW - 90 * DAY)
    again.mark_waiting(on=NOW.date() + 2 * DAY)
    session.flush()
    page = queries.list_families(session, coordinator(asker))
    assert references(page) == ["long", "Asker-1", "new", "again", "old"]
    waiting = queries.list_waiting_families(session)
    assert [family.reference for family in waiting] == ["long", "Asker-1", "new", "again"]


def test_the_list_has_the_most_urgent_family_first_as_the_desk_has(session, asker):
    cast.make_family(session, asker, reference="soon", registered_at=NOW + DAY, priority=1)
    cast.make_family(session, asker, reference="now", registered_at=NOW + 2 * DAY, priority=2)
    page = queries.list_families(session, coordinator(asker))
    assert references(page) == ["now", "soon", "Asker-1"]


def test_filters_narrow_the_list_and_a_percent_sign_is_only_itself(session, asker):
    cast.make_family(session, asker, reference="F-2026-002", neighbourhood_id=asker.village.id)
    cast.make_family(session, asker, reference="50%", status=FamilyStatus.MATCHED)

    def found(**filters):
        return references(queries.list_families(session, coordinator(asker), **filters))

    assert found(words="f-2026") == ["F-2026-002"]
    assert found(words="%") == ["50%"]
    assert found(words="_") == []
    assert found(status=FamilyStatus.MATCHED) == ["50%"]
    assert found(neighbourhood_id=asker.village.id) == ["F-2026-002"]
    assert found(neighbourhood_id=asker.village.id, status=FamilyStatus.MATCHED) == []


def test_pages_hold_25_and_a_page_after_the_last_is_the_last(session, asker):
    for number in range(27):
        cast.make_family(
            session, asker, reference=f"P-{number:02}", registered_at=NOW + number * DAY
        )
    first = queries.list_families(session, coordinator(asker))
    last = queries.list_families(session, coordinator(asker), number=99)
    assert (len(first.rows), first.page.total, first.page.page_count) == (25, 28, 2)
    assert (references(last), last.page.number) == (["P-24", "P-25", "P-26"], 2)


def test_counts_include_statuses_that_nobody_has(session, asker, baerum):
    assert queries.count_by_status(session) == {
        FamilyStatus.WAITING: 1,
        FamilyStatus.MATCHED: 0,
        FamilyStatus.WITHDRAWN: 0,
    }


def test_the_next_reference_follows_the_highest_of_the_year(session, asker):
    today = dt.date(2026, 3, 2)
    assert queries.next_reference(session, today) == "F-2026-001"
    for reference in ("F-2026-009", "F-2026-013", "F-2025-900", "F-2026-x", "F-2026-014b"):
        cast.make_family(session, asker, reference=reference)
    assert queries.next_reference(session, today) == "F-2026-014"
    cast.make_family(session, asker, reference="F-2026-1200")
    assert queries.next_reference(session, today) == "F-2026-1201"
