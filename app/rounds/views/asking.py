"""Before guides are asked: who they are, for whom, and what is sent."""

import uuid
from collections.abc import Sequence

from flask import render_template
from flask_babel import ngettext

from app.rounds import queries
from app.rounds.models import MatchingRound
from app.rounds.queries.naming import Wanted
from app.rounds.views.naming import names_of

Pair = tuple[uuid.UUID, uuid.UUID]


def asking_page(latest: MatchingRound, pairs: Sequence[Pair]) -> str:
    """Return the page that lists the pairs whose guides are about to be asked."""
    partners = queries.partners_of(latest)
    wanted = Wanted(families=[family for family, _ in pairs], guides=[guide for _, guide in pairs])
    names = names_of(wanted, partners)
    known = [pair for pair in pairs if pair[0] in names.families and pair[1] in names.guides]
    letters = sum(2 if guide in partners else 1 for guide in {guide for _, guide in known})
    return render_template(
        "rounds/asking.html",
        pairs=[(names.families[family], names.guides[guide]) for family, guide in known],
        letters=ngettext(
            "%(num)s guide gets an e-mail with a link to answer.",
            "%(num)s guides get an e-mail with a link to answer.",
            letters,
        ),
    )
