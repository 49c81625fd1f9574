"""A family with a telephone and no mailbox is asked by SMS, where the municipality has a sender."""

import re

import pytest
from sqlalchemy import select

from app.families.models import Family
from app.matches.models import MatchStatus
from app.messages.models import Channel, OutgoingMessage
from app.municipalities.models import Municipality
from tests import cast
from tests.matches.people import match_at
from tests.pages import get_page, post_page


@pytest.fixture
def ask(client, session, asker):
    """Ask the cast's family as a coordinator does; return the page that says how."""

    def press(*, sms_sender: str, locale: str = ""):
        session.get(Municipality, asker.municipality.id).sms_sender = sms_sender
        session.get(Family, asker.family.id).locale = locale
        match_at(session, asker, MatchStatus.GUIDE_ACCEPTED)
        session.commit()
        cast.sign_in(client, asker.coordinator)
        url = asker.url(f"/matches/{asker.proposal.id}/family-question?lang=en")
        return post_page(client, url, {}, status=200)

    return press


def question(session) -> OutgoingMessage | None:
    statement = select(OutgoingMessage).where(OutgoingMessage.template == "family_asked")
    return session.scalar(statement)


def test_family_without_a_mailbox_is_asked_by_sms_in_its_language(client, session, asker, ask):
    page = ask(sms_sender="Asker", locale="uk")

    assert "The family gets a message with the link" in page.text
    assert "гід-волонтер" in page.select_one("#pass-on ~ [lang=uk]").text
    assert "a volunteer guide" in page.select_one("#pass-on ~ [lang=en]").text
    sms = question(session)
    assert (sms.channel, sms.recipient, sms.locale) == (Channel.SMS, "+4790000202", "uk")
    assert asker.guide.first_name not in sms.body
    path = re.search(r"/asker/answers/[\w-]+", sms.body).group()
    session.rollback()
    assert get_page(client.application.test_client(), path).html["lang"] == "uk"


def test_where_no_sms_is_sent_staff_pass_the_link_on_themselves(session, ask):
    page = ask(sms_sender="")

    assert "The family gets a message" not in page.text
    assert "/answers/" in str(page)
    assert question(session) is None
