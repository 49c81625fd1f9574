"""A family's own page: how it gets there, and what it reads there."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from app.families.models import FamilyLanguage
from app.matches.models import Agreement, GuideKind, MatchGuide, MatchStatus, Prolongation
from app.matches.services.family_link import close_family_links, renew_family_link
from app.messages import reach
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.vocabulary import Rhythm
from tests import cast
from tests.matches.people import ADDRESSES, Steps, match_at
from tests.pages import get_page

S = MatchStatus
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(cast.NOW, tick=False)


@pytest.fixture
def reachable(session, asker):
    """The town's match, with a family that is written to."""
    match = match_at(session, asker, S.FAMILY_ASKED)
    match.family.contact_email, match.family.locale = "amal@example.org", "ar"
    session.commit()
    return match


@pytest.fixture
def agreed(session, asker, reachable):
    Steps(session, asker).agreed(reachable)
    session.commit()
    return reachable


def path_in(session, template: str) -> str:
    wanted = OutgoingMessage.template == template
    letter = session.scalars(select(OutgoingMessage).where(wanted)).one()
    session.commit()
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def test_the_letter_of_two_yeses_leads_to_the_familys_own_page(client, session, agreed):
    page = get_page(client, path_in(session, "family_agreed"))
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert page.select_one("a[href$='/concern']")


@pytest.mark.parametrize("step", ["withdrawn", "declined"])
def test_the_letter_of_a_match_that_came_to_nothing_leads_there_too(
    client, session, asker, reachable, step
):
    getattr(Steps(session, asker), step)(reachable)
    page = get_page(client, path_in(session, "family_closed") + "?lang=en")
    assert "We are looking for a guide for you." in page.text
    assert asker.guide.first_name not in page.text


def test_the_link_of_the_letter_before_opens_until_the_next_one_is_there(
    client, session, asker, agreed, time_machine
):
    before = path_in(session, "family_agreed")
    Steps(session, asker).withdrawn(agreed)
    session.commit()
    for hours, status in ((23, 200), (25, 404)):
        time_machine.move_to(cast.NOW + dt.timedelta(hours=hours), tick=False)
        assert client.get(before).status_code == status
        assert client.get(path_in(session, "family_closed")).status_code == 200


def test_a_letter_that_has_not_left_goes_no_more_when_a_newer_one_is_written(
    session, asker, agreed
):
    (letter,) = session.scalars(select(OutgoingMessage).filter_by(template="family_agreed")).all()
    assert not reach.is_overtaken(session, letter)
    Steps(session, asker).withdrawn(agreed)
    assert reach.is_overtaken(session, letter)


def test_what_staff_close_or_renew_closes_at_once(client, session, asker, agreed):
    before = path_in(session, "family_agreed")
    staff, family = cast.actor(asker, Role.CASEWORKER), agreed.family
    renew_family_link(session, staff, family, addresses=ADDRESSES, now=cast.NOW)
    session.commit()
    assert client.get(before).status_code == 404
    Steps(session, asker).withdrawn(agreed)  # the link of the letter before opens a day yet
    renewed = path_in(session, "family_new_link")
    assert client.get(renewed).status_code == 200
    close_family_links(session, staff, family, now=cast.NOW)
    session.commit()
    assert client.get(renewed).status_code == 404


def test_the_family_reads_its_guides_first_name_and_nothing_more_of_them(
    client, session, asker, agreed
):
    page = get_page(client, path_in(session, "family_agreed") + "?lang=en")
    assert page.find("dd", string=asker.guide.first_name)
    for secret in (asker.guide.name, asker.guide.phone, asker.guide.email):
        assert secret not in str(page)


def test_both_of_two_guides_are_named_and_a_backup_is_not(client, session, asker, agreed):
    with_us = cast.make_guide(session, asker, name="Berit Aas", email="berit@example.org")
    backup = cast.make_guide(session, asker, name="Turid Moe", email="turid@example.org")
    agreed.guides += [
        MatchGuide(guide_id=with_us.id, kind=GuideKind.CO),
        MatchGuide(guide_id=backup.id, kind=GuideKind.BACKUP),
    ]
    session.commit()
    page = get_page(client, path_in(session, "family_agreed") + "?lang=en")
    assert "Your guides" in page.text
    assert "Berit" in page.text
    assert "Turid" not in page.text


def test_the_name_is_gone_when_the_match_is_over(client, session, asker, agreed):
    path = path_in(session, "family_agreed")
    steps = Steps(session, asker)
    steps.active(agreed)
    session.commit()
    assert asker.guide.first_name in get_page(client, path).text
    steps.ended(agreed)
    session.commit()
    assert asker.guide.first_name not in get_page(client, path).text


def test_the_family_reads_what_was_agreed_and_until_when(client, session, asker, agreed):
    Steps(session, asker).active(agreed)
    session.commit()
    path = path_in(session, "family_agreed") + "?lang=en"
    words = get_page(client, path).text
    assert "9 months" in words
    assert "2 March" in words
    assert "2 December" in words
    agreed.prolongations.append(
        Prolongation(
            once_token="one",
            months=3,
            guide_agreed_on=cast.TODAY,
            family_agreed_on=cast.TODAY,
            noted_at=cast.NOW,
        )
    )
    session.commit()
    assert "2 March 2027" in get_page(client, path).text


def test_nothing_is_agreed_before_it_is(client, session, agreed):
    agreed.agreement = Agreement(months=9, rhythm=Rhythm.WEEKLY, family_locale="ar")
    session.commit()
    page = get_page(client, path_in(session, "family_agreed") + "?lang=en")
    assert "9 months" not in page.text


def test_the_number_to_call_can_be_pressed(client, session, agreed):
    page = get_page(client, path_in(session, "family_agreed"))
    assert page.select_one("main a[href='tel:66000000'][dir=ltr]")


def test_an_answer_stays_what_it_was_when_the_language_is_changed(client, asker):
    for said, word in [("yes", "Thank you for saying yes!"), ("no", "Thank you for telling us.")]:
        page = get_page(client, asker.url(f"/answered?said={said}&lang=ar"))
        link = page.select_one("nav.languages a[lang=en]")["href"]
        assert word in get_page(client, asker.url(f"/answered{link}")).text


def test_a_no_asks_for_its_reason_only_once_one_says_no(client, session, asker):
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    match.family.contact_email = "amal@example.org"
    Steps(session, asker).family_asked(match)
    page = get_page(client, path_in(session, "family_asked"))
    assert page.select_one("form details select[name=reason]")
    assert page.select_one("form details button[value=no]")
    assert page.select_one("form > p > button[value=yes]")


def test_no_latin_comma_stands_among_arabic_words(client, session, asker):
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    match.family.contact_email, match.family.locale = "amal@example.org", "ar"
    Steps(session, asker).family_asked(match)
    page = get_page(client, path_in(session, "family_asked"))
    facts = page.select_one("section.panel").text
    assert "،" in facts
    assert "," not in facts


@pytest.mark.parametrize(
    ("locale", "norwegian", "warned"), [("", 1, True), ("", 2, False), ("ar", 0, False)]
)
def test_staff_are_told_to_call_a_family_that_reads_nothing_we_can_write(
    client, session, asker, locale, norwegian, warned
):
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    match.family.locale, match.family.contact_email = locale, "amal@example.org"
    match.family.languages.clear()
    session.flush()
    match.family.languages[:] = [
        FamilyLanguage(position=0, code="prs", understands=4, speaks=4),
        FamilyLanguage(position=1, code="no", understands=norwegian, speaks=norwegian),
    ]
    session.commit()
    cast.sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{match.id}")
    words = "Call with an interpreter (Dari)"
    assert (words in get_page(client, f"{url}?lang=en").text) is warned
    asked = client.post(f"{url}/family-question?lang=en")
    assert asked.status_code == 200
    assert (words in asked.text) is warned
