"""What staff correct about a guide, and what a corrected answer must not leave behind."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.accounts.models import LinkKind
from app.database import lock
from app.errors import Conflict
from app.guides import queries
from app.guides.models import ADULT_AGE_GROUPS, Guide, GuideStatus
from app.guides.services.coupling import separate
from app.guides.services.offers import Person, Skills, Terms, write_offer, write_person
from app.guides.services.signing_up import send_status_link
from app.guides.services.steps import forget_guardians
from app.guides.services.vetting import GuideTooYoung
from app.messages.reach import following
from app.messages.services import To
from app.permissions import Actor, Permission, ensure_may

# Rooms above say how many of a guide's places somebody under 18 may hold: those of groups.
PLACES_OF_GROUPS: list[Callable[[Session, Guide], int]] = []


@dataclass(frozen=True, slots=True)
class Correction:
    """All that a guide has told us, as staff write it down."""

    person: Person
    skills: Skills
    terms: Terms


class CapacityInUse(Conflict):
    """The guide has more families now than the new capacity allows."""


class EmailTaken(Conflict):
    """Another guide, or another account, has the e-mail address."""


def change_guide(
    session: Session,
    actor: Actor,
    guide: Guide,
    told: Correction,
    *,
    now: dt.datetime,
    link_url: Callable[[str], str],
) -> Guide:
    """Correct what a guide has told us.

    A new e-mail address or number takes over at once: every link that the old one was sent
    ends, its sessions too, and the new one gets a link to the guide's own page.

    Raises:
        CapacityInUse: the guide has more families than the new capacity.
        GuideTooYoung: has a family as an adult, and is under 18 by the new answer. Who meets a
            group takes the right answer at any time: what is missing there shows at once.
        EmailTaken: somebody else's address.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)  # a match may take a place just now
    if told.terms.capacity < guide.places_taken:
        raise CapacityInUse(f"guide {guide.id}: {guide.places_taken}")
    if guide.is_adult and told.person.age_group not in ADULT_AGE_GROUPS:
        _ensure_groups_alone(session, guide)
    moves = (told.person.email, told.person.phone) != (guide.email, guide.phone)
    if told.person.email != guide.email:
        _leave_mailbox(session, guide, told.person.email, now=now)
    with following(session, lambda: To.guide(guide), now=now, renewed={LinkKind.STATUS}):
        write_person(guide, told.person)
    if guide.is_adult:
        forget_guardians(session, guide.id)  # nobody answers for an adult
    else:
        separate(session, guide.id)  # who is under 18 takes no family, nor the other half with them
    write_offer(guide, told.skills, told.terms)
    session.flush()
    if moves and guide.status is not GuideStatus.ENDED:
        send_status_link(session, guide, "status_link", {}, now=now, link_url=link_url)
    return guide


def _ensure_groups_alone(session: Session, guide: Guide) -> None:
    """Raise GuideTooYoung where a place may be taken by anybody but a group of minors."""
    if guide.places_taken > count_groups(session, guide):
        raise GuideTooYoung(f"guide {guide.id}")


def count_groups(session: Session, guide: Guide) -> int:
    """Return how many of a guide's places are taken by groups of minors."""
    return sum(count(session, guide) for count in PLACES_OF_GROUPS)


def _leave_mailbox(session: Session, guide: Guide, email: str, *, now: dt.datetime) -> None:
    other = queries.find_guide_by_email(session, email)
    if other is not None and other.id != guide.id:
        raise EmailTaken(f"guide {other.id}")
    if guide.user_id:
        try:
            accounts.change_guide_email(session, guide.user_id, email, now=now)
        except accounts.EmailInUse:
            raise EmailTaken(f"an account, for guide {guide.id}") from None
    guide.email_confirmed_at = None
