"""A site that is not set up as it must be does not start."""

import pytest

from config import DEMO_SECRET, Config, MissingSettingError

REAL = {"SECRET_KEY": "x" * 32, "DATABASE_URL": "sqlite://"}


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, DEMO_SECRET])
def test_a_real_site_does_not_start_with_the_demos_secret(secret):
    with pytest.raises(MissingSettingError):
        Config.from_environment(REAL | {"SECRET_KEY": secret})
    assert Config.from_environment(REAL).SECRET_KEY == "x" * 32


def test_a_demo_has_one_of_its_own_and_a_real_site_no_database_by_itself():
    assert Config.from_environment({"DEMO": "1"}).SECRET_KEY == DEMO_SECRET
    with pytest.raises(MissingSettingError):
        Config.from_environment({"SECRET_KEY": "x" * 32})


def test_cookies_are_for_tls_alone_where_the_address_has_it():
    assert Config.from_environment(REAL | {"BASE_URL": "https://a.example"}).SESSION_COOKIE_SECURE
    assert not Config.from_environment(REAL).SESSION_COOKIE_SECURE
