"""Guides who go together: two, adults, and in one couple only."""

import threading

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.errors import NotPermitted
from app.guides import queries
from app.guides.models import CoupleGuide, Guide, GuideStatus
from app.guides.services import coupling, leaving
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests import cast
from tests.cast import NOW, TODAY
from tests.pages import fill, get_page, post_page


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def two(session, asker):
    guides = [
        cast.make_guide(session, asker, name=name, status=GuideStatus.READY)
        for name in ("Anne Asker", "Bjørn Asker")
    ]
    session.commit()
    return guides


def link(session, actor, lead, other):
    coupling.link_couple(session, actor, lead, other, today=TODAY)


def count(session):
    return session.scalar(select(func.count(CoupleGuide.id)))


def test_two_who_go_together_are_each_others_other_half(session, coordinator, two):
    one, other = two
    link(session, coordinator, one, other)
    assert queries.find_partner(session, coordinator, one) == (other.id, other.name, False)
    assert queries.find_partner(session, coordinator, other) == (one.id, one.name, True)
    assert coupling.unlink_couple(session, coordinator, other)
    assert queries.find_partner(session, coordinator, one) is None
    assert not coupling.unlink_couple(session, coordinator, one)
    assert count(session) == 0


def test_nobody_goes_with_two(session, asker, coordinator, two):
    one, other = two
    third = session.get(Guide, asker.guide.id)
    link(session, coordinator, one, other)
    for pair in ((one, third), (third, one), (other, third), (third, other), (other, one)):
        with pytest.raises(coupling.GuidesTogetherAlready):
            link(session, coordinator, *pair)
    assert count(session) == 2
    assert [row.id for row in queries.list_possible_partners(session, coordinator, third)] == [
        asker.applicant.id
    ]


def test_only_different_adults_who_take_part_go_together(session, coordinator, two):
    one, other = two
    with pytest.raises(coupling.NoCouple):
        link(session, coordinator, one, one)
    other.age_group = AgeGroup.FROM_16
    session.flush()
    with pytest.raises(coupling.NoCouple):
        link(session, coordinator, one, other)
    other.age_group, other.status = AgeGroup.FROM_18, GuideStatus.ENDED
    session.flush()
    with pytest.raises(coupling.NoCouple):
        link(session, coordinator, one, other)
    assert count(session) == 0


def test_who_leaves_leaves_the_couple_too(session, coordinator, two):
    one, other = two
    link(session, coordinator, one, other)
    leaving.leave(session, one, now=NOW, today=TODAY)
    assert queries.find_partner(session, coordinator, other) is None
    assert count(session) == 0


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.GUIDE, Role.MANAGER])
def test_only_who_changes_guides_links_them(session, asker, two, role):
    stranger = cast.actor(asker, role)
    with pytest.raises(NotPermitted):
        link(session, stranger, *two)
    with pytest.raises(NotPermitted):
        coupling.unlink_couple(session, stranger, two[0])


def test_two_pressed_at_once_make_one_couple(session_factory, asker, coordinator, two):
    """Two coordinators give the same guide to two others, in the same moment."""
    one, other = (guide.id for guide in two)
    barrier, refusals = threading.Barrier(2), []

    def press(partner_id):
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            barrier.wait()
            try:
                link(session, coordinator, session.get(Guide, one), session.get(Guide, partner_id))
                session.commit()
            except coupling.GuidesTogetherAlready as refusal:
                refusals.append(refusal)

    threads = [threading.Thread(target=press, args=(key,)) for key in (other, asker.guide.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        assert count(session) == 2


def test_the_record_links_and_separates_two(client, asker, two):
    cast.sign_in(client, asker.coordinator)
    one, other = two
    url = asker.url(f"/guides/{one.id}")
    page = get_page(client, url + "/couple?lang=en")
    choices = [option["value"] for option in page.select("select[name=partner] option")]
    assert str(other.id) in choices
    assert str(one.id) not in choices
    assert client.post(url + "/couple", data={"partner": str(other.id)}).status_code == 303
    page = get_page(client, url + "?lang=en")
    assert other.name in page.main.text
    assert f"the letters go to {one.name}" in page.main.text
    page = get_page(client, asker.url(f"/guides/{other.id}") + "?lang=en")
    assert f"the letters go to {one.name}" in page.main.text
    assert client.post(asker.url(f"/guides/{other.id}/couple/end"), data={}).status_code == 303
    assert get_page(client, url).select_one(f"a[href='{url}/couple']")


def test_a_guide_of_another_town_is_not_on_the_list_and_not_taken(baerum, client, asker, two):
    cast.sign_in(client, asker.coordinator)
    url = asker.url(f"/guides/{two[0].id}")
    assert str(baerum.guide.id) not in str(get_page(client, url + "/couple?lang=en"))
    page = post_page(client, url + "/couple", {"partner": str(baerum.guide.id)})
    assert page.select_one("select[name=partner][aria-invalid]")


def test_staff_hear_that_an_age_takes_a_couple_apart(client, session, asker, two):
    cast.sign_in(client, asker.coordinator)
    one, other = (asker.url(f"/guides/{guide.id}") for guide in two)
    assert client.post(one + "/couple", data={"partner": str(two[1].id)}).status_code == 303
    sent = fill(get_page(client, other + "/edit"), "/edit")
    assert client.post(other + "/edit", data=sent).status_code == 303
    assert "no longer go together" not in get_page(client, other + "?lang=en").text
    sent = fill(get_page(client, other + "/edit"), "/edit") | {"age_group": "16-17"}
    assert client.post(other + "/edit?lang=en", data=sent).status_code == 303
    assert f"and {two[0].name} no longer go together" in get_page(client, other + "?lang=en").text
