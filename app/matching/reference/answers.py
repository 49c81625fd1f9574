"""What is answered about an instance, as rows of text ready to be written."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.matching.advice.recruiting import Standing, gain_of_places
from app.matching.advice.shortages import Rivalry, smallest_rule_sets
from app.matching.arrays import NONE, Int32s
from app.matching.reference.candidates import feasible_pairs
from app.matching.reference.config import CODES, MAX_SCORE
from app.matching.reference.instance import Instance
from app.matching.reference.people import Guides
from app.matching.reference.ranking import Ranking
from app.matching.reference.rules import broken_by_guide
from app.matching.solving.edges import Edges
from app.matching.solving.problems import Reduced
from app.matching.solving.rounds import Totals

Row = tuple[object, ...]

MATCHES = ("family_id", "guide_id")
EDGES = ("family_id", "guide_id", "score")
UNMATCHED = ("family_id", "kind", "reasons", "rival_families", "rival_guides")
RANKINGS = ("family_id", "rank", "guide_id", "score")
RECRUIT = ("guide_id", "gain_families", "gain_prio2", "gain_prio1", "gain_quality")
NO_GUIDE, COMPETITION = "no_feasible_guide", "competition"
AT_A_TIME = 1_000  # families: their pairs as text take far more room than as numbers
MOST_RIVALS = 1_000  # families; a larger group tells nobody anything


def match_rows(instance: Instance, assignment: Int32s) -> Iterator[Row]:
    """Yield the pairs of the round, in the families' order."""
    families = np.flatnonzero(assignment != NONE)
    guides = instance.guides.ids[assignment[families]]
    return zip(instance.families.ids[families].tolist(), guides.tolist(), strict=True)


def edge_rows(instance: Instance, edges: Edges) -> Iterator[Row]:
    """Yield every pair that the round was solved on; some thousand families at a time."""
    rows, names = edges.rows(), instance.families.ids
    for start in range(0, edges.family_count, AT_A_TIME):
        end = min(start + AT_A_TIME, edges.family_count)
        part = slice(int(edges.ptr[start]), int(edges.ptr[end]))
        guides = instance.guides.ids[edges.guide[part]].tolist()
        scores = edges.score[part].tolist()
        yield from zip(names[rows[part]].tolist(), guides, scores, strict=True)


def unmatched_rows(
    instance: Instance, edges: Edges, assignment: Int32s, *, most_rivals: int = MOST_RIVALS
) -> Iterator[Row]:
    """Yield each family left over with why: rules that leave nobody, or who has the guides instead.

    Args:
        instance: the people.
        edges: the pairs that the round was solved on.
        assignment: each family's guide, or -1; as many families served as can be.
        most_rivals: larger groups are not named.
    """
    rivalry = Rivalry(edges, instance.guides.capacity, assignment)
    has_pairs = edges.degrees() > 0
    for family in np.flatnonzero(assignment == NONE).tolist():
        name = str(instance.families.ids[family])
        if not has_pairs[family]:
            yield name, NO_GUIDE, "|".join(reasons(instance, family)), "", ""
            continue
        group = rivalry.group(family, limit=most_rivals)
        if group is None:
            yield name, COMPETITION, "", "", ""
        else:
            families = "|".join(instance.families.ids[group.families].tolist())
            guides = "|".join(instance.guides.ids[group.guides].tolist())
            yield name, COMPETITION, "", families, guides


def reasons(instance: Instance, family: int) -> tuple[str, ...]:
    """Return a smallest set of rules to set aside that would give the family a guide.

    Of equally small sets the one that opens most guides. Empty if somebody may be its guide
    already, or if there are no guides at all.
    """
    sets = smallest_rule_sets(broken_by_guide(instance, family))
    if not sets:
        return ()
    return tuple(code for bit, code in enumerate(CODES) if sets[0].mask >> bit & 1)


def ranking_rows(instance: Instance, families: Sequence[int], count: int) -> Iterator[Row]:
    """Yield each family's best guides, at most `count`, best first."""
    ranking = Ranking(instance)
    for family in families:
        name, best = str(instance.families.ids[family]), ranking.best(family, count)
        guides = instance.guides.ids[best.guides].tolist()
        for rank, (guide, score) in enumerate(zip(guides, best.scores.tolist(), strict=True), 1):
            yield name, rank, guide, score


def recruit_rows(
    instance: Instance, reduced: Reduced, assignment: Int32s, newcomers: Guides
) -> Iterator[Row]:
    """Yield what each of these guides, who do not exist yet, would add to the round alone."""
    standing = Standing.of(reduced, assignment, top_score=MAX_SCORE)
    candidates = feasible_pairs(instance.with_guides(newcomers))
    gains = standing.gains(candidates)
    for number, name in enumerate(newcomers.ids.tolist()):
        places = int(newcomers.capacity[number])
        adds = gains.totals(number)
        if places != 1:
            adds = gain_of_places(standing, candidates, number, places)
        yield _gain_row(name, adds)


def _gain_row(name: str, adds: Totals) -> Row:
    return name, adds.families, adds.priority_2, adds.priority_1_or_2, adds.quality
