# SPDX-License-Identifier: Apache-2.0
"""Exact values in an array."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Iterator, List, Tuple

import numpy as np
from numpy.typing import NDArray

from . import _core


def _from_fractions(fractions: List[Fraction], shape: Tuple[int, ...]) -> Values:
    return Values(_core.numbers(np.array(fractions, dtype=object)), shape)


class Values:
    """Exact numbers, in the shape of what they are values of.

    Indexing gives a Fraction, or Values; numpy() the nearest floats.
    """

    __slots__ = ("_numbers", "shape")

    def __init__(self, numbers: _core.Numbers, shape: Tuple[int, ...]):
        self._numbers = numbers
        self.shape = shape

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self._numbers)

    @property
    def fractions(self) -> List[Fraction]:
        """All of them, in C order."""
        return self._numbers.fractions()

    def numpy(self, dtype: Any = np.float64) -> NDArray[Any]:
        """The nearest floats; with dtype=object the Fractions themselves."""
        if np.dtype(dtype) == object:
            result = np.empty(self.size, dtype=object)
            result[:] = self.fractions
            return result.reshape(self.shape)
        return self._numbers.floats().reshape(self.shape).astype(dtype)

    def __array__(self, dtype: Any = None) -> NDArray[Any]:
        return self.numpy(np.float64 if dtype is None else dtype)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a single value has no length")
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        places = np.arange(self.size).reshape(self.shape)[key]
        if np.ndim(places) == 0:
            return self._numbers.take([int(places)]).fractions()[0]
        return Values(self._numbers.take(places.ravel().tolist()), places.shape)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Values) and self.shape == other.shape and self.fractions == other.fractions

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return _from_fractions, (self.fractions, self.shape)

    def __repr__(self) -> str:
        shown = [str(value) for value in self._numbers.take(list(range(min(self.size, 10)))).fractions()]
        more = ", …" if self.size > 10 else ""
        shape = f", shape={self.shape}" if len(self.shape) != 1 or more else ""
        return f"Values([{', '.join(shown)}{more}]{shape})"
