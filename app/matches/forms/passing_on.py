"""What staff send on or read out to a family: in the family's language, and in their own."""

from dataclasses import dataclass

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from app.matches.forms.told import FullFact, guide_told_to_family
from app.matches.models import Match
from app.web.templating import municipality


@dataclass(frozen=True, slots=True)
class Passage:
    """The question to a family in one language; the link stands below."""

    locale: str
    greeting: str
    facts: list[FullFact]
    answer_here: str


def passages(match: Match) -> list[Passage]:
    """Return the question in the family's language and, where that is another, in the reader's."""
    spoken_here = str(get_locale())
    languages = dict.fromkeys((match.family.locale or municipality().locale, spoken_here))
    return [_in(locale, match) for locale in languages]


def _in(locale: str, match: Match) -> Passage:
    with force_locale(locale):
        name = match.family.first_name
        if len(match.takers) > 1:
            greeting = _(
                "Hello %(name)s. There are volunteer guides who would like to meet you together. They are not from the municipality, and it is free. Would you like to?",
                name=name,
            )
        else:
            greeting = _(
                "Hello %(name)s. There is a volunteer guide who would like to meet you. A guide is not from the municipality, and it is free. Would you like to?",
                name=name,
            )
        last = _("You may say yes or no. A no has no consequences. Answer here:")
        return Passage(locale, str(greeting), guide_told_to_family(match), str(last))
