"""A walk past everything that can be opened, as everybody who can open something."""

import datetime as dt
import io
import itertools
import uuid
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

import pypdfium2
import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app import tenancy
from app.accounts.models import LinkKind, Membership, User
from app.accounts.services import issue_link
from app.activities.models import Activity
from app.commands.demo import build_municipality
from app.database import Base
from app.endings.models import EndAnswer
from app.families.models import Family
from app.follow_ups.models import FollowUpAnswer, PairSide
from app.guides.models import Guide
from app.matches.models import Match, MatchGuide, MatchStatus
from app.permissions import Role
from app.who_sees import Viewer
from tests.cast import sign_in
from tests.trust.markers import Planted

PLACES = (("asker", "Asker", "3203"), ("baerum", "Bærum", "3201"))
# What stands for which table in an address; everything else is named after its own.
NAMED_OTHERWISE = {
    "course_id": "course_session",
    "round_id": "matching_round",
    "run_id": "simulation_run",
    "message_id": "outgoing_message",
    "place_id": "meeting_place",
    "approval_id": "group_approval",
    "figure_id": "settlement_figure",
    "certificate_id": "police_certificate",
    "other_id": "neighbourhood",
    "record_id": "guide",
    "person_id": "feared_person",
    "household_id": "protected_household",
}


CHANCE = (uuid.UUID, bytes)


@dataclass(frozen=True)
class Visitor:
    """Somebody on the tour: signed in, or holding one link."""

    viewer: Viewer
    user: User | None = None
    guide_id: uuid.UUID | None = None
    family_id: uuid.UUID | None = None
    tokens: tuple[str, ...] = ()


@dataclass
class Towns:
    """Two municipalities full of demo people, and everybody who may look at the first."""

    ids: list[uuid.UUID]
    rows: dict[str, list[uuid.UUID]]
    planted: dict[int, Planted]
    own_rows: dict[uuid.UUID, set[uuid.UUID]]  # by guide
    visitors: list[Visitor] = field(default_factory=list)


def build(app: Flask, *, now: dt.datetime) -> list[uuid.UUID]:
    """Fill the database with two demo municipalities; return their ids, ours first."""
    return [_build_town(app, *place, now=now) for place in PLACES]


def look_around(
    app: Flask, ids: list[uuid.UUID], planted: dict[int, Planted], *, now: dt.datetime
) -> Towns:
    """Find everybody who may look at something in the first municipality, with their links."""
    with app.extensions["session_factory"]() as session:
        tenancy.bind(session, ids[0])
        towns = Towns(ids, _rows(session), planted, _own_rows(session))
        towns.visitors += _signed_in(session, ids[0])
        towns.visitors += _with_links(session, ids[0], now=now)
        session.commit()
        session.expunge_all()
    return towns


def walk(
    app: Flask, towns: Towns, visitor: Visitor, *, most: int, skipped: Container[str] = ()
) -> Iterator[tuple[str, str, str]]:
    """Yield the view's name, the address and the text of everything that a visitor can open.

    Args:
        app: the site.
        towns: what there is to look at.
        visitor: who walks.
        most: how many records of each kind to try at each address.
        skipped: the names of views that need no visit.
    """
    client = app.test_client()
    if visitor.user is not None:
        sign_in(client, visitor.user)
    for rule in app.url_map.iter_rules():
        by_link = "token" in rule.arguments
        if "GET" not in rule.methods or by_link != bool(visitor.tokens) or rule.endpoint in skipped:
            continue
        names = sorted(rule.arguments - {"municipality"})
        pools = [_values(rule, name, towns, visitor) for name in names]
        for values in itertools.islice(itertools.product(*pools), most):
            known = dict(zip(names, values, strict=True))
            if "municipality" in rule.arguments:
                known["municipality"] = PLACES[0][0]
            with app.test_request_context():
                address = url_for(rule.endpoint, **known)
            response = client.get(address)
            assert response.status_code < 500, address
            yield rule.endpoint, address, text_of(response)


def text_of(response) -> str:
    """Return what a reader of an answer finds: its headers, and its text, of a PDF too."""
    shown = "\n".join(f"{name}: {value}" for name, value in response.headers)
    if response.mimetype == "application/pdf":
        paper = pypdfium2.PdfDocument(io.BytesIO(response.data))
        return shown + "\n".join(page.get_textpage().get_text_bounded() for page in paper)
    # A calendar folds long lines; what is folded is one word all the same.
    return shown + response.get_data(as_text=True).replace("\r\n ", "")


def _values(rule, name: str, towns: Towns, visitor: Visitor) -> list:
    if name == "token":
        return list(visitor.tokens)
    if name in (rule.defaults or {}):
        return [rule.defaults[name]]
    if words := getattr(rule._converters[name], "items", None):
        return sorted(words)
    rows = towns.rows[NAMED_OTHERWISE.get(name, name.removesuffix("_id"))]
    own = towns.own_rows.get(visitor.guide_id, set()) | {visitor.guide_id}
    return sorted(rows, key=lambda row: row not in own)  # what is one's own comes first


def _build_town(app: Flask, slug: str, name: str, number: str, *, now: dt.datetime) -> uuid.UUID:
    with app.app_context(), app.extensions["session_factory"]() as session:
        build_municipality(session, slug, name, number, "nb", now=now)
        here = tenancy.bound_municipality(session)
        for role in set(Role) - {Role.GUIDE, Role.COORDINATOR}:
            user = User(name=role.value, email=f"{role.value}@{slug}.test", created_at=now)
            user.memberships.append(Membership(municipality_id=here, role=role))
            session.add(user)
        session.commit()
        return here


def _rows(session: Session) -> dict[str, list[uuid.UUID]]:
    here = tenancy.bound_municipality(session)
    rows = {
        table.name: _varied(
            session.connection()
            .execute(sa.select(table).where(table.c.municipality_id == here))
            .mappings()
            .all()
        )
        for table in Base.metadata.sorted_tables
        if "municipality_id" in table.c
    }
    rows["user"] = list(
        session.scalars(sa.select(Membership.user_id).where(Membership.municipality_id == here))
    )
    return rows


def _varied(rows) -> list[uuid.UUID]:
    """Return the ids of a table's rows, one in each status first, and in the same order each time."""
    turns = Counter()

    def turn(row):
        turns[row.get("status")] += 1
        return turns[row.get("status")]

    def told(row):
        """Return all of a row but what is another in each run."""
        return [str(v) for name, v in row.items() if not (isinstance(v, CHANCE) or "token" in name)]

    ordered = sorted(rows, key=told)
    return [row["id"] for row in sorted(ordered, key=turn)]


def _own_rows(session: Session) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return each guide's matches, and the meetings in them."""
    own = defaultdict(set)
    for guide_id, match_id in session.execute(sa.select(MatchGuide.guide_id, MatchGuide.match_id)):
        own[guide_id].add(match_id)
    logged = sa.select(Activity.guide_id, Activity.id)
    for guide_id, activity_id in session.execute(logged):
        own[guide_id].add(activity_id)
    return own


def _signed_in(session: Session, here: uuid.UUID) -> Iterator[Visitor]:
    """Yield one of each staff role, and every guide with an account."""
    own = dict(session.execute(sa.select(Guide.user_id, Guide.id)).all())
    statement = sa.select(Membership.role, User).join(Membership.user)
    seen = set()
    for role, user in session.execute(
        statement.where(Membership.municipality_id == here).order_by(User.email)
    ).all():
        if role is Role.GUIDE or role not in seen:
            seen.add(role)
            yield Visitor(Viewer(role.value), user, guide_id=own.get(user.id))


def _with_links(session: Session, here: uuid.UUID, *, now: dt.datetime) -> Iterator[Visitor]:
    """Yield whoever holds links: every guide and every family, with all they were ever sent."""
    sent = defaultdict(list)
    for person, kind, subject in _links(session):
        sent[person].append(
            issue_link(session, kind, subject, municipality_id=here, now=now, holder_id=person)
        )
    families = set(session.scalars(sa.select(Family.id)))
    for person, tokens in sent.items():
        if person in families:
            yield Visitor(Viewer.FAMILY, family_id=person, tokens=tuple(tokens))
        else:
            yield Visitor(Viewer.GUIDE, guide_id=person, tokens=tuple(tokens))


def _links(session: Session) -> Iterator[tuple[uuid.UUID, LinkKind, uuid.UUID]]:
    """Yield to whom a link goes, its kind, and what it opens."""
    for guide_id in session.scalars(sa.select(Guide.id)):
        for kind in (LinkKind.STATUS, LinkKind.DECLARATION, LinkKind.FEED):
            yield guide_id, kind, guide_id
    for family_id in session.scalars(sa.select(Family.id)):
        yield family_id, LinkKind.STATUS, family_id
    for match in session.scalars(sa.select(Match)):
        if match.status is MatchStatus.GUIDE_ASKED:
            yield match.lead.id, LinkKind.ANSWER, match.id
        elif match.status is MatchStatus.FAMILY_ASKED:
            yield match.family_id, LinkKind.ANSWER, match.id
    for asked in session.scalars(sa.select(FollowUpAnswer)):
        of_family = asked.side is PairSide.FAMILY
        who = asked.match.family_id if of_family else asked.guide_id or asked.match.lead.id
        yield who, LinkKind.FOLLOW_UP, asked.id
    for ended in session.scalars(sa.select(EndAnswer)):
        yield ended.guide_id or ended.match.family_id, LinkKind.ENDING, ended.id
