"""The running log: one line each, and nothing in it that somebody typed."""

import json
import logging

import pytest

from app.logs import JsonLines

TYPED = "Amal Nordmann\n{not json} 90000202"


def line_of(**values):
    record = logging.makeLogRecord({"name": "app.x", "levelname": "INFO", "created": 0.0} | values)
    line = JsonLines().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_record_is_one_line_of_json_in_utc():
    assert line_of(msg="a %s", args=("b\nc",)) == {
        "at": "1970-01-01T00:00:00.000+00:00",
        "level": "info",
        "from": "app.x",
        "message": "a b\nc",
    }


def test_it_carries_the_event_its_facts_and_the_request():
    line = line_of(msg="x", event="signed in", facts={"user": "u"}, request="r", name="n")
    assert (line["event"], line["facts"], line["request"]) == ("signed in", {"user": "u"}, "r")


def test_a_fault_is_told_by_kind_and_place_and_not_in_its_own_words():
    try:
        int(TYPED)
    except ValueError as fault:
        line = line_of(msg="fault", exc_info=(type(fault), fault, fault.__traceback__))
    assert line["fault"] == "ValueError"
    assert line["trace"][0].startswith("tests/cellar/test_logs.py:")
    assert "Amal" not in json.dumps(line)


@pytest.mark.usefixtures("asker")
def test_a_request_is_told_by_its_view_and_never_by_its_address(client, caplog):
    caplog.set_level(logging.INFO)
    client.get("/asker/guides?q=Amal+Nordmann", headers={"Referer": "http://localhost/x?q=Amal"})
    [told] = [record for record in caplog.records if record.name == "app.requests"]
    assert told.facts | {"ms": 0} == {
        "method": "GET",
        "view": "guides.index",
        "status": 303,
        "ms": 0,
    }
    assert "Amal" not in caplog.text
    assert "/asker" not in JsonLines().format(told)
