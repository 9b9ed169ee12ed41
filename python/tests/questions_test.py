# SPDX-License-Identifier: Apache-2.0
"""Questions and verdicts, against the command line and by hand."""

import json
import subprocess
from fractions import Fraction

import numpy as np
import pytest

import sinew


def test_the_first_example(overlap):
    x, y = overlap.inputs, overlap.outputs
    verdict = overlap.verify((x[0] < 0) & (x[1] > 1) & (y[0] > y[1]))
    assert verdict.status == "sat"
    point = verdict[x]
    assert point[0] < 0 and point[1] > 1
    outputs = overlap.evaluate(point)
    assert outputs == verdict[y] and outputs[0] > outputs[1]
    assert verdict.holds(y[0] > y[1]) and not verdict.holds(y[0] <= y[1])
    assert verdict.value(y[0] - 2 * y[1] + 1) == outputs[0] - 2 * outputs[1] + 1
    assert verdict.error(y[0]) == 0
    assert verdict.numpy(x).dtype == np.float64 and verdict.numpy(x, np.float32).dtype == np.float32
    assert isinstance(verdict.numpy(y[0]), np.float64)
    assert set(verdict.witness) == {"x", "y"}
    assert verdict.decided_by and verdict.seconds >= 0 and isinstance(verdict.statistics, dict)
    assert overlap.verify((x[0] < 0) & (x[1] > 1) & (y[0] > y[1]) & (x[0] + x[1] == 0) & (y[0] > 1)).status == "unsat"
    other = sinew.real("other")
    with pytest.raises(sinew.UsageError, match="did not speak of 'other'"):
        verdict[other]
    with pytest.raises(TypeError, match="an expression is expected"):
        verdict["x"]


@pytest.mark.parametrize("file", ["overlap", "two_by_two", "thin_strip", "unbounded", "integer_inputs", "smooth",
                                  "boundary_hit", "boundary_missed", "hard_limit", "saturation", "many_forms"])
def test_files_are_answered_as_by_the_command_line(root, program, file):
    path = root / "inputs" / "dnn" / f"{file}.dnn"
    told = json.loads(subprocess.run([program, "verify", path, "--json", "-"], capture_output=True, check=False).stdout)
    assert sinew.read(path).verify().status == told["status"]


def test_two_files(root):
    folder = root / "inputs" / "onnx"
    exceeds = sinew.read(folder / "distance.onnx", folder / "distance_exceeds_two.vnnlib").verify()
    reaches = sinew.read(folder / "distance_reaches_two.vnnlib", folder / "distance.onnx").verify()
    assert (exceeds.status, reaches.status) == ("unsat", "sat")
    net = sinew.read(folder / "distance.onnx")
    text = (folder / "distance_reaches_two.vnnlib").read_text()
    assert net.question(text).verify().status == "sat"


def test_conditions_as_text(root, overlap):
    question = sinew.Question.about(overlap, "(and (x0 < 0) (x1 > 1))").add("(y0 > y1)")
    assert question.verify().status == "sat" and question.inputs.shape == (2,)
    question.add(question.inputs[0] > 0)
    assert question.verify().status == "unsat"
    file = root / "inputs" / "dnn" / "overlap.dnn"
    assert sinew.read(file, output="(y0 > 100000)", input="(and (x0 < 0) (x0 > -1) (x1 > 1) (x1 < 2))").verify().status == "unsat"
    assert sinew.read(file, input="(and (x0 >= 0) (x0 <= 1) (x1 = 0))", output="true", maximize="y0").optimize().objective > 0
    with pytest.raises(sinew.InputError):
        sinew.Question.about(overlap, "(y0 > ")
    with pytest.raises(sinew.InputError):
        sinew.Question.about(overlap, "(y7 > 0)")


def test_bad_files(tmp_path):
    with pytest.raises(sinew.InputError):
        sinew.read(tmp_path / "absent.dnn")
    wrong = tmp_path / "wrong.dnn"
    wrong.write_text("dnn = {\n  'y0': '2 x0 +* 1',\n}\n")
    with pytest.raises(sinew.InputError) as caught:
        sinew.read(wrong)
    assert caught.value.line == 2 and caught.value.column > 0 and caught.value.file == str(wrong)
    with pytest.raises(ValueError):
        sinew.read(tmp_path / "what.txt")
    empty = tmp_path / "empty.onnx"
    empty.write_bytes(b"")
    with pytest.raises(ValueError):
        sinew.read_onnx(empty)


def test_dicts_as_they_are_written():
    dnn = {
        'a00': [1, '1x0 - 1x1'],
        'a01': [2, '1x0 + 1x1'],
        'a10': [3, [(0.5, 'n00'), (-0.2, 'n01'), 0.1]],
        'a11': [4, '-0.5n00 + 0.1n01'],
        'y0': '1n10 - 1n11',
        'y1': '-1n10 + 1n11',
    }
    question = sinew.from_dict(dnn, {'in': '(and (x0 < 0) (x1 > 1))', 'out': '(y0 > y1)'})
    assert question.verify().status == "sat"
    assert question.inputs.shape == (2,) and question.outputs.shape == (2,)
    question.add(question.inputs[0] > -1).add(question.outputs[0] > 1)
    assert question.verify().status == "unsat"
    bounded = sinew.from_dict({'y0': 'x0/3'}, domains={'x0': 'int [0, 5]'}, objective='maximize y0')
    assert bounded.optimize().objective == Fraction(5, 3)
    with pytest.raises(sinew.InputError, match="line 1|1:"):
        sinew.from_dict({'y0': 'n77'})
    with pytest.raises(sinew.InputError):
        sinew.from_dict({'y0': 'x0'}, {'in': 'x0 <'})


def test_several_networks_in_one_question(overlap):
    old, new = overlap.named("old"), overlap.named("new")
    x = sinew.reals("point", 2, -1, 1)
    same = sinew.verify((old(x) != new(x)).any())
    assert same.status == "unsat"
    twice = old(new(x))
    verdict = sinew.verify([twice[0] > 0, x[0] == "1/3"])
    if verdict.status == "sat":
        assert overlap.evaluate(overlap.evaluate(verdict[x])) == verdict[twice]
    # Monotone in its first input? Two copies of one network.
    a, b = sinew.reals("a", 2, -1, 1), sinew.reals("b", 2, -1, 1)
    falls = sinew.verify((a[0] < b[0]) & (a[1] == b[1]) & (overlap(a)[0] > overlap(b)[0]))
    assert falls.status == "sat"
    assert overlap.evaluate(falls[a])[0] > overlap.evaluate(falls[b])[0]
    with pytest.raises(ValueError, match="with 2 inputs is given 3"):
        overlap(sinew.reals("c", 3))


def test_hidden_neurons(overlap):
    x, y = overlap.inputs, overlap.outputs
    hidden = overlap.layer(2)
    assert overlap.layers[2].kind == "relu"
    verdict = sinew.verify((hidden[0] == 0) & (hidden[1] > 2) & (x >= -5) & (x <= 5) & (y[0] > 0))
    if verdict.status == "sat":
        assert verdict[hidden] == overlap.evaluate_layers(verdict[x])[2]
    assert sinew.verify(hidden[0] < 0).status == "unsat"
    with pytest.raises((ValueError, IndexError)):
        overlap.layer(99)


def test_objectives(overlap):
    x, y = overlap.inputs, overlap.outputs
    best = overlap.maximize(y[0], (x >= -1) & (x <= 1))
    assert best.status == "optimum" and best.objective == Fraction(11, 10) == best[y[0]] == best.bound
    assert overlap.minimize(y[0], (x >= -1) & (x <= 1)).objective == -overlap.maximize(-y[0], (x >= -1) & (x <= 1)).objective
    assert sinew.maximize(x[0], x[0] < 1).status == "feasible"
    assert sinew.maximize(x[0]).status == "unbounded"
    assert sinew.minimize(x[0], x[0] > x[0]).status == "unsat"
    with pytest.raises(ValueError, match="not both"):
        sinew.Question(x[0] < 1, minimize=x[0], maximize=x[1])
    better = []
    k = sinew.integers("k", 6, 0, 9)
    done = sinew.Question(k.sum() <= 20).maximize(k.sum() - 3 * k[0], on_improvement=better.append)
    assert done.objective == 20 and better[-1] == 20 and all(isinstance(value, Fraction) for value in better)


def test_smooth_networks():
    net = sinew.Network.from_layers([([[1, 1]], [0], "tanh"), ([[2]], ["0.5"])])
    x, y = net.inputs, net.outputs
    assert net.verify((x >= -1) & (x <= 1) & (y[0] > "2.5")).status == "unsat"
    verdict = net.verify((x >= -1) & (x <= 1) & (y[0] > "2.1"))
    assert verdict.status == "sat"
    assert 0 < verdict.error(y[0]) < Fraction(1, 1000)
    with pytest.raises(ValueError):
        net.evaluate([0, 0])
    (values, errors) = net.evaluate_enclosed([0, "1/2"])[-1]
    assert abs(float(values[0]) - (2 * np.tanh(0.5) + 0.5)) < 1e-12 and errors[0] < 1e-12


def test_solutions_one_after_the_other():
    k, m = sinew.integer("k", 0, 3), sinew.integer("m", 0, 3)
    found = [(int(v[k]), int(v[m])) for v in sinew.Question(k + m == 3).solutions()]
    assert sorted(found) == [(0, 3), (1, 2), (2, 1), (3, 0)]
    assert len(list(sinew.Question(k + m == 3).solutions(limit=2))) == 2
    r = sinew.real("r", 0, 1)
    points = [v[r] for v in sinew.Question(r >= 0).solutions(distance="0.3")]
    assert 2 <= len(points) <= 4 and all(abs(a - b) >= Fraction(3, 10) for a in points for b in points if a is not b)
    with pytest.raises(sinew.UsageError):
        list(sinew.Question(r >= 0).solutions())
    net = sinew.Network.from_layers([([[1], [-1]], [0, 0], "relu")])
    regions = list(net and sinew.Question((net.inputs >= -1) & (net.inputs <= 1) & (net.outputs[0] >= 0)).solutions(region=True))
    assert 2 <= len(regions) <= 3


def test_export(overlap, tmp_path):
    x, y = overlap.inputs, overlap.outputs
    question = sinew.Question((x[0] < 0) & (x[1] > 1) & (y[0] > y[1]))
    for format in ("smt2", "dnn", "vnnlib", "lp"):
        assert len(question.export(format)) > 20
    assert sinew.Question.parse(question.export("smt2"), "smt2").verify().status == "sat"
    assert sinew.Question.parse(question.export("dnn")).verify().status == "sat"
    question.save(tmp_path / "q.smt2")
    assert sinew.read(tmp_path / "q.smt2").verify().status == "sat"
    with pytest.raises(sinew.UsageError):
        question.export("pdf")
    with pytest.raises(OSError):
        question.save(tmp_path / "no" / "folder" / "q.smt2")


def test_options(overlap):
    x, y = overlap.inputs, overlap.outputs
    ask = (x[0] < 0) & (x[1] > 1) & (y[0] > y[1])
    assert overlap.verify(ask, timeout=10, memory="4 GiB", threads=2, seed=7, strategy="lazy").status == "sat"
    assert overlap.verify(ask, settings={}).status == "sat"
    assert overlap.verify(ask, threads=0).status == "sat"
    for bad in (dict(threads=-1), dict(threads=1.5), dict(seed=-1), dict(timeout=-1), dict(memory="many"), dict(memory=0),
                dict(strategy="magic"), dict(settings={"no.such": 1}), dict(timeout=float("nan"))):
        with pytest.raises((ValueError, TypeError)):
            overlap.verify(ask, **bad)
    with pytest.raises(TypeError):
        overlap.verify(ask, colour="red")


def test_a_timeout_is_an_answer(hard):
    verdict = sinew.verify(hard(), timeout=0.3)
    assert verdict.status == "timeout" and verdict.reason and not verdict.has_witness and verdict.witness == {}
    assert verdict.seconds < 5
