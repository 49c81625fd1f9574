"""A copy of what is kept: all of it, of nobody else, and what is left out is named."""

import json

import pytest

from app.activities.models import Activity, ActivityKind, Mood
from app.data_map import note_of, tells_of
from app.database import Base
from app.endings.models import EndAnswer, Tap
from app.families.models import Family
from app.follow_ups.models import Concern, PairSide
from app.guides.models import Guide
from app.matches.models import Match, MatchStatus
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.personal import Facts, Person
from app.privacy.forms.columns import WORDS
from app.privacy.queries.copies import NOT_SHOWN, list_chapters
from tests.cast import NOW, TODAY, sign_in
from tests.pages import fill, get_page

# Columns of the machine's own, that stand in the file and not on paper.
FOR_MACHINES = {
    *("addressee", "after", "answer", "answers", "asks_for", "answered_on", "at_once", "attempts"),
    *("awaits_yes", "before", "changed_at", "channel", "checks", "chosen_at", "closed_on"),
    *("due_at", "expires_on", "explanation", "failed_at", "family_agreed_on"),
    *("family_rest_told_on", "family_yes_on"),
    *("guide_agreed_on", "handled_at", "id", "last_error", "never_said_yes", "number", "once_key"),
    *("other_body", "other_recipient", "person", "placed_by", "places_taken", "position"),
    *("problem", "reply_to", "rest_told_on", "sender", "sequence", "template", "tried_in_vain"),
}


@pytest.fixture
def told(session, asker):
    """Both sides have said something."""
    match = session.get(Match, asker.proposal.id)
    match.status, match.choice_note = MatchStatus.ENDED, "staff chose them"
    match.agreed_on = TODAY
    match.explanation = {"family": "speaks arabic"}
    session.get(Family, asker.family.id).note = "third floor"
    row = {"match_id": match.id, "guide_id": asker.guide.id}
    session.add_all(
        [
            Activity(
                **row,
                once_token="once",
                done_on=TODAY,
                duration_minutes=60,
                kind=ActivityKind.CHAT,
                mood=Mood.GOOD,
                note="at the library",
                logged_at=NOW,
            ),
            Concern(match_id=match.id, side=PairSide.FAMILY, once_token="f", raised_at=NOW),
            EndAnswer(match_id=match.id, asked_at=NOW, went_well=Tap.NO),
            EndAnswer(**row, asked_at=NOW, went_well=Tap.YES),
        ]
    )
    letter = {"template": "x", "locale": "nb", "subject": "x", "body": "Hei Amal"}
    dates = {"created_at": NOW, "due_at": NOW}
    session.add(
        OutgoingMessage(recipient="+4790000202", about_id=asker.family.id, **letter, **dates)
    )
    session.commit()


def text_of(session, person, record_id) -> str:
    session.expire_all()
    chapters = list_chapters(session, person, record_id)
    return str([(entry.table, dict(entry.values)) for c in chapters for entry in c.entries])


@pytest.mark.usefixtures("told")
def test_a_guide_gets_all_that_is_theirs_and_nothing_of_the_family(session, asker):
    text = text_of(session, Person.GUIDE, asker.guide.id)
    for own in ("Kari Asker", "+4790000101", "Asker Centre", "at the library", "staff chose them"):
        assert own in text
    assert "Tap.YES" in text
    for other in ("Amal", "90000202", "third floor", "Tap.NO", "concern", "Ola"):
        assert other not in text


@pytest.mark.usefixtures("told")
def test_a_family_gets_all_that_is_theirs_and_nothing_of_the_guide(session, asker):
    text = text_of(session, Person.FAMILY, asker.family.id)
    for own in ("Amal Asker", "+4790000202", "third floor", "Hei Amal", "Tap.NO", "concern"):
        assert own in text
    for other in ("Kari", "90000101", "Tap.YES"):
        assert other not in text


def test_every_column_about_somebody_has_words_or_is_the_machines_own():
    without = {
        column.key
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(tells_of(column, person) for person in (Person.GUIDE, Person.FAMILY))
        and note_of(column).facts not in NOT_SHOWN
        and (not column.foreign_keys or column.key == "neighbourhood_id")
        and not column.key.endswith(("_id", "token"))
    }
    assert without - set(WORDS) - FOR_MACHINES == set()


@pytest.fixture
def officer(client, asker):
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("person", [Person.GUIDE, Person.FAMILY])
def test_what_is_left_out_is_not_there_and_the_copy_says_so(officer, asker, person):
    folder = {"guide": "guides", "family": "families"}[person]
    url = asker.url(f"/data-protection/{folder}/{getattr(asker, person.value).id}/copy")
    answer = fill(get_page(officer, url), "/copy") | {"format": "json"}
    assert answer["match_reasoning"] == "other_person"
    left = {f"{person}_name": "safety", "match_words": "other_person"}
    copy = officer.post(url, data=answer | left)
    told = json.loads(copy.data)
    assert told["left_out"][f"{person}_name"] == "safety"
    assert "match_reasoning" in told["left_out"]
    for word in ("speaks arabic", "Kari Asker", "Amal Asker", "staff chose"):
        assert word not in copy.text
    assert copy.headers["Content-Disposition"] == 'attachment; filename="what-is-kept.json"'
    assert copy.headers["Cache-Control"] == "no-store"
    paper = officer.post(url, data=answer | {"format": "pdf"})
    assert paper.data.startswith(b"%PDF")


@pytest.mark.usefixtures("told")
def test_a_guide_takes_their_own_and_what_is_of_both_goes_by_staff(client, asker):
    sign_in(client, asker.guide_user)
    get_page(client, asker.url("/my-page")).select_one("a[href$='/my-copy']")
    page = get_page(client, asker.url("/data-protection/my-copy"))
    answer = fill(page, "/my-copy") | {"format": "json"}
    copy = client.post(asker.url("/data-protection/my-copy"), data=answer)
    facts = {chapter["facts"] for chapter in json.loads(copy.data)["chapters"]}
    assert {"guide_name", "guide_contact", "activity_words"} <= facts
    assert not {"match_reasoning", "match_words", "staff_words"} & facts
    assert "Amal" not in copy.text and "speaks arabic" not in copy.text


def test_nobody_takes_more_than_five_copies_a_day(client, asker):
    sign_in(client, asker.guide_user)
    url = asker.url("/data-protection/my-copy")
    answers = [client.post(url, data={"format": "json"}).status_code for _number in range(6)]
    assert answers == [200] * 5 + [429]


def test_the_neighbours_people_are_in_no_copy(session, asker, baerum):
    for person in (Person.GUIDE, Person.FAMILY):
        assert list_chapters(session, person, getattr(baerum, person.value).id) == []


def test_keys_and_secrets_are_in_no_copy(session, asker):
    facts = {c.facts for c in list_chapters(session, Person.GUIDE, asker.guide.id)}
    assert Facts.SECRET not in facts
    text = text_of(session, Person.GUIDE, asker.guide.id)
    guide = session.get(Guide, asker.guide.id)
    assert str(guide.id) not in text and str(guide.user_id) not in text
