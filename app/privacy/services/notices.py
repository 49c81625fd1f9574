"""Publishing the privacy notices: from then on they are what people are told, word for word."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.municipalities.models import Missing, Municipality, PrivacyNotice
from app.permissions import Actor, Permission, ensure_may
from app.privacy.queries.notices import find_notice


class NothingToRestOn(Conflict):
    """There is nobody to write to, or no law: a notice would have holes."""


def version_of(words: Mapping[str, Any]) -> str:
    """Return the name of just these words: other words have another one."""
    whole = json.dumps(words, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def publish_notices(
    session: Session,
    actor: Actor,
    municipality: Municipality,
    words: Mapping[str, Any],
    *,
    now: dt.datetime,
) -> PrivacyNotice:
    """Tell people these words from now on. The old ones stay, for those who were told them.

    Raises:
        NotPermitted: the actor decides nothing for the municipality.
        NothingToRestOn: the municipality has not said whom to write to, or by which law.
    """
    ensure_may(actor, Permission.MUNICIPALITY_CHANGE, municipality)
    return write_notices(session, municipality, words, by=actor, now=now)


def write_notices(
    session: Session,
    municipality: Municipality,
    words: Mapping[str, Any],
    *,
    by: Actor | None,
    now: dt.datetime,
) -> PrivacyNotice:
    """Publish, whoever wants it: for a demo, which nobody has signed in to."""
    if set(municipality.missing) - {Missing.NOTICE}:
        raise NothingToRestOn(municipality.slug)
    version = version_of(words)
    notice = find_notice(session, version)
    if notice is None:
        user_id = by.user_id if by else None
        notice = PrivacyNotice(
            version=version, words=dict(words), published_at=now, published_by_id=user_id
        )
        session.add(notice)
    municipality.notice_version = version
    session.flush()
    return notice
