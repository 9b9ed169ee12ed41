# SPDX-License-Identifier: Apache-2.0
"""A program as users write it, checked by mypy --strict (typing_test.py) and run."""

from fractions import Fraction
from typing import List

import numpy as np

import sinew


def first() -> str:
    net: sinew.Network = sinew.Network.from_layers([([[1, -1]], [0], "relu"), (np.ones((2, 1)), None)])
    x, y = net.inputs, net.outputs
    condition: sinew.Condition = (x >= np.zeros(2)).all() & (x <= 1) & ((y[0] > 0.5) | ~(y[1] <= Fraction(1, 3)))
    verdict: sinew.Verdict = net.verify(condition, timeout=10, threads=1)
    point: sinew.Values = verdict[x]
    value: Fraction = verdict[y[0]]
    assert point.numpy().shape == (2,) and value > 0
    best: sinew.Verdict = sinew.maximize(y[0] - 2 * y[1] + 1, [x >= 0, x <= 1])
    assert best.objective is not None
    return verdict.status


def second() -> List[int]:
    model = sinew.Model(seed=3)
    k: sinew.Expression = model.integer("k", 0, 9)
    z: sinew.ExpressionArray = model.integers("z", 3, values=[1, 4, 9])
    model.relu([k, z[0]], z[1], "0.5", [1, Fraction(-1, 2)], 10)
    model.add(k + z.sum() <= 20, (k > 3).implies(z[0] == 4))
    return [int(solution[k]) for solution in model.solutions(limit=3)]


def third() -> sinew.Certificates:
    net = sinew.Network.from_layers([(np.eye(2), None)])
    run = sinew.certify(net, np.eye(2), [0, 1], epsilons=["0.1"], domain=(0, 1))
    assert run.by_epsilon()[0].certified == 2
    critical: sinew.CriticalEpsilon = sinew.critical_epsilon(net, [1, 0], domain=(0, 1))
    assert critical.distance is None or critical.bound <= critical.distance
    return run


if __name__ == "__main__":
    print(first(), second(), third())
