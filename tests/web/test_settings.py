"""A site that is not set up as it must be does not start."""

import pytest

from config import DEMO_SECRET, Config, MissingSettingError, WrongSettingError

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


DATABASES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BACKUP_DATABASE_URL")
ELSEWHERE = (
    "postgresql://web:secret@db.example/guide",
    "postgresql+psycopg://web:secret@10.0.0.7/guide",
    "postgresql://web:secret@db.example/guide?sslmode=require",  # whoever answers is believed
    "postgresql://web:secret@db.example/guide?sslmode=verify-ca",
    "postgresql:///guide?host=db.example",
    "postgresql:///guide?host=localhost,db.example",
    "postgresql:///guide?host=localhost&host=db.example",
    "postgresql://localhost/guide?hostaddr=10.0.0.7",
)
HERE = (
    "postgresql:///guide",
    "postgresql://web:secret@localhost/guide",
    "postgresql://web:secret@127.0.0.1:5433/guide",
    "postgresql://web:secret@[::1]/guide",
    "postgresql:///guide?host=/run/postgresql",
)


@pytest.mark.parametrize("name", DATABASES)
@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_database_on_another_machine_shows_who_it_is_and_is_never_asked_in_the_clear(name, url):
    with pytest.raises(WrongSettingError) as refused:
        Config.from_environment(REAL | {name: url})
    assert name in str(refused.value)
    assert "secret" not in str(refused.value)
    safe = url.replace("?sslmode=require", "").replace("?sslmode=verify-ca", "")
    safe += ("&" if "?" in safe else "?") + "sslmode=verify-full"
    assert getattr(Config.from_environment(REAL | {name: safe}), name) == safe


@pytest.mark.parametrize("url", HERE)
def test_a_database_on_this_machine_is_asked_as_it_is(url):
    assert url == Config.from_environment(REAL | {"DATABASE_URL": url}).DATABASE_URL
    with pytest.raises(WrongSettingError):
        Config.from_environment(REAL | {"DATABASE_URL": "postgresql:///x", "PGHOST": "db.example"})


@pytest.mark.parametrize("command", ["restore x --key x", "drill"])
def test_nor_does_a_backup_go_over_an_open_line(flask_app, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").touch()
    into = "postgresql://owner:secret@db.example/new"
    told = flask_app.test_cli_runner().invoke(args=[*command.split(), "--into", into])
    assert told.exit_code == 1
    assert "--into is on another machine" in told.output
    assert "secret" not in told.output


def test_what_is_no_address_is_refused_without_being_told():
    with pytest.raises(WrongSettingError) as refused:
        Config.from_environment(REAL | {"DATABASE_URL": "web:secret@db.example"})
    assert "secret" not in str(refused.value)
