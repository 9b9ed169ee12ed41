# SPDX-License-Identifier: Apache-2.0
"""sinew.Model: neurons, reals, solutions."""

import math
from fractions import Fraction

import pytest

import sinew


def rounded(value):
    """The nearest integer, halves away from zero."""
    return math.floor(value + Fraction(1, 2)) if value >= 0 else math.ceil(value - Fraction(1, 2))


ACTIVATIONS = {
    "hardlim": lambda s: 1 if s >= 0 else 0,
    "sign": lambda s: 1 if s >= 0 else -1,
    "purelin": lambda s: s,
    "relu": lambda s: max(s, 0),
    "satlin": lambda s: min(max(s, 0), 1),
    "satlins": lambda s: min(max(s, -1), 1),
    "tansig": lambda s: Fraction(math.tanh(s)),
    "sigmoid": lambda s: Fraction(1 / (1 + math.exp(-s))),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("literal", [False, True])
def test_neurons_are_what_was_published(name, literal):
    b, w, p = Fraction(1, 10), [Fraction(1, 2), Fraction(-3, 4)], 10
    model = sinew.Model()
    X = model.integers("X", 2, -12, 12)
    Y = model.integer("Y", -10**6, 10**6)
    getattr(model, name)(X, Y, b, w, p, literal=literal)
    model.add(2 * X[0] - X[1] == 7)
    seen = 0
    for solution in model.solutions(limit=30):
        x = [int(v) for v in solution[X]]
        total = sum(wi * xi for wi, xi in zip(w, x))
        act = ACTIVATIONS[name]
        expected = rounded(act(b * p + p * total)) if literal else rounded(p * act(b + total / p))
        assert int(solution[Y]) == expected, (x, expected)
        seen += 1
    assert seen == 13 or seen == 12


def test_all_solutions_and_no_other():
    model = sinew.Model()
    k = model.integers("k", 2, 0, 4)
    model.add((k[0] < k[1]) | (k[0] == 4))
    found = sorted(tuple(int(v) for v in s[k]) for s in model.solutions())
    assert found == sorted((a, b) for a in range(5) for b in range(5) if a < b or a == 4)


def test_reals():
    model = sinew.Model()
    r = model.real("r", 0, 1)
    k = model.integer("k", 0, 5)
    model.add(k + r <= "5/2", k >= 3 * r)
    best = model.maximize(r + k)
    assert best.status == "optimum" and best.objective == Fraction(5, 2)
    assert best[r] + best[k] == Fraction(5, 2)
    z = model.reals("z", (2, 2), -1)
    model.add(z == [[0, "1/3"], [0.5, 1]])
    assert model.solve()[z][0, 1] == Fraction(1, 3)


def test_networks_in_models(overlap, root):
    model = sinew.Model()
    X = model.integers("X", 2, -3, 3)
    Y = model.network(overlap, X)
    best = model.maximize(Y[0])
    brute = max(overlap.evaluate([a, b])[0] for a in range(-3, 4) for b in range(-3, 4))
    assert best.objective == brute == best[Y[0]]
    heat = sinew.read_network(root / "inputs" / "dnn" / "core_temperature.dnn")
    assert heat.precision == 1000
    exact = sinew.Model()
    busy = exact.integers("busy", heat.input_count, 0, 1000)
    value = exact.network(heat, busy)
    assert exact.minimize(value[0]).status == "optimum"


def test_functions():
    model = sinew.Model()
    k, m = model.integer("k", -5, 5), model.integer("m", -5, 5)
    far = model.magnitude(k - m) + model.maximum([k, m]) + model.apply("relu", k / 2)
    best = model.maximize(far)
    assert best.objective == max(abs(a - b) + max(a, b) + max(Fraction(a, 2), 0) for a in range(-5, 6) for b in range(-5, 6))
    both = model.indicator(k > 2) + model.indicator(m > 2)
    model.add(both == 1)
    assert (best := model.solve()).holds((k > 2) ^ (m > 2)) and best[both] == 1
    for format in ("smt2", "lp", "dnn"):
        assert len(model.export(format)) > 20


def test_wrong_models():
    model, other = sinew.Model(), sinew.Model()
    k = model.integer("k", 0, 5)
    with pytest.raises(ValueError, match="weights of the shape"):
        model.relu([k], k, 0, [1, 2], 10)
    with pytest.raises(ValueError):
        model.relu([k], k, 0, [1], 0)
    with pytest.raises((ValueError, TypeError)):
        model.relu([k], k, float("nan"), [1], 10)
    with pytest.raises(ValueError):
        model.neuron("softplus", [k], k, 0, [1], 10)
    with pytest.raises(TypeError):
        model.add(3)
    with pytest.raises(ValueError):
        model.integer("huge", 0, 2**80)
    own = model.indicator(k > 2)
    with pytest.raises(sinew.UsageError, match="another model"):
        other.add(own == 1)
    later = model.integer("later", 0, 3)
    verdict = model.solve()
    newest = model.integer("newest", 0, 3)
    assert verdict[later] in range(4)
    with pytest.raises(sinew.UsageError, match="did not speak of"):
        verdict[newest]
