# SPDX-License-Identifier: Apache-2.0
"""Arrays of expressions and of conditions, which behave as NumPy's arrays do."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Sequence, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._core import Comparison, Condition, Expression
from ._values import Values

Shape = Tuple[int, ...]


def as_array(values: Any) -> NDArray[Any]:
    """The array of some numbers, none of them rounded: NumPy would make float64 of a list with a float in it."""
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, Values):
        return values.numpy(object)
    if hasattr(values, "detach") and hasattr(values, "numpy"):  # a tensor of PyTorch
        return np.asarray(values.detach().cpu().numpy())
    if hasattr(values, "__array__"):  # pandas and the like
        return np.asarray(values)
    if isinstance(values, (list, tuple)) and any(isinstance(value, Values) for value in values):
        values = [as_array(value) for value in values]
    return np.array(values, dtype=object)


def exact(values: Any) -> Tuple[_core.Numbers, Shape]:
    """Numbers and their shape."""
    array = as_array(values)
    return _core.numbers(array), array.shape


def _is_scalar(value: Any) -> bool:
    return not hasattr(value, "__len__") and not hasattr(value, "shape") or getattr(value, "shape", None) == ()


def _operand(value: Any) -> Tuple[Any, Shape]:
    """Expressions and their shape, of whatever can be one side of an operation."""
    if isinstance(value, ExpressionArray):
        return value._terms, value.shape
    if isinstance(value, Expression):
        return _core.Expressions([value]), ()
    array = as_array(value)
    if array.dtype == object and any(isinstance(element, Expression) for element in array.flat):
        members = [e if isinstance(e, Expression) else constant(e) for e in array.flat]
        return _core.Expressions(members), array.shape
    return _core.Expressions(_core.numbers(array)), array.shape


def constant(value: Any) -> Expression:
    """A number as an expression."""
    return _core.Expressions(_core.numbers(np.array([value], dtype=object)))[0]


def _places(shape: Shape, out: Shape) -> Union[None, Sequence[int]]:
    """Where the elements of an array stand that is broadcast; None if it stays as it is."""
    if shape == out:
        return None
    places = np.arange(int(np.prod(shape, dtype=np.int64)), dtype=np.int64).reshape(shape)
    return np.broadcast_to(places, out).ravel().tolist()  # type: ignore[no-any-return]


def _together(left: Any, right: Any) -> Tuple[Any, Any, Shape]:
    (a, a_shape), (b, b_shape) = _operand(left), _operand(right)
    try:
        shape = np.broadcast_shapes(a_shape, b_shape)
    except ValueError:
        raise ValueError(f"arrays of the shapes {a_shape} and {b_shape} do not fit together") from None
    a_places, b_places = _places(a_shape, shape), _places(b_shape, shape)
    return (a if a_places is None else a.take(a_places), b if b_places is None else b.take(b_places), shape)


class ExpressionArray:
    """Expressions in an array: the inputs or outputs of a network, or variables.

    Indexing, shapes and broadcasting are NumPy's. Comparisons give a ConditionArray.
    """

    __slots__ = ("_terms", "shape")
    __array_ufunc__ = None  # NumPy leaves operations to this class
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, terms: Any, shape: Shape):
        self._terms = terms
        self.shape = shape

    @property
    def size(self) -> int:
        """How many expressions there are."""
        return len(self._terms)

    @property
    def ndim(self) -> int:
        """How many dimensions there are."""
        return len(self.shape)

    @property
    def T(self) -> ExpressionArray:
        """The array with its dimensions in reverse order."""
        return self._rearranged(lambda places: places.T)  # type: ignore[no-any-return]

    def _rearranged(self, how: Callable[[NDArray[Any]], Any]) -> Any:
        places = np.asarray(how(np.arange(self.size).reshape(self.shape)))
        return ExpressionArray(self._terms.take(places.ravel().tolist()), places.shape)

    def reshape(self, *shape: Any) -> ExpressionArray:
        """The same expressions in another shape."""
        return self._rearranged(lambda places: places.reshape(*shape))  # type: ignore[no-any-return]

    def ravel(self) -> ExpressionArray:
        """The same expressions in one dimension."""
        return self.reshape(-1)

    flatten = ravel

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("an array without dimensions has no length")
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        places = np.arange(self.size).reshape(self.shape)[key]
        if np.ndim(places) == 0:
            return self._terms[int(places)]
        return ExpressionArray(self._terms.take(places.ravel().tolist()), places.shape)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def sum(self) -> Expression:
        """The sum of all of them."""
        return self._terms.sum()  # type: ignore[no-any-return]

    def __add__(self, other: Any) -> ExpressionArray:
        a, b, shape = _together(self, other)
        return ExpressionArray(a.add(b, 1), shape)

    __radd__ = __add__

    def __sub__(self, other: Any) -> ExpressionArray:
        a, b, shape = _together(self, other)
        return ExpressionArray(a.add(b, -1), shape)

    def __rsub__(self, other: Any) -> ExpressionArray:
        a, b, shape = _together(other, self)
        return ExpressionArray(a.add(b, -1), shape)

    def _factors(self, other: Any, name: str) -> Tuple[Any, _core.Numbers, Shape]:
        if isinstance(other, (Expression, ExpressionArray)):
            raise TypeError(f"a {name} of two expressions is not linear")
        numbers, number_shape = exact(other)
        try:
            shape = np.broadcast_shapes(self.shape, number_shape)
        except ValueError:
            raise ValueError(f"arrays of the shapes {self.shape} and {number_shape} do not fit together") from None
        mine, theirs = _places(self.shape, shape), _places(number_shape, shape)
        return (self._terms if mine is None else self._terms.take(mine),
                numbers if theirs is None else numbers.take(theirs), shape)

    def __mul__(self, other: Any) -> ExpressionArray:
        terms, numbers, shape = self._factors(other, "product")
        return ExpressionArray(terms.scaled(numbers), shape)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> ExpressionArray:
        terms, numbers, shape = self._factors(other, "quotient")
        return ExpressionArray(terms.divided(numbers), shape)

    def __neg__(self) -> ExpressionArray:
        return self * -1

    def __pos__(self) -> ExpressionArray:
        return self

    def __rmatmul__(self, matrix: Any) -> Any:
        """matrix @ self: exact linear combinations of expressions in one dimension."""
        array = as_array(matrix)
        if self.ndim != 1 or array.ndim not in (1, 2) or array.shape[-1] != self.size:
            raise ValueError(f"a matrix of the shape {array.shape} does not fit expressions of the shape {self.shape}")
        rows = self._terms.products(_core.numbers(array))
        return rows[0] if array.ndim == 1 else ExpressionArray(rows, (array.shape[0],))

    def __matmul__(self, matrix: Any) -> Any:
        return as_array(matrix).T @ self

    def _compared(self, how: Any, other: Any) -> ConditionArray:
        a, b, shape = _together(self, other)
        return ConditionArray(a.compare(how, b), shape, how != Comparison.unequal)

    def __lt__(self, other: Any) -> ConditionArray:
        return self._compared(Comparison.less, other)

    def __le__(self, other: Any) -> ConditionArray:
        return self._compared(Comparison.less_equal, other)

    def __gt__(self, other: Any) -> ConditionArray:
        return self._compared(Comparison.greater, other)

    def __ge__(self, other: Any) -> ConditionArray:
        return self._compared(Comparison.greater_equal, other)

    def __eq__(self, other: Any) -> ConditionArray:  # type: ignore[override]
        return self._compared(Comparison.equal, other)

    def __ne__(self, other: Any) -> ConditionArray:  # type: ignore[override]
        return self._compared(Comparison.unequal, other)

    def __bool__(self) -> bool:
        raise TypeError("expressions have no truth value: compare them with something")

    def is_argmax(self, index: int) -> Condition:
        """The condition that this one is greater than all others: a classifier's answer is the class `index`."""
        flat = self.ravel()
        if not -flat.size <= index < flat.size:
            raise IndexError(f"there is no class {index} among {flat.size}")
        others = [i for i in range(flat.size) if i != index % flat.size]
        return _core.all_of([flat[index] > flat[i] for i in others])

    def __repr__(self) -> str:
        shown = [repr(self._terms[i]) for i in range(min(self.size, 6))]
        more = ", …" if self.size > 6 else ""
        return f"ExpressionArray([{', '.join(shown)}{more}], shape={self.shape})"


class ConditionArray:
    """Conditions in an array. As a question it means that all of them hold; all() and any() say it."""

    __slots__ = ("_truths", "shape", "_means_all")
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, truths: Any, shape: Shape, means_all: bool):
        self._truths = truths
        self.shape = shape
        self._means_all = means_all

    @property
    def size(self) -> int:
        """How many conditions there are."""
        return len(self._truths)

    def all(self) -> Condition:
        """All of them hold; of none: true."""
        return self._truths.all()  # type: ignore[no-any-return]

    def any(self) -> Condition:
        """One of them holds at least; of none: false."""
        return self._truths.any()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        places = np.arange(self.size).reshape(self.shape)[key]
        if np.ndim(places) == 0:
            return self._truths[int(places)]
        return [self._truths[int(i)] for i in places.ravel()]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def _as_one(self) -> Condition:
        if self.size > 1 and not self._means_all:
            raise TypeError("(x != y) of arrays may mean that all differ or that some do: say .all() or .any()")
        return self.all()

    def __and__(self, other: Any) -> Condition:
        return self._as_one() & condition(other)

    __rand__ = __and__

    def _is_single(self, what: str) -> Condition:
        if self.size != 1:
            raise TypeError(f"{what} of several conditions may mean all of them or one of them: say .all() or .any()")
        return self.all()

    def __or__(self, other: Any) -> Condition:
        return self._is_single("|") | single(other, "|")

    __ror__ = __or__

    def __invert__(self) -> Condition:
        return ~self._is_single("~")

    def __bool__(self) -> bool:
        return bool(self.all())  # says why it is neither

    def __repr__(self) -> str:
        shown = [repr(self._truths[i]) for i in range(min(self.size, 6))]
        more = ", …" if self.size > 6 else ""
        return f"ConditionArray([{', '.join(shown)}{more}], shape={self.shape})"


def condition(value: Any) -> Condition:
    """One condition of what can be asked: a condition, an array of them, a list of them (all hold), True or False."""
    if isinstance(value, Condition):
        return value
    if isinstance(value, ConditionArray):
        return value._as_one()
    if isinstance(value, (bool, np.bool_)):
        return _core.all_of([]) if value else _core.any_of([])
    if isinstance(value, (list, tuple)):
        return _core.all_of([condition(member) for member in value])
    raise TypeError(f"a condition is expected, such as y[0] > y[1], not {type(value).__name__}")


def single(value: Any, what: str) -> Condition:
    """The same for | and ~, where several conditions would be ambiguous."""
    return value._is_single(what) if isinstance(value, ConditionArray) else condition(value)


def all_of(*conditions: Any) -> Condition:
    """All of the conditions hold: of several arguments, or of the members of one list."""
    members = conditions[0] if len(conditions) == 1 and isinstance(conditions[0], (list, tuple)) else conditions
    return _core.all_of([condition(member) for member in members])


def any_of(*conditions: Any) -> Condition:
    """One of the conditions holds at least: of several arguments, or of the members of one list."""
    members = conditions[0] if len(conditions) == 1 and isinstance(conditions[0], (list, tuple)) else conditions
    return _core.any_of([condition(member) for member in members])


def ball(x: Any, centre: Any, epsilon: Any, *, lower: Any = None, upper: Any = None) -> Condition:
    """|x - centre| <= epsilon for each component (epsilon may be an array), and lower <= x <= upper if given."""
    numbers, shape = exact(epsilon)
    if any(value < 0 for value in numbers.fractions()):
        raise ValueError("epsilon is 0 or more")
    middle = as_array(centre)
    if isinstance(x, ExpressionArray) and middle.shape != x.shape and middle.size == x.size:
        middle = middle.reshape(x.shape)
    fractions = np.array(numbers.fractions(), dtype=object).reshape(shape)
    distance = x - middle
    parts = [condition(distance <= fractions), condition(distance >= -fractions)]
    if lower is not None:
        parts.append(condition(x >= lower))
    if upper is not None:
        parts.append(condition(x <= upper))
    return _core.all_of(parts)
