#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Networks of ACAS Xu against copies of them, as questions, and which of them are answered.

usage: network_pairs.py write FOLDER [--networks ACASXU-FOLDER] [--pairs N] [--seed N]
       network_pairs.py table FOLDER [--program SINEW] [--limit SECONDS] [--filter TEXT]

`write` makes FOLDER/NAME.onnx (the network and its copy over one input, ten outputs), FOLDER/NAME.vnnlib and
FOLDER/instances.csv: pairs whose weights are off by a share of 1e-1 to 1e-4 of themselves (retrained), pruned by 1 to
10 %, or rounded to 6 to 12 bits, each over a box of ACAS Xu's properties 1 to 4, over a tenth of it, or over the whole
input space (the names that begin with `whole`). Asked is whether some output differs by more than a multiple of the
largest difference that was sampled: mostly it does not.
`table` asks each with and without coupled bounds under a limit of processor time, and prints which are answered.
Needs no library.
"""
import argparse
import array
import pathlib
import random
import re
import resource
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "tests/support"))
from protobuf import field, fields


class Tensor:
    def __init__(self, data):
        self.dims, self.name, self.numbers, self.plain = [], '', None, data
        kind = 1
        for number, value in fields(data):
            if number == 1:
                self.dims.append(value)
            elif number == 2:
                kind = value
            elif number == 8:
                self.name = value.decode()
            elif number in (4, 9):
                self.numbers = array.array('f', value)
        if kind != 1:
            self.numbers = None

    def message(self, name, numbers=None):
        if self.numbers is None:
            return b''.join(field(n, v) for n, v in fields(self.plain) if n != 8) + field(8, name.encode())
        raw = array.array('f', self.numbers if numbers is None else numbers).tobytes()
        return b''.join(field(1, d) for d in self.dims) + field(2, 1) + field(8, name.encode()) + field(9, raw)


class Network:
    """What ACAS Xu's networks consist of: a chain of Sub, Flatten, MatMul, Add and Relu."""

    def __init__(self, path):
        graph = dict(fields(path.read_bytes()))[7]
        self.nodes, self.tensors = [], {}
        inputs = []
        for number, value in fields(graph):
            if number == 1:
                self.nodes.append(value)
            elif number == 5:
                tensor = Tensor(value)
                self.tensors[tensor.name] = tensor
            elif number == 11:
                inputs.append(dict(fields(value))[1].decode())
            elif number == 12:
                self.output = dict(fields(value))[1].decode()
        self.input = next(name for name in inputs if name not in self.tensors)

    def weights(self):
        """Names of what is changed in a copy: weights and biases of the layers."""
        return [name for name, tensor in self.tensors.items() if tensor.numbers is not None and ('MatMul' in name or 'Add' in name)]

    def parts(self, prefix, weights):
        """Nodes and initializers, over the input X."""
        out = b''
        for node in self.nodes:
            message = b''
            for number, value in fields(node):
                if number in (1, 2, 3):
                    name = value.decode()
                    value = ('X' if number == 1 and name == self.input else prefix + name).encode()
                message += field(number, value)
            out += field(1, message)
        for name, tensor in self.tensors.items():
            out += field(5, tensor.message(prefix + name, weights.get(name)))
        return out

    def value(self, point, weights):
        values = list(point)
        for node in self.nodes:
            kind, names = '', []
            for number, value in fields(node):
                if number == 1:
                    names.append(value.decode())
                elif number == 4:
                    kind = value.decode()
            constants = [weights.get(name, self.tensors[name].numbers) for name in names if name in self.tensors]
            if kind == 'MatMul':
                columns = self.tensors[names[1]].dims[1]
                values = [sum(v * constants[0][i * columns + c] for i, v in enumerate(values) if v) for c in range(columns)]
            elif kind == 'Add':
                values = [v + c for v, c in zip(values, constants[0])]
            elif kind == 'Sub':
                values = [v - c for v, c in zip(values, constants[0])]
            elif kind == 'Relu':
                values = [max(v, 0) for v in values]
            elif kind not in ('Flatten', 'Reshape'):
                sys.exit('an operator that is none of those of ACAS Xu: ' + kind)
        return values


def tensor_type(name, dims):
    shape = b''.join(field(1, field(1, d)) for d in dims)
    return field(1, name.encode()) + field(2, field(1, field(1, 1) + field(2, shape)))


def merged(network, copy):
    concat = b''.join(field(1, name.encode()) for name in ('f_' + network.output, 'g_' + network.output))
    concat += field(2, b'Y') + field(4, b'Concat') + field(5, field(1, b'axis') + field(3, 1) + field(20, 2))
    graph = network.parts('f_', {}) + network.parts('g_', copy) + field(1, concat) + field(2, b'pair')
    graph += field(11, tensor_type('X', [1, 1, 1, 5])) + field(12, tensor_type('Y', [1, 10]))
    return field(1, 7) + field(7, graph) + field(8, field(2, 13))


def copied(network, kind, amount, draw):
    """Weights of the copy by name, as float32."""
    result = {}
    if kind == 'pruned':
        sizes = sorted(abs(w) for name in network.weights() if 'MatMul' in name for w in network.tensors[name].numbers)
        least = sizes[int(amount * len(sizes))]
    for name in network.weights():
        numbers = network.tensors[name].numbers
        if kind == 'pruned':
            if 'MatMul' not in name:
                continue
            changed = [0.0 if abs(w) < least else w for w in numbers]
        elif kind == 'rounded':
            unit = max(abs(w) for w in numbers) / 2 ** (amount - 1)
            changed = [round(w / unit) * unit for w in numbers]
        else:
            changed = [w * (1 + amount * draw.uniform(-1, 1)) for w in numbers]
        result[name] = array.array('f', changed)
    return result


space = [(-0.328422877, 0.679857769), (-0.499999896, 0.499999896), (-0.499999896, 0.499999896), (-0.5, 0.5), (-0.5, 0.5)]
properties = [
    [(0.6, 0.679857769), (-0.5, 0.5), (-0.5, 0.5), (0.45, 0.5), (-0.5, -0.45)],
    [(-0.303531156, -0.298552812), (-0.009549297, 0.009549297), (0.493380324, 0.5), (0.3, 0.5), (0.3, 0.5)],
    [(-0.303531156, -0.298552812), (-0.009549297, 0.009549297), (0.0, 0.0), (0.318181818, 0.5), (0.083333333, 0.166666667)],
]


def question(folder, name, box, threshold):
    lines = [f'(declare-const X_{i} Real)' for i in range(5)] + [f'(declare-const Y_{i} Real)' for i in range(10)]
    for i, (low, high) in enumerate(box):
        lines += [f'(assert (>= X_{i} {low:.9f}))', f'(assert (<= X_{i} {high:.9f}))']
    apart = ' '.join(f'(>= (- Y_{i + 5} Y_{i}) {threshold:.9f}) (<= (- Y_{i + 5} Y_{i}) {-threshold:.9f})' for i in range(5))
    lines.append(f'(assert (or {apart}))')
    (folder / (name + '.vnnlib')).write_text('\n'.join(lines) + '\n', encoding='utf-8')


def write(options):
    folder = pathlib.Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(options.seed)
    files = sorted(pathlib.Path(options.networks).glob('*.onnx'))
    if not files:
        sys.exit(f'no networks in {options.networks}')
    kinds = [('retrained', amount) for amount in (1e-1, 3e-2, 1e-2, 1e-3, 1e-4)]
    kinds += [('pruned', 0.1), ('pruned', 0.05), ('pruned', 0.01), ('rounded', 8), ('rounded', 12)]
    rows = []

    def add(name, network, kind, amount, box, multiple, threshold=None):
        copy = copied(network, kind, amount, draw)
        largest = 0
        for _ in range(100):
            point = [draw.uniform(*side) for side in box]
            largest = max(largest, max(abs(a - b) for a, b in zip(network.value(point, {}), network.value(point, copy))))
        threshold = multiple * largest if threshold is None else threshold
        (folder / (name + '.onnx')).write_bytes(merged(network, copy))
        question(folder, name, box, threshold)
        rows.append(f'{name}.onnx,{name}.vnnlib,60,')
        print(f'{name}: sampled {largest:.3g}, asked {threshold:.3g}', flush=True)

    for i in range(options.pairs):
        kind, amount = kinds[i % len(kinds)]
        network = Network(files[(7 * i) % len(files)])
        box = properties[i // len(kinds) % len(properties)]
        if i // len(kinds) >= len(properties):  # a part of the whole input space
            corner = [draw.uniform(low, high - 0.3 * (high - low)) for low, high in space]
            box = [(c, c + 0.3 * (high - low)) for c, (low, high) in zip(corner, space)]
        add(f'{kind}_{amount:g}_{i}', network, kind, amount, box, draw.choice((0.9, 1.5, 2, 3)))
    for kind, amount in (('pruned', 0.05), ('rounded', 12)):
        for file in (files[0], files[len(files) // 2]):
            for threshold in (1.0, 3.0):
                number = re.search(r'\d_\d', file.name).group()
                add(f'whole_{kind}_{amount:g}_{number}_{threshold:g}', Network(file), kind, amount, space, 0, threshold)
    (folder / 'instances.csv').write_text('onnx,vnnlib,timeout_s,expected\n' + '\n'.join(rows) + '\n', encoding='utf-8')


def ask(program, folder, name, limit, couple):
    """Verdict and processor seconds."""

    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 2))

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [program, 'verify', str(folder / (name + '.onnx')), str(folder / (name + '.vnnlib')), '--set', f'boxes.couple={couple}']
    run = subprocess.run(words, capture_output=True, text=True, preexec_fn=limits, check=False)  # noqa: PLW1509
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    verdict = run.stdout.split('\n')[0].strip()
    if run.returncode not in (0, 1, 3, 10, 20) and run.returncode > 0:
        sys.exit(f'{name}: exit {run.returncode}\n{run.stderr}')
    return verdict if verdict in ('sat', 'unsat') else '-', seconds


def table(options):
    folder = pathlib.Path(options.folder)
    totals = {}
    print(f'{"pair":28} {"coupled":>16} {"apart":>16}')
    for row in (folder / 'instances.csv').read_text(encoding='utf-8').split('\n')[1:]:
        name = row.split('.onnx,')[0]
        if not name or options.filter not in name:
            continue
        told = [ask(options.program, folder, name, options.limit, couple) for couple in (1, 0)]
        print(f'{name:28} ' + ' '.join(f'{verdict:>7} {seconds:8.2f}' for verdict, seconds in told), flush=True)
        kind = '_'.join(name.split('_')[:2]) if not name.startswith('whole') else 'whole'
        total = totals.setdefault(kind, [0, 0, 0, 0.0, 0.0])
        total[0] += 1
        for way, (verdict, seconds) in enumerate(told):
            total[1 + way] += verdict != '-'
            total[3 + way] += seconds
    print(f'\n{"kind":20} {"pairs":>5} {"coupled":>8} {"apart":>8} {"seconds":>9} {"seconds":>9}')
    totals['all'] = [sum(column) for column in zip(*totals.values())]
    for kind, (pairs, coupled, apart, of_coupled, of_apart) in totals.items():
        print(f'{kind:20} {pairs:5} {coupled:8} {apart:8} {of_coupled:9.1f} {of_apart:9.1f}')


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
commands = parser.add_subparsers(required=True)
writing = commands.add_parser('write')
writing.add_argument('folder')
writing.add_argument('--networks', default=str(root.parent / 'shared/benchmarks/acasxu'))
writing.add_argument('--pairs', type=int, default=50)
writing.add_argument('--seed', type=int, default=1)
writing.set_defaults(run=write)
telling = commands.add_parser('table')
telling.add_argument('folder')
telling.add_argument('--program', default=str(root / 'build/release/src/sinew'))
telling.add_argument('--limit', type=float, default=60)
telling.add_argument('--filter', default='')
telling.set_defaults(run=table)
chosen = parser.parse_args()
chosen.run(chosen)
