import datetime as dt

import pytest
import time_machine

from app.desk.forms import GROUPS
from app.desk.queries import TaskKind
from app.duties.models import Assignment
from app.follow_ups.models import Concern, PairSide
from app.guides.models import Guide, GuideStatus, PipelineStep, StepCode
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, make_family, make_guide, sign_in
from tests.pages import get_page


@time_machine.travel(NOW + dt.timedelta(days=10), tick=False)
def test_the_desk_lists_tasks_with_a_way_to_each(client, asker):
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk"))
    links = {a["href"] for a in page.select(".work-row a")}
    assert asker.url(f"/guides/{asker.applicant.id}") in links
    assert asker.url(f"/matches/{asker.proposal.id}") in links
    assert "3 dager for sent" in page.select_one(".work-row.urgent").text


def test_a_row_says_who_is_under_18_and_who_needs_a_guide_first(client, session, asker):
    make_family(session, asker, reference="F-8", priority=2)
    make_guide(session, asker, name="New", age_group=AgeGroup.FROM_16)
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?lang=en"))
    rows = {r.select_one(".work-title").text: r.text for r in page.select(".work-row")}
    assert "Under 18" in rows["New"]
    assert "Needs a guide first of all" in rows["F-8"]
    assert "Under 18" not in rows[asker.applicant.name]


def test_what_came_today_is_new_and_has_not_waited_for_nought_days(client, asker):
    with time_machine.travel(NOW, tick=False):
        sign_in(client, asker.coordinator)
        page = get_page(client, asker.url("/desk?lang=en"))
        assert "new today" in page.main.text and "waited 0" not in page.main.text
        page = get_page(client, asker.url(f"/families/{asker.family.id}/candidates?lang=en"))
        assert "0 days" not in page.main.text


def test_the_desk_tells_that_a_guide_has_been_taken_and_names_both_of_a_couple(
    client, session, asker
):
    other = make_guide(session, asker, name="Co Guide", capacity=1, places_taken=1)
    match = session.get(Match, asker.proposal.id)
    match.guides.append(MatchGuide(guide_id=other.id, kind=GuideKind.CO))
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?group=matches&lang=en"))
    row = page.select_one(".work-row").text
    assert f"{asker.family.reference} – {asker.guide.name} and Co Guide" in row
    assert "The guide is taken: choose another" in row


def test_the_desk_narrows_to_a_group(client, asker):
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?group=guides"))
    assert len(page.select(".work-row")) == 1
    page = get_page(client, asker.url("/desk?group=nonsense"))
    assert len(page.select(".work-row")) == 2


def test_a_concern_of_a_pair_opens_the_page_of_the_pair(client, session, asker):
    now = dt.datetime.now(dt.UTC)
    match = session.get(Match, asker.proposal.id)
    match.status, match.started_on = MatchStatus.ACTIVE, now.date()
    guide = {"side": PairSide.GUIDE, "guide_id": asker.guide.id, "raised_at": now}
    session.add(Concern(once_token="of the pair", match_id=match.id, **guide))
    session.add(Concern(once_token="of no pair", **guide))
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?lang=en"))
    links = {
        row.select_one("a")["href"] for row in page.select(".work-row") if "worried" in row.text
    }
    assert links == {asker.url(f"/matches/{match.id}/follow-ups"), asker.url("/follow-ups")}


def test_past_fifty_rows_the_desk_goes_on_on_another_page_and_counts_them_all(
    client, session, asker
):
    for number in range(60):
        make_family(session, asker, reference=f"F-{number}")
    now = dt.datetime.now(dt.UTC)
    for number in range(55):
        guide = {"side": PairSide.GUIDE, "guide_id": asker.guide.id, "raised_at": now}
        session.add(Concern(once_token=f"worry {number}", **guide))
    session.commit()
    sign_in(client, asker.coordinator)
    first, second, third = (
        get_page(client, asker.url(f"/desk?lang=en&page={number}")) for number in (1, 2, 99)
    )
    rows = [len(page.select(".work-row")) for page in (first, second, third)]
    assert rows == [55, 50, 12], "what is urgent stands on the first page, however much"
    assert {row.text.count("worried") for row in first.select(".work-row")} == {1}
    for page in (first, second, third):
        assert "117 things" in page.main.text
        assert [tab.text for tab in page.select(".tabs .count")] == [
            "117",
            "0",
            "1",
            "60",
            "1",
            "55",
            "0",
        ]
    families = get_page(client, asker.url("/desk?group=families&page=2"))
    assert len(families.select(".work-row")) == 10
    assert "group=families" in families.select_one(".ds-pagination a")["href"]


def test_a_missing_step_is_named(client, session, asker):
    guide = session.get(Guide, asker.applicant.id)
    guide.status, guide.interviewed_on = GuideStatus.INTERVIEWED, NOW.date()
    session.add(PipelineStep(code=StepCode.COURSE, required=True))
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?lang=en"))
    row = next(row for row in page.select(".work-row") if guide.name in row.text)
    assert "Not done yet: course" in row.text


def test_who_has_done_a_thing_goes_on_to_the_next_one(client, session, asker):
    other = make_guide(session, asker, name="Next", applied_at=NOW + dt.timedelta(hours=1))
    taken = make_guide(session, asker, name="Taken", applied_at=NOW + dt.timedelta(minutes=1))
    colleague = asker.users[Role.ADMINISTRATOR].id
    task = {"kind": TaskKind.CONTACT_APPLICANT, "record_id": taken.id, "user_id": colleague}
    session.add(Assignment(**task, assigned_at=NOW, by_id=None))
    session.commit()
    with time_machine.travel(NOW, tick=False):
        sign_in(client, asker.coordinator)
        record = asker.url(f"/guides/{asker.applicant.id}")
        assert "desk/next" not in str(get_page(client, record))
        client.post(f"{record}/contact", data={"contact-day": NOW.date().isoformat()})
        onwards = get_page(client, record).select_one(".flashes a")["href"]
        answer = client.get(onwards)
        assert answer.status_code == 303
        lies = {asker.url(f"/guides/{other.id}"), asker.url(f"/matches/{asker.proposal.id}")}
        assert answer.location in lies
        assert (
            client.get(asker.url(f"/desk/next?past={answer.location}")).location != answer.location
        )
        sign_in(client, asker.caseworker)
        assert client.get(onwards).status_code == 404


def test_every_kind_of_task_is_in_one_tab_and_no_other():
    in_tabs = sorted(kind for group in GROUPS.values() for kind in group.kinds)
    assert in_tabs == sorted(TaskKind)


def test_a_family_that_has_waited_very_long_is_marked_and_says_how_long(client, session, asker):
    with time_machine.travel(NOW, tick=False):
        family = make_family(session, asker, reference="F-8")
        family.waiting_since = NOW.date() - dt.timedelta(days=202)
        session.commit()
        sign_in(client, asker.coordinator)
        page = get_page(client, asker.url("/desk?lang=en"))
    row = page.select_one(".work-row.urgent")
    assert "F-8" in row.text and "waited 202 days" in row.text


@pytest.mark.parametrize("side", list(PairSide))
def test_staff_read_at_the_desk_which_side_of_a_match_is_worried(client, session, asker, side):
    match = session.get_one(Match, asker.proposal.id)
    match.status, match.started_on = MatchStatus.ACTIVE, NOW.date()
    for which, minutes in ((side, 0), *((other, 1) for other in PairSide if other is not side)):
        raised_at = NOW + dt.timedelta(minutes=minutes)
        guide_id = asker.guide.id if which is PairSide.GUIDE else None
        row = {"side": which, "match_id": match.id, "guide_id": guide_id, "raised_at": raised_at}
        session.add(Concern(once_token=f"c{minutes}", **row))
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?lang=en"))
    (row,) = [row.text for row in page.select(".work-row") if "worried" in row.text]
    assert f"The {side} is worried and asks you to call" in row
