# SPDX-License-Identifier: Apache-2.0
"""What several tests use."""

import os
import pathlib

import pytest

import sinew


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    return pathlib.Path(os.environ.get("SINEW_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="session")
def program() -> str:
    path = os.environ.get("SINEW_PROGRAM")
    if not path or not os.path.exists(path):
        pytest.skip("the program sinew is not built")
    return path


@pytest.fixture
def overlap() -> "sinew.Network":
    """The network of inputs/dnn/overlap.dnn, from weights."""
    return sinew.Network.from_layers([
        ([[1, -1], [1, 1]], [0, 0], "relu"),
        ([["0.5", "-0.2"], ["-0.5", "0.1"]], ["0.1", 0], "relu"),
        ([[1, -1], [-1, 1]], None),
    ])


@pytest.fixture
def hard():
    """A question that takes longer than any test waits: pigeons and holes over integers and a network."""
    def question():
        n = 24
        place = sinew.integers("in", (n, n - 1), 0, 1)
        conditions = [place[i].sum() == 1 for i in range(n)]
        conditions += [place[:, j].sum() <= 1 for j in range(n - 1)]
        net = sinew.Network.from_layers([([[1] * (n - 1)], [0], "relu")])
        conditions.append(net(place[0])[0] >= 0)
        return sinew.all_of(conditions)
    return question
