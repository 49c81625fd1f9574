"""Who applied at 16 or 17 and applies again as an adult: staff are told to ask, and nobody else."""

import datetime as dt

import pytest
import time_machine

from app.guides.models import Guide
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY, make_guide, sign_in
from tests.guides.answers import letters, sign_up
from tests.guides.test_services import apply_as_guide
from tests.pages import fill, get_page

LATER = NOW + dt.timedelta(days=400)
HINT = "Perhaps 18 by now"


@pytest.fixture
def young(session, asker):
    return apply_as_guide(session, asker, age_group=AgeGroup.FROM_16)


def again(session, asker, age_group, *, now=LATER):
    return apply_as_guide(session, asker, now=now, age_group=age_group)


def test_who_is_grown_up_now_is_one_to_ask_and_stays_of_the_age_we_know(session, asker, young):
    assert again(session, asker, AgeGroup.FROM_18) is young
    assert (young.age_group, young.grown_up_said_on) == (AgeGroup.FROM_16, LATER.date())
    letter = letters(session, young.email)[-1]
    assert letter.template == "known_address_grown_up"
    assert "under 18" in letter.body and "to personar" in letter.body
    again(session, asker, AgeGroup.FROM_18, now=LATER + dt.timedelta(days=2))
    assert young.grown_up_said_on == LATER.date()


def test_who_is_still_young_or_was_grown_up_before_is_nobody_to_ask(session, asker, young):
    again(session, asker, AgeGroup.FROM_16)
    adult = apply_as_guide(session, asker, email="per@example.com")
    apply_as_guide(session, asker, email="per@example.com", now=LATER)
    for guide in (young, adult):
        assert guide.grown_up_said_on is None
        assert letters(session, guide.email)[-1].template == "known_address"


def test_the_page_tells_nobody_that_the_address_is_known(flask_app, session, asker):
    make_guide(session, asker, name="Ung Ung", email="ung@example.com", age_group=AgeGroup.FROM_16)
    session.commit()
    shown = set()
    for email in ("ung@example.com", "nobody@example.com"):
        browser = flask_app.test_client()
        sign_up(browser, asker, email=email)
        shown.add(get_page(browser, asker.url("/sign-up/thanks")).main.text)
    assert len(shown) == 1


@pytest.mark.parametrize("age", [AgeGroup.FROM_18, AgeGroup.FROM_16], ids=["true", "not true"])
def test_staff_see_it_until_they_have_looked_at_the_age(client, session, asker, age):
    guide = make_guide(session, asker, name="Ung Ung", age_group=AgeGroup.FROM_16)
    guide.grown_up_said_on = TODAY
    session.commit()
    url = asker.url(f"/guides/{guide.id}?lang=en")
    edit = asker.url(f"/guides/{guide.id}/edit")
    session.commit()
    with time_machine.travel(NOW, tick=False):
        sign_in(client, asker.coordinator)
        hint = get_page(client, url).main.text
        assert HINT in hint and "2 March" in hint
        assert HINT.lower() in get_page(client, asker.url("/guides?lang=en")).main.text
        answers = fill(get_page(client, edit), "/edit") | {"age_group": age.value}
        assert client.post(edit, data=answers).status_code == 303
        assert HINT not in get_page(client, url).main.text
    session.expire_all()
    assert session.get(Guide, guide.id).grown_up_said_on is None
