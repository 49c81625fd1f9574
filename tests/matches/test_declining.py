"""What follows from a no: the table, and what it does."""

import datetime as dt

import pytest

from app.guides.models import GuideStatus
from app.matches import services
from app.matches.models import DeclineReason, Match, MatchStatus, Side
from app.matches.queries import rank_for
from app.matches.services.declining import CONSEQUENCES
from app.matching.types import RuleCode
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES, Steps, match_at
from tests.pages import get_page

S = MatchStatus
REST = TODAY + dt.timedelta(days=60)


def decline(session, asker, side, reason) -> Match:
    at = S.GUIDE_ASKED if side is Side.GUIDE else S.FAMILY_ASKED
    match = match_at(session, asker, at)
    services.decline_match(
        session,
        Steps(session, asker).actor,
        match,
        refusal=services.Refusal(side, DeclineReason(reason)),
        addresses=ADDRESSES,
        now=NOW,
    )
    return match


@pytest.mark.parametrize("reason", ["no_time", "changed_situation", "found_another"])
def test_guide_without_time_is_left_alone_for_sixty_days(session, asker, reason):
    match = decline(session, asker, Side.GUIDE, reason)
    assert (match.lead.status, match.lead.paused_until) == (GuideStatus.PAUSED, REST)
    assert match.lead.places_taken == 0


@pytest.mark.parametrize("reason", ["too_far", "not_a_fit", "knows_the_other", "no_reason"])
def test_guide_who_said_no_to_this_family_can_be_asked_about_others(session, asker, reason):
    match = decline(session, asker, Side.GUIDE, reason)
    assert match.lead.status is GuideStatus.READY


@pytest.mark.parametrize("reason", DeclineReason)
def test_no_of_the_family_costs_the_guide_nothing(session, asker, reason):
    match = decline(session, asker, Side.FAMILY, reason)
    assert match.lead.status is GuideStatus.READY
    assert match.family.status == "waiting"


@pytest.mark.parametrize("side", [Side.GUIDE, Side.FAMILY])
@pytest.mark.parametrize("reason", DeclineReason)
def test_pair_that_somebody_said_no_to_never_comes_back(session, asker, side, reason):
    match = decline(session, asker, side, reason)
    ranking = rank_for(session, Steps(session, asker).actor, match.family, today=TODAY)
    assert RuleCode.DECLINED in ranking.explain(asker.guide.id).failing


def test_longer_break_is_not_cut_short(session, asker):
    match = match_at(session, asker, S.GUIDE_ASKED)
    match.lead.pause(until=None)
    refusal = services.Refusal(Side.GUIDE, DeclineReason.NO_TIME)
    actor = Steps(session, asker).actor
    services.decline_match(session, actor, match, refusal=refusal, addresses=ADDRESSES, now=NOW)
    assert (match.lead.status, match.lead.paused_until) == (GuideStatus.PAUSED, None)


def test_every_reason_of_both_sides_has_its_line():
    assert set(CONSEQUENCES) == {Side.GUIDE, Side.FAMILY}
    for side in CONSEQUENCES.values():
        assert set(side) == set(DeclineReason)


@pytest.mark.parametrize(
    ("side", "reason", "words"),
    [
        (Side.GUIDE, "no_time", "about nobody until"),
        (Side.GUIDE, "too_far", "how far they like to travel"),
        (Side.FAMILY, "found_another", "does it still want a guide"),
    ],
)
def test_page_tells_staff_what_follows(client, session, asker, side, reason, words):
    match = decline(session, asker, side, reason)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en")).get_text()
    assert words in page and "not proposed to each other again" in page
