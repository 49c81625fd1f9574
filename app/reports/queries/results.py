"""What a replay came to, as it is stored and read: counts and averages, nobody's own.

Stored are the figures of groups of five or more. Only who may see families reads them so; for
everybody else `Result.coarse` comes between.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from app.matching.simulation.coarse import coarse_count, coarse_pair, coarsen
from app.matching.simulation.comparing import Comparison, Waited, advise, compare
from app.matching.simulation.figures import Averages, Dimension, Figures, Group, Summary
from app.matching.simulation.pace import Pace
from app.matching.types import TermCode


@dataclass(frozen=True, slots=True)
class Result:
    """A replay's outcome.

    now: with the weights that held, week by week.
    tried: with the weights and at the pace that were tried.
    paces: all families together with the weights that held, at three paces.
    is_coarse: whether it is told in steps; a count of 0 then means fewer than five.
    """

    guides: int
    now: Summary
    tried: Summary
    paces: Mapping[Pace, Figures]
    is_coarse: bool = False

    @property
    def comparison(self) -> Comparison:
        return compare(self.now, self.tried)

    @property
    def advice(self) -> tuple[Waited, ...]:
        """What waiting would have cost; nothing where too few families came to tell."""
        return advise(self.paces) if self.now.may_be_told else ()

    def coarse(self) -> Self:
        """Return it as told to those who may not see families."""
        now, tried = coarsen(self.now, self.tried)
        daily = self.paces[Pace.DAILY]
        return replace(
            self,
            guides=coarse_count(self.guides),
            now=now,
            tried=tried,
            paces={pace: coarse_pair(daily, own)[1] for pace, own in self.paces.items()},
            is_coarse=True,
        )

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "guides": self.guides,
            "now": _summary_json(self.now),
            "tried": _summary_json(self.tried),
            "paces": {pace.value: asdict(figures) for pace, figures in self.paces.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return what was stored."""
        return cls(
            guides=stored["guides"],
            now=_summary(stored["now"]),
            tried=_summary(stored["tried"]),
            paces={Pace(pace): _figures(row) for pace, row in stored["paces"].items()},
        )


def _summary_json(summary: Summary) -> dict[str, Any]:
    return {
        "total": asdict(summary.total),
        "groups": _lines_json(summary.groups),
        "named": _lines_json(summary.named),
        "shares": {code.value: share for code, share in summary.shares.items()},
    }


def _lines_json(lines: Mapping[Dimension, tuple[Group, ...]]) -> dict[str, Any]:
    return {
        dimension.value: [asdict(group) for group in groups] for dimension, groups in lines.items()
    }


def _lines(stored: Mapping[str, Any]) -> dict[Dimension, tuple[Group, ...]]:
    return {
        Dimension(name): tuple(Group(row["key"], _figures(row["figures"])) for row in rows)
        for name, rows in stored.items()
    }


def _summary(stored: Mapping[str, Any]) -> Summary:
    return Summary(
        total=_figures(stored["total"]),
        groups=_lines(stored["groups"]),
        shares={TermCode(name): share for name, share in stored["shares"].items()},
        named=_lines(stored.get("named", {})),  # one from before they were kept has none to tell
    )


def _figures(stored: Mapping[str, Any]) -> Figures:
    averages = stored["averages"]
    return Figures(**{**stored, "averages": Averages(**averages) if averages else None})
