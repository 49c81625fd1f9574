"""Two whom Asker has named, a third coordinator who knows nothing of it, and a household."""

from dataclasses import dataclass

from app.accounts.models import Membership, User
from app.permissions import Actor, Role
from app.protected import services
from app.protected.models import ProtectedHousehold
from app.protected.services import Decision, Told
from tests import cast
from tests.cast import NOW, TODAY

LINK = "https://guide.example/asker"
MARKS = ("Qzxmarkname", "+4790000765", "900 00 765")
TOLD = Told(
    name=MARKS[0],
    phone=MARKS[1],
    size=3,
    has_children=False,
    language="ar",
    consented_on=TODAY,
)


@dataclass
class Two:
    """The accounts, and each as somebody who acts."""

    town: cast.Town
    users: list[User]

    def actor(self, number: int) -> Actor:
        user = self.users[number]
        return Actor(user.id, self.town.municipality.id, frozenset({Role.COORDINATOR}))

    @property
    def first(self) -> Actor:
        return self.actor(0)

    @property
    def second(self) -> Actor:
        return self.actor(1)


def administrator(town):
    return cast.actor(town, Role.ADMINISTRATOR)


def decision(*users, words="Head of department, case 26/1"):
    return Decision(words, TODAY, users[0].id, users[1].id)


def coordinators(session, town):
    """Add two more coordinators; the town's own knows nothing of what they do."""
    users = []
    for name in ("Ragnhild", "Sverre"):
        email = f"{name}@{town.slug}.example".lower()
        user = User(name=f"{name} {town.municipality.name}", email=email, created_at=NOW)
        here = Membership(municipality_id=town.municipality.id, role=Role.COORDINATOR)
        user.memberships.append(here)
        session.add(user)
        users.append(user)
    session.commit()
    return Two(town, users)


def name_them(session, two):
    services.let_two_keep(
        session, administrator(two.town), decision(*two.users), link_url=LINK, now=NOW
    )
    session.commit()


def register(session, two, told=TOLD, once="t"):
    made = services.register_household(session, two.first, told, once_token=once, now=NOW)
    session.commit()
    return made


def fresh(session, household) -> ProtectedHousehold:
    session.expire_all()
    return session.get(ProtectedHousehold, household.id)
