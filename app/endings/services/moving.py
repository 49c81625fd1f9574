"""A family that moves: which municipality is to be told, and that it was."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.endings.models import TELL_WITHIN_DAYS, Transfer, TransferStatus
from app.errors import Conflict
from app.families.models import Family
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

FARTHEST_DAYS = 366


class TransferPending(Conflict):
    """That the family moves is noted already."""


class MeetsAfterMove(Conflict):
    """The last meeting would be after the family has moved."""


class MovingDayOutOfPlace(Conflict):
    """The day lies more than a year away."""


class TransferClosed(Conflict):
    """Somebody has closed it already."""


@dataclass(frozen=True, slots=True)
class Moving:
    """Where a family moves, and when."""

    to_municipality: str
    on: dt.date


def note_moving(
    session: Session, actor: Actor, family: Family, moving: Moving, *, now: dt.datetime
) -> Transfer:
    """Note that another municipality is to be told of a family, which has agreed to it.

    Raises:
        TransferPending: that is noted already.
        MovingDayOutOfPlace: the day is more than a year away.
    """
    if abs(moving.on - day_of(now)) > dt.timedelta(days=FARTHEST_DAYS):
        raise MovingDayOutOfPlace(str(moving.on))
    transfer = Transfer(
        family_id=family.id,
        to_municipality=moving.to_municipality,
        moves_on=moving.on,
        noted_at=now,
        noted_by_id=actor.user_id,
    )
    try:
        with session.begin_nested():
            session.add(transfer)
    except IntegrityError as error:
        raise TransferPending(str(family.id)) from error
    return transfer


def close_transfer(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    status: TransferStatus,
    *,
    today: dt.date,
) -> Transfer:
    """Note that the other municipality was told, or that there is nothing to tell.

    Which it was is forgotten: nobody here needs it any more.

    Raises:
        TransferClosed: somebody else was faster.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM)
    lock(session, transfer)
    if transfer.status is not TransferStatus.PENDING or status is TransferStatus.PENDING:
        raise TransferClosed(str(transfer.id))
    _close(transfer, status, today)
    transfer.closed_by_id = actor.user_id
    session.flush()
    return transfer


def let_old_go(session: Session, *, today: dt.date) -> int:
    """Close the moves that nobody told the other municipality of in time; return how many.

    For the daily task of one municipality: nobody acts, time does.
    """
    statement = (
        select(Transfer)
        .where(
            Transfer.status == TransferStatus.PENDING,
            Transfer.moves_on < today - dt.timedelta(days=TELL_WITHIN_DAYS),
        )
        .order_by(Transfer.id)
        .with_for_update(skip_locked=True)
    )
    old = session.scalars(statement).all()
    for transfer in old:
        _close(transfer, TransferStatus.DROPPED, today)
    session.flush()
    return len(old)


def _close(transfer: Transfer, status: TransferStatus, today: dt.date) -> None:
    transfer.status, transfer.closed_on, transfer.to_municipality = status, today, ""


def drop_pending(
    session: Session,
    actor: Actor,
    family_id: uuid.UUID,
    *,
    today: dt.date,
    but: Moving | None = None,
) -> bool:
    """Let go of a transfer whose plan was taken back; return whether one stays, being just `but`."""
    statement = select(Transfer).where(
        Transfer.family_id == family_id, Transfer.status == TransferStatus.PENDING
    )
    stays = False
    for transfer in session.scalars(statement):
        if but == Moving(transfer.to_municipality, transfer.moves_on):
            stays = True
        else:
            close_transfer(session, actor, transfer, TransferStatus.DROPPED, today=today)
    return stays
