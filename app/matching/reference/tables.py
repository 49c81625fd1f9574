"""Columns of text become arrays; every complaint names the file, the record and the column.

A table is whatever was read from one file. Records are counted: the header is record 1, the first
person record 2. Where no cell holds a line break, that is the line an editor shows.
"""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

FIRST_ROW = 2
NARROW_BITS, WIDE_BITS = 32, 64
LONGEST_SHOWN = 40  # characters of what somebody wrote, in a line about it
LONGEST_INTEGER = 20  # characters
INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
NOT_IN_AN_ID = "|\0"  # | joins ids to a list; NumPy's text ends at \0

Value = TypeVar("Value")


class BadInputError(ValueError):
    """A file of an instance is not as described; the message is one line for the person who made it."""

    def __init__(
        self, file: str, problem: str, *, row: int | None = None, column: str | None = None
    ):
        place = [file]
        if row is not None:
            place.append(f"record {row}")
        if column is not None:
            is_plain = column.isprintable() and len(column) <= LONGEST_SHOWN
            place.append(f"column {column if is_plain else shown(column)}")
        super().__init__(" ".join(f"{', '.join(place)}: {problem}".split()))


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns of text of equal length, with the name of the file they came from."""

    name: str
    columns: Mapping[str, Sequence[str]]
    row_count: int
    first_row: int = FIRST_ROW

    @classmethod
    def of(cls, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
        """Turn rows into columns.

        Raises:
            BadInputError: a column is named twice, or a row has more or fewer cells than the header.
        """
        for column in header:
            if list(header).count(column) > 1:
                raise BadInputError(name, "is there twice", row=1, column=column)
        for number, row in enumerate(rows, start=FIRST_ROW):
            if len(row) != len(header):
                raise BadInputError(name, f"{len(row)} cells, not {len(header)}", row=number)
        columns: Sequence[Sequence[str]] = (
            list(zip(*rows, strict=True)) if rows else [()] * len(header)
        )
        return cls(name, dict(zip(header, columns, strict=True)), len(rows))

    def texts(self, column: str) -> Sequence[str]:
        """Return a column's cells. Raises BadInputError if there is no such column."""
        if column not in self.columns:
            raise BadInputError(self.name, "is missing", column=column)
        return self.columns[column]

    def check(self, column: str, known: Container[str], problem: str) -> None:
        """Refuse a cell that is not among those known, with the problem and the cell."""
        for row, cell in enumerate(self.texts(column), start=self.first_row):
            if cell not in known:
                complaint = f"{problem} {shown(cell)}"
                raise BadInputError(self.name, complaint, row=row, column=column)

    def ids(self, column: str) -> tuple[str, ...]:
        """Return a column that names each row once."""
        seen: dict[str, int] = {}
        for row, cell in enumerate(self.texts(column), start=self.first_row):
            if not cell:
                raise BadInputError(self.name, "is empty", row=row, column=column)
            if cell in seen:
                problem = f"{shown(cell)} is in record {seen[cell]} already"
                raise BadInputError(self.name, problem, row=row, column=column)
            if set(NOT_IN_AN_ID) & set(cell):
                problem = f"an id holds no '|' and no zero byte, not {shown(cell)}"
                raise BadInputError(self.name, problem, row=row, column=column)
            seen[cell] = row
        return tuple(seen)

    def integers(self, column: str, low: int, high: int) -> npt.NDArray[np.int32]:
        """Return whole numbers from low to high."""

        def read(cell: str) -> int:
            is_number = INTEGER.fullmatch(cell) and len(cell) <= LONGEST_INTEGER
            if not is_number or not low <= int(cell) <= high:
                raise ValueError(f"is a whole number from {low} to {high}, not {shown(cell)}")
            return int(cell)

        return np.array(self._each(column, read), np.int32)

    def degrees(self, column: str, limit: float) -> npt.NDArray[np.float64]:
        """Return degrees from -limit to limit."""

        def read(cell: str) -> float:
            if not DECIMAL.fullmatch(cell) or not -limit <= float(cell) <= limit:
                problem = f"is a number of degrees from {-limit} to {limit}, not {shown(cell)}"
                raise ValueError(problem)
            return float(cell)

        return np.array(self._each(column, read), np.float64)

    def flags(self, column: str) -> npt.NDArray[np.bool_]:
        """Return a column of 0 and 1."""
        return self.choices(column, {"0": 0, "1": 1}).astype(np.bool_)

    def choices(self, column: str, values: Mapping[str, int]) -> npt.NDArray[np.int32]:
        """Return the number that stands for each cell."""

        def read(cell: str) -> int:
            if cell not in values:
                raise ValueError(f"is one of {', '.join(map(repr, values))}, not {shown(cell)}")
            return values[cell]

        return np.array(self._each(column, read), np.int32)

    def masks(self, column: str, codes: Sequence[str]) -> npt.NDArray[np.unsignedinteger[Any]]:
        """Return a set of codes, joined by |, as one bit for each: bit k is codes[k]."""
        bits = {code: 1 << bit for bit, code in enumerate(codes)}

        def read(cell: str) -> int:
            mask = 0
            for code in cell.split("|") if cell else ():
                if code not in bits:
                    raise ValueError(f"config.json does not list {shown(code)}")
                mask |= bits[code]
            return mask

        return np.array(self._each(column, read), mask_type(len(codes)))

    def slots(self, column: str, count: int) -> npt.NDArray[np.uint32]:
        """Return a week of 0 and 1 as one bit for each slot."""

        def read(cell: str) -> int:
            if len(cell) != count or not set(cell) <= {"0", "1"}:
                raise ValueError(f"is {count} characters of 0 and 1, not {shown(cell)}")
            return int(cell, base=2)

        return np.array(self._each(column, read), np.uint32)

    def _each(self, column: str, read: Callable[[str], Value]) -> list[Value]:
        """Read every cell; equal cells are read once."""
        known: dict[str, Value] = {}
        values = []
        for row, cell in enumerate(self.texts(column), start=self.first_row):
            if cell not in known:
                try:
                    known[cell] = read(cell)
                except ValueError as refusal:
                    raise BadInputError(self.name, str(refusal), row=row, column=column) from None
            values.append(known[cell])
        return values


def shown(value: object) -> str:
    """Return what somebody wrote as a message quotes it: on one line, and not at any length."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def mask_type(code_count: int) -> type[np.unsignedinteger[Any]]:
    """Return the narrowest integer that has a bit for every code.

    Raises:
        ValueError: there are more than 64 codes.
    """
    if code_count > WIDE_BITS:
        raise ValueError(f"at most {WIDE_BITS} codes, not {code_count}")
    return np.uint32 if code_count <= NARROW_BITS else np.uint64
