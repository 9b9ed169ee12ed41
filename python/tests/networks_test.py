# SPDX-License-Identifier: Apache-2.0
"""Networks from weights, files and PyTorch."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

import sinew


def test_from_layers(overlap):
    assert overlap.input_shape == (2,) and overlap.output_shape == (2,)
    assert overlap.evaluate([-2, 2]).fractions == [Fraction(1, 10), Fraction(-1, 10)]
    assert overlap.parameter_count == 18
    assert [layer.kind for layer in overlap.layers][:3] == ["input", "dense", "relu"]
    assert overlap.is_piecewise_linear and overlap.precision is None


def test_weights_of_every_kind_are_exact():
    w = np.array([[0.1, -0.3]], dtype=np.float32)
    for weights in (w, w.astype(np.float64), w.tolist(), np.asfortranarray(w), w[:, ::-1][:, ::-1],
                    [[Fraction(float(v)) for v in row] for row in w]):
        net = sinew.Network.from_layers([(weights, [0])])
        assert net.evaluate([1, 0])[0] == Fraction(float(w[0, 0]))
    mixed = sinew.Network.from_layers([(w, [Fraction(1, 3)]), ([["1/7"]], np.zeros(1))])
    assert mixed.evaluate([0, 0])[0] == Fraction(1, 21)
    assert sinew.Network.from_layers([(np.array([[2**60]]), None)]).evaluate([1])[0] == 2**60


@pytest.mark.parametrize("layers, message", [
    ([], "a layer at least"),
    ([([1, 2], [0])], "no matrix"),
    ([([[1, 2]], [0, 1])], "the bias of 1 neurons has the shape"),
    ([([[1, 2]], [0]), ([[1, 2]], [0])], "layer 1: weights of the shape"),
    ([([[1, 2]], [0], "softplus")], "there is no activation 'softplus'"),
    ([([[1, float("nan")]], [0])], "layer 0"),
    ([(np.array([[1, np.inf]]), [0])], "layer 0"),
    ([([[1, 2]],)], "layer 0 is"),
    ([([[1, 2], [3]], [0, 0])], ""),
    ([(np.zeros((0, 2)), [])], ""),
    ([(np.zeros((2, 0)), [0, 0])], ""),
])
def test_wrong_layers(layers, message):
    with pytest.raises((ValueError, TypeError), match=message):
        sinew.Network.from_layers(layers)


def test_activations():
    for activation, at_minus_2, at_half in [("relu", 0, Fraction(1, 2)), ("sign", -1, 1), ("hardlim", 0, 1),
                                            ("satlins", -1, Fraction(1, 2)), (("leaky_relu", "0.1"), Fraction(-1, 5), Fraction(1, 2)),
                                            (("clip", -1, Fraction(1, 4)), -1, Fraction(1, 4)), (None, -2, Fraction(1, 2)),
                                            (sinew.Activation("clip", lower=0), 0, Fraction(1, 2))]:
        net = sinew.Network.from_layers([([[1]], [0], activation)])
        assert (net.evaluate([-2])[0], net.evaluate(["0.5"])[0]) == (at_minus_2, at_half), activation
    for bad in ("nothing", ("leaky_relu",), ("clip", 1), 7):
        with pytest.raises(ValueError):
            sinew.Activation.of(bad)
    with pytest.raises(ValueError):
        sinew.Network.from_layers([([[1]], [0], ("clip", 2, 1))])


def test_convolutions_are_pytorchs():
    torch = pytest.importorskip("torch", reason="python3-torch is not installed")
    generator = np.random.default_rng(5)
    kernel = generator.integers(-3, 4, (2, 1, 3, 3)).astype(np.float32)
    bias = generator.integers(-3, 4, 2).astype(np.float32)
    image = generator.integers(0, 5, (1, 6, 5)).astype(np.float32)
    net = sinew.Network.from_layers([], input_shape=(1, 6, 5)).with_convolution(kernel, bias, "relu", stride=(2, 1), padding=1)
    net = net.with_max_pool(2, stride=1)
    expected = torch.nn.functional.conv2d(torch.tensor(image[None]), torch.tensor(kernel), torch.tensor(bias), (2, 1), 1)
    expected = torch.nn.functional.max_pool2d(expected.relu(), 2, 1)[0].numpy()
    assert net.output_shape == expected.shape
    assert np.array_equal(net.evaluate(image).numpy(), expected)
    assert np.array_equal(net.evaluate_float32(np.stack([image, image]))[1], expected)


def test_from_torch():
    torch = pytest.importorskip("torch", reason="python3-torch is not installed")
    torch.manual_seed(1)
    module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(32, 3),
                                 torch.nn.Dropout(0.5))
    module.train()
    net = sinew.from_torch(module, torch.zeros(1, 1, 6, 6))
    assert module.training
    image = torch.rand(1, 1, 6, 6)
    module.eval()
    expected = module(image).detach().numpy()[0]
    assert np.allclose(net.evaluate_float32(image.numpy()[0]), expected, atol=1e-6)
    assert np.allclose(net.evaluate(image[0]).numpy(), expected, atol=1e-5)
    x, y = net.inputs, net.outputs
    k = int(expected.argmax())
    assert net.verify(sinew.ball(x, image[0], 1e-4) & ~y.is_argmax(k)).status == "unsat"


def test_bounds(overlap):
    rows = overlap.bounds([-1, -1], [1, 1])
    assert len(rows) == len(overlap.layers)
    generator = np.random.default_rng(3)
    for _ in range(50):
        layers = overlap.evaluate_layers(generator.uniform(-1, 1, 2))
        for values, row in zip(layers, rows):
            assert (values.numpy() >= row.lower).all() and (values.numpy() <= row.upper).all()
    x, y = overlap.inputs, overlap.outputs
    assert overlap.maximize(y[0], (x >= -1) & (x <= 1)).objective <= Fraction(rows[-1].upper[0])
    with pytest.raises(ValueError):
        overlap.bounds([1, 1], [0, 0])
    with pytest.raises(ValueError, match="exact and finite"):
        overlap.bounds([-np.inf, 0], [1, 1])
    with pytest.raises(ValueError, match="shape"):
        overlap.bounds([0, 0, 0], 1)


def test_evaluate_checks_its_input(overlap):
    for wrong in ([1], [1, 2, 3], [], [[1, 2, 3]]):
        with pytest.raises(ValueError, match="2 inputs"):
            overlap.evaluate(wrong)
    with pytest.raises(ValueError):
        overlap.evaluate([1, float("nan")])
    assert overlap.evaluate_float32(np.zeros((3, 2))).shape == (3, 2)
    assert overlap.evaluate_float32(np.zeros((0, 2))).shape == (0, 2)


def test_values_stay_exact_where_they_are_given_back():
    thirds = sinew.Network.from_layers([([["1/3"]], None)]).evaluate([1])  # no float is a third
    net = sinew.Network.from_layers([([[3]], None)])
    assert net.evaluate(thirds)[0] == 1
    x = net.inputs
    assert sinew.verify((x == thirds) & (net.outputs == 1)).status == "sat"
    assert sinew.verify(sinew.ball(x, thirds, 0) & (net.outputs != 1)).status == "unsat"
    two = sinew.Network.from_layers([([[3], [0]], [0, 1])])  # a tie at a third, which the lower class wins
    assert sinew.predict(two, [thirds, [0.3]]).tolist() == [0, 1]


def test_files_and_copies(overlap, tmp_path):
    overlap.save(tmp_path / "net.dnn")
    again = sinew.read_network(tmp_path / "net.dnn")
    assert again.evaluate(["1/3", 2]) == overlap.evaluate(["1/3", 2])
    copied = pickle.loads(pickle.dumps(overlap.named("kept")))
    assert copied.name == "kept" and copied.evaluate([1, 2]) == overlap.evaluate([1, 2])
    with pytest.raises(OSError):
        overlap.save(tmp_path / "no" / "net.dnn")


def test_networks_may_go_while_their_expressions_stay():
    y = sinew.Network.from_layers([([[1]], [0], "relu")]).outputs
    assert sinew.verify(y[0] > 3)[y[0]] > 3


def test_html(overlap):
    text = overlap._repr_html_()
    assert "<table" in text and "relu" in text and "<script" not in text
    x, y = overlap.inputs, overlap.outputs
    verdict = overlap.verify(y[0] > y[1])
    assert "sat" in verdict._repr_html_() and "x[0]" in verdict._repr_html_()
    image = sinew.Network.from_layers([(np.ones((2, 16)), None)], input_shape=(1, 4, 4))
    a = image.inputs
    shown = image.verify((a >= 0) & (a <= 1) & (image.outputs[0] > 3))._repr_html_()
    assert shown.count("data:image/png;base64,") == 1
    b = sinew.reals("other", (1, 4, 4), 0, 1)
    pair = sinew.verify([a == 0, image.outputs[0] < 1, image(b)[0] > 3])._repr_html_()
    assert pair.count("data:image/png;base64,") >= 3
