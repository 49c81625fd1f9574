import datetime as dt
import logging
from itertools import pairwise

import pytest

from app import tenancy
from app.families.models import Family
from app.guides.models import Guide
from app.messages import delivery, services
from app.messages.models import Channel, MessageStatus, OutgoingMessage
from app.messages.quiet import after_the_night
from app.messages.services import To
from app.municipalities.models import Municipality
from tests.cast import NOW
from tests.jobs.listing import list_jobs
from tests.jobs.running import bring_forward, noon, run_due_jobs
from tests.messages.mailbox import Mailbox

LINK = "https://guide.example/asker/status/token"


@pytest.fixture
def send(session):
    def write(recipient="kari@asker.example", first_name="Kari", **changes) -> OutgoingMessage:
        message = services.send_email(
            session,
            template="guide_ready",
            recipient=recipient,
            locale="en",
            values={"first_name": first_name, "link": LINK},
            **{"now": NOW} | changes,
        )
        session.commit()
        return message

    return write


@pytest.fixture
def reread(session_factory, asker):
    def read(message: OutgoingMessage) -> OutgoingMessage:
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            return session.get(OutgoingMessage, message.id)

    return read


def test_message_arrives_as_plain_text_and_is_noted_as_sent(send, deliver, mailbox, reread):
    message = send()

    deliver(mailbox.url, MAIL_FROM="Flyktningguide <no-reply@guide.example>")

    [letter] = mailbox.letters
    assert mailbox.envelopes == [["kari@asker.example"]]
    assert letter["From"] == "Flyktningguide <no-reply@guide.example>"
    assert letter["To"] == "kari@asker.example"
    assert letter["Subject"] == "You are ready to be a guide"
    assert letter["Message-ID"] == f"<{message.id}@localhost>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOW
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == message.body
    sent = reread(message)
    assert sent.status is MessageStatus.SENT
    assert sent.sent_at is not None
    assert sent.attempts == 1


def test_arabic_name_arrives_whole(send, deliver, mailbox):
    send(first_name="محمد")

    deliver(mailbox.url)

    assert "Hello محمد!" in mailbox.letters[0].get_content()


def test_sent_message_is_not_sent_again(send, deliver, mailbox, session):
    message = send()
    deliver(mailbox.url)
    services.enqueue(
        session,
        "deliver_message",
        now=NOW,
        municipality_id=str(message.municipality_id),
        message_id=str(message.id),
    )
    session.commit()

    deliver(mailbox.url)

    assert len(mailbox.letters) == 1
    assert list_jobs(session) == []


def test_server_that_is_away_is_tried_again_with_the_same_message_id(
    send, deliver, session_factory, reread
):
    message, mailbox = send(), Mailbox()

    deliver(mailbox.url)
    waiting = reread(message)
    assert (waiting.status, waiting.attempts) == (MessageStatus.WAITING, 1)
    assert waiting.last_error == "ConnectionRefusedError"
    assert waiting.due_at > noon()
    with mailbox.open():
        deliver(mailbox.url)
        assert mailbox.letters == []  # not before its time
        mailbox.reply_to_content = "451 try later"
        bring_forward(session_factory)
        deliver(mailbox.url)
        assert reread(message).last_error == "SMTPDataError 451"
        mailbox.reply_to_content = ""
        bring_forward(session_factory)
        deliver(mailbox.url)

    assert [letter["Message-ID"] for letter in mailbox.letters] == [f"<{message.id}@localhost>"]
    assert reread(message).status is MessageStatus.SENT


def test_message_refused_for_good_fails_and_holds_up_nobody(send, deliver, mailbox, reread):
    mailbox.replies["gone@asker.example"] = "550 gone@asker.example has left"
    refused, other = send("gone@asker.example"), send("here@asker.example")

    deliver(mailbox.url)

    failed = reread(refused)
    assert failed.status is MessageStatus.FAILED
    assert failed.last_error == "SMTPRecipientsRefused 550"
    assert reread(other).status is MessageStatus.SENT


def test_busy_recipient_is_tried_again(send, deliver, mailbox, reread):
    mailbox.replies["busy@asker.example"] = "450 greylisted"
    message = send("busy@asker.example")

    deliver(mailbox.url)

    assert reread(message).status is MessageStatus.WAITING


def test_message_fails_twelve_hours_after_its_first_attempt(
    send, deliver, mailbox, session_factory, reread, session
):
    """The night does not count: nobody is tried then."""
    mailbox.replies["busy@asker.example"] = "450 greylisted"
    message = send("busy@asker.example")
    at, tried_at = noon(), []
    for _ in range(40):
        bring_forward(session_factory)
        before = reread(message).attempts
        deliver(mailbox.url, at=at)
        if reread(message).attempts > before:
            tried_at.append(at)
        if reread(message).status is MessageStatus.FAILED:
            break
        at = reread(message).due_at

    nights = sum(late.date() > early.date() for early, late in pairwise(tried_at))
    assert reread(message).attempts == len(tried_at) == 19
    assert nights == 1 and all(after_the_night(at) == at for at in tried_at)
    assert tried_at[-1] - tried_at[0] > dt.timedelta(hours=12)
    assert reread(message).failed_at == at
    assert list_jobs(session) == []


def test_without_a_mail_server_messages_wait(send, deliver, reread, session):
    message = send()

    deliver("")

    assert reread(message).status is MessageStatus.WAITING
    assert reread(message).attempts == 0
    assert list_jobs(session) == []


def test_sweep_finds_the_forgotten_message_and_leaves_the_others(send, deliver, session):
    forgotten, fresh = send(now=NOW - dt.timedelta(hours=1)), send()
    deliver("")
    delivery.enqueue_forgotten(session, NOW, frozenset(Channel))
    delivery.enqueue_forgotten(session, NOW, frozenset(Channel))
    session.commit()

    assert [arguments["message_id"] for _, arguments in list_jobs(session)] == [str(forgotten.id)]
    assert fresh.status is MessageStatus.WAITING


def test_sweep_makes_no_second_job_for_a_message_that_has_one(send, session):
    send(now=NOW - dt.timedelta(hours=1))

    delivery.enqueue_forgotten(session, NOW, frozenset(Channel))

    assert len(list_jobs(session)) == 1


def test_demo_sends_nothing_and_notes_messages_as_sent(send, deliver, mailbox, reread):
    message = send()

    deliver(mailbox.url, DEMO=True)

    assert mailbox.letters == []
    assert reread(message).status is MessageStatus.SENT


@pytest.mark.parametrize("url", ["smtp://0.0.0.0:{port}", "smtps://127.0.0.1:{port}"])
def test_nothing_is_said_to_another_machine_before_tls(send, deliver, mailbox, reread, url):
    """0.0.0.0 leads here too, but is not a loopback address, so STARTTLS is demanded."""
    message = send()

    deliver(url.format(port=mailbox.port))

    assert mailbox.letters == []
    assert reread(message).status is MessageStatus.WAITING


def test_log_names_ids_and_never_addresses(send, deliver, mailbox, caplog):
    mailbox.replies["gone@asker.example"] = "550 gone@asker.example has left"
    caplog.set_level(logging.DEBUG)
    messages = [send("gone@asker.example"), send("secret@asker.example", "Zelalem")]

    deliver(mailbox.url)

    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("mail"))
    assert str(messages[0].id) in ours
    for secret in ("gone@", "secret@", "Zelalem", "token"):
        assert secret not in ours


def test_another_town_s_message_is_out_of_a_job_s_reach(
    send, session, baerum, session_factory, flask_app, reread
):
    message = send()
    run_due_jobs_without_server = flask_app.extensions["settings"]
    services.enqueue(
        session,
        "deliver_message",
        now=NOW,
        municipality_id=str(baerum.municipality.id),
        message_id=str(message.id),
    )
    session.commit()

    run_due_jobs(session_factory, run_due_jobs_without_server)

    assert reread(message).status is MessageStatus.WAITING


def test_message_to_a_sleeping_person_waits_for_the_morning_and_no_attempt_is_counted(
    send, deliver, mailbox, reread, session_factory
):
    evening = noon() + dt.timedelta(hours=11)  # 23 in Oslo
    message = send(now=evening)

    bring_forward(session_factory)  # a job may come too early: it looks at the clock itself
    deliver(mailbox.url, at=evening)

    waiting = reread(message)
    assert (waiting.status, waiting.attempts) == (MessageStatus.WAITING, 0)
    assert waiting.due_at == after_the_night(evening)
    bring_forward(session_factory)
    deliver(mailbox.url, at=after_the_night(evening))
    assert len(mailbox.letters) == 1


def test_link_that_somebody_waits_for_leaves_at_night(session, asker, deliver, mailbox):
    evening = noon() + dt.timedelta(hours=11)
    services.send_email(
        session,
        template="login_link",
        recipient="kari@asker.example",
        locale="en",
        values={"first_name": "Kari", "link": LINK},
        now=evening,
    )
    session.commit()

    deliver(mailbox.url, at=evening)

    assert len(mailbox.letters) == 1


def test_letter_comes_from_the_municipality_and_answers_go_to_it(
    session, asker, send, deliver, mailbox
):
    session.get(Municipality, asker.municipality.id).sender_name = "Asker kommune, flyktningguide"
    send()

    deliver(mailbox.url, MAIL_FROM="Flyktningguide <no-reply@guide.example>")

    [letter] = mailbox.letters
    assert letter["From"].addresses[0].display_name == "Asker kommune, flyktningguide"
    assert letter["From"].addresses[0].addr_spec == "no-reply@guide.example"
    assert letter["Reply-To"] == "guide@asker.example"


@pytest.fixture
def texted(session, asker):
    """An SMS to the cast's family, which has a telephone and no mailbox."""
    session.get(Municipality, asker.municipality.id).sms_sender = "Asker"
    family = session.get(Family, asker.family.id)
    values = {"link": LINK, "days": "5"}
    message = services.send_message(session, "family_asked", To.family(family), values, now=NOW)
    session.commit()
    return message


def test_sms_arrives_and_is_noted_as_sent(texted, deliver, sms_server, reread):
    deliver("", SMS_URL=sms_server.url)

    [asked] = sms_server.asked
    assert asked["destination"] == "+4790000202"
    assert asked["source"] == "Asker"
    assert asked["refId"] == str(texted.id)
    assert LINK in asked["userData"]
    assert reread(texted).status is MessageStatus.SENT


def test_sms_is_tried_again_while_the_provider_is_away(
    texted, deliver, sms_server, reread, session_factory
):
    sms_server.status = 503
    deliver("", SMS_URL=sms_server.url)
    assert reread(texted).last_error == "SmsRefused 503 1005"
    sms_server.status = 200
    bring_forward(session_factory)
    deliver("", SMS_URL=sms_server.url)

    assert [asked["refId"] for asked in sms_server.asked] == [str(texted.id)] * 2
    assert reread(texted).status is MessageStatus.SENT


def test_sms_without_a_provider_fails_at_once_so_that_somebody_calls(texted, deliver, reread):
    deliver("")

    assert reread(texted).status is MessageStatus.FAILED
    assert reread(texted).last_error == "NoSmsGateway"


def test_number_that_the_provider_refuses_is_in_no_log(texted, deliver, sms_server, reread, caplog):
    caplog.set_level(logging.DEBUG)
    sms_server.status, sms_server.reply = 400, {"resultCode": 106000, "description": "+4790000202"}

    deliver("", SMS_URL=sms_server.url)

    assert reread(texted).status is MessageStatus.FAILED
    assert reread(texted).last_error == "SmsRefused 400 106000"
    assert "90000202" not in caplog.text and LINK not in caplog.text


@pytest.fixture
def reached_twice(session, asker):
    """A letter to the cast's guide, who has a mailbox and a telephone."""
    session.get(Municipality, asker.municipality.id).sms_sender = "Asker"
    guide = session.get(Guide, asker.guide.id)

    def send(by=Channel.EMAIL):
        to = To.guide(guide, by=by)
        message = services.send_message(session, "guide_ready", to, {"link": LINK}, now=NOW)
        session.commit()
        return message

    return send


def run_all(deliver, session_factory, *, mail="", sms=""):
    """Do what is due now, and what a first attempt has put off to now."""
    for _ in range(2):
        deliver(mail, SMS_URL=sms)
        bring_forward(session_factory, due_by=noon())


def test_an_sms_goes_where_the_letter_led_nowhere_and_one_row_tells_of_both(
    reached_twice, deliver, mailbox, sms_server, reread, session_factory
):
    message = reached_twice()
    mailbox.reply_to_content = "550 no such user"

    run_all(deliver, session_factory, mail=mailbox.url, sms=sms_server.url)

    [asked] = sms_server.asked
    assert (asked["destination"], asked["source"]) == ("+4790000101", "Asker")
    assert asked["refId"] == str(message.id)
    assert LINK in asked["userData"] and "Kari" in asked["userData"]
    sent = reread(message)
    assert (sent.status, sent.channel, sent.tried_in_vain) == (
        MessageStatus.SENT,
        Channel.SMS,
        Channel.EMAIL,
    )
    assert sent.failed_at is None


def test_a_letter_goes_where_no_sms_could(reached_twice, deliver, mailbox, reread, session_factory):
    message = reached_twice(by=Channel.SMS)

    run_all(deliver, session_factory, mail=mailbox.url)

    [letter] = mailbox.letters
    assert letter["Message-ID"] == f"<{message.id}@localhost>"
    assert letter["Reply-To"] == "guide@asker.example"
    assert LINK in letter.get_content()
    assert reread(message).status is MessageStatus.SENT


def test_where_neither_way_leads_anywhere_somebody_calls(
    reached_twice, deliver, mailbox, reread, session_factory
):
    message = reached_twice()
    mailbox.reply_to_content = "550 no such user"

    run_all(deliver, session_factory, mail=mailbox.url)
    run_all(deliver, session_factory, mail=mailbox.url)

    failed = reread(message)
    assert (failed.status, failed.last_error) == (MessageStatus.FAILED, "NoSmsGateway")


def test_what_arrived_keeps_no_second_address(reached_twice, deliver, mailbox, sms_server, reread):
    message = reached_twice()
    assert reread(message).other_recipient == "+4790000101"
    deliver(mailbox.url, SMS_URL=sms_server.url)
    sent = reread(message)
    assert (sent.channel, sent.other_recipient, sent.other_body) == (Channel.EMAIL, "", "")
    assert sms_server.asked == []
