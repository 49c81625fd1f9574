"""The page of a message that failed: opened from the desk in one click, gone when done."""

import re

import pytest

from app.families.models import Family
from app.guides.models import Guide
from app.messages import services
from app.messages.models import Addressee, Channel, MessageStatus, OutgoingMessage
from app.messages.services import To
from app.municipalities.models import Municipality
from app.permissions import Role
from tests.cast import NOW, sign_in
from tests.pages import get_page, post_page

LINK = "https://guide.example/asker/status/secret-token"


def fail(session, message: OutgoingMessage, error: str) -> OutgoingMessage:
    message.status, message.failed_at, message.last_error = MessageStatus.FAILED, NOW, error
    message.attempts = 1
    session.commit()
    return message


@pytest.fixture
def failed(session, asker) -> OutgoingMessage:
    to = To.guide(session.get(Guide, asker.guide.id))
    message = services.send_message(session, "guide_ready", to, {"link": LINK}, now=NOW)
    return fail(session, message, "SMTPRecipientsRefused 550")


@pytest.fixture
def coordinator(client, asker):
    sign_in(client, asker.coordinator)
    return client


def url_of(asker, message, tail="") -> str:
    return asker.url(f"/messages/{message.id}{tail}?lang=en")


def desk_lines(client, asker) -> list[str]:
    page = get_page(client, asker.url("/desk?lang=en"))
    return [a["href"] for a in page.select("a") if "/messages/" in a.get("href", "")]


def test_desk_leads_to_the_message_in_one_click(coordinator, asker, failed):
    assert desk_lines(coordinator, asker) == [asker.url(f"/messages/{failed.id}")]


def test_page_says_what_went_wrong_and_whom_to_call(coordinator, asker, failed):
    page = get_page(coordinator, url_of(asker, failed))

    assert "does not know the address" in page.text
    assert "kari@asker.example" in page.text
    assert "You are ready to be a guide" in page.text
    assert page.find("a", string="Open the guide's page")["href"] == asker.url(
        f"/guides/{asker.guide.id}"
    )


def test_link_for_the_recipient_alone_is_not_shown(coordinator, asker, failed):
    assert "secret-token" not in str(get_page(coordinator, url_of(asker, failed)))


def test_sms_that_failed_has_the_number_at_hand(coordinator, session, asker):
    session.get(Municipality, asker.municipality.id).sms_sender = "Asker"
    family = session.get(Family, asker.family.id)
    message = services.send_message(
        session, "family_closed", To.family(family), {"link": LINK}, now=NOW
    )
    fail(session, message, "NoSmsGateway")

    page = get_page(coordinator, url_of(asker, message))

    assert page.find("a", href="tel:+4790000202").text == "Call 900 00 202"
    assert page.find("a", string="Open the family's page")["href"].endswith(str(family.id))
    assert "cannot send an SMS" in page.text


def test_page_tells_that_both_ways_were_tried(coordinator, session, asker, failed):
    failed.tried_in_vain = Channel.SMS
    session.commit()
    facts = get_page(coordinator, url_of(asker, failed)).select_one("dl").text
    assert "Tried before as" in facts and "SMS" in facts and "E-mail" in facts


def test_called_instead_it_leaves_the_desk(coordinator, session, asker, failed):
    assert coordinator.post(url_of(asker, failed, "/call")).status_code == 303

    assert desk_lines(coordinator, asker) == []
    page = get_page(coordinator, url_of(asker, failed))
    assert "Taken care of" in page.text
    assert page.select("main form") == []


def test_sent_again_it_leaves_the_desk_and_waits(coordinator, session, asker, failed):
    attempts = url_of(asker, failed, "/attempts")
    assert coordinator.post(attempts).status_code == 303

    assert desk_lines(coordinator, asker) == []
    session.refresh(failed)
    assert failed.status is MessageStatus.WAITING
    session.rollback()
    again = post_page(coordinator, attempts, {}, status=409)
    assert "does not wait for you any more" in again.text


def test_link_that_is_dead_by_now_is_not_offered_again(coordinator, session, asker):
    message = services.send_email(
        session,
        template="login_link",
        recipient="kari@asker.example",
        locale="en",
        values={"first_name": "Kari", "link": LINK},
        now=NOW,
    )
    fail(session, message, "ConnectionRefusedError")

    page = get_page(coordinator, url_of(asker, message))

    assert "tried for twelve hours" in page.text
    assert "Send it again" not in page.text


@pytest.mark.parametrize("tail", ["", "/call", "/attempts"])
def test_message_is_not_there_for_others(client, asker, baerum, failed, tail):
    def answer(user) -> int:
        sign_in(client, user)
        url = url_of(asker, failed, tail)
        return (client.post(url) if tail else client.get(url)).status_code

    theirs = baerum.url(f"/messages/{failed.id}{tail}")
    for role in sorted(set(Role) - {Role.COORDINATOR}):
        assert answer(asker.users[role]) == 404, role
    assert answer(baerum.coordinator) == 404
    assert (client.post(theirs) if tail else client.get(theirs)).status_code == 404


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_page_speaks_no_english_to_norwegians(coordinator, asker, failed, language):
    page = get_page(coordinator, asker.url(f"/messages/{failed.id}?lang={language}"))

    assert re.findall(r"\b(the|your|you|and|with|message)\b", page.main.text) == []


def test_page_says_who_it_was_for_and_has_the_number_at_hand(coordinator, asker, failed):
    page = get_page(coordinator, url_of(asker, failed))

    assert asker.guide.name in page.find("main").text
    assert page.find("a", href=f"tel:{asker.guide.phone}") is not None
    assert page.find("a", href=asker.url(f"/guides/{asker.guide.id}/edit")) is not None


def test_page_of_the_guide_says_what_did_not_arrive_until_somebody_has_called(
    coordinator, asker, failed
):
    address = asker.url(f"/guides/{asker.guide.id}?lang=en")

    alert = get_page(coordinator, address).select_one(".ds-alert[data-color=danger]")

    assert "You are ready to be a guide" in alert.text
    assert "kari@asker.example" in alert.text
    assert "does not know the address" in alert.text
    assert alert.find("a", href=f"tel:{asker.guide.phone}") is not None
    assert alert.find("a", href=asker.url(f"/messages/{failed.id}")) is not None
    coordinator.post(url_of(asker, failed, "/call"))
    assert "did not arrive" not in get_page(coordinator, address).find("main").text


def test_page_of_the_family_says_what_did_not_arrive(coordinator, session, asker):
    family = session.get(Family, asker.family.id)
    family.contact_email = "wrong@asker.example"
    message = services.send_message(
        session, "family_closed", To.family(family), {"link": LINK}, now=NOW
    )
    fail(session, message, "SMTPRecipientsRefused 550")

    page = get_page(coordinator, asker.url(f"/families/{asker.family.id}?lang=en"))

    assert "wrong@asker.example" in page.select_one(".ds-alert[data-color=danger]").text
    of_message = get_page(coordinator, url_of(asker, message)).find("main")
    assert family.contact_name in of_message.text
    assert of_message.find("a", href=f"tel:{family.contact_phone}") is not None


def test_what_arrived_or_was_for_somebody_else_is_not_shown(coordinator, session, asker, failed):
    failed.about_id = asker.family.id
    session.commit()

    page = get_page(coordinator, asker.url(f"/guides/{asker.guide.id}?lang=en"))

    assert "did not arrive" not in page.find("main").text


def test_caseworker_who_sees_the_family_is_not_told_of_messages(client, session, asker, failed):
    failed.about_id, failed.addressee = asker.family.id, Addressee.FAMILY
    session.commit()
    sign_in(client, asker.users[Role.CASEWORKER])

    page = get_page(client, asker.url(f"/families/{asker.family.id}?lang=en"))

    assert "did not arrive" not in page.find("main").text
