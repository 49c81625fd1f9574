"""One trial: last year as it was weighed, as it is tried, and at three paces. No database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from app.matching import MatchingConfig, ScoringWeights
from app.matching.config import PERCENT
from app.matching.simulation.figures import Figures, Summary, summarise
from app.matching.simulation.pace import Pace
from app.matching.simulation.simulating import History, Replay, Settings, replay_on
from app.matching.simulation.year_tables import PairTable, fit_of_pairs, pair_table, term_shares
from app.matching.types import TermCode
from app.reports.queries.results import Result

Told = Callable[[int], object]
PACE_NOW = Pace.WEEKLY
PACES = (Pace.DAILY, PACE_NOW, Pace.MONTHLY)
REPLAYS = 4  # at most: as it is weighed at three paces, and as it is tried


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, against what holds."""

    now: MatchingConfig
    tried: MatchingConfig
    pace: Pace
    match_days: int

    @property
    def changes_nothing(self) -> bool:
        return self.tried == self.now and self.pace is PACE_NOW


def try_out(history: History, trial: Trial, told: Told | None = None) -> Result:
    """Replay a year and return what may be told of it.

    All replays are measured with the weights that hold, or a change of the measure would look
    like a change of what it measures.

    Args:
        history: who came.
        trial: what is tried.
        told: hears how far it has come, 0 to 100.
    """
    trying = _Trying(history, trial, told or (lambda _percent: None))
    now = {pace: trying.replay(trial.now, pace) for pace in PACES}
    tried = now[PACE_NOW] if trial.changes_nothing else trying.replay(trial.tried, trial.pace)
    return Result(
        guides=len(history.guides),
        now=trying.summary(now[PACE_NOW]),
        tried=trying.summary(tried),
        paces={pace: trying.total(done) for pace, done in now.items()},
    )


class _Trying:
    def __init__(self, history: History, trial: Trial, told: Told) -> None:
        self.history, self.trial, self.told = history, trial, told
        self.replays = 0

    @cached_property
    def measure(self) -> PairTable:
        return pair_table(self.history, self.trial.now)

    def replay(self, config: MatchingConfig, pace: Pace) -> Replay:
        """Return one replay, and tell how far all of them have come."""
        before = self.replays
        self.replays += 1
        table = self.measure if config == self.trial.now else pair_table(self.history, config)
        return replay_on(
            self.history,
            Settings(config, pace, self.trial.match_days),
            table,
            told=lambda percent: self.told((PERCENT * before + percent) // REPLAYS),
        )

    def summary(self, done: Replay) -> Summary:
        fit = fit_of_pairs(self.measure, self.trial.now, done.guide)
        # Every term has some weight here, so that a term that somebody weighs 0 is shown too.
        by_default = replace(self.trial.now, weights=ScoringWeights())
        shares = term_shares(self.history, by_default, done.guide)
        if not self._somebody_wished_an_age(done):
            shares.pop(TermCode.AGE, None)  # full points because nobody asked tell nothing
        return summarise(self.history, done, fit, shares)

    def _somebody_wished_an_age(self, done: Replay) -> bool:
        families = zip(self.history.families, done.guide, strict=True)
        return any(row.profile.age_wish and guide >= 0 for row, guide in families)

    def total(self, done: Replay) -> Figures:
        return self.summary(done).total
