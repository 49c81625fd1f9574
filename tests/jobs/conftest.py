import pytest

from app.jobs.tasks import TASKS


@pytest.fixture
def own_tasks():
    """Tasks that a test makes are gone after it."""
    before = dict(TASKS)
    yield TASKS
    TASKS.clear()
    TASKS.update(before)
