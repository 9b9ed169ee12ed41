# SPDX-License-Identifier: Apache-2.0
"""Small networks of ReLU neurons: as ONNX, as terms of SMT-LIB, and their exact values."""
import pathlib
import random
import struct
import sys
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from protobuf import field

TYPES = {"float32": 1, "int8": 3, "int32": 6, "int64": 7, "float64": 11}


def _tensor(name, shape, numbers):
    raw = b"".join(struct.pack("<f", float(number)) for number in numbers)
    return field(5, b"".join(field(1, extent) for extent in shape) + field(2, 1) + field(8, name) + field(9, raw))


def _node(kind, inputs, output, attributes=b""):
    return field(1, b"".join(field(1, name) for name in inputs) + field(2, output) + field(3, "n_" + output) + field(4, kind) + attributes)


def _value(key, name, kind, shape):
    extents = b"".join(field(1, field(1, extent)) for extent in shape)
    return field(key, field(1, name) + field(2, field(1, field(1, TYPES[kind]) + field(2, extents))))


def smt(value):
    value = Fraction(value)
    size = f"(/ {abs(value.numerator)}.0 {value.denominator}.0)"
    return size if value >= 0 else f"(- {size})"


class Network:
    """Inputs of any shapes laid end to end, dense layers with ReLU between them; the outputs are parted likewise.

    layers: lists of rows, each a list of weights and a bias behind them."""

    def __init__(self, layers, inputs, outputs):
        self.layers, self.inputs, self.outputs = layers, inputs, outputs

    def onnx(self):
        graph, parts = b"", []
        for i, (kind, shape) in enumerate(self.inputs):
            count = 1
            for extent in shape:
                count *= extent
            source = f"x{i}"
            if kind != "float32":
                graph += _node("Cast", [source], f"cast{i}", field(5, field(1, "to") + field(3, 1) + field(20, 2)))
                source = f"cast{i}"
            graph += field(5, field(1, 2) + field(2, 7) + field(8, f"flat{i}") + field(9, struct.pack("<qq", 1, count)))
            graph += _node("Reshape", [source, f"flat{i}"], f"row{i}")
            parts.append(f"row{i}")
        last = parts[0]
        if len(parts) > 1:
            graph += _node("Concat", parts, "all", field(5, field(1, "axis") + field(3, 1) + field(20, 2)))
            last = "all"
        for n, rows in enumerate(self.layers):
            columns = len(rows[0]) - 1
            graph += _tensor(f"w{n}", [columns, len(rows)], [row[c] for c in range(columns) for row in rows]) + _tensor(f"b{n}", [len(rows)], [row[-1] for row in rows])
            graph += _node("MatMul", [last, f"w{n}"], f"product{n}") + _node("Add", [f"product{n}", f"b{n}"], f"sum_{n}_out")
            last = f"sum_{n}_out"
            if n + 1 < len(self.layers):
                graph += _node("Relu", [last], f"relu_{n}_out")
                last = f"relu_{n}_out"
        begin = 0
        for i, (kind, shape) in enumerate(self.outputs):
            count = 1
            for extent in shape:
                count *= extent
            graph += _tensor_of_integers(f"begin{i}", [begin]) + _tensor_of_integers(f"end{i}", [begin + count]) + _tensor_of_integers(f"axis{i}", [1])
            graph += _node("Slice", [last, f"begin{i}", f"end{i}", f"axis{i}"], f"part{i}")
            graph += _tensor_of_integers(f"shape{i}", shape) + _node("Reshape", [f"part{i}", f"shape{i}"], f"y{i}")
            begin += count
        for i, (kind, shape) in enumerate(self.inputs):
            graph += _value(11, f"x{i}", kind, shape)
        for i, (kind, shape) in enumerate(self.outputs):
            graph += _value(12, f"y{i}", kind, shape)
        return field(1, 8) + field(7, graph + field(2, "network")) + field(8, field(2, 13))

    def values(self, inputs):
        """Of all layers: sums and neurons, by the names that ONNX has."""
        known, last = {}, list(inputs)
        for n, rows in enumerate(self.layers):
            last = [sum((w * x for w, x in zip(row, last)), row[-1]) for row in rows]
            known[f"sum_{n}_out"] = last
            if n + 1 < len(self.layers):
                last = [max(value, Fraction(0)) for value in last]
                known[f"relu_{n}_out"] = last
        return known

    def script(self, prefix, inputs):
        """Definitions of all layers' values over terms of SMT-LIB, and the terms by the names that ONNX has."""
        text, known, last = "", {}, list(inputs)
        for n, rows in enumerate(self.layers):
            terms = []
            for r, row in enumerate(rows):
                name = f"{prefix}_sum_{n}_{r}"
                summands = " ".join(f"(* {smt(w)} {x})" for w, x in zip(row, last) if w != 0)
                text += f"(define-fun {name} () Real (+ {summands} {smt(row[-1])} 0.0))\n"
                terms.append(name)
            known[f"sum_{n}_out"] = last = terms
            if n + 1 < len(self.layers):
                terms = []
                for r, source in enumerate(last):
                    name = f"{prefix}_relu_{n}_{r}"
                    text += f"(define-fun {name} () Real (ite (> {source} 0.0) {source} 0.0))\n"
                    terms.append(name)
                known[f"relu_{n}_out"] = last = terms
        return text, known


def _tensor_of_integers(name, numbers):
    shape = field(1, len(numbers))
    return field(5, shape + field(2, 7) + field(8, name) + field(9, struct.pack("<" + "q" * len(numbers), *numbers)))


def random_network(seed, sizes, inputs, outputs):
    """Weights are eighths, so that float32 holds them."""
    chance = random.Random(seed)
    layers = [[[Fraction(chance.randint(-12, 12), 8) for _ in range(columns + 1)] for _ in range(rows)] for columns, rows in zip(sizes, sizes[1:])]
    return Network(layers, inputs, outputs)


def pruned(network, seed):
    """A copy without its smallest weights, and some of the others a little changed."""
    chance = random.Random(seed)
    layers = [[[Fraction(0) if abs(w) < Fraction(2, 8) else w + Fraction(chance.choice([-1, 0, 0, 1]), 64) for w in row] for row in rows] for rows in network.layers]
    return Network(layers, network.inputs, network.outputs)
