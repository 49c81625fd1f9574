"""The questions about whom to talk to; what the way of contact has no use for is not kept."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app import contact
from app.families.forms import parts
from app.families.models import ContactWay
from app.vocabulary import Gender
from app.web import fields
from app.web.forms import BaseForm
from app.web.locale import FAMILY_LANGUAGES

# Norwegian stands first, in the municipality's own written form.
WRITTEN_TO = tuple(code for code in FAMILY_LANGUAGES if code not in {"nb", "nn"})
NEEDS_PHONE = frozenset({ContactWay.SMS, ContactWay.PHONE})


class ContactPart(BaseForm):
    """Whom we talk to."""

    contact_name = parts.one_line_field(
        _l("First name"),
        _l("Write the first name."),
        120,
        description=_l("Add a surname only if you need it to find the person again."),
    )
    contact_way = fields.pick_one(
        ContactWay,
        _l("How do they want to be reached?"),
        _l("Choose how they want to be reached."),
    )
    contact_phone = fields.PhoneField(
        _l("Phone"),
        validators=[fields.no_personal_number],
        description=_l(
            "Needed for text messages and phone calls. With e-mail you may add one, for when a"
            " message does not arrive or somebody has to call."
        ),
    )
    contact_email = StringField(
        _l("E-mail"),
        filters=[contact.tidy_email],
        validators=[fields.no_personal_number, Length(max=254)],
        description=_l("Only for e-mail."),
    )
    contact_gender = parts.or_nothing(Gender, _l("Gender"), _l("Not asked"))
    locale = SelectField(
        _l("In which language do we write to them?"),
        choices=lambda: [
            SelectChoice("", _("Norwegian")),
            *[SelectChoice(code, FAMILY_LANGUAGES[code]) for code in WRITTEN_TO],
        ],
        default="",
        invalid_choice_message=_l("Choose from the list."),
        description=_l(
            "Their pages and messages. Ask them: many from Ukraine read Russian too, but not all"
            " want to."
        ),
    )

    def validate_contact_phone(self, field: Field) -> None:
        if self.contact_way.data in NEEDS_PHONE or self.kept_phone:
            fields.whole_phone(self, field)

    def validate_contact_email(self, field: Field) -> None:
        if self.contact_way.data == ContactWay.EMAIL:
            fields.whole_email(self, field)

    @property
    def kept_phone(self) -> str:
        """The number, where the way of contact needs one or may fall back on it."""
        keeps = self.contact_way.data in {*NEEDS_PHONE, ContactWay.EMAIL}
        return (self.contact_phone.data or "") if keeps else ""

    @property
    def kept_email(self) -> str:
        return self.contact_email.data if self.contact_way.data == ContactWay.EMAIL else ""
