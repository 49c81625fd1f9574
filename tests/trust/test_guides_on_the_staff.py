"""Whoever is a guide of a match is never staff for it, nor for its family: in any room, on any page.

They walk past everything that can be opened, as staff and guide at once, and are shown no more of
their own family than the same person is as a guide alone.
"""

import datetime as dt
import os

import pytest
import time_machine
from sqlalchemy import delete

from app.accounts.models import Membership
from app.endings.models import EndWish, MatchEnding, Transfer
from app.families.models import Family
from app.follow_ups.models import Concern, FollowUp, FollowUpKind, PairSide
from app.guides.models import GuideStatus
from app.matches import services
from app.matches.models import GuideKind, Match, MatchStatus, Side
from app.matches.services import Arrangement
from app.messages.models import MessageStatus, OutgoingMessage
from app.permissions import STAFF_ROLES, Role
from app.privacy.models import Right, RightsRequest
from app.rounds.services import compute_round
from app.who_sees import Viewer
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES, WAY_TO, Steps
from tests.trust.tour import Towns, Visitor, _rows, walk

REFERENCE, NAME, PHONE = "QX-4711", "Zebedea", "+4790000979"
S = MatchStatus
ASKED, PRESENT, LEFT = "asked", "present", "left"
# A day tries one who is everything at once and takes part; FULL=1 each role, and who was only
# asked or has left.
FULL = os.environ.get("FULL") == "1"
ROLES = {"everything": STAFF_ROLES} | {
    role.value: frozenset({role}) for role in sorted(STAFF_ROLES) if FULL
}
# Nobody's pages: what is made for programs, and what signs one out.
SKIPPED = frozenset({"static", "accounts.sign_out"})


@pytest.fixture
def family(session, asker):
    """A family that nobody has been proposed for, with a name that stands nowhere else."""
    match = session.get(Match, asker.proposal.id)
    family = session.get(Family, asker.family.id)
    family.reference, family.contact_name, family.contact_phone = REFERENCE, NAME, PHONE
    lead = cast.make_guide(
        session, asker, name="Liv", email="liv@asker.example", status=GuideStatus.READY
    )
    match.guides[0].guide_id = lead.id
    session.flush()
    session.expire_all()
    return family


def bring_to(session, asker, part):
    """Let the cast's guide be the second one of the family's match, in one of the three ways."""
    match = session.get(Match, asker.proposal.id)
    coordinator = cast.actor(asker, Role.COORDINATOR)
    lead = match.lead.id

    def arrange(*others):
        parts = {lead: GuideKind.LEAD} | dict.fromkeys(others, GuideKind.CO)
        arranged = Arrangement(parts, family_yes_on=TODAY)
        services.arrange_guides(session, coordinator, match, arranged, addresses=ADDRESSES, now=NOW)

    if part == ASKED:
        for step in WAY_TO[S.ACTIVE]:
            Steps(session, asker).take(match, step)
        arrange(asker.guide.id)
        return match
    arrange(asker.guide.id)
    for step in WAY_TO[S.ACTIVE]:
        Steps(session, asker).take(match, step)
    if part == LEFT:
        arrange()
    return match


def surround(session, asker, match):
    """Put what each room holds about a family beside it: a wish, a move, a call, a letter."""
    far = TODAY + dt.timedelta(days=20)
    about = {"match_id": match.id}
    session.add_all(
        [
            MatchEnding(
                **about,
                wish=EndWish.FAMILY_MOVED,
                side=Side.COORDINATOR,
                said_at=NOW,
                last_meeting_on=far,
            ),
            Transfer(
                family_id=match.family_id, to_municipality="Lillesand", moves_on=far, noted_at=NOW
            ),
            Concern(**about, side=PairSide.FAMILY, once_token="worried", raised_at=NOW),
            FollowUp(**about, kind=FollowUpKind.CHECK_IN, number=1, due_on=TODAY),
            RightsRequest(
                person="family",
                record_id=match.family_id,
                asks_for=Right.ACCESS,
                asked_on=TODAY,
                noted_at=NOW,
                once_token="asked",
            ),
            OutgoingMessage(
                template="family_agreed",
                locale="nb",
                subject="x",
                body=f"Hei {NAME}",
                recipient=PHONE,
                about_id=match.family_id,
                status=MessageStatus.FAILED,
                created_at=NOW,
                due_at=NOW,
            ),
        ]
    )


def shown_to(app, session, asker, needles):
    """Return, by address, which of the words stand in what the guide's account can open."""
    rows = _rows(session)
    user = asker.guide_user
    own = {asker.guide.id: {asker.proposal.id}}
    towns = Towns([asker.municipality.id], rows, {}, own)
    visitor = Visitor(Viewer.GUIDE, user, guide_id=asker.guide.id)
    session.commit()
    with time_machine.travel(NOW, tick=False):
        return {
            address: {word for word in needles if word in text}
            for _name, address, text in walk(app, towns, visitor, most=3, skipped=SKIPPED)
        }


def work_as(session, asker, roles):
    user_id = asker.guide_user.id
    here = asker.municipality.id
    session.execute(
        delete(Membership).where(Membership.user_id == user_id, Membership.role != Role.GUIDE)
    )
    for role in roles:
        session.add(Membership(user_id=user_id, municipality_id=here, role=role))
    session.commit()


def walk_as_both(app, session, asker, part, roles):
    """Return what is shown to somebody who works here beyond what a guide alone is shown."""
    compute_round(session, cast.actor(asker, Role.COORDINATOR), now=NOW)
    match = bring_to(session, asker, part)
    surround(session, asker, match)
    needles = {REFERENCE, NAME, PHONE, "900 00 979", f"{match.id}", f"{match.family_id}"}
    work_as(session, asker, ())
    as_guide = shown_to(app, session, asker, needles)
    work_as(session, asker, roles)
    as_both = shown_to(app, session, asker, needles)
    assert len(as_both) > 60
    asked_for = {url: {word for word in needles if word in url} for url in as_both}
    return {
        url: words - as_guide.get(url, set()) - asked_for[url]
        for url, words in as_both.items()
        if words - as_guide.get(url, set()) - asked_for[url]
    }


@pytest.mark.campaign
@pytest.mark.usefixtures("family")
@pytest.mark.parametrize("part", [ASKED, PRESENT, LEFT] if FULL else [PRESENT])
@pytest.mark.parametrize("roles", ROLES.values(), ids=ROLES)
def test_staff_who_guide_a_family_are_shown_nothing_of_it_as_staff(
    flask_app, session, asker, part, roles
):
    assert walk_as_both(flask_app, session, asker, part, roles) == {}
