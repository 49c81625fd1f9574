"""The demo's people. All of them are invented; the settlement figures alone are real."""

import datetime as dt
from dataclasses import dataclass, field

from app.families.models import ContactWay, SettlementCategory
from app.guides.models import GuideStatus
from app.settlement.models import FigureKind
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
)

W, M = Gender.WOMAN, Gender.MAN
I, C = Interest, ChildAge  # noqa: E741 (a table reads better with short names)
READY, PAUSED = GuideStatus.READY, GuideStatus.PAUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGuide:
    """A guide. `times` are day and part, `1e` is Tuesday evening; `languages` as code:level."""

    name: str
    gender: Gender
    age_group: AgeGroup
    place: str
    languages: str
    times: str
    interests: frozenset[Interest]
    status: GuideStatus = READY
    applied_days_ago: int = 60
    capacity: int = 1
    rhythm: Rhythm = Rhythm.FORTNIGHTLY
    gender_wish: GenderWish = GenderWish.NONE
    children_wish: ChildrenWish = ChildrenWish.NO_MATTER
    own_children: frozenset[ChildAge] = frozenset()
    has_pets: bool = False
    max_travel_minutes: int | None = 45
    occupation: Occupation | None = None
    sign_in_as: str = ""  # the first part of the e-mail address of a guide to try the demo as


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFamily:
    """A family. `languages` as code:understands:speaks, `!` in front where it must not be used."""

    reference: str
    contact_name: str
    contact_gender: Gender
    household_size: int
    place: str
    languages: str
    times: str
    interests: frozenset[Interest]
    settled_days_ago: int
    children: dict[ChildAge, int] = field(default_factory=dict)
    settlement_category: SettlementCategory = SettlementCategory.COLLECTIVE_PROTECTION
    contact_way: ContactWay = ContactWay.SMS
    gender_wish: GenderWish = GenderWish.NONE
    must_share_language: bool = False
    interpreter_needed: bool = False
    no_pets: bool = False
    occupation: Occupation | None = None
    priority: int = 0
    note: str = ""


# fmt: off
ASKER_GUIDES = (
    DemoGuide(name="Berit Haugland", sign_in_as="berit", gender=W, age_group=AgeGroup.FROM_60, place="Asker sentrum", languages="no:4 en:3 ru:2", times="1m 1a 3m 3e 5m", interests=frozenset({I.COOKING, I.CRAFTS, I.GARDENING}), capacity=2, applied_days_ago=190),
    DemoGuide(name="Jonas Ekeberg", sign_in_as="jonas", gender=M, age_group=AgeGroup.FROM_30, place="Slemmestad", languages="no:4 en:3 ar:2", times="0e 2e 6a", interests=frozenset({I.FOOTBALL, I.HIKING}), own_children=frozenset({C.SCHOOL}), applied_days_ago=120, occupation=Occupation.IT),
    DemoGuide(name="Selam Tesfay", gender=W, age_group=AgeGroup.FROM_30, place="Heggedal", languages="ti:4 no:3 en:3 am:2", times="1e 3e 5m 5a", interests=frozenset({I.COOKING, I.MUSIC}), own_children=frozenset({C.KINDERGARTEN, C.SCHOOL}), applied_days_ago=80),
    DemoGuide(name="Olena Kravets", gender=W, age_group=AgeGroup.FROM_45, place="Billingstad", languages="uk:4 ru:4 no:2 en:2", times="2e 4e 5m 6m", interests=frozenset({I.READING, I.HIKING}), capacity=2, applied_days_ago=150, occupation=Occupation.EDUCATION),
    DemoGuide(name="Tor-Arne O'Brien", gender=M, age_group=AgeGroup.FROM_60, place="Vollen", languages="no:4 en:4 de:2", times="0m 1m 2m 3m 4m", interests=frozenset({I.CYCLING, I.CRAFTS}), rhythm=Rhythm.WEEKLY, has_pets=True, applied_days_ago=95, occupation=Occupation.BUILDING),
    DemoGuide(name="Nora McDonald", gender=W, age_group=AgeGroup.FROM_18, place="Asker sentrum", languages="no:4 en:4 es:2", times="1e 2e 6a 6e", interests=frozenset({I.MUSIC, I.FILM, I.SWIMMING}), applied_days_ago=70),
    DemoGuide(name="Yusuf Warsame", gender=M, age_group=AgeGroup.FROM_30, place="Borgen", languages="so:4 no:3 en:3 ar:2", times="4e 5a 6a", interests=frozenset({I.FOOTBALL, I.COOKING}), own_children=frozenset({C.SCHOOL, C.TEEN}), capacity=2, applied_days_ago=200, occupation=Occupation.TRANSPORT),
    DemoGuide(name="Inger Lise Dahl", gender=W, age_group=AgeGroup.FROM_75, place="Hvalstad", languages="no:4 en:2", times="0m 0a 2m 2a 4m", interests=frozenset({I.READING, I.CRAFTS, I.GARDENING}), max_travel_minutes=15, applied_days_ago=240, rhythm=Rhythm.WEEKLY),
    DemoGuide(name="Farid Rahimi", gender=M, age_group=AgeGroup.FROM_45, place="Røyken", languages="prs:4 fa:3 no:3 en:2", times="0e 3e 6m 6a", interests=frozenset({I.COOKING, I.FOOTBALL, I.GARDENING}), own_children=frozenset({C.TEEN}), applied_days_ago=110, occupation=Occupation.FOOD),
    DemoGuide(name="Ragnhild Moen", gender=W, age_group=AgeGroup.FROM_45, place="Sætre", languages="no:4 en:3 fr:2", times="1e 3e 5m", interests=frozenset({I.HIKING, I.SKIING, I.SWIMMING}), own_children=frozenset({C.TEEN}), max_travel_minutes=45, applied_days_ago=50, occupation=Occupation.HEALTH),
    DemoGuide(name="Per Kristian Lie", gender=M, age_group=AgeGroup.FROM_60, place="Tofte", languages="no:4 en:2", times="0a 1a 2a 3a 5m", interests=frozenset({I.CRAFTS, I.TECHNOLOGY}), max_travel_minutes=30, applied_days_ago=40),
    DemoGuide(name="Hanna Lindqvist", gender=W, age_group=AgeGroup.FROM_30, place="Nesbru", languages="sv:4 no:4 en:3", times="2e 5m 6a", interests=frozenset({I.COOKING, I.ANIMALS}), own_children=frozenset({C.TODDLER, C.KINDERGARTEN}), has_pets=True, children_wish=ChildrenWish.WITH_CHILDREN, applied_days_ago=65),
    DemoGuide(name="Mariam Haddad", gender=W, age_group=AgeGroup.FROM_30, place="Spikkestad", languages="ar:4 no:3 en:3", times="1e 2e 5m", interests=frozenset({I.COOKING, I.READING}), own_children=frozenset({C.SCHOOL}), gender_wish=GenderWish.WOMAN, applied_days_ago=33),
    DemoGuide(name="Sindre Aas", gender=M, age_group=AgeGroup.FROM_18, place="Asker sentrum", languages="no:4 en:4", times="0e 1e 2e 3e 6e", interests=frozenset({I.FOOTBALL, I.GAMES, I.TECHNOLOGY}), rhythm=Rhythm.WEEKLY, max_travel_minutes=45, applied_days_ago=45, occupation=Occupation.IT),
    DemoGuide(name="Gunnhild Berge", gender=W, age_group=AgeGroup.FROM_60, place="Klokkarstua", languages="no:4 en:2", times="1m 1a 4m", interests=frozenset({I.GARDENING, I.COOKING}), max_travel_minutes=30, status=PAUSED, applied_days_ago=160),
    DemoGuide(name="Ahmad", gender=M, age_group=AgeGroup.FROM_30, place="Heggedal", languages="ckb:4 ar:3 no:2", times="0e 2e 5a", interests=frozenset({I.FOOTBALL, I.COOKING}), status=GuideStatus.INTERVIEWED, applied_days_ago=21),
    DemoGuide(name="Kristin Vik", gender=W, age_group=AgeGroup.FROM_30, place="Vettre", languages="no:4 en:3", times="3e 6m", interests=frozenset({I.HIKING, I.MUSIC}), own_children=frozenset({C.SCHOOL}), status=GuideStatus.CONTACTED, applied_days_ago=12),
    DemoGuide(name="Øystein Brekke", gender=M, age_group=AgeGroup.FROM_45, place="Slemmestad", languages="no:4 en:3", times="1e 6a", interests=frozenset({I.CYCLING, I.SKIING}), status=GuideStatus.APPLIED, applied_days_ago=9),
    DemoGuide(name="Solveig Nygård", gender=W, age_group=AgeGroup.FROM_18, place="Nesøya", languages="no:4 en:3 uk:1", times="4e 5m 5a", interests=frozenset({I.SWIMMING, I.FILM}), status=GuideStatus.APPLIED, applied_days_ago=3),
    DemoGuide(name="ሰላም ኃይለ", gender=W, age_group=AgeGroup.FROM_30, place="Borgen", languages="am:4 ti:3 no:2", times="2e 6a", interests=frozenset({I.COOKING, I.CULTURE}), status=GuideStatus.APPLIED, applied_days_ago=1),
    DemoGuide(name="Emil Sand", gender=M, age_group=AgeGroup.FROM_16, place="Asker sentrum", languages="no:4 en:3", times="4e 5a", interests=frozenset({I.FOOTBALL, I.GAMES}), status=GuideStatus.APPLIED, applied_days_ago=5),
)
ASKER_FAMILIES = (
    DemoFamily(reference="F-2026-001", contact_name="Iryna", contact_gender=W, household_size=3, place="Asker sentrum", languages="uk:4:4 ru:4:3 en:1:1", times="1m 3e 5m 6m", interests=frozenset({I.READING, I.HIKING}), children={C.SCHOOL: 2}, settled_days_ago=150),
    DemoFamily(
        reference="F-2026-002", contact_name="Mohammed", contact_gender=M, household_size=5, place="Slemmestad", languages="ar:4:4 en:2:1 no:1:1", times="0e 2e 6a", interests=frozenset({I.FOOTBALL, I.COOKING}), children={C.SCHOOL: 2, C.TEEN: 1}, settled_days_ago=120, settlement_category=SettlementCategory.RESETTLEMENT, occupation=Occupation.BUILDING
    ),
    DemoFamily(
        reference="F-2026-003", contact_name="Letebrhan", contact_gender=W, household_size=4, place="Heggedal", languages="ti:4:4 am:2:1 no:1:1", times="1e 3e 5a", interests=frozenset({I.COOKING, I.MUSIC}), children={C.KINDERGARTEN: 1, C.SCHOOL: 2}, settled_days_ago=95, settlement_category=SettlementCategory.ASYLUM, gender_wish=GenderWish.WOMAN, priority=1
    ),
    DemoFamily(reference="F-2026-004", contact_name="Natalia", contact_gender=W, household_size=2, place="Billingstad", languages="uk:4:4 !ru:4:3 en:2:2", times="2e 4e 6m", interests=frozenset({I.FILM, I.CRAFTS}), children={C.TEEN: 1}, settled_days_ago=88),
    DemoFamily(reference="F-2026-005", contact_name="Hassan", contact_gender=M, household_size=1, place="Tofte", languages="so:4:4 en:1:1", times="0a 2a 5m", interests=frozenset({I.FOOTBALL}), settled_days_ago=210, settlement_category=SettlementCategory.ASYLUM, priority=2, interpreter_needed=True, note="Har ventet lenge. Bor et godt stykke fra de andre."),
    DemoFamily(reference="F-2026-006", contact_name="Fatemeh", contact_gender=W, household_size=3, place="Røyken", languages="prs:4:4 fa:4:3 no:1:1", times="3e 6a", interests=frozenset({I.COOKING, I.GARDENING}), children={C.TODDLER: 1}, settled_days_ago=60, settlement_category=SettlementCategory.RESETTLEMENT, occupation=Occupation.CARE),
    DemoFamily(reference="F-2026-007", contact_name="Oleksandr", contact_gender=M, household_size=4, place="Vollen", languages="uk:4:4 ru:4:4 en:2:2", times="0e 2e 5m", interests=frozenset({I.CYCLING, I.TECHNOLOGY}), children={C.SCHOOL: 1, C.TEEN: 1}, settled_days_ago=45, occupation=Occupation.ENGINEERING),
    DemoFamily(
        reference="F-2026-008",
        contact_name="Rojin",
        contact_gender=W,
        household_size=6,
        place="Spikkestad",
        languages="kmr:4:4 ar:3:2 no:1:1",
        times="1e 2e 5m",
        interests=frozenset({I.COOKING, I.READING}),
        children={C.KINDERGARTEN: 1, C.SCHOOL: 2, C.TEEN: 1},
        settled_days_ago=75,
        settlement_category=SettlementCategory.FAMILY_REUNIFICATION,
        gender_wish=GenderWish.WOMAN,
    ),
    DemoFamily(reference="F-2026-009", contact_name="Jean", contact_gender=M, household_size=2, place="Sætre", languages="rn:4:4 fr:3:3 sw:3:2", times="1e 5m", interests=frozenset({I.MUSIC, I.HIKING}), settled_days_ago=30, settlement_category=SettlementCategory.RESETTLEMENT, contact_way=ContactWay.THROUGH_STAFF),
    DemoFamily(reference="F-2026-010", contact_name="Svitlana", contact_gender=W, household_size=1, place="Hvalstad", languages="uk:4:4 ru:3:3", times="0m 2a 4m", interests=frozenset({I.GARDENING, I.CRAFTS}), settled_days_ago=100, no_pets=True),
    DemoFamily(reference="F-2026-011", contact_name="Samir", contact_gender=M, household_size=1, place="Asker sentrum", languages="prs:4:4 en:3:3 no:2:2", times="0e 1e 3e", interests=frozenset({I.FOOTBALL, I.TECHNOLOGY}), settled_days_ago=20, settlement_category=SettlementCategory.ASYLUM, occupation=Occupation.IT),
    DemoFamily(
        reference="F-2026-012",
        contact_name="Khadija",
        contact_gender=W,
        household_size=5,
        place="Nesbru",
        languages="ar:4:4",
        times="4m 5a",
        interests=frozenset({I.COOKING}),
        children={C.TODDLER: 1, C.KINDERGARTEN: 1, C.SCHOOL: 1},
        settled_days_ago=15,
        settlement_category=SettlementCategory.RESETTLEMENT,
        must_share_language=True,
        gender_wish=GenderWish.WOMAN,
    ),
    DemoFamily(
        reference="F-2026-013", contact_name="Tekle", contact_gender=M, household_size=4, place="Slemmestad", languages="ti:4:4 am:2:1", times="1e 3e", interests=frozenset({I.FOOTBALL, I.MUSIC}), children={C.SCHOOL: 2}, settled_days_ago=70, settlement_category=SettlementCategory.ASYLUM, gender_wish=GenderWish.MAN, must_share_language=True, priority=2
    ),
    DemoFamily(
        reference="F-2026-014", contact_name="Hêvî", contact_gender=W, household_size=3, place="Holmsbu", languages="kmr:4:4 tr:2:2", times="2m 4m 5m", interests=frozenset({I.COOKING, I.CRAFTS}), children={C.TODDLER: 1}, settled_days_ago=55, settlement_category=SettlementCategory.RESETTLEMENT, gender_wish=GenderWish.WOMAN, must_share_language=True, priority=1
    ),
    DemoFamily(
        reference="F-2026-015", contact_name="Safia", contact_gender=W, household_size=6, place="Slemmestad", languages="so:4:4 sw:2:2", times="1e 2e", interests=frozenset({I.COOKING}), children={C.SCHOOL: 3, C.TEEN: 1}, settled_days_ago=40, settlement_category=SettlementCategory.RESETTLEMENT, gender_wish=GenderWish.WOMAN, must_share_language=True
    ),
)
# They came after the first round, and need what only one guide can give.
ASKER_NEWCOMERS = (
    DemoFamily(reference="F-2026-021", contact_name="Yonas", contact_gender=M, household_size=3, place="Vollen", languages="ti:4:4 no:1:1", times="1e 5m", interests=frozenset({I.FOOTBALL, I.MUSIC}), children={C.SCHOOL: 1}, settled_days_ago=11, settlement_category=SettlementCategory.ASYLUM, must_share_language=True),
    DemoFamily(reference="F-2026-022", contact_name="Abrehet", contact_gender=W, household_size=2, place="Slemmestad", languages="ti:4:4", times="3e 5a", interests=frozenset({I.COOKING}), children={C.TODDLER: 1}, settled_days_ago=9, settlement_category=SettlementCategory.ASYLUM, must_share_language=True),
)
BAERUM_GUIDES = (
    DemoGuide(name="Anne Grete Lund", gender=W, age_group=AgeGroup.FROM_45, place="Sandvika", languages="no:4 en:3", times="1e 3e 5m", interests=frozenset({I.READING, I.HIKING})),
    DemoGuide(name="Viktor Holm", gender=M, age_group=AgeGroup.FROM_30, place="Kolsås", languages="no:4 en:3 ru:2", times="0e 2e 6a", interests=frozenset({I.FOOTBALL, I.SKIING})),
    DemoGuide(name="Amina Yassin", gender=W, age_group=AgeGroup.FROM_30, place="Rykkinn", languages="ar:4 no:3", times="2e 5m", interests=frozenset({I.COOKING}), status=GuideStatus.APPLIED, applied_days_ago=2),
)
BAERUM_FAMILIES = (
    DemoFamily(reference="B-001", contact_name="Tetiana", contact_gender=W, household_size=3, place="Sandvika", languages="uk:4:4 en:2:1", times="1e 5m", interests=frozenset({I.HIKING}), children={C.SCHOOL: 1}, settled_days_ago=70),
    DemoFamily(reference="B-002", contact_name="Omar", contact_gender=M, household_size=4, place="Rykkinn", languages="ar:4:4", times="0e 2e", interests=frozenset({I.FOOTBALL}), children={C.SCHOOL: 2}, settled_days_ago=40, settlement_category=SettlementCategory.RESETTLEMENT),
)
DRAMMEN_GUIDES = (DemoGuide(name="Liv Strand", gender=W, age_group=AgeGroup.FROM_60, place="Bragernes", languages="no:4 en:2 tr:1", times="0m 2m 4m", interests=frozenset({I.CRAFTS, I.CULTURE})),)
DRAMMEN_FAMILIES = (DemoFamily(reference="D-001", contact_name="Emine", contact_gender=W, household_size=4, place="Strømsø", languages="tr:4:4 kmr:3:2", times="2m 4m", interests=frozenset({I.CRAFTS}), children={C.SCHOOL: 2}, settled_days_ago=55, settlement_category=SettlementCategory.ASYLUM),)

# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFigure:
    """A real figure of 2023, with the municipality's own announcement as its source."""

    year: int
    kind: FigureKind
    dated_on: dt.date
    persons: int
    minors: tuple[int, int] | tuple[None, None] = (None, None)
    approximate: bool = False
    source: str


ASKER_NEWS = "Asker kommune: Sier ja til å bosette 435 flyktninger i 2023"
ASKER_FIGURES = (
    DemoFigure(
        year=2023,
        kind=FigureKind.DECIDED,
        dated_on=dt.date(2023, 1, 31),
        persons=360,
        approximate=True,
        source=ASKER_NEWS,
    ),
    DemoFigure(
        year=2023,
        kind=FigureKind.REQUESTED,
        dated_on=dt.date(2023, 5, 31),
        persons=435,
        source=ASKER_NEWS,
    ),
    DemoFigure(
        year=2023,
        kind=FigureKind.DECIDED,
        dated_on=dt.date(2023, 8, 22),
        persons=435,
        minors=(4, 18),
        source=ASKER_NEWS,
    ),
)
BAERUM_FIGURES = (
    DemoFigure(
        year=2023,
        kind=FigureKind.DECIDED,
        dated_on=dt.date(2022, 12, 14),
        persons=390,
        source="Bærum kommune: Bosetting av flyktninger i 2023",
    ),
)
