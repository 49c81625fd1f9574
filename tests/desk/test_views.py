import datetime as dt

import time_machine

from app.follow_ups.models import Concern, PairSide
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
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
