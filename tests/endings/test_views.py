"""The pages of endings: for the guide, for staff, and behind the links."""

import datetime as dt
import io

import pypdfium2
import pytest
from sqlalchemy import select

from app.activities.models import Activity, ActivityKind, Mood
from app.endings import queries
from app.endings.models import EndAnswer, EndWish, MatchEnding, Transfer
from app.families.models import FamilyKind, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideChange, GuideKind, Match, MatchGuide, MatchStatus
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.web import context
from tests import cast
from tests.cast import NOW
from tests.endings.people import TODAY, decide, make_guide, make_pair, one_morning, say, tokens
from tests.pages import fill, get_page, post_page

DAY = dt.timedelta(days=1)
STOP = {"answer": "stop"}  # what the button says
ROOM = ("elsewhere", "plan", "questions", "papers", "stopping", "transfers")


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    monkeypatch.setattr(context, "today", lambda: TODAY)
    for module in ROOM:
        monkeypatch.setattr(f"app.endings.views.{module}.now", lambda: NOW, raising=False)
        monkeypatch.setattr(f"app.endings.views.{module}.today", lambda: TODAY, raising=False)


@pytest.fixture
def match(session, asker):
    match = make_pair(session, asker, contact_name="Zeynab Testfamily")
    session.commit()
    return match


@pytest.fixture
def as_guide(client, session, match):
    cast.sign_in(client, reload(session, match).lead.user)
    return client


@pytest.fixture
def as_staff(client, asker):
    cast.sign_in(client, asker.coordinator)
    return client


def url(asker, match, step=""):
    return asker.url(f"/matches/{match.id}/ending{step}")


def reload(session, row):
    """Read a row and what hangs on it anew, and let go of the database for the next page."""
    session.refresh(row)
    if isinstance(row, Match):
        for other in (row.family, row.lead):
            session.refresh(other)
        session.refresh(row.lead, ["user"])
    session.commit()
    return row


def stored(session, of):
    """Return all rows of a table, and let go of the database for the next page."""
    rows = session.scalars(select(of)).all()
    session.commit()
    return rows


def text_of(answer) -> str:
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


# The guide's form


def test_guide_plans_the_last_meeting_from_the_own_page(as_guide, session, asker, match):
    page = get_page(as_guide, asker.url("/my-page?lang=en"))
    assert "Break, too much" in page.select_one(f'a[href="{url(asker, match)}"]').text
    last = (TODAY + 7 * DAY).isoformat()
    data = {"wish": "stop", "last_meeting_on": last, "rest_until": ""}
    answer = as_guide.post(url(asker, match), data=data)
    assert (answer.status_code, answer.location) == (303, asker.url("/my-page"))
    page = get_page(as_guide, asker.url("/my-page?lang=en"))
    assert "Your last meeting: " in page.get_text()
    assert "something else" in page.select_one(f'a[href="{url(asker, match)}"]').text
    back = as_guide.post(url(asker, match, "/withdrawal"))
    assert back.status_code == 303
    assert stored(session, MatchEnding) == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "wish"),
        ({"wish": "no_guide"}, "wish"),
        ({"wish": "stop", "last_meeting_on": "2026-03-01"}, "last_meeting_on"),
        ({"wish": "stop", "last_meeting_on": "soon"}, "last_meeting_on"),
        ({"wish": "pause", "rest_until": "2031-01-01"}, "rest_until"),
    ],
)
def test_what_cannot_be_is_told_at_the_field(as_guide, session, asker, match, data, field):
    page = post_page(as_guide, url(asker, match) + "?lang=en", data)
    assert page.title.text.startswith("Error")
    assert page.select_one(f"#{field}-error")
    if "wish" in data and field != "wish":
        assert fill(page, "/ending")["wish"] == data["wish"]
    assert stored(session, MatchEnding) == []


def test_only_the_day_that_goes_with_the_wish_counts(as_guide, session, asker, match):
    data = {"wish": "pause", "last_meeting_on": "2020-01-01", "rest_until": ""}
    assert as_guide.post(url(asker, match), data=data).status_code == 303
    assert reload(session, match.lead).status is GuideStatus.PAUSED


def test_guide_sees_the_day_but_not_what_the_family_wished(as_guide, session, asker, match):
    decide(session, asker, match, "another_guide", last_meeting_on=TODAY + 7 * DAY)
    session.commit()
    for path in (url(asker, match), asker.url("/my-page"), asker.url(f"/matches/{match.id}")):
        page = get_page(as_guide, f"{path}?lang=en").get_text()
        assert "Your last meeting" in page
        assert "another guide" not in page
    assert as_guide.post(url(asker, match), data={"wish": "pause"}).status_code == 409


@pytest.mark.parametrize("kind", FamilyKind)
def test_a_guide_of_a_group_is_not_told_to_stay_friends(as_guide, session, asker, match, kind):
    decide(session, asker, match, "another_guide", last_meeting_on=TODAY + 7 * DAY)
    match.family.kind = kind
    session.commit()
    page = get_page(as_guide, asker.url(f"/matches/{match.id}?lang=en")).get_text()
    assert "Say goodbye in a way" in page
    assert ("friends" in page) is (kind is FamilyKind.HOUSEHOLD)


def test_guide_sees_nothing_of_an_end_before_staff_have_talked_with_them(
    as_guide, session, asker, match
):
    decide(
        session, asker, match, "another_guide", last_meeting_on=TODAY + 7 * DAY, guide_knows=False
    )
    session.commit()
    pages = (url(asker, match), asker.url("/my-page"), asker.url(f"/matches/{match.id}"))
    for path in pages:
        assert "Your last meeting" not in get_page(as_guide, f"{path}?lang=en").get_text()
    stored = reload(session, match)
    assert queries.list_last_meetings(session, stored.lead.id) == []
    session.commit()
    answer = as_guide.post(url(asker, match) + "?lang=en", data={"wish": "pause"})
    assert (answer.status_code, answer.location) == (303, asker.url("/my-page"))


def test_staff_say_whether_the_guide_knows(client, session, asker, match):
    session.commit()
    cast.sign_in(client, asker.coordinator)
    day = (TODAY + 7 * DAY).isoformat()
    said = {"wish": "another_guide", "last_meeting_on": day, "family_after": "waits"}
    answers = fill(get_page(client, url(asker, match)), "/ending") | said
    answers.pop("guide_knows", None)
    assert client.post(url(asker, match), data=answers).status_code == 303
    assert not queries.find_ending(session, match.id).is_known_to_guide
    session.commit()
    shown = get_page(client, f"{url(asker, match)}?lang=en").get_text()
    assert "The guide does not see this yet" in shown
    assert client.post(url(asker, match) + "/told").status_code == 303
    session.expire_all()
    assert queries.find_ending(session, match.id).is_known_to_guide


def test_staff_read_that_it_ends_when_the_guide_knows(as_staff, session, asker, match):
    for day, words in ((TODAY + DAY, "The guide knows now"), (TODAY, "end the match")):
        decide(session, asker, match, "no_guide", last_meeting_on=day, guide_knows=False)
        session.commit()
        button = get_page(as_staff, f"/asker/matches/{match.id}?lang=en").select_one(
            'form[action$="/told"] button'
        )
        assert words in button.text


def test_guide_of_another_pair_finds_nothing(client, session, asker, match):
    other = make_pair(session, asker)
    session.commit()
    cast.sign_in(client, reload(session, other).lead.user)
    assert client.get(url(asker, match)).status_code == 404
    assert client.post(url(asker, match), data={"wish": "stop"}).status_code == 404
    for step in ("/withdrawal", "/talk", "/told", "/family-link"):
        assert client.post(url(asker, match, step)).status_code == 404
    assert reload(session, match).status is MatchStatus.ACTIVE


# The staff's form


def test_staff_end_a_match_and_both_are_asked(as_staff, session, asker, match):
    get_page(as_staff, url(asker, match))
    data = {"wish": "completed", "family_after": "waits", "guide_knows": "y"}
    answer = as_staff.post(url(asker, match), data=data)
    assert answer.location == asker.url(f"/matches/{match.id}")
    assert reload(session, match).status is MatchStatus.ENDED
    page = get_page(as_staff, asker.url(f"/matches/{match.id}?lang=en")).get_text()
    assert page.count("Has not answered the questions.") == 2
    assert as_staff.post(url(asker, match), data=data).status_code == 409


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"wish": "other"}, "family_after"),
        ({"wish": "stop", "family_after": "leaves"}, "family_after"),
        ({"wish": "completed", "family_after": "elsewhere"}, "family_after"),
        ({"wish": "family_moved", "family_after": "transfers"}, "to_municipality"),
        (
            {
                "wish": "family_moved",
                "family_after": "transfers",
                "to_municipality": "Drammen",
                "moves_on": "2026-04-01",
            },
            "agreed",
        ),
        (
            {
                "wish": "family_moved",
                "family_after": "transfers",
                "to_municipality": "Drammen",
                "moves_on": "2029-04-01",
                "agreed": "y",
            },
            "moves_on",
        ),
    ],
)
def test_what_does_not_follow_is_told_at_the_field(as_staff, session, asker, match, data, field):
    page = post_page(as_staff, url(asker, match) + "?lang=en", data)
    assert page.select_one(f"#{field}-error")
    assert reload(session, match).status is MatchStatus.ACTIVE
    assert stored(session, Transfer) == []


@pytest.mark.parametrize("after", ["transfers", ""])
def test_a_move_is_told_and_leaves_the_list(as_staff, session, asker, match, after):
    """Where it moves to says enough: what becomes of the family need not be said twice."""
    data = {
        "wish": "family_moved",
        "family_after": after,
        "to_municipality": "Drammen",
        "moves_on": "2026-04-01",
        "agreed": "y",
        "guide_knows": "y",
    }
    assert as_staff.post(url(asker, match), data=data).status_code == 303
    assert reload(session, match).family.status is FamilyStatus.WITHDRAWN
    page = get_page(as_staff, asker.url("/transfers?lang=en"))
    assert "Drammen" in page.get_text() and match.family.reference in page.get_text()
    assert "switchboard" in page.get_text()
    assert "Zeynab" not in page.get_text()
    (transfer,) = stored(session, Transfer)
    closing = asker.url(f"/transfers/{transfer.id}/closing")
    as_staff.post(closing, data={"status": "pending"})
    assert "Drammen" in get_page(as_staff, asker.url("/transfers")).get_text()
    as_staff.post(closing, data={"status": "told"})
    assert "Drammen" not in get_page(as_staff, asker.url("/transfers")).get_text()


def test_who_moves_to_one_of_ours_has_a_number_to_call(as_staff, session, asker, baerum, match):
    data = {
        "wish": "family_moved",
        "to_municipality": baerum.municipality.name.lower(),
        "moves_on": "2026-04-01",
        "agreed": "y",
        "guide_knows": "y",
    }
    assert as_staff.post(url(asker, match), data=data).status_code == 303
    text = get_page(as_staff, asker.url("/transfers?lang=en")).get_text().replace("\xa0", " ")
    assert "Programme office Baerum" in text and "66 00 00 00" in text
    assert "switchboard" not in text


def test_where_a_family_moves_is_known_to_whoever_planned_it_alone(as_staff, session, asker, match):
    """Somebody whom the family flees from may work here, too."""
    day = "2026-04-01"
    moving = {"to_municipality": "Lillesand", "moves_on": day, "agreed": "y"}
    data = {"wish": "family_moved", "family_after": "transfers", "last_meeting_on": "2026-03-20"}
    assert as_staff.post(url(asker, match), data=data | moving).status_code == 303
    (transfer,) = stored(session, Transfer)
    pages = [url(asker, match), asker.url("/transfers"), asker.url(f"/matches/{match.id}")]
    assert ["Lillesand" in get_page(as_staff, page).decode() for page in pages] == [True] * 3
    session.get(Transfer, transfer.id).noted_by_id = asker.caseworker.id
    session.commit()
    assert ["Lillesand" in get_page(as_staff, page).decode() for page in pages] == [False] * 3
    as_staff.post(asker.url(f"/transfers/{transfer.id}/closing"), data={"status": "told"})
    session.expire_all()
    assert [row.to_municipality for row in stored(session, Transfer)] == [""]


def test_the_list_of_moves_says_when_a_move_leaves_it(as_staff, session, asker, match):
    moving = {"to_municipality": "Lillesand", "agreed": "y", "family_after": "transfers"}
    late = {"moves_on": (TODAY - 3 * DAY).isoformat()}
    assert as_staff.post(url(asker, match), data=moving | late | {"wish": "family_moved"}).location
    words = get_page(as_staff, asker.url("/transfers?lang=en")).main.text
    last = TODAY + 87 * DAY
    assert f"After {last.day} {last:%B} it leaves the list by itself" in words
    (transfer,) = stored(session, Transfer)
    session.get(Transfer, transfer.id).moves_on = TODAY
    session.commit()
    assert "leaves the list" not in get_page(as_staff, asker.url("/transfers?lang=en")).main.text


@pytest.mark.parametrize("more", [{}, {"family_after": ""}])
def test_a_family_that_moves_where_nobody_is_told_takes_part_no_longer(
    as_staff, session, asker, match, more
):
    """It follows from the choice: nothing else has to be filled in."""
    data = {"wish": "family_moved", "guide_knows": "y"} | more
    assert as_staff.post(url(asker, match), data=data).status_code == 303
    assert reload(session, match).family.status is FamilyStatus.WITHDRAWN
    assert stored(session, Transfer) == []


@pytest.mark.parametrize("wish", ["completed", "never_met", "other"])
def test_no_family_leaves_because_nobody_chose(as_staff, session, asker, match, wish):
    fresh = get_page(as_staff, url(asker, match))
    assert not fresh.select("[name=family_after][checked]")
    question = fresh.select_one("fieldset:has([name=family_after]) legend")
    assert "optional" not in question.text and "valgfritt" not in question.text
    day = TODAY.isoformat()
    data = {"wish": wish, "guide_knows": "y", "last_meeting_on": day}
    page = post_page(as_staff, url(asker, match) + "?lang=en", data)
    assert "Choose what becomes of the family" in page.select_one("#family_after-error").text
    assert page.select_one(f"[name=wish][value={wish}][checked]")
    assert page.select_one("[name=guide_knows][checked]")
    assert page.select_one("[name=last_meeting_on]")["value"] == day
    assert reload(session, match).status is MatchStatus.ACTIVE
    assert as_staff.post(url(asker, match), data=data | {"family_after": "waits"}).location
    assert reload(session, match).family.status is FamilyStatus.WAITING


def test_a_move_after_a_last_meeting_is_told_as_it_stands(as_staff, session, asker, match):
    data = {"wish": "family_moved", "to_municipality": "Drammen", "moves_on": "2026-04-20"}
    data |= {"agreed": "y", "last_meeting_on": "2026-04-10"}
    assert as_staff.post(url(asker, match), data=data).status_code == 303
    page = get_page(as_staff, asker.url(f"/matches/{match.id}?lang=en"))
    assert "nothing ends by itself" in page.text
    assert "The match ends by itself" not in page.text
    assert "The move to Drammen on 20 April is prepared" in page.text
    form = get_page(as_staff, url(asker, match))
    assert form.select_one("[name=to_municipality]")["value"] == "Drammen"
    assert form.select_one("[name=moves_on]")["value"] == "2026-04-20"
    assert form.select_one("[name=agreed][checked]")
    as_staff.post(url(asker, match, "/told"))
    page = get_page(as_staff, asker.url(f"/matches/{match.id}?lang=en"))
    assert "The match ends by itself" in page.text
    assert "nothing ends by itself" not in page.text


def test_a_break_says_until_when_and_then_what_was_agreed(client, session, asker, match, as_guide):
    said = {"wish": "pause", "rest_until": "2026-04-20"}
    assert as_guide.post(url(asker, match), data=said).status_code == 303
    own = asker.url(f"/matches/{match.id}?lang=en")
    assert "The municipality gets in touch" in get_page(as_guide, own).text
    session.commit()
    cast.sign_in(client, asker.coordinator)
    assert "Paused until 20 April" in get_page(client, own).text
    client.post(url(asker, match, "/talk"), data={"guide": match.lead.id})
    cast.sign_in(client, match.lead.user)
    page = get_page(client, own).text
    assert "You have a break until 20 April" in page
    assert "gets in touch" not in page


@pytest.mark.parametrize(
    "wish", [wish for wish in EndWish if wish not in {EndWish.FAMILY_MOVED, EndWish.OTHER}]
)
def test_where_it_moves_goes_with_a_move_alone(as_staff, session, asker, match, wish):
    data = {"wish": wish, "to_municipality": "Drammen", "moves_on": "2026-04-01", "agreed": "y"}
    page = post_page(as_staff, url(asker, match) + "?lang=en", data)
    assert "does not go with the choice" in page.select_one("#to_municipality-error").text
    assert reload(session, match).status is MatchStatus.ACTIVE
    assert stored(session, Transfer) == []


@pytest.mark.parametrize("field", ["moves_on", "agreed"])
def test_half_a_move_is_not_taken_for_none(as_staff, session, asker, match, field):
    said = {"moves_on": "2026-04-01", "agreed": "y"}[field]
    page = post_page(as_staff, url(asker, match), {"wish": "family_moved", field: said})
    assert page.select_one("#to_municipality-error")
    assert reload(session, match).status is MatchStatus.ACTIVE


def test_nobody_moves_to_where_they_live(as_staff, session, asker, match):
    said = {"wish": "family_moved", "to_municipality": "asker", "agreed": "y"}
    answers = said | {"moves_on": (TODAY + 30 * DAY).isoformat()}
    page = post_page(as_staff, url(asker, match), answers)
    assert page.select_one("#to_municipality-error")
    assert session.scalars(select(Transfer)).all() == []


def test_each_field_says_with_which_choices_it_counts(as_staff, asker, match):
    page = get_page(as_staff, url(asker, match))
    shown = {
        wish: {
            name
            for name in ("last_meeting_on", "family_after-0", "to_municipality", "rest_until")
            if all(wish in part["data-when"].split() for part in _parts(page, name))
        }
        for wish in ("pause", "stop", "completed", "family_moved")
    }
    assert shown == {
        "pause": {"rest_until"},
        "stop": {"last_meeting_on"},
        "completed": {"last_meeting_on", "family_after-0"},
        "family_moved": {"last_meeting_on", "family_after-0", "to_municipality"},
    }


def _parts(page, field):
    parts = page.select_one(f"#{field}").find_parents(attrs={"data-when": True})
    assert parts, field
    return parts


def test_a_break_asks_nothing_about_the_family(as_staff, session, asker, match):
    data = {"wish": "pause", "family_after": "leaves"}
    assert as_staff.post(url(asker, match), data=data).status_code == 303
    assert reload(session, match).status is MatchStatus.ACTIVE
    assert match.family.status is FamilyStatus.MATCHED


def test_staff_note_the_talk(as_staff, session, asker, match):
    say(session, asker, match, "too_much")
    session.commit()
    page = get_page(as_staff, asker.url(f"/matches/{match.id}?lang=en"))
    assert "Talk with the guide and the family today" in page.get_text()
    assert (
        as_staff.post(url(asker, match, "/talk"), data={"guide": match.lead.id}).status_code == 303
    )
    page = get_page(as_staff, asker.url(f"/matches/{match.id}?lang=en"))
    assert "Talk with the guide and the family today" not in page.get_text()


def test_staff_note_the_talk_also_when_the_match_has_ended_meanwhile(
    as_staff, session, asker, match
):
    say(session, asker, match, "stop")
    one_morning(session, NOW + DAY)
    session.commit()
    page = get_page(as_staff, f"{url(asker, match)}?lang=en")
    assert "Talk with the guide and the family today" in page.get_text()
    assert (
        as_staff.post(url(asker, match, "/talk"), data={"guide": match.lead.id}).status_code == 303
    )
    page = get_page(as_staff, f"{url(asker, match)}?lang=en")
    assert "Talk with the guide and the family today" not in page.get_text()


def test_link_for_a_family_is_shown_once(as_staff, session, asker, match):
    decide(session, asker, match, "no_guide")
    session.commit()
    page = post_page(as_staff, url(asker, match, "/family-link"), {}, status=200)
    path = page.select_one("code").text.removeprefix("http://localhost")
    stranger = as_staff.application.test_client()
    get_page(stranger, path)
    assert "referrer" in stranger.get(path).headers["Referrer-Policy"]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.MANAGER, Role.ADMINISTRATOR])
def test_others_plan_nothing(client, session, asker, match, role):
    cast.sign_in(client, asker.users[role])
    assert client.post(url(asker, match), data={"wish": "no_guide"}).status_code == 404
    assert client.get(asker.url("/transfers")).status_code == 404
    assert reload(session, match).status is MatchStatus.ACTIVE


# The five questions


@pytest.fixture
def links(session, asker, match):
    match.family.locale = "uk"
    decide(session, asker, match, "no_guide")
    session.commit()
    found = {kind: asker.url(f"/how-it-was/{token}") for kind, token in tokens(session).items()}
    session.commit()
    return found


def test_a_family_that_had_several_guides_is_asked_about_them_all(client, session, asker, links):
    family_link = links["family_ended"] + "?lang=en"
    alone = get_page(client, family_link).main.get_text()
    assert "good to have a guide?" in alone and "touch with your guide?" in alone
    match = session.scalars(select(Match).where(Match.status == MatchStatus.ENDED)).one()
    match.guides.append(MatchGuide(guide=make_guide(session, asker), kind=GuideKind.CO))
    session.commit()
    page = get_page(client, family_link)
    assert "good to have guides?" in page.main.get_text()
    assert "touch with your guides?" in page.main.get_text()
    assert "guide?" not in page.main.get_text()


def test_family_answers_in_its_own_language_and_the_link_closes(client, session, match, links):
    page = get_page(client, links["family_ended"])
    assert page.html["lang"] == "uk"
    assert len(page.select("fieldset")) == 5
    for name in (match.lead.name, match.lead.first_name, "Zeynab"):
        assert name not in page.get_text()
    answer = client.post(links["family_ended"], data={"went_well": "yes", "gained": "no"})
    assert answer.status_code == 303 and "/how-it-was?lang=uk" in answer.location
    get_page(client, answer.location)
    closed = get_page(client, links["family_ended"] + "?lang=en", status=404)
    assert "If you answered while the link was open, we have your answer." in closed.text
    (stored,) = session.scalars(select(EndAnswer).where(EndAnswer.guide_id.is_(None)))
    assert (stored.went_well, stored.gained, stored.met_enough) == ("yes", "no", None)


def test_nobody_of_a_group_is_asked_to_stay_in_touch(client, session, match, links):
    match.family.kind = FamilyKind.MINORS_GROUP
    session.commit()
    assert len(get_page(client, links["family_ended"]).select("fieldset")) == 4
    page = get_page(client, f"{links['guide_ended']}?lang=en")
    assert "friends" not in page.main.text and "another family" not in page.main.text
    assert "Can we ask you about another group?" in page.main.text
    for link in links.values():
        said = {"went_well": "yes", "keep_in_touch": "yes"}
        assert client.post(link, data=said).status_code == 303
    stored = session.scalars(select(EndAnswer)).all()
    assert {(row.went_well, row.keep_in_touch) for row in stored} == {("yes", None)}


def test_guide_answers_and_takes_the_certificate_along(client, session, match, links):
    link = links["guide_ended"]
    page = get_page(client, f"{link}?lang=en")
    assert len(page.select("fieldset")) == 6
    assert "Zeynab" not in page.get_text()
    answer = client.post(link, data={"keep_in_touch": "partly", "again": "later"})
    assert answer.location == f"{link}/thanks"
    page = get_page(client, f"{link}/thanks?lang=en")
    assert "break of two months" in page.get_text()
    assert client.get(link).location == f"{link}/thanks"
    assert reload(session, match.lead).paused_until == TODAY + 60 * DAY
    assert match.lead.name in text_of(client.get(f"{link}/certificate"))


@pytest.mark.parametrize("tail", ["/thanks", "/certificate"])
def test_family_has_no_page_of_a_guide(client, links, tail):
    assert client.get(links["family_ended"] + tail).status_code == 404


@pytest.mark.parametrize("data", [{}, {"went_well": "perhaps"}, {"again": "sometime"}])
def test_nothing_or_nonsense_is_asked_again(client, session, links, data):
    post_page(client, links["guide_ended"], data)
    assert set(session.scalars(select(EndAnswer.answered_at))) == {None}


def test_unknown_link_tells_whom_to_call(client, asker):
    for tail in ("", "/thanks", "/certificate"):
        page = get_page(client, asker.url(f"/how-it-was/no-such-token{tail}"), status=404)
        assert "66 00 00 00" in page.get_text()


def test_what_both_said_is_for_staff_alone(client, session, asker, match, links):
    client.post(links["family_ended"], data={"got_help": "no"})
    cast.sign_in(client, asker.coordinator)
    where = asker.url(f"/matches/{match.id}?lang=en")
    assert "The municipality helped" in get_page(client, where).get_text()
    cast.sign_in(client, reload(session, match).lead.user)
    assert "The municipality helped" not in get_page(client, where).get_text()


# The certificate of volunteering


def test_certificate_says_name_time_and_role_and_nothing_of_the_family(
    as_guide, session, asker, match
):
    answer = as_guide.get(asker.url("/my-page/volunteer-certificate?lang=en"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert match.lead.name not in answer.headers["Content-Disposition"]
    text = text_of(answer)
    assert match.lead.name in text and "Asker municipality" in text
    assert "14 August 2025" in text and "still a guide" in text
    for secret in ("Zeynab", "Testfamily", match.family.reference, "Centre", "arab", "Arab"):
        assert secret not in text
    decide(session, asker, match, "no_guide")
    session.commit()
    again = as_guide.get(asker.url("/my-page/volunteer-certificate?lang=en"))
    assert "2 March 2026" in text_of(again)


def test_certificate_counts_the_time_of_a_guide_who_came_later_and_left_earlier(
    client, session, asker, match
):
    late = make_guide(session, asker)
    joined, left = TODAY - 90 * DAY, NOW - 30 * DAY
    common = {"match_id": match.id, "guide_id": late.id}
    session.add_all(
        [
            GuideChange(**common, at=NOW - 90 * DAY, after=GuideKind.CO),
            GuideChange(**common, at=left, before=GuideKind.CO),
        ]
    )
    session.commit()
    cast.sign_in(client, asker.coordinator)
    text = text_of(client.get(asker.url(f"/guides/{late.id}/volunteer-certificate?lang=en")))
    assert f"{joined.day} {joined:%B %Y}" in text and f"{left.day} {left:%B %Y}" in text


def test_who_met_nobody_has_nothing_to_show(client, session, asker):
    cast.sign_in(client, asker.guide_user)
    answer = client.get(asker.url("/my-page/volunteer-certificate"))
    assert answer.location == asker.url("/my-page")
    assert "volunteer-certificate" not in client.get(asker.url("/my-page")).text


# Stopping


def test_guide_with_a_family_is_shown_the_way_and_one_without_stops(
    as_guide, session, asker, match
):
    page = get_page(as_guide, asker.url("/my-page/stop?lang=en"))
    assert page.select_one(f'a[href="{url(asker, match)}"]')
    assert as_guide.post(asker.url("/my-page/stop"), data=STOP).status_code == 409
    decide(session, asker, match, "no_guide")
    session.commit()
    assert as_guide.post(asker.url("/my-page/stop")).status_code == 422
    page = get_page(as_guide, asker.url("/my-page/stop"))
    assert page.select_one('button[name="answer"][value="stop"]')
    assert as_guide.post(asker.url("/my-page/stop"), data=STOP).status_code == 303
    assert reload(session, match.lead).status is GuideStatus.ENDED
    assert as_guide.get(asker.url("/my-page")).status_code != 200


# Earlier notes


def test_next_guide_sees_nothing_of_what_earlier_guides_wrote(client, session, asker, match):
    """Neither the notes of an earlier match, nor those of a guide replaced in this one."""
    next_match = make_pair(session, asker)
    for guide, pair, note in (
        (match.lead, match, "NOTE-OF-EARLIER-MATCH"),
        (asker.guide, next_match, "NOTE-OF-REPLACED-GUIDE"),
    ):
        session.add(
            Activity(
                match_id=pair.id,
                guide_id=guide.id,
                once_token=note,
                done_on=TODAY - DAY,
                duration_minutes=60,
                kind=ActivityKind.CHAT,
                mood=Mood.GOOD,
                note=note,
                logged_at=NOW,
            )
        )
    match.status = MatchStatus.ENDED
    session.flush()
    next_match.family_id = match.family_id
    session.commit()
    cast.sign_in(client, reload(session, next_match).lead.user)
    for path in (
        "/my-page",
        "/activities",
        f"/activities?match={next_match.id}",
        f"/activities?match={match.id}",
        f"/matches/{next_match.id}",
    ):
        page = get_page(client, asker.url(path))
        assert "NOTE-OF" not in page.get_text(), path
    assert client.get(asker.url(f"/matches/{match.id}")).status_code == 404
    for activity in stored(session, Activity):
        assert client.get(asker.url(f"/activities/{activity.id}")).status_code == 404


# The worker


def test_planned_end_runs_with_the_days_work(session, asker, match):
    say(session, asker, match, "another_family", last_meeting_on=TODAY)
    one_morning(session, NOW + DAY)
    kinds = set(session.scalars(select(OutgoingMessage.template)))
    assert kinds == {"guide_ended", "family_ended"}
    assert session.get(Match, match.id).status is MatchStatus.ENDED
    assert session.scalars(select(MatchGuide).where(MatchGuide.match_id == match.id)).one()
    assert session.get(Guide, match.lead.id).status is GuideStatus.READY


# A family that has left while the match was running


def test_staff_find_the_way_to_close_a_match_whose_family_has_left(as_staff, session, match):
    match.family.withdraw(on=TODAY)
    session.commit()
    page = get_page(as_staff, f"/asker/matches/{match.id}?lang=en")
    assert "close the match" in page.text
    assert page.select_one(f'main a[href$="/matches/{match.id}/ending"]')
    assert not page.select_one(f'main a[href$="/matches/{match.id}/guides"]')
    happened = page.select_one("[aria-labelledby=happened]").text
    assert "The family no longer takes part" in happened


def test_the_form_for_a_family_that_has_left_begins_with_what_it_wants(
    as_staff, session, asker, match
):
    match.family.withdraw(on=TODAY)
    session.commit()
    page = get_page(as_staff, url(asker, match) + "?lang=en")
    assert page.select_one("[name=wish][checked]")["value"] == "no_guide"
    assert "Talk with the guide first" in page.text and "with both" not in page.text


def test_a_guide_whose_family_has_left_reads_why_they_cannot_stop_yet(
    as_guide, session, asker, match
):
    match.family.withdraw(on=TODAY)
    session.commit()
    text = get_page(as_guide, asker.url("/my-page/stop?lang=en")).main.text
    assert "about to close it" in text and "Say no" not in text


def test_nobody_reads_that_a_family_was_thanked_that_had_left(as_staff, session, asker, match):
    match.family.withdraw(on=TODAY)
    session.commit()
    data = {"wish": "no_guide", "family_after": "leaves", "guide_knows": "y"}
    page = as_staff.post(url(asker, match) + "?lang=en", data=data, follow_redirects=True)
    assert "The guide is thanked" in page.text
