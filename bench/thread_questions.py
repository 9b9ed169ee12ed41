# SPDX-License-Identifier: Apache-2.0
"""The questions of bench/threads, by engine: from ../shared, or made here from seeds, of about a second and more."""

import os
import random
import shutil
import subprocess


class Writer:
    """Small questions, written into a folder."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path


def number(rng, most, steps=64):
    """A multiple of 1/steps in [-most, most]: the same on every version of Python."""
    return (int(rng.random() * (2 * most * steps + 1)) - most * steps) / steps


def form(weights, names, bias):
    text = "".join(f"{'-' if w < 0 else '+'} {abs(w)}{n} " for w, n in zip(weights, names) if w)
    return f"{text}{'-' if bias < 0 else '+'} {abs(bias)}"


def evaluate(layers, point, function):
    for weights, biases in layers[:-1]:
        point = [function(sum(w * x for w, x in zip(row, point)) + b) for row, b in zip(weights, biases)]
    weights, biases = layers[-1]
    return [sum(w * x for w, x in zip(row, point)) + b for row, b in zip(weights, biases)]


def random_layers(rng, sizes, bias=1):
    return [([[number(rng, 1) for _ in range(columns)] for _ in range(rows)],
             [number(rng, bias) if bias else 0 for _ in range(rows)]) for columns, rows in zip(sizes, sizes[1:])]


def network(layers, function):
    """dnn text: inputs x0…, outputs y0…."""
    names = [f"x{i}" for i in range(len(layers[0][0][0]))]
    lines = ["dnn = {"]
    for depth, (weights, biases) in enumerate(layers):
        is_last = depth + 1 == len(layers)
        for i, (row, bias) in enumerate(zip(weights, biases)):
            text = form(row, names, bias)
            lines.append(f"    'y{i}': '{text}'," if is_last else f"    'a{depth}_{i}': ['{text}', '{function}'],")
        names = [f"n{depth}_{i}" for i in range(len(weights))]
    return "\n".join(lines + ["}", ""])


FUNCTIONS = {
    "relu": lambda s: max(s, 0.0),
    "tansig": lambda s: __import__("math").tanh(s),
    "hardlims": lambda s: 1.0 if s >= 0 else -1.0,
}


def beyond_samples(rng, sizes, function, share, whole=None):
    """Is the first output of a random network, over a box, below what samples reach by this share of their range?"""
    layers = random_layers(rng, sizes)
    most = whole or 1
    points = [[number(rng, most, 1 if whole else 64) for _ in range(sizes[0])] for _ in range(2000)]
    values = [evaluate(layers, point, FUNCTIONS[function])[0] for point in points]
    bound = min(values) - share * (max(values) - min(values))
    kind = "int" if whole else "real"
    domains = ", ".join(f"'x{i}': '{kind} [-{most}, {most}]'" for i in range(sizes[0]))
    return (f"{network(layers, function)}domains = {{ {domains} }}\n"
            f"conditions = {{ 'out': '(y0 <= {round(bound, 4)})' }}\n")


def unbounded(rng, inputs, pairs):
    """Is relu(s) + relu(t) < relu(s + t) anywhere, summed over pairs? Never; over all of space."""
    names = [f"x{i}" for i in range(inputs)]
    lines, terms = ["dnn = {"], []
    for p in range(pairs):
        rows = [[number(rng, 1) for _ in names] for _ in range(2)]
        rows.append([a + b for a, b in zip(*rows)])
        for i, row in enumerate(rows):
            lines.append(f"    'a{p}_{i}': ['{form(row, names, 0)}', 'relu'],")
        weight = 1 + int(rng.random() * 8) / 8
        terms += [f"+ {weight}n{p}_0 + {weight}n{p}_1 - {weight}n{p}_2 "]
    lines += [f"    'y0': '{''.join(terms)}',", "}"]
    return "\n".join(lines) + "\nconditions = { 'out': '(y0 < -1)' }\n"


def even_colouring(rng, vertices):
    """OPB: half of the edges at each vertex of a random 4-regular graph are red; unsat where edges are odd in number."""
    while True:
        ends = [v for v in range(vertices) for _ in range(4)]
        for i in range(len(ends) - 1, 0, -1):
            j = int(rng.random() * (i + 1))
            ends[i], ends[j] = ends[j], ends[i]
        edges = list(zip(ends[::2], ends[1::2]))
        if all(a != b for a, b in edges) and len({(min(e), max(e)) for e in edges}) == len(edges):
            break
    edges.append(None)  # one edge is cut in two by a vertex in its midst
    a, b = edges[0]
    edges[0], edges[-1] = (a, vertices), (vertices, b)
    rows = []
    for v in range(vertices + 1):
        at = [i for i, edge in enumerate(edges) if v in edge]
        rows.append(" ".join(f"+1 x{i + 1}" for i in at) + f" = {len(at) // 2} ;")
    return f"* #variable= {len(edges)} #constraint= {len(rows)}\n" + "\n".join(rows) + "\n"


def knapsacks(rng, items, rows):
    """OPB: rows over the same items that just cannot all be met; subsets of a size with sums between bounds."""
    lines = []
    for _ in range(rows):
        weights = [20 + int(rng.random() * 80) for _ in range(items)]
        lines.append(" ".join(f"+{w} x{i + 1}" for i, w in enumerate(weights)) + f" = {sum(weights) // 2} ;")
    return f"* #variable= {items} #constraint= {rows}\n" + "\n".join(lines) + "\n"


def golomb(marks, length):
    """FlatZinc: the shortest ruler with so many marks."""
    lines, rows, differences = [], [], []
    for i in range(marks):
        lines.append(f"var {'0..0' if i == 0 else f'0..{length}'}: m{i} :: output_var;")
    for i in range(marks):
        for j in range(i + 1, marks):
            lines.append(f"var 1..{length}: d{i}_{j};")
            differences.append(f"d{i}_{j}")
            rows.append(f"constraint int_lin_eq([1,-1,-1],[m{j},m{i},d{i}_{j}],0);")
    rows.append(f"constraint fzn_all_different_int([{','.join(differences)}]);")
    rows.append(f"constraint int_lin_le([1,-1],[d0_1,d{marks - 2}_{marks - 1}],-1);")
    head = "predicate fzn_all_different_int(array [int] of var int: x);"
    return "\n".join([head, *lines, *rows, f"solve minimize m{marks - 1};", ""])


def with_objective(text):
    """Instead of the condition on outputs."""
    return text[:text.index("conditions")] + "objective = 'minimize y0'\n"


def without_objective(text):
    """FlatZinc: any solution."""
    return text[:text.index("solve ")] + "solve satisfy;\n"


def questions(root, files):
    """By engine: name, words after `sinew`."""
    shared = os.path.normpath(os.path.join(root, "..", "shared"))
    bench = os.path.join(shared, "benchmarks")
    mnist = os.path.join(shared, "data", "mnist", "t10k-images-idx3-ubyte.gz")
    labels = ["--labels", os.path.join(shared, "data", "mnist", "t10k-labels-idx1-ubyte.gz")]
    eev = f"{bench}/bnn_eev_conv_small/mnist_s_adv0.3_6ep.npz"
    writer = Writer(files)

    def acasxu(name, prop):
        return (f"ACAS Xu {name} prop_{prop}", ["verify", f"{bench}/acasxu/ACASXU_run2a_{name}_batch_2000.onnx",
                                                f"{bench}/acasxu/prop_{prop}.vnnlib", "-q"])

    def mnistfc(layers, prop):
        return (f"MNIST-FC 256x{layers} prop_{prop}", ["verify", f"{bench}/mnistfc/mnist-net_256x{layers}.onnx",
                                                       f"{bench}/mnistfc/prop_{prop}.vnnlib", "-q"])

    def formula(name):
        return (name, ["solve", f"{files}/{name}.cnf", "-q"])

    def problem(image, norm):
        return (f"{image} norm {norm}",
                ["solve", f"{bench}/bnn_msakai_pb25/opb/bnn_{image}_adversarial_norm_{norm}.opb.gz", "-q"])

    def example(row, *words):
        return (f"EEV image {row} {' '.join(words)}",
                ["certify", eev, mnist, *labels, "--skip", str(row), "--limit", "1", *words, "-q"])

    def made(name, text, *words):
        command = "optimize" if "objective = " in text else "verify" if name.endswith(".dnn") else "solve"
        return (name, [command, writer.write(name, text), *words, "-q"])

    def random_network(seed, sizes, function, share, *words, whole=None, best=False):
        text = beyond_samples(random.Random(seed), (*sizes, 1), function, share, whole)
        name = f"{function} {'-'.join(map(str, sizes))} seed {seed}{' over integers' if whole else ''}"
        return made(name.replace(" ", "_") + ("_best" if best else "") + ".dnn",
                    with_objective(text) if best else text, *words)

    def rows(name, seed, *sizes):
        return made(f"{name.__name__}_{'_'.join(map(str, sizes))}_{seed}.opb", name(random.Random(seed), *sizes))

    def list_of(layers, radius):
        path = os.path.join(files, "list.csv")
        with open(path, "w", encoding="utf-8") as out:
            for image in (2, 4, 6, 8, 10):
                words = mnistfc(layers, f"{image}_{radius}")[1]
                out.write(f"{words[1]},{words[2]},60\n")
        return path

    def minizinc(path):
        """A model of ../shared, flattened where MiniZinc is installed."""
        name = os.path.splitext(os.path.basename(path))[0]
        flat = os.path.join(files, name + ".fzn")
        if shutil.which("minizinc") and os.path.exists(path):
            subprocess.run(["minizinc", "-c", "-I", f"{root}/share/minizinc/sinew", "--fzn", flat, path], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return (name, ["solve", flat, "-q"])

    return {
        "boxes": [acasxu("3_3", 2), acasxu("4_2", 2)],
        "phases": [mnistfc(4, "4_0.05"), mnistfc(4, "10_0.05"), mnistfc(6, "2_0.05")],
        "lazy": [random_network(0, (7, 14, 14, 14), "relu", 0.3, "--strategy", "lazy"),
                 random_network(0, (6, 16, 16, 16), "relu", 0.3, "--strategy", "lazy"),
                 random_network(0, (6, 14, 14, 14), "relu", 0.3, "--strategy", "lazy")],
        "refinement": [random_network(1, (3, 6, 5), "tansig", 0.1, "--strategy", "lazy"),
                       random_network(2, (3, 8, 6), "tansig", 0.1, "--strategy", "lazy")],
        "projection": [made(f"unbounded_5_30_{seed}.dnn", unbounded(random.Random(seed), 5, 30)) for seed in (1, 2)],
        "integers": [made("no_golomb_10_54.fzn", without_objective(golomb(10, 54))),
                     made("no_golomb_9_43.fzn", without_objective(golomb(9, 43)))],
        "binarized": [random_network(2, (7, 30, 20), "hardlims", 0.15, "--strategy", "binarized"),
                      random_network(0, (8, 40, 20), "hardlims", 0.2, "--strategy", "binarized"),
                      ("MNIST, ipq", ["verify", f"{bench}/bnn_marabou_mnist/mnist-bnn_index2_eps0.001_target9_unsat.ipq.gz", "-q"])],
        "sat": [formula("3sat_250_1"), formula("3sat_250_2"), formula("3sat_250_3"), formula("pigeons_9"),
                formula("parity_48_1"), formula("colouring_4_120_1"), formula("gray_16_40"), formula("counter_16_30")],
        "pseudo-Boolean decisions": [rows(knapsacks, 1, 24, 4), rows(knapsacks, 2, 24, 4), rows(knapsacks, 3, 25, 4)],
        "pseudo-Boolean optima": [problem("mnist_7_label9", "inf"), problem("mnist_rot_8_label1", "inf"),
                                  problem("mnist_back_image_32_label3", "inf")],
        "certify, one example": [example(0, "--epsilon", "0.2"), example(2, "--epsilon", "0.3")],
        "certify, examples": [
            ("mnistfc 256x2", ["certify", f"{bench}/mnistfc/mnist-net_256x2.onnx", mnist, *labels, "--epsilon", "0.02",
                               "--scale", "1/255", "--limit", "40"]),
            ("EEV 0.1", ["certify", eev, mnist, *labels, "--epsilon", "0.1", "--limit", "60"]),
        ],
        "verify, a list": [("MNIST-FC 256x6 at 0.03", ["verify", list_of(6, "0.03")])],
        "optimize over reals": [random_network(seed, (5, 16, 16), "relu", 0.1, best=True) for seed in (0, 1)],
        "optimize over integers": [("tansig 5-20", ["optimize", f"{root}/tests/regress/optimum/n5x20.dnn", "-q"]),
                                   random_network(0, (5, 8), "relu", 0.1, whole=20, best=True)],
        "constraint programs": [made("golomb_10.fzn", golomb(10, 60)),
                                made("golomb_9.fzn", golomb(9, 50)),
                                minizinc(f"{shared}/cases/neurons/t8.mzn")],
        "train": [
            ("berries, max-margin", ["train", f"{root}/inputs/train/berries.csv", "--label", "taste", "--layers", "2",
                                     "--objective", "max-margin", "--rho", "0.8", "-q"]),
        ],
    }
