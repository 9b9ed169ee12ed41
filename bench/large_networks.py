#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Large networks of random weights as ONNX, with a question each, to measure time and memory on.

usage: large_networks.py FOLDER [NAME...]

Writes FOLDER/NAME.onnx, FOLDER/NAME.vnnlib and FOLDER/instances.csv. NAME is one of those that NETWORKS lists (default:
all that take less than 100 MB). Needs no library.
"""
import array
import math
import os
import pathlib
import random
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/support"))
from protobuf import field, varint


class Numbers:
    """Random numbers of a standard deviation, made quickly: slices of one pool, each scaled by itself."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pool = [self.random.gauss(0, 1) for _ in range(1 << 16)]

    def take(self, count, deviation, code, zeros=0.0):
        pool = array.array(code, [x * deviation for x in self.pool])
        if zeros > 0:
            for i in range(len(pool)):
                if self.random.random() < zeros:
                    pool[i] = 0
        if code == 'd':  # doubles that are floats
            pool = array.array('d', array.array('f', pool))
        out = bytearray()
        size = pool.itemsize
        raw = pool.tobytes()
        while len(out) < count * size:
            begin = self.random.randrange(len(pool) - 1024)
            out += raw[begin * size:]
        return bytes(memoryview(out)[:count * size])


class Model:
    def __init__(self, path, inputs, seed=1, code='f'):
        self.file = open(path, 'wb')
        self.numbers = Numbers(seed)
        self.code = code
        self.shape = inputs
        self.inputs = inputs
        self.value = 'X'
        self.nodes = []
        self.initializers = []  # (name, dims, count, deviation)
        self.sizes = 0

    def tensor(self, dims, deviation, zeros=0.0):
        name = 'w%d' % len(self.initializers)
        self.initializers.append((name, dims, math.prod(dims), deviation, zeros))
        return name

    def node(self, kind, inputs, attributes=b''):
        out = 'v%d' % len(self.nodes)
        body = b''.join(field(1, name.encode()) for name in inputs) + field(2, out.encode())
        body += field(3, ('n%d' % len(self.nodes)).encode()) + field(4, kind.encode()) + attributes
        self.nodes.append(body)
        self.value = out

    @staticmethod
    def ints(name, values):
        body = field(1, name.encode()) + b''.join(field(8, v) for v in values) + field(20, 7)
        return field(5, body)

    @staticmethod
    def integer(name, value):
        return field(5, field(1, name.encode()) + field(3, value) + field(20, 2))

    def relu(self):
        self.node('Relu', [self.value])

    def conv(self, channels, kernel=3, pad=1, stride=1):
        deep, height, width = self.shape
        weight = self.tensor([channels, deep, kernel, kernel], math.sqrt(2 / (deep * kernel * kernel)))
        bias = self.tensor([channels], 0.05)
        self.node('Conv', [self.value, weight, bias],
                  self.ints('kernel_shape', [kernel] * 2) + self.ints('pads', [pad] * 4) +
                  self.ints('strides', [stride] * 2))
        side = lambda n: (n + 2 * pad - kernel) // stride + 1
        self.shape = [channels, side(height), side(width)]

    def pool(self, kind='MaxPool'):
        self.node(kind, [self.value], self.ints('kernel_shape', [2, 2]) + self.ints('strides', [2, 2]))
        self.shape = [self.shape[0], self.shape[1] // 2, self.shape[2] // 2]

    def flatten(self):
        self.node('Flatten', [self.value], self.integer('axis', 1))
        self.shape = [math.prod(self.shape)]

    def dense(self, size, zeros=0.0, transposed=False):
        deep = self.shape[0]
        dims = [deep, size] if transposed else [size, deep]
        weight = self.tensor(dims, math.sqrt(2 / (deep * (1 - zeros))), zeros)
        bias = self.tensor([size], 0.05)
        if transposed:
            self.node('MatMul', [self.value, weight])
            self.node('Add', [self.value, bias])
        else:
            self.node('Gemm', [self.value, weight, bias], self.integer('transB', 1))
        self.shape = [size]

    def value_info(self, name, shape):
        dims = b''.join(field(1, field(1, extent)) for extent in [1] + shape)
        elem = 1 if self.code == 'f' else 11
        return field(1, name.encode()) + field(2, field(1, field(1, elem) + field(2, dims)))

    def finish(self):
        item = 4 if self.code == 'f' else 8
        graph_begin = b''.join(field(1, node) for node in self.nodes) + field(2, b'large')
        graph_end = field(11, self.value_info('X', self.inputs)) + field(12, self.value_info(self.value, self.shape))
        heads = []
        for name, dims, count, _, _ in self.initializers:
            head = b''.join(field(1, d) for d in dims) + field(2, 1 if self.code == 'f' else 11) + field(8, name.encode())
            head += varint(9 << 3 | 2) + varint(count * item)
            heads.append(head)
        sizes = [len(head) + entry[2] * item for head, entry in zip(heads, self.initializers)]
        total = len(graph_begin) + len(graph_end) + sum(1 + len(varint(size)) + size for size in sizes)
        self.file.write(field(1, 7) + field(8, field(1, b'') + field(2, 13)) + varint(7 << 3 | 2) + varint(total))
        self.file.write(graph_begin)
        for head, size, (_, _, count, deviation, zeros) in zip(heads, sizes, self.initializers):
            self.file.write(varint(5 << 3 | 2) + varint(size) + head)
            self.file.write(self.numbers.take(count, deviation, self.code, zeros))
        self.file.write(graph_end)
        self.file.close()
        return math.prod(self.inputs), self.shape[0]


def vgg(path, side, widths, blocks, top):
    model = Model(path, [3, side, side])
    for width, count in zip(widths, blocks):
        for _ in range(count):
            model.conv(width)
            model.relu()
        model.pool()
    model.flatten()
    for size in top[:-1]:
        model.dense(size)
        model.relu()
    model.dense(top[-1])
    return model.finish()


def dense(path, inputs, sizes, code='f', zeros=0.0, transposed=False):
    model = Model(path, [inputs], code=code)
    for size in sizes[:-1]:
        model.dense(size, zeros, transposed)
        model.relu()
    model.dense(sizes[-1])
    return model.finish()


# name: (megabytes, radius of the box, how it is made)
NETWORKS = {
    'dense_4m': (16, 0.001, lambda path: dense(path, 784, [2048, 1024, 10])),
    'dense_10m': (40, 0.001, lambda path: dense(path, 1000, [2500, 2000, 1000, 10])),
    'matmul_10m': (40, 0.001, lambda path: dense(path, 1000, [2500, 2000, 1000, 10], transposed=True)),
    'double_10m': (80, 0.001, lambda path: dense(path, 1000, [2500, 2000, 1000, 10], code='d')),
    'few_inputs_42m': (168, 0.01, lambda path: dense(path, 5, [6400, 6400, 10])),
    'sparse_40m': (160, 0.01, lambda path: dense(path, 2, [6300, 6300, 10], zeros=0.98)),
    'vgg_like': (40, 0.001, lambda path: vgg(path, 64, [32, 64, 128, 256], [2, 2, 3, 3], [1024, 1024, 100])),
    'vgg16': (528, 0.0001, lambda path: vgg(path, 224, [64, 128, 256, 512, 512], [2, 2, 3, 3, 3], [4096, 4096, 1000])),
}


def question(path, inputs, outputs, radius):
    with open(path, 'w') as file:
        for i in range(inputs):
            file.write('(declare-const X_%d Real)\n' % i)
        for i in range(outputs):
            file.write('(declare-const Y_%d Real)\n' % i)
        for i in range(inputs):
            centre = (i * 37 % 101) / 101
            file.write('(assert (>= X_%d %.6f))\n(assert (<= X_%d %.6f))\n' % (i, centre - radius, i, centre + radius))
        file.write('(assert (or')
        for i in range(1, outputs):
            file.write(' (and (>= Y_%d Y_0))' % i)
        file.write('))\n')


def main():
    if len(sys.argv) < 2 or any(name not in NETWORKS for name in sys.argv[2:]):
        sys.exit(__doc__ + '\nNAME: ' + ', '.join(NETWORKS))
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    names = sys.argv[2:] or [name for name, (size, _, _) in NETWORKS.items() if size < 100]
    with open(os.path.join(folder, 'instances.csv'), 'w') as table:
        for name in names:
            _, radius, make = NETWORKS[name]
            inputs, outputs = make(os.path.join(folder, name + '.onnx'))
            question(os.path.join(folder, name + '.vnnlib'), inputs, outputs, radius)
            table.write('%s.onnx,%s.vnnlib,60,\n' % (name, name))


if __name__ == '__main__':
    main()
