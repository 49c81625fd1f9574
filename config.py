"""Settings, read once from the environment by `app.factory.create_app`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DEMO_DATABASE = f"sqlite:///{ROOT / 'var' / 'demo.sqlite'}"
DEMO_SECRET = "a demo keeps no secrets: every person in it is invented"  # noqa: S105
SHORTEST_SECRET = 32


class MissingSettingError(SystemExit):
    """The environment lacks a setting without which the site must not start."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting the application has.

    `DEMO` turns on the demo people and the page of sent mail; nothing is sent to anybody.
    `SMTP_URL` is `smtp://user:password@host:587` (STARTTLS is demanded unless the host is
    this machine); empty means that mail stays in the outbox. `GEOCODER` is `offline` or
    `kartverket`. `WEB_DATABASE_ROLE` is who gets the rights to the tables when migrating.
    """

    SECRET_KEY: str
    DATABASE_URL: str
    MIGRATION_DATABASE_URL: str
    WEB_DATABASE_ROLE: str = ""
    BASE_URL: str = "http://localhost:8000"
    DEMO: bool = False
    GEOCODER: str = "offline"
    SMTP_URL: str = ""
    MAIL_FROM: str = "Flyktningguide <no-reply@localhost>"
    TESTING: bool = False
    SESSION_COOKIE_SECURE: bool = True

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Return the settings of this process.

        Raises:
            MissingSettingError: a real installation lacks one; the message names it.
        """
        demo = environment.get("DEMO") == "1"
        base_url = environment.get("BASE_URL", cls.BASE_URL).rstrip("/")
        database_url = _required(environment, "DATABASE_URL", DEMO_DATABASE if demo else "")
        return cls(
            SECRET_KEY=_secret(environment, demo=demo),
            DATABASE_URL=database_url,
            MIGRATION_DATABASE_URL=environment.get("MIGRATION_DATABASE_URL", database_url),
            WEB_DATABASE_ROLE=environment.get("WEB_DATABASE_ROLE", ""),
            BASE_URL=base_url,
            DEMO=demo,
            GEOCODER=environment.get("GEOCODER", cls.GEOCODER),
            SMTP_URL=environment.get("SMTP_URL", ""),
            MAIL_FROM=environment.get("MAIL_FROM", cls.MAIL_FROM),
            SESSION_COOKIE_SECURE=base_url.startswith("https://"),
        )


def _required(environment: Mapping[str, str], name: str, default: str) -> str:
    value = environment.get(name) or default
    if not value:
        raise MissingSettingError(f"The setting {name} is missing. README lists the settings.")
    return value


def _secret(environment: Mapping[str, str], *, demo: bool) -> str:
    secret = _required(environment, "SECRET_KEY", DEMO_SECRET if demo else "")
    if not demo and (len(secret) < SHORTEST_SECRET or secret == DEMO_SECRET):
        raise MissingSettingError(f"SECRET_KEY needs {SHORTEST_SECRET} characters of its own.")
    return secret
