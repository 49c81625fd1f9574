"""What every form shares: our catalogue's messages, and refusals that belong to no field."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from flask import request
from flask_babel import get_domain, gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.fields.choices import SelectFieldBase

from app.web.redrawing import redraw_in

T = TypeVar("T")
log = logging.getLogger("app.security")


class _Messages:
    """WTForms' own messages through our catalogues: WTForms itself knows no nynorsk."""

    def gettext(self, message: str) -> str:
        return str(gettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # Not flask_babel's ngettext: it fills the text in with `num`, and WTForms with its own.
        return str(get_domain().get_translations().ungettext(singular, plural, n))


def _unless_redrawn(validate: Callable[..., bool]) -> Callable[..., bool]:
    """Find no fault, and nothing right either, where another language is all that is asked for."""

    @wraps(validate)
    def check(form: Any, *args: Any, **options: Any) -> bool:
        return not redraw_in() and validate(form, *args, **options)

    return check


def _note_what_was_not_offered(form: FlaskForm) -> None:
    """Write a line for each list from which something was sent that is not on it.

    Somebody else has changed the list meanwhile, or somebody tries what no page of ours sends.
    """
    for field in form:
        if not (isinstance(field, SelectFieldBase) and field.errors and field.raw_data):
            continue
        offered = {str(choice[0]) for choice in field.iter_choices()}
        if any(sent and sent not in offered for sent in field.raw_data):
            facts = {"view": str(request.endpoint), "field": f"{type(form).__name__}.{field.name}"}
            log.info("not offered", extra={"event": "not offered", "facts": facts})


def _validate(form: FlaskForm, *args: Any, **options: Any) -> bool:
    whole: bool = FlaskForm.validate(form, *args, **options)
    if not whole:
        _note_what_was_not_offered(form)
    return whole


class BaseForm(FlaskForm):
    """A form knows fields, hints and messages; never the database, never permissions."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Messages:
            return _Messages()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "validate" in vars(cls):
            cls.validate = _unless_redrawn(cls.validate)

    validate = _unless_redrawn(_validate)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors or self.form_errors)


class EditForm(BaseForm):
    """A form over what is on record. It notices when somebody else has changed that meanwhile.

    `stored` is what the form shows before anybody types: names of fields, and their values.
    """

    seen = HiddenField()

    def show_version(self, stored: Mapping[str, object]) -> None:
        """Note what the reader was shown."""
        self.seen.data = _fingerprint(stored)

    def is_current(self, stored: Mapping[str, object]) -> bool:
        """Return whether the record still is as it was shown; if not, say so once."""
        if self.seen.data == _fingerprint(stored):
            return True
        self.show_version(stored)
        self.form_errors.append(
            gettext(
                "Somebody changed this in the meantime, and nothing is saved yet. Look at what is"
                " on record now, correct what you have typed here, and save again."
            )
        )
        return False


def _fingerprint(stored: Mapping[str, object]) -> str:
    return sha256(json.dumps(stored, sort_keys=True, default=str).encode()).hexdigest()


def filled(value: T | None) -> T:
    """Return a value that the form's validators have already required."""
    if value is None:
        raise RuntimeError("the form was read before it was validated")
    return value
