"""The table of who sees what, held against the whole site: a marker in every column, everybody walks."""

import logging
import os
from collections import defaultdict

import pytest
import sqlalchemy as sa

from app import tenancy
from app.database import Base, engine_of
from app.families.models import FamilyStatus
from app.matches.models import Match
from app.matches.models.matches import BOTH_SAID_YES, OPEN
from app.permissions import Role
from app.personal import KEY, Facts
from app.web.context import now
from app.who_sees import TABLE, WHO_SEES, Relation, Right, Viewer, rights, sees
from tests.trust import markers, tour

pytestmark = pytest.mark.usefixtures("unlimited")
FULL = os.environ.get("FULL") == "1"
MOST = 200 if FULL else 1  # records of each kind, for each of the staff
OWN_FIRST = 40 if FULL else 4  # the same for guides and families, who try others' after their own
BY_LINK = 500 if FULL else 3  # of each side, those with most links first
STAFF = set(Viewer) - {Viewer.GUIDE, Viewer.FAMILY}


def facts_of(table: str, column: str) -> Facts:
    row = Base.metadata.tables[table]
    note = row.c[column].info.get(KEY) or row.info[KEY]
    return note.facts


class Relations:
    """How visitors stand to rows, read from the database once."""

    def __init__(self, connection, towns):
        self.here = towns.ids[0]
        tables = Base.metadata.tables
        match, guides, family = tables["match"], tables["match_guide"], tables["family"]
        withdrawn = sa.select(family.c.id).where(family.c.status == FamilyStatus.WITHDRAWN)
        left = set(connection.scalars(withdrawn))
        self.matches = {}
        for row in connection.execute(sa.select(match.c.id, match.c.family_id, match.c.status)):
            between = None
            if row.status in BOTH_SAID_YES and row.family_id not in left:
                between = Relation.AGREED
            elif row.status in OPEN:
                between = Relation.ASKED
            chosen = sa.select(guides.c.guide_id).where(guides.c.match_id == row.id)
            self.matches[row.id] = (set(connection.scalars(chosen)), row.family_id, between)
        self.towns_of = defaultdict(set)
        member = tables["membership"]
        for row in connection.execute(sa.select(member.c.user_id, member.c.municipality_id)):
            self.towns_of[row.user_id].add(row.municipality_id)
        self.owners = {}
        for planted in towns.planted.values():  # the neighbour's rows are behind the wall
            if planted.municipality in {None, self.here}:
                self.owners[planted] = self._owner(connection, tables[planted.table], planted.row)

    def _owner(self, connection, table, row_id):
        row = connection.execute(sa.select(table).where(table.c.id == row_id)).one()._mapping
        guide = row.get("guide_id") or (row_id if table.name == "guide" else None)
        family = row.get("family_id") or (row_id if table.name == "family" else None)
        user = row_id if table.name == "user" else None
        if table.name == "outgoing_message":
            guide = family = row["about_id"]
        return {"guide": guide, "family": family, "user": user, "match": row.get("match_id")}

    def of(self, visitor, planted):
        """Return every relation in which a visitor stands to what is planted."""
        owner = self.owners.get(planted)
        if owner is None:
            return set()
        mine = {visitor.guide_id, visitor.family_id, visitor.user and visitor.user.id} - {None}
        if mine & set(owner.values()):
            return {Relation.OWN}
        towns = self.towns_of[owner["user"]] if owner["user"] else {planted.municipality}
        if self.here not in towns:
            return set()
        if visitor.viewer not in {Viewer.GUIDE, Viewer.FAMILY}:
            return {Relation.SERVED if self._agreed(owner) else Relation.HERE}
        return {
            between
            for guides, family, between in self.matches.values()
            if between
            and mine & (guides | {family})
            and {owner["guide"], owner["family"]} & (guides | {family})
        }

    def _agreed(self, owner):
        return any(
            between is Relation.AGREED and (owner["guide"] in guides or owner["family"] == family)
            for guides, family, between in self.matches.values()
        )


@pytest.fixture
def towns(flask_app, session_factory):
    """Two municipalities, with markers in every column that people fill."""
    instant = now()
    ids = tour.build(flask_app, now=instant)
    planted = markers.plant(engine_of(session_factory), ids)
    return tour.look_around(flask_app, ids, planted, now=instant)


@pytest.fixture
def relations(session_factory, towns):
    with session_factory() as session:
        tenancy.bind(session, towns.ids[0])
        return Relations(session.connection(), towns)


def with_links(visitors):
    """Return as many who hold links as there is time for."""
    return [
        visitor
        for side in (Viewer.GUIDE, Viewer.FAMILY)
        for visitor in sorted(
            (v for v in visitors if v.tokens and v.viewer is side), key=lambda v: -len(v.tokens)
        )[:BY_LINK]
    ]


def with_accounts(visitors, relations):
    """Return guides who sign in: one for each way of standing to families, or all."""
    guides = {}
    for visitor in visitors:
        if visitor.viewer is Viewer.GUIDE and visitor.user:
            stands = frozenset(
                between
                for chosen, _family, between in relations.matches.values()
                if visitor.guide_id in chosen
            )
            guides.setdefault(visitor.user.id if FULL else stands, visitor)
    return list(guides.values())


def look(flask_app, towns, relations, visitors):
    """Return what was seen on the tour, and what of it the table does not allow."""
    seen, wrong = set(), set()
    for visitor in visitors:
        for view, address, text in tour.walk(
            flask_app, towns, visitor, most=MOST if visitor.viewer in STAFF else OWN_FIRST
        ):
            assert not markers.found_in(address), "an address is no place for what is personal"
            for number in markers.found_in(text):
                planted = towns.planted[number]
                facts = facts_of(planted.table, planted.column)
                standing = relations.of(visitor, planted)
                seen.add((visitor.viewer, facts))
                if not any(Right.SEE in rights(visitor.viewer, facts, r) for r in standing):
                    wrong.add((visitor.viewer.value, facts.value, *sorted(standing), view))
    return seen, sorted(wrong)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_staff_see_what_the_table_says_and_nothing_else(flask_app, towns, relations, caplog):
    """Walk the whole site as every role; each marker seen must be that visitor's to see."""
    caplog.set_level(logging.INFO)
    staff = [v for v in towns.visitors if v.viewer in STAFF]
    seen, wrong = look(flask_app, towns, relations, staff)
    assert wrong == []
    assert markers.found_in(caplog.text) == frozenset()
    assert seen >= SEEN_BY_STAFF


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_pairs_see_what_the_table_says_and_nothing_else(flask_app, towns, relations, caplog):
    """The same as guides with an account, and as guides and families with nothing but links."""
    caplog.set_level(logging.INFO)
    busiest = sorted(towns.visitors, key=lambda v: -len(towns.own_rows.get(v.guide_id, ())))
    visitors = with_accounts(busiest, relations) + with_links(towns.visitors)
    seen, wrong = look(flask_app, towns, relations, visitors)
    assert wrong == []
    assert markers.found_in(caplog.text) == frozenset()
    assert seen >= SEEN_BY_PAIRS


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_the_tour_notices_a_name_that_is_shown_too_early(flask_app, towns, relations, monkeypatch):
    monkeypatch.setattr(Match, "both_said_yes", property(lambda match: match.is_open))
    asked = {
        guide
        for guides, _family, between in relations.matches.values()
        if between is Relation.ASKED
        for guide in guides
    }
    visitors = [v for v in towns.visitors if v.user and v.guide_id in asked][:1]
    _seen, wrong = look(flask_app, towns, relations, visitors)
    assert ("guide", "family_name", "asked", "matches.show") in wrong
    assert ("guide", "family_contact", "asked", "my_page.show") in wrong


# That the tour gets anywhere: what must have been seen on it.
SEEN_BY_STAFF = {
    (Viewer.COORDINATOR, Facts.GUIDE_CONTACT),
    (Viewer.COORDINATOR, Facts.FAMILY_CONTACT),
    (Viewer.COORDINATOR, Facts.MESSAGE),
    (Viewer.CASEWORKER, Facts.FAMILY_CONSENT),
}
SEEN_BY_PAIRS = {
    (Viewer.GUIDE, Facts.FAMILY_NAME),
    (Viewer.GUIDE, Facts.FAMILY_CONTACT),
    (Viewer.GUIDE, Facts.GUIDE_NAME),
    (Viewer.GUIDE, Facts.ACTIVITY_WORDS),
}


def test_every_column_that_people_fill_has_a_marker():
    """A new text column about people fails here until it is marked, or says it is none."""
    unmarked = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if type(column.type) in {sa.String, sa.Text}
        and column.name not in markers.MARKED.get(table.name, ())
        and column.name not in markers.CODES
        and facts_of(table.name, column.name) not in {Facts.NOTHING, Facts.SECRET}
    }
    assert unmarked == set()


def test_the_table_has_a_line_for_all_facts_and_a_column_for_all_viewers():
    head = TABLE.strip().splitlines()[0].split()[1:]
    assert head == [viewer.value for viewer in Viewer]
    assert set(WHO_SEES) == set(Facts) - {Facts.NOTHING}
    assert {viewer.value for viewer in Viewer} == {*Role, "family"}


def test_nobody_sees_the_other_side_before_both_have_said_yes():
    """What the whole product stands on, said once more without the table's letters."""
    for facts in (Facts.FAMILY_NAME, Facts.FAMILY_CONTACT, Facts.FAMILY_PLACE):
        assert not sees([Role.GUIDE], facts, Relation.ASKED)
    for facts in (Facts.GUIDE_NAME, Facts.GUIDE_CONTACT, Facts.GUIDE_PLACE):
        assert not rights(Viewer.FAMILY, facts, Relation.ASKED)
    assert not any(rights(viewer, Facts.SECRET, r) for viewer in Viewer for r in Relation)
    assert not any(
        rights(Viewer.MANAGER, facts, r)
        for facts in Facts
        for r in Relation
        if facts not in {Facts.ACCOUNT, Facts.LOOK}
    )
