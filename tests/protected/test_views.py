"""The pages of the two, and of the administrator who names them."""

import datetime as dt
import itertools
import json

import pytest
import sqlalchemy as sa

from app.accounts.models import Look
from app.certificates.models import CertificateRequirement, CertificateTask
from app.database import engine_of
from app.guides.models import Guide, GuideStatus
from app.guides.services.coupling import link_couple
from app.permissions import Role
from app.protected import services
from app.protected.models import HouseholdPage, ProtectedChoice, ProtectedHousehold, ProtectedLook
from tests import cast
from tests.architecture.test_pages import UNCOUNTED
from tests.cast import NOW, TODAY, sign_in
from tests.pages import fill, get_page, post_page
from tests.protected import people
from tests.protected.people import MARKS

MOST_QUERIES = 12
LANGUAGES = ("nb", "nn", "en")


@pytest.fixture
def first(client, named, session):
    session.commit()
    sign_in(client, named.users[0])
    return client


@pytest.fixture
def statements(session_factory):
    """Return the statements that the database is sent, as they come."""
    sent, engine = [], engine_of(session_factory)

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def as_other(client, named, session):
    session.commit()
    sign_in(client, named.users[1])


def answers(**changes):
    return {
        "once_token": "abc",
        "contact_name": MARKS[0],
        "contact_phone": MARKS[1],
        "contact_is_adult": "y",
        "household_size": "3",
        "language": "ar",
        "consented_on": TODAY.isoformat(),
    } | changes


def chosen(two, **changes):
    return {
        "rule": "two_persons",
        "decision": "Head of department, case 26/1",
        "decided_on": TODAY.isoformat(),
        "first": str(two.users[0].id),
        "second": str(two.users[1].id),
    } | changes


def looks(session):
    session.rollback()
    rows = session.scalars(sa.select(ProtectedLook).order_by(ProtectedLook.at)).all()
    session.commit()
    return [(row.user_id, row.household_id, row.page) for row in rows]


# The choice


def test_an_administrator_lets_two_keep_them_and_refuses_them_again(client, session, asker, two):
    sign_in(client, asker.users[Role.ADMINISTRATOR])
    url = asker.url("/settings/protected-households?lang=en")
    page = get_page(client, url)
    assert page.select_one("input[name=rule][value=refused]").has_attr("checked")
    answer = client.post(url, data=chosen(two))
    assert answer.status_code == 303
    session.rollback()
    choice = session.scalars(sa.select(ProtectedChoice)).one()
    assert choice.named_ids == {user.id for user in two.users}
    session.commit()
    page = get_page(client, url)
    assert page.select_one("input[name=rule][value=two_persons]").has_attr("checked")
    assert client.post(url, data={"rule": "refused"}).status_code == 303
    session.expire_all()
    assert not session.scalars(sa.select(ProtectedChoice)).one().takes_new


@pytest.mark.parametrize(
    "missing", [{"decision": ""}, {"decided_on": ""}, {"first": ""}, {"decided_on": "2999-01-01"}]
)
def test_without_a_decision_or_two_persons_nothing_changes(client, session, asker, two, missing):
    sign_in(client, asker.users[Role.ADMINISTRATOR])
    url = asker.url("/settings/protected-households")
    post_page(client, url, chosen(two, **missing), status=422)
    post_page(client, url, chosen(two, second=str(two.users[0].id)), status=422)
    session.rollback()
    assert session.scalars(sa.select(ProtectedChoice)).all() == []


def test_who_chooses_has_shown_a_code_lately(client, session, asker, two):
    sign_in(client, asker.users[Role.ADMINISTRATOR])
    assert client.get(asker.url("/settings/protected-households")).status_code == 200
    with client.session_transaction() as browser:
        browser.clear()
    assert client.get(asker.url("/settings/protected-households")).status_code == 303


# A household


def test_one_of_the_two_registers_a_household(first, session, asker, named):
    url = asker.url("/households/new?lang=en")
    page = get_page(first, url)
    assert page.select_one("input[name=once_token]")["value"]
    again = post_page(first, url, answers(contact_is_adult=""), status=422)
    assert again.select_one("[name=contact_name]")["value"] == MARKS[0]
    answer = first.post(url, data=answers())
    assert answer.status_code == 303
    page = get_page(first, answer.location + "?lang=en")
    assert page.h1.text == "Household 1"
    assert MARKS[0] in page.text
    assert MARKS[0] not in page.title.text


def test_nothing_that_names_a_place_fits_into_the_form(first, session, asker):
    answer = first.post(asker.url("/households/new"), data=answers(contact_name="Storgata 12"))
    assert answer.status_code == 422
    session.rollback()
    assert session.scalars(sa.select(ProtectedHousehold)).all() == []


def test_each_look_is_written_where_the_other_reads_it_and_nowhere_else(
    client, session, asker, named, household
):
    as_other(client, named, session)
    get_page(client, asker.url("/households?lang=en"))
    get_page(client, asker.url(f"/households/{household.id}"))
    get_page(client, asker.url(f"/households/{household.id}/edit"))
    by = named.users[1].id
    assert looks(session) == [
        (by, None, HouseholdPage.LIST),
        (by, household.id, HouseholdPage.RECORD),
        (by, household.id, HouseholdPage.RECORD),
    ]
    assert session.scalars(sa.select(Look)).all() == []
    session.commit()
    sign_in(client, named.users[0])
    page = get_page(client, asker.url(f"/households/{household.id}"))
    assert named.users[1].name in page.text


def test_all_looks_can_be_read_page_by_page(first, session, asker, named, household):
    for number in range(60):
        services.note_look(
            session, named.users[1].id, HouseholdPage.LIST, now=NOW + number * dt.timedelta(hours=1)
        )
    session.commit()
    counts = {}
    for page in (0, 1, 2, 3, 10**30):
        shown = get_page(first, asker.url(f"/households?page={page}&lang=en"))
        counts[page] = len(shown.select("details .ds-list li"))
    assert counts[1] == 50 == counts[0]
    assert 10 <= counts[2] <= 16  # and those of this walk
    assert counts[3] == counts[10**30] == 50


def test_without_its_row_there_is_no_look(client, session, asker, named, household, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError("no room for the row")

    as_other(client, named, session)
    monkeypatch.setattr(services, "note_look", fail)
    with pytest.raises(RuntimeError):
        client.get(asker.url(f"/households/{household.id}"))


def test_it_is_corrected_and_let_go(first, session, asker, household):
    url = asker.url(f"/households/{household.id}/edit")
    data = fill(get_page(first, url), "/edit") | {"household_size": "5", "contact_is_adult": "y"}
    post_page(first, url, data | {"household_size": "0"}, status=422)
    assert first.post(url, data=data).status_code == 303
    assert people.fresh(session, household).household_size == 5
    session.commit()
    get_page(first, asker.url(f"/households/{household.id}/erasure"))
    assert first.post(asker.url(f"/households/{household.id}/erasure")).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(ProtectedHousehold)).all() == []


# A guide, by two


def test_one_proposes_and_the_other_confirms_on_the_page(client, session, asker, named, household):
    as_other(client, named, session)
    url = asker.url(f"/households/{household.id}")
    page = get_page(client, url + "?lang=en")
    assert asker.guide.name in page.select_one("select[name=guide]").text
    post_page(client, url + "/proposal", {"guide": ""}, status=422)
    sent = client.post(url + "/proposal", data={"guide": str(asker.guide.id)})
    assert sent.status_code == 303
    page = get_page(client, url + "?lang=en")
    assert not page.select_one('form[action$="/confirmation"]')
    assert client.post(url + "/proposal/confirmation").status_code == 409
    sign_in(client, named.users[0])
    page = get_page(client, url + "?lang=en")
    assert page.select_one('form[action$="/confirmation"]')
    assert client.post(url + "/proposal/confirmation").status_code == 303
    page = get_page(client, url + "?lang=en")
    assert asker.guide.name in page.text
    assert "break" in page.text
    assert client.post(url + "/end").status_code == 303
    session.rollback()
    assert session.get(Guide, asker.guide.id).status.value == "paused"  # until they say so


def test_a_guide_whose_place_is_gone_is_told_of_and_nothing_changes(
    client, session, asker, named, household
):
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    session.get(Guide, asker.guide.id).places_taken = 1
    as_other(client, named, session)
    url = asker.url(f"/households/{household.id}")
    page = client.post(url + "/proposal/confirmation?lang=en", follow_redirects=True)
    assert "can no longer" in page.text
    assert not people.fresh(session, household).match.is_confirmed


def test_whom_they_fear_is_noted_and_not_shown(first, session, asker, named, household):
    by, household_id = named.users[0].id, household.id
    url = asker.url(f"/households/{household.id}")
    post_page(first, url + "/feared", {"name": "Per"}, status=422)
    assert first.post(url + "/feared", data={"name": "Per Qzxhansen"}).status_code == 303
    page = get_page(first, url + "?lang=en")
    assert "1 person on the list" in page.text
    assert "Qzxhansen" not in page.text
    session.rollback()
    (person_id,) = {row.person_id for row in people.fresh(session, household).fears}
    session.commit()
    for _ in range(2):  # once is what can be seen, and what is written
        assert first.post(f"{url}/feared/{person_id}/removal").status_code == 303
    taken_off = [look for look in looks(session) if look[2] is HouseholdPage.TAKEN_OFF]
    assert taken_off == [(by, household_id, HouseholdPage.TAKEN_OFF)]
    page = get_page(first, url + "?lang=en")
    assert "Took somebody off the list of whom they fear" in page.text
    assert people.fresh(session, household).fears == []


# A copy


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_a_copy_takes_both_and_is_made_once(client, session, asker, named, household, form):
    session.commit()
    sign_in(client, named.users[0])
    url = asker.url(f"/households/{household.id}/copy")
    assert client.post(url, data={"format": form}).status_code == 409
    assert client.post(url + "/request").status_code == 303
    assert client.post(url + "/agreement").status_code == 409
    as_other(client, named, session)
    get_page(client, asker.url(f"/households/{household.id}"))
    assert client.post(url + "/agreement").status_code == 303
    get_page(client, asker.url(f"/households/{household.id}"))
    answer = client.post(url, data={"format": form})
    assert answer.status_code == 200
    assert MARKS[0] not in str(answer.headers)
    if form == "json":
        assert MARKS[0] in json.loads(answer.text)["kept"].values()
    else:
        assert answer.data.startswith(b"%PDF")
    assert looks(session)[-1] == (named.users[1].id, household.id, HouseholdPage.COPY)
    assert client.post(url, data={"format": form}).status_code == 409


def test_when_they_are_refused_again_there_is_no_form_for_a_new_one(
    first, session, asker, named, household
):
    services.refuse_again(session, people.administrator(asker), now=NOW)
    session.commit()
    assert first.get(asker.url("/households/new")).status_code == 404
    assert "/households/new" not in get_page(first, asker.url("/households")).decode()


@pytest.mark.parametrize("changes", [{"status": "ended"}, {"age_group": "16-17"}], ids=str)
def test_a_guide_who_may_not_meet_them_any_more_is_told_of_in_red(
    client, session, asker, named, household, changes
):
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    services.confirm_guide(session, named.second, household, now=NOW)
    as_other(client, named, session)
    pages = [asker.url("/households?lang=en"), asker.url(f"/households/{household.id}?lang=en")]
    assert not [url for url in pages if "under 18" in get_page(client, url).text]
    session.execute(sa.update(Guide).where(Guide.id == asker.guide.id).values(**changes))
    session.commit()
    assert [url for url in pages if "under 18" in get_page(client, url).text] == pages


@pytest.mark.parametrize("confirmed", [False, True], ids=["proposed", "confirmed"])
def test_a_guide_who_turns_out_to_be_feared_is_told_of_in_red(
    client, session, asker, named, household, confirmed
):
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    if confirmed:
        services.confirm_guide(session, named.second, household, now=NOW)
    as_other(client, named, session)
    pages = [asker.url("/households?lang=en"), asker.url(f"/households/{household.id}?lang=en")]
    words = "The guide may be somebody they fear", "the guide may be somebody they fear"
    assert not [url for url in pages if any(w in get_page(client, url).text for w in words)]
    feared = "", asker.guide.phone, ""
    services.note_feared(session, named.first, household, feared, now=NOW)
    session.commit()
    assert [url for url in pages if any(w in get_page(client, url).text for w in words)] == pages


@pytest.fixture
def met(session, asker, named, household):
    """The household meets the town's guide."""
    services.propose_guide(session, named.first, household, asker.guide.id, now=NOW)
    services.confirm_guide(session, named.second, household, now=NOW)
    session.commit()
    return household


@pytest.mark.parametrize("feared", [False, True])
def test_whom_a_colleague_couples_their_guide_with_is_told_of(
    first, session, asker, named, met, feared
):
    """Nobody else knows that the two would then talk about meetings and free times."""
    coordinator = cast.actor(asker, Role.COORDINATOR)
    partner = cast.make_guide(session, asker, name="Yusuf Warsame", status=GuideStatus.READY)
    guide = session.get_one(Guide, asker.guide.id)
    link_couple(session, coordinator, guide, partner, today=NOW.date())
    if feared:
        words = ("Yusuf Warsame", "", "")
        services.note_feared(session, named.first, met, words, now=NOW)
    session.commit()
    listed = get_page(first, asker.url("/households?lang=en")).main.text
    page = get_page(first, asker.url(f"/households/{met.id}?lang=en"))
    assert ("goes together with somebody they may fear" in listed) is feared
    assert ("half of a couple by now" in listed) is not feared
    told = page.select_one(".ds-alert[data-color=danger]" if feared else "[data-color=warning]")
    assert "Yusuf Warsame a couple" in told.text


def test_a_certificate_that_lacks_by_now_is_told_of(first, session, asker, met):
    words = "certificate"
    pages = [asker.url("/households?lang=en"), asker.url(f"/households/{met.id}?lang=en")]
    assert not [url for url in pages if words in get_page(first, url).main.text]
    met.has_children = True
    asks = {"required": True, "legal_basis": "A law", "changed_at": NOW}
    session.add(CertificateRequirement(task=CertificateTask.FAMILY_WITH_CHILDREN, **asks))
    session.commit()
    assert [url for url in pages if words in get_page(first, url).main.text] == pages


def test_a_guide_who_has_ended_their_break_is_told_of(first, session, asker, met):
    url = asker.url(f"/households/{met.id}?lang=en")
    assert "has had a break without an end" in get_page(first, url).main.text
    session.get(Guide, asker.guide.id).come_back()
    session.commit()
    told = get_page(first, url).main.text
    assert "has ended their break" in told and "without an end" not in told


def test_somebody_feared_who_signs_up_is_told_of(first, session, asker, named, household):
    services.note_feared(session, named.first, household, ("Yusuf Khalil", "", ""), now=NOW)
    session.commit()
    pages = [asker.url("/households?lang=en"), asker.url(f"/households/{household.id}?lang=en")]
    assert "A guide may be somebody they fear" not in get_page(first, pages[0]).text
    cast.make_guide(session, asker, name="Jusuf Khaleel", status=GuideStatus.APPLIED)
    session.commit()
    assert "A guide may be somebody they fear" in get_page(first, pages[0]).text
    assert "Jusuf Khaleel, who has signed up" in get_page(first, pages[1]).text


def test_each_page_is_whole_and_takes_at_most_twelve_queries(
    client, session, asker, named, household, statements
):
    for number in range(3):
        other = people.register(session, named, once=f"other {number}")
        services.note_feared(session, named.first, other, (f"Per Hansen{number}", "", ""), now=NOW)
        guide = cast.make_guide(session, asker, name=f"Guide {number}", status=GuideStatus.READY)
        services.propose_guide(session, named.first, other, guide.id, now=NOW)
    services.note_feared(session, named.first, household, ("Per Hansen", "", ""), now=NOW)
    as_other(client, named, session)
    one = f"/households/{household.id}"
    pages = ("/households", "/households/new", one, f"{one}/edit", f"{one}/erasure")
    for page, language in itertools.product(pages, LANGUAGES):
        statements.clear()
        get_page(client, asker.url(f"{page}?lang={language}"))
        asked = [each for each in statements if not UNCOUNTED.match(each)]
        assert len(asked) <= MOST_QUERIES, (page, [each[:70] for each in asked])


def test_only_the_two_are_shown_the_way_there(client, session, asker, named):
    session.commit()
    for user, shown in ((named.users[0], True), (asker.coordinator, False)):
        sign_in(client, user)
        asked = {"address_status": "protected"}
        referral = client.post(asker.url("/families/new"), data=asked)
        assert referral.status_code == 422
        for text in (referral.text, client.get(asker.url("/families/new")).text):
            assert (asker.url("/households") in text) is shown
