"""Whoever is a guide of a match is never staff for it, nor for its family."""

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Membership
from app.activities.models import Activity, ActivityKind, Mood
from app.activities.queries import list_activities
from app.desk.queries import list_tasks
from app.duties.queries import list_colleagues
from app.duties.services import assign_task
from app.endings.models import EndWish, MatchEnding
from app.errors import NotFound, NotPermitted
from app.families.queries import get_family, list_families
from app.guides.models import Guide, GuideStatus
from app.matches import queries, services
from app.matches.models import AnswerWay, GuideKind, MatchStatus, Side
from app.permissions import Role
from app.rounds.queries import pairs_of
from app.rounds.services import compute_round
from tests import cast
from tests.cast import NOW, TODAY, actor, sign_in
from tests.matches.people import ADDRESSES, match_at, propose
from tests.pages import fill, get_page

S = MatchStatus


@pytest.fixture
def both(session, asker):
    """Return a guide who works for the municipality as well, as its coordinator."""
    town = asker.municipality.id
    user_id = asker.guide_user.id
    session.add(Membership(user_id=user_id, municipality_id=town, role=Role.COORDINATOR))
    session.flush()
    return actor(asker, Role.GUIDE, Role.COORDINATOR)


@pytest.mark.usefixtures("both")
def test_she_sees_her_match_as_its_guide_sees_it(client, session, asker):
    match = match_at(session, asker, S.ACTIVE)
    session.add(
        MatchEnding(
            match_id=match.id, wish=EndWish.ANOTHER_GUIDE, side=Side.COORDINATOR, said_at=NOW
        )
    )
    session.commit()
    sign_in(client, asker.guide_user)
    page = get_page(client, asker.url(f"/matches/{match.id}"))
    assert page.select_one("a[href*='/families/']") is None
    assert "another guide" not in page.text


def test_a_family_that_she_guides_is_not_hers_to_read(session, asker, both):
    match = match_at(session, asker, S.GUIDE_ASKED)
    with pytest.raises(NotFound):
        get_family(session, both, match.family_id)
    assert match.family_id not in {row.id for row in list_families(session, both).rows}
    assert get_family(session, actor(asker, Role.COORDINATOR), match.family_id)


def test_she_answers_for_no_family_of_hers_and_confirms_nothing(session, asker, both):
    asked = match_at(session, asker, S.FAMILY_ASKED)
    with pytest.raises(NotPermitted):
        services.accept_for_family(
            session, both, asked, way=AnswerWay.PHONE, addresses=ADDRESSES, now=NOW
        )
    asked.status = S.PROPOSED
    with pytest.raises(NotPermitted):
        services.confirm_match(session, both, asked, addresses=ADDRESSES, now=NOW)


def test_a_proposal_of_herself_is_not_hers_to_see(session, asker, both):
    match = match_at(session, asker, S.PROPOSED)
    with pytest.raises(NotPermitted):
        queries.get_match(session, both, match.id)
    assert queries.list_matches(session, both).page.total == 0


def test_the_desk_gives_her_no_task_about_it_and_nobody_else_does(session, asker, both):
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    others = [t.record_id for t in _tasks(session, actor(asker, Role.COORDINATOR))]
    assert match.id in others
    assert match.id not in [t.record_id for t in _tasks(session, both)]
    able = list_colleagues(session, both, match.id)
    assert both.user_id not in {member.user.id for member in able}
    with pytest.raises(NotFound):
        assign_task(session, both, "ask_family", match.id, user_id=both.user_id, now=NOW)


def _tasks(session, who):
    return list_tasks(session, who, now=NOW, today=TODAY, first_contact_days=7)


def test_what_another_guide_of_the_match_noted_is_not_hers(session, asker, both):
    match = match_at(session, asker, S.ACTIVE)
    other = cast.make_guide(session, asker, name="Liv", email="liv@asker.example", status="ready")
    for guide_id, token in ((other.id, "theirs"), (asker.guide.id, "mine")):
        session.add(
            Activity(
                match_id=match.id,
                guide_id=guide_id,
                once_token=token,
                done_on=TODAY,
                duration_minutes=60,
                kind=ActivityKind.CHAT,
                mood=Mood.GOOD,
                note="",
                logged_at=NOW,
            )
        )
    session.flush()
    [mine] = list_activities(session, both)
    assert mine.once_token == "mine"
    assert len(list_activities(session, actor(asker, Role.COORDINATOR))) == 2
    assert len(session.scalars(select(Activity)).all()) == 2


def test_she_puts_nobody_into_a_match_who_is_herself(client, session, asker, both):
    lead = cast.make_guide(session, asker, name="Liv", email="liv@asker.example", status="ready")
    family = cast.make_family(session, asker, reference="A-9")
    match = propose(session, asker, family, lead)
    parts = {lead.id: GuideKind.LEAD, asker.guide.id: GuideKind.CO}
    with pytest.raises(services.NotOneself), session.begin_nested():
        services.arrange_guides(
            session, both, match, services.Arrangement(parts), addresses=ADDRESSES, now=NOW
        )
    url, me = asker.url(f"/matches/{match.id}/guides?lang=en"), str(asker.guide.id)
    session.commit()
    sign_in(client, asker.guide_user)
    page = get_page(client, url)
    assert me not in {o["value"] for o in page.select("select[name=newcomer] option")}
    assert "That is you" in page.main.text


def test_suggestions_that_name_her_are_for_a_colleague(client, session, asker, both):
    cast.make_family(session, asker, reference="A-9")
    session.get_one(Guide, asker.guide.id).status = GuideStatus.ENDED  # she is back
    new = {"name": "Her Self", "email": "her@asker.example", "status": GuideStatus.READY}
    cast.make_guide(session, asker, user_id=asker.guide_user.id, **new)
    found = compute_round(session, actor(asker, Role.COORDINATOR), now=NOW)
    place = asker.url("/round?lang=en")
    assert any(pairs_of(found).values())
    session.commit()
    sign_in(client, asker.coordinator)
    assert get_page(client, place).select(".pairs > li")
    sign_in(client, asker.guide_user)
    page = get_page(client, place)
    assert not page.select(".pairs > li") and "A-9" not in page.main.text
    assert "names you as a guide" in page.main.text


def test_who_else_follows_up_is_said_before_a_coordinator_is_asked_as_guide(
    client, session, asker, both
):
    match = match_at(session, asker, S.PROPOSED)
    url, names = asker.url(f"/matches/{match.id}?lang=en"), asker.coordinator.name
    guide = asker.guide_user.name
    session.commit()
    sign_in(client, asker.coordinator)
    text = " ".join(get_page(client, url).main.text.split())
    assert f"{guide} works with follow-up" in text
    assert f"Who looks after it: {names}" in text


@pytest.mark.parametrize("says", ["yes", "no"])
def test_as_the_second_guide_she_answers_for_herself_alone(client, session, asker, both, says):
    new = {"name": "Liv", "email": "liv@asker.example", "status": GuideStatus.READY}
    lead = cast.make_guide(session, asker, **new)
    match = propose(session, asker, cast.make_family(session, asker, reference="A-9"), lead)
    parts = {lead.id: GuideKind.LEAD, asker.guide.id: GuideKind.CO}
    colleague = actor(asker, Role.COORDINATOR)
    services.arrange_guides(
        session, colleague, match, services.Arrangement(parts), addresses=ADDRESSES, now=NOW
    )
    services.confirm_match(session, colleague, match, addresses=ADDRESSES, now=NOW)
    url = asker.url(f"/matches/{match.id}")
    session.commit()
    sign_in(client, asker.guide_user)
    with time_machine.travel(NOW, tick=False):
        answer = fill(get_page(client, url), "/guide-answer") | {"answer": says}
        assert client.post(f"{url}/guide-answer", data=answer).status_code == 303
    session.expire_all()
    rows = {row.guide_id: row for row in match.guides}
    assert rows[lead.id].awaits_yes
    assert not rows[asker.guide.id].awaits_yes
    assert session.get(Guide, lead.id).status is GuideStatus.READY
    assert (rows[asker.guide.id].said_yes_on is not None) is (says == "yes")
