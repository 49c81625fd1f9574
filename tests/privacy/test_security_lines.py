"""Copying, revealing, erasing and shortening what is kept are lines of the security log."""

import pytest

from app.matches.models import Match, MatchStatus
from app.permissions import Role
from tests.cast import NOW, sign_in
from tests.pages import fill, get_page


@pytest.fixture
def officer(client, session, asker, caplog):
    match = session.get(Match, asker.proposal.id)
    match.status, match.closed_at = MatchStatus.EXPIRED, NOW
    session.commit()
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    caplog.set_level("INFO", "app.security")
    return client


def lines(caplog, event: str) -> list[dict]:
    return [r.facts for r in caplog.records if getattr(r, "event", "") == event]


def test_a_copy_and_an_erasure_say_who_of_whom_and_no_name(officer, asker, caplog):
    by, record = asker.users[Role.PRIVACY_OFFICER].id, asker.guide.id
    url = asker.url(f"/data-protection/guides/{record}")
    assert officer.post(f"{url}/copy", data={"format": "json"}).status_code == 200
    expected = {"by": str(by), "record": str(record), "what": "guide"}
    assert expected.items() <= lines(caplog, "record exported")[0].items()
    assert officer.get(f"{url}/looks.pdf").status_code == 200
    assert len(lines(caplog, "record exported")) == 2
    sure = fill(get_page(officer, f"{url}/erasure"), "/erasure") | {"sure": "y"}
    assert officer.post(f"{url}/erasure", data=sure).status_code == 303
    (line,) = lines(caplog, "record erased")
    assert expected.items() <= line.items()
    assert asker.guide.name not in caplog.text and asker.guide.email not in caplog.text


def test_a_guides_own_copy_is_a_line_too(client, asker, caplog):
    caplog.set_level("INFO", "app.security")
    sign_in(client, asker.guide_user)
    url = asker.url("/data-protection/my-copy")
    assert client.post(url, data={"format": "json"}).status_code == 200
    (line,) = lines(caplog, "record exported")
    assert line["what"] == "own copy"


def test_what_is_kept_shorter_is_a_line(officer, asker, caplog):
    url = asker.url("/data-protection/retention")
    answer = fill(get_page(officer, url), "/retention") | {"letters": "2"}
    assert officer.post(url, data=answer).status_code == 303
    (line,) = lines(caplog, "retention changed")
    assert line["what"] == "letters" and line["by"] == str(asker.users[Role.PRIVACY_OFFICER].id)
