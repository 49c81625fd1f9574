"""The words of the access log, and how its rows are told."""

import uuid
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import wording
from app.accounts.models import Look, LookKind, LookOutcome, LookReason, RecordKind
from app.privacy.forms.folding import Line
from app.web.forms import BaseForm
from app.web.templating import clock, day, moment

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


def way(line: Line) -> str:
    """Return how a line's record was seen: of several lists the kind, whose lengths differ."""
    return what(line.latest) if len(line.looks) == 1 else str(wording.label(line.latest.what))


def what(look: Look) -> str:
    """Return what was seen: "Opened", "A list of 12"."""
    if look.row_count is None:
        return str(wording.label(look.what))
    if look.what is LookKind.SEARCH:
        return str(_("Search, %(count)s found", count=look.row_count))
    return str(_("List of %(count)s", count=look.row_count))


def which(record: RecordKind, record_id: uuid.UUID | None, names: Mapping[uuid.UUID, str]) -> str:
    """Return which record was seen: its name where that is known, else enough to tell it apart."""
    kind = str(wording.label(record))
    if record_id is None:
        return kind
    return f"{kind} {names.get(record_id) or record_id.hex[:SHORT]}"


def how_often(line: Line) -> str:
    """Return when a line was: an instant, or a day and how many times."""
    if len(line.looks) == 1:
        return moment(line.latest.at)
    times = ngettext("%(num)s time", "%(num)s times", len(line.looks))
    return f"{day(line.day)}, {times}"


def each_time(line: Line) -> list[str]:
    """Return the hours of a line, with the length of what was a list; none of a single look."""
    if len(line.looks) == 1:
        return []
    lists = line.latest.row_count is not None
    return [f"{clock(one.at)} {what(one)}" if lists else clock(one.at) for one in line.looks]
