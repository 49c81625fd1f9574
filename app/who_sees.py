"""Who sees what: for every group of facts, who may see, change, search and take it out, and when.

`permissions` says which pages somebody may call; this says what may stand on them. Pages ask it
for what depends on the state of a match, the page "Who sees what" shows it whole, and the tests
tour the site with a marker in every column to see that nothing else is shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from app.permissions import Role
from app.personal import Facts


class Viewer(StrEnum):
    """Somebody who may be shown something: a family by its own links, or a role."""

    FAMILY = "family"
    GUIDE = "guide"
    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    PRIVACY_OFFICER = "privacy_officer"
    CERTIFICATE_OFFICER = "certificate_officer"
    ADMINISTRATOR = "administrator"


class Relation(StrEnum):
    """How a viewer stands to what is shown, and in which state a match between them is.

    After the end of a match nothing holds between its sides.
    """

    OWN = "own"  # it is about the viewer, or the viewer wrote it
    ASKED = "asked"  # about the other side of a match, from being asked until its end
    AGREED = "agreed"  # about the other side, from both yes until the end
    HERE = "here"  # the viewer works in the municipality
    SERVED = "served"  # works there, and both sides of the match have said yes


class Right(StrEnum):
    """What a viewer may do with facts. To take out is to print, export or download."""

    SEE = "s"
    CHANGE = "c"
    SEARCH = "f"
    TAKE = "t"


# A line per group of facts, a column per viewer: "relation:rights", with the letters of `Right`.
# Whoever has a dot there sees nothing of it.
TABLE = """
facts             family   guide            caseworker     coordinator    manager privacy_officer certificate_officer administrator
guide_name        agreed:s own:sct,agreed:s here:s         here:scft      .       here:st         here:st             .
guide_contact     .        own:st           served:s       here:scft      .       here:st         .                   .
guide_about       asked:s  own:st           here:s         here:scft      .       here:st         here:s              .
guide_place       .        own:st           here:s         here:scf       .       here:st         .                   .
guide_languages   asked:s  own:st           here:s         here:scft      .       here:st         .                   .
guide_terms       asked:s  own:sct          here:s         here:scf       .       here:st         .                   .
guide_steps       .        own:sct          .              here:scf       .       here:st         here:s              .
guide_certificate .        own:st           .              here:sct       .       here:st         here:sct            .
guide_words       .        own:sct          .              here:sc        .       here:st         .                   .
family_name       own:s    agreed:s         here:scft      here:scft      .       here:st         .                   .
family_contact    own:s    agreed:s         here:sct       here:sct       .       here:st         .                   .
family_household  own:s    asked:s          here:scft      here:scft      .       here:st         .                   .
family_place      own:s    .                here:scf       here:scf       .       here:st         .                   .
family_languages  own:s    asked:s          here:scf       here:scf       .       here:st         .                   .
family_wishes     own:s    asked:s          here:sc        here:sc        .       here:st         .                   .
family_background own:s    .                here:scf       here:scf       .       here:st         .                   .
family_consent    own:s    .                here:sc        here:sc        .       here:st         .                   .
family_approvals  .        .                here:sc        here:sc        .       here:st         .                   .
family_words      own:s    .                here:sc        here:sc        .       here:st         .                   .
family_quiet      own:sc   .                .              here:sc        .       here:st         .                   .
family_protected  .        .                .              .              .       .               .                   .
match_facts       own:sc   own:sc           here:sc        here:scft      .       here:st         .                   .
match_reasoning   .        .                here:s         here:st        .       here:st         .                   .
match_words       .        .                here:s         here:sc        .       here:st         .                   .
meeting_facts     own:s    own:st           here:s         here:sct       .       here:st         .                   .
activity_facts    .        own:sct          .              here:sf        .       here:st         .                   .
activity_words    .        own:sct          .              here:s         .       here:st         .                   .
follow_up_facts   own:sc   own:sc           .              here:sc        .       here:st         .                   .
staff_words       .        .                .              here:sc        .       here:st         .                   .
message           own:s    own:s            .              here:s         .       here:st         .                   .
account           .        own:sc           own:sc,here:s  own:sc,here:s  own:sc,here:s own:sc,here:st  own:sc,here:s       own:sc,here:scf
secret            .        .                .              .              .       .               .                   .
staff_work        .        .                here:s         here:sc        .       here:st         here:s              here:s
look              .        .                .              here:s         here:sf here:sft        .                   .
"""

Sights = Mapping[tuple[Viewer, Relation], frozenset[Right]]


def _read(table: str) -> Iterator[tuple[Facts, Sights]]:
    head, *lines = (line.split() for line in table.strip().splitlines())
    for facts, *cells in lines:
        yield (
            Facts(facts),
            {
                (Viewer(viewer), Relation(relation)): frozenset(map(Right, rights))
                for viewer, cell in zip(head[1:], cells, strict=True)
                if cell != "."
                for relation, _, rights in (part.partition(":") for part in cell.split(","))
            },
        )


WHO_SEES: Mapping[Facts, Sights] = dict(_read(TABLE))
_INCLUDES = {Relation.AGREED: Relation.ASKED, Relation.SERVED: Relation.HERE}


def rights(viewer: Viewer, facts: Facts, relation: Relation | None) -> frozenset[Right]:
    """Return what a viewer in this relation may do with facts; None: there is no relation."""
    if relation is None:
        return frozenset()
    sights = WHO_SEES.get(facts, {})
    nearer = sights.get((viewer, relation), frozenset())
    return nearer | rights(viewer, facts, _INCLUDES.get(relation))


def sees(viewers: Iterable[Viewer | Role], facts: Facts, relation: Relation | None) -> bool:
    """Return whether one of the viewers, standing so, is shown the facts."""
    return any(Right.SEE in rights(Viewer(each.value), facts, relation) for each in viewers)
