"""The table of who sees what, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.personal import Facts, Person, whose
from app.who_sees import WHO_SEES, Relation, Right, Viewer
from app.wording import label

wording.register(
    Right,
    {
        Right.SEE: _l("see"),
        Right.CHANGE: _l("change"),
        Right.SEARCH: _l("find by it"),
        Right.TAKE: _l("print or download"),
    },
)
_STANDING = {
    (Viewer.FAMILY, Relation.OWN): _l("The family"),
    (Viewer.FAMILY, Relation.ASKED): _l("A family that is asked whether to meet"),
    (Viewer.FAMILY, Relation.AGREED): _l("The family, once both have said yes"),
    (Viewer.GUIDE, Relation.OWN): _l("The guide"),
    (Viewer.GUIDE, Relation.ASKED): _l("A guide who is asked whether to meet"),
    (Viewer.GUIDE, Relation.AGREED): _l("The guide, once both have said yes"),
    (Viewer.CASEWORKER, Relation.HERE): _l("Case workers"),
    (Viewer.CASEWORKER, Relation.SERVED): _l("Case workers, once both have said yes"),
    (Viewer.COORDINATOR, Relation.HERE): _l("Coordinators"),
    (Viewer.MANAGER, Relation.HERE): _l("Managers"),
    (Viewer.PRIVACY_OFFICER, Relation.HERE): _l("The privacy officer"),
    (Viewer.CERTIFICATE_OFFICER, Relation.HERE): _l("Whoever is shown police certificates"),
    (Viewer.ADMINISTRATOR, Relation.HERE): _l("Administrators"),
}
_PARTNER = _l("Guides who meet the same family")
_ONESELF = _l("Whoever it belongs to")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the page: facts of one kind of person, each with who may do what."""

    title: str
    lines: list[tuple[str, list[tuple[str, str]]]]


def chapters() -> list[Chapter]:
    """Return the whole table: about guides, about families, about the two, about staff."""
    titles = (
        (frozenset({Person.GUIDE}), _("About guides")),
        (frozenset({Person.FAMILY}), _("About families")),
        (frozenset({Person.GUIDE, Person.FAMILY}), _("About the two together")),
    )
    parts = [
        Chapter(title, _lines(f for f in WHO_SEES if whose(f) == who)) for who, title in titles
    ]
    told = [who for who, _title in titles]
    rest = (facts for facts in WHO_SEES if whose(facts) not in told)
    return [*parts, Chapter(_("About staff, messages and the log"), _lines(rest))]


def audiences(groups: Iterable[str]) -> list[tuple[str, str]]:
    """Return who sees each of these groups of facts, for the foot of a form that asks for them."""
    return [
        (str(label(facts)), "; ".join(who for who, _rights in _who(facts)))
        for facts in map(Facts, groups)
    ]


def _lines(groups: Iterable[Facts]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(str(label(facts)), list(_who(facts))) for facts in groups]


def _who(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each viewer in words with what they may do; oneself once, whatever one's role."""
    told = set()
    for (viewer, relation), held in WHO_SEES[facts].items():
        words = str(_standing(facts, viewer, relation))
        if words not in told:
            told.add(words)
            yield words, ", ".join(str(label(right)) for right in Right if right in held)


def _standing(facts: Facts, viewer: Viewer, relation: Relation) -> object:
    if relation is Relation.OWN and Person.USER in whose(facts):
        return _ONESELF
    if (viewer, relation) == (Viewer.GUIDE, Relation.AGREED) and Person.GUIDE in whose(facts):
        return _PARTNER
    return _STANDING[viewer, relation]
