"""After signing in people stay on this site, and land where they work."""

import pytest

from app.accounts.destinations import own_path
from app.accounts.models import Membership
from app.permissions import Role
from tests import cast
from tests.accounts.staff import Desk, letters_to, path_in
from tests.pages import get_page

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "HTTPS:evil.example",
    "http:/evil.example",
    "https:\\\\evil.example",
    "//evil.example\\@localhost",
    "https://localhost@evil.example",
    "/@evil.example//",
    "@evil.example",
    "evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/.//evil.example",
    "/asker//evil.example",
    "//localhost:80@evil.example",
    "/\u2028/evil.example",
    "/\x00/evil.example",
    "/" + "a" * 600,
    "",
]


@pytest.mark.parametrize("spelling", ELSEWHERE)
def test_another_site_is_not_an_own_path(spelling):
    assert own_path(spelling) is None


@pytest.mark.parametrize("path", ["/", "/asker/guides", "/asker/guides?q=a%C3%A5&page=2", "/me"])
def test_our_own_pages_are(path):
    assert own_path(path) == path


@pytest.mark.parametrize("spelling", ELSEWHERE)
def test_no_spelling_leads_staff_elsewhere(flask_app, client, session, asker, spelling):
    desk = Desk(flask_app, session, asker, Role.ADMINISTRATOR)
    client.get("/sign-in", query_string={"next": spelling})
    client.get("/sign-in/staff", query_string={"next": spelling})
    desk.type_password(client)
    desk.type_code(client)
    assert client.get("/sign-in/done").location == "/asker/staff"


@pytest.mark.parametrize("spelling", ELSEWHERE[:3])
def test_the_library_is_not_asked_where_to_go(flask_app, client, session, asker, spelling):
    desk = Desk(flask_app, session, asker)
    data = {"email": desk.email, "password": "x", "next": spelling}
    assert client.post("/sign-in/staff", data=data).status_code == 400
    desk.type_password(client)
    data = {"code": desk.code(), "next": spelling}
    assert client.post("/sign-in/code", data=data).status_code == 400


def test_staff_come_back_to_the_page_they_wanted(flask_app, client, session, asker):
    desk = Desk(flask_app, session, asker, Role.ADMINISTRATOR)
    wanted = "/asker/staff/invitations/new"
    answer = client.get(wanted)
    assert answer.location == f"/sign-in?next={wanted}"
    page = get_page(client, answer.location)
    answer = client.get(page.select_one("main a.ds-button")["href"])
    assert answer.location == "/sign-in/staff"
    desk.type_password(client)
    desk.type_code(client)
    assert client.get("/sign-in/done").location == wanted
    assert client.get("/sign-in/done").location == "/asker/staff"


def test_guides_come_back_to_the_page_they_wanted(client, session, asker):
    page = get_page(client, "/sign-in?next=/me")
    form = page.select_one("main form")
    client.post(form["action"], data={"email": asker.guide_user.email})
    client.post(path_in(letters_to(session, asker.guide_user.email)[-1]))
    assert client.get("/sign-in/done").location == "/me"


@pytest.mark.parametrize(
    ("role", "endpoint", "path"),
    [
        (Role.ADMINISTRATOR, "accounts.staff", "/asker/staff"),
        (Role.COORDINATOR, "desk.show", "/asker/desk"),
        (Role.CASEWORKER, "families.index", "/asker/families"),
        (Role.MANAGER, "settlement.show", "/asker/settlement"),
        (Role.GUIDE, "my_page.show", "/asker/my-page"),
        (Role.PRIVACY_OFFICER, "accounts.me", "/me"),
    ],
)
def test_everybody_lands_where_they_work(flask_app, client, asker, role, endpoint, path):
    cast.sign_in(client, asker.users[role])
    expected = path if endpoint in flask_app.view_functions else "/me"
    assert client.get("/sign-in/done").location == expected


def test_who_works_in_two_municipalities_chooses(client, session, asker, baerum):
    session.add(
        Membership(
            user_id=asker.coordinator.id,
            municipality_id=baerum.municipality.id,
            role=Role.ADMINISTRATOR,
        )
    )
    session.commit()
    cast.sign_in(client, asker.coordinator)
    assert client.get("/sign-in/done").location == "/me"
    page = get_page(client, "/me")
    assert "Asker" in page.main.text and "Baerum" in page.main.text
    assert page.select_one("main a[href='/baerum/staff']")
