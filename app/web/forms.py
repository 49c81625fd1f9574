"""What every form shares: our catalogue's messages, and refusals that belong to no field."""

from typing import Any, TypeVar

from flask_babel import get_domain, gettext
from flask_wtf import FlaskForm

T = TypeVar("T")


class _Messages:
    """WTForms' own messages through our catalogues: WTForms itself knows no nynorsk."""

    def gettext(self, message: str) -> str:
        return str(gettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # Not flask_babel's ngettext: it fills the text in with `num`, and WTForms with its own.
        return str(get_domain().get_translations().ungettext(singular, plural, n))


class BaseForm(FlaskForm):
    """A form knows fields, hints and messages; never the database, never permissions."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Messages:
            return _Messages()

    @property
    def has_errors(self) -> bool:
        return bool(self.errors or self.form_errors)


def filled(value: T | None) -> T:
    """Return a value that the form's validators have already required."""
    if value is None:
        raise RuntimeError("the form was read before it was validated")
    return value
