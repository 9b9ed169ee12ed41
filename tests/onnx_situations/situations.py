# SPDX-License-Identifier: Apache-2.0
"""Situations of ONNX: SITUATIONS[name] = (shape of X, its numbers, what the standard says of Y, opset, how the graph is made).

The outputs are worked out by hand from the standard's text; a text in their place is part of the error that is due."""
from fractions import Fraction as F
import math

SITUATIONS = {}


def case(name, shape, x, y, make, opset=17):
    assert name not in SITUATIONS and math.prod(shape) == len(x), name
    SITUATIONS[name] = (shape, x, y, opset, make)


def unary(kind, x, y, name=None, opset=17, **attributes):
    case(name or kind, [len(x)], x, y, lambda g: g.node(kind, ["X"], **attributes), opset)


def real(g, value):
    return g.node("Cast", [value], to=1)


# Element by element.
unary("Abs", [-2, 0, 3], [2, 0, 3])
unary("Neg", [-2, 0, 3], [2, 0, -3])
unary("Relu", [-2, 0, 3], [0, 0, 3])
unary("Identity", [-2, 3], [-2, 3])
unary("Sign", [-2, 0, 0.25], [-1, 0, 1])
unary("Floor", [-1.5, -1, 1.5], [-2, -1, 1])
unary("Ceil", [-1.5, -1, 1.5], [-1, -1, 2])
unary("Round", [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], [-2, -2, 0, 0, 2, 2], "Round: halves to even")
unary("LeakyRelu", [-2, 4], [-0.5, 4], alpha=0.25)
unary("LeakyRelu", [-2, 4], [4, 4], "LeakyRelu: negative slope", alpha=-2.0)
unary("LeakyRelu", [-2, 4], [-4, 4], "LeakyRelu: slope above 1", alpha=2.0)
unary("HardSigmoid", [-4, 0, 1, 4], [0, 0.5, 0.75, 1], alpha=0.25, beta=0.5)
unary("ThresholdedRelu", [0.5, 1, 2], [0, 0, 2], "ThresholdedRelu: 0 at alpha", alpha=1.0)
unary("ThresholdedRelu", [0.5, 1, 2], [0, 0, 2], "ThresholdedRelu: alpha is 1 unless told")
unary("Dropout", [-2, 3], [-2, 3], "Dropout: identity")
unary("Dropout", [-2, 3], [-2, 3], "Dropout: ratio as attribute", 7, ratio=0.5)
case("Dropout: ratio as input", [2], [-2, 3], [-2, 3], lambda g: g.node("Dropout", ["X", g.number(0.5)]))
unary("Clip", [-9, 9], [-9, 9], "Clip: no bounds")
unary("Clip", [-3, 0, 3], [-1, 0, 2], "Clip: bounds as attributes", 6, min=-1.0, max=2.0)


def clip(g, low, high):
    return g.node("Clip", ["X"] + ["" if each is None else g.number(each) for each in (low, high)])


for title, low, high, y in (("both", -1, 2, [-1, 0, 2]), ("only min", -1, None, [-1, 0, 3]), ("only max", None, 2, [-3, 0, 2]),
                            ("min above max is max", 2, 1, [1, 1, 1]), ("min is max", 1, 1, [1, 1, 1]),
                            ("infinite min", -math.inf, 2, [-3, 0, 2]), ("infinite max", -1, math.inf, [-1, 0, 3])):
    case(f"Clip: {title}", [3], [-3, 0, 3], y, lambda g, low=low, high=high: clip(g, low, high))


# Two operands, with broadcasting.
def binary(kind, values, x, y, name=None, shape=None, sizes=None, swap=False, opset=17):
    def make(g):
        parts = ["X", g.constant([len(values)] if sizes is None else sizes, values)]
        result = g.node(kind, parts[::-1] if swap else parts)
        return real(g, result) if kind in ("Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal") else result

    case(name or kind, shape or [len(x)], x, y, make, opset)


binary("Add", [1, 2], [3, 4], [4, 6])
binary("Sub", [1, 2], [3, 4], [2, 2])
binary("Sub", [1, 2], [3, 4], [-2, -2], "Sub: constant first", swap=True)
binary("Mul", [2, -2], [3, 4], [6, -8])
binary("Div", [2, -4], [3, 4], [1.5, -1])
binary("Div", [3], [1], [F(1, 3)], "Div: an exact rational")
binary("Div", [0], [1], "zero", "Div: by zero")
binary("Add", [10, 20], [1, 2, 3, 4], [11, 22, 13, 24], "Add: a row", [2, 2])
binary("Add", [10, 20], [1, 2, 3, 4], [11, 12, 23, 24], "Add: a column", [2, 2], [2, 1])
binary("Add", [10], [1, 2], [11, 12], "Add: a scalar", sizes=[])
binary("Add", [10, 20], [1, 2], [11, 12, 21, 22], "Add: X is broadcast", [1, 2], [2, 1])
binary("Add", [1, 2, 3], [1, 2], "do not fit", "Add: shapes that do not fit")
binary("Mul", [2, 3], [1, 2], [2, 4, 3, 6], "Mul: X is broadcast", [1, 2], [2, 1])
binary("Max", [1, 1], [0, 2], [1, 2])
binary("Min", [1, 1], [0, 2], [0, 1])
binary("Max", [1, 3], [2, 2], [2, 3], "Max: another constant for each element")
binary("Sum", [1, 2], [3, 4], [4, 6])
binary("Mean", [1, 2], [3, 4], [2, 3])
for kind, y in (("Greater", [0, 0, 1]), ("GreaterOrEqual", [0, 1, 1]), ("Less", [1, 0, 0]), ("LessOrEqual", [1, 1, 0]), ("Equal", [0, 1, 0])):
    binary(kind, [1], [0.5, 1, 2], y, f"{kind}: below, at, above")
    binary(kind, [1], [0.5, 1, 2], y if kind == "Equal" else [1 - v if i != 1 else v for i, v in enumerate(y)], f"{kind}: constant first", swap=True)
for kind, y in (("And", [0, 1, 0]), ("Or", [1, 1, 1]), ("Xor", [1, 0, 1])):
    case(kind, [3], [-1, 1, 3], y, lambda g, kind=kind: real(g, g.node(kind, [g.node("Greater", ["X", g.number(0)]), g.node("Less", ["X", g.number(2)])])))
case("Not", [2], [-1, 1], [1, 0], lambda g: real(g, g.node("Not", [g.node("Greater", ["X", g.number(0)])])))
case("Where: ReLU", [3], [-1, 0, 2], [0, 0, 2], lambda g: g.node("Where", [g.node("Greater", ["X", g.number(0)]), "X", g.number(0)]))
case("Where: constant condition", [2], [3, 4], [3, 9], lambda g: g.node("Where", [g.constant([2], [1, 0], "bool"), "X", g.number(9)]))
case("Where: condition widens", [2], [3, 4], [3, 4, 9, 9],
     lambda g: g.node("Where", [g.constant([2, 1], [1, 0], "bool"), "X", g.number(9)]))
case("PRelu: by channel", [1, 2, 2], [-1, 1, -1, 1], [-0.5, 1, 2, 1], lambda g: g.node("PRelu", ["X", g.constant([2, 1], [0.5, -2])]))
for exponent, y in ((2, [4, 9]), (3, [-8, 27]), (0, [1, 1]), (1, [-2, 3]), (-1, [F(-1, 2), F(1, 3)])):
    case(f"Pow: {exponent}", [2], [-2, 3], y, lambda g, e=exponent: g.node("Pow", ["X", g.number(e)]))
case("Mul: X with itself", [2], [-2, 3], [4, 9], lambda g: g.node("Mul", ["X", "X"]))
case("Reciprocal", [2], [-2, 3], [F(-1, 2), F(1, 3)], lambda g: g.node("Reciprocal", ["X"]))

# Casts.
for to in (6, 7):
    unary("Cast", [-1.5, -0.5, 0.5, 1.75], [-1, 0, 0, 1], f"Cast: towards zero, type {to}", to=to)
unary("Cast", [-2, 0, 0.5], [1, 0, 1], "Cast: to Booleans", to=9)
unary("Cast", [300], "uint8", "Cast: a number that uint8 does not have", to=2)
unary("Cast", [0.25], [0.25], "Cast: between real types", to=11)
case("Cast: constants to float16 are rounded", [1], [0], [F(4097, 4096) - F(1, 4096)],
     lambda g: g.node("Add", ["X", g.node("Cast", [g.node("Cast", [g.number(1.000244140625)], to=10)], to=1)]))

# Dense layers.
for a in (0, 1):
    for b in (0, 1):
        weights = [1, 0, 2, 1, 0, 3] if not b else [1, 2, 0, 0, 1, 3]  # (3, 2)
        case(f"Gemm: transA {a} transB {b}", [3, 1] if a else [1, 3], [1, 2, 3], [12, 24],
             lambda g, a=a, b=b, w=weights: g.node("Gemm", ["X", g.constant([2, 3] if b else [3, 2], w), g.constant([2], [4, 4])],
                                                   transA=a, transB=b, alpha=2.0, beta=0.5))
case("Gemm: no bias", [1, 2], [1, 2], [5], lambda g: g.node("Gemm", ["X", g.constant([2, 1], [1, 2])]))
case("Gemm: X second", [2, 1], [1, 2], [5, 6], lambda g: g.node("Gemm", [g.constant([2, 2], [1, 2, 2, 2]), "X"]))
case("Gemm: bias is one column", [2, 1], [1, 2], [11, 22], lambda g: g.node("Gemm", ["X", g.constant([1, 1], [1]), g.constant([2, 1], [10, 20])]))
case("Gemm: shapes that do not fit", [1, 2], [1, 2], "", lambda g: g.node("Gemm", ["X", g.constant([3, 1], [1, 2, 3])]))
case("MatMul: vector and matrix", [2], [1, 2], [7, 10], lambda g: g.node("MatMul", ["X", g.constant([2, 2], [1, 2, 3, 4])]))
case("MatMul: matrix and vector", [2], [1, 2], [5, 11], lambda g: g.node("MatMul", [g.constant([2, 2], [1, 2, 3, 4]), "X"]))
case("MatMul: vectors", [2], [1, 2], [11], lambda g: g.node("MatMul", ["X", g.constant([2], [3, 4])]))
case("MatMul: a batch", [1, 1, 2], [1, 2], [5, 11], lambda g: g.node("MatMul", ["X", g.constant([2, 2, 1], [1, 2, 3, 4])]))
case("Einsum: transposed", [1, 2], [1, 2], [5, 11], lambda g: g.node("Einsum", ["X", g.constant([2, 2], [1, 2, 3, 4])], equation="ij,kj->ik"))
case("Einsum: diagonal", [2, 2], [1, 2, 3, 4], [1, 4], lambda g: g.node("Einsum", ["X"], equation="ii->i"))

# Windows.
LINE = [1, 2, 3, 4]


def window(name, kind, y, weights=None, x=None, **attributes):
    x = x or LINE
    if weights is None:
        case(name, [1, 1, len(x)], x, y, lambda g: g.node(kind, ["X"], **attributes))
    else:
        case(name, [1, 1, len(x)], x, y, lambda g: g.node(kind, ["X", g.constant([1, 1, len(weights)], weights)], **attributes))


window("Conv: plain", "Conv", [5, 8, 11], [1, 2])
window("Conv: SAME_UPPER", "Conv", [5, 8, 11, 4], [1, 2], auto_pad="SAME_UPPER")
window("Conv: SAME_LOWER", "Conv", [2, 5, 8, 11], [1, 2], auto_pad="SAME_LOWER")
window("Conv: SAME_UPPER with strides", "Conv", [8, 11], [1, 2, 1], auto_pad="SAME_UPPER", strides=[2])
window("Conv: SAME_LOWER with strides", "Conv", [4, 12], [1, 2, 1], auto_pad="SAME_LOWER", strides=[2])
window("Conv: VALID", "Conv", [5, 8, 11], [1, 2], auto_pad="VALID")
window("Conv: pads of two kinds", "Conv", [2, 5, 8, 11, 4], [1, 2], pads=[1, 1])
window("Conv: pads at the end", "Conv", [5, 8, 11, 4], [1, 2], pads=[0, 1])
window("Conv: dilations", "Conv", [7, 10], [1, 2], dilations=[2])
window("Conv: strides", "Conv", [5, 11], [1, 2], strides=[2])
window("ConvTranspose: plain", "ConvTranspose", [1, 4, 7, 10, 8], [1, 2])
window("ConvTranspose: strides", "ConvTranspose", [1, 2, 2, 4], [1, 2], x=[1, 2], strides=[2])
window("ConvTranspose: pads", "ConvTranspose", [4, 7, 10], [1, 2], pads=[1, 1])
window("ConvTranspose: output_padding", "ConvTranspose", [1, 2, 2, 4, 0], [1, 2], x=[1, 2], strides=[2], output_padding=[1])
window("MaxPool: plain", "MaxPool", [2, 3, 4], kernel_shape=[2])
window("MaxPool: ceil_mode off", "MaxPool", [3], kernel_shape=[3], strides=[2])
window("MaxPool: ceil_mode", "MaxPool", [3, 4], kernel_shape=[3], strides=[2], ceil_mode=1)
window("MaxPool: padding is no number", "MaxPool", [-1, -1, -2], x=[-1, -2], kernel_shape=[2], pads=[1, 1])
window("MaxPool: dilations", "MaxPool", [3, 4], kernel_shape=[2], dilations=[2])
window("MaxPool: SAME_LOWER", "MaxPool", [1, 2, 3, 4], kernel_shape=[2], auto_pad="SAME_LOWER")
window("MaxPool: SAME_UPPER", "MaxPool", [2, 3, 4, 4], kernel_shape=[2], auto_pad="SAME_UPPER")
window("AveragePool: plain", "AveragePool", [1.5, 2.5, 3.5], kernel_shape=[2])
window("AveragePool: padding left out", "AveragePool", [1, 1.5, 2.5, 3.5, 4], kernel_shape=[2], pads=[1, 1])
window("AveragePool: padding counted", "AveragePool", [0.5, 1.5, 2.5, 3.5, 2], kernel_shape=[2], pads=[1, 1], count_include_pad=1)
window("AveragePool: ceil_mode", "AveragePool", [2, 3.5], kernel_shape=[3], strides=[2], ceil_mode=1)
window("GlobalAveragePool", "GlobalAveragePool", [2.5])
window("GlobalMaxPool", "GlobalMaxPool", [4])
case("Conv: groups", [1, 2, 2], [1, 2, 3, 4], [2, 4, 9, 12], lambda g: g.node("Conv", ["X", g.constant([2, 1, 1], [2, 3])], group=2))
case("Conv: 2-D with bias", [1, 1, 2, 2], LINE, [40], lambda g: g.node("Conv", ["X", g.constant([1, 1, 2, 2], LINE), g.constant([1], [10])]))
case("Conv: several images", [2, 1, 2], LINE, "image", lambda g: g.node("Conv", ["X", g.constant([1, 1, 1], [2])]))
case("BatchNormalization", [1, 2], [1, 2], [7, 1],
     lambda g: g.node("BatchNormalization", ["X"] + [g.constant([2], each) for each in ([2, 3], [5, 1], [0, 2], [1, 4])], epsilon=0.0))
