"""The file that names other sign-ins is right as a whole, or the site does not start."""

import json

import pytest

from app.accounts.oidc.providers import WrongProviderFileError, is_safe, read_providers

STAFF = {
    "key": "asker",
    "name": "Asker kommune",
    "kind": "staff",
    "municipalities": ["asker"],
    "issuer": "https://login.example/tenant/v2.0",
    "client_id": "1f0c",
    "client_secret": "hush",
    "demands": {"acrs": ["c1"]},
}
GUIDE = {
    "key": "id-porten",
    "name": "ID-porten",
    "kind": "guide",
    "issuer": "https://idporten.example",
    "client_id": "2",
    "client_secret": "hush",
}


@pytest.fixture
def write(tmp_path):
    def write(entries) -> str:
        path = tmp_path / "providers.json"
        path.write_text(entries if isinstance(entries, str) else json.dumps(entries))
        return str(path)

    return write


def test_no_file_is_no_provider():
    assert read_providers("") == {}


def test_a_right_file_is_read(write):
    read = read_providers(write([STAFF, GUIDE]))
    assert list(read) == ["asker", "id-porten"]
    assert read["asker"].municipalities == {"asker"}
    assert read["id-porten"].demands["acr"] == ("idporten-loa-substantial", "idporten-loa-high")
    assert "hush" not in repr(read)


def test_two_factors_may_be_promised_instead_of_demanded(write):
    promised = STAFF | {"demands": {}, "second_factor": "by policy"}
    assert read_providers(write([promised]))["asker"].demands == {}


WRONG = {
    "no list": {},
    "no JSON": "{",
    "twice": [STAFF, STAFF],
    "without a secret": [{**STAFF, "client_secret": ""}],
    "a kind of its own": [STAFF | {"kind": "everybody"}],
    "in the clear": [STAFF | {"issuer": "http://login.example"}],
    "one factor": [STAFF | {"demands": {}}],
    "nothing is good enough": [STAFF | {"demands": {"acr": []}}],
    "a word for a list": [STAFF | {"demands": {"acr": "c1"}}],
    "another claim": [STAFF | {"demands": {"email": ["x"]}}],
    "of nowhere": [STAFF | {"municipalities": []}],
    "guides of one municipality": [GUIDE | {"municipalities": ["asker"]}],
    "mistyped": [STAFF | {"demand": {}}],
}


@pytest.mark.parametrize("entries", WRONG.values(), ids=WRONG)
def test_a_wrong_file_stops_the_site_and_quotes_no_secret(write, entries):
    with pytest.raises(WrongProviderFileError, match="OIDC_FILE") as refusal:
        read_providers(write(entries))
    assert "hush" not in str(refusal.value)


def test_only_this_machine_may_be_asked_in_the_clear():
    assert is_safe("https://login.example") and is_safe("http://127.0.0.1:9000")
    assert not is_safe("http://login.example") and not is_safe("ftp://127.0.0.1")
    assert not is_safe("https://") and not is_safe("javascript:alert(1)")
