"""Who may meet whom: the one place that says it, asked at every step of every match.

A guide of 16 or 17 and a minor never meet one to one. Guides under 18 take no household, and a
group of minors is met by two or three guides, one of them grown up, when everybody who must has
said yes. Nothing overrides this: no note, no pin, no role.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.certificates.models import CertificateTask
from app.certificates.queries import guides_with_certificate
from app.errors import Conflict
from app.families import queries as families
from app.families.models import ApprovalKind, Family
from app.guides.models import Guide, GuideStatus, StepCode
from app.guides.queries.steps import missing_steps
from app.guides.services.correcting import PLACES_OF_GROUPS
from app.matches.models import (
    FEWEST_IN_GROUP,
    TAKES_PLACE,
    GuideKind,
    Match,
    MatchGuide,
    MatchKind,
)
from app.matches.queries.lacking import find_something_lacking
from app.permissions import Actor

MOST_GUIDES = 3
# Rooms above say which guides had met a group for the last time before a day.
FAREWELLS: list[Callable[[Session, Match, dt.date], set[uuid.UUID]]] = []


class LackCode(StrEnum):
    """What keeps guides and a family apart."""

    NUMBER_OF_GUIDES = "number_of_guides"
    UNDER_18 = "under_18"
    NO_ADULT_IN_HOUSEHOLD = "no_adult_in_household"
    NO_ADULT_GUIDE = "no_adult_guide"
    CERTIFICATE = "certificate"
    GUARDIANS_OF_GUIDE = "guardians_of_guide"
    GUARDIANS = "guardians"
    CHILD_WELFARE = "child_welfare"


class Lack(NamedTuple):
    """One thing that is missing: of which guide, or how many young people it is missing for."""

    code: LackCode
    guide_id: uuid.UUID | None = None
    number: int = 0


class NotOneself(Conflict):
    """Staff who are guides themselves leave it to a colleague to put them into a match."""


class MeetingsRest(Conflict):
    """Something that must be there is missing just now: nobody meets before it is mended."""


class GroupAlone(MeetingsRest):
    """A group of minors has too few guides just now, or none who is grown up: nobody meets it."""


class MayNotMeet(Conflict):
    """These guides and this family may not meet as it is now. Carries all that is missing."""

    def __init__(self, family: Family, lacking: Sequence[Lack]) -> None:
        self.lacking = tuple(lacking)
        self.is_group = family.is_group
        codes = ", ".join(sorted({lack.code.value for lack in lacking}))
        super().__init__(f"{family.kind} {family.id}: {codes}")


_APPROVALS = {
    ApprovalKind.CHILD_WELFARE: LackCode.CHILD_WELFARE,
    ApprovalKind.GUARDIAN: LackCode.GUARDIANS,
}


def ensure_may_meet(
    session: Session, family: Family, guides: Collection[Guide], backups: Collection[Guide] = ()
) -> None:
    """Raise MayNotMeet if anything is missing that must be there.

    Everybody is looked at as they are in this moment, and stays so until the transaction ends:
    an age that is corrected or a yes that is taken back meanwhile waits, or is seen.

    Args:
        session: bound to the municipality.
        family: a household, or a group of minors.
        guides: who meets them.
        backups: who may step in for one of the guides.
    """
    if family.is_group:  # its approvals, its counts
        _hold(session, Family, [family.id])
    _hold(session, Guide, [guide.id for guide in (*guides, *backups)])
    if lacking := find_lacks(session, family, guides, backups):
        raise MayNotMeet(family, lacking)


def ensure_not_oneself(actor: Actor, match: Match) -> None:
    """Raise NotOneself where whoever decides would be one of the guides."""
    if actor.user_id in match.taking_part_user_ids:
        raise NotOneself(str(match.id))


def ensure_match_may_meet(session: Session, match: Match) -> None:
    """Raise MayNotMeet if the people of a match may not meet any more."""
    ensure_may_meet(session, match.family, match.takers, _backups(match))


def lacks_of(session: Session, match: Match) -> list[Lack]:
    """Return what the people of a match lack as it is now, for pages: nobody is held.

    Once it runs, who is asked to come in and has not said yes is not there.
    """
    guides = match.present if match.agreed_on else match.takers
    return find_lacks(session, match.family, guides, _backups(match))


def lacks_of_group(session: Session, family: Family) -> list[Lack]:
    """Return what a group lacks whoever its guides are."""
    return list(_of_approvals(session, family))


def find_lacks(
    session: Session, family: Family, guides: Collection[Guide], backups: Collection[Guide] = ()
) -> list[Lack]:
    """Return all that keeps these apart, in one order; nothing where they may meet."""
    everybody = [*guides, *backups]
    if family.is_group:
        return [
            *_of_group(guides, len(everybody)),
            *_of_its_guides(session, everybody),
            *lacks_of_group(session, family),
        ]
    return list(_of_household(family, guides, everybody))


def _of_household(
    family: Family, guides: Collection[Guide], everybody: Collection[Guide]
) -> Iterator[Lack]:
    if not guides or len(everybody) > MOST_GUIDES:
        yield Lack(LackCode.NUMBER_OF_GUIDES)
    if sum(row.count for row in family.children) >= family.household_size:
        yield Lack(LackCode.NO_ADULT_IN_HOUSEHOLD)
    for guide in everybody:
        if not guide.is_adult:
            yield Lack(LackCode.UNDER_18, guide.id)


def _of_group(guides: Collection[Guide], everybody: int) -> Iterator[Lack]:
    """Yield what is missing among those who meet a group now: who has a break is not there."""
    there = [guide for guide in guides if guide.status is GuideStatus.READY]
    if len(there) < FEWEST_IN_GROUP or everybody > MOST_GUIDES:
        yield Lack(LackCode.NUMBER_OF_GUIDES)
    if not any(guide.is_adult for guide in there):
        yield Lack(LackCode.NO_ADULT_GUIDE)


def leaves_minor_alone(match: Match, gone: Collection[uuid.UUID] = ()) -> bool:
    """Return whether a group that meets is left with too few guides, or no grown-up, from now on.

    Asks the database nothing: for lists. `gone` are guides who have said goodbye to it. Who is
    asked to come in, and has not said yes, is not there.
    """
    if not match.family.is_group:
        return False
    rest = [guide for guide in match.present if guide.id not in gone]
    return next(_of_group(rest, len(rest)), None) is not None


def is_alone_on(session: Session, match: Match, day: dt.date) -> bool:
    """Return whether a group would be met on a day by too few guides, or by no grown-up."""
    return match.family.is_group and leaves_minor_alone(match, who_is_gone(session, match, day))


def who_is_gone(session: Session, match: Match, day: dt.date) -> set[uuid.UUID]:
    """Return which guides had met them for the last time before a day."""
    return set().union(*(farewell(session, match, day) for farewell in FAREWELLS))


def rests_on(session: Session, match: Match, day: dt.date) -> bool:
    """Return whether nobody may meet on a day, whatever it is that is missing."""
    return is_alone_on(session, match, day) or find_something_lacking(session, match)


def ensure_does_not_rest(session: Session, match: Match, day: dt.date) -> None:
    """Raise MeetingsRest where nobody may meet on a day; GroupAlone for want of guides."""
    if is_alone_on(session, match, day):
        raise GroupAlone(str(match.id))
    if find_something_lacking(session, match):
        raise MeetingsRest(str(match.id))


def _of_its_guides(session: Session, everybody: Collection[Guide]) -> Iterator[Lack]:
    """Yield what guides of a group lack; backups, too, for they step in without notice."""
    ids = [guide.id for guide in everybody]
    seen = guides_with_certificate(session, CertificateTask.MINORS_GROUP)
    missing = missing_steps(session, ids) if ids else {}
    for guide in everybody:
        if guide.id not in seen:
            yield Lack(LackCode.CERTIFICATE, guide.id)
        if StepCode.GUARDIANS in missing.get(guide.id, ()):
            yield Lack(LackCode.GUARDIANS_OF_GUIDE, guide.id)


def _of_approvals(session: Session, family: Family) -> Iterator[Lack]:
    """Yield whose yes is missing: a guardian's and the child welfare's for everybody in it."""
    covered = families.count_covered(session, family.id)
    for kind, code in _APPROVALS.items():
        if (number := family.household_size - covered[kind]) > 0:
            yield Lack(code, number=number)


def _backups(match: Match) -> list[Guide]:
    return [row.guide for row in match.guides if row.kind is GuideKind.BACKUP]


def _hold(session: Session, kind: type[Family] | type[Guide], ids: Sequence[uuid.UUID]) -> None:
    """Read people anew and keep others from changing them; in one order, so that nobody waits."""
    session.flush()
    statement = select(kind).where(kind.id.in_(ids)).order_by(kind.id)
    session.scalars(
        statement.with_for_update(of=kind, key_share=True),
        execution_options={"populate_existing": True},
    ).all()


def _count_groups(session: Session, guide: Guide) -> int:
    """Return how many groups of minors take a place of a guide."""
    statement = (
        select(func.count())
        .select_from(Match)
        .where(
            Match.kind == MatchKind.GROUP,
            Match.status.in_(TAKES_PLACE),
            Match.guides.any(
                (MatchGuide.guide_id == guide.id) & (MatchGuide.kind != GuideKind.BACKUP)
            ),
        )
    )
    return session.scalar(statement) or 0


PLACES_OF_GROUPS.append(_count_groups)
