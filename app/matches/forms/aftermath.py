"""What follows from a no, in words for staff."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.guides.models import GuideStatus
from app.matches.models import Match, MatchStatus, Side
from app.matches.services.declining import Check, consequence_of, others_in
from app.web.templating import day
from app.wording import together

_CHECKS: Mapping[tuple[Side, Check], LazyString] = {
    (Side.GUIDE, Check.TRAVEL): _l("Ask the guide how far they like to travel, and correct it."),
    (Side.GUIDE, Check.WISHES): _l("Ask the guide what would suit better, and correct the wishes."),
    (Side.GUIDE, Check.TALK): _l("Talk with the guide: is a longer break better?"),
    (Side.FAMILY, Check.TRAVEL): _l("Ask the family how far is too far, and correct it."),
    (Side.FAMILY, Check.WISHES): _l("Ask the family what would suit better, and correct it."),
    (Side.FAMILY, Check.TALK): _l("Talk with the family: does it still want a guide?"),
}


def what_follows(match: Match) -> list[str]:
    """Return what a no has led to and what there is to look at; nothing for other endings."""
    side = match.declined_by
    if match.status is not MatchStatus.DECLINED or side not in (Side.GUIDE, Side.FAMILY):
        return []
    consequence = consequence_of(side, match.decline_reason)
    lines = [_("The two are not proposed to each other again.")]
    others = others_in(match)
    guide = next((one for one in match.takers if one not in others), match.lead)
    if others:
        names = together(one.name for one in others)
        lines.append(
            _(
                "It was not the no of %(names)s: ask what they want now. Nothing keeps them from"
                " being proposed to this family again.",
                names=names,
            )
        )
    if consequence.rest_days and guide.status is GuideStatus.PAUSED and guide.paused_until:
        lines.append(
            _("The guide is asked about nobody until %(date)s.", date=day(guide.paused_until))
        )
    if consequence.check:
        lines.append(_CHECKS[side, consequence.check])
    return [str(line) for line in lines]
