"""What a replay asks about its pairs: computed once, then only waiting and burden change.

Nothing is computed anew here: the tables are read off the same blocks that rank guides and
fill rounds, by asking them about people who have waited so and so long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.matching.arrays import Bools, Int32s
from app.matching.config import MAX_SCORE, PERCENT, MatchingConfig
from app.matching.pairs.blocks import Block, compute_block
from app.matching.pairs.codes import Codes, Ways
from app.matching.pairs.people import Families, Guides
from app.matching.types import FamilyProfile, GuideProfile, TermCode, Travel

if TYPE_CHECKING:
    from app.matching.simulation.simulating import History

TERMS = tuple(TermCode)
CHANGING = (TermCode.WAITING, TermCode.BURDEN)  # the rest of a pair's points stays all year
ROWS_AT_A_TIME = 256


@dataclass(frozen=True, eq=False)
class PairTable:
    """What holds for each pair of a history, in whole points.

    feasible: bool (F, G), whether every rule lets the pair be proposed while there is a place.
    fit: int32 (F, G), the points of all terms but waiting and burden.
    waiting: int32 (D + 1,), the points for so many days; more days give no more.
    burden: int32 (B + 1,), the points of a guide with so many families; more give no fewer.
    """

    feasible: Bools
    fit: Int32s
    waiting: Int32s
    burden: Int32s

    def waiting_points(self, days: NDArray[np.integer]) -> Int32s:
        """Return the points for these days of waiting, any shape."""
        points: Int32s = self.waiting[np.minimum(days, len(self.waiting) - 1)]
        return points

    def burden_points(self, families: NDArray[np.integer]) -> Int32s:
        """Return the points of guides with so many families, any shape."""
        points: Int32s = self.burden[np.minimum(families, len(self.burden) - 1)]
        return points


def pair_table(history: "History", config: MatchingConfig) -> PairTable:
    """Return the table of a history's pairs under these weights and rules."""
    families, guides = _as_they_came(history)
    feasible = np.zeros((len(families), len(guides)), dtype=np.bool_)
    fit = np.zeros(feasible.shape, dtype=np.int32)
    steady = [number for number, code in enumerate(TERMS) if code not in CHANGING]
    if feasible.size:
        for rows, block in _blocks(families, guides, history.travel, config):
            feasible[rows] = block.failing == 0
            fit[rows] = block.points[steady].sum(axis=0, dtype=np.int32)
    waiting, burden = _changing(families, guides, config)
    return PairTable(feasible, fit, waiting, burden)


def fit_of_pairs(table: PairTable, config: MatchingConfig, guide: Int32s) -> Int32s:
    """Return how well each family's pair fits, of 1000, without waiting and burden.

    Args:
        table: computed with the measure to be used for all replays that are compared.
        config: the table's own.
        guide: int32 (F,), each family's guide or -1; those without have 0.
    """
    most = MAX_SCORE - sum(getattr(config.weights, code.value) for code in CHANGING)
    fit = np.zeros(len(guide), dtype=np.int32)
    matched = np.flatnonzero(guide >= 0)
    if most:
        points = table.fit[matched, guide[matched]].astype(np.int64)
        fit[matched] = MAX_SCORE * points // most
    return fit


def term_shares(history: "History", config: MatchingConfig, guide: Int32s) -> dict[TermCode, int]:
    """Return, for the pairs formed, how much of each term they have on average, in percent.

    Args:
        history: who came.
        config: the weights to measure with; a term without weight has no share.
        guide: int32 (F,), each family's guide or -1.
    """
    matched = np.flatnonzero(guide >= 0)
    if not matched.size:
        return {}
    families, guides = _as_they_came(history)
    sums = np.zeros(len(TERMS), dtype=np.int64)
    for rows, block in _blocks(families, guides, history.travel, config):
        own = matched[np.isin(matched, rows)]
        sums += block.points[:, own - rows[0], guide[own]].sum(axis=1, dtype=np.int64)
    shares = {}
    for code, points in zip(TERMS, sums, strict=True):
        most = getattr(config.weights, code.value) * matched.size
        if most and code not in CHANGING:
            shares[code] = int(PERCENT * points // most)
    return shares


def _as_they_came(history: "History") -> tuple[list[FamilyProfile], list[GuideProfile]]:
    """Return the people as on the day they came: every guide is ready and free."""
    families = [row.profile for row in history.families]
    guides = [_free(row.profile) for row in history.guides]
    return families, guides


def _free(guide: GuideProfile) -> GuideProfile:
    return replace(
        guide,
        free_places=1,
        active_families=0,
        is_ready=True,
        is_paused=False,
        lacks_steps=False,
    )


def _blocks(
    families: Sequence[FamilyProfile],
    guides: Sequence[GuideProfile],
    travel: Travel,
    config: MatchingConfig,
) -> Iterator[tuple[NDArray[np.intp], Block]]:
    """Yield the rows of some families and their block, until all have been."""
    codes = Codes.of(families, guides)
    ways = Ways.of(travel, codes)
    many, everybody = Families.of(families, codes), Guides.of(guides, codes)
    for start in range(0, len(families), ROWS_AT_A_TIME):
        rows = np.arange(start, min(start + ROWS_AT_A_TIME, len(families)))
        yield rows, compute_block(many, everybody, ways, config, rows)


def _changing(
    families: Sequence[FamilyProfile], guides: Sequence[GuideProfile], config: MatchingConfig
) -> tuple[Int32s, Int32s]:
    """Return the points of waiting by day and of burden by families, read off the terms."""
    if not families or not guides:
        return np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int32)
    days, burdens = range(config.full_waiting_days + 1), range(config.full_burden + 1)
    waiting = np.zeros(len(days), dtype=np.int32)
    by_day = [replace(families[0], waiting_days=day) for day in days]
    for rows, block in _blocks(by_day, guides[:1], Travel(), config):
        waiting[rows] = block.points[TERMS.index(TermCode.WAITING), :, 0]
    burden = np.zeros(len(burdens), dtype=np.int32)
    for number in burdens:
        busy = [replace(guides[0], active_families=number)]
        for _rows, block in _blocks(families[:1], busy, Travel(), config):
            burden[number] = block.points[TERMS.index(TermCode.BURDEN), 0, 0]
    return waiting, burden
