"""Rank guides for one family, and explain one pair. Pure: the same input, the same answer."""

from collections.abc import Callable, Iterable, Sequence
from typing import overload

import numpy as np

from app.matching.arrays import Int16s
from app.matching.config import MatchingConfig
from app.matching.pairs.blocks import Block, compute_block
from app.matching.pairs.codes import Codes, Ways
from app.matching.pairs.facts import facts_of
from app.matching.pairs.pair import Pair
from app.matching.pairs.people import Families, Guides
from app.matching.pairs.reasons import counter_reasons_for, reasons_for
from app.matching.pairs.rules import count_rules, rules_in, told_counts
from app.matching.types import (
    Candidate,
    Exclusion,
    FamilyProfile,
    GuideProfile,
    PairExplanation,
    Ranking,
    Term,
    TermCode,
    Travel,
)


class Ranked(Sequence[Candidate]):
    """Candidates in their order; each is told whole when somebody looks at it."""

    def __init__(self, numbers: Sequence[int], tell: Callable[[int], Candidate]) -> None:
        self._numbers, self._tell = numbers, tell

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Candidate: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, at: int | slice) -> Candidate | tuple[Candidate, ...]:
        if isinstance(at, slice):
            return tuple(self._tell(number) for number in self._numbers[at])
        return self._tell(self._numbers[at])


def rank_guides(
    family: FamilyProfile,
    guides: Iterable[GuideProfile],
    travel: Travel,
    config: MatchingConfig,
) -> Ranking:
    """Sort all guides into candidates, best first, and exclusions, each with all its rules.

    Equal scores are ordered by guide id, so the order of the input never matters.

    Raises:
        ValueError: a guide is given twice.
    """
    people = tuple(guides)
    block = _block_of(family, people, travel, config)
    fit, excluded = [], []
    for number, guide in enumerate(people):
        if failing := rules_in(int(block.failing[0, number])):
            excluded.append(Exclusion(guide.guide_id, failing))
        else:
            fit.append(number)
    fit.sort(key=lambda number: (-int(block.score[0, number]), people[number].guide_id))

    def tell(number: int) -> Candidate:
        pair = Pair.of(family, people[number], travel, config)
        return _candidate(pair, block.points[:, 0, number])

    removed, alone = count_rules(block.failing)
    return Ranking(
        candidates=Ranked(fit, tell),
        order=tuple(people[number].guide_id for number in fit),
        excluded=tuple(sorted(excluded, key=lambda e: e.guide_id)),
        rule_counts=told_counts(removed[0], alone[0]),
    )


def explain_pair(
    family: FamilyProfile, guide: GuideProfile, travel: Travel, config: MatchingConfig
) -> PairExplanation:
    """Tell one pair whole: its score as if allowed, and every rule that forbids it."""
    block = _block_of(family, (guide,), travel, config)
    pair = Pair.of(family, guide, travel, config)
    return PairExplanation(
        candidate=_candidate(pair, block.points[:, 0, 0]),
        failing=rules_in(int(block.failing[0, 0])),
    )


def _block_of(
    family: FamilyProfile, guides: Sequence[GuideProfile], travel: Travel, config: MatchingConfig
) -> Block:
    codes = Codes.of((family,), guides)
    families, columns = Families.of((family,), codes), Guides.of(guides, codes)
    return compute_block(families, columns, Ways.of(travel, codes), config, np.arange(1))


def _candidate(pair: Pair, points: Int16s) -> Candidate:
    weights = pair.config.weights
    terms = tuple(
        Term(code, int(gained), getattr(weights, code.value), facts_of(code, pair))
        for code, gained in zip(TermCode, points, strict=True)
    )
    return Candidate(
        guide_id=pair.guide.guide_id,
        score=sum(term.points for term in terms),
        terms=terms,
        reasons=reasons_for(pair, terms),
        counter_reasons=counter_reasons_for(pair),
        pair=pair,
    )
