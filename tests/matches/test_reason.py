"""The page that is printed: everything the decision rests on, and nobody who is not to be there."""

import re

import pytest

from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus, Origin
from app.matches.services.records import ALTERNATIVES_KEPT
from app.permissions import Role
from app.web.locale import LANGUAGES
from tests import cast
from tests.cast import sign_in
from tests.matches.people import WAY_TO, Steps, propose
from tests.pages import get_page

S = MatchStatus


@pytest.fixture
def match(session, asker):
    """Selam Tesfay is proposed for a family, before others whose names nobody else may read."""
    selam = cast.make_guide(
        session, asker, name="Selam Tesfay", status=GuideStatus.READY, languages={"ar": 4, "no": 4}
    )
    for number in range(7):
        cast.make_guide(session, asker, name=f"Other Secret{number}", status=GuideStatus.READY)
    cast.make_guide(
        session, asker, name="Busy Secret", status=GuideStatus.READY, availability=1 << 20
    )
    family = cast.make_family(session, asker, reference="F-77", contact_name="Rahel Hidden")
    match = propose(session, asker, family, selam)
    session.commit()
    return match


def page_of(client, asker, match, language="en"):
    sign_in(client, asker.coordinator)
    return get_page(client, asker.url(f"/matches/{match.id}/reason?lang={language}"))


def bring(session, asker, match, status):
    steps = Steps(session, asker)
    for step in WAY_TO[status]:
        steps.take(match, step)
    session.commit()


def test_a_proposal_keeps_the_next_best_guides_as_ids_and_points(session, match):
    record = match.explanation
    assert len(record["alternatives"]) == ALTERNATIVES_KEPT
    scores = [other["score"] for other in record["alternatives"]]
    assert scores == sorted(scores, reverse=True) and scores[0] <= record["score"]
    assert all(sum(o["points"].values()) == o["score"] for o in record["alternatives"])
    assert record["inputs"]["guide"]["guide_id"] not in str(record["alternatives"])
    assert record["considered"] == 11 and record["candidate_count"] == 9
    assert record["rule_counts"] == {
        "availability": {"removed": 1, "alone": 1},
        "not_ready": {"removed": 1, "alone": 1},
    }
    assert "Secret" not in str(record) and "Rahel" not in str(record)


def test_the_page_says_what_was_looked_at_and_what_it_came_to(client, asker, match):
    page = page_of(client, asker, match)
    text = page.select_one(".sheet").get_text(" ", strip=True)
    assert "11 guides were looked at. 9 of them could be asked. This guide fitted best." in text
    assert "No time in common: 1 guide" in text and "Not ready yet" not in text
    assert "Some had no room or were not ready" in text
    assert "Both speak Arabic, the family's mother tongue" in text
    assert "Not yet" in text and "2 March 2026" in text
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")]
    weights = match.explanation["inputs"]["config"]["weights"]
    assert [int(row[2]) for row in rows] == list(weights.values())
    assert sum(int(row[1]) for row in rows) == match.score
    assert [cell.text for cell in page.select("tfoot td")][:2] == [str(match.score), "1000"]
    assert f"version {match.explanation['version']} of the matching" in text
    assert str(match.id) not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_else_is_named_in_any_language(client, asker, match, language):
    page = page_of(client, asker, match, language)
    sheet, title = page.select_one(".sheet").text, page.title.text
    for secret in ("Secret", "Rahel", "Hidden", "Tesfay", "Asker-1", "+47", "@"):
        assert secret not in sheet + title, secret
    assert "F-77" in sheet


@pytest.mark.parametrize(
    ("status", "named"),
    [
        (S.PROPOSED, False),
        (S.GUIDE_ACCEPTED, False),
        (S.FAMILY_ASKED, False),
        (S.DECLINED, False),
        (S.AGREED, True),
        (S.ENDED, True),
    ],
)
def test_the_guides_first_name_is_there_once_both_have_said_yes(
    client, session, asker, match, status, named
):
    bring(session, asker, match, status)
    sheet = page_of(client, asker, match).select_one(".sheet").text
    assert ("Selam" in sheet) is named
    assert "Tesfay" not in sheet


def test_two_who_go_together_are_both_there(client, session, asker, match):
    row = session.get(Match, match.id)
    row.guides.append(MatchGuide(guide_id=asker.guide.id, kind=GuideKind.CO))
    row.guides.append(MatchGuide(guide_id=asker.applicant.id, kind=GuideKind.BACKUP))
    session.commit()
    assert "Family F-77 and 2 guides" in page_of(client, asker, match).text
    session.get(Match, match.id).agreed_on = match.proposed_at.date()
    session.commit()
    lead = page_of(client, asker, match).select_one(".lead").text
    assert lead == "Family F-77 and Selam and Kari"


def test_who_decided_is_who_confirmed(client, session, asker, match):
    bring(session, asker, match, S.GUIDE_ASKED)
    text = page_of(client, asker, match).select_one(".sheet").text
    assert f"{asker.coordinator.name}, 2 March 2026" in text


def test_the_only_one_who_could_be_asked_is_not_said_to_have_fitted_best(
    client, session, asker, match
):
    told = dict(session.get(Match, match.id).explanation) | {"candidate_count": 1, "rank": 1}
    told["rule_counts"] = {
        code: {"removed": 2, "alone": 1}
        for code in ("under_18", "capacity", "paused", "not_ready", "certificate")
    }
    session.get(Match, match.id).explanation = told
    session.commit()
    page = page_of(client, asker, match)
    section = page.select_one("section[aria-labelledby=looked-at]")
    assert "This guide was the only one who could be asked." in section.text
    assert "fitted best" not in section.text and "1 of them" not in section.text
    assert [li.text for li in section.select("li")] == ["Some had no room or were not ready"]


def test_a_choice_by_hand_tells_why_and_what_spoke_against_once(client, session, asker):
    family = cast.make_family(session, asker, reference="F-78", availability=1 << 20)
    note = "They met at the library."
    match = propose(session, asker, family, session.get(Guide, asker.guide.id), note=note)
    session.commit()
    assert match.origin is Origin.BY_HAND
    page = page_of(client, asker, match)
    assert f"Chosen by hand: {note}" in page.text
    against = [line.text for line in page.select("section[aria-labelledby=against] li")]
    assert against.count("No time in common") == 1
    assert "0 of them could be asked." in page.text and "fitted best" not in page.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_prints_it_but_those_who_propose(client, asker, match, role):
    sign_in(client, asker.users[role])
    assert client.get(asker.url(f"/matches/{match.id}/reason")).status_code == 404


def test_another_municipality_finds_nothing(client, asker, baerum, match):
    sign_in(client, baerum.coordinator)
    assert client.get(asker.url(f"/matches/{match.id}/reason")).status_code == 404
    assert client.get(baerum.url(f"/matches/{match.id}/reason")).status_code == 404


def test_the_match_leads_there_if_there_is_something_to_tell(client, session, asker, match):
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
    assert page.find("a", string="Print the reason")["href"].endswith(f"/matches/{match.id}/reason")
    bare = asker.proposal
    page = get_page(client, asker.url(f"/matches/{bare.id}?lang=en"))
    assert not page.find("a", string="Print the reason")
    assert client.get(asker.url(f"/matches/{bare.id}/reason")).status_code == 404


def test_an_older_record_that_knows_less_is_told_as_far_as_it_goes(client, session, asker, match):
    old = dict(session.get(Match, match.id).explanation)
    for late in ("considered", "rule_counts", "alternatives"):
        del old[late]
    session.get(Match, match.id).explanation = old
    session.commit()
    text = page_of(client, asker, match).select_one(".sheet").text
    assert "9 of them could be asked" not in text and "9 guides could be asked." in text
    assert not re.search(r"looked at\.", text)


def test_a_family_that_was_forgotten_leaves_no_page(client, session, asker, match):
    session.get(Match, match.id).explanation = {}
    session.get(Family, match.family_id).contact_name = ""
    session.commit()
    sign_in(client, asker.coordinator)
    assert client.get(asker.url(f"/matches/{match.id}/reason")).status_code == 404
