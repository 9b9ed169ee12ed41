# SPDX-License-Identifier: Apache-2.0
"""certify, critical_epsilon, explain, train, evaluate."""

import copy
import os
import pickle
import signal
import threading
from fractions import Fraction

import numpy as np
import pytest

import sinew


@pytest.fixture
def line():
    """Two inputs; class 1 where x0 > x1."""
    return sinew.Network.from_layers([([[-1, 1], [1, -1]], None, "relu"), ([[1, 0], [0, 1]], None)])


POINTS = np.array([[0.0, 1.0], [0.75, 0.25], [0.5, 0.5], [0.0, 0.25]])


def test_certify(line):
    labels = [0, 1, 0, 0]
    run = sinew.certify(line, POINTS, labels, epsilons=["0.1", "0.2"], domain=(0, 1), ties_are_violations=False)
    assert [c.status for c in run] == ["certified", "certified", "falsified", "falsified"]
    assert [[a.status for a in c.answers] for c in run][3] == ["certified", "falsified"]
    assert run.counts() == dict(certified=2, falsified=2, wrong=0, unknown=0)
    shares = run.by_epsilon()
    assert [share.certified for share in shares] == [3, 2] and shares[1].lower == shares[1].upper == 0.5
    assert shares[0].epsilon == Fraction(1, 10)
    found = run[3].adversarial
    assert sinew.predict(line, found.inputs)[0] == found.class_index == 1
    assert max(abs(a - b) for a, b in zip(found.inputs.fractions, [0, Fraction(1, 4)])) == found.distance <= Fraction(1, 5)
    assert len(run.rows()) == 4 and run.rows()[0]["epsilon 0.1"] == "certified"
    html = run._repr_html_()
    assert "<svg" in html and "certified accuracy" in html and "<script" not in html
    assert len(run[1:]) == 3 and [c.row for c in run] == [0, 1, 2, 3]
    assert "4 examples" in repr(run)


def test_methods_are_the_functions(line):
    assert line.predict(POINTS).tolist() == sinew.predict(line, POINTS).tolist()
    assert line.certify(POINTS[:1], epsilon="0.1").counts() == sinew.certify(line, POINTS[:1], epsilon="0.1").counts()
    assert line.critical_epsilon(POINTS[1], domain=(0, 1)).is_proven
    assert line.explain(POINTS[1], domain=(0, 1)).is_minimal
    assert sinew.bounds(line, 0, 1)[-1].upper.shape == (2,)


def test_labels_are_the_networks_own_if_not_given(line):
    run = sinew.certify(line, POINTS[:2], epsilon="0.1")
    assert [c.label for c in run] == [0, 1] and [c.status for c in run] == ["certified"] * 2
    assert sinew.certify(line, POINTS[0], 1, "0.1")[0].status == "wrong"


def test_every_example_counts_at_every_epsilon():
    equal = sinew.Network.from_layers([([[1], [1]], None, "tanh")])  # no enclosure tells which output is greater
    run = sinew.certify(equal, [["1/3"], ["1/5"]], [0, 0], epsilons=["0.1", "0.2"], minimal=True, largest=1)
    assert [(share.unknown, share.lower, share.upper) for share in run.by_epsilon()] == [(2, 0.0, 1.0)] * 2
    assert run[0].critical.bound == 0 and not run[0].critical.is_proven
    assert "unknown" in run._repr_html_()


def test_any_change_of_some_inputs(line):
    run = sinew.certify(line, POINTS[:2], [0, 0], only=[0], domain=(0, 1))  # the second one is wrong as it is
    assert [(share.epsilon, share.certified + share.falsified, share.wrong) for share in run.by_epsilon()] == [(None, 1, 1)]


def test_critical_epsilon(line):
    critical = sinew.critical_epsilon(line, [0.75, 0.25], 1, domain=(0, 1), precision="1/1000")
    assert critical.is_proven and critical.bound <= Fraction(1, 4) <= critical.distance
    assert critical.distance - critical.bound <= Fraction(1, 1000)
    one = sinew.critical_epsilon(line, [0.75, 0.25], norm=1, domain=(0, 1))
    assert one.bound <= Fraction(1, 2) <= one.distance
    table = sinew.certify(line, POINTS, minimal=True, domain=(0, 1))
    assert "bound" in table._repr_html_() and all(c.critical is not None for c in table if c.status != "wrong")


def test_a_run_can_be_kept(line):
    run = sinew.certify(line, POINTS, epsilons=["0.1", "0.4"], domain=(0, 1))
    kept = pickle.loads(pickle.dumps(run))
    assert kept.counts() == run.counts() and any(c.adversarial for c in run)
    assert [c.adversarial for c in kept] == [c.adversarial for c in run] == [c.adversarial for c in copy.deepcopy(run)]


def test_normalisation(line):
    plain = sinew.critical_epsilon(line, [0.75, 0.25], domain=(0, 1))
    scaled = sinew.critical_epsilon(line, [192, 64], domain=(0, 256), mean=0, std=256)
    assert scaled.bound <= 256 * plain.distance and 256 * plain.bound <= scaled.distance


def test_one_feature_alone(line):
    run = sinew.certify(line, [0.75, 0.25], 1, "0.4", only=[0])
    assert run[0].status == "certified"
    assert sinew.certify(line, [0.75, 0.25], 1, "0.1", own_limits={1: None}, domain=(0, 1))[0].status == "falsified"
    # Without an epsilon what has no limit of its own stays.
    assert sinew.certify(line, [0.75, 0.25], 1, own_limits={0: "0.1"})[0].status == "certified"
    assert sinew.certify(line, [0.75, 0.25], 1, only=[0])[0].status == "falsified"
    for nothing in ({}, {"epsilons": []}, {"own_limits": {}}):
        with pytest.raises(ValueError, match="how much may change"):
            sinew.certify(line, [0.75, 0.25], 1, **nothing)


@pytest.mark.parametrize("wrong", [
    dict(epsilon=-1), dict(epsilon=float("nan")), dict(epsilon=1, epsilons=[1]), dict(epsilon=1, norm="3"),
    dict(epsilon=1, labels=[0]), dict(epsilon=1, labels=[0, 7, 0, 0]), dict(epsilon=1, domain=3), dict(epsilon=1, colour=1),
    dict(epsilon=1, labels=[-1, 0, 0, 0]), dict(epsilon=1, labels=[0.5, 0, 0, 0]),
    dict(epsilon=1, labels=["a", "b", "c", "d"]), dict(epsilon=1, only=[9]), dict(minimal=True)])
def test_wrong_calls(line, wrong):
    with pytest.raises((ValueError, TypeError)):
        sinew.certify(line, POINTS, **{"labels": [0, 1, 0, 0], **wrong})


def test_wrong_examples(line):
    for examples in (np.zeros((2, 3)), [], [[np.nan, 0]], [[1]], 3):
        with pytest.raises((ValueError, TypeError)):
            sinew.certify(line, examples, epsilon=1)
    assert len(sinew.certify(line, np.zeros((0, 2)), [], epsilon=1)) == 0


def test_each_certificate_is_told_and_errors_end_it(line):
    rows = []
    sinew.certify(line, POINTS, epsilon="0.1", on_certificate=lambda c: rows.append((c.row, c.status)))
    assert sorted(row for row, _ in rows) == [0, 1, 2, 3]

    def fails(certificate):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        sinew.certify(line, POINTS, epsilon="0.1", on_certificate=fails)


def test_ctrl_c_keeps_what_is_there(line):
    def stop(certificate):
        if certificate.row == 0:
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(0.2)

    generator = np.random.default_rng(0)
    wide = sinew.Network.from_layers([(generator.normal(size=(60, 20)), None, "relu"), (generator.normal(size=(60, 60)), None, "relu"),
                                      (generator.normal(size=(3, 60)), None)])
    run = sinew.certify(wide, generator.uniform(size=(50, 20)), epsilon=0.3, on_certificate=stop, question_timeout=2)
    assert run.interrupted and run.counts()["unknown"] > 10 and len(run) == 50


def test_images(line):
    generator = np.random.default_rng(1)
    net = sinew.Network.from_layers([(generator.normal(size=(3, 16)), None)], input_shape=(1, 4, 4))
    images = generator.uniform(size=(3, 1, 4, 4)).astype(np.float32)
    run = sinew.certify(net, images, epsilon="1/2", domain=(0, 1))
    assert run[0].adversarial.inputs.shape == (1, 4, 4)
    assert run._repr_html_().count("data:image/png") >= 3
    assert sinew.evaluate(net, images, sinew.predict(net, images)).accuracy == 1


def test_explain():
    net = sinew.Network.from_layers([([[5, 1, 0]], [0], "relu"), ([[1], [-1]], [0, 3])])
    why = sinew.explain(net, [1, 1, 1], domain=(0, 1))
    assert why.features == [0] and why.is_minimal and why.class_index == 0
    counterexample = why.kept[0].counterexample
    assert sinew.predict(net, counterexample)[0] != 0
    assert why.question().verify().status == "unsat"
    assert why.mask.tolist() == [True, False, False]
    assert "minimal" in why._repr_html_() and "kept" in repr(why)
    grouped = sinew.explain(net, [1, 1, 1], domain=(0, 1), groups=[[0, 1], [2]])
    assert grouped.features == [0, 1]
    told = []
    sinew.explain(net, [1, 1, 1], domain=([0, 0, 0], [1, 1, 1]), on_group=lambda group, freed: told.append(group))
    assert sorted(told) == [0, 1, 2]
    with pytest.raises(ValueError):
        sinew.explain(net, [1, 1])
    with pytest.raises(ValueError):
        sinew.explain(net, [2, 1, 1], domain=(0, 1))


def test_binarized_networks(root, tmp_path):
    net = sinew.BinarizedNetwork.load(root / "inputs" / "bnn" / "strokes.bnn")
    assert net.input_shape == (1, 4, 4) and net.class_count == 2 and net.input_kind == "bits"
    rows = np.loadtxt(root / "inputs" / "bnn" / "strokes.csv", delimiter=",", comments="#", ndmin=2)
    inputs, labels = rows[:, :16], rows[:, 16].astype(int)
    run = sinew.certify(net, inputs, labels, minimal=True, norm=0)
    assert [int(c.critical.bound) for c in run] == [3, 2, 2, 2]  # as README.md shows
    assert sinew.evaluate(net, inputs, labels).right == 4
    general = net.network()
    assert sinew.predict(general, inputs).tolist() == net.predict(inputs).tolist() == labels.tolist()
    net.save(tmp_path / "net.bnn")
    assert sinew.BinarizedNetwork.load(tmp_path / "net.bnn").predict(inputs).tolist() == labels.tolist()
    with pytest.raises(sinew.UsageError, match="convolution"):
        net.save(tmp_path / "net.npz")
    assert pickle.loads(pickle.dumps(net)).scores(inputs[0]) == net.scores(inputs[0])
    with pytest.raises(ValueError):
        net.scores([1, 2])
    with pytest.raises(ValueError):
        sinew.BinarizedNetwork.load(root / "README.md")


def test_classifiers_of_every_kind(root):
    general = sinew.load_classifier(root / "inputs" / "onnx" / "distance.onnx")
    binarized = sinew.load_classifier(root / "inputs" / "bnn" / "strokes.bnn")
    assert isinstance(general, sinew.Network) and isinstance(binarized, sinew.BinarizedNetwork)


def test_train(root):
    rows = [["sweet", 3], ["sour", 1], ["sweet", 2], ["sour", 5], ["sweet", 4], ["sour", 2]]
    labels = ["good", "bad", "good", "bad", "good", "bad"]
    trained = sinew.train(rows, labels, columns=["taste", "size"], hidden=(1,), objective="min-weight", rho=1, timeout=20)
    assert trained.status == "optimum" and trained.right == 6 and trained.values == [trained.bound]
    assert trained.network.class_names == ["bad", "good"]
    assert [trained.network.class_names[k] for k in trained.network.predict_rows(rows)] == labels
    found = []
    quick = sinew.train(rows, labels, method="gradient", hidden=(2,), on_improvement=found.append)
    assert quick.network is not None
    contradicting = sinew.train([[1, 0], [1, 0], [0, 1]], [0, 1, 1], hidden=(1,), rho=1, timeout=20)
    assert contradicting.status == "unsat" and contradicting.network is None
    for wrong in (dict(objective="least"), dict(method="magic"), dict(hidden=[0]), dict(colour=1), dict(rho=2), dict(columns=["a"])):
        with pytest.raises((ValueError, TypeError)):
            sinew.train(rows, labels, **wrong)
    for bad_rows, bad_labels in (([], []), ([[1], [2]], [0]), ([[1], [2]], [0, 0]), ([[1], [2, 3]], [0, 1])):
        with pytest.raises(ValueError):
            sinew.train(bad_rows, bad_labels, timeout=5)
