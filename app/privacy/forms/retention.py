"""For how many months things are kept: one field for each kind."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from app import wording
from app.privacy.models import RetentionKind
from app.privacy.services.keeping import FEWEST_MONTHS, MOST_MONTHS
from app.web import fields
from app.web.forms import EditForm, filled

wording.register(
    RetentionKind,
    {
        RetentionKind.SILENT_APPLICANTS: _l("Applicants who never became guides"),
        RetentionKind.GUIDES_WHO_LEFT: _l("Guides who have stopped"),
        RetentionKind.FAMILIES_NEVER_MATCHED: _l("Families that wait, and nothing happens"),
        RetentionKind.FAMILIES_AFTER_MATCH: _l("Families that have left"),
        RetentionKind.MEETING_NOTES: _l("Notes about meetings, after the match has ended"),
        RetentionKind.LETTERS: _l("That a letter was sent (its words go after 30 days)"),
        RetentionKind.OLD_LINKS: _l("Links that open nothing any more"),
        RetentionKind.ACCOUNTS_WITHOUT_ROLE: _l("Accounts of those who no longer work here"),
    },
)


def _given(_form: Any, field: Field) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(_("Write a number of months."))


def _months(kind: RetentionKind) -> fields.WholeNumber:
    return fields.WholeNumber(
        wording.label(kind), least=FEWEST_MONTHS, most=MOST_MONTHS, validators=[_given]
    )


class RetentionForm(EditForm):
    """One number of months for each kind."""

    silent_applicants = _months(RetentionKind.SILENT_APPLICANTS)
    guides_who_left = _months(RetentionKind.GUIDES_WHO_LEFT)
    families_never_matched = _months(RetentionKind.FAMILIES_NEVER_MATCHED)
    families_after_match = _months(RetentionKind.FAMILIES_AFTER_MATCH)
    meeting_notes = _months(RetentionKind.MEETING_NOTES)
    letters = _months(RetentionKind.LETTERS)
    old_links = _months(RetentionKind.OLD_LINKS)
    accounts_without_role = _months(RetentionKind.ACCOUNTS_WITHOUT_ROLE)

    def to_months(self) -> Mapping[RetentionKind, int]:
        return {kind: filled(self[kind.value].data) for kind in RetentionKind}
