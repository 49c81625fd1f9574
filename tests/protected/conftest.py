"""The two, before and after they are named."""

import pytest

from tests.protected import people


@pytest.fixture
def two(session, asker):
    return people.coordinators(session, asker)


@pytest.fixture
def named(session, two):
    people.name_them(session, two)
    return two


@pytest.fixture
def household(session, named):
    return people.register(session, named)
