"""Passkeys: what a device signs counts once, here, for what was asked and for its owner alone."""

import datetime as dt
import json

import pytest
import time_machine

from app.accounts.models import Passkey, PasskeyChallenge, User
from app.accounts.services.recovery import forget_app
from app.permissions import Role
from tests.accounts.authenticator import PRESENT, Device, text
from tests.accounts.staff import PASSWORD, Desk, is_signed_in, letters_to, path_in
from tests.cast import sign_in
from tests.pages import get_page

MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
INVITE = "/asker/staff/invitations/new"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(flask_app, session, asker, clock) -> Desk:
    return Desk(flask_app, session, asker, Role.ADMINISTRATOR)


@pytest.fixture
def phone(client, desk) -> Device:
    """The administrator's own device, added while signed in; they are signed out by now."""
    desk.type_password(client)
    desk.type_code(client)
    device = add(client)
    client.post("/sign-out")
    return device


@pytest.fixture
def guide_phone(client, session, asker, clock) -> Device:
    sign_in(client, asker.guide_user)
    device = add(client)
    client.post("/sign-out")
    return device


def asked(client, path: str = "/sign-in/passkey/challenge") -> dict:
    answer = client.post(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.get_json()


def add(client, device: Device | None = None, *, name: str = "My phone", status: int = 303):
    device = device or Device()
    made = device.create(asked(client, "/me/passkeys/challenge"))
    answer = client.post("/me/passkeys", data={"name": name, "passkey": made})
    assert answer.status_code == status
    return device


def show(client, device: Device, **changes):
    """Sign in with a device, from the very page."""
    answer = device.get(asked(client), **changes)
    return client.post("/sign-in/passkey", data={"passkey": answer})


def kept(session) -> list[Passkey]:
    session.rollback()
    found = session.query(Passkey).order_by(Passkey.made_at).all()
    session.expunge_all()
    session.rollback()
    return found


def templates_to(session, address: str) -> list[str]:
    return [letter.template for letter in letters_to(session, address)]


def test_a_passkey_alone_signs_staff_in_and_is_step_up_too(client, phone, desk, clock):
    clock.shift(dt.timedelta(hours=1))
    answer = show(client, phone)
    assert (answer.status_code, answer.location) == (303, "/sign-in/done")
    assert is_signed_in(client)
    get_page(client, INVITE)


def test_a_guide_signs_in_by_passkey(client, guide_phone, session, asker):
    assert show(client, guide_phone).status_code == 303
    assert client.get("/sign-in/done").location == "/asker/my-page"
    assert templates_to(session, asker.guide_user.email) == ["passkey_added"]


def test_a_passkey_is_named_listed_and_its_owner_told(client, phone, desk, session):
    show(client, phone)
    page = get_page(client, "/me/passkeys")
    assert "My phone" in page.main.get_text()
    (one,) = kept(session)
    assert (one.user_id, one.name, one.sign_count) == (desk.user.id, "My phone", 1)
    assert one.used_at == MORNING
    assert templates_to(session, desk.email).count("passkey_added") == 1


def test_a_passkey_takes_the_place_of_the_code(client, phone, desk):
    desk.type_password(client)
    assert get_page(client, "/sign-in/code").select_one("form[data-passkey]")
    options = asked(client, "/sign-in/code/passkey/challenge")
    assert [each["id"] for each in options["allowCredentials"]] == [text(phone.credential_id)]
    answer = client.post("/sign-in/code/passkey", data={"passkey": phone.get(options)})
    assert answer.status_code == 303
    assert is_signed_in(client)


def test_after_one_persons_password_another_ones_passkey_opens_nothing(
    client, phone, flask_app, session, asker
):
    other = Desk(flask_app, session, asker, Role.COORDINATOR)
    other.type_password(client)
    options = asked(client, "/sign-in/code/passkey/challenge")
    answer = client.post("/sign-in/code/passkey", data={"passkey": phone.get(options)})
    assert answer.status_code == 422
    assert not is_signed_in(client)


def test_no_password_no_second_step(client, phone):
    assert client.post("/sign-in/code/passkey/challenge").status_code == 404
    answer = client.post("/sign-in/code/passkey", data={"passkey": phone.get(asked(client))})
    assert answer.status_code == 404


def test_a_passkey_confirms_and_a_filled_in_form_goes_on(client, phone, session, clock):
    show(client, phone)
    clock.shift(dt.timedelta(minutes=11))
    person = {"name": "Nina Berg", "email": "nina@asker.example", "roles": "manager"}
    assert client.post(INVITE, data=person).status_code == 403
    signed = phone.get(asked(client, "/me/confirmation/passkey"))
    answer = client.post(INVITE, data=person | {"confirmation_passkey": signed})
    assert answer.location == "/asker/staff"


def test_another_persons_passkey_confirms_nothing(client, phone, flask_app, session, asker, clock):
    theirs = Desk(flask_app, session, asker, Role.MANAGER)
    theirs.type_password(client)
    theirs.type_code(client)
    clock.shift(dt.timedelta(minutes=11))
    signed = phone.get(asked(client, "/me/confirmation/passkey"))
    answer = client.post("/me/confirmation", data={"confirmation_passkey": signed})
    assert answer.status_code == 422
    assert client.get("/me/passkeys").status_code == 303


def test_what_was_signed_for_one_purpose_is_nothing_for_another(client, phone, clock):
    show(client, phone)
    clock.shift(dt.timedelta(minutes=11))
    signed = phone.get(asked(client))  # what signing in asks, not what confirming does
    answer = client.post("/me/confirmation", data={"confirmation_passkey": signed})
    assert answer.status_code == 422


def test_what_was_signed_counts_once(client, phone, flask_app, session):
    client.get("/sign-in")
    session_cookie = client.get_cookie("session")
    signed = phone.get(asked(client))
    assert client.post("/sign-in/passkey", data={"passkey": signed}).status_code == 303
    client.post("/sign-out")
    assert client.post("/sign-in/passkey", data={"passkey": signed}).status_code == 422
    again = flask_app.test_client()
    if session_cookie:
        again.set_cookie("session", session_cookie.value)
    assert again.post("/sign-in/passkey", data={"passkey": signed}).status_code == 422
    session.rollback()
    assert session.query(PasskeyChallenge).count() == 0


def test_what_was_refused_is_used_up_too(client, phone):
    options = asked(client)
    spoilt = phone.get(options, signature=text(b"nothing"))
    assert client.post("/sign-in/passkey", data={"passkey": spoilt}).status_code == 422
    right = phone.get(options)
    assert client.post("/sign-in/passkey", data={"passkey": right}).status_code == 422


def test_what_one_browser_was_asked_opens_no_other(armed, desk, client, phone_of_armed):
    other = armed.test_client()
    token = get_page(other, "/sign-in").select_one("[name=csrf_token]")["value"]
    other.post("/sign-in/passkey/challenge", data={"csrf_token": token})
    mine = get_page(client, "/sign-in").select_one("[name=csrf_token]")["value"]
    options = client.post("/sign-in/passkey/challenge", data={"csrf_token": mine}).get_json()
    signed = phone_of_armed.get(options)
    for browser, its, status in ((other, token, 422), (client, mine, 303)):
        answer = browser.post("/sign-in/passkey", data={"csrf_token": its, "passkey": signed})
        assert answer.status_code == status
    assert not is_signed_in(other)


@pytest.fixture
def phone_of_armed(flask_app, session, desk) -> Device:
    """A device that the administrator added before forms had to carry tokens."""
    flask_app.config["WTF_CSRF_ENABLED"] = False
    browser = flask_app.test_client()
    desk.type_password(browser)
    desk.type_code(browser)
    device = add(browser)
    flask_app.config["WTF_CSRF_ENABLED"] = True
    return device


def test_five_minutes_are_enough(client, phone, clock):
    options = asked(client)
    clock.shift(dt.timedelta(minutes=5))
    answer = client.post("/sign-in/passkey", data={"passkey": phone.get(options)})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://localhost"},
        {"origin": "http://localhost.evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"uses": -1},
        {"handle": b"somebody else's!"},
    ],
    ids=str,
)
def test_another_site_an_unverified_person_or_a_copy_of_the_key_is_refused(client, phone, changes):
    phone.uses = 3
    assert show(client, phone).status_code == 303
    client.post("/sign-out")
    for name, value in changes.items():
        setattr(phone, name, value)
    assert show(client, phone).status_code == 422
    assert not is_signed_in(client)


def test_another_key_under_a_known_name_is_refused(client, phone):
    thief = Device(credential_id=phone.credential_id, handle=phone.handle, uses=50)
    assert show(client, thief).status_code == 422
    assert show(client, Device(handle=phone.handle)).status_code == 422


def test_what_no_browser_sends_is_refused(client, desk):
    for answer in (
        "",
        "{}",
        "[]",
        "null",
        "[" * 19_000,
        '{"id": 7, "response": {}}',
        '{"id": "\\u0000", "rawId": "AA", "response": {}}',
        '{"id": "' + "A" * 5000 + '", "response": {}}',
        "x" * 20_001,
    ):
        asked(client)
        sent = client.post("/sign-in/passkey", data={"passkey": answer})
        assert sent.status_code == 422, answer[:40]


def test_spoilt_parts_are_refused(client, phone):
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for value in ("", "!!!", text(b"\xff" * 40), 7, None, {}):
            answer = json.loads(phone.get(asked(client)))
            answer["response"][part] = value
            sent = client.post("/sign-in/passkey", data={"passkey": json.dumps(answer)})
            assert sent.status_code == 422, (part, value)


def test_spoilt_new_keys_are_refused(client, session, asker, clock):
    sign_in(client, asker.guide_user)
    for value in ("", "!!!", text(b"\xa0"), text(b"\xff" * 200), 7, None):
        answer = json.loads(Device().create(asked(client, "/me/passkeys/challenge")))
        answer["response"]["attestationObject"] = value
        sent = client.post("/me/passkeys", data={"name": "x", "passkey": json.dumps(answer)})
        assert sent.status_code == 422, value
    assert kept(session) == []


def test_a_new_key_must_know_its_owner_and_this_site(client, session, asker, clock):
    sign_in(client, asker.guide_user)
    add(client, Device(flags=PRESENT), status=422)
    add(client, Device(origin="https://evil.example"), status=422)
    add(client, Device(host="evil.example"), status=422)
    made = Device().create(asked(client, "/me/passkeys/challenge"))
    assert client.post("/me/passkeys", data={"name": "a", "passkey": made}).status_code == 303
    assert client.post("/me/passkeys", data={"name": "a", "passkey": made}).status_code == 422
    assert len(kept(session)) == 1


def test_one_key_belongs_to_one_person(client, phone, flask_app, session, asker):
    sign_in(client, asker.guide_user)
    add(client, phone, status=422)
    assert [one.name for one in kept(session)] == ["My phone"]


def test_ten_are_enough(client, session, asker, clock):
    sign_in(client, asker.guide_user)
    for _each in range(10):
        add(client)
    add(client, status=422)
    assert len(kept(session)) == 10


def test_a_removed_passkey_opens_nothing_and_ends_other_sessions(
    client, phone, desk, session, flask_app
):
    elsewhere = flask_app.test_client()
    show(elsewhere, phone)
    show(client, phone)
    (one,) = kept(session)
    assert client.post(f"/me/passkeys/{one.id}/removal").status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert kept(session) == []
    assert show(flask_app.test_client(), phone).status_code == 422
    assert "passkey_removed" in templates_to(session, desk.email)


def test_nobody_removes_another_persons(client, phone, session, asker):
    (one,) = kept(session)
    sign_in(client, asker.guide_user)
    assert client.post(f"/me/passkeys/{one.id}/removal").status_code == 404
    assert len(kept(session)) == 1


def test_adding_and_removing_ask_who_it_is(client, phone, session, clock):
    show(client, phone)
    (one,) = kept(session)
    clock.shift(dt.timedelta(minutes=11))
    assert client.get("/me/passkeys").location == "/me/confirmation?next=/me/passkeys"
    for path in ("challenge", f"{one.id}/removal", ""):
        assert client.post(f"/me/passkeys/{path}".rstrip("/")).status_code == 403
    assert len(kept(session)) == 1


def test_who_no_longer_works_here_is_not_let_in(client, phone, desk, session):
    session.get(User, desk.user.id).active = False
    session.commit()
    assert show(client, phone).status_code == 422


def test_whose_app_was_reset_must_begin_anew(client, phone, desk, session):
    forget_app(session, session.get(User, desk.user.id))
    session.commit()
    assert kept(session) == []
    assert show(client, phone).status_code == 422


def test_a_guides_passkey_is_worth_nothing_when_they_begin_to_work_here(
    client, guide_phone, session, asker, flask_app
):
    """It was added with a mailbox alone: whoever had that would now be staff."""
    admin = Desk(flask_app, session, asker, Role.ADMINISTRATOR)
    admin.type_password(client)
    admin.type_code(client)
    whom = {"name": "Kari", "email": asker.guide_user.email, "roles": "coordinator"}
    assert client.post(INVITE, data=whom).status_code == 303
    client.post("/sign-out")
    letter = next(x for x in letters_to(session, whom["email"]) if x.template == "invitation")
    words = {"password": PASSWORD, "again": PASSWORD}
    assert client.post(path_in(letter), data=words).status_code == 302
    assert kept(session) == []
    assert show(flask_app.test_client(), guide_phone).status_code == 422


def test_who_signs_in_at_work_elsewhere_gets_no_passkey(client, session, asker, clock):
    """A coordinator without a password of ours: see the municipality's own sign-in."""
    sign_in(client, asker.coordinator)
    assert client.get("/me/passkeys").status_code == 404
    assert client.post("/me/passkeys/challenge").status_code == 404
    assert not get_page(client, "/me").select_one("a[href='/me/passkeys']")


def test_many_wrong_ones_from_one_network_are_stopped(client, desk):
    for _each in range(20):
        assert client.post("/sign-in/passkey", data={"passkey": "{}"}).status_code == 422
    assert client.post("/sign-in/passkey", data={"passkey": "{}"}).status_code == 429


def test_without_script_nothing_of_it_is_seen(client, phone):
    for path in ("/sign-in", "/sign-in/staff"):
        form = get_page(client, path).select_one("form[data-passkey]")
        assert form.has_attr("hidden")
