"""The demo's past year: families and guides who came, found each other or not, and have left.

All of them are invented. Without a past there is nothing to replay, and nothing to learn from.
"""

import datetime as dt
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.commands.demo_people import DemoFamily, DemoGuide, I, M, W
from app.commands.demo_records import add_family, add_guide
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import EndReason, Match, MatchGuide, MatchStatus, Origin, Side
from app.municipalities.models import Municipality, Neighbourhood
from app.oslo import day_of
from app.vocabulary import AgeGroup, ChildAge, Gender, GenderWish

S = MatchStatus
STEPS = (S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE)
SAID_YES = {S.GUIDE_ACCEPTED: Side.GUIDE, S.AGREED: Side.FAMILY}
REGISTERED_AFTER_DAYS = 8  # as `add_family` has it
# Parts that people vary in, taken in turn: by hand each row would be as long as a family's.
INTERESTS = (
    frozenset({I.COOKING, I.CRAFTS}),
    frozenset({I.FOOTBALL, I.GAMES}),
    frozenset({I.HIKING, I.READING}),
    frozenset({I.MUSIC, I.COOKING}),
    frozenset({I.SWIMMING, I.FILM}),
)
CHILDREN: tuple[dict[ChildAge, int], ...] = (
    {},
    {ChildAge.SCHOOL: 2},
    {ChildAge.KINDERGARTEN: 1, ChildAge.SCHOOL: 1},
    {ChildAge.TEEN: 1},
)
AGES = (AgeGroup.FROM_30, AgeGroup.FROM_60, AgeGroup.FROM_45, AgeGroup.FROM_18)


class PastGuide(NamedTuple):
    """Who guided, from when until when, in days before today."""

    name: str
    gender: Gender
    place: str
    languages: str
    times: str
    applied: int
    ended: int
    capacity: int = 1


class PastFamily(NamedTuple):
    """Who came, found whom after how many days, and left when, in days before today."""

    name: str
    gender: Gender
    place: str
    languages: str
    times: str
    settled: int
    left: int
    guide: str = ""
    after: int = 0
    wish: GenderWish = GenderWish.NONE


# fmt: off
GUIDES = (
    PastGuide("Anne-Lise Torp", W, "Asker sentrum", "no:4 en:3", "1e 3e 5m", 420, 40, 2),
    PastGuide("Bjørn Solheim", M, "Heggedal", "no:4 en:3 de:2", "0e 2e 6a", 400, 60),
    PastGuide("Cecilie Rønning", W, "Slemmestad", "no:4 en:4", "1e 2e 5a", 395, 35, 2),
    PastGuide("Daniel Haile", M, "Borgen", "ti:4 no:3 en:3", "3e 5a 6a", 380, 90),
    PastGuide("Eva Kvam", W, "Røyken", "no:4 en:2", "0m 2m 4m 3e", 372, 55),
    PastGuide("Fredrik Os", M, "Billingstad", "no:4 en:4", "1e 4e 6m", 360, 75),
    PastGuide("Grete Holm", W, "Vollen", "no:4 ru:2 en:2", "1m 3m 5m", 350, 30, 2),
    PastGuide("Halina Bondar", W, "Hvalstad", "uk:4 ru:4 no:2", "2e 4e 6m", 331, 45),
    PastGuide("Ivar Lunde", M, "Sætre", "no:4 en:3", "0e 3e 5m", 322, 110),
    PastGuide("Jorunn Eik", W, "Spikkestad", "no:4 en:3", "1e 2m 5a", 310, 25),
    PastGuide("Kaveh Amiri", M, "Nesbru", "fa:4 prs:3 no:3 en:2", "2e 5m 6a", 300, 70),
    PastGuide("Lise Marie Foss", W, "Asker sentrum", "no:4 en:4 fr:2", "0e 3e 6e", 292, 20, 2),
)
FAMILIES = (
    PastFamily("Oksana", W, "Asker sentrum", "uk:4:4 ru:4:3", "1e 3e", 372, 60, "Anne-Lise Torp", 12),
    PastFamily("Dmytro", M, "Heggedal", "uk:4:4 en:2:2", "0e 6a", 365, 75, "Bjørn Solheim", 9),
    PastFamily("Larysa", W, "Slemmestad", "uk:4:4 en:1:1", "2e 5a", 358, 50, "Cecilie Rønning", 15),
    PastFamily("Yonas", M, "Borgen", "ti:4:4 en:1:1", "3e 6a", 352, 100, "Daniel Haile", 7),
    PastFamily("Svitlana", W, "Røyken", "uk:4:4 ru:4:4", "0m 4m", 347, 80, "Eva Kvam", 20),
    PastFamily("Serhii", M, "Billingstad", "uk:4:4 ru:4:4 en:1:1", "1e 4e", 341, 90, "Fredrik Os", 11),
    PastFamily("Halima", W, "Tofte", "so:4:4 no:1:1", "0a 2a", 336, 150, wish=GenderWish.WOMAN),
    PastFamily("Tetiana", W, "Vollen", "uk:4:4 ru:4:4", "1m 5m", 330, 45, "Grete Holm", 14),
    PastFamily("Mustafa", M, "Slemmestad", "ar:4:4 en:2:2", "1e 5a", 322, 65, "Cecilie Rønning", 25),
    PastFamily("Nina", W, "Asker sentrum", "uk:4:4 en:2:2", "3e 5m", 318, 58, "Anne-Lise Torp", 10),
    PastFamily("Zahra", W, "Heggedal", "prs:4:4 fa:3:3", "4m 2m", 310, 190, wish=GenderWish.WOMAN),
    PastFamily("Roman", M, "Hvalstad", "uk:4:4 ru:3:3", "2e 6m", 301, 52, "Halina Bondar", 8),
    PastFamily("Abel", M, "Sætre", "ti:4:4 am:2:2", "0e 5m", 295, 120, "Ivar Lunde", 30),
    PastFamily("Iman", W, "Spikkestad", "ar:4:4 no:1:1", "1e 2m", 288, 41, "Jorunn Eik", 13),
    PastFamily("Valentyna", W, "Vollen", "uk:4:4 ru:4:4", "3m 5m", 281, 38, "Grete Holm", 16),
    PastFamily("Reza", M, "Nesbru", "prs:4:4 en:1:1", "2e 6a", 270, 78, "Kaveh Amiri", 12),
    PastFamily("Bohdan", M, "Asker sentrum", "uk:4:4 en:3:3", "0e 6e", 262, 30, "Lise Marie Foss", 6),
    PastFamily("Rojda", W, "Borgen", "kmr:4:4 tr:3:3", "5a 1m", 255, 130, wish=GenderWish.WOMAN),
    PastFamily("Kateryna", W, "Nesøya", "uk:4:4 ru:4:4", "3e 6e", 247, 28, "Lise Marie Foss", 19),
    PastFamily("Osman", M, "Filtvet", "so:4:4 en:1:1", "4a 6a", 240, 110),
    PastFamily("Liudmyla", W, "Billingstad", "uk:4:4 !ru:4:4", "0a 2a", 231, 100),
    PastFamily("Amira", W, "Røyken", "ar:4:4 en:1:1", "5e 6m", 222, 95, wish=GenderWish.WOMAN),
    PastFamily("Petro", M, "Bødalen", "uk:4:4 ru:3:3", "1a 4a", 214, 70),
    PastFamily("Weini", W, "Åros", "ti:4:4 no:1:1", "0a 3m", 205, 66),
)
# fmt: on


def add_last_year(
    session: Session,
    municipality: Municipality,
    hoods: dict[str, Neighbourhood],
    *,
    now: dt.datetime,
) -> None:
    """Add everybody of the past year with what became of them."""
    guides = {
        row.name: _add_guide(session, municipality, row, number, hoods, now=now)
        for number, row in enumerate(GUIDES)
    }
    session.flush()
    for number, row in enumerate(FAMILIES):
        family = _add_family(session, row, number, hoods, now=now)
        session.flush()
        if row.guide:
            session.add(_match(row, family, guides[row.guide], now=now))
    session.flush()


def _add_guide(
    session: Session,
    municipality: Municipality,
    row: PastGuide,
    number: int,
    hoods: dict[str, Neighbourhood],
    *,
    now: dt.datetime,
) -> Guide:
    told = DemoGuide(
        name=row.name,
        gender=row.gender,
        age_group=AGES[number % len(AGES)],
        place=row.place,
        languages=row.languages,
        times=row.times,
        interests=INTERESTS[number % len(INTERESTS)],
        status=GuideStatus.ENDED,
        applied_days_ago=row.applied,
        capacity=row.capacity,
    )
    guide = add_guide(session, municipality, told, hoods, now=now)
    guide.email = f"tidligere{number}@{municipality.slug}.example"
    guide.ended_on = day_of(now) - dt.timedelta(days=row.ended)
    return guide


def _add_family(
    session: Session,
    row: PastFamily,
    number: int,
    hoods: dict[str, Neighbourhood],
    *,
    now: dt.datetime,
) -> Family:
    children = CHILDREN[number % len(CHILDREN)]
    told = DemoFamily(
        reference=f"F-2025-{number + 1:03d}",
        contact_name=row.name,
        contact_gender=row.gender,
        household_size=2 + sum(children.values()),
        place=row.place,
        languages=row.languages,
        times=row.times,
        interests=INTERESTS[number % len(INTERESTS)],
        settled_days_ago=row.settled,
        children=children,
        gender_wish=row.wish,
    )
    family = add_family(session, told, hoods, now=now)
    family.status = FamilyStatus.WITHDRAWN
    family.withdrawn_on = day_of(now) - dt.timedelta(days=row.left)
    return family


def _match(row: PastFamily, family: Family, guide: Guide, *, now: dt.datetime) -> Match:
    """Return a match that began some days after the family came and ended as it left."""
    begun = now - dt.timedelta(days=row.settled - REGISTERED_AFTER_DAYS - row.after)
    ended = now - dt.timedelta(days=row.left)
    match = Match(
        family_id=family.id,
        proposed_at=begun - dt.timedelta(days=2),
        origin=Origin.BY_HAND,
        choice_note="Fra listene vi hadde før.",
        asked_on=day_of(begun) - dt.timedelta(days=2),
        agreed_on=day_of(begun),
        started_on=day_of(begun),
        ended_on=day_of(ended),
        end_reason=EndReason.COMPLETED,
    )
    match.guides.append(MatchGuide(guide_id=guide.id))
    match.status = S.PROPOSED
    for status in STEPS:
        match.move_to(status, at=begun, by=None, side=SAID_YES.get(status))
    match.move_to(S.ENDED, at=ended, by=None)
    return match
