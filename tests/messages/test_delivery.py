import datetime as dt
import logging

import pytest

from app import tenancy
from app.messages import delivery, services
from app.messages.models import MessageStatus, OutgoingMessage
from tests.cast import NOW
from tests.jobs.listing import list_jobs
from tests.jobs.running import bring_forward, real_now, run_due_jobs
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
    assert waiting.due_at > real_now()
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


def test_message_fails_after_half_a_day_of_trying(
    send, deliver, mailbox, session_factory, reread, session
):
    mailbox.replies["busy@asker.example"] = "450 greylisted"
    message = send("busy@asker.example")
    waited = dt.timedelta()
    for _ in range(40):
        deliver(mailbox.url)
        if reread(message).status is MessageStatus.FAILED:
            break
        waited += reread(message).due_at - real_now()
        bring_forward(session_factory)

    assert reread(message).attempts == 18
    assert dt.timedelta(hours=10) < waited < dt.timedelta(hours=12)
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
    delivery.enqueue_forgotten(session, NOW)
    delivery.enqueue_forgotten(session, NOW)
    session.commit()

    assert [arguments["message_id"] for _, arguments in list_jobs(session)] == [str(forgotten.id)]
    assert fresh.status is MessageStatus.WAITING


def test_sweep_makes_no_second_job_for_a_message_that_has_one(send, session):
    send(now=NOW - dt.timedelta(hours=1))

    delivery.enqueue_forgotten(session, NOW)

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
