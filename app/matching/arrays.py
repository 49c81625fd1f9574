"""The few array idioms that the rounds share."""

import numpy as np
import numpy.typing as npt

Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NONE = -1  # no guide, no pin, nothing before


def starts_of(lengths: npt.NDArray[np.integer]) -> Int64s:
    """Return (n + 1,) starts of n stretches laid end to end; the last entry is the whole."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def stretches(starts: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer]) -> Int64s:
    """Return the indices start, start + 1, … of every stretch, one after the other.

    >>> stretches(np.array([7, 2]), np.array([2, 3])).tolist()
    [7, 8, 2, 3, 4]
    """
    offsets = starts_of(lengths)
    indices = np.arange(offsets[-1])
    indices += np.repeat(starts - offsets[:-1], lengths)
    return indices


def expect(
    name: str, array: npt.NDArray[np.generic], dtype: type[np.generic], shape: tuple[int, ...]
) -> None:
    """Refuse an array of another kind or shape than was agreed.

    Raises:
        ValueError: it is of another kind or shape.
    """
    if array.dtype != dtype or array.shape != shape:
        raise ValueError(
            f"{name} is {dtype.__name__} {shape}, not {array.dtype.name} {array.shape}"
        )


def expect_range(name: str, array: npt.NDArray[np.integer], lowest: int, highest: int) -> None:
    """Refuse numbers outside lowest to highest, both allowed.

    Raises:
        ValueError: one lies outside.
    """
    if array.size and not (lowest <= array.min() and array.max() <= highest):
        raise ValueError(f"{name} is {lowest} to {highest}")


def expect_int32(name: str, number: int) -> int:
    """Return a number that an int32 holds.

    Raises:
        ValueError: it does not; the message says the name.
    """
    kind = np.iinfo(np.int32)
    if not kind.min <= number <= kind.max:
        raise ValueError(f"{name} is {kind.min} to {kind.max}, not {number}")
    return number
