"""What the walks of this folder share."""

from dataclasses import replace

import pytest

from app.accounts import many_looks
from app.accounts.services.limits import RULES

NO_LIMIT = 10**6


@pytest.fixture
def unlimited(monkeypatch):
    """Let whoever walks past everything do so at once: how often one may has tests of its own."""
    monkeypatch.setattr(many_looks, "MOST", NO_LIMIT)
    for limit, rule in RULES.items():
        monkeypatch.setitem(RULES, limit, replace(rule, most=NO_LIMIT))
