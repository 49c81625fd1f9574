"""The table of who may do what, and what follows from holding several roles."""

import uuid
from types import SimpleNamespace

import pytest

from app.errors import NotPermitted
from app.permissions import (
    OWN_ONLY,
    OWNERS_OF,
    ROLE_PERMISSIONS,
    Actor,
    Permission,
    Role,
    ensure_may,
    limited_to_own,
    may,
)


def actor(*roles):
    return Actor(uuid.uuid4(), uuid.uuid4(), frozenset(roles))


def test_every_role_is_in_the_table():
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_every_own_only_permission_says_whose_own_a_record_is():
    assert set(OWNERS_OF) == set(OWN_ONLY)


def test_every_permission_belongs_to_somebody():
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_a_guide_may_see_an_own_match_and_no_other():
    guide = actor(Role.GUIDE)
    own = SimpleNamespace(guide_user_ids=frozenset({guide.user_id}))
    other = SimpleNamespace(guide_user_ids=frozenset({uuid.uuid4(), None}))
    assert may(guide, Permission.MATCHES_VIEW, own)
    assert not may(guide, Permission.MATCHES_VIEW, other)


def test_a_coordinator_who_is_a_guide_too_is_not_limited():
    both = actor(Role.GUIDE, Role.COORDINATOR)
    assert not limited_to_own(both, Permission.MATCHES_VIEW)
    assert limited_to_own(both, Permission.MY_PAGE_VIEW)


def test_a_manager_sees_no_person():
    """Numbers, who works here and may see what, and a log that names records by their keys alone."""
    counted = {Permission.SETTLEMENT_VIEW, Permission.SIMULATION_VIEW}
    watched = {Permission.ACCESS_LOG_VIEW, Permission.ACCESS_LOG_VIEW_RECORD}
    let_in = {Permission.WHO_SEES_VIEW, Permission.STAFF_VIEW}
    assert ROLE_PERMISSIONS[Role.MANAGER] == counted | watched | let_in


def test_nobody_without_a_role_may_anything():
    assert not any(may(actor(), permission) for permission in Permission)


@pytest.mark.parametrize("role", [Role.GUIDE, Role.CASEWORKER, Role.MANAGER, Role.ADMINISTRATOR])
def test_only_coordinators_confirm(role):
    with pytest.raises(NotPermitted):
        ensure_may(actor(role), Permission.MATCHES_CONFIRM)
