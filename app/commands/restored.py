"""What must hold of a database that has come back: asked of a scratch copy, never of the site's."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app import tenancy
from app.accounts.models import Link, LinkKind, RecoveryCode, UserSession
from app.backups.databases import revision_of
from app.database import Base, UTCDateTime, engine_of, make_session_factory
from app.errors import Conflict
from app.guides.models import Guide
from app.matches.models import OPEN, TAKES_PLACE, GuideKind, Match, MatchGuide
from app.messages.reach import hold_back
from app.municipalities.queries import list_municipalities
from app.privacy.services.looks_chain import check_chain
from app.privacy.services.looks_kept import kept_since
from app.protected.services.copying import forget_agreements
from config import ROOT

# They sign somebody in, or tell of meetings for years without anybody seeing that they do.
CLOSED = (LinkKind.LOGIN, LinkKind.PASSWORD, LinkKind.INVITATION, LinkKind.FEED)
NOT_VALID = "SELECT count(*) FROM pg_constraint WHERE NOT convalidated"


class OtherMigrations(Conflict):
    """The backup is of a version of the site that this code does not know."""


@dataclass
class Findings:
    """What was looked at, and what is wrong. Counts and identifiers, nothing about people."""

    towns: int = 0
    guides: int = 0
    matches: int = 0
    looks: int = 0
    newest: dt.datetime | None = None
    wrong: list[str] = field(default_factory=list)


@contextmanager
def standing_in(app: Flask, url: str) -> Iterator[sessionmaker[Session]]:
    """Let the application work on a scratch database, for as long as it takes to look at it."""
    own, factory = app.extensions["session_factory"], make_session_factory(url)
    app.extensions["session_factory"] = factory
    try:
        yield factory
    finally:
        app.extensions["session_factory"] = own
        engine_of(factory).dispose()


def bring_up_to_date(url: str, *, web_role: str) -> str:
    """Run the migrations that are newer than the backup, and give the web role its rights.

    Returns:
        Where the database stands now.

    Raises:
        OtherMigrations: it comes from newer code than this.
    """
    settings = AlembicConfig(toml_file=str(ROOT / "pyproject.toml"))
    settings.attributes |= {"url": url, "web_role": web_role}
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if (found := revision_of(url)) not in known:
        raise OtherMigrations(found)
    command.upgrade(settings, "head")
    return revision_of(url)


def end_sessions(factory: sessionmaker[Session], *, at: dt.datetime) -> int:
    """Sign everybody out, and close links that sign in or feed a calendar; return how many were in.

    Who has signed out, lost a role or been replaced since the backup was signed in when it was
    taken. A recovery code that was used since would work once more: all are used up. Links to a
    family's or an applicant's own page open as they did then: it is their only way in, and nobody
    can tell which of them were closed since.
    """
    with factory() as session, session.begin():
        gone = session.scalar(select(func.count()).select_from(UserSession))
        session.execute(sa.delete(UserSession))
        session.execute(
            sa.update(Link)
            .where(Link.kind.in_(CLOSED), Link.used_at.is_(None), Link.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        unused = sa.update(RecoveryCode).where(RecoveryCode.used_at.is_(None))
        session.execute(unused.values(used_at=at))
    return gone or 0


def hold_letters(factory: sessionmaker[Session], *, at: dt.datetime) -> int:
    """Let no letter leave for an address of then; return how many stand on the desks instead.

    Nor is a copy of a protected household made on a yes of then: it may have been made since.
    """
    with factory() as session:
        towns = [row.id for row in list_municipalities(session)]
    held = 0
    for town in towns:
        with factory() as session, session.begin():
            tenancy.bind(session, town)
            held += hold_back(session, now=at)
            forget_agreements(session)
    return held


def look_over(factory: sessionmaker[Session], *, began_at: dt.datetime) -> Findings:
    """Return what holds and what does not: the file, the keys, the places, the matches, the log."""
    found = Findings(wrong=_faults_of_the_database(engine_of(factory)))
    with factory() as session:
        towns = [row.id for row in list_municipalities(session)]
    for town in towns:
        with factory() as session:
            tenancy.bind(session, town)
            found.towns += 1
            _count_places(session, town, found)
            _count_matches(session, town, found)
            _check_looks(session, town, found, began_at)
            found.newest = max(
                filter(None, [found.newest, _newest(session, began_at)]), default=None
            )
    return found


def _faults_of_the_database(engine: sa.Engine) -> list[str]:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            faults = [] if said == ["ok"] else [f"integrity_check finds {len(said)} faults"]
            return faults + [f"{row[0]}: a key that leads nowhere" for row in broken]
        # pg_restore has made every key and index anew, which fails for a row that breaks one.
        count = connection.exec_driver_sql(NOT_VALID).scalar_one()
        return [f"{count} constraints are not held"] if count else []


def _count_places(session: Session, town: uuid.UUID, found: Findings) -> None:
    """A guide's places are those of the open matches that count."""
    taking = (
        select(MatchGuide.guide_id, func.count(MatchGuide.id))
        .join(Match, Match.id == MatchGuide.match_id)
        .where(Match.status.in_(TAKES_PLACE), MatchGuide.kind != GuideKind.BACKUP)
        .group_by(MatchGuide.guide_id)
    )
    counted = {guide_id: count for guide_id, count in session.execute(taking)}  # noqa: C416
    for guide_id, noted in session.execute(select(Guide.id, Guide.places_taken)):
        found.guides += 1
        if noted != counted.get(guide_id, 0):
            found.wrong.append(f"{town}: guide {guide_id} has other places than matches")


def _count_matches(session: Session, town: uuid.UUID, found: Findings) -> None:
    """One match of a kind is open for a family, and each has somebody who leads it."""
    rows = session.execute(select(Match.id, Match.family_id, Match.kind, Match.status)).all()
    leads = set(
        session.scalars(select(MatchGuide.match_id).where(MatchGuide.kind == GuideKind.LEAD))
    )
    running = [(row.family_id, row.kind) for row in rows if row.status in OPEN]
    found.matches += len(rows)
    if len(running) != len(set(running)):
        found.wrong.append(f"{town}: a family has two open matches")
    if any(row.id not in leads for row in rows):
        found.wrong.append(f"{town}: a match has no guide")


def _check_looks(session: Session, town: uuid.UUID, found: Findings, began_at: dt.datetime) -> None:
    chain = check_chain(session, kept_since=kept_since(began_at))
    found.looks += chain.rows
    found.wrong += [f"{town}: access log changed at {hour:%Y-%m-%d %H}" for hour in chain.broken]


def _newest(session: Session, began_at: dt.datetime) -> dt.datetime | None:
    """Return the last instant before the backup that any row bears: what is planned is later."""
    last = []
    for mapper in Base.registry.mappers:
        for column in mapper.column_attrs:
            if isinstance(column.columns[0].type, UTCDateTime):
                when = column.class_attribute
                last.append(session.scalar(select(func.max(when)).where(when <= began_at)))
    return max(filter(None, last), default=None)
