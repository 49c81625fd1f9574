import datetime as dt
from dataclasses import replace

import pytest

from app.errors import NotPermitted
from app.families.models import Family
from app.guides.models import Guide
from app.messages import services
from app.messages.letters import AT_ONCE, SHORT_LIVED, TEMPLATES, UnfitValueError
from app.messages.models import Addressee, Channel, MessageStatus, OutgoingMessage
from app.messages.services import CannotBeSentAgain, To
from app.municipalities.models import Municipality
from app.permissions import Role
from tests.cast import NOW, actor
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


LINK = {"link": "https://guide.example/x"}
EVENING = NOW.replace(hour=21)  # 22 in Oslo
MORNING = (NOW + dt.timedelta(days=1)).replace(hour=7)
REACHED_BY_BOTH = To(first_name="Kari", locale="en", email="kari@asker.example", phone="900 00 101")


@pytest.fixture
def texting(session, asker):
    """Asker has an agreement with a provider of SMS."""
    session.get(Municipality, asker.municipality.id).sms_sender = "Asker"
    session.flush()


def tell(session, to=REACHED_BY_BOTH, **changes) -> OutgoingMessage | None:
    return services.send_message(session, "guide_ready", to, LINK, **({"now": NOW} | changes))


@pytest.mark.parametrize(
    ("changes", "channel"),
    [
        ({}, Channel.EMAIL),
        ({"by": Channel.SMS}, Channel.SMS),
        ({"email": ""}, Channel.SMS),
        ({"email": "kari"}, Channel.SMS),
        ({"phone": "", "by": Channel.SMS}, Channel.EMAIL),
        ({"phone": "22 33 44 55", "by": Channel.SMS}, Channel.EMAIL),  # a line in the wall
        ({"phone": "+380501234567", "by": Channel.SMS}, Channel.SMS),
        ({"email": "", "phone": "22 33 44 55"}, None),
        ({"email": "", "phone": ""}, None),
    ],
)
def test_message_takes_the_wished_way_or_the_one_that_leads_somewhere(
    session, texting, changes, channel
):
    to = replace(REACHED_BY_BOTH, **changes)
    message = tell(session, to)

    assert (message.channel if message else None) is channel
    assert services.can_reach(session, to) is (channel is not None)


def test_municipality_without_a_provider_sends_no_sms(session):
    assert tell(session, replace(REACHED_BY_BOTH, by=Channel.SMS)).channel is Channel.EMAIL
    assert tell(session, replace(REACHED_BY_BOTH, email="")) is None


def test_sms_is_a_greeting_a_sentence_the_link_and_who_sends_it(session, texting):
    message = tell(session, replace(REACHED_BY_BOTH, by=Channel.SMS))

    assert message.recipient == "+4790000101"
    assert message.sender == "Asker"
    assert message.body == (
        "Hello Kari! You are ready to be a guide\nhttps://guide.example/x\n"
        "Asker municipality. Phone: 66 00 00 00\n"
    )


def test_message_knows_whom_it_is_for(session, asker):
    guide, family = session.get(Guide, asker.guide.id), session.get(Family, asker.family.id)
    family.contact_email = "zelalem@asker.example"
    told = tell(session, To.guide(guide))
    asked = services.send_message(
        session, "family_asked", To.family(family), LINK | {"days": "5"}, now=NOW
    )

    assert (told.addressee, told.about_id) == (Addressee.GUIDE, guide.id)
    assert (asked.addressee, asked.about_id) == (Addressee.FAMILY, family.id)


def test_family_is_written_to_in_its_language_and_a_guide_in_one_of_ours(session, asker):
    family = session.get(Family, asker.family.id)
    family.contact_email, family.locale = "zelalem@asker.example", "ar"
    asked = services.send_message(
        session, "family_asked", To.family(family), LINK | {"days": "5"}, now=NOW
    )
    family.locale = ""
    home = services.send_message(session, "family_closed", To.family(family), LINK, now=NOW)

    assert asked.locale == "ar"
    assert "عائلة" in asked.body or "مرشد" in asked.body
    assert home.locale == "nb"
    assert tell(session, replace(REACHED_BY_BOTH, locale="ar")).locale == "nb"


def test_what_is_said_once_is_not_said_again(session, asker):
    first = tell(session, once="did_you_meet 21")
    session.commit()
    again = tell(session, once="did_you_meet 21", now=NOW + dt.timedelta(days=3))
    other = tell(session, once="did_you_meet 35")

    assert again.id == first.id != other.id
    assert len(list_jobs(session)) == 2


def test_another_municipality_s_message_is_not_taken_for_ours(session, baerum_session):
    theirs = tell(baerum_session, once="did_you_meet 21")
    baerum_session.commit()
    ours = tell(session, once="did_you_meet 21")

    assert theirs.id != ours.id


def test_message_written_at_night_is_due_in_the_morning(session):
    assert tell(session, now=EVENING).due_at == MORNING
    assert send(session, now=EVENING).due_at == EVENING


def test_only_what_somebody_has_just_asked_for_leaves_at_night():
    assert set(TEMPLATES) >= AT_ONCE
    assert SHORT_LIVED <= AT_ONCE
    assert not [name for name in AT_ONCE if name.startswith(("family_", "match_", "guide_"))]


@pytest.fixture
def failed(session, asker) -> OutgoingMessage:
    message = tell(session, To.guide(session.get(Guide, asker.guide.id)))
    message.status, message.failed_at, message.attempts = MessageStatus.FAILED, NOW, 19
    session.commit()
    return message


def test_failed_message_waits_in_the_queue_until_somebody_called(session, asker, failed):
    assert failed.needs_somebody

    services.note_handled(session, actor(asker, Role.COORDINATOR), failed, now=NOW)

    assert not failed.needs_somebody
    assert (failed.handled_at, failed.handled_by_id) == (NOW, asker.coordinator.id)
    with pytest.raises(CannotBeSentAgain):
        services.send_again(session, actor(asker, Role.COORDINATOR), failed, now=NOW)


def test_failed_message_is_tried_again_from_the_beginning(session, asker, failed):
    services.send_again(session, actor(asker, Role.COORDINATOR), failed, now=EVENING)

    assert (failed.status, failed.attempts) == (MessageStatus.WAITING, 0)
    assert failed.due_at == MORNING
    assert not failed.needs_somebody
    with pytest.raises(CannotBeSentAgain):
        services.send_again(session, actor(asker, Role.COORDINATOR), failed, now=NOW)


def test_dead_link_is_not_sent_again(session, asker):
    message = send(session)
    message.status = MessageStatus.FAILED

    with pytest.raises(CannotBeSentAgain):
        services.send_again(session, actor(asker, Role.COORDINATOR), message, now=NOW)


def test_message_that_did_not_fail_needs_nobody(session, asker):
    with pytest.raises(CannotBeSentAgain):
        services.note_handled(session, actor(asker, Role.COORDINATOR), send(session), now=NOW)


@pytest.mark.parametrize("act", [services.send_again, services.note_handled])
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_others_leave_messages_alone(session, asker, failed, act, role):
    with pytest.raises(NotPermitted):
        act(session, actor(asker, role), failed, now=NOW)


def test_letter_that_arrived_is_forgotten_after_a_month_and_stays_said(
    session, asker, baerum_session
):
    theirs = send(baerum_session)
    theirs.status = MessageStatus.SENT
    baerum_session.commit()
    arrived, handled, waits = (tell(session, once=name) for name in ("a", "h", "w"))
    arrived.status = MessageStatus.SENT
    handled.status, handled.handled_at = MessageStatus.FAILED, NOW
    session.flush()

    services.empty_old_letters(session, now=NOW + dt.timedelta(days=30))
    session.expire_all()
    assert arrived.body and handled.body
    services.empty_old_letters(session, now=NOW + dt.timedelta(days=31))
    session.expire_all()

    assert [(m.body, m.recipient) for m in (arrived, handled)] == [("", "")] * 2
    assert waits.body and waits.recipient
    assert tell(session, once="a").id == arrived.id
    session.commit()
    baerum_session.refresh(theirs)
    assert theirs.body
