"""`flask matches replay`: every stored proposal follows from what it holds, or is told not to."""

import uuid

import pytest
from sqlalchemy.orm.attributes import flag_modified

from app.matches.models import Match
from app.matching import VERSION
from tests import cast
from tests.matches.people import propose


@pytest.fixture
def match(session, asker):
    family = cast.make_family(session, asker, reference="F-9")
    guide = cast.make_guide(session, asker, name="Liv", status="ready", languages={"prs": 3})
    match = propose(session, asker, family, guide)
    session.commit()
    return match


@pytest.fixture
def replay(flask_app):
    def replay(*arguments):
        # The settings of the runner's own environment do not matter: the application is made.
        return flask_app.test_cli_runner().invoke(args=["matches", "replay", *arguments])

    return replay


def change(session, match, **changes):
    row = session.get(Match, match.id)
    row.explanation.update(changes)
    flag_modified(row, "explanation")
    session.commit()


def test_a_proposal_gives_the_same_answer_again(replay, match):
    result = replay("--all")
    assert result.exit_code == 0, result.output
    line = next(one for one in result.output.splitlines() if str(match.id) in one)
    assert line.split()[:3] == ["asker", str(match.id), str(match.score)]
    assert line.endswith("the same answer")
    # The cast's own proposal was made without the matching.
    assert "2 proposals: 1 the same, 0 different, 0 of another version, 1 without" in result.output


def test_one_match_is_replayed_by_its_id_wherever_it_is(replay, match, baerum):
    result = replay(str(match.id))
    assert result.exit_code == 0 and "1 proposals: 1 the same" in result.output
    assert str(baerum.proposal.id) not in result.output
    assert str(baerum.proposal.id) in replay("--all").output


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda r: {"score": r["score"] - 1}, "score, the match's score"),
        (lambda r: {"reasons": []}, "reasons"),
        (lambda r: {"failing": ["pets"]}, "failing"),
        (lambda r: {"inputs": r["inputs"] | {"guide": {}}}, "KeyError"),
        (
            lambda r: {"alternatives": [{"guide_id": "x", "score": 5, "points": {"language": 4}}]},
            "the alternatives' sums",
        ),
    ],
)
def test_an_answer_that_does_not_follow_is_told_and_fails(replay, session, match, spoil, told):
    change(session, match, **spoil(match.explanation))
    result = replay("--all")
    assert result.exit_code == 1
    line = next(one for one in result.output.splitlines() if str(match.id) in one)
    assert "ANOTHER ANSWER" in line and told in line


def test_weights_that_were_changed_afterwards_are_found(replay, session, match):
    inputs = match.explanation["inputs"]
    weights = inputs["config"]["weights"]
    weights["language"], weights["waiting"] = weights["language"] - 30, weights["waiting"] + 30
    change(session, match, inputs=inputs)
    result = replay(str(match.id))
    assert result.exit_code == 1 and "terms" in result.output


def test_a_proposal_of_another_version_is_told_and_is_no_fault(replay, session, match):
    change(session, match, version="0", score=1)
    result = replay("--all")
    assert result.exit_code == 0
    assert "made by version 0 of the matching" in result.output and VERSION != "0"


@pytest.mark.parametrize(
    "arguments", [(), ("--all", "99999999-9999-4999-8999-999999999999"), ("not-an-id",)]
)
def test_a_call_that_names_nothing_or_too_much_is_refused(replay, match, arguments):
    assert replay(*arguments).exit_code == 2


def test_a_match_that_is_nowhere_is_told(replay, match):
    result = replay(str(uuid.uuid4()))
    assert result.exit_code == 1 and "There is no match" in result.output
