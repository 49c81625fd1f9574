"""The words of the access log, and how its rows are told."""

import uuid
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.accounts.models import Look, LookKind, LookOutcome, LookReason, RecordKind
from app.web.forms import BaseForm

SHORT = 8  # characters of a key: enough to tell records apart by eye

wording.register(
    LookKind,
    {
        LookKind.LIST: _l("Stood on a list"),
        LookKind.VIEW: _l("Opened"),
        LookKind.REVEAL: _l("Uncovered"),
        LookKind.EXPORT: _l("Taken out"),
        LookKind.PRINT: _l("Printed"),
        LookKind.SEARCH: _l("Searched"),
    },
)
wording.register(
    RecordKind,
    {
        RecordKind.GUIDE: _l("Guide"),
        RecordKind.FAMILY: _l("Family"),
        RecordKind.MATCH: _l("Match"),
        RecordKind.STAFF: _l("Colleague"),
        RecordKind.MESSAGE: _l("Message"),
        RecordKind.TASK: _l("The desk"),
        RecordKind.ACCESS_LOG: _l("Access log"),
    },
)
wording.register(
    LookReason,
    {
        LookReason.FIRST_CONTACT: _l("First contact"),
        LookReason.MATCHING: _l("To find a guide"),
        LookReason.FOLLOW_UP: _l("To follow up"),
        LookReason.CONCERN: _l("Somebody is worried"),
        LookReason.RIGHTS: _l("The person asked for it"),
        LookReason.SUPERVISION: _l("To check"),
        LookReason.MISTAKE: _l("To correct a mistake"),
        LookReason.OTHER: _l("Another reason"),
    },
)
wording.register(
    LookOutcome,
    {LookOutcome.SHOWN: _l("Shown"), LookOutcome.NOTHING_FOUND: _l("Nothing found")},
)


class NamingForm(BaseForm):
    """Whether extracts name staff: one button, which way is in the address."""


def who(look: Look, names: Mapping[uuid.UUID, str]) -> str:
    """Return who looked, as far as anybody knows today."""
    if look.user_id is None:
        return str(_("Through a link of their own"))
    return names.get(look.user_id) or str(_("Somebody who has no account any more"))


def as_what(look: Look) -> str:
    """Return in which roles somebody looked."""
    return in_roles(look.roles)


def in_roles(roles: Iterable[str]) -> str:
    """Return roles in words, always in the same order."""
    return ", ".join(str(wording.label(role)) for role in sorted(roles))  # type: ignore[arg-type]


def what(look: Look) -> str:
    """Return what was seen: "Opened", "A list of 12"."""
    if look.row_count is None:
        return str(wording.label(look.what))
    if look.what is LookKind.SEARCH:
        return str(_("Search, %(count)s found", count=look.row_count))
    return str(_("List of %(count)s", count=look.row_count))


def which(look: Look) -> str:
    """Return which record was seen, without a name: who reads the log need not know whose."""
    kind = str(wording.label(look.record))
    return f"{kind} {look.record_id.hex[:SHORT]}" if look.record_id else kind
