# SPDX-License-Identifier: Apache-2.0
"""A binarized network as a classifier of scikit-learn, which is not needed to use it."""

from __future__ import annotations

import inspect
import warnings
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from numpy.typing import NDArray

from ._binarized import BinarizedNetwork, Trained, cell, train
from ._certify import Certificates, certify

_SHOWN = "X has {} features, but BinarizedClassifier is expecting {} features as input"


def _is_sparse(X: Any) -> bool:
    return hasattr(X, "tocsr") and hasattr(X, "nnz")


def _table(X: Any) -> NDArray[Any]:
    """X as an array of two dimensions, of numbers, or of objects where it holds words. Errors as scikit-learn words
    them, which its own checks look for."""
    if _is_sparse(X):
        raise TypeError("A sparse matrix was passed, but dense data is required. Use X.toarray()")
    array = np.asarray(X)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.ndim != 2:
        raise ValueError(f"Expected 2D array, got {array.ndim}D array instead:\narray={array}.\nReshape your data either "
                         "using array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it "
                         "contains a single sample.")
    if array.shape[0] == 0:
        raise ValueError(f"Found array with 0 sample(s) (shape={array.shape}) while a minimum of 1 is required.")
    if array.shape[1] == 0:
        raise ValueError(f"Found array with 0 feature(s) (shape={array.shape}) while a minimum of 1 is required.")
    if array.dtype.kind in "OUS":
        for member in array.flat:
            if isinstance(member, (dict, list, tuple, set)) or member is Ellipsis:
                raise TypeError(f"argument must be a string or a number, not {type(member).__name__!r}")
        try:
            array = array.astype(np.float64)
        except (ValueError, TypeError):
            return array.astype(object)
    return array


def _check_finite(array: NDArray[Any], name: str) -> None:
    if array.dtype.kind == "f":
        if np.isnan(array).any():
            raise ValueError(f"Input {name} contains NaN.")
        if np.isinf(array).any():
            raise ValueError(f"Input {name} contains infinity or a value too large for {array.dtype!r}.")


def _labels(y: Any, rows: int) -> NDArray[Any]:
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None")
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        try:
            from sklearn.exceptions import DataConversionWarning as category  # type: ignore[import]
        except ImportError:
            category = UserWarning
        warnings.warn("A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
                      "(n_samples,), for example using ravel().", category, stacklevel=3)
        array = array.ravel()
    if array.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    _check_finite(array, "y")
    if array.dtype.kind == "f" and (array != np.floor(array)).any():
        raise ValueError("Unknown label type: continuous: labels are classes, not measurements")
    if len(array) != rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: [{rows}, {len(array)}]")
    return array


class BinarizedClassifier:
    """A binarized network (weights -1, 0, 1) that is trained by constraints, as an estimator of scikit-learn: clone,
    pipelines, grid searches work. Words are categories; numbers become whole numbers (docs/training.md).

    Parameters: hidden, neurons by hidden layer; method, "exact" (the best network, with a proof or a bound) or "gradient";
    objective, "max-accuracy", "min-weight", "max-margin" or several; rho, the share of examples that must be right;
    timeout of a fit, in seconds; encoding of numbers ("centre": each column is compared with its median, "thermometer", "raw", …); levels; missing ("error", "fill", "drop": nan is a missing cell then);
    zero_weights, balanced; robust_epsilon; epochs and restarts of the gradient method; threads; random_state, a seed;
    options, further ones of sinew.train().

    After fit: classes_, n_features_in_, network_ (a BinarizedNetwork), trained_ (a Trained: status, bound, notes).
    """

    _estimator_type = "classifier"

    def __init__(self, hidden: Sequence[int] = (2,), *, method: str = "exact", objective: Any = "max-accuracy",
                 rho: Any = None, timeout: Optional[float] = 10.0, encoding: str = "centre", levels: int = 0,
                 missing: str = "error", zero_weights: bool = True, balanced: bool = False,
                 robust_epsilon: Optional[int] = None, epochs: int = 500, restarts: int = 4, threads: int = 1,
                 random_state: Any = None, options: Optional[Dict[str, Any]] = None):
        self.hidden = hidden
        self.method = method
        self.objective = objective
        self.rho = rho
        self.timeout = timeout
        self.encoding = encoding
        self.levels = levels
        self.missing = missing
        self.zero_weights = zero_weights
        self.balanced = balanced
        self.robust_epsilon = robust_epsilon
        self.epochs = epochs
        self.restarts = restarts
        self.threads = threads
        self.random_state = random_state
        self.options = options

    @classmethod
    def _get_param_names(cls) -> List[str]:
        return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> Dict[str, Any]:
        """The parameters by name."""
        return {name: getattr(self, name) for name in self._get_param_names()}

    def set_params(self, **params: Any) -> BinarizedClassifier:
        """Sets parameters."""
        names = self._get_param_names()
        for name, value in params.items():
            if name not in names:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {names}.")
            setattr(self, name, value)
        return self

    def _more_tags(self) -> Dict[str, Any]:
        return {"requires_y": True, "allow_nan": self.missing != "error", "X_types": ["2darray"],
                "requires_fit": True}

    def __sklearn_tags__(self) -> Any:
        """Of scikit-learn 1.6 and later."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags  # type: ignore[import]

        return Tags(estimator_type="classifier", target_tags=TargetTags(required=True), classifier_tags=ClassifierTags(),
                    input_tags=InputTags(allow_nan=self.missing != "error", string=True, categorical=True),
                    transformer_tags=None, regressor_tags=None)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")

    def _seed(self) -> int:
        state = self.random_state
        if state is None:
            return 0
        if hasattr(state, "randint"):
            return int(state.randint(2**31 - 1))
        return int(state)

    def _names(self, X: Any) -> Optional[NDArray[Any]]:
        names = getattr(X, "columns", None)
        if names is None or not all(isinstance(name, str) for name in names):
            return None
        return np.asarray(names, dtype=object)

    def fit(self, X: Any, y: Any) -> BinarizedClassifier:
        """Trains. ValueError where no network of these layers does what is asked, or none was found in time."""
        table = _table(X)
        if self.missing == "error":
            _check_finite(table, "X")
        labels = _labels(y, len(table))
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs 2 classes; the data has 1 class: {self.classes_[0]!r}")
        names = self._names(X)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        self.n_features_in_ = table.shape[1]
        columns = None if names is None or len(set(names)) != len(names) else [str(name) for name in names]
        result = train(
            table, codes, columns=columns, hidden=self.hidden, objective=self.objective, rho=self.rho, method=self.method,
            timeout=self.timeout, encoding=self.encoding, levels=self.levels, missing=self.missing,
            zero_weights=self.zero_weights, balanced=self.balanced, robust_epsilon=self.robust_epsilon, epochs=self.epochs,
            restarts=self.restarts, threads=self.threads, seed=self._seed(), **(self.options or {}))
        if result.network is None:
            why = "proven: no network of these layers does" if result.status == "unsat" else (
                f"none was found ({result.stopped or result.status})")
            raise ValueError(f"no network does what is asked: {why}")
        self.trained_: Trained = result
        self.network_: BinarizedNetwork = result.network
        # The classes that the network names are codes; those of few examples may have been left out.
        self._codes = np.array([int(name) for name in self.network_.class_names], dtype=np.int64)
        self.n_iter_ = 1
        return self

    def _fitted_table(self, X: Any) -> NDArray[Any]:
        if not hasattr(self, "network_"):
            try:
                from sklearn.exceptions import NotFittedError as error
            except ImportError:
                error = ValueError
            raise error("This BinarizedClassifier instance is not fitted yet. Call 'fit' with appropriate arguments before "
                        "using this estimator.")
        self._check_names(X)
        table = _table(X)
        if table.shape[1] != self.n_features_in_:
            raise ValueError(_SHOWN.format(table.shape[1], self.n_features_in_))
        if self.missing == "error":
            _check_finite(table, "X")
        return table

    def _check_names(self, X: Any) -> None:
        names, fitted = self._names(X), getattr(self, "feature_names_in_", None)
        if fitted is None and names is not None:
            warnings.warn("X has feature names, but BinarizedClassifier was fitted without feature names", stacklevel=4)
        if fitted is not None and names is None:
            warnings.warn("X does not have valid feature names, but BinarizedClassifier was fitted with feature names",
                          stacklevel=4)
        if fitted is None or names is None or list(fitted) == list(names):
            return
        message = "The feature names should match those that were passed during fit.\n"
        unseen, missing = sorted(set(names) - set(fitted)), sorted(set(fitted) - set(names))
        for title, members in (("Feature names unseen at fit time", unseen),
                               ("Feature names seen at fit time, yet now missing", missing)):
            if members:
                message += f"{title}:\n" + "".join(f"- {name}\n" for name in members[:5])
                message += "- ...\n" if len(members) > 5 else ""
        if not unseen and not missing:
            message += "Feature names must be in the same order as they were in fit.\n"
        raise ValueError(message)

    def _rows(self, table: NDArray[Any]) -> List[List[str]]:
        """The columns that the network reads, of raw rows."""
        read = self.network_.columns
        names = [str(name) for name in getattr(self, "feature_names_in_", [])]
        if len(set(names)) != len(names) or not names:
            names = [f"x{i}" for i in range(self.n_features_in_)]
        place = {name: i for i, name in enumerate(names)}
        chosen = [place[name] for name in read]
        return [[cell(row[i]) for i in chosen] for row in table]

    def predict(self, X: Any) -> NDArray[Any]:
        """The classes of examples."""
        table = self._fitted_table(X)
        return self.classes_[self._codes[self.network_.predict_rows(self._rows(table))]]  # type: ignore[no-any-return]

    def decision_function(self, X: Any) -> NDArray[Any]:
        """The network's scores, by class; of two classes the second one's lead over the first."""
        rows = self._rows(self._fitted_table(X))
        scores = np.array([self.network_.scores(self.network_.inputs_of(row)).numpy() for row in rows])
        if scores.shape[1] == 1:
            lead = scores[:, 0]
            return np.where(lead == 0, 0.25, lead)  # 0 is the second class, which sklearn wants above 0
        if len(self.classes_) == 2:
            lead = scores[:, 1] - scores[:, 0]
            return np.where(lead == 0, -0.25, lead)  # the lowest class of equal scores
        result = np.full((len(rows), len(self.classes_)), scores.min() - 1.0)
        result[:, self._codes] = scores
        return result

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of examples that are right."""
        right = self.predict(X) == np.asarray(y).ravel()
        return float(np.average(right, weights=sample_weight))

    def certify(self, X: Any, y: Any = None, epsilon: Any = 1, **options: Any) -> Certificates:
        """sinew.certify() of the trained network around examples; epsilon moves the features that are numbers
        (docs/training.md), in their units."""
        table = self._fitted_table(X)
        inputs = np.array([self.network_.inputs_of(row).numpy(dtype=object) for row in self._rows(table)], dtype=object)
        labels = None
        if y is not None:
            code = {value: i for i, value in enumerate(self.classes_.tolist())}
            number = {int(c): i for i, c in enumerate(self._codes)}
            labels = [number[code[value]] for value in np.asarray(y).ravel().tolist()]
        return certify(self.network_, inputs, labels, epsilon, **options)

    def __repr__(self) -> str:
        defaults = {name: p.default for name, p in inspect.signature(type(self).__init__).parameters.items()}
        changed = [f"{name}={value!r}" for name, value in self.get_params().items() if value is not defaults[name]
                   and value != defaults[name]]
        return f"BinarizedClassifier({', '.join(changed)})"
