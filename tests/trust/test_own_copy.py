"""What a guide takes home of what is kept about them: nothing that others said in confidence."""

import datetime as dt
import json
import re

import pytest

from app.endings.models import EndWish, MatchEnding
from app.follow_ups.models import (
    Concern,
    ContactedBy,
    FollowUp,
    FollowUpAnswer,
    FollowUpContact,
    FollowUpKind,
    Light,
    PairSide,
    Reply,
    SpokeWith,
)
from app.guides.models import GuideStatus
from app.matches import services
from app.matches.models import DeclineReason, EndReason, GuideKind, MatchStatus, Side
from app.matches.services import Arrangement
from app.permissions import Role
from app.personal import Person
from app.privacy.forms.copies import LeftOut, copy_form
from app.privacy.queries.copies import list_chapters
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.people import ADDRESSES, WAY_TO, Steps, match_at
from tests.pages import get_page

S = MatchStatus
CHANGING = re.compile(r'"(places_taken|sequence)": \d+')


def copy_of(client, session, asker):
    """Return the copy that the guide takes, as a file."""
    session.commit()
    sign_in(client, asker.guide_user)
    answer = client.post(asker.url("/data-protection/my-copy?lang=en"), data={"format": "json"})
    assert answer.status_code == 200
    return answer.text


def tables_in(copy):
    return {entry["table"] for c in json.loads(copy)["chapters"] for entry in c["entries"]}


def columns_of(copy, table):
    return {
        name
        for chapter in json.loads(copy)["chapters"]
        for entry in chapter["entries"]
        if entry["table"] == table
        for name in entry
    }


def speak_in_confidence(session, match, guide_id):
    """Let the family say all that it can say to staff alone."""
    far = TODAY + dt.timedelta(days=40)
    match.checked_on = TODAY
    again = FollowUp(match_id=match.id, kind=FollowUpKind.AGAIN, number=1, due_on=far)
    session.add(again)
    session.flush()
    session.add_all(
        [
            Concern(match_id=match.id, side=PairSide.FAMILY, once_token="c", raised_at=NOW),
            FollowUpContact(
                match_id=match.id,
                once_token="f",
                talked_on=TODAY,
                noted_at=NOW,
                spoke_with=SpokeWith.FAMILY,
                way=ContactedBy.THROUGH_INTERPRETER,
                light=Light.BAD,
                again_on=far,
            ),
            FollowUpAnswer(
                follow_up_id=again.id,
                match_id=match.id,
                side=PairSide.FAMILY,
                asked_at=NOW,
                reply=Reply.TALK,
                answered_at=NOW,
            ),
            MatchEnding(
                match_id=match.id,
                wish=EndWish.ANOTHER_GUIDE,
                side=Side.COORDINATOR,
                guide_id=guide_id,
                said_at=NOW,
                last_meeting_on=far,
            ),
        ]
    )


def test_the_copy_is_the_same_before_and_after_a_family_has_spoken(client, session, asker):
    match = match_at(session, asker, S.ACTIVE)
    before = copy_of(client, session, asker)
    speak_in_confidence(session, match, asker.guide.id)
    assert copy_of(client, session, asker) == before
    assert "agreement" in tables_in(before) and "match" in tables_in(before)


def test_the_paper_says_that_something_may_be_left_out_and_why(client, session, asker):
    copy = json.loads(copy_of(client, session, asker))
    assert copy["left_out"]["follow_up_facts_in_confidence"] == LeftOut.CONFIDENCE
    assert copy["left_out"]["match_facts_in_confidence"] == LeftOut.CONFIDENCE
    page = get_page(client, asker.url("/data-protection/my-copy?lang=en"))
    assert "in confidence" in page.main.text


def test_nothing_is_told_of_a_proposal_the_guide_was_never_asked_about(client, session, asker):
    with_it = copy_of(client, session, asker)
    assert not {"match", "match_guide", "match_event"} & tables_in(with_it)
    Steps(session, asker).withdrawn(match_at(session, asker, S.PROPOSED))
    assert copy_of(client, session, asker) == with_it


@pytest.mark.parametrize("side", [Side.FAMILY, Side.COORDINATOR])
def test_who_said_no_and_why_is_told_to_whoever_said_it(client, session, asker, side):
    match = match_at(session, asker, S.FAMILY_ASKED)
    refusal = services.Refusal(side, DeclineReason.KNOWS_THE_OTHER)
    services.decline_match(
        session, Steps(session, asker).actor, match, refusal=refusal, addresses=ADDRESSES, now=NOW
    )
    copy = copy_of(client, session, asker)
    assert not {"status", "declined_by", "decline_reason"} & columns_of(copy, "match")
    assert "declined" not in copy and "knows_the_other" not in copy


def test_a_guide_reads_their_own_no(client, session, asker):
    match = match_at(session, asker, S.GUIDE_ASKED)
    refusal = services.Refusal(Side.GUIDE, DeclineReason.TOO_FAR)
    services.decline_match(
        session, Steps(session, asker).actor, match, refusal=refusal, addresses=ADDRESSES, now=NOW
    )
    assert "too_far" in copy_of(client, session, asker)


def test_the_reason_of_an_end_stays_with_staff(client, session, asker):
    match = match_at(session, asker, S.ACTIVE)
    ending = services.Ending(EndReason.NOT_A_FIT, family_waits=True)
    services.end_match(session, Steps(session, asker).actor, match, ending=ending, now=NOW)
    copy = copy_of(client, session, asker)
    assert "ended_on" in columns_of(copy, "match")
    assert "not_a_fit" not in copy


def test_who_is_asked_and_has_not_said_yes_reads_nothing_of_what_goes_on(client, session, asker):
    """The first guide has met the family; the second is asked to come in."""
    lead = cast.make_guide(
        session, asker, name="Liv", email="liv@asker.example", status=GuideStatus.READY
    )
    match = match_at(session, asker, S.PROPOSED)
    actor = cast.actor(asker, Role.COORDINATOR)
    match.guides[0].guide_id = lead.id
    session.flush()
    session.expire_all()
    for step in WAY_TO[S.ACTIVE]:
        Steps(session, asker).take(match, step)
    parts = {lead.id: GuideKind.LEAD, asker.guide.id: GuideKind.CO}
    arranged = Arrangement(parts, family_yes_on=TODAY)
    services.arrange_guides(session, actor, match, arranged, addresses=ADDRESSES, now=NOW)
    copy = copy_of(client, session, asker)
    assert not {"match", "agreement", "start_meeting", "match_event"} & tables_in(copy)
    assert columns_of(copy, "match_guide") >= {"kind", "awaits_yes"}
    assert "family_yes_on" not in copy


def test_the_language_of_the_family_is_the_familys(client, session, asker):
    match = match_at(session, asker, S.ACTIVE)
    match.agreement.family_locale = "uk"
    copy = copy_of(client, session, asker)
    assert "rhythm" in columns_of(copy, "agreement")
    assert "family_locale" not in copy and '"uk"' not in copy


def test_staff_hand_out_what_is_in_confidence_only_by_a_choice_of_their_own(
    flask_app, session, asker
):
    match = match_at(session, asker, S.ACTIVE)
    speak_in_confidence(session, match, asker.guide.id)
    chapters = list_chapters(session, Person.GUIDE, asker.guide.id)
    with flask_app.test_request_context():
        form = copy_form(chapters, formdata=None)
        left_out = {key: field.data for key, field in form._fields.items() if field.data}
    assert left_out["follow_up_facts_in_confidence"] == LeftOut.CONFIDENCE
    assert left_out["match_facts_in_confidence"] == LeftOut.CONFIDENCE
    assert "match_facts" not in left_out
