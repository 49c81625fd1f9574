from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.endings import services
from app.endings.services import Pages
from app.errors import Conflict
from app.matches.models import WrongMatchStatus
from app.web.links import absolute_url

bp = Blueprint("endings", __name__, url_prefix="/<municipality>")

REFUSALS: dict[type[Conflict], LazyString] = {
    WrongMatchStatus: _l("This has changed in the meantime. Here is how the match is now."),
    services.EndIsPlanned: _l("The municipality has planned the end. Call if something changes."),
    services.NotAWishOfGuides: _l("Choose from the list."),
    services.TransferPending: _l("That the family moves is noted already."),
}


def words_for(refusal: Conflict) -> str:
    """Return what to tell the person whose step was refused."""
    return str(REFUSALS.get(type(refusal), REFUSALS[WrongMatchStatus]))


def pages() -> Pages:
    """Return where links in letters lead."""
    return Pages(
        questions=lambda token: absolute_url("endings.questions", token=token),
        my_page=absolute_url("my_page.show"),
    )
