# SPDX-License-Identifier: Apache-2.0
"""Models: integer and real variables, linear constraints, neurons and networks as constraints, an objective."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Optional, Sequence

from . import _core, _questions
from ._arrays import ExpressionArray, condition, constant, exact
from ._core import Condition, Expression
from ._networks import Activation, Network
from ._questions import Verdict, expression, search_options


class Model:
    """Variables, constraints, neurons, an objective: solved exactly, again and again, while more is added.

    Arithmetic is exact throughout; a limit is an answer, not an error.

    >>> import sinew
    >>> model = sinew.Model()
    >>> heat, fan = model.integer("heat", 0, 1000), model.integer("fan", 0, 3)
    >>> warm = model.integer("warm", -1000, 1000)
    >>> model.tansig([heat], warm, "-0.5", ["0.8"], 1000)
    >>> model.add((warm >= 250).implies(fan >= 2))
    >>> model.add(2 * fan + heat / 100 <= 13)
    >>> best = model.maximize(heat - 50 * fan)
    >>> best.status, int(best[heat]), int(best[fan])
    ('optimum', 943, 0)
    """

    def __init__(self, *, seed: int = 0):
        self._model = _core.Model(seed)

    def integer(self, name: str = "k", lower: Any = None, upper: Any = None, *, values: Any = None) -> Expression:
        """An integer variable from lower to upper, or with one of the values."""
        result = _questions.integer(name, lower, upper, values=values)
        self._model.add_owners(_core.Expressions([result]))
        return result

    def integers(self, name: str, shape: Any, lower: Any = None, upper: Any = None, *,
                 values: Any = None) -> ExpressionArray:
        """Integer variables in an array of this shape."""
        result = _questions.integers(name, shape, lower, upper, values=values)
        self._model.add_owners(result._terms)
        return result

    def real(self, name: str = "r", lower: Any = None, upper: Any = None) -> Expression:
        """A real variable, unbounded where no bound is given. With the first one the model is solved as questions are,
        each time anew."""
        result = _questions.real(name, lower, upper)
        self._model.add_owners(_core.Expressions([result]))
        return result

    def reals(self, name: str, shape: Any, lower: Any = None, upper: Any = None) -> ExpressionArray:
        """Real variables in an array of this shape."""
        result = _questions.reals(name, shape, lower, upper)
        self._model.add_owners(result._terms)
        return result

    def boolean(self, name: str = "b") -> Condition:
        """A condition that may be chosen to hold or not."""
        return _questions.boolean(name)

    def add(self, *conditions: Any) -> None:
        """Constrains: all of the conditions are to hold."""
        for member in conditions:
            self._model.add(condition(member))

    def indicator(self, what: Any, name: str = "holds") -> Expression:
        """1 where the condition holds, else 0: to count conditions."""
        return self._model.indicator(condition(what), name)

    def neuron(self, activation: Any, X: Any, Y: Any, b: Any, w: Any, p: Any, *, literal: bool = False) -> None:
        """The neuron constraint activation(X, Y, b, w, p) over integers, arguments as they were published: inputs,
        output, bias, weights, precision (steps a unit).

        Y = round(p·act(b + Σ w_i·X_i/p)); with literal=True Y = round(act(b·p + Σ w_i·p·X_i)). docs/neuron_constraints.md
        says more.
        """
        inputs = [expression(member) for member in X]
        weights, shape = exact(w)
        if shape != (len(inputs),):
            raise ValueError(f"a neuron of {len(inputs)} inputs has weights of the shape {shape}")
        terms = _core.Expressions(inputs).products(weights)
        total = (terms[0] if inputs else constant(0)) + _core.fraction(b)
        output = self._model.neuron(Activation.of(activation)._core, total, p, literal, "neuron")
        self._model.add(output == expression(Y))

    def hardlim(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): 0 if s < 0, else 1."""
        self.neuron("hardlim", X, Y, b, w, p, **options)

    def sign(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): -1 if s < 0, else 1."""
        self.neuron("sign", X, Y, b, w, p, **options)

    def tansig(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): tanh(s)."""
        self.neuron("tansig", X, Y, b, w, p, **options)

    def sigmoid(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): 1/(1 + exp(-s))."""
        self.neuron("sigmoid", X, Y, b, w, p, **options)

    def purelin(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): s."""
        self.neuron("purelin", X, Y, b, w, p, **options)

    def relu(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): max(s, 0)."""
        self.neuron("relu", X, Y, b, w, p, **options)

    def satlin(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): s kept in [0, 1]."""
        self.neuron("satlin", X, Y, b, w, p, **options)

    def satlins(self, X: Any, Y: Any, b: Any, w: Any, p: Any, **options: Any) -> None:
        """As neuron(): s kept in [-1, 1]."""
        self.neuron("satlins", X, Y, b, w, p, **options)

    def apply(self, activation: Any, argument: Any, name: str = "neuron") -> Expression:
        """A piecewise-linear activation of an expression as it is written, without rounding."""
        return self._model.apply(Activation.of(activation)._core, expression(argument), name)

    def maximum(self, members: Sequence[Any], name: str = "maximum") -> Expression:
        """The greatest of the members."""
        return self._model.maximum(_core.Expressions([expression(m) for m in members]), name)

    def magnitude(self, argument: Any, name: str = "magnitude") -> Expression:
        """|argument|"""
        return self.maximum([expression(argument), -expression(argument)], name)

    def network(self, network: Network, inputs: Any, name: str = "") -> ExpressionArray:
        """The outputs of a network on expressions: with the precision that its file gives it as integer neuron
        constraints, else as it is written (piecewise-linear networks)."""
        outputs = network(inputs, name)
        self._model.add_owners(outputs._terms)
        return outputs

    def solve(self, *, timeout: Optional[float] = None, memory: Any = None,
              on_improvement: Optional[Callable[..., Any]] = None,
              on_bound: Optional[Callable[..., Any]] = None) -> Verdict:
        """Decides the model, or finds the best value of its objective."""
        options = dict(timeout=timeout, memory=memory, on_improvement=on_improvement, on_bound=on_bound)
        return Verdict(self._model.solve(search_options(options)))

    def export(self, format: str) -> str:
        """The model as text for other solvers: "smt2", "lp" or "dnn"."""
        return self._model.export_as(format)

    def solutions(self, *, distance: Any = 0, over: Any = None, limit: Optional[int] = None,
                  **options: Any) -> Iterator[Verdict]:
        """One solution after the other (with an objective, the best first), as Question.solutions(). What was found
        stays excluded from the model."""
        members = _core.Expressions([]) if over is None else _questions._members(over)
        found = 0
        while limit is None or found < limit:
            verdict = Verdict(self._model.next(distance, members, search_options(options)))
            if verdict.status in ("unsat", "unbounded"):
                return
            yield verdict
            found += 1
            if not verdict.has_witness:
                return

    def minimize(self, objective: Any, **options: Any) -> Verdict:
        """Sets the objective and solves; options are those of solve()."""
        self._model.set_objective(expression(objective), False)
        return self.solve(**options)

    def maximize(self, objective: Any, **options: Any) -> Verdict:
        """Sets the objective and solves; options are those of solve()."""
        self._model.set_objective(expression(objective), True)
        return self.solve(**options)
