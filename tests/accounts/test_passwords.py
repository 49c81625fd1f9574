"""What a password may be, and how it is typed."""

import pytest
from flask_security import hash_password
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.accounts import passwords
from tests.accounts.staff import Desk, is_signed_in
from tests.pages import get_page

LONG = "grøt og ærlighet på Ås, 12 ☂ ሰላም محمد – " * 3


@pytest.mark.parametrize(
    "password", [LONG[:64], LONG[:128], "только ромашки зимой", " 7 ☂☂ glacier umbrella "]
)
def test_a_password_may_be_of_any_signs_and_long(password):
    assert not passwords.is_guessable(password, ())
    assert passwords.SHORTEST <= 15
    assert passwords.LONGEST >= 64


@pytest.mark.parametrize("dressed_up", [str, str.capitalize, lambda word: f"{word}1!"])
def test_none_of_the_leaked_passwords_that_we_know_is_taken(dressed_up):
    """The library that estimates brings 30 000 of them along; few are as long as ours."""
    leaked = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.SHORTEST]
    assert len(FREQUENCY_LISTS["passwords"]) >= 3000 and len(leaked) > 100
    assert [word for word in leaked if not passwords.is_guessable(dressed_up(word), ())] == []


@pytest.mark.parametrize("typed", [LONG[:99], LONG[:99] + "x", LONG[:100].swapcase(), LONG[:101]])
def test_only_the_whole_password_lets_in(flask_app, session, asker, client, typed):
    desk = Desk(flask_app, session, asker)
    with flask_app.test_request_context():
        desk.user.password = hash_password(passwords.normalised(LONG[:100]))
    session.commit()
    desk.type_password(client, typed)
    desk.type_code(client)
    assert not is_signed_in(client)
    desk.type_password(client, LONG[:100])
    desk.type_code(client)
    assert is_signed_in(client)


def test_a_password_is_masked_and_may_be_pasted(client, asker):
    field = get_page(client, "/sign-in/staff").select_one("[name=password]")
    assert field["type"] == "password"
    assert field["autocomplete"] == "current-password"
    assert not [name for name in field.attrs if name.startswith("on") or name == "maxlength"]
