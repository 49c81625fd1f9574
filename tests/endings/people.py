"""Pairs that come to an end, for the tests of this room."""

import datetime as dt
import itertools

from sqlalchemy import select

from app.accounts.models import Membership, User
from app.endings import services
from app.endings.models import EndAnswer, EndWish
from app.endings.services import Pages, Wish
from app.families.models import FamilyStatus
from app.guides.models import GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.messages.models import OutgoingMessage
from app.permissions import Actor, Role
from tests import cast
from tests.cast import NOW

TODAY = NOW.date()
HOME = "https://guide.example/asker/how-it-was/"
PAGES = Pages(questions=lambda token: HOME + token, my_page="https://guide.example/asker/my-page")
NUMBERS = itertools.count(1)


def make_pair(session, town, *, guide=None, started_on=TODAY - dt.timedelta(days=200), **family):
    """Add a pair that meets: a guide with one place taken, unless another is given."""
    number = next(NUMBERS)
    known = {"reference": f"E-{number}", "contact_email": f"amal{number}@home.example"}
    row = cast.make_family(session, town, **known | {"status": FamilyStatus.MATCHED} | family)
    match = Match(
        family_id=row.id,
        status=MatchStatus.ACTIVE,
        proposed_at=NOW,
        asked_on=started_on,
        agreed_on=started_on,
        started_on=started_on,
    )
    guide = guide or make_guide(session, town)
    guide.places_taken += 1
    match.guides.append(MatchGuide(guide_id=guide.id, guide=guide, kind=GuideKind.LEAD))
    session.add(match)
    session.flush()
    return match


def make_guide(session, town, **changes):
    """Add a ready guide with an account of their own."""
    number = next(NUMBERS)
    email = f"gro{number}@example.com"
    user = User(name=f"Gro Nilsen{number}", email=email, created_at=NOW)
    user.memberships.append(Membership(municipality_id=town.municipality.id, role=Role.GUIDE))
    session.add(user)
    session.flush()
    known = {"name": f"Gro Nilsen{number}", "email": email, "user_id": user.id}
    return cast.make_guide(session, town, **known | {"status": GuideStatus.READY} | changes)


def guide_actor(town, match):
    return Actor(match.lead.user_id, town.municipality.id, frozenset({Role.GUIDE}))


def say(session, town, match, wish, *, now=NOW, **more):
    """Let the match's guide say something."""
    actor = guide_actor(town, match)
    return services.say_wish(session, actor, match, Wish(EndWish(wish), **more), now=now)


def decide(session, town, match, wish, *, now=NOW, **more):
    """Let staff decide how a match goes on."""
    actor = cast.actor(town, Role.COORDINATOR)
    wish = Wish(EndWish(wish), **more)
    return services.end_now_or_later(session, actor, match, wish, pages=PAGES, now=now)


def one_morning(session, now):
    return services.end_planned_matches(session, pages=PAGES, now=now)


def answers_of(session, match):
    """Return what the guide and the family were asked, in this order."""
    statement = select(EndAnswer).where(EndAnswer.match_id == match.id)
    return sorted(session.scalars(statement), key=lambda answer: answer.guide_id is None)


def tokens(session):
    """Return the links' tokens by the letter that they went with, the latest of each."""
    letters = session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.created_at))
    found = {}
    for letter in letters:
        for line in letter.body.splitlines():
            if "/how-it-was/" in line:
                found[letter.template] = line.rsplit("/", 1)[1].strip()
    return found
