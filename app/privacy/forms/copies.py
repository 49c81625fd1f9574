"""A copy of what is kept of somebody: what is left out of it and why, on paper and as a file."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any

from flask_babel import LazyString, format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField

from app import wording
from app.languages import LANGUAGES, listed
from app.paper import Paper
from app.personal import Facts, Person, whose
from app.privacy.forms.columns import WORDS
from app.privacy.queries.copies import CONFIDED, NOT_SHOWN, OF_BOTH, Chapter, plain
from app.web.forms import BaseForm
from app.who_sees import Relation, Viewer, sees


class LeftOut(StrEnum):
    """Why something is left out of a copy."""

    OTHER_PERSON = "other_person"
    CONFIDENCE = "confidence"
    SAFETY = "safety"
    LAW = "law"


wording.register(
    LeftOut,
    {
        LeftOut.OTHER_PERSON: _l("It tells about somebody else"),
        LeftOut.CONFIDENCE: _l(
            "What others have said in confidence is left out, if there is any, so that they can"
            " speak freely (GDPR, article 15 (4))"
        ),
        LeftOut.SAFETY: _l("It could put somebody in danger"),
        LeftOut.LAW: _l("A law says that it must be kept from them"),
    },
)
_LANGUAGES = frozenset({"code", "family_locale", "interpreter_language", "locale"})
Reasons = Mapping[str, LeftOut]
_CONFIDING = (Facts.MATCH_FACTS, Facts.FOLLOW_UP_FACTS)


class CopyForm(BaseForm):
    """For each group of facts: whether it is handed out, or why not."""

    chapters: Sequence[Chapter] = ()

    @property
    def choices(self) -> list[tuple[Chapter, SelectField]]:
        return [(chapter, self[chapter.key]) for chapter in self.chapters]

    @property
    def left_out(self) -> Reasons:
        chosen = {chapter.key: self[chapter.key].data for chapter in self.chapters}
        return {key: LeftOut(reason) for key, reason in chosen.items() if reason}


def copy_form(chapters: Sequence[Chapter], **options: Any) -> CopyForm:
    """Return the form about these chapters.

    What tells of both sides, or was said in confidence, is left out unless somebody chooses else.
    """
    asked = {
        chapter.key: SelectField(
            words_for(chapter.key),
            choices=[SelectChoice(value, words) for value, words in _choices()],
            default=_held_back(chapter),
        )
        for chapter in chapters
    }
    form: CopyForm = type("ChosenForm", (CopyForm,), asked | {"chapters": chapters})(**options)
    return form


def _choices() -> list[tuple[str, LazyString]]:
    return [("", _l("Hand out")), *wording.choices(LeftOut)]


def _held_back(chapter: Chapter) -> str:
    if chapter.facts in OF_BOTH:
        return LeftOut.OTHER_PERSON.value
    return LeftOut.CONFIDENCE.value if chapter.confided else ""


def words_for(key: str) -> LazyString | str:
    """Return what a chapter is called."""
    facts = Facts(key.removesuffix(CONFIDED))
    if key.endswith(CONFIDED):
        return _l("%(what)s: in confidence", what=wording.label(facts))
    return wording.label(facts)


def kept_from_guides() -> Reasons:
    """Return what no guide gets without staff having looked: the same words for everybody.

    Whether there is any is not told: that would tell that somebody has said something.
    """
    of_guides = [facts for facts in Facts if Person.GUIDE in whose(facts)]
    unseen = [facts for facts in of_guides if not sees([Viewer.GUIDE], facts, Relation.OWN)]
    held = {facts.value: LeftOut.OTHER_PERSON for facts in unseen if facts not in NOT_SHOWN}
    return held | {f"{facts}{CONFIDED}": LeftOut.CONFIDENCE for facts in _CONFIDING}


def write_file(
    person: Person, chapters: Sequence[Chapter], left_out: Reasons, *, today: dt.date
) -> bytes:
    """Return the copy as a file for machines."""
    told = {
        "about": person.value,
        "written_on": today.isoformat(),
        "chapters": [
            {
                "facts": chapter.facts.value,
                "entries": [
                    {"table": e.table} | {name: plain(value) for name, value in e.values.items()}
                    for e in chapter.entries
                ],
            }
            for chapter in chapters
            if chapter.key not in left_out
        ],
        "left_out": {key: reason.value for key, reason in left_out.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def write_paper(
    place: str, chapters: Sequence[Chapter], left_out: Reasons, *, today: dt.date
) -> bytes:
    """Return the copy on paper."""
    title = _("What is kept about you")
    paper = Paper(title, str(get_locale()), made_on=today, foot=place)
    paper.headline(title)
    paper.paragraph(_("%(place)s, %(day)s", place=place, day=spoken("", today)))
    for chapter in chapters:
        if chapter.key not in left_out:
            paper.heading(str(words_for(chapter.key)))
            for entry in chapter.entries:
                for name, value in entry.values.items():
                    if name in WORDS:
                        paper.pair(str(WORDS[name]), spoken(name, value))
                paper.space(2)
    if left_out:
        paper.heading(_("What is not on this copy"))
        for key, reason in left_out.items():
            paper.point(f"{words_for(key)}: {wording.label(reason)}")
    paper.heading(_("Who has looked"))
    paper.paragraph(_("You can ask for the list of who has looked at your record, and when."))
    paper.paragraph(_("If something is wrong, tell us. You can also ask us to erase it."))
    return paper.to_bytes()


def spoken(name: str, value: Any) -> str:
    """Return a value in the reader's words."""
    words = str(value)
    match value:
        case bool():
            words = _("Yes") if value else _("No")
        case Enum():
            words = _word(value)
        case _ if isinstance(value, dt.date):
            words = format_date(value, "d. MMMM y")
        case frozenset():
            each_one = sorted(spoken(name, each) for each in value)
            words = listed(each_one, str(get_locale()))
        case int() if name == "availability":
            words = wording.availability_summary(value)
        case str() if name in _LANGUAGES and value in LANGUAGES:
            words = wording.language_label(value)
    return str(words)


def _word(member: Enum) -> str:
    try:
        return str(wording.label(member))
    except KeyError:  # a list of the machine's
        return str(member.value)
