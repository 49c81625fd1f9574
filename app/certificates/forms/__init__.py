"""Words and forms of police certificates."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from app import wording
from app.certificates.models import ALWAYS_REQUIRED, CertificateTask
from app.certificates.queries import Demand
from app.contact import one_line
from app.web import fields
from app.web.forms import BaseForm, EditForm, filled

LONGEST_BASIS = 300
_BASIS_HINT = _l("Act and section, as it shall stand in the form for the police.")

wording.register(
    CertificateTask,
    {
        CertificateTask.ADULT_MATCH: _l("Guide for adults"),
        CertificateTask.FAMILY_WITH_CHILDREN: _l("Guide for a family with children"),
        CertificateTask.MINORS_GROUP: _l("Guide in a group of minors who are here alone"),
    },
)


def _basis() -> StringField:
    return StringField(
        _l("Which law lets you ask?"),
        description=_BASIS_HINT,
        filters=[one_line],
        validators=[
            Length(max=LONGEST_BASIS, message=_l("Use at most %(max)d characters.")),
            fields.no_personal_number,
        ],
    )


class DemandsForm(EditForm):
    """With which tasks the municipality asks for a certificate, and by which law."""

    adult_match = BooleanField(
        _l("Ask every guide for a police certificate"),
        description=_l("Guides who have not shown one are then not proposed to any family."),
    )
    adult_match_basis = _basis()
    family_with_children = BooleanField(
        _l("Ask those who are to meet a family with children"),
        description=_l("Guides who have not shown one are then proposed to adults only."),
    )
    family_with_children_basis = _basis()
    minors_group_basis = _basis()

    @staticmethod
    def answers_of(demands: Mapping[CertificateTask, Demand]) -> dict[str, object]:
        """Return what stands in the form before anybody types."""
        answers: dict[str, object] = {}
        for task, demand in demands.items():
            answers[f"{task.value}_basis"] = demand.legal_basis
            if task not in ALWAYS_REQUIRED:
                answers[task.value] = demand.required
        return answers

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for task, demand in self.to_demands().items():
            if demand.required and not demand.legal_basis and task not in ALWAYS_REQUIRED:
                self[f"{task.value}_basis"].errors = [
                    _("Write which law lets you ask. Without one you may not.")
                ]
                valid = False
        return valid

    def to_demands(self) -> dict[CertificateTask, Demand]:
        """Return the decisions."""
        return {
            task: Demand(
                task in ALWAYS_REQUIRED or bool(self[task.value].data),
                self[f"{task.value}_basis"].data or "",
            )
            for task in CertificateTask
        }


class AskForm(BaseForm):
    """For which task a guide is asked for a certificate."""

    task = fields.pick_one(CertificateTask, _l("For which task?"), _l("Choose the task."))

    def __init__(self, tasks: list[CertificateTask], **options: Any) -> None:
        # Where there is but one answer, it is given.
        super().__init__(data={"task": tasks[0].value if len(tasks) == 1 else None}, **options)
        self.task.choices = [(task.value, wording.label(task)) for task in tasks]

    @property
    def chosen(self) -> CertificateTask:
        return CertificateTask(self.task.data)


class ShownForm(BaseForm):
    """That a certificate was shown. The day of issue is for comparing, and is not kept."""

    shown_on = fields.DayField(_l("When did you see it?"))
    issued_on = fields.DayField(
        _l("Which date stands on it?"),
        description=_l("It may be three months old at most. The date is not kept."),
    )
    for_this = BooleanField(
        _l("It was issued for this task, and the guide has taken it home again"),
        validators=[DataRequired(_l("A certificate for something else does not count here."))],
    )

    def __init__(self, *, earliest: dt.date, today: dt.date, **options: Any) -> None:
        super().__init__(data={"shown_on": today}, **options)
        self.earliest, self.today = earliest, today

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        shown, issued = self.shown_on, self.issued_on
        for field in (shown, issued):
            if field.data is None and not field.errors:
                field.errors = [_("Choose a date.")]
        if shown.data and shown.data > self.today:
            shown.errors = [_("Choose today or a date in the past.")]
        elif shown.data and shown.data < self.earliest:
            shown.errors = [_("You had not asked for it then.")]
        if shown.data and issued.data and issued.data > shown.data:
            issued.errors = [_("It cannot be issued after you saw it.")]
        return valid and not (shown.errors or issued.errors)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """When it was seen, and when it was issued."""
        return filled(self.shown_on.data), filled(self.issued_on.data)

    def refuse_as_too_old(self) -> None:
        """Say why this one does not count."""
        self.issued_on.errors = [
            _("It is more than three months old. The guide has to apply for a new one.")
        ]
