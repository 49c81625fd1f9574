"""What a word on a pair has led to, told once after the suggestions were made anew.

The words wait in the browser's session until the next page: so nobody is named in them.
"""

import uuid

from flask_babel import gettext as _
from flask_babel import ngettext

from app.jobs.progress import WorkStatus
from app.rounds import queries
from app.rounds.forms import CLEAR, PIN, VETO
from app.rounds.models import MatchingRound

Pair = tuple[uuid.UUID, uuid.UUID]


def effect_words(kind: str, pair: Pair, before: MatchingRound | None, found: MatchingRound) -> str:
    """Say what was decided, whether the family gets somebody now, and what it costs in all."""
    family_id, guide_id = pair
    words = [_decided(kind)]
    if found.status is not WorkStatus.DONE:
        return words[0]
    given = queries.pairs_of(found).get(family_id)
    if given is None:
        words.append(str(_("The family has no suggestion now.")))
    elif kind == VETO and given != guide_id:
        words.append(str(_("The family gets another guide now.")))
    if before is not None and before.status is WorkStatus.DONE:
        words += _in_all(before, found)
    return " ".join(words)


def _decided(kind: str) -> str:
    sentences = {
        PIN: lambda: _("The two are kept together."),
        VETO: lambda: _("Noted: not these two."),
        CLEAR: lambda: _("Undone. The suggestions are made anew."),
    }
    return str(sentences[kind]())


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
