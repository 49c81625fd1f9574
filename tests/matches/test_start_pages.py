"""The pages of the start: for staff, for the guide, for the family, and on paper."""

import re

import pypdfium2
import pytest
from sqlalchemy import select

from app.families.models import Family, FamilyStatus
from app.families.services.leaving import leave
from app.matches.models import Match, MatchStatus, MeetingPlace, StartCheck, StartGap
from app.messages.models import OutgoingMessage
from app.municipalities.models import Municipality
from app.permissions import Role
from tests import cast
from tests.matches.people import Steps, match_at
from tests.pages import check_page, fill, get_page, post_page

S = MatchStatus
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(cast.NOW, tick=False)


@pytest.fixture
def library(session, asker) -> MeetingPlace:
    place = MeetingPlace(name="Asker library", way_there="Next to the station")
    session.add(place)
    session.commit()
    return place


@pytest.fixture
def agreed(session, asker) -> Match:
    match = match_at(session, asker, S.AGREED)
    match.family.contact_email, match.family.locale = "amal@example.org", "ar"
    session.commit()
    return match


@pytest.fixture
def refused(client, asker, agreed, library):
    """Return a function that sends a plan that is not right, and reads the page of its faults."""

    def send(**changes):
        cast.sign_in(client, asker.coordinator)
        answers = {"on": "2026-03-10", "at": "17:30", "place": str(library.id), "interpreter": ""}
        url = url_of(asker, agreed, "/start-meeting?lang=en")
        return post_page(client, url, answers | changes)

    return send


def url_of(asker, match, step: str) -> str:
    return asker.url(f"/matches/{match.id}{step}")


def plan(client, asker, match, place, /, **changes):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, url_of(asker, match, "/start-meeting"))
    answers = {"on": "2026-03-10", "at": "17:30", "place": str(place.id)} | changes
    url = url_of(asker, match, "/start-meeting")
    return client.post(url, data=fill(page, "/start-meeting") | answers)


def words_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)


def family_path(session) -> str:
    template = OutgoingMessage.template == "family_start_meeting"
    letter = session.scalars(select(OutgoingMessage).where(template)).one()
    session.commit()
    return re.search(r"/asker/family/[\w-]+", letter.body).group()


# Staff


def test_a_coordinator_goes_from_two_yeses_to_an_active_match(
    client, session, asker, agreed, library
):
    assert plan(client, asker, agreed, library, interpreter="ar").status_code == 303
    page = get_page(client, url_of(asker, agreed, "/start-meeting") + "?lang=en")
    terms = fill(page, "/agreement")
    assert (terms["months"], terms["rhythm"], terms["family_locale"]) == ("9", "fortnightly", "ar")
    answer = client.post(url_of(asker, agreed, "/agreement"), data=terms | {"months": "6"})
    assert answer.status_code == 303
    signed = {"guide_on": "2026-03-02", "family_on": "2026-03-02", "checks": ["voluntary"]}
    url = url_of(asker, agreed, "/signatures")
    asked = check_page(client.post(f"{url}?lang=en", data=signed), 422)
    assert "The meeting is planned for" in asked.main.text
    first = asked.select_one("section").select("input:not([type=hidden])")[0]
    assert first["name"] == "gap"  # the way to answer stands first on the page
    answer = client.post(url, data=signed | {"gap": "held_earlier"})
    assert answer.location.endswith(f"/matches/{agreed.id}")
    session.expire_all()
    assert agreed.status is S.ACTIVE
    assert (agreed.agreement.months, agreed.agreement.gap) == (6, StartGap.HELD_EARLIER)
    assert agreed.start_meeting.interpreter_language == "ar"
    assert {check.value for check in agreed.start_meeting.checks} == {"voluntary"}


def test_what_is_saved_of_the_agreement_is_what_is_printed(client, session, asker, agreed):
    cast.sign_in(client, asker.coordinator)
    terms = fill(get_page(client, url_of(asker, agreed, "/start-meeting")), "/agreement")
    answer = client.post(
        url_of(asker, agreed, "/agreement"), data=terms | {"months": "4", "family_locale": "en"}
    )
    assert answer.location == url_of(asker, agreed, "/agreement.pdf")
    assert "4 months" in words_of(client.get(answer.location).data)
    assert not get_page(client, url_of(asker, agreed, "")).select(".flash")


@pytest.mark.parametrize(
    ("wrong", "field"), [("2026-03-03", "guide_on"), ("2020-01-01", "family_on")]
)
def test_a_signature_out_of_place_is_said_at_its_own_day(client, asker, agreed, wrong, field):
    cast.sign_in(client, asker.coordinator)
    days = {"guide_on": "2026-03-02", "family_on": "2026-03-02"} | {field: wrong}
    page = post_page(client, url_of(asker, agreed, "/signatures?lang=en"), days)
    assert [error["id"] for error in page.select("[id$=-error]")] == [f"{field}-error"]
    assert "between the day both said yes and today" in page.select_one(f"#{field}-error").text
    assert page.select_one(f"[name={field}]")["value"] == wrong


def test_what_nobody_signed_was_not_changed_after_signing(client, session, asker, agreed, library):
    """Ticking what was talked about is no signature; one that is taken away is none any more."""
    cast.sign_in(client, asker.coordinator)
    url, page_url = url_of(asker, agreed, "/signatures"), url_of(asker, agreed, "/start-meeting")
    page = get_page(client, f"{page_url}?lang=en")
    assert not page.select("[name=checks]")  # of which meeting?
    plan(client, asker, agreed, library)
    for signed, words in (
        ({"checks": ["voluntary"]}, None),
        ({"guide_on": "2026-03-02"}, "One signature is missing"),
        ({}, None),
    ):
        answer = client.post(f"{url}?lang=en", data=signed)
        assert answer.status_code == 303
        told = get_page(client, f"{page_url}?lang=en").main.text
        assert ("is missing" in told, "signed anew" in told) == (words is not None, False)
    client.post(url, data={"guide_on": "2026-03-02"})
    terms = fill(get_page(client, page_url), "/agreement") | {"months": "3"}
    client.post(url_of(asker, agreed, "/agreement"), data=terms)
    assert "signed anew" in get_page(client, f"{page_url}?lang=en").main.text


def test_a_meeting_noted_after_it_was_held_is_told_to_nobody(
    client, session, asker, agreed, library
):
    """Nor is the first that they hear of one a letter of another time."""
    first = plan(client, asker, agreed, library, on="2026-03-02", at="08:00")
    assert "så ingen får beskjed" in get_page(client, first.location).text
    sent = select(OutgoingMessage.template).where(OutgoingMessage.template.contains("start_meet"))
    assert not session.scalars(sent).all()
    session.commit()
    plan(client, asker, agreed, library)
    assert set(session.scalars(sent)) == {"start_meeting", "family_start_meeting"}
    session.commit()
    plan(client, asker, agreed, library, interpreter="ar")
    plan(client, asker, agreed, library, at="18:30")
    assert sorted(session.scalars(sent)) == [
        "family_start_meeting",
        "family_start_meeting_moved",
        "start_meeting",
        "start_meeting_moved",
    ]


def test_nobody_is_sent_to_a_meeting_that_was_held_earlier(client, session, asker, agreed, library):
    plan(client, asker, agreed, library)
    path = family_path(session)
    stranger = client.application.test_client()
    assert "Asker library" in get_page(stranger, path).main.text
    everything = [check.value for check in StartCheck]
    signed = {"guide_on": "2026-03-02", "family_on": "2026-03-02", "checks": everything}
    answer = client.post(
        url_of(asker, agreed, "/signatures"), data=signed | {"gap": "held_earlier"}
    )
    assert answer.status_code == 303
    assert "Asker library" not in get_page(stranger, path).main.text
    told = get_page(client, url_of(asker, agreed, "?lang=en")).main.text
    assert "They met on another day than planned" in told
    assert "Began before all was talked about" not in told


def test_a_checklist_with_gaps_is_asked_about(client, session, asker, agreed, library):
    plan(client, asker, agreed, library, on="2026-03-02")
    url = url_of(asker, agreed, "/signatures")
    signed = {"guide_on": "2026-03-02", "family_on": "2026-03-02", "checks": ["volunteer"]}
    page = check_page(client.post(f"{url}?lang=en", data=signed), 422)
    assert "Not everything is ticked" in page.main.text
    assert page.select_one("[name=gap]") and page.select_one("[value=volunteer][checked]")
    everything = [check.value for check in StartCheck]
    whole = signed | {"checks": everything, "gap": "soon"}
    assert client.post(url, data=whole).status_code == 303
    session.expire_all()
    assert agreed.status is S.ACTIVE
    assert agreed.agreement.gap is None  # there was none


def test_staff_read_later_why_it_began_with_gaps(client, session, asker, agreed, library):
    plan(client, asker, agreed, library, on="2026-03-02")
    signed = {"guide_on": "2026-03-02", "family_on": "2026-03-02", "checks": ["volunteer"]}
    url = url_of(asker, agreed, "/signatures")
    page = check_page(client.post(url, data=signed | {"gap": "because"}), 422)
    assert not page.select_one("fieldset:has([name=gap]) .optional")
    assert page.select_one("#gap-error") and page.select_one("[name=gap]")
    assert client.post(url, data=signed | {"gap": "soon"}).status_code == 303
    words = "We talk about the rest soon"
    assert words in get_page(client, url_of(asker, agreed, "?lang=en")).main.text
    cast.sign_in(client, asker.guide_user)
    assert words not in get_page(client, url_of(asker, agreed, "?lang=en")).main.text


def test_the_time_is_oslos_whatever_the_season(client, session, asker, agreed, library):
    plan(client, asker, agreed, library)
    session.refresh(agreed.start_meeting)
    assert agreed.start_meeting.at.hour == 16
    session.commit()
    plan(client, asker, agreed, library, on="2026-04-10")
    session.refresh(agreed.start_meeting)
    assert agreed.start_meeting.at.hour == 15


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("at", "half past five"),
        ("at", "23:00"),
        ("on", ""),
        ("place", ""),
        ("interpreter", "xx"),
    ],
)
def test_a_plan_with_a_gap_is_shown_again_as_it_was_typed(session, agreed, refused, field, typed):
    page = refused(**{field: typed})
    assert page.select_one(f"#error-summary a[href='#{field}']")
    assert page.select_one("input[name=on]")["value"] == (typed if field == "on" else "2026-03-10")
    session.expire_all()
    assert agreed.start_meeting is None


@pytest.mark.parametrize(
    ("on", "words"),
    [("2026-03-01", "must lie ahead"), ("2126-03-10", "within the next half year")],
)
def test_a_meeting_is_planned_ahead_and_the_day_says_so(session, agreed, refused, on, words):
    page = refused(on=on)
    assert words in page.select_one("#error-summary a[href='#on']").text
    assert "between the day" not in page.main.text
    session.expire_all()
    assert agreed.start_meeting is None


def test_the_page_of_the_start_is_there_only_while_there_is_something_to_start(
    client, session, asker
):
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    answer = client.get(url_of(asker, match, "/start-meeting"))
    assert answer.location.endswith(f"/matches/{match.id}")


def test_the_length_and_rhythm_of_all_are_set_in_the_settings(client, session, asker):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/settings"))
    answers = fill(page, "/settings")
    assert answers["agreement_rhythm"] == "fortnightly"
    answers |= {"agreement_rhythm": "weekly", "agreement_months": "12", "locale": "nn"}
    assert client.post(asker.url("/settings"), data=answers).status_code == 303
    ours = session.get(Municipality, asker.municipality.id)
    session.refresh(ours)
    assert (ours.agreement_rhythm.value, ours.agreement_months) == ("weekly", 12)
    session.commit()
    post_page(client, asker.url("/settings"), answers | {"agreement_rhythm": "never"})


# The list of places


def test_places_are_added_changed_and_taken_out_of_use(client, session, asker):
    cast.sign_in(client, asker.coordinator)
    new = {"name": "Town hall", "way_there": "Room 3"}
    assert client.post(asker.url("/meeting-places"), data=new).status_code == 303
    post_page(client, asker.url("/meeting-places"), new, status=422)
    place = session.scalars(select(MeetingPlace)).one()
    session.commit()
    url = asker.url(f"/meeting-places/{place.id}")
    assert client.post(url, data={"name": "City hall", "way_there": ""}).status_code == 303
    session.refresh(place)
    assert (place.name, place.active) == ("City hall", False)
    session.commit()
    assert "City hall" in get_page(client, asker.url("/meeting-places")).text


def test_a_caseworker_does_not_change_the_list(client, asker, library):
    cast.sign_in(client, asker.caseworker)
    assert client.get(asker.url("/meeting-places")).status_code == 404
    assert client.post(asker.url("/meeting-places"), data={"name": "X"}).status_code == 404


# The agreement on paper


def test_the_agreement_stands_in_norwegian_beside_the_familys_language(client, asker, agreed):
    cast.sign_in(client, asker.coordinator)
    answer = client.get(url_of(asker, agreed, "/agreement.pdf"))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    words = words_of(answer.data)
    assert "Kari" in words
    assert "Kari Asker" not in words  # the family knows the guide by the first name
    assert "måneder" in words
    assert "avtale" in words.lower()
    assert any("\u0600" <= letter <= "\ufeff" for letter in words)


@pytest.mark.parametrize(
    ("locale", "word"), [("uk", "волонтер"), ("ru", "волонтёр"), ("en", "volunteer")]
)
def test_the_paper_says_the_same_in_every_language(client, session, asker, agreed, locale, word):
    agreed.family.locale = locale
    session.commit()
    cast.sign_in(client, asker.coordinator)
    words = words_of(client.get(url_of(asker, agreed, "/agreement.pdf")).data)
    assert word in words
    assert "frivillig" in words
    assert ("maskin" in words) is (locale != "en")


@pytest.mark.parametrize(
    "status", [s for s in S if s not in {S.AGREED, S.ACTIVE}], ids=lambda s: s.value
)
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.GUIDE])
def test_nobody_gets_a_paper_with_names_unless_both_say_yes(client, session, asker, status, role):
    match = match_at(session, asker, status)
    session.commit()
    cast.sign_in(client, asker.users[role])
    assert client.get(url_of(asker, match, "/agreement.pdf")).status_code == 404


def test_the_paper_is_closed_when_the_family_has_left(client, session, asker, agreed):
    agreed.family.withdraw(on=cast.TODAY)
    session.commit()
    cast.sign_in(client, asker.guide_user)
    assert client.get(url_of(asker, agreed, "/agreement.pdf")).status_code == 404


# The guide and the family


def test_the_guide_sees_when_and_where_on_their_own_page(client, asker, agreed, library):
    plan(client, asker, agreed, library)
    cast.sign_in(client, asker.guide_user)
    for page in (asker.url("/my-page"), url_of(asker, agreed, "")):
        words = get_page(client, page + "?lang=en").text
        assert "Asker library" in words
        assert "10 March 17:30" in words


def test_a_family_reads_when_and_where_in_its_own_language(client, session, asker, agreed, library):
    plan(client, asker, agreed, library, interpreter="ar")
    stranger = client.application.test_client()
    page = get_page(stranger, family_path(session))
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert "Asker library" in page.text
    assert "17:30" in page.text
    for secret in (asker.guide.name, asker.guide.phone, asker.guide.email):
        assert secret not in str(page)


def test_after_the_meeting_the_familys_page_says_no_more_of_it(
    client, session, asker, agreed, library, time_machine
):
    plan(client, asker, agreed, library)
    time_machine.shift(10 * 24 * 3600)
    page = get_page(client.application.test_client(), family_path(session))
    assert "Asker library" not in page.text


def test_a_family_leaves_without_an_account_and_without_a_reason(
    client, session, asker, agreed, library
):
    plan(client, asker, agreed, library)
    path, stranger = family_path(session), client.application.test_client()
    page = get_page(stranger, path + "/withdrawal?lang=uk")
    assert page.html["lang"] == "uk"
    answer = stranger.post(path + "/withdrawal", data=fill(page, "/withdrawal"))
    assert answer.status_code == 303
    after = get_page(stranger, answer.location)
    assert after.html["lang"] == "uk"
    session.expire_all()
    assert session.get(Family, asker.family.id).status is FamilyStatus.WITHDRAWN
    session.commit()
    assert stranger.get(path + "/withdrawal").status_code == 404
    assert stranger.post(path + "/withdrawal").status_code == 404


@pytest.mark.usefixtures("baerum")
def test_a_guides_link_opens_no_familys_page_and_the_other_way_round(
    client, session, asker, agreed, library
):
    plan(client, asker, agreed, library)
    token = family_path(session).rpartition("/")[2]
    stranger = client.application.test_client()
    assert stranger.get(asker.url(f"/status/{token}")).status_code == 404
    assert stranger.get(f"/baerum/family/{token}").status_code == 404
    assert stranger.get(asker.url("/family/no-such-token")).status_code == 404


def test_a_guide_reads_what_was_agreed_until_when_and_what_comes_next(
    client, session, asker, agreed
):
    agreed.family.locale = "nb"
    session.commit()
    cast.sign_in(client, asker.guide_user)
    path = url_of(asker, agreed, "")
    page = get_page(client, path + "?lang=en")
    assert "We call you both to find a time." in page.text
    assert page.select_one("a[href$='/agreement.pdf']")
    Steps(session, asker).active(agreed)
    session.commit()
    page = get_page(client, path + "?lang=en")
    for words in ("9 months", "2 March", "2 December", "agree on the next time"):
        assert words in page.text
    assert page.select_one("a[href$='/agreement.pdf']")
    paper = words_of(client.get(url_of(asker, agreed, "/agreement.pdf")).data)
    assert "2. mars 2026" in paper
    assert "2. desember 2026" in paper


def test_of_a_family_that_has_left_nothing_is_agreed_on(client, session, asker, agreed, library):
    plan(client, asker, agreed, library)
    match_id, url = agreed.id, url_of(asker, agreed, "")
    leave(session, session.get_one(Family, agreed.family_id), now=cast.NOW)
    session.commit()
    terms = {"months": "6", "rhythm": "weekly", "family_locale": "ar"}
    assert client.post(url + "/agreement", data=terms).status_code == 409
    answer = client.get(url + "/start-meeting")
    assert (answer.status_code, answer.location) == (303, url)
    page = get_page(client, url + "?lang=en")
    assert "Call off the start meeting" in page.text and "Asker library" in page.main.text
    agreement = session.get_one(Match, match_id).agreement
    assert agreement is None or agreement.months != 6
