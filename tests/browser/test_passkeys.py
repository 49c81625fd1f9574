"""A passkey in a real browser, with the device that Chromium's tools play."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import update

from app.accounts.models import UserSession
from app.permissions import Role
from tests.accounts.staff import PASSWORD, Desk
from tests.browser.conftest import check_accessible

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(armed, base_url) -> str:
    """The site under a name: a passkey is never for a bare address of the network."""
    settings = armed.extensions["settings"]
    address = base_url.replace("127.0.0.1", "localhost")
    armed.extensions["settings"] = dataclasses.replace(settings, BASE_URL=address)
    yield address
    armed.extensions["settings"] = settings


def with_device(page, site: str):
    page.route(f"{site}/**", lambda route: route.continue_())
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page


def sign_in_by_code(page, site: str, desk: Desk) -> None:
    page.goto(f"{site}/sign-in/staff")
    page.fill("input[name=email]", desk.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form:not([data-passkey]) button")
    page.fill("input[name=code]", desk.code())
    page.click("main form:not([data-passkey]) button")


def test_staff_add_a_passkey_sign_in_by_it_and_show_with_it_that_it_is_them(
    armed, site, person, session, session_factory, asker
):
    desk = Desk(armed, session, asker, Role.ADMINISTRATOR)
    page = with_device(person(width=360), site)
    sign_in_by_code(page, site, desk)

    page.goto(f"{site}/me/passkeys")
    check_accessible(page)
    page.fill("input[name=name]", "Jobbtelefon")
    page.click("form[data-passkey=create] button")
    page.wait_for_selector("li:has-text('Jobbtelefon')")
    check_accessible(page)
    page.click("form[data-passkey=create] button")  # the device has one for this person
    page.wait_for_selector("[data-says=known]:visible")

    page.context.clear_cookies()
    page.goto(f"{site}/sign-in")
    check_accessible(page)
    page.click("form[data-passkey=get] button")
    page.wait_for_url(f"{site}/asker/**")

    with session_factory.begin() as database:
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=11)
        database.execute(update(UserSession).values(confirmed_at=long_ago))
    page.goto(f"{site}/asker/staff/invitations/new")
    assert "/me/confirmation" in page.url
    check_accessible(page)
    page.click("form[data-passkey=get] button")
    page.wait_for_url(f"{site}/asker/staff/invitations/new")
