"""The wall between municipalities, seen from inside: ORM reads, writes, and the database itself."""

import pytest
from sqlalchemy import delete, func, insert, select, text, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload, selectinload

from app import tenancy
from app.database import Base, open_session
from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import GuideKind, Match, MatchGuide
from app.municipalities.models import Municipality, Neighbourhood
from app.tenancy import MunicipalityScoped
from tests.cast import NOW

SHARED_BY_ALL = {
    "Attempt",
    "Identity",
    "Invitation",
    "Job",
    "KnownBrowser",
    "Link",
    "Membership",
    "Municipality",
    "Passkey",
    "PasskeyChallenge",
    "RecoveryCode",
    "User",
    "UserSession",
}


@pytest.mark.parametrize(
    "statement",
    [
        select(Family),
        select(Family.id),
        select(func.count(Family.id)),
        select(func.count()).select_from(Family),
        select(Match).options(joinedload(Match.family)),
        select(Match).options(selectinload(Match.guides)),
        select(aliased(Family)),
        select(Family.id).where(Family.id.in_(select(Match.family_id))),
        select(func.count()).select_from(Match).where(select(Family.id).exists()),
    ],
    ids=str,
)
def test_reads_see_one_municipality(session, asker, baerum, statement):
    rows = session.execute(statement).unique().all()
    assert len(rows) == 1
    if isinstance(rows[0][0], int):
        assert rows[0][0] == 1


def test_get_by_id_does_not_reach_over_the_wall(session, asker, baerum):
    assert session.get(Guide, baerum.guide.id) is None
    assert session.get(Guide, asker.guide.id) is not None


def test_a_session_is_bound_once(session, asker, baerum):
    with pytest.raises(tenancy.AlreadyBoundError):
        tenancy.bind(session, baerum.municipality.id)


def test_bulk_update_is_narrowed(session, asker, baerum_session):
    session.execute(update(Guide).values(phone="changed"))
    session.commit()
    assert "changed" not in baerum_session.scalars(select(Guide.phone)).all()


def test_bulk_delete_is_narrowed(session, asker, baerum_session):
    session.execute(delete(MatchGuide))
    session.commit()
    assert baerum_session.scalar(select(func.count(MatchGuide.id))) == 1


def test_unbound_session_refuses(session_factory, asker):
    with session_factory() as session, pytest.raises(tenancy.MunicipalityNotBoundError):
        session.scalars(select(Guide)).all()


@pytest.mark.parametrize(
    "statement",
    [
        text("select id from guide"),
        select(Guide.__table__.c.id),
        select(Guide).from_statement(text("select * from guide")),
        insert(Neighbourhood).values(name="X"),
    ],
    ids=["text", "core", "from_statement", "bulk insert"],
)
def test_statements_that_cannot_be_narrowed_are_refused(session, asker, statement):
    with pytest.raises(tenancy.UnscopableStatementError):
        session.execute(statement)


def test_new_rows_are_stamped(session, asker):
    row = Neighbourhood(name="North")
    session.add(row)
    session.flush()
    assert row.municipality_id == asker.municipality.id


def test_writing_elsewhere_is_refused(session, asker, baerum):
    session.add(Neighbourhood(name="X", municipality_id=baerum.municipality.id))
    with pytest.raises(tenancy.CrossMunicipalityWriteError):
        session.flush()


def test_database_refuses_a_match_across_the_wall(session, asker, baerum):
    match = Match(family_id=asker.family.id, proposed_at=NOW, status="declined")
    match.guides.append(MatchGuide(guide_id=baerum.guide.id, kind=GuideKind.LEAD))
    session.add(match)
    with pytest.raises(IntegrityError):
        session.flush()


def test_lifting_the_wall_lifts_it_for_reads_only(session, asker, baerum, baerum_session):
    with tenancy.across_municipalities(session):
        session.execute(update(Guide).values(phone="changed"))
    session.commit()
    assert "changed" not in baerum_session.scalars(select(Guide.phone)).all()


def test_union_and_cte_are_narrowed(session, asker, baerum):
    families = select(Family.id).cte()
    assert len(session.execute(select(families.c.id)).all()) == 1
    halves = union_all(select(Family.id), select(Family.id))
    assert session.scalars(halves).all() == [asker.family.id] * 2


def test_lazy_relationship_is_narrowed(session, asker, baerum):
    assert session.scalars(select(Match)).one().family.id == asker.family.id


def test_a_session_for_reading_refuses_to_write(session_factory, asker):
    session = open_session(session_factory, reads_only=True)
    tenancy.bind(session, asker.municipality.id)
    session.get(Guide, asker.guide.id).phone = "changed"
    with pytest.raises(RuntimeError, match="Guide"):
        session.flush()
    session.close()


def test_every_table_is_scoped_or_listed_as_shared():
    loose = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if not issubclass(mapper.class_, MunicipalityScoped)
    }
    assert loose <= SHARED_BY_ALL


def test_scoped_tables_point_at_each_other_over_composite_keys_only():
    scoped = {
        m.local_table.name
        for m in Base.registry.mappers
        if issubclass(m.class_, MunicipalityScoped)
    }
    for name in scoped:
        for key in Base.metadata.tables[name].foreign_key_constraints:
            if key.referred_table.name in scoped:
                assert "municipality_id" in key.column_keys, (name, key.column_keys)


def test_municipalities_are_seen_before_one_is_chosen(session_factory, asker, baerum):
    with session_factory() as session:
        assert session.scalar(select(func.count(Municipality.id))) == 2
