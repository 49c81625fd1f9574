"""What a provider answers is believed only if all of it fits."""

import json
import logging
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from app.accounts.models import IdentityKind, UserSession
from app.accounts.oidc import client as talk
from app.accounts.oidc.client import Client
from app.database import Base
from tests import cast
from tests.accounts.staff import is_signed_in
from tests.oidc.conftest import SECRET, provider_of
from tests.pages import check_page

SPOILED = {
    "another issuer": {"claims": {"iss": "https://login.evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "another-site"}},
    "for us, and meant for others": {"claims": {"aud": "another-site", "azp": "flyktningguide"}},
    "no audience": {"claims": {"aud": None}},
    "for another party": {"claims": {"aud": ["flyktningguide", "x"], "azp": "x"}},
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "a low level": {"claims": {"acr": "idporten-loa-low"}},
    "no level": {"claims": {"acr": None}},
    "expired": {"claims": {"exp": 1_700_000_000}},
    "without an end": {"claims": {"exp": None}},
    "not begun": {"claims": {"nbf": 4_000_000_000}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "unsigned": {"sign": "none"},
    "signed with the public key": {"sign": "public key as secret"},
    "signed with another key": {"sign": "another key"},
    "a key nobody knows": {"header": {"kid": "another"}},
}


def asked_in(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_an_answer_that_does_not_fit_lets_nobody_in(bound, walker, client, far_side, spoiled):
    far_side.next(token=spoiled)
    check_page(walker.go(), 403)
    assert not is_signed_in(client)


def test_the_same_answer_unspoiled_does(bound, walker, client, far_side):
    far_side.next(token={"claims": {}})
    assert walker.go().location == "/sign-in/done"


def test_a_level_that_the_provider_itself_calls_low_is_too_low(bound, walker, client, far_side):
    far_side.next(acr="idporten-loa-low")
    assert walker.go().status_code == 403
    assert not is_signed_in(client)


def test_an_answer_is_good_once(bound, walker, client, far_side):
    back = walker.sign_in_there(walker.leave("/sign-in/provider"))
    assert client.get(back).location == "/sign-in/done"
    assert client.get(back).status_code == 400
    client.post("/sign-out")
    assert client.get(back).status_code == 400
    assert not is_signed_in(client)


def test_an_answer_is_good_in_the_browser_that_asked(bound, walker, flask_app):
    back = walker.sign_in_there(walker.leave("/sign-in/provider"))
    stranger = flask_app.test_client()
    assert stranger.get(back).status_code == 400
    walker.client = stranger
    walker.leave("/sign-in/provider")
    assert stranger.get(back).status_code == 400
    assert not is_signed_in(stranger)


def test_a_wrong_answer_uses_up_nothing(bound, walker, client):
    back = walker.sign_in_there(walker.leave("/sign-in/provider"))
    for wrong in ("/sign-in/return", "/sign-in/return?state=å", "/sign-in/return?code=x&state=y"):
        assert client.get(wrong).status_code == 400
    assert client.get(back).location == "/sign-in/done"


def test_an_answer_that_names_another_issuer_is_refused(bound, walker, client):
    back = walker.sign_in_there(walker.leave("/sign-in/provider"))
    assert "&iss=" in back
    assert client.get(f"{back.split('&iss=')[0]}&iss=https://evil.example").status_code == 403
    assert not is_signed_in(client)


def test_another_browsers_code_is_refused_for_lack_of_the_verifier(bound, walker, client):
    first = walker.sign_in_there(walker.leave("/sign-in/provider"))
    second = walker.sign_in_there(walker.leave("/sign-in/provider"))
    code, state = asked_in(first)["code"][0], asked_in(second)["state"][0]
    assert client.get(f"/sign-in/return?code={code}&state={state}").status_code == 403
    assert not is_signed_in(client)


def test_whoever_turns_back_is_told_so(bound, walker, client, far_side):
    far_side.next(None)
    check_page(walker.go(), 400)
    assert not is_signed_in(client)


def test_keys_may_change(bound, walker, client, far_side, monkeypatch):
    asked = []
    read = talk.Client._read
    monkeypatch.setattr(
        talk.Client, "_read", lambda self, address: asked.append(address) or read(self, address)
    )
    walker.go()
    walker.go()
    assert len(asked) == 2  # where its pages are, and its keys, once each
    far_side.next(rotate=True)
    client.post("/sign-out")
    assert walker.go().location == "/sign-in/done"
    assert asked[2:] == [asked[1]]


def test_only_who_it_is_is_asked_for(bound, walker):
    address = walker.leave("/sign-in/provider")
    asked = asked_in(address)
    assert asked["scope"] == ["openid"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"] == ["idporten-loa-substantial idporten-loa-high"]
    assert {len(asked[name][0]) for name in ("state", "nonce", "code_challenge")} == {43}


def test_an_authentication_context_is_asked_for_and_demanded(
    bound, doors, walker, far_side, client
):
    demands = {"acrs": ("c1",)}
    doors["asker"] = Client(provider_of(far_side, IdentityKind.STAFF, demands=demands))
    asked = json.loads(asked_in(walker.leave("/sign-in/provider"))["claims"][0])
    assert asked == {"id_token": {"acrs": {"essential": True, "value": "c1"}}}
    far_side.next(token={"claims": {"acrs": ["c2"]}})
    assert walker.go().status_code == 403
    far_side.next(token={"claims": {"acrs": ["c1", "c2"]}})
    assert walker.go().location == "/sign-in/done"


def test_what_else_a_token_holds_is_kept_and_logged_nowhere(
    walker, asker, doors, far_side, database, caplog
):
    client, flask_app = walker.client, walker.client.application
    caplog.set_level(logging.DEBUG)
    claims = {"pid": "01019012345", "name": "Qx Marker", "email": "marker@evil.example"}
    far_side.next(token={"claims": claims})
    cast.sign_in(client, asker.coordinator)
    assert walker.go("/me/identities").location == "/me"
    client.post("/sign-out")
    walker.go()
    assert is_signed_in(client)
    far_side.next("stranger", token={"claims": claims | {"acr": "low"}})
    walker.away.cookies.clear()
    walker.go()
    with database.past_the_walls(flask_app).connect() as connection:
        stored = [
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        ]
    kept = "\n".join([*stored, caplog.text, *(str(vars(line)) for line in caplog.records)])
    assert "kari-at-work" in "".join(stored)
    for word in (*claims.values(), SECRET):
        assert word not in kept
    assert "eyJ" not in kept  # how every token begins


def test_a_stranger_leaves_no_session_behind(bound, walker, session, far_side):
    far_side.next("ola-at-work")
    walker.go()
    signed_in = select(func.count(UserSession.id)).where(UserSession.user_id.is_not(None))
    assert session.scalar(signed_in) == 0
