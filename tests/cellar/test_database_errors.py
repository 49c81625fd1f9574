"""What an error of the database says, since errors end up in a log."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.database import make_engine
from tests.cast import NOW


def test_an_error_does_not_repeat_the_values_of_its_statement(session):
    twice = {"name": "Amal Nordmann", "email": "amal@guide.example", "created_at": NOW}
    session.add_all([User(**twice), User(**twice)])
    with pytest.raises(IntegrityError) as told:
        session.flush()
    assert "Amal Nordmann" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://nobody@nowhere/nothing"])
def test_engines_hide_values_on_both_databases(url):
    engine = make_engine(url)
    assert engine.hide_parameters
    engine.dispose()
