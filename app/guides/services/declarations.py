"""The declaration of confidentiality: published in versions, sent, and signed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import LinkKind
from app.accounts.services import get_open_link, issue_link, revoke_links, use_link
from app.database import lock
from app.errors import Conflict, NotFound
from app.guides.models import Declaration, Guide, GuideStatus, GuideStep, StepCode, StepWay
from app.guides.queries.declarations import (
    FIRST_VERSION,
    Text,
    current_text,
    find_declaration,
)
from app.guides.queries.steps import list_unasked
from app.guides.services.steps import GuideHasLeft, tick_step
from app.jobs.queue import enqueue
from app.messages.services import To, send_message
from app.municipalities.models import Municipality
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality

AT_A_TIME = 25  # letters in one transaction: others write meanwhile


class DeclarationChanged(Conflict):
    """Another version was published while somebody read this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A text in the three languages, and whether everybody has to sign it."""

    text_nb: str
    text_nn: str
    text_en: str
    asked_anew: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """The version that was read, the name as it was typed, and where it was done."""

    version: int
    name: str
    way: StepWay


def publish_declaration(
    session: Session, actor: Actor, wanted: NewVersion, *, after: int, now: dt.datetime
) -> int:
    """Publish a new version. Those before it are kept as they were signed.

    An earlier signature goes on counting, unless everybody is asked anew. Then the worker sends
    everybody who takes part a link to it.

    Args:
        session: bound to the municipality.
        actor: a coordinator or administrator.
        wanted: the texts.
        after: the version that was shown when the text was written.
        now: this instant, in UTC.

    Returns:
        How many guides are written to.

    Raises:
        DeclarationChanged: somebody else has published one in the meantime.
    """
    ensure_may(actor, Permission.MUNICIPALITY_CHANGE)
    _lock(session)
    newest = keep_text(session, now=now)
    if newest.version != after:
        raise DeclarationChanged(f"version {newest.version}, not {after}")
    row = Declaration(
        version=newest.version + 1,
        text_nb=wanted.text_nb,
        text_nn=wanted.text_nn,
        text_en=wanted.text_en,
        asked_anew=wanted.asked_anew,
        published_at=now,
        published_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    return defer_asking(session, now=now)


def defer_asking(session: Session, *, now: dt.datetime) -> int:
    """Let the worker write to those who lack the declaration; return how many there are."""
    waiting = len(list_unasked(session, now=now))
    if waiting:
        town = str(bound_municipality(session))
        enqueue(session, "ask_for_declarations", now=now, municipality_id=town)
    return waiting


def ask_next(session: Session, *, now: dt.datetime, link_url: Callable[[str], str]) -> bool:
    """Send the next few who lack the declaration a link; return whether more are waiting."""
    waiting = list_unasked(session, now=now)
    for guide in waiting[:AT_A_TIME]:
        _send(session, guide, now=now, link_url=link_url)
    session.flush()
    return len(waiting) > AT_A_TIME


def keep_text(session: Session, *, now: dt.datetime) -> Declaration:
    """Return the newest version as a row; our own text becomes the first, word for word."""
    newest = find_declaration(session)
    if newest is None:
        _lock(session)
        newest = find_declaration(session)
    if newest is None:
        texts = current_text(session).texts
        newest = Declaration(
            version=FIRST_VERSION,
            text_nb=texts["nb"],
            text_nn=texts["nn"],
            text_en=texts["en"],
            published_at=now,
        )
        session.add(newest)
        session.flush()
    return newest


def send_declaration(
    session: Session,
    actor: Actor,
    guide: Guide,
    *,
    now: dt.datetime,
    link_url: Callable[[str], str],
) -> None:
    """Send a guide the link to read and sign. Earlier links close.

    Raises:
        GuideHasLeft: the role has ended.
    """
    ensure_may(actor, Permission.GUIDES_CHANGE, guide)
    lock(session, guide)
    if guide.status is GuideStatus.ENDED:
        raise GuideHasLeft(f"guide {guide.id}")
    _send(session, guide, now=now, link_url=link_url)


def _send(
    session: Session, guide: Guide, *, now: dt.datetime, link_url: Callable[[str], str]
) -> None:
    revoke_links(session, LinkKind.DECLARATION, guide.id, now=now)
    token = issue_link(
        session, LinkKind.DECLARATION, guide.id, municipality_id=guide.municipality_id, now=now
    )
    send_message(session, "declaration", To.guide(guide), {"link": link_url(token)}, now=now)


def open_declaration(session: Session, token: str, *, now: dt.datetime) -> tuple[Guide, Text]:
    """Return who is asked to sign by a link, and what.

    Raises:
        NotFound: the link was used, revoked, is too old, unknown, or of another municipality.
    """
    link = get_open_link(session, LinkKind.DECLARATION, token, now=now)
    if link.municipality_id != bound_municipality(session):
        raise NotFound("declaration link of another municipality")
    guide = session.scalar(select(Guide).where(Guide.id == link.subject_id))
    if guide is None or guide.status is GuideStatus.ENDED:
        raise NotFound("guide of a declaration link")
    return guide, current_text(session)


def sign_by_link(
    session: Session, token: str, signature: Signature, *, now: dt.datetime, today: dt.date
) -> GuideStep:
    """Sign with the link alone; it opens once.

    Raises:
        NotFound: the link does not open any more.
        DeclarationChanged: the text is not the one that was read.
    """
    guide, _text = open_declaration(session, token, now=now)
    step = sign(session, guide, signature, now=now, today=today)
    use_link(session, get_open_link(session, LinkKind.DECLARATION, token, now=now), now=now)
    return step


def sign(
    session: Session, guide: Guide, signature: Signature, *, now: dt.datetime, today: dt.date
) -> GuideStep:
    """Note a guide's own signature of what they read. Whose page it was is the caller's to ask.

    Raises:
        GuideHasLeft: the role has ended.
        DeclarationChanged: the text is not the one that was read.
    """
    lock(session, guide)
    if keep_text(session, now=now).version != signature.version:
        raise DeclarationChanged(f"guide {guide.id}")
    step = tick_step(session, guide, StepCode.DECLARATION, way=signature.way, on=today)
    if step.by_id is None:  # else staff have seen it signed on paper before
        step.signed_as = step.signed_as or signature.name
    session.flush()
    return step


def _lock(session: Session) -> None:
    """Let two who publish, or keep our text, at once take turns."""
    session.get_one(
        Municipality, bound_municipality(session), with_for_update=True, populate_existing=True
    )
