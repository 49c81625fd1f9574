import pytest

from app.messages import services
from app.messages.letters import UnfitValueError
from app.messages.models import MessageStatus, OutgoingMessage
from tests.cast import NOW
from tests.jobs.listing import list_jobs

VALUES = {"first_name": "Kari", "link": "https://guide.example/x"}


def send(session, **changes) -> OutgoingMessage:
    asked = {"template": "login_link", "recipient": "kari@asker.example", "locale": "en"}
    return services.send_email(session, **(asked | {"values": VALUES, "now": NOW} | changes))


def test_message_waits_in_the_outbox_with_a_job_that_delivers_it(session, asker):
    message = send(session)
    session.commit()

    assert message.status is MessageStatus.WAITING
    assert message.subject == "Your link to sign in"
    assert "https://guide.example/x" in message.body
    assert message.created_at == NOW
    assert list_jobs(session) == [
        (
            "deliver_message",
            {"municipality_id": str(asker.municipality.id), "message_id": str(message.id)},
        )
    ]


def test_dropped_transaction_leaves_neither_message_nor_job(session):
    send(session)
    session.rollback()

    assert session.query(OutgoingMessage).count() == 0
    assert list_jobs(session) == []


def test_job_tells_nothing_of_the_recipient(session):
    send(session)

    [(_, arguments)] = list_jobs(session)
    assert set(arguments) == {"municipality_id", "message_id"}


def test_language_without_letters_gets_the_municipality_s_own(session):
    assert send(session, locale="ar").locale == "nb"
    assert send(session, locale="nn").locale == "nn"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "kari",
        "kari@asker.example, ola@asker.example",
        "kari@asker.example\r\nBcc: all@asker.example",
        "kari@asker.example\n",
        "Kari <kari@asker.example>",
        "kari@asker.example;ola@asker.example",
        "k" * 250 + "@x.no",
    ],
)
def test_recipient_is_one_plain_address(session, recipient):
    with pytest.raises(UnfitValueError):
        send(session, recipient=recipient)
