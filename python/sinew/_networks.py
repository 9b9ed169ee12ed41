# SPDX-License-Identifier: Apache-2.0
"""Networks: from files, from weights, from PyTorch."""

from __future__ import annotations

import importlib
import io
import os
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

from . import _core, _html
from ._arrays import ExpressionArray, as_array, exact
from ._classifying import Classifying
from ._questions import Question, Verdict
from ._values import Values

_ACTIVATIONS = {
    "identity": "identity", "purelin": "identity", "linear": "identity", "relu": "relu", "poslin": "relu",
    "sign": "sign", "hardlims": "sign", "signum": "signum", "hardlim": "hardlim", "tanh": "tansig", "tansig": "tansig",
    "sigmoid": "sigmoid", "logsig": "sigmoid", "satlin": "satlin", "satlins": "satlins",
}


class Activation:
    """What a neuron makes of its argument s (docs/neuron_constraints.md gives each function).

    >>> import sinew
    >>> sinew.Activation("clip", lower=0, upper=6)
    Activation('clip', lower=0, upper=6)
    """

    __slots__ = ("_text", "_core")

    def __init__(self, kind: str, *, slope: Any = None, lower: Any = None, upper: Any = None):
        more = {key: value for key, value in (("slope", slope), ("lower", lower), ("upper", upper)) if value is not None}
        allowed = {"leaky_relu": {"slope"}, "clip": {"lower", "upper"}}.get(kind, set())
        if kind not in _ACTIVATIONS and kind not in ("leaky_relu", "clip"):
            known = ", ".join(sorted([*_ACTIVATIONS, "leaky_relu", "clip"]))
            raise ValueError(f"there is no activation {kind!r}; known are {known}")
        if set(more) - allowed or (kind == "leaky_relu" and slope is None):
            wanted = " and ".join(sorted(allowed)) or "nothing else"
            raise ValueError(f"the activation {kind!r} takes {wanted}")
        self._text = ", ".join([repr(kind)] + [f"{key}={value}" for key, value in more.items()])
        self._core = _core.Activation(_ACTIVATIONS.get(kind, kind), slope, lower, upper)

    @classmethod
    def of(cls, value: Any) -> Activation:
        """An activation of its name, of ("leaky_relu", slope), of ("clip", lower, upper); of None the identity."""
        if isinstance(value, cls):
            return value
        if value is None:
            return cls("identity")
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, (tuple, list)) and value and value[0] == "leaky_relu" and len(value) == 2:
            return cls("leaky_relu", slope=value[1])
        if isinstance(value, (tuple, list)) and value and value[0] == "clip" and len(value) == 3:
            return cls("clip", lower=value[1], upper=value[2])
        raise ValueError(f"an activation is a name such as 'relu', ('leaky_relu', slope) or ('clip', lower, upper), "
                         f"not {value!r}")

    def __repr__(self) -> str:
        return f"Activation({self._text})"


class Layer(NamedTuple):
    """What a layer is; `sources` are the numbers of the layers that it reads."""

    name: str
    kind: str
    shape: Tuple[int, ...]
    size: int
    sources: List[int]
    parameters: int


class LayerBounds(NamedTuple):
    """Rigorous bounds of the components of a layer: true values are between them, rounding included."""

    name: str
    kind: str
    lower: NDArray[Any]
    upper: NDArray[Any]


def _weights(values: Any) -> Tuple[Any, Tuple[int, ...]]:
    """Numbers for the compiled part: float arrays as doubles, which hold them exactly, others one by one."""
    array = as_array(values)
    if array.dtype.kind == "f" and array.dtype.itemsize <= 8:
        return np.ascontiguousarray(array, dtype=np.float64), array.shape
    return _core.numbers(array), array.shape


class Network(Classifying):
    """A feed-forward network with exact weights. Immutable: what adds a layer gives another network.

    `inputs` and `outputs` are expressions, of which questions are made; net(x) puts the network on other expressions.
    """

    __slots__ = ("_core",)

    def __init__(self, core: Any):
        self._core = core

    @classmethod
    def from_layers(cls, layers: Iterable[Any], *, input_shape: Optional[Tuple[int, ...]] = None) -> Network:
        """From weights, one tuple a layer: (W, b) or (W, b, activation), W of the shape (outputs, inputs), b of the
        shape (outputs,) or None for zeros. Numbers are exact: floats are the binary fractions that they are.
        """
        members = [tuple(layer) for layer in layers]
        if not members and input_shape is None:
            raise ValueError("a network has a layer at least, or an input shape")
        if input_shape is None:
            first = np.shape(members[0][0])
            if len(first) != 2:
                raise ValueError(f"the weights of layer 0 are no matrix: their shape is {first}")
            input_shape = (first[1],)
        if any(int(extent) != extent or extent < 1 for extent in input_shape):
            raise ValueError(f"an input shape has whole numbers, 1 or more, not {input_shape!r}")
        network = cls(_core.Network([int(extent) for extent in input_shape]))
        for number, layer in enumerate(members):
            if len(layer) not in (2, 3):
                raise ValueError(f"layer {number} is (W, b) or (W, b, activation), not {len(layer)} things")
            try:
                network = network.with_dense(*layer)
            except (ValueError, TypeError) as error:
                raise type(error)(f"layer {number}: {error}") from None
        return network

    def with_dense(self, weights: Any, bias: Any = None, activation: Any = None) -> Network:
        """The network with a dense layer behind it: activation(weights @ before + bias)."""
        matrix, shape = _weights(weights)
        if len(shape) != 2:
            raise ValueError(f"weights are a matrix, not of the shape {shape}")
        biases, bias_shape = _weights(np.zeros(shape[0]) if bias is None else bias)
        if bias_shape != (shape[0],):
            raise ValueError(f"the bias of {shape[0]} neurons has the shape {bias_shape}")
        before = int(np.prod(self.output_shape))
        if shape[1] != before:
            raise ValueError(f"weights of the shape {shape} do not fit the {before} components before them")
        return Network(self._core.with_dense(*self._same_kind(matrix, biases), Activation.of(activation)._core))

    def with_convolution(self, kernel: Any, bias: Any = None, activation: Any = None, *, stride: Any = 1,
                         padding: Any = 0) -> Network:
        """The network with a convolution behind it, as PyTorch means it: kernel of the shape (channels out, channels in,
        height, width), the image padded with zeros. stride and padding are a number or a pair (height, width).
        """
        values, shape = _weights(kernel)
        if len(shape) != 4:
            raise ValueError(f"a kernel has the shape (out, in, height, width), not {shape}")
        biases, bias_shape = _weights(np.zeros(shape[0]) if bias is None else bias)
        if bias_shape != (shape[0],):
            raise ValueError(f"the bias of {shape[0]} channels has the shape {bias_shape}")
        windows = _windows(shape[2:], stride, padding)
        values, biases = self._same_kind(values, biases)
        return Network(self._core.with_convolution(values, biases, windows, Activation.of(activation)._core))

    def with_max_pool(self, size: Any, *, stride: Any = None, padding: Any = 0) -> Network:
        """The network with a max-pooling behind it; the stride is the size of the windows if it is not given."""
        return Network(self._core.with_max_pool(_windows(_pair(size), size if stride is None else stride, padding)))

    def with_activation(self, activation: Any) -> Network:
        """The network with an activation of each component behind it."""
        return Network(self._core.with_activation(Activation.of(activation)._core))

    @staticmethod
    def _same_kind(first: Any, second: Any) -> Tuple[Any, Any]:
        if isinstance(first, np.ndarray) == isinstance(second, np.ndarray):
            return first, second
        return tuple(_core.numbers(v) if isinstance(v, np.ndarray) else v for v in (first, second))  # type: ignore

    def named(self, name: str) -> Network:
        """The same network with a name, which the names of its inputs and outputs begin with: "old.y[0]"."""
        copy = Network(self._core.copy())
        copy._core.name = name
        return copy

    @property
    def name(self) -> str:
        """The name that named() gave it."""
        return self._core.name  # type: ignore[no-any-return]

    @property
    def inputs(self) -> ExpressionArray:
        """Its inputs, as expressions in the shape of its input layer. Each time the same variables."""
        return ExpressionArray(self._core.inputs(), self.input_shape)

    @property
    def outputs(self) -> ExpressionArray:
        """Its outputs at these inputs."""
        return ExpressionArray(self._core.outputs(), self.output_shape)

    def layer(self, number: int) -> ExpressionArray:
        """The components of a layer at these inputs; numbers are those of `layers`."""
        layers = self.layers
        if not -len(layers) <= number < len(layers):
            raise IndexError(f"a network of {len(layers)} layers has no layer {number}")
        return ExpressionArray(self._core.layer(number % len(layers)), layers[number].shape)

    def __call__(self, inputs: Any, name: str = "") -> ExpressionArray:
        """Its outputs at other inputs: expressions, or numbers."""
        if isinstance(inputs, ExpressionArray):
            terms = inputs._terms
        else:
            array = as_array(inputs)
            if array.dtype == object:
                terms = _core.Expressions([_as_expression(member) for member in array.flat])
            else:
                terms = _core.Expressions(_core.numbers(array))
        return ExpressionArray(self._core.applied(terms, name), self.output_shape)

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """The shape of its input layer; images are (channels, height, width)."""
        return tuple(self._core.input_shape)

    @property
    def output_shape(self) -> Tuple[int, ...]:
        """The shape of its output layer."""
        return tuple(self._core.output_shape)

    @property
    def input_count(self) -> int:
        """How many inputs it has."""
        return self._core.input_count  # type: ignore[no-any-return]

    @property
    def output_count(self) -> int:
        """How many outputs it has."""
        return self._core.output_count  # type: ignore[no-any-return]

    @property
    def input_names(self) -> List[str]:
        """What its file calls its inputs."""
        return self._core.input_names  # type: ignore[no-any-return]

    @property
    def output_names(self) -> List[str]:
        """What its file calls its outputs."""
        return self._core.output_names  # type: ignore[no-any-return]

    @property
    def layers(self) -> List[Layer]:
        """All layers in order, the inputs among them."""
        return [Layer(*layer) for layer in self._core.layers]

    @property
    def parameter_count(self) -> int:
        """Weights and biases of all layers."""
        return self._core.parameter_count  # type: ignore[no-any-return]

    @property
    def is_piecewise_linear(self) -> bool:
        """Whether it has neither sigmoid nor tanh neurons."""
        return self._core.is_piecewise_linear  # type: ignore[no-any-return]

    @property
    def precision(self) -> Optional[int]:
        """Steps a unit, of a network of integer neuron constraints (dnn text may say so)."""
        return self._core.precision  # type: ignore[no-any-return]

    def evaluate(self, inputs: Any) -> Values:
        """The exact outputs at exact inputs, for networks without tanh and sigmoid (see evaluate_enclosed)."""
        return Values(self._core.evaluate(self._input_numbers(inputs)), self.output_shape)

    def evaluate_layers(self, inputs: Any) -> List[Values]:
        """The exact values of all layers."""
        layers = self._core.evaluate_layers(self._input_numbers(inputs))
        return [Values(numbers, layer.shape) for numbers, layer in zip(layers, self.layers)]

    def evaluate_enclosed(self, inputs: Any, bits: int = 64) -> List[Tuple[Values, NDArray[Any]]]:
        """By layer values and certified errors: each true value is within its error. For any network."""
        layers = self._core.evaluate_enclosed(self._input_numbers(inputs), bits)
        return [(Values(numbers, layer.shape), np.array(errors).reshape(layer.shape))
                for (numbers, errors), layer in zip(layers, self.layers)]

    def evaluate_float32(self, inputs: Any) -> NDArray[Any]:
        """What float32 arithmetic makes of it: one input, or a batch of them, which has one dimension more."""
        array = np.asarray(inputs, dtype=np.float32)
        count = self.input_count
        if array.ndim == len(self.input_shape) + 1 or (array.ndim == 2 and array.shape[1] == count):
            rows = [self.evaluate_float32(row) for row in array]
            return np.array(rows, dtype=np.float32).reshape((len(array), *self.output_shape))
        if array.size != count:
            raise ValueError(f"a network with {count} inputs is given the shape {array.shape}")
        outputs = self._core.evaluate_float32(np.ascontiguousarray(array.ravel()))
        return outputs.reshape(self.output_shape)  # type: ignore[no-any-return]

    def _input_numbers(self, inputs: Any) -> Any:
        numbers, shape = exact(inputs)
        if len(numbers) != self.input_count:
            raise ValueError(f"a network with {self.input_count} inputs is given the shape {shape}")
        return numbers

    def bounds(self, lower: Any, upper: Any) -> List[LayerBounds]:
        """Rigorous bounds of all components where the inputs are between lower and upper: numbers, or arrays of them."""
        ends = []
        for end in (lower, upper):
            array = as_array(end)
            if array.size not in (1, self.input_count):
                raise ValueError(f"a network with {self.input_count} inputs is given bounds of the shape {array.shape}")
            ends.append(_core.numbers(np.broadcast_to(array.ravel(), (self.input_count,))))
        return [LayerBounds(layer.name, layer.kind, low.reshape(layer.shape), high.reshape(layer.shape))
                for layer, (low, high) in zip(self.layers, self._core.bounds(*ends))]

    def verify(self, condition: Any, **options: Any) -> Verdict:
        """As sinew.verify(); the witness has all inputs of this network, whatever the condition speaks of. For conditions as
        text there is Question.about(network, text)."""
        if isinstance(condition, str):
            raise TypeError("a condition is an expression here; Question.about(network, text) takes a text")
        return Question(condition).include(self.inputs, self.outputs).verify(**options)

    solve = verify

    def question(self, vnnlib: str) -> Question:
        """The question of a property in VNN-LIB 1.0 over this network's inputs X_i and outputs Y_j."""
        return Question._from_query(self._core.question(vnnlib, "property"))

    def minimize(self, objective: Any, condition: Any = True, **options: Any) -> Verdict:
        """The least value of the objective where the condition holds."""
        return Question(condition, minimize=objective).include(self.inputs, self.outputs).optimize(**options)

    def maximize(self, objective: Any, condition: Any = True, **options: Any) -> Verdict:
        """The greatest value of the objective where the condition holds."""
        return Question(condition, maximize=objective).include(self.inputs, self.outputs).optimize(**options)

    def save(self, path: Any) -> None:
        """Writes it as a .dnn file, which is whole or untouched."""
        self._core.save(os.fspath(path))

    def to_text(self) -> str:
        """The network as text of the dnn format."""
        return self._core.dnn_text()  # type: ignore[no-any-return]

    def __reduce__(self) -> Any:
        return _from_text, (self.to_text(), self.name)

    def __repr__(self) -> str:
        kinds = " → ".join(f"{layer.kind} {layer.size}" for layer in self.layers[:8])
        more = " → …" if len(self.layers) > 8 else ""
        return f"<Network {kinds}{more}>"

    def _repr_html_(self) -> str:
        return _html.network(self)


def _as_expression(member: Any) -> Any:
    from ._questions import expression

    return expression(member)


def _pair(value: Any) -> Tuple[int, int]:
    pair = tuple(value) if hasattr(value, "__len__") else (value, value)
    if len(pair) != 2 or any(int(part) != part or part < 0 for part in pair):
        raise ValueError(f"a whole number or a pair (height, width) is expected, not {value!r}")
    return int(pair[0]), int(pair[1])


def _windows(size: Any, stride: Any, padding: Any) -> List[int]:
    (height, width), (down, right), (rows, columns) = size, _pair(stride), _pair(padding)
    return [height, width, down, right, rows, columns, rows, columns]


def _from_text(text: str, name: str) -> Network:
    network = Network(_core.Network.parse(text, "text"))
    return network.named(name) if name else network


def _leaves_out(softmax: str) -> bool:
    if softmax not in ("refuse", "leave-out"):
        raise ValueError(f"softmax is 'refuse' or 'leave-out', not {softmax!r}")
    return softmax == "leave-out"


def read_onnx(path: Any, *, softmax: str = "refuse") -> Network:
    """A network from an ONNX file (docs/onnx.md lists the operators); weights are exact. A softmax that computes the output
    is an error, or left out by softmax="leave-out": classes are the same without it."""
    return Network(_core.Network.load(os.fspath(path), _leaves_out(softmax)))


def read(*files: Any, **options: Any) -> Any:
    """Files of any format that sinew reads: a Network of one .onnx alone, a Question of anything else (dnn text, SMT-LIB,
    .ipq; a network with a property or conditions). Options are those of Question.read().
    """
    if len(files) == 1 and not options and os.fspath(files[0]).removesuffix(".gz").endswith(".onnx"):
        return read_onnx(files[0])
    return Question.read(*files, **options)


def read_network(path: Any) -> Network:
    """A network from ONNX, dnn text or a binarized network's file; what else a dnn text says (conditions, domains) is left
    out."""
    return Network(_core.Network.load(os.fspath(path), False))


def from_torch(module: Any, example_input: Any, *, opset: int = 13, softmax: str = "refuse") -> Network:
    """A module of PyTorch, by its ONNX export with this input (the first dimension is the batch). In evaluation mode."""
    torch: Any = importlib.import_module("torch")  # which has no types where it is not installed

    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"a module of PyTorch is expected, not {type(module).__name__}")
    was_training = module.training
    module.eval()
    try:
        with io.BytesIO() as content, torch.no_grad():
            torch.onnx.export(module, torch.as_tensor(example_input), content, opset_version=opset)
            exported = content.getvalue()
    finally:
        module.train(was_training)
    return Network(_core.Network.parse_onnx(exported, type(module).__name__, _leaves_out(softmax)))


def dict_text(dnn: Dict[str, Any], sections: Dict[str, Any]) -> str:
    """Dicts as text of the dnn format, which is written as Python writes them."""

    def text(value: Any) -> str:
        if isinstance(value, str):
            return repr(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{text(str(key))}: {text(member)}" for key, member in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            members = ", ".join(text(member) for member in value)
            return f"[{members}]" if isinstance(value, list) else f"({members})"
        if isinstance(value, float):
            return float.__repr__(value)
        return str(value)

    members = [f"dnn = {text(dnn)}"]
    members += [f"{name} = {text(value)}" for name, value in sections.items() if value is not None]
    return "\n".join(members) + "\n"


def from_dict(dnn: Dict[str, Any], conditions: Optional[Dict[str, str]] = None, *,
              domains: Optional[Dict[str, str]] = None, objective: Optional[str] = None,
              precision: Optional[int] = None, reading: Optional[str] = None) -> Question:
    """The question of dicts in the dnn format, as docs/formats.md writes them. Numbers are decimals: 0.1 is a tenth."""
    sections = dict(conditions=conditions, domains=domains, objective=objective, precision=precision, reading=reading)
    return Question.parse(dict_text(dnn, sections))
