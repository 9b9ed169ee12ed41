# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's own checks of estimators, all that apply."""

import pytest

import sinew

checks = pytest.importorskip("sklearn.utils.estimator_checks", reason="python3-sklearn is not installed")

EXCLUDED = {}


@checks.parametrize_with_checks([sinew.BinarizedClassifier(hidden=(4,), timeout=1, epochs=60, restarts=2)])
def test_check(estimator, check):
    name = getattr(check, "func", check).__name__
    if name in EXCLUDED:
        pytest.skip(EXCLUDED[name])
    check(estimator)
