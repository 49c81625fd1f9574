"""The visible score: nine terms in whole points that add up to 0..1000.

Each term is bounded by its weight and monotone: more in common never gives fewer points.
Points are rounded down, so that no term passes its maximum and every machine agrees. Here and
nowhere else is how points are given; what they rest on is told in `facts`.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from app.matching.arrays import Bools, Int16s, Int64s
from app.matching.config import PERCENT
from app.matching.pairs.codes import BANDS, UNKNOWN, number_of
from app.matching.pairs.grid import Grid, count_bits
from app.matching.pairs.talk import LEVEL_STEP
from app.matching.types import HIGHEST_LEVEL, TermCode
from app.travel import Band
from app.vocabulary import ChildrenWish, Occupation

_FULL_TALK = LEVEL_STEP * HIGHEST_LEVEL


def term_points(grid: Grid) -> Int16s:
    """Return the points of every term, int16 (T, b, G), in the order of `TermCode`."""
    points = np.empty((len(TERMS), len(grid.families), len(grid.guides)), dtype=np.int16)
    for number, code in enumerate(TermCode):
        points[number] = TERMS[code](grid, getattr(grid.config.weights, code.value))
    return points


def _share(points: int, part: npt.NDArray[np.integer], whole: int | Int64s) -> Int64s:
    """Return part/whole of the points, rounded down; reckoned in 64 bits."""
    return points * part.astype(np.int64) // whole


def _neighbourhood(grid: Grid, points: int) -> Int64s:
    """All for the same place, next door most of it, then falling with the minutes."""
    config = grid.config
    span = config.farthest_minutes - config.nearest_minutes
    left = np.clip(config.farthest_minutes - grid.minutes, 0, span)
    by_minutes = _share(points, config.adjacent_percent * left, PERCENT * span)
    by_band = {
        Band.SAME: points,
        Band.ADJACENT: points * config.adjacent_percent // PERCENT,
        Band.UNKNOWN: points * config.travel_unknown_percent // PERCENT,
        Band.UNREACHABLE: 0,
    }
    told = np.array([by_band.get(band, 0) for band in BANDS])
    return np.where(grid.band == BANDS.index(Band.MINUTES), by_minutes, told[grid.band])


def _language(grid: Grid, points: int) -> Int64s:
    """The best shared way to talk, or what was agreed in its place if that gives more."""
    config, talk = grid.config, grid.talk
    spoken = PERCENT - config.mother_tongue_percent
    bonus = np.where(talk.mother > 0, config.mother_tongue_percent * _FULL_TALK, 0)
    best = np.maximum(spoken * talk.best, spoken * talk.mother + bonus)
    practice = config.practice_percent * grid.practice
    interpreter = np.where(grid.families.interpreter, config.interpreter_percent, 0)
    instead = np.maximum(
        _share(points, practice, PERCENT * HIGHEST_LEVEL), _share(points, interpreter, PERCENT)
    )
    return np.maximum(_share(points, best, PERCENT * _FULL_TALK), instead)


def _availability(grid: Grid, points: int) -> Int64s:
    """Shared times up to enough, and the rhythm."""
    config = grid.config
    slots = np.minimum(grid.shared_slots, config.full_slots)
    times = (PERCENT - config.rhythm_percent) * slots * PERCENT
    rhythm = config.rhythm_percent * _rhythm_percent(grid) * config.full_slots
    return _share(points, times + rhythm, PERCENT * PERCENT * config.full_slots)


def _rhythm_percent(grid: Grid) -> Int64s:
    family, guide = grid.families.rhythm, grid.guides.rhythm
    steps = np.abs(family - guide)
    known = [steps == 0, steps == 1]
    percent = np.select(known, [PERCENT, grid.config.rhythm_near_percent], 0)
    unknown = (family == UNKNOWN) | (guide == UNKNOWN)
    return np.where(unknown, grid.config.rhythm_unknown_percent, percent)


def _family_situation(grid: Grid, points: int) -> Int64s:
    """The best of: children of the same ages, both parents, neither, wished for."""
    config, theirs, guides = grid.config, grid.families.children, grid.guides.children
    enough = np.clip(count_bits(theirs), 1, config.full_child_ages)
    shared = np.minimum(count_bits(theirs & guides), enough)
    both = grid.has_children & (guides > 0)
    neither = ~grid.has_children & (guides == 0)
    by_share = [
        (both, config.parents_percent),
        (neither, config.no_children_percent),
        (_wished_for(grid), config.wish_percent),
    ]
    best = _share(points, shared, enough)
    for holds, percent in by_share:
        best = np.maximum(best, np.where(holds, points * percent // PERCENT, 0))
    return best


def _wished_for(grid: Grid) -> Bools:
    wish = grid.guides.children_wish
    with_children = wish == number_of(ChildrenWish.WITH_CHILDREN)
    without = wish == number_of(ChildrenWish.WITHOUT_CHILDREN)
    wished: Bools = np.where(grid.has_children, with_children, without)
    return wished


def _age(grid: Grid, points: int) -> Int64s:
    """The age group the family wishes for, or next to it; who wishes none gets no less.

    Of two who go together, the one farther from the wish counts.
    """
    wish, guides = grid.families.age_wish, grid.guides
    steps = np.maximum(np.abs(wish - guides.age), np.abs(wish - guides.partner_age))
    near = points * grid.config.age_near_percent // PERCENT
    return np.select([(wish == UNKNOWN) | (steps == 0), steps == 1], [points, near], 0)


def _interests(grid: Grid, points: int) -> Int64s:
    full = grid.config.full_interests
    shared = count_bits(grid.families.interests & grid.guides.interests)
    return _share(points, np.minimum(shared, full), full)


def _occupation(grid: Grid, points: int) -> Int64s:
    """The same field of work. Two times "other" is not the same."""
    field = grid.families.occupation
    told = (field != UNKNOWN) & (field != number_of(Occupation.OTHER))
    return np.where(told & (field == grid.guides.occupation), points, 0)


def _waiting(grid: Grid, points: int) -> Int64s:
    full = grid.config.full_waiting_days
    return _share(points, np.clip(grid.families.waiting_days, 0, full), full)


def _burden(grid: Grid, points: int) -> Int64s:
    full = grid.config.full_burden
    return _share(points, full - np.clip(grid.guides.active_families, 0, full), full)


TERMS: Mapping[TermCode, Callable[[Grid, int], Int64s]] = {
    TermCode.NEIGHBOURHOOD: _neighbourhood,
    TermCode.LANGUAGE: _language,
    TermCode.AVAILABILITY: _availability,
    TermCode.FAMILY_SITUATION: _family_situation,
    TermCode.AGE: _age,
    TermCode.INTERESTS: _interests,
    TermCode.OCCUPATION: _occupation,
    TermCode.WAITING: _waiting,
    TermCode.BURDEN: _burden,
}
