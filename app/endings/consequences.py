"""What follows from a wish, an answer or a reason: one table each, and no branches elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.endings.models import Again, EndWish, FamilyAfter
from app.matches.models import EndReason

REST_DAYS = 60  # of a guide who wants to be asked again, but not just now


class GuideAfter(StrEnum):
    """What becomes of the guide."""

    IN_THE_POOL = "in_the_pool"  # can be asked about another family
    RESTS = "rests"  # keeps the families there are, and is asked about no other
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a wish leads to.

    Args:
        reason: why the match ends; None: it goes on.
        guide: what becomes of the guide.
        family: what may become of the family. One alone asks nobody; of several staff choose.
        keeps_wait: whether the family's wait goes on where it stood before.
        by_guide: whether guides may say it themselves; staff may say all.
        unsaid: what becomes of the family where staff may choose, and leave it to the wish.
    """

    reason: EndReason | None
    guide: GuideAfter
    family: tuple[FamilyAfter, ...]
    keeps_wait: bool = False
    by_guide: bool = False
    unsaid: FamilyAfter | None = None


F, G, W = FamilyAfter, GuideAfter, EndWish
CONSEQUENCES: Mapping[EndWish, Consequence] = {
    W.PAUSE: Consequence(None, G.RESTS, (), by_guide=True),
    W.TOO_MUCH: Consequence(None, G.RESTS, (), by_guide=True),
    W.COMPLETED: Consequence(
        EndReason.COMPLETED, G.IN_THE_POOL, (F.LEAVES, F.WAITS), by_guide=True
    ),
    W.ANOTHER_FAMILY: Consequence(
        EndReason.NOT_A_FIT, G.IN_THE_POOL, (F.WAITS,), keeps_wait=True, by_guide=True
    ),
    W.FAMILY_MOVED: Consequence(
        EndReason.MOVED,
        G.IN_THE_POOL,
        (F.TRANSFERS, F.LEAVES, F.WAITS),
        by_guide=True,
        unsaid=F.LEAVES,
    ),
    W.STOP: Consequence(
        EndReason.GUIDE_STOPPED, G.LEAVES, (F.WAITS,), keeps_wait=True, by_guide=True
    ),
    W.ANOTHER_GUIDE: Consequence(EndReason.NOT_A_FIT, G.IN_THE_POOL, (F.WAITS,), keeps_wait=True),
    W.NO_GUIDE: Consequence(EndReason.FAMILY_STOPPED, G.IN_THE_POOL, (F.LEAVES,)),
    W.NEVER_MET: Consequence(
        EndReason.NEVER_MET, G.IN_THE_POOL, (F.WAITS, F.LEAVES), keeps_wait=True
    ),
    W.OTHER: Consequence(EndReason.OTHER, G.IN_THE_POOL, (F.WAITS, F.LEAVES, F.TRANSFERS)),
}


@dataclass(frozen=True, slots=True)
class Availability:
    """What an answer to "available again?" leads to."""

    guide: GuideAfter
    rest_days: int | None = None  # None: until they come back themselves


AGAIN: Mapping[Again, Availability] = {
    Again.NOW: Availability(G.IN_THE_POOL),
    Again.LATER: Availability(G.RESTS, REST_DAYS),
    Again.NO_MORE: Availability(G.LEAVES),
}


def ends_match(wish: EndWish) -> bool:
    """Return whether the match ends by it, and does not go on with a break."""
    return CONSEQUENCES[wish].reason is not None


def is_about_guide(wish: EndWish) -> bool:
    """Return whether it changes something for one guide, so that of several one is to be named."""
    return CONSEQUENCES[wish].guide is not GuideAfter.IN_THE_POOL


def guide_leaves(wish: EndWish) -> bool:
    """Return whether the guide's role ends with it."""
    return CONSEQUENCES[wish].guide is GuideAfter.LEAVES


def may_move(wish: EndWish) -> bool:
    """Return whether another municipality may be told of the family."""
    return FamilyAfter.TRANSFERS in CONSEQUENCES[wish].family


def family_unsaid(wish: EndWish, *, moves: bool) -> FamilyAfter | None:
    """Return what follows for the family where staff leave it to the wish; None: they must say.

    Whoever says where it moves to, says that it does.
    """
    if moves and may_move(wish):
        return FamilyAfter.TRANSFERS
    return CONSEQUENCES[wish].unsaid


def settled_family(wish: EndWish) -> FamilyAfter | None:
    """Return what becomes of the family, where nobody has to choose."""
    family = CONSEQUENCES[wish].family
    return family[0] if len(family) == 1 else None
