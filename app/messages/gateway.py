"""Hands one SMS to a provider. Nothing here knows the database.

A provider is whatever has `send`. There is one, LINK Mobility, whom many Norwegian
municipalities have an agreement with, and a stand-in for an installation that has none.
"""

import base64
import http.client
import json
import logging
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.messages.mailer import Never, NotNow, is_this_machine

TIMEOUT_SECONDS = 10
ACCEPTED = 1005  # the provider's word for: queued
LONGEST_ANSWER = 65_536
REFUSALS = range(400, 500)  # of this message, for good, but for those that are about us:
ABOUT_US = frozenset({401, 403, 404, 408, 429})
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message. `reference` stays the same however often it is tried."""

    sender: str
    recipient: str  # with country code: +4790000101
    text: str
    reference: str


class Gateway(Protocol):
    """The way to a provider."""

    def send(self, sms: Sms) -> None:
        """Hand over a message; raise NotNow or Never where the provider does not take it."""


@dataclass(frozen=True, slots=True)
class LogOnly:
    """Sends nothing and says so: the message fails at once, and staff are asked to call."""

    def send(self, sms: Sms) -> None:
        logger.warning("SMS_URL is not set: message %s was not sent", sms.reference)
        raise Never("NoSmsGateway")


@dataclass(frozen=True, slots=True)
class LinkMobility:
    """LINK Mobility's REST interface for SMS.

    `url` is `linkmobility://user:password@host?partner=1234&platform=COMMON_API`. It is spoken
    to over TLS with a valid certificate unless the host is this machine.
    """

    url: str

    def send(self, sms: Sms) -> None:
        url = urlsplit(self.url)
        connection = _connect(url)
        try:
            connection.request("POST", "/sms/send", _question(url, sms), _headers(url))
            answer = connection.getresponse()
            body = answer.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(type(error).__name__) from None
        finally:
            connection.close()
        _check(answer.status, body)


def make_gateway(url: str) -> Gateway:
    """Return the way to the provider that a setting names, or the stand-in for none."""
    return LinkMobility(url) if url else LogOnly()


def _connect(url: SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if is_this_machine(host):
        return http.client.HTTPConnection(host, url.port, timeout=TIMEOUT_SECONDS)
    return http.client.HTTPSConnection(
        host, url.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
    )


def _question(url: SplitResult, sms: Sms) -> bytes:
    account = parse_qs(url.query)
    return json.dumps(
        {
            "source": sms.sender,
            "sourceTON": "ALPHANUMERIC",
            "destination": sms.recipient,
            "userData": sms.text,
            "dcs": "TEXT",  # the provider looks whether Latin letters will do
            "platformId": account.get("platform", ["COMMON_API"])[0],
            "platformPartnerId": account["partner"][0],
            "refId": sms.reference,
            "useDeliveryReport": False,
        }
    ).encode()


def _headers(url: SplitResult) -> dict[str, str]:
    account = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
    return {
        "Authorization": f"Basic {base64.b64encode(account.encode()).decode()}",
        "Content-Type": "application/json; charset=utf-8",
    }


def _check(status: int, body: bytes) -> None:
    """Raise unless the message was accepted. The provider's words may repeat the number."""
    code = _result_code(body)
    if status == http.HTTPStatus.OK and code == ACCEPTED:
        return
    final = status in REFUSALS and status not in ABOUT_US
    raise (Never if final else NotNow)(f"SmsRefused {status} {code}")


def _result_code(body: bytes) -> int:
    try:
        return int(json.loads(body)["resultCode"])
    except (KeyError, TypeError, ValueError):
        return 0
