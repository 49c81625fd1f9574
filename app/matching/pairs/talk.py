"""How well the families and guides of a block can talk, language by language, as arrays.

The same measure as `languages.SharedLanguage`: understanding, 0 to 8, times closeness in percent.
Half of it is the level, 0 to 4, in percent; below level 1 there is no talking.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.matching.arrays import Int64s
from app.matching.config import PERCENT
from app.matching.pairs.people import Families, Guides
from app.matching.types import HIGHEST_LEVEL

LEVEL_STEP = 2 * PERCENT  # understanding x closeness that makes up one level


@dataclass(frozen=True, eq=False)
class Talk:
    """The best way to talk of each pair, int64 (b, G), in understanding x closeness, 0 to 800."""

    best: Int64s  # in any language
    mother: Int64s  # in a mother tongue of the family that the guide speaks as well


def talk_between(
    families: Families, guides: Guides, closeness: Mapping[frozenset[str], float]
) -> Talk:
    """Try every language that both sides know, and every two that are close.

    Args:
        families: as a column.
        guides: as a row.
        closeness: from 0 to 1, for pairs of language codes.
    """
    shape = (families.understands.shape[0], guides.understands.shape[1])
    best = np.zeros(shape, dtype=np.int64)
    mother = np.zeros(shape, dtype=np.int64)
    native = np.maximum(families.understands, families.speaks)[:, 0] == HIGHEST_LEVEL
    for language in families.codes.languages.values():
        rows, columns, value = _value(families, guides, language, language, PERCENT)
        _raise(best, rows, columns, value)
        _raise(mother, rows[native[rows, language]], columns, value[native[rows, language]])
    for theirs, guides_own, percent in _close_ways(families.codes.languages, closeness):
        rows, columns, value = _value(families, guides, theirs, guides_own, percent)
        allowed = ~families.refuses[rows, 0, guides_own]
        _raise(best, rows[allowed], columns, value[allowed])
    return Talk(best, mother)


def _close_ways(
    languages: Mapping[str, int], closeness: Mapping[frozenset[str], float]
) -> Iterator[tuple[int, int, int]]:
    """Yield (the family's language, the guide's, closeness in percent), each pair both ways."""
    for codes, share in closeness.items():
        if len(codes) > 1 and all(code in languages for code in codes):
            one, other = (languages[code] for code in codes)
            yield one, other, round(PERCENT * share)
            yield other, one, round(PERCENT * share)


def _value(
    families: Families, guides: Guides, theirs: int, guides_own: int, percent: int
) -> tuple[Int64s, Int64s, Int64s]:
    """Return who knows the two languages, and what it gives: (r,), (c,) and (r, c)."""
    hears, says = families.understands[:, 0, theirs], families.speaks[:, 0, theirs]
    listens, tells = guides.understands[0, :, guides_own], guides.speaks[0, :, guides_own]
    rows, columns = np.flatnonzero(hears | says), np.flatnonzero(listens | tells)
    heard = np.minimum(hears[rows][:, None], tells[columns])
    said = np.minimum(says[rows][:, None], listens[columns])
    value = (heard + said).astype(np.int64) * percent
    return rows, columns, np.where(value >= LEVEL_STEP, value, 0)


def _raise(best: Int64s, rows: Int64s, columns: Int64s, value: Int64s) -> None:
    """Raise `best` to what a language gives where that is more."""
    where = np.ix_(rows, columns)
    best[where] = np.maximum(best[where], value)
