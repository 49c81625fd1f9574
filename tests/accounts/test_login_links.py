"""Guides sign in by a link: once, soon, and by pressing a button."""

import datetime as dt

import pytest
import time_machine

from app.accounts import services
from app.accounts.models import LinkKind, Membership, User
from app.permissions import Role
from tests.accounts.staff import is_signed_in, letters_to, path_in
from tests.pages import get_page, post_page


def ask_for_link(client, email: str):
    return client.post("/sign-in", data={"email": email})


@pytest.fixture
def link(client, asker, session) -> str:
    ask_for_link(client, asker.guide_user.email)
    return path_in(letters_to(session, asker.guide_user.email)[-1])


def test_a_guide_signs_in_with_the_link_in_the_letter(client, link, asker, session):
    page = get_page(client, link)
    assert len(page.select("main form")) == 1
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/sign-in/done")
    assert is_signed_in(client)
    letter = letters_to(session, asker.guide_user.email)[-1]
    assert letter.municipality_id == asker.municipality.id


def test_opening_the_link_does_not_use_it_up(client, link):
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert not is_signed_in(client)
    assert client.post(link).status_code == 303


def test_a_used_link_is_worth_nothing(flask_app, client, link):
    client.post(link)
    thief = flask_app.test_client()
    get_page(thief, link, status=404)
    assert thief.post(link).status_code == 404
    assert not is_signed_in(thief)


def test_a_link_is_too_old_after_ten_minutes(client, asker, session):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        ask_for_link(client, asker.guide_user.email)
        link = path_in(letters_to(session, asker.guide_user.email)[-1])
        clock.shift(dt.timedelta(minutes=10))
        assert client.post(link).status_code == 404
        clock.shift(dt.timedelta(seconds=-1))
        assert client.post(link).status_code == 303


def test_link_pages_tell_other_sites_nothing(client, link):
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    client.post(link)
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"


def test_a_link_works_over_https_without_a_referrer(flask_app, client, link):
    flask_app.config["WTF_CSRF_ENABLED"] = True
    site = "https://localhost"
    page = get_page(client, link, base_url=site)
    token = page.select_one("main input[name=csrf_token]")["value"]
    answer = client.post(link, data={"csrf_token": token}, base_url=site)
    assert answer.status_code == 303


@pytest.mark.parametrize("email", ["nobody@asker.example", "coordinator@asker.example"])
def test_strangers_and_staff_get_the_same_answer_and_no_letter(client, asker, session, email):
    known = ask_for_link(client, asker.guide_user.email)
    other = ask_for_link(client, email)
    assert (known.status_code, known.location) == (other.status_code, other.location)
    assert known.text == other.text
    assert letters_to(session, email) == []


def test_staff_cannot_use_a_link_from_the_time_before_they_were_staff(client, link, asker, session):
    session.add(
        Membership(
            user_id=asker.guide_user.id,
            municipality_id=asker.municipality.id,
            role=Role.CASEWORKER,
        )
    )
    session.commit()
    assert client.post(link).status_code == 404
    assert not is_signed_in(client)


def test_even_a_link_made_for_staff_opens_nothing(client, asker, session):
    token = services.issue_link(
        session,
        LinkKind.LOGIN,
        asker.coordinator.id,
        municipality_id=None,
        now=dt.datetime.now(dt.UTC),
    )
    session.commit()
    assert client.post(f"/sign-in/links/{token}").status_code == 404


def test_a_link_of_another_kind_signs_nobody_in(client, asker, session):
    for kind in (LinkKind.STATUS, LinkKind.ANSWER, LinkKind.INVITATION):
        token = services.issue_link(
            session,
            kind,
            asker.guide_user.id,
            municipality_id=None,
            now=dt.datetime.now(dt.UTC),
        )
        session.commit()
        assert client.post(f"/sign-in/links/{token}").status_code == 404


def test_a_deactivated_guide_gets_no_link_and_can_use_none(client, link, asker, session):
    session.get(User, asker.guide_user.id).active = False
    session.commit()
    assert client.post(link).status_code == 404
    count = len(letters_to(session, asker.guide_user.email))
    ask_for_link(client, asker.guide_user.email)
    assert len(letters_to(session, asker.guide_user.email)) == count


def test_nobody_can_fill_a_guides_inbox(client, asker, session):
    for _ in range(6):
        assert ask_for_link(client, asker.guide_user.email).status_code == 303
    assert len(letters_to(session, asker.guide_user.email)) == 3


def test_the_address_may_be_typed_in_capitals(client, asker, session):
    ask_for_link(client, f" {asker.guide_user.email.upper()} ")
    assert len(letters_to(session, asker.guide_user.email)) == 1


@pytest.mark.parametrize("email", ["", "kari", "a@b", "a@b.no,c@d.no", "a" * 300 + "@b.no"])
def test_what_is_no_address_is_said_so(client, asker, email):
    page = post_page(client, "/sign-in", {"email": email})
    assert page.select_one("#email-error")
