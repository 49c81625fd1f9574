"""Reads of the room. Everything begins with: is it one of the two who asks?

Who is gets the choice from `get_choice`, and nobody else does: what asks for one asks for that.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app import keyed
from app.accounts.models import User
from app.accounts.queries import StaffMember, list_staff
from app.certificates.models import CertificateTask
from app.certificates.queries import is_cleared
from app.errors import NotFound
from app.guides.models import ADULT_AGE_GROUPS, CoupleGuide, Guide, GuideStatus
from app.guides.queries.steps import lacks_steps
from app.no_contact.queries import PURPOSE, MarkedGuide, marked_guides
from app.paging import Listed, page_of
from app.permissions import Actor, Permission, ensure_may, may, roles_granting
from app.protected.models import (
    ProtectedChoice,
    ProtectedHousehold,
    ProtectedLook,
    ProtectedMatch,
)

LOOKS_SHOWN = 50
MOST_PAGES = 10_000


def find_choice(session: Session) -> ProtectedChoice | None:
    """Return what the municipality has decided; None: such households are refused."""
    people = ProtectedChoice.first, ProtectedChoice.second, ProtectedChoice.changed_by
    return session.scalar(select(ProtectedChoice).options(*map(joinedload, people)))


def list_who_may_be_named(session: Session, actor: Actor) -> list[StaffMember]:
    """Return those among whom the two are chosen, by name: nobody names themselves."""
    ensure_may(actor, Permission.PROTECTED_CHOOSE)
    return [member for member in _able(session) if member.user.id != actor.user_id]


def is_one_missing(session: Session, choice: ProtectedChoice | None) -> bool:
    """Return whether one of the two works off no households any more, and another must be named."""
    able = {member.user.id for member in _able(session)}
    return choice is not None and not choice.named_ids <= able


def _able(session: Session) -> list[StaffMember]:
    able = roles_granting(Permission.PROTECTED_KEEP)
    return [member for member in list_staff(session) if member.roles & able]


def is_named(session: Session, actor: Actor) -> bool:
    """Return whether the actor is one of the two, and still works here as it takes."""
    return _choice_for(session, actor) is not None


def get_choice(session: Session, actor: Actor) -> ProtectedChoice:
    """Return the choice to one of the two it names; to all others there is nothing: NotFound."""
    choice = _choice_for(session, actor)
    if choice is None:
        raise NotFound("protected households")
    return choice


def _choice_for(session: Session, actor: Actor) -> ProtectedChoice | None:
    choice = find_choice(session) if may(actor, Permission.PROTECTED_KEEP) else None
    return choice if choice and actor.user_id in choice.named_ids else None


def list_households(session: Session, _choice: ProtectedChoice) -> Sequence[ProtectedHousehold]:
    """Return all households of the room to one of the two, by number."""
    guides = joinedload(ProtectedHousehold.match).joinedload(ProtectedMatch.guide)
    fears = selectinload(ProtectedHousehold.fears)
    statement = select(ProtectedHousehold).options(guides, fears)
    return session.scalars(statement.order_by(ProtectedHousehold.number)).all()


def get_household(
    session: Session, _choice: ProtectedChoice, household_id: uuid.UUID, *, locked: bool = False
) -> ProtectedHousehold:
    """Return a household to one of the two, locked if something is to be changed about it.

    Raises:
        NotFound: there is none.
    """
    statement = (
        select(ProtectedHousehold)
        .where(ProtectedHousehold.id == household_id)
        .options(
            selectinload(ProtectedHousehold.fears),
            joinedload(ProtectedHousehold.match).options(
                joinedload(ProtectedMatch.guide), joinedload(ProtectedMatch.proposed_by)
            ),
        )
    )
    if locked:
        statement = statement.with_for_update(of=ProtectedHousehold)
    found = session.scalar(statement, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound(f"household {household_id}")
    return found


def next_number(session: Session) -> int:
    return (session.scalar(select(func.max(ProtectedHousehold.number))) or 0) + 1


def list_fitting_guides(
    session: Session,
    choice: ProtectedChoice,
    household: ProtectedHousehold,
    feared: Collection[MarkedGuide],
) -> Sequence[Guide]:
    """Return the guides who may be proposed, by name: ready, grown up, free and with all steps.

    Who meets a family or a group is not free: the break that they get would be seen there.

    Whoever the household may fear (see `find_feared_guides`) is not among them, and nobody is told
    why.
    """
    statement = _fitting(household, choice, feared).options(selectinload(Guide.languages))
    return session.scalars(statement.order_by(Guide.name, Guide.id)).all()


def fits(
    session: Session, choice: ProtectedChoice, household: ProtectedHousehold, guide_id: uuid.UUID
) -> bool:
    """Return whether a guide may meet a household, looked at anew."""
    feared = feared_by(session, household)
    statement = _fitting(household, choice, feared).where(Guide.id == guide_id)
    return session.scalar(select(statement.exists())) or False


def _fitting(
    household: ProtectedHousehold, choice: ProtectedChoice, feared: Collection[MarkedGuide]
) -> Select[Guide]:
    elsewhere = select(ProtectedMatch.guide_id).where(ProtectedMatch.household_id != household.id)
    rules = [
        Guide.status == GuideStatus.READY,
        Guide.age_group.in_(ADULT_AGE_GROUPS),
        Guide.places_taken == 0,  # from then on they rest, and a group would rest with them
        ~lacks_steps(),
        Guide.id.not_in(select(CoupleGuide.guide_id)),  # two who only come together
        Guide.id.not_in(elsewhere),
        Guide.id.not_in([guide.id for guide in feared]),
        or_(Guide.user_id.is_(None), Guide.user_id.not_in(choice.named_ids)),
    ]
    if household.has_children:
        rules.append(is_cleared(CertificateTask.FAMILY_WITH_CHILDREN))
    return select(Guide).where(*rules)


def find_feared_guides(
    session: Session, households: Sequence[ProtectedHousehold]
) -> dict[uuid.UUID, list[MarkedGuide]]:
    """Return, by household, the guides who may be somebody it fears, as both are now.

    Also somebody who has just applied, or whose name has been corrected, or who meets the household
    and was put on its list afterwards.
    """
    feared = {one.id: {row.mark for row in one.fears} for one in households if one.fears}
    guides = list(marked_guides(session)) if feared else []
    return {
        household_id: [guide for guide in guides if guide.marks & marks]
        for household_id, marks in feared.items()
    }


@dataclass(frozen=True, slots=True)
class Watch:
    """What has turned up about a household's guide, or its list, since the two said yes."""

    feared: Sequence[MarkedGuide] = ()  # guides who may be somebody it fears
    partner: Guide | None = None  # a colleague who knew of nothing has made the guide a couple
    lacks_certificate: bool = False

    @property
    def feared_ids(self) -> frozenset[uuid.UUID]:
        return frozenset(guide.id for guide in self.feared)

    @property
    def goes_with_feared(self) -> bool:
        return self.partner is not None and self.partner.id in self.feared_ids


def watch_over(
    session: Session, households: Sequence[ProtectedHousehold]
) -> dict[uuid.UUID, Watch]:
    """Return what the two have to know of each household, looked at anew."""
    feared = find_feared_guides(session, households)
    met = {one.match.guide_id: one for one in households if one.match}
    partners = _partners(session, met)
    with_children = [guide_id for guide_id, one in met.items() if one.has_children]
    uncleared = _uncleared(session, with_children)
    return {
        one.id: Watch(
            feared=feared.get(one.id, ()),
            partner=partners.get(one.match.guide_id) if one.match else None,
            lacks_certificate=bool(one.match and one.match.guide_id in uncleared),
        )
        for one in households
    }


def _partners(session: Session, guide_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Guide]:
    """Return who goes together with these guides: two who only come together are offered to none."""
    own, other = aliased(CoupleGuide), aliased(CoupleGuide)
    statement = (
        select(own.guide_id, Guide)
        .join(other, (other.couple_id == own.couple_id) & (other.guide_id != own.guide_id))
        .join(Guide, Guide.id == other.guide_id)
        .where(own.guide_id.in_(guide_ids))
    )
    return {row.guide_id: row.Guide for row in session.execute(statement)} if guide_ids else {}


def _uncleared(session: Session, guide_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return who of these lacks the certificate that meeting children asks for here."""
    lacks = ~is_cleared(CertificateTask.FAMILY_WITH_CHILDREN)
    statement = select(Guide.id).where(Guide.id.in_(guide_ids), lacks)
    return frozenset(session.scalars(statement) if guide_ids else ())


def feared_by(session: Session, household: ProtectedHousehold) -> Sequence[MarkedGuide]:
    """Return the same of one household."""
    return find_feared_guides(session, [household]).get(household.id, [])


def is_unreadable(session: Session, household: ProtectedHousehold) -> bool:
    """Return whether somebody feared is recognised no more: the secret of their marks is gone."""
    known = keyed.key_names(session, PURPOSE) if household.fears else ()
    return any(row.key_name not in known for row in household.fears)


def list_looks(
    session: Session,
    _choice: ProtectedChoice,
    household_id: uuid.UUID | None = None,
    *,
    number: int,
) -> Listed[tuple[ProtectedLook, str]]:
    """Return a page of who of the two has seen what, the latest first, each with their name."""
    number = min(max(number, 1), MOST_PAGES)
    wanted = [] if household_id is None else [ProtectedLook.household_id == household_id]
    statement = select(ProtectedLook, User.name, func.count().over()).where(*wanted)
    found = session.execute(
        statement.outerjoin(User, User.id == ProtectedLook.user_id)
        .order_by(ProtectedLook.at.desc(), ProtectedLook.id)
        .slice((number - 1) * LOOKS_SHOWN, number * LOOKS_SHOWN)
    ).all()
    if not found and number > 1:  # there is no such page
        return list_looks(session, _choice, household_id, number=1)
    total = found[0][2] if found else 0
    rows = [(look, name or "") for look, name, _total in found]
    return Listed(rows, page_of(total, LOOKS_SHOWN, number))
