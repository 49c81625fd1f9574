"""The figures and what is demanded of them: value, demand, met or not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Results = Mapping[tuple[str, str], dict]  # (measurement, size) → what it printed

MUNICIPALITY, REGION = "municipality:200:200", "region:1000:1000"
NATIONAL, METRO, NORWAY = "national:10000:10000", "metro:10000:10000", "national:30000:20000"
GUIDES_NATIONAL, GUIDES_METRO = NORWAY, "metro:2000:20000"
GUIDES_SMALL = "region:1500:1500"

# What is measured, in this order; ours first, so that the others' heat is not ours.
PLAN = (
    *(("round", size) for size in (MUNICIPALITY, REGION, NATIONAL, METRO, NORWAY)),
    *(("ranking", size) for size in (GUIDES_NATIONAL, GUIDES_METRO, GUIDES_SMALL)),
    *(("reasons", size) for size in (REGION, NATIONAL, NORWAY)),
    ("newcomers", NATIONAL),
    ("plan", REGION),
    ("exactness", ""),
    *(("dense", size) for size in (MUNICIPALITY, REGION, NATIONAL, METRO)),
    *(("sparse", size) for size in (MUNICIPALITY, REGION, NATIONAL, METRO, NORWAY)),
    *(("flow", size) for size in (MUNICIPALITY, REGION, NATIONAL, METRO, NORWAY)),
    *(("longest wait", size) for size in (MUNICIPALITY, REGION, NATIONAL, NORWAY)),
)
EXACT = ("dense", "sparse", "flow")


@dataclass(frozen=True)
class Figure:
    """One line of the table; without a limit it is reported, not demanded."""

    row: str
    name: str
    value: float
    limit: float | None
    shown: str = "{:.3f}"

    @property
    def is_met(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def cells(self) -> tuple[str, ...]:
        demand = "report" if self.limit is None else "≤ " + self.shown.format(self.limit)
        met = "" if self.limit is None else ("met" if self.is_met else "NOT MET")
        return self.row, self.name, self.shown.format(self.value), demand, met


def figures(results: Results) -> Iterator[Figure]:
    """Yield the figures, in the order of their rows."""
    over = _ratio(results)
    yield Figure("1", "rounds that others better, by any aim", wrong_rounds(results), 0, "{:.0f}")
    yield from _rounds(results, over)
    yield from _rankings(results)
    answers = ("ranking", "reasons", "newcomers", "plan")
    wrong = sum(not r["right"] for (name, _), r in results.items() if name in answers)
    yield Figure("9", "rankings, reasons, gains: measurements with an error", wrong, 0, "{:.0f}")
    for size in (REGION, NATIONAL, METRO, NORWAY):
        r = results["round", size]
        yield Figure("10", f"{size} prices ÷ solve", r["duals"] / r["solve"], 0.7)
    for size in (REGION, NATIONAL, NORWAY):
        r = results["reasons", size]
        each = 1000 * r["seconds"] / r["families"]
        yield Figure("11", f"{size} explanation, ms a family left over", each, 0.8)
    r = results["newcomers", NATIONAL]
    yield Figure("12", "one newcomer ÷ one new round", r["each"] / r["resolve"], 1e-3, "{:.6f}")
    for size in (MUNICIPALITY, REGION, NATIONAL, NORWAY):
        ours, list_ = (results[name, size]["totals"][0] for name in ("round", "longest wait"))
        yield Figure("13", f"{size} families ÷ longest wait first", ours / list_, None)
    r = results["plan", REGION]
    gap = sum(abs(a - b) for a, b in zip(r["promised"], r["totals"], strict=True))
    yield Figure("14", "ten recruits: plan − new round", gap, 0, "{:.0f}")
    yield Figure("14", "ten recruits: seconds", r["seconds"], 1.0)


def _rounds(results: Results, over: Callable[..., float]) -> Iterator[Figure]:
    yield Figure("2", f"{NATIONAL} round ÷ dense", over("dense", NATIONAL), 0.12)
    yield Figure("3", f"{NATIONAL} memory ÷ dense", over("dense", NATIONAL, "mb"), 0.12)
    yield Figure("4", f"{METRO} round ÷ dense", over("dense", METRO), 0.8)
    yield Figure("4", f"{METRO} memory ÷ dense", over("dense", METRO, "mb"), 0.45)
    yield Figure("5", f"{NORWAY} round ÷ bare sparse call", over("sparse", NORWAY), 1.6)
    yield Figure("5", f"{NORWAY} round ÷ OR-Tools flow", over("flow", NORWAY), None)
    yield Figure("6", f"{NORWAY} memory ÷ bare sparse call", over("sparse", NORWAY, "mb"), 1.5)
    yield Figure("7", f"{REGION} round ÷ dense", over("dense", REGION), 1.8)
    ms = 1000 * results["round", MUNICIPALITY]["seconds"]
    yield Figure("7", f"{MUNICIPALITY} round, ms", ms, 40, "{:.1f}")


def _rankings(results: Results) -> Iterator[Figure]:
    for size, limit in ((GUIDES_NATIONAL, 4), (GUIDES_METRO, 9), (GUIDES_SMALL, 15)):
        r = results["ranking", size]
        yield Figure(
            "8", f"{size} one family ÷ argpartition", r["seconds"] / r["bare"], limit, "{:.2f}"
        )
        yield Figure("8", f"{size} one family, µs", 1e6 * r["seconds"], None, "{:.0f}")


def wrong_rounds(results: Results) -> int:
    """Count rounds without a proof that holds, and others' answers that are not equal to ours."""
    wrong = results["exactness", ""]["wrong"]
    for (name, size), result in results.items():
        if name == "round":
            wrong += not result["right"]
        if name in EXACT:
            wrong += result["totals"] != results["round", size]["totals"]
    return wrong


def measured(results: Results) -> Iterator[tuple[str, ...]]:
    """Yield what was measured, line by line, for those who want the absolute values."""
    for (name, size), r in results.items():
        seconds = f"{r['seconds']:.6f}" if "seconds" in r else ""
        told = [
            f"{key} {r[key]:.6f}"
            for key in ("candidates", "solve", "duals", "bare", "resolve")
            if key in r
        ]
        told += [
            f"{key} {r[key]}"
            for key in ("pairs", "places", "families", "types", "cases")
            if key in r
        ]
        if "totals" in r:
            told.append("families/priority 2/1 or 2/points " + "/".join(map(str, r["totals"])))
        yield name, size, seconds, f"{r['mb']:.0f}", ", ".join(told)


def lines(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield a Markdown table, its columns as wide as they need to be."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, tuple("-" * width for width in widths), *rows):
        yield (
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            + " |"
        )


def _ratio(results: Results) -> Callable[..., float]:
    def over(other: str, size: str, key: str = "seconds") -> float:
        return results["round", size][key] / results[other, size][key]

    return over
