"""Reads of the room. Everything begins with: is it one of the two who asks?

Who is gets the choice from `get_choice`, and nobody else does: what asks for one asks for that.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import keyed
from app.accounts.models import User
from app.accounts.queries import StaffMember, list_staff
from app.certificates.models import CertificateTask
from app.certificates.queries import is_cleared
from app.errors import NotFound
from app.guides.models import ADULT_AGE_GROUPS, CoupleGuide, Guide, GuideStatus
from app.guides.queries.steps import lacks_steps
from app.no_contact.queries import PURPOSE, MarkedGuide, marked_guides, marks_of
from app.no_contact.spelling import spellings
from app.paging import Listed, page_of
from app.permissions import Actor, Permission, ensure_may, may, roles_granting
from app.protected.models import (
    ProtectedChoice,
    ProtectedHousehold,
    ProtectedLook,
    ProtectedMatch,
)

LOOKS_SHOWN = 50


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
    session: Session, choice: ProtectedChoice, household: ProtectedHousehold
) -> list[Guide]:
    """Return the guides who may be proposed, by name: ready, grown up, free and with all steps.

    Who meets a family or a group is not free: the break that they get would be seen there.

    Whoever may be somebody the household fears is not among them, and nobody is told why.
    """
    statement = _fitting(household, choice).options(selectinload(Guide.languages))
    return _not_feared(
        session, household, session.scalars(statement.order_by(Guide.name, Guide.id)).all()
    )


def fits(
    session: Session, choice: ProtectedChoice, household: ProtectedHousehold, guide_id: uuid.UUID
) -> bool:
    """Return whether a guide may meet a household, looked at anew."""
    statement = _fitting(household, choice).where(Guide.id == guide_id)
    return bool(_not_feared(session, household, session.scalars(statement).all()))


def _fitting(household: ProtectedHousehold, choice: ProtectedChoice) -> Select[Guide]:
    elsewhere = select(ProtectedMatch.guide_id).where(ProtectedMatch.household_id != household.id)
    rules = [
        Guide.status == GuideStatus.READY,
        Guide.age_group.in_(ADULT_AGE_GROUPS),
        Guide.places_taken == 0,  # from then on they rest, and a group would rest with them
        ~lacks_steps(),
        Guide.id.not_in(select(CoupleGuide.guide_id)),  # two who only come together
        Guide.id.not_in(elsewhere),
        or_(Guide.user_id.is_(None), Guide.user_id.not_in(choice.named_ids)),
    ]
    if household.has_children:
        rules.append(is_cleared(CertificateTask.FAMILY_WITH_CHILDREN))
    return select(Guide).where(*rules)


def _not_feared(
    session: Session, household: ProtectedHousehold, guides: Sequence[Guide]
) -> list[Guide]:
    feared = {row.mark for row in household.fears}
    if not feared:
        return list(guides)
    return [
        guide
        for guide in guides
        if not feared & marks_of(session, spellings(guide.name, [guide.phone], [guide.email]))
    ]


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
    wanted = [] if household_id is None else [ProtectedLook.household_id == household_id]
    total = session.scalar(select(func.count(ProtectedLook.id)).where(*wanted)) or 0
    page = page_of(total, LOOKS_SHOWN, number)
    statement = select(ProtectedLook, User.name).outerjoin(User, User.id == ProtectedLook.user_id)
    order = (ProtectedLook.at.desc(), ProtectedLook.id)
    shown = statement.where(*wanted).order_by(*order).slice(page.rows.start, page.rows.stop)
    return Listed([(look, name or "") for look, name in session.execute(shown)], page)
