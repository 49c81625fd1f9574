"""Registering, correcting and forgetting a household."""

import datetime as dt
import threading
import uuid

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.errors import NotFound, NotPermitted
from app.families import queries
from app.families.models import (
    ChildrenInBand,
    ContactWay,
    Family,
    FamilyLanguage,
    FamilyStatus,
    FamilyWithdrawn,
    SettlementCategory,
)
from app.families.services.leaving import forget_family, withdraw_family
from app.families.services.registering import (
    Consent,
    Contact,
    Household,
    PlaceGone,
    ReferenceTaken,
    Registration,
    Speech,
    Wishes,
    change_family,
    register_family,
)
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.personal import NOBODY
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
)
from tests import cast
from tests.cast import EVENINGS, NOW, TODAY

ONCE = "once"
MAY_NOT = [r for r in Role if Permission.FAMILIES_REGISTER not in ROLE_PERMISSIONS[r]]


def registration(reference="F-2026-014", **changes):
    """Return a mother with two children who speak Tigrinya."""
    household = {
        "reference": reference,
        "size": 3,
        "children": {ChildAge.SCHOOL: 2},
        "languages": (Speech("ti", 4, 4), Speech("am", 0, 0, True)),
        "neighbourhood_id": None,
        "settled_on": dt.date(2026, 1, 10),
        "category": SettlementCategory.ASYLUM,
        "counts_against_quota": True,
    } | changes
    return Registration(
        contact=Contact(
            name="Letebrhan", gender=Gender.WOMAN, way=ContactWay.SMS, phone="+4790000303"
        ),
        household=Household(**household),
        wishes=Wishes(
            must_share_language=False,
            wants_norwegian_practice=True,
            interpreter_needed=True,
            availability=EVENINGS,
            rhythm=None,
            max_travel_minutes=30,
            interests=frozenset({Interest.COOKING}),
            occupation=None,
            gender_wish=GenderWish.WOMAN,
            age_wish=AgeGroup.FROM_60,
            no_pets=False,
            priority=1,
            note="",
        ),
        consent=Consent(informed_by="Refugee service", informed_on=TODAY, consented_on=TODAY),
    )


def register(session, town, role=Role.CASEWORKER, *, token=ONCE, **changes):
    return register_family(
        session, cast.actor(town, role), registration(**changes), once_token=token, now=NOW
    )


def test_a_registered_family_waits_with_all_that_was_told(session, asker):
    family_id = register(session, asker, neighbourhood_id=asker.village.id).id
    session.expire_all()
    family = queries.get_family(session, cast.actor(asker, Role.CASEWORKER), family_id)
    assert family.status is FamilyStatus.WAITING
    assert family.registered_at == NOW
    assert family.registered_by_id == asker.caseworker.id
    assert family.children_by_band == {ChildAge.SCHOOL: 2}
    assert [(row.code, row.unacceptable) for row in family.languages] == [
        ("ti", False),
        ("am", True),
    ]
    assert family.neighbourhood.name == "Asker Village"
    assert family.consented_on == TODAY
    assert family.interpreter_needed
    assert family.age_wish is AgeGroup.FROM_60


@pytest.mark.parametrize("role", MAY_NOT)
def test_who_may_not_register_leaves_no_trace(session, asker, role):
    before = session.scalar(select(func.count(Family.id)))
    with pytest.raises(NotPermitted):
        register(session, asker, role)
    assert session.scalar(select(func.count(Family.id))) == before


def test_the_same_form_registers_once(session, asker):
    first = register(session, asker, token="t" * 43)
    assert register(session, asker, token="t" * 43, reference="F-2026-015") is first


def test_two_forms_with_one_reference_are_not_mixed_up(session, asker):
    register(session, asker, token="one")
    with pytest.raises(ReferenceTaken):
        register(session, asker, token="two")
    assert register(session, asker, token="two", reference="F-2026-015").reference == "F-2026-015"


def test_two_municipalities_may_use_one_reference(session, baerum_session, asker, baerum):
    register(session, asker)
    session.commit()
    assert register(baerum_session, baerum).municipality_id == baerum.municipality.id


def test_the_button_pressed_eight_times_at_once_registers_once(session_factory, asker):
    start, found, failures = threading.Barrier(8), [], []

    def press():
        start.wait()
        try:
            with session_factory() as session:
                tenancy.bind(session, asker.municipality.id)
                found.append(register(session, asker).id)
                session.commit()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_neighbourhood_of_another_municipality_is_no_place_here(session, asker, baerum):
    with pytest.raises(PlaceGone):
        register(session, asker, neighbourhood_id=baerum.centre.id)
    with pytest.raises(PlaceGone):
        register(session, asker, neighbourhood_id=uuid.uuid4())


def test_a_correction_replaces_languages_and_children(session, asker):
    family = register(session, asker)
    changed = registration(
        children={ChildAge.TEEN: 1},
        languages=(Speech("no", 1, 1), Speech("ti", 3, 3)),
        neighbourhood_id=asker.centre.id,
    )
    change_family(session, cast.actor(asker, Role.COORDINATOR), family, changed, now=NOW)
    session.expire_all()
    assert family.children_by_band == {ChildAge.TEEN: 1}
    assert [(row.code, row.speaks) for row in family.languages] == [("no", 1), ("ti", 3)]
    assert family.neighbourhood_id == asker.centre.id
    mine = FamilyLanguage.family_id == family.id
    assert session.scalar(select(func.count(FamilyLanguage.id)).where(mine)) == 2


def test_a_correction_cannot_take_another_familys_reference(session, asker):
    register(session, asker, token="one")
    family = register(session, asker, token="two", reference="F-2026-015")
    with pytest.raises(ReferenceTaken):
        change_family(session, cast.actor(asker, Role.CASEWORKER), family, registration(), now=NOW)
    assert family.reference == "F-2026-015"


def test_a_family_keeps_a_neighbourhood_that_went_out_of_use(session, asker):
    family = register(session, asker, neighbourhood_id=asker.village.id)
    session.merge(asker.village).active = False
    session.flush()
    same = registration(neighbourhood_id=asker.village.id)
    change_family(session, cast.actor(asker, Role.CASEWORKER), family, same, now=NOW)
    assert family.neighbourhood_id == asker.village.id


def test_a_family_may_leave_and_then_nothing_is_changed_any_more(session, asker):
    family = register(session, asker)
    withdraw_family(session, cast.actor(asker, Role.CASEWORKER), family, now=NOW)
    assert (family.status, family.withdrawn_on) == (FamilyStatus.WITHDRAWN, TODAY)
    with pytest.raises(FamilyWithdrawn):
        withdraw_family(session, cast.actor(asker, Role.CASEWORKER), family, now=NOW)
    with pytest.raises(FamilyWithdrawn):
        change_family(session, cast.actor(asker, Role.CASEWORKER), family, registration(), now=NOW)
    with pytest.raises(FamilyWithdrawn):
        family.mark_matched()
    with pytest.raises(FamilyWithdrawn):
        family.mark_waiting(on=TODAY)


@pytest.mark.parametrize("role", MAY_NOT)
def test_only_who_registers_may_withdraw(session, asker, role):
    family = register(session, asker)
    with pytest.raises(NotPermitted):
        withdraw_family(session, cast.actor(asker, role), family, now=NOW)
    assert family.status is FamilyStatus.WAITING


def test_a_family_with_a_guide_is_marked_and_may_wait_again(session, asker):
    family = register(session, asker)
    family.mark_matched()
    assert family.status is FamilyStatus.MATCHED
    assert family.waiting_since == TODAY
    later = TODAY + dt.timedelta(days=90)
    family.mark_waiting(on=later)
    assert family.status is FamilyStatus.WAITING
    assert family.days_waited(later + dt.timedelta(days=3)) == 3


def test_a_forgotten_family_lets_go_of_its_other_rows_and_keeps_its_own(session, asker):
    """One that were gone would tell why."""
    family = register(session, asker)
    forget_family(session, family, now=NOW)
    for kind in (FamilyLanguage, ChildrenInBand):
        left = select(func.count(kind.id)).where(kind.family_id == family.id)
        assert session.scalar(left) == 0
    session.expire_all()
    assert session.get(Family, family.id).is_forgotten


def test_a_forgotten_family_with_a_past_match_keeps_nothing_that_leads_to_it(session, asker):
    actor = cast.actor(asker, Role.CASEWORKER)
    family = queries.get_family(session, actor, asker.family.id)
    family.contact_email, family.note = "amal@example.com", "third floor"
    family.age_wish = AgeGroup.FROM_60
    session.flush()
    forget_family(session, family, now=NOW)
    session.expire_all()
    with pytest.raises(NotFound):
        queries.get_family(session, actor, asker.family.id)
    family = session.get(Family, asker.family.id)
    kept = (family.contact_name, family.contact_phone, family.contact_email, family.note)
    assert kept == (NOBODY, "", "", "")
    assert (family.neighbourhood_id, family.placed_by, family.availability) == (None, None, 0)
    assert family.age_wish is None
    assert (family.languages, family.children, family.first_name) == ([], [], NOBODY)
    assert (family.status, family.withdrawn_on) == (FamilyStatus.WITHDRAWN, TODAY.replace(day=1))
    assert "Asker-1" not in family.reference


# What stays of a family that is forgotten: that there was one, for the settlement's figures.
STAYS = {
    *("id", "municipality_id", "once_token", "kind", "registered_by_id"),
    *("settlement_category", "counts_against_quota"),
}
FILLED = {
    "contact_gender": Gender.WOMAN,
    "contact_email": "amal@example.com",
    "household_size": 4,
    "locale": "ar",
    "must_share_language": True,
    "wants_norwegian_practice": True,
    "interpreter_needed": True,
    "rhythm": Rhythm.WEEKLY,
    "max_travel_minutes": 30,
    "interests": frozenset({Interest.HIKING}),
    "occupation": Occupation.BUILDING,
    "gender_wish": GenderWish.WOMAN,
    "age_wish": AgeGroup.FROM_60,
    "no_pets": True,
    "priority": 2,
    "note": "third floor",
    "notice_version": "3f9a2b1c0d4e",
}


def test_every_column_of_a_forgotten_family_is_emptied_or_said_to_stay(session, asker):
    family = session.get(Family, asker.family.id)
    for name, value in FILLED.items():
        setattr(family, name, value)
    family.registered_by_id = asker.caseworker.id
    family.informed_on = family.consented_on = family.waiting_since = TODAY
    session.flush()
    columns = [column.key for column in Family.__table__.columns]
    before = {name: getattr(family, name) for name in columns}
    forget_family(session, family, now=NOW)
    assert {name for name in columns if getattr(family, name) == before[name]} == STAYS
