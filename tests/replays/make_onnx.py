#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes inputs/replays/operand_order.onnx: Y = 10 - 2 relu(3 - 2 X), with the constant first wherever the order matters.

    make_onnx.py FILE
"""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from protobuf import field


def constant(name, value):
    return field(5, field(1, 1) + field(2, 1) + field(8, name) + field(9, struct.pack("<f", value)))


def node(kind, inputs, output):
    return field(1, b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind))


def value(key, name):
    shape = field(2, field(1, field(1, 1)))
    return field(key, field(1, name) + field(2, field(1, field(1, 1) + shape)))


def model():
    graph = (node("Mul", ["two", "X"], "m") + node("Sub", ["three", "m"], "s") + node("Relu", ["s"], "r") + node("Mul", ["two", "r"], "q")
             + node("Sub", ["ten", "q"], "Y") + field(2, "operand_order") + constant("two", 2) + constant("three", 3) + constant("ten", 10)
             + value(11, "X") + value(12, "Y"))
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_bytes(model())
