"""One person, several roles and several municipalities: each opens what it opens, and no more."""

import pytest

from app.accounts.models import Membership
from app.permissions import Role
from tests.cast import make_family, sign_in
from tests.pages import get_page


@pytest.fixture
def person(client, session, asker, baerum):
    """Guide and caseworker in Asker, privacy officer and manager in Baerum."""
    user = asker.guide_user
    for town, role in (
        (asker, Role.CASEWORKER),
        (baerum, Role.PRIVACY_OFFICER),
        (baerum, Role.MANAGER),
    ):
        session.add(Membership(user_id=user.id, municipality_id=town.municipality.id, role=role))
    session.commit()
    sign_in(client, user)
    return client


def test_each_place_opens_what_the_roles_there_open(person, session, asker, baerum):
    another = make_family(session, asker, reference="asker-2")
    session.commit()
    for path in (
        "/asker/my-page",
        "/asker/families",
        f"/asker/families/{another.id}",
        "/baerum/data-protection",
        f"/baerum/data-protection/guides/{baerum.guide.id}",
        "/baerum/settlement",
    ):
        get_page(person, path)
    for path in (
        f"/asker/families/{asker.family.id}",  # a guide of the family is never its staff
        "/asker/data-protection",
        "/asker/settlement",
        "/asker/desk",
        "/baerum/my-page",
        "/baerum/families",
        f"/baerum/families/{baerum.family.id}",
        f"/asker/families/{baerum.family.id}",
        f"/baerum/data-protection/guides/{asker.guide.id}",
        "/baerum/desk",
    ):
        assert person.get(path).status_code == 404, path


def test_the_menu_is_of_the_place_and_of_all_roles_there(person):
    here = get_page(person, "/asker/my-page").select_one(".site-nav").get_text()
    there = get_page(person, "/baerum/data-protection").select_one(".site-nav").get_text()
    assert "Familier" in here and "Personvern" not in here
    assert "Personvern" in there and "Familier" not in there


def test_the_person_chooses_where_to_go_and_ends_in_one_place_alone(
    person, flask_app, session, asker
):
    assert person.get("/sign-in/done").location == "/me"
    page = get_page(person, "/me").main
    assert {a["href"] for a in page.select(".ds-card a, a.card-link, h3 a")} >= {
        "/asker/families",
        "/baerum/settlement",
    }
    administrator = flask_app.test_client()
    sign_in(administrator, asker.users[Role.ADMINISTRATOR])
    url = f"/asker/staff/{asker.guide_user.id}"
    assert administrator.post(f"{url}/deactivation").status_code == 303
    session.rollback()
    held = session.query(Membership.role).filter_by(user_id=asker.guide_user.id)
    assert {role for (role,) in held} == {Role.GUIDE, Role.PRIVACY_OFFICER, Role.MANAGER}
