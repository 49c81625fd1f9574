"""Somebody is reached elsewhere, or leaves: what was sent opens no more, what waits goes along."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.accounts.models import LinkKind
from app.accounts.services import find_link, issue_link, revoke_links
from app.families.models import Family
from app.families.services.leaving import withdraw_family
from app.guides.models import Guide
from app.guides.services import leaving
from app.matches.models import MatchStatus
from app.matches.queries import get_asked_match
from app.messages import reach, services
from app.messages.models import MessageStatus, OutgoingMessage
from app.messages.services import To, send_message
from app.permissions import Role
from tests.cast import NOW, TODAY, actor
from tests.matches.people import Steps, match_at

NIGHT = NOW.replace(hour=22)
HOUR = dt.timedelta(hours=1)
PAGE = "https://guide.example/asker/family/"


@pytest.fixture
def family(session, asker):
    family = session.get(Family, asker.family.id)
    family.contact_email = "old@home.example"
    session.flush()
    return family


def letters(session, recipient=None):
    statement = select(OutgoingMessage).order_by(OutgoingMessage.created_at)
    if recipient:
        statement = statement.where(OutgoingMessage.recipient == recipient)
    return session.scalars(statement).all()


def write(session, family, template="family_agreed", kind=LinkKind.STATUS, now=NIGHT):
    """Write to a family with a link; return the link's token."""
    town = family.municipality_id
    token = issue_link(session, kind, family.id, municipality_id=town, now=now)
    send_message(session, template, To.family(family), {"link": PAGE + token}, now=now)
    return token


def correct(session, family, now=NIGHT + HOUR, **contact):
    """Correct what is on record about how a family is reached."""
    with reach.following(session, lambda: To.family(family), now=now):
        for name, value in contact.items():
            setattr(family, name, value)
    session.flush()


def token_in(message):
    [token] = reach.TOKEN.findall(message.body)
    return token


def opens(session, token):
    return find_link(session, token).opens(NIGHT + 2 * HOUR)


def test_what_waits_goes_to_the_new_address_with_a_new_link(session, family):
    old = write(session, family)
    correct(session, family, contact_email="new@home.example")
    [letter] = letters(session)
    assert letter.recipient == "new@home.example"
    assert not opens(session, old)
    assert opens(session, token_in(letter))
    assert urlsplit(PAGE).path in letter.body


def test_what_has_arrived_and_still_opens_is_sent_again(session, family):
    old = write(session, family)
    letters(session)[0].status = MessageStatus.SENT
    correct(session, family, contact_email="new@home.example")
    [letter] = letters(session, "new@home.example")
    assert not opens(session, old)
    assert opens(session, token_in(letter))


def test_of_several_letters_with_one_link_the_latest_is_sent_again(session, family):
    write(session, family)
    revoke_links(session, LinkKind.STATUS, family.id, now=NIGHT)
    write(session, family, "family_start_meeting", now=NIGHT + HOUR / 2)
    for letter in letters(session):
        letter.status = MessageStatus.SENT
    correct(session, family, contact_email="new@home.example")
    [letter] = letters(session, "new@home.example")
    assert letter.template == "family_start_meeting"


def test_the_same_address_written_anew_changes_nothing(session, family):
    old = write(session, family)
    correct(session, family, contact_name="Amal Corrected")
    assert opens(session, old)
    assert len(letters(session, "old@home.example")) == 1


def test_a_first_number_beside_the_address_leaves_the_link_open(session, family):
    family.contact_phone = ""
    old = write(session, family)
    correct(session, family, contact_phone="+4790000777")
    assert opens(session, old)
    assert len(letters(session, "old@home.example")) == 1


@pytest.mark.parametrize("number", ["+4790000777", ""])
def test_another_number_beside_the_address_or_none_closes_the_link(session, family, number):
    old = write(session, family)
    correct(session, family, contact_phone=number)
    assert not opens(session, old)


def test_who_is_reached_by_nothing_any_more_is_called(session, family):
    old = write(session, family)
    correct(session, family, contact_email="", contact_phone="")
    [letter] = letters(session)
    assert not opens(session, old)
    assert letter.needs_somebody
    assert (letter.recipient, letter.body) == ("", "")
    assert not services.may_be_sent_again(letter)


def test_a_failed_letter_goes_to_the_corrected_address(session, family):
    write(session, family)
    letters(session)[0].status = MessageStatus.FAILED
    correct(session, family, contact_email="new@home.example")
    [letter] = letters(session)
    assert letter.recipient == "new@home.example"
    assert letter.status is MessageStatus.WAITING


def test_the_question_to_a_family_is_asked_where_it_is_now(session, asker, family):
    family.contact_way = "email"
    match = match_at(session, asker, MatchStatus.GUIDE_ACCEPTED)
    old = Steps(session, asker).family_asked(match).rpartition("/")[2]
    correct(session, family, NOW + HOUR, contact_email="new@home.example")
    [letter] = letters(session, "new@home.example")
    assert letter.template == "family_asked"
    token = token_in(letter)
    assert not opens(session, old)
    assert get_asked_match(session, token, now=NOW + HOUR, today=TODAY)[0] is match


def test_a_family_that_leaves_gets_nothing_that_waited(session, asker, family):
    old = write(session, family)
    withdraw_family(session, actor(asker, Role.COORDINATOR), family, now=NIGHT + HOUR)
    assert letters(session) == []
    assert not opens(session, old)


@pytest.mark.parametrize("kind", [LinkKind.STATUS, LinkKind.DECLARATION, LinkKind.FEED])
def test_every_link_of_a_guide_who_leaves_or_moves_closes(session, asker, kind):
    guide = session.get(Guide, asker.applicant.id)
    town = guide.municipality_id
    token = issue_link(session, kind, guide.id, municipality_id=town, now=NIGHT)
    reach.move(session, To.guide(guide), now=NIGHT)
    assert not opens(session, token)
    token = issue_link(session, kind, guide.id, municipality_id=town, now=NIGHT)
    leaving.leave(session, guide, now=NIGHT, today=TODAY)
    assert not opens(session, token)


def test_a_link_about_a_match_closes_with_its_holder(session, asker):
    match = match_at(session, asker, MatchStatus.GUIDE_ASKED)
    [letter] = letters(session, match.lead.email)
    token = token_in(letter)
    reach.move(session, To.guide(match.lead), now=NOW)
    assert not opens(session, token)


def test_a_letter_whose_link_was_closed_or_used_does_not_leave(session, family, deliver, mailbox):
    write(session, family)
    revoke_links(session, LinkKind.STATUS, family.id, now=NIGHT)
    session.commit()
    deliver(mailbox.url)
    assert mailbox.letters == []
    session.rollback()
    assert letters(session) == []
