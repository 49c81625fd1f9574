import pytest

from tests.rounds.people import Crowd, crowd_in


@pytest.fixture
def crowd(session, asker) -> Crowd:
    return crowd_in(session, asker)
