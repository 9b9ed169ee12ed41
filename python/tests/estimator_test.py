# SPDX-License-Identifier: Apache-2.0
"""BinarizedClassifier, with scikit-learn and without it."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import sinew

sklearn = pytest.importorskip("sklearn", reason="python3-sklearn is not installed")
from sklearn.base import clone, is_classifier  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import FunctionTransformer, StandardScaler  # noqa: E402


def data(n=60):
    generator = np.random.default_rng(0)
    X = generator.integers(-5, 6, (n, 3))
    return X, np.where(X[:, 0] + X[:, 1] >= 0, "yes", "no")


def test_fit_predict_score():
    X, y = data()
    model = sinew.BinarizedClassifier(hidden=(), timeout=5, encoding="raw").fit(X, y)
    assert model.trained_.status in ("optimum", "feasible")
    assert model.score(X, y) >= 0.95 and set(model.predict(X)) == {"yes", "no"}
    assert model.classes_.tolist() == ["no", "yes"] and model.n_features_in_ == 3
    lead = model.decision_function(X)
    assert (model.classes_[(lead > 0).astype(int)] == model.predict(X)).all()
    assert isinstance(model.network_, sinew.BinarizedNetwork)
    weights = np.ones(len(y))
    assert model.score(X, y, sample_weight=weights) == model.score(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict(X) == model.predict(X)).all()


def test_certify():
    X, y = data(20)
    model = sinew.BinarizedClassifier(hidden=(2,), timeout=3, encoding="raw").fit(X, y)
    run = model.certify(X, y, epsilon=1)
    wrong = (model.predict(X) != y).sum()
    assert run.counts()["wrong"] == wrong and run.counts()["unknown"] == 0
    for certificate in run:
        if certificate.adversarial is not None:
            moved = certificate.adversarial.inputs.numpy()
            assert np.abs(moved - np.asarray(X[certificate.row])).max() <= 1


def test_three_classes_and_words():
    X = np.array([[a, b] for a in ("red", "green", "blue") for b in ("big", "small")] * 3, dtype=object)
    y = [row[0] for row in X]
    model = sinew.BinarizedClassifier(hidden=(), timeout=5).fit(X, y)
    assert model.score(X, y) == 1 and model.decision_function(X).shape == (18, 3)
    assert (model.classes_[model.decision_function(X).argmax(axis=1)] == model.predict(X)).all()


def test_what_scikit_learn_does_with_it():
    X, y = data()
    model = sinew.BinarizedClassifier(hidden=(2,), timeout=1, epochs=50)
    assert is_classifier(model)
    twin = clone(model)
    assert twin.get_params() == model.get_params() and twin is not model
    assert model.set_params(timeout=0.5) is model and model.timeout == 0.5
    with pytest.raises(ValueError, match="Invalid parameter 'colour'"):
        model.set_params(colour="red")
    assert "timeout=0.5" in repr(model)
    scores = cross_val_score(model, X, y, cv=3)
    assert len(scores) == 3 and scores.mean() > 0.7
    search = GridSearchCV(make_pipeline(FunctionTransformer(), sinew.BinarizedClassifier(timeout=0.5)),
                          {"binarizedclassifier__hidden": [(), (2,)]}, cv=2).fit(X, y)
    assert search.best_score_ > 0.7
    assert make_pipeline(StandardScaler(), sinew.BinarizedClassifier(timeout=1)).fit(X, y).score(X, y) > 0.7


def test_missing_cells():
    X, y = data()
    holes = X.astype(float)
    holes[3, 2] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        sinew.BinarizedClassifier().fit(holes, y)
    assert sinew.BinarizedClassifier(timeout=1, missing="fill").fit(holes, y).predict(holes).shape == (60,)


def test_what_cannot_be_done_is_said():
    X = [[1, 0], [1, 0], [0, 1]]
    with pytest.raises(ValueError, match="proven: no network"):
        sinew.BinarizedClassifier(hidden=(1,), objective="min-weight", rho=1).fit(X, [0, 1, 1])
    with pytest.raises(ValueError, match="1 class"):
        sinew.BinarizedClassifier().fit(X, [1, 1, 1])
    with pytest.raises(Exception, match="not fitted"):
        sinew.BinarizedClassifier().predict(X)


def test_neither_scikit_learn_nor_torch_is_imported_with_sinew():
    code = "import sys, sinew; print(sorted(m for m in ('sklearn', 'torch', 'onnx', 'pandas', 'scipy') if m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
