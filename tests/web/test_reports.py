"""What browsers report about the content security policy, and what of it reaches the log."""

import json

import pytest


def report(client, **changes):
    details = {
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://somewhere.example/x.js?token=secret",
        "document-uri": "https://guide.example/asker/families?q=Amal",
    } | changes
    return client.post("/csp-reports", data=json.dumps({"csp-report": details}))


def test_the_log_says_what_was_stopped_and_not_on_which_page(client, caplog):
    assert report(client).status_code == 204
    assert caplog.messages == [
        "content security policy: 'script-src-elem' stopped 'somewhere.example'"
    ]


@pytest.mark.parametrize(
    ("blocked", "noted"),
    [
        ("inline", "inline"),
        ("https://name:secret@somewhere.example/", "somewhere.example"),
        ("/asker/status/secret", ""),
    ],
)
def test_of_what_was_stopped_the_log_keeps_the_site_alone(client, caplog, blocked, noted):
    report(client, **{"blocked-uri": blocked})
    assert caplog.messages[0].endswith(f"stopped '{noted}'")


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"csp-report": 1}', "\x00", "[" * 100_000])
def test_a_report_that_makes_no_sense_is_refused(client, caplog, body):
    assert client.post("/csp-reports", data=body).status_code == 400
    assert caplog.messages == []


def test_a_report_cannot_write_a_line_of_its_own_into_the_log(client, caplog):
    report(client, **{"effective-directive": "x\nERROR: forged"})
    assert "\n" not in caplog.messages[0]
