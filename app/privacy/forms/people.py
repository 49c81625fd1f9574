"""Finding somebody, and saying yes to what cannot be undone."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app import contact
from app.web.forms import BaseForm


class FindForm(BaseForm):
    """Posted, so that no name stands in an address or in a log."""

    words = StringField(
        _l("Name, reference, e-mail or telephone"),
        filters=[contact.one_line],
        validators=[
            DataRequired(message=_l("Write whom you look for.")),
            Length(max=120, message=_l("Use at most %(max)d characters.")),
        ],
    )


class EraseForm(BaseForm):
    """Yes to erasing."""

    sure = BooleanField(
        _l("I have made sure that it is the right person"),
        validators=[InputRequired(message=_l("Make sure first: this cannot be undone."))],
    )
