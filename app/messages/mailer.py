"""Hands one message to the mail server. Nothing here knows the database."""

import datetime as dt
import ipaddress
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT_SECONDS = 10
PERMANENT = 500  # replies from here on say: never, not: not now


class NotDelivered(Exception):
    """The server did not take the message. Says the reply's code and no address."""


class NotNow(NotDelivered):
    """Worth another try: the server is away, busy, or refuses us rather than the message."""


class Never(NotDelivered):
    """The server will not take this message, however often it is tried."""


@dataclass(frozen=True, slots=True)
class Mailer:
    """A mail server.

    `url` is `smtp://user:password@host:587`, where STARTTLS with a valid certificate is
    demanded unless the host is this machine, or `smtps://…` for TLS from the first byte.
    """

    url: str

    def send(self, letter: EmailMessage) -> None:
        """Hand over a letter.

        Raises:
            NotNow: it may work later.
            Never: it will not.
        """
        try:
            server = self._connect(urlsplit(self.url))
        except (OSError, smtplib.SMTPException) as error:  # a wrong password is mended by us
            raise NotNow(_describe(error)) from None
        try:
            server.send_message(letter, to_addrs=[letter["To"].addresses[0].addr_spec])
        except smtplib.SMTPException as error:
            raise (Never if _is_final(error) else NotNow)(_describe(error)) from None
        except OSError as error:
            raise NotNow(_describe(error)) from None
        finally:
            with suppress(OSError, smtplib.SMTPException):  # it has the letter, or it has not
                server.quit()
            server.close()

    def _connect(self, url: SplitResult) -> smtplib.SMTP:
        host = url.hostname or ""
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=TIMEOUT_SECONDS, context=_verifying()
            )
        else:
            server = smtplib.SMTP(host, url.port or 587, timeout=TIMEOUT_SECONDS)
        try:
            if url.scheme != "smtps" and not is_this_machine(host):
                server.starttls(context=_verifying())
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def make_letter(
    *,
    sender: Address | str,
    recipient: str,
    subject: str,
    body: str,
    message_id: str,
    written_at: dt.datetime,
) -> EmailMessage:
    """Return the message as it travels: plain text, and the same at every attempt."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = one_mailbox(recipient)
    letter["Subject"] = subject
    letter["Message-ID"] = message_id
    letter["Date"] = format_datetime(written_at)
    letter["Auto-Submitted"] = "auto-generated"  # so that nobody's absence note answers
    letter.set_content(body)
    return letter


def one_mailbox(address: str) -> Address:
    """Return an address as one mailbox, however it is spelt."""
    return Address(addr_spec=address)


def named_sender(name: str, mail_from: str) -> Address | str:
    """Return the installation's sender under a municipality's own name, if it has one."""
    return Address(display_name=name, addr_spec=parseaddr(mail_from)[1]) if name else mail_from


def is_this_machine(host: str) -> bool:
    """Return whether a host is the machine itself, so that nobody can listen in between."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _verifying() -> ssl.SSLContext:
    return ssl.create_default_context()


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _is_final(error: smtplib.SMTPException) -> bool:
    """Return whether the server refused this message for good, rather than us or for now."""
    if isinstance(error, smtplib.SMTPNotSupportedError):  # an address that it cannot write
        return True
    about_us = isinstance(error, smtplib.SMTPSenderRefused)
    return not about_us and any(code >= PERMANENT for code in _codes(error))


def _describe(error: Exception) -> str:
    """Return what went wrong without the server's own words, which repeat the address."""
    return " ".join([type(error).__name__, *(str(code) for code in _codes(error))])
