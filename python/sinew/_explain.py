# SPDX-License-Identifier: Apache-2.0
"""Why a network answers as it does: a minimal set of features that fixes the answer, whatever the others are."""

from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from . import _core, _html
from ._arrays import as_array
from ._certify import _ranges
from ._png import image_shape
from ._questions import Question, search_options
from ._values import Values


class Kept(NamedTuple):
    """A group of features that is kept, and an input with another answer that differs in it and in freed ones alone (None
    where a limit was reached before)."""

    group: int
    counterexample: Optional[Values]
    class_index: int


class ExplainStep(NamedTuple):
    """One exact question: may these groups change as well? "unsat" frees them."""

    groups: List[int]
    status: str
    decided_by: str
    seconds: float


class Explanation:
    """The kept groups fix the answer: proven, whatever limits were reached. is_minimal: no smaller part of them does."""

    def __init__(self, network: Any, inputs: NDArray[Any], told: Any, options: Any):
        self._network, self._inputs, self._options = network, inputs, options
        shape = inputs.shape
        words = {"unsatisfiable": "unsat", "satisfied": "sat"}
        self.class_index: int = told["class_index"]
        self.kept: List[Kept] = [Kept(group, None if numbers is None else Values(numbers, shape), other)
                                 for group, numbers, other in told["kept"]]
        self.freed: List[int] = told["freed"]
        self.groups: List[List[int]] = told["groups"]
        self.is_minimal: bool = told["is_minimal"]
        self.reason: str = told["reason"]
        self.steps: List[ExplainStep] = [ExplainStep(groups, words.get(status, status), by, seconds)
                                         for groups, status, by, seconds in told["steps"]]
        self.seconds: float = told["seconds"]
        self.interrupted: bool = told["interrupted"]

    @property
    def features(self) -> List[int]:
        """The inputs that are kept."""
        return sorted(i for member in self.kept for i in self.groups[member.group])

    @property
    def mask(self) -> NDArray[Any]:
        """True where an input is kept, in the shape of the inputs."""
        result = np.zeros(self._inputs.size, dtype=bool)
        result[self.features] = True
        return result.reshape(self._inputs.shape)

    def question(self) -> Question:
        """What the explanation claims, for any solver: is there an input that agrees with this one on all but the freed
        groups, and has another answer? It is unsat."""
        return Question._from_query(_core.explanation_question(
            self._network._core, _core.numbers(self._inputs), self._options, self.groups, self.freed, self.class_index))

    def __repr__(self) -> str:
        kept = ", ".join(str(member.group) for member in self.kept[:12]) + (", …" if len(self.kept) > 12 else "")
        return f"<Explanation: {len(self.kept)} of {len(self.groups)} kept ({kept}){'' if self.is_minimal else ', not minimal'}>"

    def _repr_html_(self) -> str:
        told = (f"<div>class {self.class_index} is fixed by {len(self.kept)} of {len(self.groups)} "
                f"{'groups, a minimal set' if self.is_minimal else 'groups'} · {self.seconds:.3g} s</div>")
        shape = image_shape(self._inputs.shape)
        if shape is not None:
            original = np.asarray(self._inputs, dtype=np.float64).reshape(shape)
            return told + _html.images([("input", original), ("kept", np.where(self.mask.reshape(shape), original, 0))])
        flat = self._inputs.ravel()
        rows: List[Tuple[Any, ...]] = []
        for member in self.kept[:20]:
            inputs = self.groups[member.group]
            changed = "" if member.counterexample is None else ", ".join(
                _html.decimal(member.counterexample[:].fractions[i]) for i in inputs[:4])
            rows.append((", ".join(f"x[{i}]" for i in inputs[:4]), ", ".join(_html.decimal(flat[i]) for i in inputs[:4]),
                         changed, member.class_index if member.counterexample is not None else ""))
        return told + _html.table(("kept", "value", "with", "the class may be"), rows)


def explain(network: Any, inputs: Any, *, domain: Any = None, whole_numbers: Any = None, epsilon: Any = None,
            groups: Optional[Sequence[Sequence[int]]] = None, order: Optional[Sequence[int]] = None, tolerance: Any = None,
            question_timeout: Optional[float] = None, on_group: Optional[Callable[[int, bool], Any]] = None,
            **options: Any) -> Explanation:
    """A minimal set of features that fixes the answer to one input, by exact questions.

    domain: (lower, upper), what features may be; whole_numbers: which are; epsilon: freed ones change by at most this.
    groups: inputs that are kept or freed together. tolerance: the outputs stay within it (else: the class stays).
    on_group(group, is_freed) is called for each. Further options: timeout, question_timeout, memory, threads, seed,
    settings. Ctrl-C gives what is there: a set that fixes the answer, not yet minimal.
    """
    array = as_array(inputs)
    if array.size != network.input_count:
        raise ValueError(f"a network with {network.input_count} inputs is given the shape {array.shape}")
    whole = None if whole_numbers is None else [bool(w) for w in np.atleast_1d(whole_numbers).ravel()]
    given = dict(domain=_ranges(domain), whole_numbers=whole, epsilon=epsilon,
                 groups=None if groups is None else [[int(i) for i in group] for group in groups],
                 order=None if order is None else [int(i) for i in order], tolerance=tolerance,
                 question_timeout=question_timeout, **search_options(options))
    return Explanation(network, array, _core.explain(network._core, _core.numbers(array), given, on_group), given)
