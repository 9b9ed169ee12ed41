# SPDX-License-Identifier: Apache-2.0
"""Binarized networks: weights of -1, 0 and 1; from files, or trained."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arrays import as_array
from ._classifying import Classifying
from ._networks import Network
from ._questions import search_options
from ._values import Values


def cell(value: Any) -> str:
    """A cell of a table as text: numbers in decimals, None and nan as missing."""
    if value is None or (isinstance(value, (float, np.floating)) and value != value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (float, np.floating)) and float(value).is_integer() and abs(float(value)) < 2**53:
        return str(int(value))
    return str(value)


def cells(rows: Any) -> List[List[str]]:
    """Rows of text, of an array, a list of lists or a DataFrame."""
    values = rows.to_numpy(dtype=object) if hasattr(rows, "to_numpy") else rows
    if isinstance(values, np.ndarray) and values.dtype in (np.float64, np.int64):
        values = values.tolist()  # Python's own numbers are quicker, and as exact
    return [[cell(value) for value in row] for row in values]


class BinarizedNetwork(Classifying):
    """A binarized network as it was trained. It never changes.

    Networks that sinew trained also know how raw rows become their inputs (predict_rows, columns, class_names).
    """

    __slots__ = ("_core",)

    def __init__(self, core: Any):
        self._core = core

    @classmethod
    def load(cls, path: Any, kind: str = "") -> BinarizedNetwork:
        """From .npz, .bnn, .onnx, .dnn or a folder of CSV files (docs/bnn.md); `kind` says what inputs are where the file
        does not: bits, signs, pixels, unit, integers."""
        return cls(_core.BinarizedNetwork.load(os.fspath(path), kind))

    @property
    def input_count(self) -> int:
        """How many inputs it has."""
        return self._core.input_count  # type: ignore[no-any-return]

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """(channels, height, width) of images, else (input_count,)."""
        return tuple(self._core.input_shape)

    @property
    def class_count(self) -> int:
        """How many classes it has."""
        return self._core.class_count  # type: ignore[no-any-return]

    @property
    def input_kind(self) -> str:
        """bits, signs, pixels, unit or integers."""
        return self._core.input_kind  # type: ignore[no-any-return]

    @property
    def weight_count(self) -> int:
        """How many weights it has."""
        return self._core.weight_count  # type: ignore[no-any-return]

    @property
    def class_names(self) -> List[str]:
        """The labels that it was trained with; empty if it was not trained by sinew."""
        return self._core.class_names  # type: ignore[no-any-return]

    @property
    def columns(self) -> List[str]:
        """The columns of raw rows that it reads; empty likewise."""
        return self._core.columns  # type: ignore[no-any-return]

    def scores(self, inputs: Any) -> Values:
        """The exact outputs for one input."""
        numbers = _core.numbers(as_array(inputs))
        result = self._core.scores(numbers)
        return Values(result, (len(result),))

    def inputs_of(self, row: Sequence[Any]) -> Values:
        """A raw row as inputs of the network."""
        numbers = self._core.inputs_of([cell(value) for value in row])
        return Values(numbers, (len(numbers),))

    def predict_rows(self, rows: Any) -> NDArray[Any]:
        """The classes of raw rows, as numbers; class_names says what they are called."""
        return np.array(self._core.predict_rows(cells(rows)), dtype=np.int64)

    def network(self) -> Network:
        """The same as a Network, for questions, models and bounds."""
        return Network(self._core.network())

    def encode(self, format: str = "bnn") -> bytes:
        """Its file: "bnn" (text), "onnx" or "npz"."""
        return self._core.encode(format)  # type: ignore[no-any-return]

    def save(self, path: Any) -> None:
        """The same as a file, whole or untouched; the ending says the format."""
        self._core.save(os.fspath(path))

    def __reduce__(self) -> Any:
        return _decoded, (self.encode("bnn"),)

    def __repr__(self) -> str:
        return (f"<BinarizedNetwork {self.input_count} {self.input_kind} → {self.class_count} classes, "
                f"{self.weight_count} weights>")

    def _repr_html_(self) -> str:
        return self.network()._repr_html_()


def _decoded(content: bytes) -> BinarizedNetwork:
    """The library reads binarized networks from files alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "network.bnn")
        with open(path, "wb") as file:
            file.write(content)
        return BinarizedNetwork.load(path)


class Trained(NamedTuple):
    """What training found: "optimum" (of proven best values), "feasible" (it does what was asked, and a limit was reached),
    "unsat" (proven: no network of these layers does), "unknown"."""

    status: str
    network: Optional[BinarizedNetwork]
    values: List[int]
    bound: Optional[int]
    proof: str
    stopped: str
    right: int
    examples: int
    features: List[str]
    notes: List[str]
    seconds: float
    interrupted: bool


_STATUS = {"optimal": "optimum", "unsatisfiable": "unsat", "satisfied": "optimum"}
_SEARCHING = ("timeout", "memory", "threads", "seed", "settings", "on_improvement", "on_bound")


def train(rows: Any, labels: Any, *, columns: Optional[Sequence[str]] = None, hidden: Sequence[int] = (2,),
          objective: Any = "min-weight", rho: Any = None, method: str = "exact", **options: Any) -> Trained:
    """Trains a binarized network from rows of a table (an array, lists, a DataFrame), with a proven bound beside it.

    objective: "min-weight", "max-margin", "max-accuracy", or several, the first counts most; rho: the share of examples
    that must be right. method: "exact" or "gradient". Further options are those of `sinew train` (docs/training.md):
    encoding, column_encodings, levels, categorical, ignored, missing, zero_weights, sign_outputs, balanced, class_weights,
    forbid_perfect, robust_epsilon, robust_columns, robust_fraction, robust_soft, end_to_end, fair, epochs, restarts,
    warm_start; and timeout, memory, threads, seed, settings, on_improvement, on_bound. Ctrl-C gives the best so far.
    """
    if columns is None and hasattr(rows, "columns"):
        columns = [str(name) for name in rows.columns]
    searching = search_options({key: options.pop(key) for key in _SEARCHING if key in options})
    known = {"ignored", "categorical", "encoding", "column_encodings", "levels", "missing", "zero_weights", "sign_outputs",
             "rho_of_baseline", "forbid_perfect", "class_weights", "balanced", "robust_epsilon", "robust_columns",
             "robust_fraction", "robust_soft", "end_to_end", "fair", "epochs", "restarts", "warm_start"}
    unknown = set(options) - known
    if unknown:
        raise TypeError(f"there is no option {sorted(unknown)[0]!r}")
    if options.get("warm_start") is not None:
        options["warm_start"] = options["warm_start"]._core
    given: Dict[str, Any] = dict(options, hidden=[int(n) for n in hidden], method=method, rho=rho,
                                 objectives=[objective] if isinstance(objective, str) else list(objective))
    if columns is not None:
        given["columns"] = list(columns)
    told = _core.train(cells(rows), [cell(label) for label in labels], given, searching)
    network = told.pop("network")
    status = told.pop("status")
    return Trained(_STATUS.get(status, status), None if network is None else BinarizedNetwork(network), **told)


class Evaluation(NamedTuple):
    """How many examples a network gets right, and which classes it takes for which: confusion[label, predicted]."""

    accuracy: float
    right: int
    examples: int
    confusion: NDArray[Any]


def evaluate(network: Any, inputs: Any, labels: Any, **options: Any) -> Evaluation:
    """How often a Network or a BinarizedNetwork is right, by exact evaluation. Options: mean, std."""
    from ._certify import predict

    predicted = predict(network, inputs, **options)
    wanted = np.asarray(labels).ravel().astype(np.int64)
    if len(wanted) != len(predicted):
        raise ValueError(f"{len(predicted)} examples have {len(wanted)} labels")
    classes = int(max([*predicted, *wanted], default=-1)) + 1
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (wanted, predicted), 1)
    right = int((predicted == wanted).sum())
    return Evaluation(right / len(wanted) if len(wanted) else float("nan"), right, len(wanted), confusion)


__all__ = ["BinarizedNetwork", "Evaluation", "Trained", "evaluate", "train"]
