"""Rank guides for one family, and explain one pair. Pure: the same input, the same answer."""

from collections.abc import Iterable

from app.matching.config import MatchingConfig
from app.matching.pair import Pair
from app.matching.reasons import counter_reasons_for, reasons_for
from app.matching.rules import count_rules, failing_rules
from app.matching.scoring import score_terms, total
from app.matching.types import (
    Candidate,
    Exclusion,
    FamilyProfile,
    GuideProfile,
    PairExplanation,
    Ranking,
    Travel,
)


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
    candidates, excluded = [], []
    seen = set()
    for guide in guides:
        if guide.guide_id in seen:
            raise ValueError(f"guide {guide.guide_id} is given twice")
        seen.add(guide.guide_id)
        pair = Pair.of(family, guide, travel, config)
        if failing := failing_rules(pair):
            excluded.append(Exclusion(guide.guide_id, failing))
        else:
            candidates.append(_candidate(pair))
    return Ranking(
        candidates=tuple(sorted(candidates, key=lambda c: (-c.score, c.guide_id))),
        excluded=tuple(sorted(excluded, key=lambda e: e.guide_id)),
        rule_counts=count_rules(excluded),
    )


def explain_pair(
    family: FamilyProfile, guide: GuideProfile, travel: Travel, config: MatchingConfig
) -> PairExplanation:
    """Tell one pair whole: its score as if allowed, and every rule that forbids it."""
    pair = Pair.of(family, guide, travel, config)
    return PairExplanation(candidate=_candidate(pair), failing=failing_rules(pair))


def _candidate(pair: Pair) -> Candidate:
    terms = score_terms(pair)
    return Candidate(
        guide_id=pair.guide.guide_id,
        score=total(terms),
        terms=terms,
        reasons=reasons_for(pair, terms),
        counter_reasons=counter_reasons_for(pair),
        pair=pair,
    )
