"""What staff are told of messages: when they leave, and why one did not arrive."""

import datetime as dt
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.messages.models import Channel, OutgoingMessage
from app.messages.quiet import after_the_night

CHANNELS: Mapping[Channel, LazyString] = {Channel.EMAIL: _l("E-mail"), Channel.SMS: _l("SMS")}
NO_SUCH_ADDRESS = _l("The mail server does not know the address, or takes nothing for it.")
REASONS: Mapping[str, LazyString] = {
    "SMTPRecipientsRefused": NO_SUCH_ADDRESS,
    "SMTPNotSupportedError": NO_SUCH_ADDRESS,
    "SMTPDataError": _l("The mail server did not take the message."),
    "SmsRefused": _l("The SMS provider did not take the number."),
    "NoAddress": _l("There is no address and no number any more."),
    "Restored": _l(
        "The site has come back from a backup, and may know an old address. Is it right? Then send"
        " it once more."
    ),
    "NoSmsGateway": _l("This installation cannot send an SMS yet."),
}
# After staff have corrected how somebody is reached: see `app.messages.reach`.
MOVED = _l(
    "What went to the old address or number no longer opens. What still counts is sent to the new"
    " one."
)
AWAY = _l("We tried for twelve hours, and nobody answered at the other end.")


def why(message: OutgoingMessage) -> LazyString:
    """Return what went wrong, without the words of servers."""
    return REASONS.get(message.last_error.partition(" ")[0], AWAY)


def on_its_way(now: dt.datetime) -> str:
    """Return when that leaves which has just been written: soon, or when the night is over."""
    if after_the_night(now) > now:
        return str(_("The message leaves at eight in the morning: we write to nobody at night."))
    return str(_("The message is on its way."))
