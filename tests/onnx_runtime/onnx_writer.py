# SPDX-License-Identifier: Apache-2.0
"""ONNX files without a library."""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from protobuf import field, float_field

ELEMENT_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int64": 7, "bool": 9}
FORMATS = {"float32": "f", "uint8": "B", "int8": "b", "int64": "q", "bool": "?"}


def attribute(name, value):
    message = field(1, name)
    if isinstance(value, int):
        return message + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return message + float_field(2, value) + field(20, 1)
    if isinstance(value, str):
        return message + field(4, value) + field(20, 3)
    return message + b"".join(field(8, each) for each in value) + field(20, 7)


def value_info(name, element, shape):
    message = field(1, ELEMENT_TYPES[element])
    if shape is not None:
        message += field(2, b"".join(field(1, field(1, size)) for size in shape))
    return field(1, name) + field(2, field(1, message))


class Graph:
    """Nodes and constants, each of which gets a name when it is added."""

    def __init__(self, opset):
        self.opset = opset
        self._body = b""
        self._count = 0

    def _name(self):
        self._count += 1
        return f"t{self._count}"

    def constant(self, shape, values, element="float32"):
        name = self._name()
        data = struct.pack(f"<{len(values)}{FORMATS[element]}", *values)
        sizes = b"".join(field(1, size) for size in shape)
        self._body += field(5, sizes + field(2, ELEMENT_TYPES[element]) + field(8, name) + field(9, data))
        return name

    def number(self, value, element="float32"):
        return self.constant([], [value], element)

    def indices(self, values):
        return self.constant([len(values)], values, "int64")

    def node(self, kind, inputs, outputs=1, output=None, **attributes):
        """The name of its output, or a list of several."""
        names = [output] if output else [self._name() for _ in range(outputs)]
        message = b"".join(field(1, name) for name in inputs) + b"".join(field(2, name) for name in names)
        message += field(4, kind) + b"".join(field(5, attribute(*each)) for each in attributes.items())
        self._body += field(1, message)
        return names if outputs > 1 else names[0]

    def model(self, shape, result):
        """The file: an input X of that shape, an output Y."""
        self.node("Identity", [result], output="Y")
        graph = self._body + field(2, "graph") + field(11, value_info("X", "float32", shape))
        graph += field(12, value_info("Y", "float32", None))
        return field(1, 8) + field(7, graph) + field(8, field(2, self.opset))
