"""Settings, read once from the environment by `app.factory.create_app`."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
DEMO_DATABASE = f"sqlite:///{ROOT / 'var' / 'demo.sqlite'}"
DEMO_SECRET = "a demo keeps no secrets: every person in it is invented"  # noqa: S105
SHORTEST_SECRET = 32
TILES = re.compile(r"https://[\w.-]+(:\d+)?/(?=\S*\{z\})(?=\S*\{y\})(?=\S*\{x\})\S+")

SMS_PROVIDER = re.compile(r"linkmobility://[^\s/:@]+:[^\s/@]+@[\w.-]+(:\d+)?/?\?\S*\bpartner=\S+")


class MissingSettingError(SystemExit):
    """The environment lacks a setting without which the site must not start."""


class WrongSettingError(SystemExit):
    """The environment has a setting that cannot be what was meant."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting the application has.

    `SECRET_KEY_FALLBACKS` are keys that came before `SECRET_KEY`, with spaces between: what they
    signed or encrypted is still read, and nothing new is.
    `DATABASE_URL` on another machine says `sslmode=verify-full`, as do the two that follow it.
    `DEMO` turns on the demo people and the page of sent mail; nothing is sent to anybody.
    `SMTP_URL` is `smtp://user:password@host:587` (STARTTLS is demanded unless the host is
    this machine); empty means that mail stays in the outbox. `SMS_URL` is
    `linkmobility://user:password@host?partner=1234`; empty means that no SMS is sent, and that
    staff are asked to call. `GEOCODER` is `offline` or
    `kartverket`. `WEB_DATABASE_ROLE` is who gets the rights to the tables when migrating.
    `OIDC_FILE` is a file that names other sign-ins with their secrets: a municipality's own, for
    its staff, and ID-porten for guides. Empty means that there are none.
    `TRUSTED_PROXIES` are the addresses of the proxies before the site, with spaces between: what
    they say of where a request comes from is believed, and nobody else.
    `BACKUP_RECIPIENT` is the public key that backups are sealed to, `age1…`, or several;
    `BACKUP_DATABASE_URL` is the database as a role that may read every row, PostgreSQL's alone.
    `TRUSTED_HOSTS` are names by which the site may be asked besides that in `BASE_URL` and this
    machine's own.
    `MAP_TILES_URL` is where a map's background comes from, `https://…/{z}/{y}/{x}.png`; empty
    means a plain ground, and that no page asks another site for anything.
    """

    SECRET_KEY: str
    SECRET_KEY_FALLBACKS: tuple[str, ...] = ()
    DATABASE_URL: str
    MIGRATION_DATABASE_URL: str
    WEB_DATABASE_ROLE: str = ""
    BASE_URL: str = "http://localhost:8000"
    DEMO: bool = False
    GEOCODER: str = "offline"
    SMTP_URL: str = ""
    SMS_URL: str = ""
    MAIL_FROM: str = "Flyktningguide <no-reply@localhost>"
    MAP_TILES_URL: str = ""
    OIDC_FILE: str = ""
    TRUSTED_PROXIES: str = "127.0.0.0/8 ::1"
    TRUSTED_HOSTS: str = ""
    BACKUP_RECIPIENT: str = ""
    BACKUP_DATABASE_URL: str = ""
    TESTING: bool = False
    SESSION_COOKIE_SECURE: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the key that is used, and then those that are still believed."""
        return (self.SECRET_KEY, *self.SECRET_KEY_FALLBACKS)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Return the settings of this process.

        Raises:
            MissingSettingError: a real installation lacks one; the message names it.
            WrongSettingError: one is not what it has to be; the message names it.
        """
        demo = environment.get("DEMO") == "1"
        base_url = environment.get("BASE_URL", cls.BASE_URL).rstrip("/")
        _required(environment, "DATABASE_URL", DEMO_DATABASE if demo else "")
        database_url = _database(environment, "DATABASE_URL", DEMO_DATABASE)
        return cls(
            SECRET_KEY=_secret(environment, demo=demo),
            SECRET_KEY_FALLBACKS=_earlier_secrets(environment.get("SECRET_KEY_FALLBACKS", "")),
            DATABASE_URL=database_url,
            MIGRATION_DATABASE_URL=_database(environment, "MIGRATION_DATABASE_URL", database_url),
            WEB_DATABASE_ROLE=environment.get("WEB_DATABASE_ROLE", ""),
            BASE_URL=base_url,
            DEMO=demo,
            GEOCODER=environment.get("GEOCODER", cls.GEOCODER),
            SMTP_URL=environment.get("SMTP_URL", ""),
            SMS_URL=_sms_provider(environment.get("SMS_URL", "")),
            MAIL_FROM=environment.get("MAIL_FROM", cls.MAIL_FROM),
            MAP_TILES_URL=_tiles(environment.get("MAP_TILES_URL", "")),
            OIDC_FILE=environment.get("OIDC_FILE", ""),
            TRUSTED_PROXIES=_networks(environment.get("TRUSTED_PROXIES", cls.TRUSTED_PROXIES)),
            BACKUP_RECIPIENT=environment.get("BACKUP_RECIPIENT", ""),
            BACKUP_DATABASE_URL=_database(environment, "BACKUP_DATABASE_URL", ""),
            TRUSTED_HOSTS=environment.get("TRUSTED_HOSTS", ""),
            SESSION_COOKIE_SECURE=base_url.startswith("https://"),
        )


def _required(environment: Mapping[str, str], name: str, default: str) -> str:
    value = environment.get(name) or default
    if not value:
        raise MissingSettingError(f"The setting {name} is missing. README lists the settings.")
    return value


def ensure_private(url: str, name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a database's address. One on another machine shows who it is, and hides what is said.

    PostgreSQL's own default is to go on in the clear where the other side wants it so.

    Raises:
        WrongSettingError: somebody in between could listen or answer; the message holds no password.
    """
    try:
        parts = make_url(url or "sqlite://")
    except ArgumentError:  # its own words hold the password
        raise WrongSettingError(f"{name} is not the address of a database.") from None
    if parts.get_backend_name() == "postgresql" and parts.query.get("sslmode") != "verify-full":
        asked = [parts.host or environment.get("PGHOST", "")]
        asked += [one for key in ("host", "hostaddr") for one in _said(parts.query.get(key, ()))]
        if not all(_is_this_machine(host) for host in asked):
            raise WrongSettingError(
                f"{name} is on another machine: it needs ?sslmode=verify-full, so that nobody in"
                " between can listen or answer. README, PostgreSQL, says how."
            )
    return url


def _database(environment: Mapping[str, str], name: str, default: str) -> str:
    return ensure_private(environment.get(name) or default, name, environment)


def _said(values: str | tuple[str, ...]) -> list[str]:
    """Return each host that a query names: several are parted by commas or stand apart."""
    joined = values if isinstance(values, str) else ",".join(values)
    return [host for host in joined.split(",") if host]


def _is_this_machine(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):  # a socket, or none: a socket too
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _tiles(url: str) -> str:
    """Return the address of a map's tiles. Its host goes into a header, so it is looked at."""
    if url and not TILES.fullmatch(url):
        raise WrongSettingError("MAP_TILES_URL is https://host/… with {z}, {y} and {x} in it.")
    return url


def _networks(addresses: str) -> str:
    """Return the addresses of proxies. A mistyped one would make everybody one visitor."""
    try:
        for address in addresses.split():
            ip_network(address)
    except ValueError:
        raise WrongSettingError(
            "TRUSTED_PROXIES are addresses or networks, such as 10.0.0.0/8, with spaces between."
        ) from None
    return addresses


def _sms_provider(url: str) -> str:
    """Return the address of the SMS provider. A half one would fail at night, one by one."""
    if url and not SMS_PROVIDER.fullmatch(url):
        raise WrongSettingError("SMS_URL is linkmobility://user:password@host?partner=number.")
    return url


def _secret(environment: Mapping[str, str], *, demo: bool) -> str:
    secret = _required(environment, "SECRET_KEY", DEMO_SECRET if demo else "")
    if not demo and (len(secret) < SHORTEST_SECRET or secret == DEMO_SECRET):
        raise MissingSettingError(f"SECRET_KEY needs {SHORTEST_SECRET} characters of its own.")
    return secret


def _earlier_secrets(said: str) -> tuple[str, ...]:
    """Return the keys that came before. A short one would be as good as none, and believed."""
    secrets = tuple(said.split())
    if any(len(secret) < SHORTEST_SECRET for secret in secrets):
        raise WrongSettingError(
            f"SECRET_KEY_FALLBACKS are keys of {SHORTEST_SECRET} characters, with spaces between."
        )
    return secrets
