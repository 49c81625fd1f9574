"""What a word on a pair has led to, told once after the suggestions were made anew."""

import uuid

from flask_babel import gettext as _
from flask_babel import ngettext

from app.jobs.progress import WorkStatus
from app.rounds import queries
from app.rounds.forms import CLEAR, PIN, VETO, Names
from app.rounds.models import MatchingRound
from app.rounds.queries.naming import Wanted
from app.rounds.views.naming import names_of

Pair = tuple[uuid.UUID, uuid.UUID]


def effect_words(kind: str, pair: Pair, before: MatchingRound | None, found: MatchingRound) -> str:
    """Say what was decided about whom, whom the family gets now, and what it costs in all."""
    family_id, guide_id = pair
    given = queries.pairs_of(found).get(family_id) if found.status is WorkStatus.DONE else None
    guides = {guide for guide in (guide_id, given) if guide}
    names = names_of(Wanted(families={family_id}, guides=guides), _partners(found))
    words = [_decided(kind, names.family(family_id), names.guide(guide_id))]
    if found.status is not WorkStatus.DONE:
        return words[0]
    if kind != PIN and given != guide_id:
        words.append(_instead(names, family_id, given))
    if before is not None and before.status is WorkStatus.DONE:
        words += _in_all(before, found)
    return " ".join(words)


def _partners(found: MatchingRound) -> dict[uuid.UUID, uuid.UUID]:
    return dict(queries.partners_of(found)) if found.status is WorkStatus.DONE else {}


def _decided(kind: str, family: str, guide: str) -> str:
    sentences = {
        PIN: lambda: _(
            "Family %(family)s and %(guide)s are kept together.", family=family, guide=guide
        ),
        VETO: lambda: _("Noted: not family %(family)s and %(guide)s.", family=family, guide=guide),
        CLEAR: lambda: _("Undone for family %(family)s and %(guide)s.", family=family, guide=guide),
    }
    return str(sentences[kind]())


def _instead(names: Names, family_id: uuid.UUID, given: uuid.UUID | None) -> str:
    if given is None:
        return str(_("The family has no suggestion now."))
    return str(_("The family gets %(guide)s.", guide=names.guide(given)))


def _in_all(before: MatchingRound, found: MatchingRound) -> list[str]:
    """Say what all families together lose by it; a gain needs no word."""
    if before.family_count != found.family_count:
        return []
    fewer = before.totals["families"] - found.totals["families"]
    if fewer > 0:
        words = ngettext(
            "In all, %(num)s family fewer gets a guide.",
            "In all, %(num)s families fewer get a guide.",
            fewer,
        )
        return [str(words)]
    less = before.totals["quality"] - found.totals["quality"]
    if fewer or less <= 0:
        return []
    words = ngettext(
        "All families together: %(num)s point less.",
        "All families together: %(num)s points less.",
        less,
    )
    return [str(words)]
