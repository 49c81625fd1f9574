"""The way to the SMS provider: its format, verified encryption, and no number in any error."""

import logging
import socket

import pytest

from app.messages import gateway
from app.messages.gateway import LinkMobility, LogOnly, Sms, make_gateway
from app.messages.mailer import Never, NotNow
from config import Config, WrongSettingError

SMS = Sms("Asker", "+4790000202", "Hei Zelalem! Привіт مرحبا", "b9a1")
NOT_LOOPBACK = "0.0.0.0"  # noqa: S104 (leads to this machine, and does not look as if it did)


def test_message_is_handed_over_in_the_provider_s_format(sms_server):
    LinkMobility(sms_server.url).send(SMS)

    assert sms_server.paths == ["/sms/send"]
    assert sms_server.asked == [
        {
            "source": "Asker",
            "sourceTON": "ALPHANUMERIC",
            "destination": "+4790000202",
            "userData": "Hei Zelalem! Привіт مرحبا",
            "dcs": "TEXT",
            "platformId": "COMMON_API",
            "platformPartnerId": "4711",
            "refId": "b9a1",
            "useDeliveryReport": False,
        }
    ]


def test_another_platform_of_the_provider_can_be_named(sms_server):
    LinkMobility(f"{sms_server.url}&platform=COOL").send(SMS)

    assert sms_server.asked[0]["platformId"] == "COOL"


@pytest.mark.parametrize("status", [400, 422])
def test_what_the_provider_refuses_for_good_is_not_tried_again(sms_server, status):
    sms_server.status, sms_server.reply = status, {"resultCode": 106000, "description": "+4790000"}

    with pytest.raises(Never) as refused:
        LinkMobility(sms_server.url).send(SMS)

    assert str(refused.value) == f"SmsRefused {status} 106000"
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        (401, {"resultCode": 106100}),
        (403, {"resultCode": 106101}),
        (429, {}),
        (500, b"<html>+4790000202</html>"),
        (503, {"resultCode": "soon"}),
        (200, {"resultCode": 1006}),
        (200, b"not json"),
        (200, [1, 2]),
        (302, {}),
    ],
)
def test_what_is_not_about_the_message_is_tried_again(sms_server, status, reply):
    sms_server.status, sms_server.reply = status, reply

    with pytest.raises(NotNow) as refused:
        LinkMobility(sms_server.url).send(SMS)

    assert "90000202" not in str(refused.value)


def test_message_goes_to_nobody_else_because_an_answer_says_so(sms_server):
    sms_server.status, sms_server.headers = 307, {"Location": "/sms/send/elsewhere"}

    with pytest.raises(NotNow):
        LinkMobility(sms_server.url).send(SMS)

    assert sms_server.paths == ["/sms/send"]


def test_wrong_password_is_ours_to_mend(sms_server):
    with pytest.raises(NotNow, match="SmsRefused 401"):
        LinkMobility(sms_server.url.replace("p%40ss", "pass")).send(SMS)


def test_provider_that_is_away_or_says_nothing_does_not_hold_us_for_ever(monkeypatch):
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotNow, match="TimeoutError"):
            LinkMobility(f"linkmobility://a:b@127.0.0.1:{port}?partner=1").send(SMS)
    with pytest.raises(NotNow, match="ConnectionRefusedError"):
        LinkMobility(f"linkmobility://a:b@127.0.0.1:{port}?partner=1").send(SMS)


def test_nothing_is_said_to_another_machine_without_tls(sms_server):
    with pytest.raises(NotNow, match="SSL"):
        LinkMobility(sms_server.url.replace("127.0.0.1", NOT_LOOPBACK)).send(SMS)

    assert sms_server.paths == []


def test_installation_without_a_provider_says_so_and_names_nobody(caplog):
    caplog.set_level(logging.INFO)

    with pytest.raises(Never, match="NoSmsGateway"):
        make_gateway("").send(SMS)

    assert isinstance(make_gateway(""), LogOnly)
    assert "b9a1" in caplog.text
    assert "90000202" not in caplog.text and "Zelalem" not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@sms.example?partner=1",
        "linkmobility://sms.example?partner=1",
        "linkmobility://user:password@sms.example",
        "linkmobility://user@sms.example?partner=1",
    ],
)
def test_half_an_address_of_a_provider_stops_the_start(url):
    with pytest.raises(WrongSettingError, match="SMS_URL"):
        Config.from_environment({"DEMO": "1", "SMS_URL": url})


def test_whole_address_of_a_provider_is_taken():
    url = "linkmobility://user:pass%40word@sms.example?platform=COOL&partner=30978"

    settings = Config.from_environment({"DEMO": "1", "SMS_URL": url})

    assert url == settings.SMS_URL
