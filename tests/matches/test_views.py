import datetime as dt
import re
import uuid

import pytest
from sqlalchemy import event, func, select

from app import tenancy
from app.accounts.models import Link
from app.database import engine_of
from app.families.models import ChildrenInBand, Family, FamilyLanguage
from app.guides.models import Guide, GuideStatus
from app.matches.models import Match, MatchStatus, Origin
from app.messages.models import OutgoingMessage
from app.vocabulary import ChildAge, GenderWish
from app.web import context
from tests import cast
from tests.cast import NOW
from tests.matches.people import WAY_TO, match_at
from tests.pages import fill, get_page, post_page, search_page

S = MatchStatus
MARKS = ("Amal", "90000202", "amal@example.org", "Asker-1")


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    for module in ("candidates", "record", "steps", "answers", "starting"):
        monkeypatch.setattr(f"app.matches.views.{module}.now", lambda: NOW, raising=False)


@pytest.fixture
def second_family(session, asker) -> Family:
    family = cast.make_family(session, asker, reference="F-2", contact_name="Besar Second")
    session.commit()
    return family


@pytest.fixture
def at(session, asker):
    """Bring the town's proposal to a status, for pages to see."""

    def bring(status: MatchStatus) -> Match:
        session.get(Family, asker.family.id).contact_email = "amal@example.org"
        match = match_at(session, asker, status)
        session.commit()
        return match

    return bring


def url_of(asker, match, step="") -> str:
    return asker.url(f"/matches/{match.id}{step}")


def candidates_url(asker, family, guide=None) -> str:
    tail = f"/{guide.id}" if guide else ""
    return asker.url(f"/families/{family.id}/candidates{tail}")


def reload(session, match) -> Match:
    """Read the match anew, and let go of the database: the client writes next."""
    session.expire_all()
    match = session.get(Match, match.id)
    session.commit()
    return match


# Candidates


def test_a_guide_whose_places_are_held_by_a_proposal_says_for_whom_and_may_still_be_chosen(
    client, asker, second_family
):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, second_family) + "?lang=en")
    link = page.select_one(".candidate").find("a", string=re.compile("Proposed for"))
    assert link.text.strip() == f"Proposed for {asker.family.reference}"
    assert link["href"] == url_of(asker, asker.proposal)
    url = candidates_url(asker, second_family, asker.guide)
    page = get_page(client, f"{url}?lang=en")
    assert "Proposals hold all the places this guide has left" in page.main.text
    assert page.find("a", string=re.compile(f"Proposed for {asker.family.reference}"))
    assert client.post(url).status_code == 303


def test_a_proposal_to_the_family_itself_or_that_leaves_a_place_is_no_warning(
    client, session, asker, second_family
):
    cast.sign_in(client, asker.coordinator)
    own = get_page(client, candidates_url(asker, asker.family) + "?lang=en")
    assert asker.guide.name in own.main.text and "Proposed for" not in own.main.text
    session.get(Guide, asker.guide.id).capacity = 2
    session.commit()
    page = get_page(client, candidates_url(asker, second_family) + "?lang=en")
    assert "Proposed for" not in page.main.text


def test_a_proposal_whose_guide_has_become_full_is_withdrawn_with_one_press(client, session, asker):
    guide = session.get(Guide, asker.guide.id)
    guide.places_taken = guide.capacity
    session.commit()
    cast.sign_in(client, asker.coordinator)
    url = url_of(asker, asker.proposal)
    page = get_page(client, f"{url}?lang=en")
    panel = page.select_one("section[aria-labelledby=next]")
    assert panel.h2.text == "The guide is taken: choose another"
    assert not page.select("form[action$=confirmation]")
    form = panel.select_one("form[action$=withdrawal]")
    sent = {field["name"]: field.get("value", "") for field in form.select("input")}
    assert client.post(form["action"], data=sent).status_code == 303
    assert reload(session, asker.proposal).status is S.WITHDRAWN


def test_candidates_show_score_terms_and_reasons(client, asker, second_family):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, second_family) + "?lang=en")
    card = page.select_one(".candidate")
    assert asker.guide.name in card.text
    assert "Both speak Arabic, the family's mother tongue" in card.text
    assert "Live in the same neighbourhood" in card.text
    points = [int(p.text.split()[0]) for p in card.select(".points")]
    assert sum(points) == int(card.select_one(".score strong").text)
    assert len(points) == 9


def test_nothing_is_hidden_about_who_is_left_out(client, session, asker, second_family):
    cast.make_guide(session, asker, name="Busy Guide", status=GuideStatus.READY, availability=1)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, second_family) + "?lang=en")
    left_out = page.select_one("section:has(#left-out)")
    assert "2 guides are left out" in left_out.text
    assert "No time in common: 1 guide" in left_out.text
    rows = {row.select_one(".work-title").text.strip(): row for row in left_out.select(".work-row")}
    assert "No time in common" in rows["Busy Guide"].text
    assert "May be chosen by hand" in rows["Busy Guide"].text
    assert "Not ready yet" in rows[asker.applicant.name].text
    assert "May be chosen by hand" not in rows[asker.applicant.name].text


def test_candidates_take_at_most_twelve_queries(client, session, asker, second_family):
    for number in range(30):
        cast.make_guide(session, asker, name=f"Guide {number}", status=GuideStatus.READY)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    seen = []
    engine = engine_of(client.application.extensions["session_factory"])
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    get_page(client, candidates_url(asker, second_family))
    asked = [s for s in seen if s.lstrip().upper().startswith("SELECT") and "set_config" not in s]
    assert len(asked) <= 12, asked


def test_family_with_an_open_match_says_so_and_offers_no_button(client, asker):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, asker.family) + "?lang=en")
    assert "has an open match already" in page.text
    assert not page.select(".candidate form")
    assert "No guide fits" not in page.text and "left out" not in page.text
    assert "can be proposed" not in page.text


def test_family_that_left_says_so(client, session, asker, second_family):
    second_family.withdraw(on=NOW.date())
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, second_family) + "?lang=en")
    assert "no longer takes part" in page.text
    assert not page.select(".candidate form")


def test_proposing_stores_a_proposal_and_asks_nobody(client, session, asker, second_family):
    cast.sign_in(client, asker.coordinator)
    answer = client.post(candidates_url(asker, second_family, asker.guide))
    assert answer.status_code == 303
    match = session.scalars(select(Match).where(Match.family_id == second_family.id)).one()
    assert answer.location.endswith(f"/matches/{match.id}")
    assert (match.status, match.origin) == (S.PROPOSED, Origin.MATCHING)
    assert session.scalars(select(OutgoingMessage)).all() == []


def test_second_proposal_for_a_family_is_refused_in_words(client, session, asker, second_family):
    cast.sign_in(client, asker.coordinator)
    client.post(candidates_url(asker, second_family, asker.guide))
    url = candidates_url(asker, second_family, asker.guide) + "?lang=en"
    page = post_page(client, url, {}, status=409)
    assert "has an open match already" in page.text


def test_guide_off_the_list_is_chosen_with_a_note(client, session, asker, second_family):
    session.get(Guide, asker.guide.id).availability = 1
    session.commit()
    cast.sign_in(client, asker.coordinator)
    url = candidates_url(asker, second_family, asker.guide)
    page = post_page(client, url + "?lang=en", {"note": ""})
    assert "Write why you choose this guide" in page.text
    page = post_page(client, url + "?lang=en", {"note": "Her number is 010190 12345"})
    assert "identity number" in page.text
    assert client.post(url, data={"note": "They met at the library."}).status_code == 303
    match = session.scalars(select(Match).where(Match.family_id == second_family.id)).one()
    assert match.choice_note == "They met at the library."


def test_guide_of_another_municipality_is_not_there(client, asker, second_family, baerum):
    cast.sign_in(client, asker.coordinator)
    assert client.get(candidates_url(asker, second_family, baerum.guide)).status_code == 404
    assert client.post(candidates_url(asker, second_family, baerum.guide)).status_code == 404


def test_pages_of_a_family_that_waits_lead_to_what_a_choice_costs(client, asker, second_family):
    cast.sign_in(client, asker.coordinator)
    price = asker.url(f"/round/families/{second_family.id}")
    for url in (
        candidates_url(asker, second_family),
        candidates_url(asker, second_family, asker.guide),
        candidates_url(asker, second_family, asker.applicant),
    ):
        assert get_page(client, url).select_one(f"main a[href='{price}']"), url
    get_page(client, price)
    matched = asker.url(f"/round/families/{asker.family.id}")
    for url in (
        candidates_url(asker, asker.family),
        candidates_url(asker, asker.family, asker.guide),
    ):
        assert not get_page(client, url).select(f"main a[href='{matched}']"), url


def test_where_nobody_fits_the_page_leads_to_the_smallest_change(client, session, asker):
    family = cast.make_family(session, asker, reference="F-3", availability=1)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, family))
    assert page.select_one(f".empty a[href='{asker.url(f'/round/families/{family.id}')}']")


# The match's page and its steps


@pytest.mark.parametrize("status", S, ids=lambda s: s.value)
def test_every_status_has_its_page_for_staff(client, asker, at, status):
    match = at(status)
    for user in (asker.coordinator, asker.caseworker):
        cast.sign_in(client, user)
        page = get_page(client, url_of(asker, match) + "?lang=en")
        assert len(page.select("#next")) == 1
        assert len(page.select(".timeline > li")) == len(WAY_TO[status]) + 1


def test_a_match_goes_the_whole_way_by_its_pages(client, session, asker):
    cast.sign_in(client, asker.coordinator)
    match = asker.proposal
    heard = {"answer-answer": "yes", "answer-way": "phone", "answer-reason": "no_reason"}
    for step, data, status in (
        ("/confirmation", {}, S.GUIDE_ASKED),
        ("/guide-answer", heard, S.GUIDE_ACCEPTED),
        ("/family-question", {}, S.FAMILY_ASKED),
        ("/family-answer", heard, S.AGREED),
        ("/signatures", {"guide_on": "2026-03-02"}, S.AGREED),
        ("/signatures", {"guide_on": "2026-03-02", "family_on": "2026-03-02"}, S.ACTIVE),
        (
            "/ending",
            {"wish": "completed", "family_after": "waits", "guide_knows": "y"},
            S.ENDED,
        ),
    ):
        answer = client.post(url_of(asker, match, step), data=data)
        assert answer.status_code == (200 if step == "/family-question" else 303), answer.text
        assert reload(session, match).status is status


def test_family_question_shows_a_link_that_works(client, session, asker, at):
    match = at(S.GUIDE_ACCEPTED)
    cast.sign_in(client, asker.coordinator)
    page = post_page(client, url_of(asker, match, "/family-question"), {}, status=200)
    link = next(a["href"] for a in page.select("a") if "/answers/" in a["href"])
    path = link.removeprefix("http://localhost")
    stranger = client.application.test_client()
    get_page(stranger, path)
    assert stranger.post(path, data={"answer": "yes"}).status_code == 303
    assert reload(session, match).status is S.AGREED


def test_a_question_pressed_twice_is_put_once_and_again_only_when_that_is_meant(
    client, session, asker, at
):
    match = at(S.GUIDE_ACCEPTED)
    cast.sign_in(client, asker.coordinator)
    url = url_of(asker, match, "/family-question")
    first = fill(get_page(client, url_of(asker, match)), "/family-question")
    for status in (200, 409):
        assert client.post(url, data=first).status_code == status
    asked = select(func.count()).where(OutgoingMessage.template == "family_asked")
    assert session.scalar(asked) == 1
    session.commit()
    again = fill(get_page(client, url_of(asker, match)), "/family-question")
    assert client.post(url, data=again).status_code == 200
    assert session.scalar(asked) == 2


@pytest.mark.parametrize(
    ("start", "step", "data"),
    [
        (S.GUIDE_ASKED, "/guide-answer", {"answer-way": "phone"}),
        (S.FAMILY_ASKED, "/family-answer", {}),
        (S.AGREED, "/agreement", {"months": "0", "rhythm": "weekly", "family_locale": "nb"}),
        (S.AGREED, "/agreement", {"months": "9", "rhythm": "never", "family_locale": "nb"}),
        (S.AGREED, "/signatures", {"guide_on": "2026-03-03", "family_on": "2026-03-02"}),
        (S.AGREED, "/signatures", {"guide_on": "soon", "family_on": "2026-03-02"}),
        (S.PROPOSED, "/withdrawal", {}),
    ],
)
def test_incomplete_step_is_answered_by_the_page_with_the_error(  # noqa: PLR0917
    client, session, asker, at, start, step, data
):
    match = at(start)
    cast.sign_in(client, asker.coordinator)
    page = post_page(client, url_of(asker, match, step) + "?lang=en", data)
    assert page.select_one("#error-summary")
    assert page.title.text.startswith("Error")
    assert reload(session, match).status is start
    assert client.get(url_of(asker, match, step) + "?lang=nn").location.endswith("?lang=nn")


def test_step_taken_twice_is_taken_once(client, session, asker):
    cast.sign_in(client, asker.coordinator)
    assert client.post(url_of(asker, asker.proposal, "/confirmation")).status_code == 303
    page = post_page(
        client, url_of(asker, asker.proposal, "/confirmation") + "?lang=en", {}, status=409
    )
    assert "This has changed in the meantime" in page.text
    assert len(session.scalars(select(OutgoingMessage)).all()) == 1


@pytest.mark.parametrize(
    ("side", "status"),
    [("coordinator", S.WITHDRAWN), ("guide", S.DECLINED), ("family", S.DECLINED)],
)
def test_stopping_says_who_stopped(client, session, asker, at, side, status):
    match = at(S.AGREED)
    cast.sign_in(client, asker.coordinator)
    data = {"stop-side": side, "stop-reason": "no_time", "stop-seen": "agreed"}
    assert client.post(url_of(asker, match, "/withdrawal"), data=data).status_code == 303
    assert reload(session, match).status is status
    assert session.get(Guide, asker.guide.id, populate_existing=True).places_taken == 0


@pytest.mark.parametrize(
    ("step", "data"),
    [
        (
            "/guide-answer",
            {"answer-answer": "no", "answer-way": "phone", "answer-reason": "no_time"},
        ),
        (
            "/withdrawal",
            {"stop-side": "guide", "stop-reason": "no_time", "stop-seen": "guide_asked"},
        ),
    ],
)
def test_old_tab_does_not_take_back_a_yes(client, session, asker, at, step, data):
    match = at(S.GUIDE_ACCEPTED)
    cast.sign_in(client, asker.coordinator)
    page = post_page(client, url_of(asker, match, step) + "?lang=en", data, status=409)
    assert "This has changed in the meantime" in page.text
    assert page.select_one("[name=stop-seen]")["value"] == "guide_accepted"
    assert reload(session, match).status is S.GUIDE_ACCEPTED


@pytest.fixture
def refused_language(session, asker) -> Family:
    family = session.get(Family, asker.family.id)
    family.languages.append(
        FamilyLanguage(position=9, code="ru", understands=3, speaks=3, unacceptable=True)
    )
    session.commit()
    return family


@pytest.mark.usefixtures("refused_language")
@pytest.mark.parametrize("status", [S.GUIDE_ASKED, S.AGREED, S.ACTIVE])
def test_language_that_must_not_be_used_is_told_to_staff_and_then_to_the_guide(
    client, asker, at, status
):
    match = at(status)
    cast.sign_in(client, asker.coordinator)
    for url in (url_of(asker, match), candidates_url(asker, asker.family)):
        page = get_page(client, url + "?lang=en")
        facts = {d.dt.text: d.dd.text for d in page.select(".facts > div")}
        assert facts["Must not be used"] == "Russian"
        assert "Russian" not in facts["Languages"]
    cast.sign_in(client, asker.guide_user)
    told = get_page(client, url_of(asker, match) + "?lang=en").text
    assert ("Must not be used" in told) is (status is not S.GUIDE_ASKED)


def test_candidate_card_has_what_staff_weigh(client, session, asker, second_family):
    session.get(Guide, asker.guide.id).max_travel_minutes = 30
    session.commit()
    cast.sign_in(client, asker.coordinator)
    card = get_page(client, candidates_url(asker, second_family) + "?lang=en").select_one(
        ".candidate"
    )
    facts = {d.dt.text: d.dd.text for d in card.select(".facts > div")}
    assert facts["Languages"] == "Norwegian (mother tongue), Arabic (fluently)"
    assert facts["Times"] == "Tue 17–21, Thu 17–21"
    assert (facts["Travels at most"], facts["Pets"]) == ("30 minutes", "No")
    assert card.select_one(f"a[href$='/guides/{asker.guide.id}']")


def test_rule_too_far_says_whose_limit_it_is(client, session, asker, second_family):
    guide = session.get(Guide, asker.guide.id)
    guide.neighbourhood_id, guide.max_travel_minutes = asker.village.id, 10
    session.commit()
    cast.sign_in(client, asker.coordinator)
    for url in (
        candidates_url(asker, second_family),
        candidates_url(asker, second_family, asker.guide),
    ):
        assert "Farther than the guide wants to travel" in get_page(client, url + "?lang=en").text


def test_levels_that_differ_are_both_told(client, session, asker, second_family):
    second_family.languages[0].understands, second_family.languages[0].speaks = 3, 0
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, candidates_url(asker, second_family) + "?lang=en")
    assert "Arabic (understands: fluently, speaks: not at all)" in page.text


def test_full_guide_is_told_before_the_press(client, session, asker, second_family):
    cast.sign_in(client, asker.coordinator)
    client.post(candidates_url(asker, second_family, asker.guide))
    page = get_page(client, url_of(asker, asker.proposal) + "?lang=en")
    other = session.scalars(select(Match).where(Match.family_id == second_family.id)).one()
    session.commit()
    assert "proposed to another family too" in page.text
    assert page.select_one(f"a[href$='/matches/{other.id}']")
    assert page.select_one("form[action$='/confirmation']")
    client.post(url_of(asker, other, "/confirmation"))
    page = get_page(client, url_of(asker, asker.proposal) + "?lang=en")
    assert "places are taken" in page.text
    assert not page.select_one("form[action$='/confirmation']")


def test_hand_picked_pair_says_why_and_what_spoke_against(client, session, asker, second_family):
    session.get(Guide, asker.guide.id).availability = 1
    session.commit()
    cast.sign_in(client, asker.coordinator)
    url = candidates_url(asker, second_family, asker.guide)
    location = client.post(url, data={"note": "They met at the library."}).location
    text = get_page(client, location + "?lang=en").text
    assert "Chosen by hand: They met at the library." in text
    assert "No time in common" in text


@pytest.mark.parametrize("status", [S.PROPOSED, S.ACTIVE, S.ENDED])
def test_pages_of_both_sides_lead_to_the_open_match(client, asker, at, status):
    match = at(status)
    cast.sign_in(client, asker.coordinator)
    for path in (f"/guides/{asker.guide.id}", f"/families/{asker.family.id}"):
        page = get_page(client, asker.url(path) + "?lang=en")
        assert bool(page.select(f"a[href$='/matches/{match.id}']")) is (status is not S.ENDED)
    assert bool(page.select("a[href$='/candidates']")) is (status is S.ENDED)


def test_list_narrows_by_status_and_reference(client, asker, at):
    at(S.GUIDE_ASKED)
    cast.sign_in(client, asker.coordinator)
    for query, found in (
        ("", 1),
        ("?status=asked", 1),
        ("?status=active", 0),
        ("?status=nonsense", 1),
        ("?page=9", 1),
        ("?page=x", 1),
    ):
        page = get_page(client, asker.url("/matches") + query)
        assert len(page.select(".work-row")) == found, query
    for words, found in (("asker", 1), ("kari", 1), ("ola", 0), ("%", 0), ("baerum", 0)):
        page = search_page(client, asker.url("/matches"), words)
        assert len(page.select(".work-row")) == found, words


# What the guide sees


@pytest.fixture
def as_guide(client, asker):
    cast.sign_in(client, asker.guide_user)
    return client


@pytest.mark.parametrize("status", S, ids=lambda s: s.value)
def test_guide_reads_no_name_or_contact_but_while_both_have_said_yes(as_guide, asker, at, status):
    match = at(status)
    read = "".join(
        as_guide.get(asker.url(path)).text
        for path in ("/matches", f"/matches/{match.id}", "/my-page")
    )
    shown = {mark for mark in MARKS if mark in read}
    if status in {S.AGREED, S.ACTIVE}:
        assert shown == {"Amal", "90000202", "amal@example.org"}
    else:
        assert shown == set()


def test_contact_is_gone_as_soon_as_the_family_leaves(as_guide, session, asker, at):
    match = at(S.ACTIVE)
    match.family.withdraw(on=NOW.date())
    session.commit()
    assert "Amal" not in as_guide.get(url_of(asker, match)).text
    assert "Amal" not in as_guide.get(asker.url("/my-page")).text


def test_guide_answers_on_their_own_page(as_guide, session, asker, at):
    match = at(S.GUIDE_ASKED)
    match.explanation = {"inputs": {"trip": {"band": "minutes", "minutes": 14}}}
    session.commit()
    page = get_page(as_guide, url_of(asker, match) + "?lang=en")
    assert "4 people" in page.text and "At most 20 minutes" in page.text
    answer = as_guide.post(url_of(asker, match, "/guide-answer"), data={"answer": "yes"})
    assert answer.status_code == 303
    assert reload(session, match).status is S.GUIDE_ACCEPTED


def test_guide_says_no_on_their_own_page(as_guide, session, asker, at):
    match = at(S.GUIDE_ASKED)
    data = {"answer": "no", "reason": "too_far"}
    as_guide.post(url_of(asker, match, "/guide-answer"), data=data)
    assert reload(session, match).decline_reason == "too_far"


@pytest.mark.parametrize(
    ("trip", "words"),
    [
        ({"band": "same"}, "At most 20 minutes"),
        ({"band": "adjacent"}, "At most 20 minutes"),
        ({"band": "minutes", "minutes": 7}, "At most 20 minutes"),
        ({"band": "minutes", "minutes": 21}, "20 to 40 minutes"),
        ({"band": "minutes", "minutes": 55}, "More than 40 minutes"),
    ],
    ids=str,
)
def test_a_guide_reads_the_way_in_three_steps(as_guide, session, asker, at, trip, words):
    """A finer band, read from a home of one's choice, often leaves one neighbourhood."""
    match = at(S.GUIDE_ASKED)
    match.explanation = {"inputs": {"trip": trip}}
    session.commit()
    page = get_page(as_guide, url_of(asker, match) + "?lang=en")
    assert words in page.main.text
    assert "neighbourhood" not in page.main.text and "apart" not in page.main.text


@pytest.mark.parametrize("status", [S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED])
def test_guide_who_said_yes_may_still_say_no(as_guide, session, asker, at, status):
    match = at(status)
    page = get_page(as_guide, url_of(asker, match, "?lang=en"))
    (form,) = [one for one in page.select("form") if "/guide-answer" in one["action"]]
    assert "It does not suit me after all" in form.text
    seen = form.select_one("[name=seen]")["value"]
    data = {"answer": "no", "reason": "changed_situation", "seen": seen}
    assert as_guide.post(form["action"], data=data).status_code == 303
    assert reload(session, match).status is S.DECLINED
    assert match.family.status == "waiting"
    assert match.lead.places_taken == 0


@pytest.mark.parametrize(
    "step",
    [
        "/confirmation",
        "/family-question",
        "/family-answer",
        "/start-meeting",
        "/agreement",
        "/signatures",
        "/ending/talk",
        "/ending/family-link",
    ],
)
def test_guide_takes_no_step_of_others(as_guide, session, asker, at, step):
    match = at(S.PROPOSED)
    assert as_guide.post(url_of(asker, match, step)).status_code == 404
    assert reload(session, match).status is S.PROPOSED


def test_match_of_another_guide_is_not_there(client, session, asker, at):
    match = at(S.GUIDE_ASKED)
    session.get(Guide, asker.guide.id).user_id = asker.caseworker.id
    session.commit()
    cast.sign_in(client, asker.guide_user)
    assert client.get(url_of(asker, match)).status_code == 404
    assert (
        client.post(url_of(asker, match, "/guide-answer"), data={"answer": "yes"}).status_code
        == 404
    )
    assert not get_page(client, asker.url("/matches")).select(".work-row")


# The page behind the link


def link_path(session, template: str) -> str:
    letter = session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.template == template)
    ).one()
    session.commit()
    return re.search(r"/asker/answers/[\w-]+", letter.body).group()


def test_answer_pages_name_nobody(client, session, asker, at):
    at(S.FAMILY_ASKED)
    page = get_page(client, link_path(session, "family_asked") + "?lang=en")
    assert "Would you like to meet this guide?" in page.text
    assert "30–44 years" in page.text
    text = str(page)
    for mark in (*MARKS, "Kari", "90000101", "kari@asker.example", "Woman", "No preference"):
        assert mark not in text


@pytest.mark.parametrize(
    ("wish", "told"), [(GenderWish.WOMAN, "A woman, 30–44 years"), (GenderWish.NONE, "30–44 years")]
)
def test_family_that_asked_for_a_woman_sees_that_it_is_one(client, session, asker, at, wish, told):
    session.get(Family, asker.family.id).gender_wish = wish
    at(S.FAMILY_ASKED)
    page = get_page(client, link_path(session, "family_asked") + "?lang=en")
    facts = {d.dt.text: d.dd.text for d in page.select(".facts > div")}
    assert facts["Age"] == told
    assert "near you" not in page.text


def test_reasons_of_ones_own_are_in_the_first_person_and_before_the_no(client, session, at):
    at(S.GUIDE_ASKED)
    form = get_page(client, link_path(session, "guide_asked") + "?lang=en").select_one("main form")
    assert "I think I know them" in form.select_one("select").text
    controls = [tag.name for tag in form.select("select, button")]
    assert controls == ["button", "select", "button"]


def test_guides_answer_page_names_nobody(client, session, asker, at):
    at(S.GUIDE_ASKED)
    path = link_path(session, "guide_asked")
    response = client.get(path + "?lang=en")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    page = get_page(client, path + "?lang=en")
    assert "4 people, of them 2 children (6–12 years)" in page.text
    assert not [mark for mark in (*MARKS, "Asker Centre") if mark in str(page.select_one("main"))]


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_answer_pages_are_there_in_three_languages(client, session, at, lang):
    at(S.GUIDE_ASKED)
    page = get_page(client, f"{link_path(session, 'guide_asked')}?lang={lang}")
    assert page.html["lang"] == lang


def test_a_guides_link_opens_in_the_language_of_the_letter(client, session, asker, at):
    at(S.GUIDE_ASKED)
    path, browser = link_path(session, "guide_asked"), {"Accept-Language": "en-US"}
    session.get(Guide, asker.guide.id).locale = "nn"
    session.commit()
    assert get_page(client, path, headers=browser).html["lang"] == "nn"
    assert get_page(client, path + "?lang=en", headers=browser).html["lang"] == "en"
    assert get_page(client, path, headers=browser).html["lang"] == "en"  # the reader has chosen


def test_link_is_answered_once_and_closed_after_in_a_friendly_way(client, session, asker, at):
    match = at(S.GUIDE_ASKED)
    path = link_path(session, "guide_asked")
    answer = client.post(path, data={"answer": "no", "reason": "no_time"})
    assert answer.status_code == 303
    get_page(client, answer.location)
    page = get_page(client, path + "?lang=en", status=404)
    assert "This link is closed" in page.text
    assert "If you answered while the link was open, we have your answer." in page.text
    assert client.post(path, data={"answer": "yes"}).status_code == 404
    assert reload(session, match).status is S.DECLINED


def test_whose_answer_is_not_taken_is_not_told_that_we_have_it(client, session, at):
    match = at(S.FAMILY_ASKED)
    match.family.withdraw(on=NOW.date())
    path = link_path(session, "family_asked")
    page = post_page(client, path + "?lang=en", {"answer": "yes"}, status=409)
    assert "This link is closed" in page.text and "we have your answer" not in page.text
    assert page.select_one("main a[href^='tel:']")


def test_post_without_an_answer_asks_again(client, session, at):
    match = at(S.GUIDE_ASKED)
    path = link_path(session, "guide_asked")
    post_page(client, path, {})
    post_page(client, path, {"answer": "no", "reason": "nonsense"})
    assert reload(session, match).status is S.GUIDE_ASKED


def test_made_up_tokens_and_other_municipalities_find_nothing(client, session, baerum, asker, at):
    at(S.GUIDE_ASKED)
    path = link_path(session, "guide_asked")
    get_page(client, asker.url(f"/answers/{uuid.uuid4().hex}"), status=404)
    get_page(client, path.replace("/asker/", "/baerum/"), status=404)
    get_page(client, path)


def test_link_of_a_question_nobody_waits_for_is_closed(client, session, session_factory, asker, at):
    match = at(S.GUIDE_ASKED)
    path = link_path(session, "guide_asked")
    match.expires_on = NOW.date() - dt.timedelta(days=1)
    session.commit()
    get_page(client, path, status=404)
    with session_factory() as other:
        tenancy.bind(other, asker.municipality.id)
        assert other.scalars(select(Link)).one().used_at is None


@pytest.mark.parametrize(("size", "whom"), [(1, "this person"), (4, "this family")])
def test_one_person_is_not_called_a_family(client, session, asker, at, size, whom):
    family = session.get(Family, asker.family.id)
    family.household_size = size
    if size == 1:  # nobody but the contact
        family.children.clear()
    at(S.GUIDE_ASKED)
    path = link_path(session, "guide_asked")
    assert get_page(client, path + "?lang=en").h1.text == f"Would you like to meet {whom}?"


def test_children_are_told_youngest_first(client, session, asker, at):
    family = session.get(Family, asker.family.id)
    family.children.insert(0, ChildrenInBand(band=ChildAge.TEEN, count=1))
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, url_of(asker, at(S.PROPOSED)) + "?lang=en")
    assert "4 people, of them 3 children (6–12 years, 13–17 years)" in page.text


@pytest.mark.parametrize(("status", "told"), [(S.PROPOSED, True), (S.GUIDE_ASKED, False)])
def test_guide_has_no_family_is_said_only_before_they_are_asked(
    client, session, asker, second_family, status, told
):
    cast.sign_in(client, asker.coordinator)
    location = client.post(candidates_url(asker, second_family, asker.guide)).location
    if status is S.GUIDE_ASKED:
        client.post(location + "/confirmation")
    assert ("Has no family now" in get_page(client, location + "?lang=en").text) is told
