"""What no page of ours can send leaves a line, which says where and never what."""

import logging

import pytest
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired

from app.web.forms import BaseForm


class Form(BaseForm):
    colour = RadioField(choices=["red", "blue"])
    name = StringField(validators=[DataRequired()])


@pytest.mark.parametrize(
    ("sent", "lines"),
    [
        ({"colour": "red", "name": "x"}, 0),
        ({"colour": "red"}, 0),  # forgotten
        ({"name": "x"}, 0),
        ({"colour": "gold-7", "name": "x"}, 1),
    ],
)
def test_a_choice_that_was_not_offered_leaves_a_line(flask_app, caplog, sent, lines):
    caplog.set_level(logging.INFO, logger="app.security")
    with flask_app.test_request_context("/asker/", method="POST", data=sent):
        Form().validate()
    told = [record for record in caplog.records if record.message == "not offered"]
    assert len(told) == lines
    for record in told:
        assert record.facts["field"] == "Form.colour"
        assert "gold-7" not in str(vars(record))
