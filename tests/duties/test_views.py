import datetime as dt

import pytest

from app.accounts.models import Membership
from app.desk.queries import TaskKind
from app.permissions import Role
from tests.cast import TODAY, sign_in
from tests.pages import fill, get_page, post_page


@pytest.fixture
def coordinator(client, session, asker):
    second, town = asker.users[Role.MANAGER], asker.municipality.id
    session.add(Membership(user_id=second.id, municipality_id=town, role=Role.COORDINATOR))
    session.commit()
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_a_task_is_given_away_from_the_desk_and_found_under_the_name(coordinator, asker):
    desk = get_page(coordinator, asker.url("/desk"))
    url = asker.url(f"/duties/tasks/{asker.applicant.id}?kind={TaskKind.CONTACT_APPLICANT}")
    assert desk.select_one(f"main a[href='{url}']")
    page = get_page(coordinator, url)
    assert (
        page.select_one("main .lead")
        and "Call" in get_page(coordinator, url + "&lang=en").main.text
    )
    second = page.find("label", string=lambda text: text and "Manager" in text)
    answers = fill(page, "duties") | {"user": page.find(id=second["for"])["value"]}
    assert coordinator.post(url, data=answers).status_code == 303
    assert "Manager Asker" in get_page(coordinator, asker.url("/desk")).select_one("main").text
    assert "Manager Asker" not in get_page(coordinator, asker.url("/desk?group=mine")).main.text


def test_a_task_is_given_to_nobody_whose_name_was_not_offered(coordinator, asker, baerum):
    url = asker.url(f"/duties/tasks/{asker.applicant.id}?kind=interview")
    for user in ("", "x", str(baerum.coordinator.id)):
        post_page(coordinator, url, {"user": user})


def test_an_absence_is_noted_and_ended(coordinator, asker):
    url = asker.url("/duties")
    page = get_page(coordinator, url)
    people = {option.text: option["value"] for option in page.select("#substitute option")}
    answers = {
        "user": str(asker.coordinator.id),
        "substitute": people["Manager Asker"],
        "from_on": TODAY.isoformat(),
        "until_on": (TODAY + dt.timedelta(days=3650)).isoformat(),
    }
    assert coordinator.post(url, data=answers).status_code == 303
    page = get_page(coordinator, url)
    assert "Manager Asker stands in" in page.main.text
    again = post_page(coordinator, url, answers)
    assert "overlap" in again.main.text
    assert again.select_one("#from_on")["value"] == answers["from_on"], "nothing typed is lost"
    back = page.select_one("form[action$=return]")["action"]
    for _press in range(2):
        assert coordinator.post(back).status_code == 303
    assert "back" in get_page(coordinator, url).select_one(".work-list").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"from_on": ""}, "Write a date"),
        ({"from_on": "x"}, "year, month and day"),
        ({"until_on": "2020-01-01"}, "before the first"),
        ({"substitute": ""}, "Choose who stands in"),
        ({"substitute": "self"}, "somebody else"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(coordinator, asker, change, words):
    own = str(asker.coordinator.id)
    change = {name: own if value == "self" else value for name, value in change.items()}
    answers = {"user": own, "substitute": own, "from_on": "2026-12-01", "until_on": "2026-12-02"}
    page = post_page(coordinator, asker.url("/duties"), answers | change)
    assert words in page.main.text


def test_who_is_alone_with_the_desk_reads_how_to_get_a_colleague(client, session, asker):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    task = asker.url(f"/duties/tasks/{asker.applicant.id}?kind={TaskKind.CONTACT_APPLICANT}")
    invite = asker.url("/staff/invitations/new")
    administrator = asker.users[Role.ADMINISTRATOR]
    for url in (asker.url("/duties"), task):
        page = get_page(client, url)
        assert f"Ask {administrator.name}" in page.main.text
        assert not page.select(f"a[href='{invite}']")
    assert not get_page(client, asker.url("/duties")).select("#substitute")
    town, both = asker.municipality.id, asker.coordinator.id
    session.add(Membership(user_id=both, municipality_id=town, role=Role.ADMINISTRATOR))
    session.commit()
    for url in (asker.url("/duties"), task):
        assert get_page(client, url).select(f"main a[href='{invite}']")


def test_who_has_a_colleague_reads_nothing_of_the_kind(coordinator, asker):
    assert "alone" not in get_page(coordinator, asker.url("/duties")).main.text
