"""The key of the site is changed while people are signed in, and nobody notices; then it is gone."""

import dataclasses
import re

import pytest
from passlib.totp import TOTP, AppWallet

from app.accounts.models import LinkKind, User
from app.accounts.one_time_codes import is_sealed, secrets_for_apps
from app.accounts.services import issue_link
from app.accounts.services.keys import encrypt_apps_anew
from app.database import engine_of
from app.factory import create_app
from config import Config, WrongSettingError
from tests.accounts.staff import Desk, is_signed_in
from tests.cast import NOW, sign_in

OLD = "a secret for tests, of more than 32 characters"
NEW = "another-secret-for-tests-of-more-than-32-characters"


@pytest.fixture
def site_with(flask_app):
    """Return the same site under other keys, on the same database."""
    made = []

    def make(key, *earlier):
        settings = dataclasses.replace(
            flask_app.extensions["settings"], SECRET_KEY=key, SECRET_KEY_FALLBACKS=earlier
        )
        made.append(create_app(settings))
        made[-1].config["WTF_CSRF_ENABLED"] = flask_app.config["WTF_CSRF_ENABLED"]
        return made[-1]

    yield make
    for app in made:
        engine_of(app.extensions["session_factory"]).dispose()


def carry_on(old_client, app):
    """Return the same browser before the site under its new key."""
    client = app.test_client()
    cookie = old_client.get_cookie("session")
    client.set_cookie("session", cookie.value)
    return client


def token_in(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def test_who_is_signed_in_stays_so_and_an_open_form_is_taken(armed, asker, site_with):
    client = armed.test_client()
    sign_in(client, asker.coordinator)
    form = {"csrf_token": token_in(client.get(asker.url("/neighbourhoods/new")).text), "name": "N"}
    changed, gone = site_with(NEW, OLD), site_with(NEW)
    for app in (changed, gone):
        assert carry_on(client, app).get(asker.url("/desk")).status_code == 200
    new = asker.url("/neighbourhoods/new")
    assert carry_on(client, changed).post(new, data=form).status_code == 303
    assert carry_on(client, gone).post(new, data=form).status_code == 400  # not believed


def test_a_form_under_the_new_key_is_not_taken_for_one_of_the_old(armed, asker, site_with):
    """What is signed is signed with the key of today."""
    client = site_with(NEW, OLD).test_client()
    token = token_in(client.get("/sign-in").text)
    form = {"csrf_token": token, "email": asker.guide_user.email}
    assert carry_on(client, armed).post("/sign-in", data=form).status_code == 400


def test_a_link_that_was_sent_opens_whatever_the_key_is(flask_app, asker, session, site_with):
    token = issue_link(
        session, LinkKind.STATUS, asker.guide.id, municipality_id=asker.municipality.id, now=NOW
    )
    session.commit()
    for app in (site_with(NEW, OLD), site_with(NEW)):
        page = app.test_client().get(asker.url(f"/status/{token}"))
        assert page.status_code == 200


def test_codes_from_an_app_count_under_both_keys_and_then_under_the_new_one_alone(
    flask_app, asker, session, site_with
):
    desk = Desk(flask_app, session, asker)
    changed = site_with(NEW, OLD)
    assert lets_in(changed, desk, steps=0)
    assert not lets_in(site_with(NEW), desk, steps=1)
    codes = changed.extensions["security"].totp_factory
    with changed.app_context():
        assert encrypt_apps_anew(session, codes.encrypted_anew) == 1
        session.commit()
    assert lets_in(site_with(NEW), desk, steps=1)
    with flask_app.app_context():  # whoever has the old key has nothing
        secret = session.get(User, desk.user.id).tf_totp_secret
        assert flask_app.extensions["security"].totp_factory.counter_of(secret, desk.code()) is None


def test_a_secret_from_before_secrets_were_sealed_lets_in_and_is_sealed_by_that(
    flask_app, asker, session
):
    desk = Desk(flask_app, session, asker)
    with flask_app.app_context():
        keys = secrets_for_apps(flask_app.extensions["settings"].keys)
        wallet = AppWallet(keys, default_tag=next(iter(keys)))
        desk.user.tf_totp_secret = TOTP.using(wallet=wallet)(desk.key).to_json(encrypt=True)
    assert not is_sealed(desk.user.tf_totp_secret)
    session.commit()
    assert lets_in(flask_app, desk, steps=0)
    session.refresh(desk.user)
    assert is_sealed(desk.user.tf_totp_secret)
    session.commit()
    assert lets_in(flask_app, desk, steps=1)


@pytest.mark.parametrize("change", [lambda s: s[:-5] + "AAAA=", lambda s: s.replace("$", "$$", 1)])
def test_a_secret_that_was_changed_in_the_database_lets_nobody_in(
    flask_app, asker, session, change
):
    desk = Desk(flask_app, session, asker)
    desk.user.tf_totp_secret = change(desk.user.tf_totp_secret)
    session.commit()
    assert not lets_in(flask_app, desk, steps=0)


def test_no_secret_is_stored_twice_the_same(flask_app, asker, session):
    desk = Desk(flask_app, session, asker)
    codes = flask_app.extensions["security"].totp_factory
    again = codes.encrypted_anew(desk.user.tf_totp_secret)
    assert is_sealed(again) and again != desk.user.tf_totp_secret
    assert codes.get_totp_b32_key(again) == desk.key


def lets_in(app, desk, *, steps):
    client = app.test_client()
    desk.type_password(client)
    desk.type_code(client, desk.code(steps=steps))
    return is_signed_in(client)


def test_the_command_renews_what_stands_under_the_old_key(
    flask_app, asker, session, site_with, baerum
):
    desk = Desk(flask_app, session, asker)
    before = session.get(User, desk.user.id).tf_totp_secret
    session.commit()
    told = site_with(NEW, OLD).test_cli_runner().invoke(args=["accounts", "renew-keys"])
    assert told.output == "1 code apps stand under the key of today.\n"
    session.expire_all()
    assert session.get(User, desk.user.id).tf_totp_secret != before
    session.commit()
    lost = site_with("a-third-key-that-nobody-has-ever-used-before").test_cli_runner()
    assert "is not among SECRET_KEY" in lost.invoke(args=["accounts", "renew-keys"]).output


def test_a_short_key_is_not_believed():
    environment = {"SECRET_KEY": NEW, "DATABASE_URL": "sqlite://", "SECRET_KEY_FALLBACKS": "short"}
    with pytest.raises(WrongSettingError):
        Config.from_environment(environment)
    environment["SECRET_KEY_FALLBACKS"] = f"{'a' * 40}  {'b' * 40}"
    assert Config.from_environment(environment).keys == (NEW, "a" * 40, "b" * 40)
