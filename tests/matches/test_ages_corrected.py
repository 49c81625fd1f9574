"""A wrong age is put right at any time where a group is met, and never where a household is."""

import pytest
from sqlalchemy import select

from app.desk.queries import TaskKind, list_tasks
from app.guides.models import Guide
from app.matches.models import GuideKind, MatchStatus
from app.matches.services import LackCode, lacks_of
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.groups import YOUNG, make_group, make_group_guide, run_match
from tests.matches.people import match_at
from tests.pages import fill, get_page, post_page


@pytest.fixture
def edit(client, session, asker):
    """Return a function that corrects a guide's age as the coordinator does, in the page."""

    def edit(guide_id, age_group, *, status=303):
        session.commit()
        url = asker.url(f"/guides/{guide_id}/edit")
        sign_in(client, asker.coordinator)
        answers = fill(get_page(client, url), "/edit") | {"age_group": age_group}
        if status == 422:
            assert post_page(client, url, answers).select_one("#age_group-error")
        else:
            assert client.post(url, data=answers).status_code == status
        session.expire_all()

    return edit


@pytest.fixture
def group(session, asker):
    """A group that a grown-up and a guide of sixteen meet."""
    grown_up = make_group_guide(session, asker, "Inger Stor")
    young = make_group_guide(session, asker, "Ung Guide", age_group=YOUNG)
    parts = {grown_up: GuideKind.LEAD, young: GuideKind.CO}
    return run_match(session, make_group(session, asker), parts)


def is_red(session, asker):
    actor = cast.actor(asker, Role.COORDINATOR)
    listed = list_tasks(session, actor, now=NOW, today=TODAY, first_contact_days=7)
    return any(task.kind is TaskKind.GROUP_ALONE for task in listed)


def test_a_grown_up_taken_for_a_minor_is_put_right_again(session, asker, group, edit):
    lead = group.lead.id
    edit(lead, "16-17")
    assert not session.get(Guide, lead).is_adult
    assert LackCode.NO_ADULT_GUIDE in {lack.code for lack in lacks_of(session, group)}
    assert is_red(session, asker)
    edit(lead, "30-44")
    assert LackCode.NO_ADULT_GUIDE not in {lack.code for lack in lacks_of(session, group)}
    assert not is_red(session, asker)


def test_a_minor_taken_for_a_grown_up_is_put_right_again(session, group, edit):
    young = session.scalars(select(Guide.id).where(Guide.age_group == YOUNG)).one()
    edit(young, "18-29")
    edit(young, "16-17")
    assert not session.get(Guide, young).is_adult
    codes = {lack.code for lack in lacks_of(session, group)}
    assert codes == {LackCode.GUARDIANS_OF_GUIDE}  # they are asked anew


def test_who_meets_a_household_is_a_grown_up_or_the_match_is_stopped_first(session, asker, edit):
    match_at(session, asker, MatchStatus.ACTIVE)
    edit(asker.guide.id, "16-17", status=422)
    assert session.get(Guide, asker.guide.id).is_adult


def test_a_place_beside_that_of_a_group_keeps_the_age(session, group, edit):
    """Whatever takes it: what is not known to be a group counts as a household."""
    lead = group.lead.id
    group.lead.capacity, group.lead.places_taken = 3, 2
    edit(lead, "16-17", status=422)
    assert session.get(Guide, lead).is_adult


def test_a_proposal_whose_guide_is_a_minor_cannot_be_confirmed_on_its_page(client, session, asker):
    match = match_at(session, asker, MatchStatus.PROPOSED)
    session.commit()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{match.id}")
    assert get_page(client, url).select("form[action$='/confirmation']")
    match.lead.age_group = YOUNG
    session.commit()
    page = get_page(client, url)
    assert not page.select("form[action$='/confirmation']")
