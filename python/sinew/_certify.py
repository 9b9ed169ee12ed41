# SPDX-License-Identifier: Apache-2.0
"""Robustness of classifiers: is any input near an example classified otherwise, and how near is the nearest one?"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from . import _core, _html
from ._arrays import as_array
from ._binarized import BinarizedNetwork
from ._networks import Network
from ._png import image_shape
from ._questions import search_options
from ._values import Values


class AtEpsilon(NamedTuple):
    """The answer at one epsilon (None: any change)."""

    epsilon: Optional[Fraction]
    status: str
    decided_by: str
    seconds: float
    reason: str


class CriticalEpsilon(NamedTuple):
    """The distance of the nearest input that is classified otherwise lies between bound and distance (of norm 2: the
    squares do); distance is None where none was found."""

    bound: Fraction
    distance: Optional[Fraction]
    is_proven: bool
    seconds: float
    reason: str


class Adversarial(NamedTuple):
    """An input that is classified otherwise, checked exactly; of norm 2 the distance is a square."""

    inputs: Values
    class_index: int
    distance: Fraction


class Certificate(NamedTuple):
    """What is known of an example: "certified", "falsified", "wrong" (as it is), "unknown"."""

    row: int
    label: int
    status: str
    predicted: int
    answers: List[AtEpsilon]
    critical: Optional[CriticalEpsilon]
    adversarial: Optional[Adversarial]
    decided_by: str
    seconds: float
    reason: str


class Share(NamedTuple):
    """Examples by their answer at an epsilon; the certified accuracy is proven to be between lower and upper."""

    epsilon: Optional[Fraction]
    certified: int
    falsified: int
    wrong: int
    unknown: int
    lower: float
    upper: float


class Certificates(Sequence[Certificate]):
    """The certificates of a run over a data set, in the order of the examples."""

    def __init__(self, members: List[Certificate], inputs: NDArray[Any], norm: str, interrupted: bool):
        self._members = members
        self._inputs = inputs
        self.norm = norm
        self.interrupted = interrupted

    def __len__(self) -> int:
        return len(self._members)

    def __getitem__(self, index: Any) -> Any:
        return self._members[index]

    def __iter__(self) -> Iterator[Certificate]:
        return iter(self._members)

    def counts(self) -> Dict[str, int]:
        """How many examples have which status."""
        result = dict.fromkeys(("certified", "falsified", "wrong", "unknown"), 0)
        for member in self._members:
            result[member.status] += 1
        return result

    def by_epsilon(self) -> List[Share]:
        """The answers by epsilon."""
        result = []
        for place, first in enumerate(self._members[0].answers if self._members else []):
            counts = dict.fromkeys(("certified", "falsified", "wrong", "unknown"), 0)
            for member in self._members:
                counts[member.answers[place].status] += 1
            total = len(self._members)
            result.append(Share(first.epsilon, **counts, lower=counts["certified"] / total,
                                upper=(counts["certified"] + counts["unknown"]) / total))
        return result

    def rows(self) -> List[Dict[str, Any]]:
        """A dict an example, for pandas.DataFrame and the like."""
        result = []
        for member in self._members:
            row: Dict[str, Any] = dict(row=member.row, label=member.label, predicted=member.predicted, status=member.status,
                                       seconds=member.seconds, decided_by=member.decided_by)
            for answer in member.answers:
                if answer.epsilon is not None:
                    row[f"epsilon {float(answer.epsilon):g}"] = answer.status
            if member.critical is not None:
                row["bound"] = float(member.critical.bound)
                row["distance"] = None if member.critical.distance is None else float(member.critical.distance)
            result.append(row)
        return result

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.counts().items() if count)
        return f"<Certificates of {len(self)} examples: {counts}>"

    def _repr_html_(self) -> str:
        counts = " · ".join(f"{_html.badge(status)} {count}" for status, count in self.counts().items() if count)
        result = f"<div>{len(self)} examples: {counts}{' · interrupted' if self.interrupted else ''}</div>"
        shares = [share for share in self.by_epsilon() if share.epsilon is not None]
        if len(shares) >= 2:
            points = [(float(share.epsilon or 0), share.lower, share.upper) for share in shares]
            result += _html.curve(sorted(points), f"certified accuracy over epsilon (norm {self.norm})")
        if shares:
            result += _html.table(
                ("epsilon", "certified", "falsified", "wrong", "unknown", "certified accuracy"),
                [(f"{float(s.epsilon or 0):g}", s.certified, s.falsified, s.wrong, s.unknown,
                  f"{s.lower:.1%}" if s.lower == s.upper else f"{s.lower:.1%} to {s.upper:.1%}") for s in shares], left=0)
        return result + self._pictures() + self._critical_table()

    def _pictures(self, most: int = 3) -> str:
        result = ""
        shape = image_shape(self._inputs.shape[1:])
        shown = [member for member in self._members if member.adversarial is not None][:most] if shape else []
        for member in shown:
            assert member.adversarial is not None and shape is not None
            original = np.asarray(self._inputs[member.row], dtype=np.float64).reshape(shape)
            names = (f"example {member.row}: {member.predicted}", f"changed: {member.adversarial.class_index}")
            result += _html.comparison(original, member.adversarial.inputs.numpy().reshape(shape), names)
        return result

    def _critical_table(self, most: int = 20) -> str:
        rows = [(member.row, member.status, _html.decimal(member.critical.bound),
                 "" if member.critical.distance is None else _html.decimal(member.critical.distance))
                for member in self._members if member.critical is not None]
        if not rows:
            return ""
        squares = " (squares)" if self.norm == "2" else ""
        more = f"<div>… and {len(rows) - most} more</div>" if len(rows) > most else ""
        return _html.table(("example", "status", f"bound{squares}", f"distance{squares}"), rows[:most], left=0) + more


def _ranges(domain: Any) -> List[Tuple[Any, Any]]:
    """(lower, upper) for all inputs, or two arrays: a range an input."""
    if domain is None:
        return []
    if len(domain) != 2:
        raise ValueError("a domain is a pair (lower, upper), of numbers or of arrays")
    if np.ndim(domain[0]) == 0 and np.ndim(domain[1]) == 0:
        return [(domain[0], domain[1])]
    lower, upper = np.broadcast_arrays(as_array(domain[0]), as_array(domain[1]))
    return list(zip(lower.ravel().tolist(), upper.ravel().tolist()))


def _per_input(values: Any) -> List[Any]:
    """One number for all inputs, or one an input."""
    if values is None:
        return []
    return [values] if np.ndim(values) == 0 else list(as_array(values).ravel().tolist())


def _examples(network: Any, inputs: Any) -> NDArray[Any]:
    array = as_array(inputs)
    count = network.input_count
    if array.ndim >= 1 and array.size == count and (array.ndim == 1 or array.shape == tuple(network.input_shape)):
        array = array.reshape((1, *array.shape))
    if array.ndim < 2 or (array.size != count * len(array)):
        raise ValueError(f"examples of a network with {count} inputs have the shape {array.shape}")
    return array


def _certificate(row: int, label: int, told: Dict[str, Any], shape: Tuple[int, ...]) -> Certificate:
    adversarial = None
    if told["adversarial"] is not None:
        numbers, class_index, distance = told["adversarial"]
        adversarial = Adversarial(Values(numbers, shape), class_index, distance)
    critical = None if told["critical"] is None else CriticalEpsilon(**told["critical"])
    answers = [AtEpsilon(**answer) for answer in told["answers"]]
    return Certificate(row, label, told["status"], told["predicted"], answers, critical, adversarial, told["decided_by"],
                       told["seconds"], told["reason"])


def load_classifier(path: Any, kind: str = "") -> Union[Network, BinarizedNetwork]:
    """Any network that sinew reads, as `sinew certify` takes it: a BinarizedNetwork where the file is one, or `kind` says
    what its inputs are; a softmax at the end is left out."""
    loaded = _core.load_classifier(os.fspath(path), kind)
    return Network(loaded) if isinstance(loaded, _core.Network) else BinarizedNetwork(loaded)


def predict(network: Any, inputs: Any, *, mean: Any = None, std: Any = None) -> NDArray[Any]:
    """The classes of examples, by exact evaluation: the greatest output, the lowest of several; of one output 1 where it
    is 0 or more."""
    examples = _examples(network, inputs)
    options = dict(mean=_per_input(mean), deviation=_per_input(std))
    return np.array(_core.predict(network._core, _core.numbers(examples), options), dtype=np.int64)


def certify(network: Any, inputs: Any, labels: Any = None, epsilon: Any = None, *, epsilons: Any = None, norm: Any = "inf",
            minimal: bool = False, largest: Any = None, precision: Any = "1/100", domain: Any = None, mean: Any = None,
            std: Any = None, targets: Any = None, top_k: int = 1, only: Any = None,
            own_limits: Optional[Dict[int, Any]] = None, ties_are_violations: bool = True,
            question_timeout: Optional[float] = None, on_certificate: Optional[Callable[[Certificate], Any]] = None,
            **options: Any) -> Certificates:
    """For each example: is any input within epsilon classified otherwise?

    network: a Network or a BinarizedNetwork. inputs: examples, one a row. labels: their classes (the network's own
    answers if not given). epsilon or epsilons: exact numbers (0.01 is a float: "0.01" is a hundredth).
    norm: "inf", 1, 2, or 0 (binarized networks). minimal: find the critical epsilon, up to `largest`, until the proven
    ends differ by `precision` of the upper one. domain: (lower, upper), what inputs may be at all. mean, std: the network's
    input is (x - mean) / std. targets: the classes that must not win. top_k: so many classes must win against the
    label. only: the inputs that may change, without an epsilon to any value of the domain. own_limits: {input: limit} in
    place of epsilon (None: any change); without an epsilon nothing else changes.
    on_certificate is called with each one when it is there. Further options: timeout (of the call), question_timeout,
    memory, threads, seed, settings. Ctrl-C gives what is there; the rest is unknown.
    """
    examples = _examples(network, inputs)
    if epsilon is not None and epsilons is not None:
        raise ValueError("epsilon is one number, epsilons are several: not both")
    asked = [epsilon] if epsilon is not None else list(epsilons) if epsilons is not None else []
    if not asked and not minimal and only is None:
        if not own_limits:
            raise ValueError("how much may change? epsilon, epsilons, only, own_limits or minimal=True says it")
        only = list(own_limits)
    numbers = _core.numbers(examples)
    normal = dict(mean=_per_input(mean), deviation=_per_input(std))
    if labels is None:
        classes = [int(k) for k in _core.predict(network._core, numbers, normal)]
    else:
        flat = np.asarray(labels).ravel()
        if len(flat) and (flat.dtype.kind not in "iuf" or (flat != np.floor(flat)).any()):
            raise ValueError("labels are numbers of classes, from 0")
        classes = [int(k) for k in flat]
    if len(classes) != len(examples):
        raise ValueError(f"{len(examples)} examples have {len(classes)} labels")
    if any(k < 0 for k in classes):
        raise ValueError("labels are numbers of classes, from 0")
    shape = tuple(examples.shape[1:])
    told_to = None
    if on_certificate is not None:
        tell = on_certificate

        def told_to(row: int, told: Dict[str, Any]) -> None:
            tell(_certificate(row, classes[row], told, shape))

    given = dict(normal, epsilons=asked, norm=str(norm), minimal=minimal, largest=largest, precision=precision,
                 domain=_ranges(domain), targets=None if targets is None else [int(k) for k in targets], top_k=top_k,
                 only=None if only is None else [int(i) for i in only], own_limits=own_limits,
                 ties_are_violations=ties_are_violations, question_timeout=question_timeout, **search_options(options))
    found, interrupted = _core.certify(network._core, numbers, classes, given, told_to)
    members = [_certificate(row, label, told, shape) for row, (label, told) in enumerate(zip(classes, found))]
    return Certificates(members, examples, str(norm), interrupted)


def critical_epsilon(network: Any, example: Any, label: Optional[int] = None, **options: Any) -> CriticalEpsilon:
    """The distance from one example to the nearest input that is classified otherwise, between proven ends. Options are
    those of certify(): norm, largest, precision, domain, timeout and so on."""
    labels = None if label is None else [label]
    certificate = certify(network, as_array(example)[None], labels, minimal=True, **options)[0]
    if certificate.status == "wrong":
        return CriticalEpsilon(Fraction(0), Fraction(0), True, certificate.seconds, "the example itself is wrong")
    return certificate.critical  # type: ignore[no-any-return]


__all__ = ["Adversarial", "AtEpsilon", "BinarizedNetwork", "Certificate", "Certificates", "CriticalEpsilon", "Network",
           "Share", "certify", "critical_epsilon", "load_classifier", "predict"]
