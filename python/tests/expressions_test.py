# SPDX-License-Identifier: Apache-2.0
"""Expressions, conditions, and arrays of them."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import sinew


def test_numbers_are_exact():
    r = sinew.real("r")
    for number, value in [(3, 3), (0.1, Fraction(0.1)), (np.float32(0.1), Fraction(float(np.float32(0.1)))),
                          (np.float16(0.1), Fraction(float(np.float16(0.1)))), (Fraction(1, 3), Fraction(1, 3)),
                          (Decimal("0.1"), Fraction(1, 10)), (np.int8(-4), -4), (np.uint64(2**64 - 1), 2**64 - 1),
                          (True, 1), (np.bool_(True), 1), (2**200 + 1, 2**200 + 1), (-(2**200), -(2**200)),
                          (np.longdouble("0.1"), Fraction(*np.longdouble("0.1").as_integer_ratio())),
                          (-(2**63), -(2**63)), (np.array(0.25), Fraction(1, 4)), (5e-324, Fraction(5e-324))]:
        assert (r + number).constant == value, repr(number)
        assert (number - r).constant == value
    assert sinew.verify(r == "1/3")[r] == Fraction(1, 3)
    assert sinew.verify(r == "0.1")[r] == Fraction(1, 10)


def test_lists_are_not_rounded_together():
    x = sinew.reals("x", 2)
    assert sinew.verify(x == [2**60 + 1, 0.5])[x].fractions == [2**60 + 1, Fraction(1, 2)]
    assert sinew.verify(x == ["0.1", Fraction(1, 3)])[x].fractions == [Fraction(1, 10), Fraction(1, 3)]
    assert sinew.verify(x == np.array([Decimal("0.1"), 2**70], dtype=object))[x].fractions == [Fraction(1, 10), 2**70]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), np.float32("nan"), Decimal("NaN"),
                                    Decimal("Infinity"), np.longdouble("inf"), np.array(np.nan)])
def test_what_is_not_finite_is_refused(number):
    r, x = sinew.real("r"), sinew.reals("x", 2)
    for ask in (lambda: r + number, lambda: r * number, lambda: r < number, lambda: x < [0, number],
                lambda: x < np.array([0, number], dtype=object), lambda: x * [1, number]):
        with pytest.raises(ValueError, match="exact and finite"):
            ask()
    if isinstance(number, (float, np.float32)):
        with pytest.raises(ValueError, match="element 1 is"):
            x < np.array([0, number])


@pytest.mark.parametrize("thing", [None, "word", [1], {}, object(), 1j, np.complex64(1)])
def test_what_is_no_number_is_refused(thing):
    with pytest.raises((TypeError, ValueError)):
        sinew.real("r") + thing
    with pytest.raises((TypeError, ValueError)):
        sinew.reals("x", 2) * (thing if thing != [1] else ["word", 1])


def test_arithmetic():
    r, s = sinew.real("r"), sinew.real("s")
    form = 2 * (r - s / 4) - (-r) + 1 - s * Decimal("0.5") + s - 3
    assert form.coefficients == {"r": 3}
    assert form.constant == -2
    assert repr(r / 2 - s + 1) == "1/2 r - s + 1"
    with pytest.raises(TypeError, match="not linear"):
        r * s
    with pytest.raises(TypeError, match="not linear"):
        r / s
    with pytest.raises(ZeroDivisionError):
        r / 0
    with pytest.raises(ZeroDivisionError):
        sinew.reals("x", 2) / [1, 0]
    assert ((r - r + 2) * s).coefficients == {"s": 2}


def test_conditions_have_no_truth_value():
    r = sinew.real("r")
    x = sinew.reals("x", 3)
    with pytest.raises(TypeError, match=r"\(lower <= x\) & \(x <= upper\)"):
        0 <= r <= 1
    with pytest.raises(TypeError, match="& | ~"):
        not r < 1
    with pytest.raises(TypeError, match="neither true nor false"):
        (x < 1) and (x > 0)
    with pytest.raises(TypeError):
        bool(r)
    with pytest.raises(TypeError):
        bool(x)
    with pytest.raises(TypeError, match="verdict.status"):
        bool(sinew.verify(r < 1))


def test_ambiguous_arrays_of_conditions_are_refused():
    x = sinew.reals("x", 3)
    for ask in (lambda: ~(x < 1), lambda: (x < 1) | (x > 2), lambda: (x[0] < 1) | (x > 2), lambda: sinew.verify(x != 0),
                lambda: (x != 0) & (x < 1)):
        with pytest.raises(TypeError, match=r"\.all\(\)"):
            ask()
    assert sinew.verify((x != 0).all() & (x == 0).any()).status == "unsat"
    assert sinew.verify(~(x < 1).all() & (x <= 1)).status == "sat"
    assert sinew.verify((x < 1)[0:2] + [x[2] > 4]).status == "sat"


def test_shapes_are_numpys():
    x = sinew.reals("x", (2, 3))
    assert x.shape == (2, 3) and x.size == 6 and x.ndim == 2 and len(x) == 2
    assert repr(x[1, 2]) == "x[1,2]"
    assert x[:, 1].shape == (2,)
    assert x[x.T.shape[0] - 2:].shape == (1, 3)
    assert x.T[2, 0].coefficients == {"x[0,2]": 1}
    assert x.reshape(3, -1).shape == (3, 2) and x.ravel().shape == (6,)
    assert x[np.array([True, False])].shape == (1, 3)
    assert (x + np.ones(3)).shape == (2, 3)
    assert (x * [[1], [2]])[1, 0].coefficients == {"x[1,0]": 2}
    assert (x - x).ravel()[0].constant == 0
    assert (np.ones((2, 1)) <= x).shape == (2, 3)
    assert (np.float32(1) + x).shape == (2, 3) and (1 - x).shape == (2, 3)
    assert sum(x.ravel()).coefficients == x.sum().coefficients
    assert [row.shape for row in x] == [(3,), (3,)]
    with pytest.raises(ValueError, match="do not fit together"):
        x + np.ones(2)
    with pytest.raises(IndexError):
        x[2]
    assert sinew.verify(sinew.reals("e", 0) == []).status == "sat"
    assert (x[0:0] < 1).all() is not None


def test_matrices():
    x = sinew.reals("x", 3)
    rows = np.array([[1, 2, 3], [0, -1, 0.5]])
    product = rows @ x
    assert product[1].coefficients == {"x[1]": -1, "x[2]": Fraction(1, 2)}
    assert (x @ rows.T)[0].coefficients == product[0].coefficients
    assert (np.array([1, 0, 2]) @ x).coefficients == {"x[0]": 1, "x[2]": 2}
    assert (rows[:, ::2] @ x[::2])[0].coefficients == {"x[0]": 1, "x[2]": 3}  # not contiguous
    with pytest.raises(ValueError, match="does not fit"):
        rows @ x[:2]


def test_connectives():
    b, c = sinew.boolean("b"), sinew.boolean("c")
    assert sinew.verify(b & ~b).status == "unsat"
    assert sinew.verify((b ^ c) & b & c).status == "unsat"
    assert sinew.verify(b.implies(c) & b & ~c).status == "unsat"
    assert sinew.verify(b.equivalent(c) & b & c).status == "sat"
    assert sinew.verify(b & True).status == "sat" and sinew.verify(b | True).status == "sat"
    assert sinew.verify(False & b).status == "unsat"
    assert sinew.verify([]).status == "sat" and sinew.verify(False).status == "unsat"
    assert sinew.verify(sinew.any_of([])).status == "unsat" and sinew.verify(sinew.all_of()).status == "sat"
    assert sinew.verify(sinew.any_of(b, c) & ~b & ~c).status == "unsat"
    with pytest.raises(TypeError, match="a condition is expected"):
        sinew.verify(3)


def test_long_chains_do_not_end_the_program():
    r = sinew.real("r")
    chain = r < 1
    for _ in range(50_000):
        chain = chain & (r < 1)
    assert repr(chain).endswith("…")
    assert sinew.verify(chain).status == "sat"


def test_ball():
    x = sinew.reals("x", (1, 2, 2))
    centre = np.array([0.5, 0.25, 1, 0], dtype=np.float32)
    inside = sinew.ball(x, centre, "0.3", lower=0, upper=1)
    assert sinew.maximize(x.sum(), inside).objective == Fraction(8, 10) + Fraction(55, 100) + 1 + Fraction(3, 10)
    with pytest.raises(ValueError, match="0 or more"):
        sinew.ball(x, centre, -1)


def test_variables():
    k = sinew.integer("k", "1/2", 3.5)
    assert sinew.minimize(k).objective == 1 and sinew.maximize(k).objective == 3
    odd = sinew.integers("odd", 2, values=[3, 1, 5])
    assert sinew.maximize(odd[0] - odd[1]).objective == 4
    with pytest.raises(TypeError):
        sinew.integer("k", values=[1.5])
    with pytest.raises(ValueError):
        sinew.integer("k", values=[])
    with pytest.raises(ValueError):
        sinew.integer("k", 0)
    with pytest.raises(ValueError):
        sinew.real("r", 2, 1)
    for shape in (-1, (2, -3), 1.5, 10**12, (2**40, 2**40)):
        with pytest.raises((ValueError, TypeError)):
            sinew.reals("x", shape)
