"""One letter has one recipient, whatever was typed as an address."""

import datetime as dt

import pytest

from app import contact
from app.messages.letters import UnfitValueError
from app.messages.mailer import make_letter
from app.messages.services import send_email
from tests.cast import NOW

ENCODED = (
    "=?utf-8?q?victim=40x.no=2c?=a@b.no",
    "a=?utf-8?q?=0d=0a?=@b.no",
    "=?utf-8?b?YQ==?=@b.no",
)


@pytest.mark.parametrize("address", ENCODED)
def test_an_encoded_word_is_no_address(session, address):
    assert not contact.is_email(address)
    with pytest.raises(UnfitValueError):
        send_email(
            session,
            template="login_link",
            recipient=address,
            locale="nb",
            values={"first_name": "Kari", "link": "http://localhost/x"},
            now=NOW,
        )


@pytest.mark.parametrize("address", ["kari@asker.example", "o'brien+x@asker.example"])
def test_an_ordinary_address_arrives_as_it_is(address):
    letter = make_letter(
        sender="Asker <a@b.example>",
        recipient=address,
        subject="s",
        body="b",
        message_id="<1@b.example>",
        written_at=dt.datetime.now(dt.UTC),
    )
    assert [mailbox.addr_spec for mailbox in letter["To"].addresses] == [address]
