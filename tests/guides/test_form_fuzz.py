"""Whatever is posted: a page with errors or the next step, never a fault, never markup of theirs."""

import os
from ipaddress import ip_address
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.guides.models import Guide
from tests.cast import sign_in
from tests.guides.answers import ABOUT, CONFIRM, LANGUAGES, TIME, fill_in

EXAMPLES = 2500 if os.environ.get("FULL") else 25
NASTY = (
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "%s%n%(name)s",
    "\u202egpj.exe",
    "مرحبا \u200f",
    "ሰላም",
    "\x00",
    "\ud7ff\uffff",
    "01019012345",
    "9" * 400,
    "a" * 20_000,
    "-1",
    "1e9",
    "null",
    "../../etc/passwd",
    "\r\nBcc: all@example.com",
)
text = st.one_of(st.sampled_from(NASTY), st.text(max_size=60))
NUMBERS = count()
FORMS = {"about-you": ABOUT, "languages": LANGUAGES, "time": TIME, "confirm": CONFIRM}


@st.composite
def posts(draw):
    """Draw a step and its answers with some of them spoiled, missing or doubled."""
    step = draw(st.sampled_from(sorted(FORMS)))
    answers = dict(FORMS[step])
    for name in draw(st.sets(st.sampled_from(sorted(answers)), min_size=1)):
        answers[name] = draw(st.one_of(text, st.lists(text, max_size=3)))
    for name in draw(st.sets(st.sampled_from(sorted(answers)), max_size=2)):
        del answers[name]
    return step, answers


@pytest.mark.timeout(1800)  # in full, on a busy machine
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not os.environ.get("FULL"),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(post=posts())
def test_sign_up_stands_whatever_is_posted(flask_app, asker, post):
    step, answers = post
    client, number = flask_app.test_client(), next(NUMBERS)
    client.environ_base["REMOTE_ADDR"] = str(ip_address(0x0A000000 + number))  # each has its limit
    fill_in(client, asker, email=f"fuzz{number}@example.com")
    response = client.post(asker.url(f"/sign-up/{step}"), data=answers)
    assert response.status_code in {200, 303, 400, 413, 422}
    assert "<script>alert" not in response.text
    assert client.get(asker.url("/sign-up/confirm")).status_code in {200, 303}


@pytest.mark.timeout(1800)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not os.environ.get("FULL"),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(post=posts())
def test_staffs_form_stands_and_writes_all_or_nothing(flask_app, asker, session_factory, post):
    _step, spoiled = post
    client = flask_app.test_client()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/guides/{asker.applicant.id}/edit")
    whole = ABOUT | LANGUAGES | TIME | {"neighbourhood": "elsewhere"}
    response = client.post(url, data=whole | spoiled)
    assert response.status_code in {200, 303, 400, 413, 422}
    assert "<script>alert" not in response.text
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("step", sorted(set(FORMS) - {"confirm"}))
def test_a_refused_step_writes_nothing(client, asker, session, step):
    fill_in(client, asker)
    before = session.scalar(select(func.count(Guide.id)))
    session.rollback()
    kept = client.get(asker.url("/sign-up/confirm")).text
    nothing = {"name": "Changed", "lang-count": "0", "interests": ["music"], "capacity": "3"}
    assert client.post(asker.url(f"/sign-up/{step}"), data=nothing).status_code == 422
    strip = lambda page: [line for line in page.splitlines() if "csrf" not in line]  # noqa: E731
    assert strip(client.get(asker.url("/sign-up/confirm")).text) == strip(kept)
    assert session.scalar(select(func.count(Guide.id))) == before
