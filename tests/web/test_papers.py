"""What writes documents is loaded before a request asks the database anything."""

import pytest
from flask import g

from app import paper
from app.web.papers import paper_answer
from tests.cast import sign_in


def test_no_transaction_waits_for_what_writes_documents(client, asker, monkeypatch):
    sign_in(client, asker.coordinator)
    asked_before = []
    monkeypatch.setattr(paper, "make_ready", lambda: asked_before.append("session" in g))
    client.get(asker.url(f"/matches/{asker.proposal.id}"))
    assert asked_before == []
    client.get(asker.url(f"/matches/{asker.proposal.id}/agreement.pdf"))
    client.get(asker.url(f"/guides/{asker.guide.id}/volunteer-certificate"))
    assert asked_before == [False, False]


def test_a_view_that_does_not_say_that_it_prints_prints_nothing(flask_app):
    with (
        flask_app.test_request_context("/sign-in"),
        pytest.raises(RuntimeError, match=r"accounts\.sign_in does not declare"),
    ):
        paper_answer(b"", name="agreement")
