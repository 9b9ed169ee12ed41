# SPDX-License-Identifier: Apache-2.0
"""Questions, and the answers to them."""

from __future__ import annotations

import math
import os
from fractions import Fraction
from typing import Any, Callable, Dict, Iterator, Optional, Sequence

import numpy as np

from . import _core, _html
from ._arrays import ConditionArray, ExpressionArray, condition, constant
from ._core import Condition, Expression
from ._values import Values

_DECISIONS = {"satisfied": "sat", "unsatisfiable": "unsat", "optimal": "optimum"}


def memory_bytes(memory: Any) -> Optional[int]:
    """Bytes: a number of them, or a text such as "2G", "512 MiB" (of 1024, as the command line has it)."""
    if memory is None or not isinstance(memory, str):
        return None if memory is None else int(memory)
    text = memory.strip().upper()
    for end in ("IB", "B"):
        if text.endswith(end):
            text = text[: -len(end)]
            break
    factor = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}.get(text[-1:], 1)
    number = text[:-1] if factor > 1 else text
    try:
        return int(_core.fraction(number.strip()) * factor)
    except ValueError:
        raise ValueError(f"memory is a number of bytes or a text such as '2G', not {memory!r}") from None


def search_options(options: Dict[str, Any]) -> Dict[str, Any]:
    """Options of a search as the compiled part takes them."""
    result = {key: value for key, value in options.items() if value is not None}
    if "memory" in result:
        result["memory"] = memory_bytes(result["memory"])
    if "settings" in result:
        result["settings"] = [f"{name}={value}" for name, value in result["settings"].items()]
    return result


class Verdict:
    """The answer to a question: what was decided, and a witness whose values are exact.

    verdict[x] is the value of an expression or of an array of them.
    """

    __slots__ = ("_answer",)

    def __init__(self, answer: Any):
        self._answer = answer

    @property
    def status(self) -> str:
        """"sat" or "unsat"; "optimum", "feasible" (a limit was reached, or the best value is not attained), "unbounded"
        where there is an objective; "unknown" or "timeout" where there is neither a witness nor a proof."""
        told = self._answer.status
        if told == "unknown" and "time limit" in self._answer.reason:
            return "timeout"
        return _DECISIONS.get(told, told)

    @property
    def reason(self) -> str:
        """Why the search ended without a decision; else empty."""
        return self._answer.reason  # type: ignore[no-any-return]

    @property
    def decided_by(self) -> str:
        """The engine that found the answer."""
        return self._answer.decided_by  # type: ignore[no-any-return]

    @property
    def seconds(self) -> float:
        """Wall time of the search."""
        return self._answer.seconds  # type: ignore[no-any-return]

    @property
    def statistics(self) -> Dict[str, float]:
        """What the engines counted; names may change between versions."""
        return self._answer.statistics  # type: ignore[no-any-return]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the search: what was found until then is here."""
        return self._answer.interrupted  # type: ignore[no-any-return]

    @property
    def has_witness(self) -> bool:
        """Whether there are values."""
        return self._answer.has_values  # type: ignore[no-any-return]

    @property
    def objective(self) -> Optional[Fraction]:
        """The value of the objective at the witness; None without either."""
        return self._answer.objective if self.status in ("optimum", "feasible") else None

    @property
    def bound(self) -> Optional[Fraction]:
        """No solution is better than this; None where nothing was proven."""
        return self._answer.bound  # type: ignore[no-any-return]

    def value(self, what: Any) -> Any:
        """The exact value of an expression (a Fraction) or of an array of them (Values).

        Over tanh and sigmoid neurons values are irrational: this one is within error(what) of the true one.
        """
        if isinstance(what, ExpressionArray):
            return Values(self._answer.values(what._terms), what.shape)
        if isinstance(what, Expression):
            return self._answer.value(what)
        raise TypeError(f"an expression is expected, such as x[0] + y[1], not {type(what).__name__}")

    __getitem__ = value

    def numpy(self, what: Any, dtype: Any = np.float64) -> Any:
        """The nearest floats of the value."""
        value = self.value(what)
        return value.numpy(dtype) if isinstance(value, Values) else np.dtype(dtype).type(float(value))

    def error(self, what: Expression) -> Fraction:
        """How far the true value may be from value(what): 0 but for tanh and sigmoid neurons."""
        return self._answer.error(what)  # type: ignore[no-any-return]

    def holds(self, what: Any) -> bool:
        """Whether a condition holds of the values, exactly."""
        return self._answer.holds(condition(what))  # type: ignore[no-any-return]

    @property
    def witness(self) -> Dict[str, Any]:
        """Values of all inputs, variables and outputs that the question speaks of, by name. Empty without a witness."""
        if not self.has_witness:
            return {}
        result: Dict[str, Any] = {}
        for name, _, shape, terms in self._answer.blocks:
            values = Values(self._answer.values(terms), tuple(shape))
            if name in result:
                name = next(f"{name}#{i}" for i in range(2, len(result) + 3) if f"{name}#{i}" not in result)
            result[name] = values if shape else values.fractions[0]
        return result

    def __bool__(self) -> bool:
        raise TypeError("a verdict is not just true or false: it may be unknown. Look at verdict.status")

    def __repr__(self) -> str:
        parts = [self.status]
        if self.objective is not None:
            parts.append(f"objective={self.objective}")
        if self.status not in ("optimum", "unsat") and self.bound is not None:
            parts.append(f"bound={self.bound}")
        if self.reason:
            parts.append(f"reason={self.reason!r}")
        return f"<Verdict {', '.join(parts)}>"

    def _repr_html_(self) -> str:
        return _html.verdict(self)


class Question:
    """A condition, perhaps with an objective, over networks and variables; or what files say.

    Conditions can be added; each search begins anew.
    """

    def __init__(self, *conditions: Any, minimize: Any = None, maximize: Any = None):
        self._query = _core.Query()
        self._files: Any = None
        for member in conditions:
            self.add(member)
        self._set_objective(minimize, maximize)

    def _set_objective(self, minimize: Any, maximize: Any) -> None:
        if minimize is not None and maximize is not None:
            raise ValueError("an objective is minimized or maximized, not both")
        wanted = maximize if minimize is None else minimize
        if wanted is not None:
            self._query.set_objective(expression(wanted), minimize is None)

    @classmethod
    def read(cls, *files: Any, formats: Sequence[str] = (), input: Optional[str] = None, output: Optional[str] = None,
             minimize: Optional[str] = None, maximize: Optional[str] = None) -> Question:
        """As the command line reads them: one file that is a whole question, or a network and what is asked about it, in any
        order; their content tells what they are. formats (by file), input and output (conditions as text), minimize
        and maximize (objectives as text) are the command line's --format, --in, --out, --minimize, --maximize.
        """
        texts = dict(input=input, output=output, minimize=minimize, maximize=maximize)
        given = {name: text for name, text in texts.items() if text is not None}
        return cls._from_query(_core.Query.from_files([os.fspath(file) for file in files], list(formats), given))

    @classmethod
    def about(cls, network: Any, *conditions: Any) -> Question:
        """About one network, on inputs of the question's own: for conditions as text, such as "(y0 > y1)"."""
        question = cls._from_query(_core.Query.about(network._core))
        for member in conditions:
            question.add(member)
        return question

    @classmethod
    def parse(cls, text: str, format: str = "dnn") -> Question:
        """From the text of a file: "dnn", "smt2" or "ipq"."""
        return cls._from_query(_core.Query.from_text(text, format, "text"))

    @classmethod
    def _from_query(cls, query: Any) -> Question:
        question = cls.__new__(cls)
        question._query = query
        return question

    @property
    def inputs(self) -> ExpressionArray:
        """The inputs that a file has, in order."""
        terms = self._query.inputs()
        return ExpressionArray(terms, (len(terms),))

    @property
    def outputs(self) -> ExpressionArray:
        """The outputs that a file has, in order."""
        terms = self._query.outputs()
        return ExpressionArray(terms, (len(terms),))

    def add(self, what: Any) -> Question:
        """Adds a condition. A text is one as files have it (docs/formats.md), such as "(and (x0 < 0) (y0 > y1))": names
        are the file's, or positions among inputs and outputs."""
        if isinstance(what, str):
            self._query.add_text(what)
        else:
            self._query.add(condition(what))
        return self

    def include(self, *what: Any) -> Question:
        """Makes variables a part of the question that no condition speaks of, so that a witness has values of them."""
        for member in what:
            self._query.add_owners(_members(member))
        return self

    def verify(self, *, timeout: Optional[float] = None, memory: Any = None, threads: Optional[int] = None,
               seed: Optional[int] = None, strategy: Optional[str] = None, settings: Optional[Dict[str, Any]] = None,
               on_progress: Optional[Callable[[int, int, int, int], Any]] = None) -> Verdict:
        """Decides the question; with an objective, finds its best value.

        timeout is in seconds, memory in bytes or as a text ("2G"); settings are the engines' options, by "ENGINE.NAME"
        (`sinew verify --set help` lists them); strategy is what the command line's --strategy names; on_progress is
        called now and then with the numbers of nodes, open nodes, conflicts, and the depth.
        """
        options = dict(timeout=timeout, memory=memory, threads=threads, seed=seed, strategy=strategy, settings=settings,
                       on_progress=on_progress)
        return Verdict(self._query.solve(search_options(options)))

    solve = verify

    def solutions(self, *, distance: Any = 0, over: Any = None, region: bool = False, limit: Optional[int] = None,
                  **options: Any) -> Iterator[Verdict]:
        """One solution after the other, until there is no other one (the last verdict is then not given), `limit` is
        reached, or a verdict is unknown (it is given, and the last).

        Each one found is left out with its neighbourhood: all inputs (or the expressions `over`) nearer than distance
        to its values. 0 leaves out the values alone, for integers and Booleans. With region=True all inputs with the
        same phases of all neurons are left out. Options are those of verify().
        """
        members = _core.Expressions([]) if over is None else _members(over)
        found = 0
        while limit is None or found < limit:
            verdict = Verdict(self._query.next(distance, members, region, search_options(options)))
            if verdict.status in ("unsat", "unbounded"):
                return
            yield verdict
            found += 1
            if not verdict.has_witness:
                return

    def export(self, format: str) -> str:
        """The question as text: "smt2", "vnnlib", "dnn" or "lp"."""
        return self._query.export_as(format)

    def save(self, path: Any) -> None:
        """Writes it as a file, whole or untouched; its ending says the format."""
        self._query.save(os.fspath(path))

    def minimize(self, objective: Any, **options: Any) -> Verdict:
        """The least value of the objective; options are those of optimize()."""
        self._set_objective(objective, None)
        return self.optimize(**options)

    def maximize(self, objective: Any, **options: Any) -> Verdict:
        """The greatest value of the objective; options are those of optimize()."""
        self._set_objective(None, objective)
        return self.optimize(**options)

    def optimize(self, *, timeout: Optional[float] = None, memory: Any = None, seed: Optional[int] = None,
                 on_improvement: Optional[Callable[[Fraction], Any]] = None,
                 on_bound: Optional[Callable[[Fraction], Any]] = None) -> Verdict:
        """Finds the best value of the objective that the question has.

        on_improvement and on_bound are called with each better value, and each better proven bound.
        """
        options = dict(timeout=timeout, memory=memory, seed=seed, on_improvement=on_improvement, on_bound=on_bound)
        return Verdict(self._query.solve(search_options(options)))


def _members(what: Any) -> Any:
    """The compiled part's array of an expression, an array or a list of them."""
    if isinstance(what, ExpressionArray):
        return what._terms
    return _core.Expressions([expression(member) for member in (what if isinstance(what, (list, tuple)) else [what])])


def expression(what: Any) -> Expression:
    """One expression, of an expression, an array of one, or a number."""
    if isinstance(what, Expression):
        return what
    if isinstance(what, ExpressionArray):
        if what.size != 1:
            raise TypeError(f"one expression is expected, not an array of {what.size}")
        return what._terms[0]  # type: ignore[no-any-return]
    return constant(what)


def verify(question: Any, **options: Any) -> Verdict:
    """Is there a value of the inputs that satisfies the condition? "sat" with an exact witness, or "unsat".

    `question` is a condition, an array or a list of conditions (all are to hold), or a Question. Options are those of
    Question.verify: timeout (seconds), memory (bytes, or "2G"), threads, seed.
    """
    return (question if isinstance(question, Question) else Question(question)).verify(**options)


solve = verify


def minimize(objective: Any, condition: Any = True, **options: Any) -> Verdict:
    """The least value of the objective where the condition holds; options are those of Question.optimize."""
    return Question(condition, minimize=objective).optimize(**options)


def maximize(objective: Any, condition: Any = True, **options: Any) -> Verdict:
    """The greatest value of the objective where the condition holds; options are those of Question.optimize."""
    return Question(condition, maximize=objective).optimize(**options)


def optimize(question: Question, **options: Any) -> Verdict:
    """The best value of the objective that a question has, such as one that was read from a file."""
    return question.optimize(**options)


def _variables(name: str, shape: Any, whole: bool, lower: Any, upper: Any, values: Any) -> Any:
    extents = () if shape is None else (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if any(int(extent) != extent or extent < 0 for extent in extents):
        raise ValueError(f"a shape has whole numbers, 0 or more, not {shape!r}")
    if math.prod(int(extent) for extent in extents) > 10_000_000:
        raise ValueError(f"{name!r} would be more than 10,000,000 variables")
    terms = _core.variables(name, [int(extent) for extent in extents], whole, lower, upper, values)
    return terms[0] if shape is None else ExpressionArray(terms, extents)


def real(name: str = "r", lower: Any = None, upper: Any = None) -> Expression:
    """A real variable, unbounded where no bound is given."""
    return _variables(name, None, False, lower, upper, None)  # type: ignore[no-any-return]


def reals(name: str, shape: Any, lower: Any = None, upper: Any = None) -> ExpressionArray:
    """Real variables in an array of this shape, all within the same bounds."""
    return _variables(name, shape, False, lower, upper, None)  # type: ignore[no-any-return]


def _check_integer(lower: Any, upper: Any, values: Any) -> Any:
    if values is None and (lower is None or upper is None):
        raise ValueError("an integer variable has a lower and an upper bound, or values")
    if values is not None:
        values = list(values)
        if not values:
            raise ValueError("an integer variable has one of no values")
        return None, None, values
    low, high = _core.fraction(lower), _core.fraction(upper)
    return -((-low.numerator) // low.denominator), high.numerator // high.denominator, None


def integer(name: str = "k", lower: Any = None, upper: Any = None, *, values: Any = None) -> Expression:
    """An integer variable from lower to upper, or with one of the values."""
    return _variables(name, None, True, *_check_integer(lower, upper, values))  # type: ignore[no-any-return]


def integers(name: str, shape: Any, lower: Any = None, upper: Any = None, *, values: Any = None) -> ExpressionArray:
    """Integer variables in an array of this shape, all with the same bounds or values."""
    return _variables(name, shape, True, *_check_integer(lower, upper, values))  # type: ignore[no-any-return]


def boolean(name: str = "b") -> Condition:
    """A condition that may be chosen to hold or not."""
    return _variables(name, None, True, 0, 1, None) == 1  # type: ignore[no-any-return]


__all__ = ["ConditionArray", "Question", "Verdict", "boolean", "integer", "integers", "maximize", "minimize", "optimize",
           "real", "reals", "solve", "verify"]
