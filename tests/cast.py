"""The cast: two municipalities with the same people in each, so an outsider is always at hand."""

import copy
import datetime as dt
import uuid
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from app import tenancy
from app.accounts.models import Membership, User
from app.database import Base
from app.families.models import (
    ChildrenInBand,
    ContactWay,
    Family,
    FamilyLanguage,
    SettlementCategory,
)
from app.guides.models import Guide, GuideLanguage, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide
from app.municipalities.models import (
    Municipality,
    Neighbourhood,
    NeighbourhoodLink,
    PlacedBy,
    Postcode,
)
from app.permissions import Actor, Role
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Day,
    DayPart,
    Gender,
    GenderWish,
    Interest,
    Rhythm,
    Slot,
    availability_mask,
)

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
EVENINGS = availability_mask(
    [Slot(Day.TUESDAY, DayPart.EVENING), Slot(Day.THURSDAY, DayPart.EVENING)]
)


@dataclass
class Town:
    """One municipality's people, detached: read their ids and columns, not their relations."""

    municipality: Municipality
    centre: Neighbourhood
    village: Neighbourhood
    users: dict[Role, User] = field(default_factory=dict)
    guide: Guide = None  # ready, with an account
    applicant: Guide = None  # applied, nobody has called yet
    family: Family = None
    proposal: Match = None

    @property
    def coordinator(self) -> User:
        return self.users[Role.COORDINATOR]

    @property
    def caseworker(self) -> User:
        return self.users[Role.CASEWORKER]

    @property
    def guide_user(self) -> User:
        return self.users[Role.GUIDE]

    @property
    def slug(self) -> str:
        return self.municipality.slug

    def url(self, path: str = "/") -> str:
        return f"/{self.slug}{path}"


@dataclass(frozen=True)
class StoredTown:
    """A town that was built once and is put into every test's empty database as it was.

    Building it took 27 ms of a test's set-up; putting its rows back takes 3.
    """

    rows: list[tuple[sa.Table, list[dict]]]
    town: Town

    def put_into(self, engine: sa.Engine) -> Town:
        with engine.begin() as connection:
            for table, rows in self.rows:
                connection.execute(table.insert(), rows)
        return copy.deepcopy(self.town)


def store_town(town: Town, engine: sa.Engine) -> StoredTown:
    """Keep the only town in a database, to be put back later."""
    with engine.connect() as connection:
        found = [
            (table, [dict(row) for row in connection.execute(sa.select(table)).mappings()])
            for table in Base.metadata.sorted_tables
        ]
    return StoredTown([(table, rows) for table, rows in found if rows], town)


def build_town(factory: sessionmaker[Session], name: str, number: str) -> Town:
    """Build and commit one municipality. Names of people carry the town's name."""
    with factory() as session:
        town = _build(session, name, number)
        session.commit()
        session.expunge_all()
        return town


def _build(session: Session, name: str, number: str) -> Town:
    municipality = Municipality(
        name=name,
        slug=name.lower(),
        number=number,
        contact_name=f"Programme office {name}",
        contact_email=f"guide@{name}.example".lower(),
        contact_phone="66 00 00 00",
        privacy_contact=f"privacy@{name}.example".lower(),
        basis_for_guides="artikkel 6 nr. 1 e og loven om prøver",
        basis_for_families="artikkel 6 nr. 1 e og loven om prøver",
        notice_version="of the cast",
    )
    session.add(municipality)
    session.flush()
    tenancy.bind(session, municipality.id)
    centre = Neighbourhood(name=f"{name} Centre", latitude=59.83, longitude=10.43)
    village = Neighbourhood(name=f"{name} Village", latitude=59.78, longitude=10.50)
    session.add_all([centre, village])
    session.flush()
    lower, upper = sorted((centre.id, village.id))
    session.add_all(
        [
            NeighbourhoodLink(lower_id=lower, upper_id=upper, minutes=20),
            Postcode(code="1383", place=name, neighbourhood_id=centre.id),
            Postcode(code="3470", place=name, neighbourhood_id=village.id),
        ]
    )
    town = Town(municipality, centre, village)
    for role in Role:
        town.users[role] = make_user(session, municipality, role)
    town.guide = make_guide(
        session, town, name=f"Kari {name}", user_id=town.guide_user.id, status=GuideStatus.READY
    )
    town.applicant = make_guide(
        session, town, name=f"Ola {name}", email=f"ola@{name}.example".lower()
    )
    town.family = make_family(session, town, reference=f"{name}-1")
    town.proposal = Match(family_id=town.family.id, proposed_at=NOW, score=700)
    town.proposal.guides.append(MatchGuide(guide_id=town.guide.id, kind=GuideKind.LEAD))
    session.add(town.proposal)
    session.flush()
    return town


def make_user(session: Session, municipality: Municipality, role: Role) -> User:
    """Add a user with one role, named after it."""
    email = f"{role.value}@{municipality.slug}.example"
    user = User(name=f"{role.value.title()} {municipality.name}", email=email, created_at=NOW)
    user.memberships.append(Membership(municipality_id=municipality.id, role=role))
    session.add(user)
    session.flush()
    return user


def make_guide(session: Session, town: Town, **changes) -> Guide:
    """Add a guide who speaks Arabic and Norwegian, is free two evenings, lives in the centre."""
    values = {
        "name": "Kari Nordmann",
        "email": f"kari@{town.slug}.example",
        "phone": "+4790000101",
        "age_group": AgeGroup.FROM_30,
        "gender": Gender.WOMAN,
        "neighbourhood_id": town.centre.id,
        "placed_by": PlacedBy.CHOICE,
        "availability": EVENINGS,
        "rhythm": Rhythm.FORTNIGHTLY,
        "interests": frozenset({Interest.COOKING, Interest.HIKING}),
        "gender_wish": GenderWish.NONE,
        "children_wish": ChildrenWish.NO_MATTER,
        "own_children": frozenset({ChildAge.SCHOOL}),
        "consent_version": "2026-11",
        "applied_at": NOW,
    } | changes
    languages = values.pop("languages", {"no": 4, "ar": 3})
    guide = Guide(**values)
    guide.languages = [GuideLanguage(code=c, level=level) for c, level in languages.items()]
    session.add(guide)
    session.flush()
    return guide


def make_family(session: Session, town: Town, **changes) -> Family:
    """Add a family of four that speaks Arabic, lives in the centre and waits for a guide."""
    values = {
        "reference": "F-1",
        "once_token": uuid.uuid4().hex,
        "contact_name": f"Amal {town.municipality.name}",
        "contact_gender": Gender.WOMAN,
        "contact_way": ContactWay.SMS,
        "contact_phone": "+4790000202",
        "household_size": 4,
        "settled_on": dt.date(2026, 1, 5),
        "settlement_category": SettlementCategory.ASYLUM,
        "counts_against_quota": True,
        "neighbourhood_id": town.centre.id,
        "placed_by": PlacedBy.CHOICE,
        "availability": EVENINGS,
        "interests": frozenset({Interest.COOKING}),
        "gender_wish": GenderWish.NONE,
        "informed_by": "Caseworker",
        "informed_on": dt.date(2026, 1, 20),
        "consented_on": dt.date(2026, 1, 20),
        "registered_at": NOW,
        "registered_by_id": town.caseworker.id,
    } | changes
    languages = values.pop("languages", {"ar": (4, 4), "no": (1, 1)})
    children = values.pop("children", {ChildAge.SCHOOL: 2})
    family = Family(**{"waiting_since": values["registered_at"].date()} | values)
    family.languages = [
        FamilyLanguage(position=i, code=code, understands=understands, speaks=speaks)
        for i, (code, (understands, speaks)) in enumerate(languages.items())
    ]
    family.children = [ChildrenInBand(band=band, count=n) for band, n in children.items()]
    session.add(family)
    session.flush()
    return family


def actor(town: Town, *roles: Role) -> Actor:
    """Return the town's person with the first role, acting in all the given ones."""
    return Actor(town.users[roles[0]].id, town.municipality.id, frozenset(roles))


def sign_in(client: FlaskClient, user: User) -> None:
    """Sign in without the form; a second factor counts as shown."""
    with client.session_transaction() as browser:
        browser.clear()
        browser["_user_id"] = user.fs_uniquifier
        browser["_fresh"] = True
