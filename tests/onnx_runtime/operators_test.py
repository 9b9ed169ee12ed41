#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Operators of ONNX as sinew reads them against ONNX Runtime: operators_test.py SINEW FOLDER [COUNT [SEED [OPERATOR...]]]

COUNT random networks (3) of each case of operators.py are asked for the outputs at one of two points in a box, by which
steps have bounds. What the runtime refuses is counted; what sinew refuses is a failure."""
import fractions
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import onnx_writer
import operators
import runtime

OPSETS = (13, 17, 18)


def make(folder, name, seed):
    """A network in a file, and two points for it."""
    source = random.Random(f"{name} {seed}")
    graph = onnx_writer.Graph(source.choice(OPSETS) if name not in ("Trilu", "CumSum") else 17)
    shape, result = operators.CASES[name](graph, source)
    file = folder / f"{name}_{seed}.onnx"
    file.write_bytes(graph.model(shape, result))
    count = operators.math.prod(shape)
    return file, [[operators.quarter(source) for _ in range(count)] for _ in range(2)]


def property_text(points, outputs):
    inputs = range(len(points[0]))
    lines = [f"(declare-const X_{i} Real)" for i in inputs] + [f"(declare-const Y_{i} Real)" for i in range(outputs)]
    lines += [f"(assert (and (>= X_{i} -4) (<= X_{i} 4)))" for i in inputs]
    there = ["(and " + " ".join(f"(>= X_{i} {point[i]}) (<= X_{i} {point[i]})" for i in inputs) + ")" for point in points]
    return "\n".join(lines + ["(assert (or " + " ".join(there) + "))"])


def ask(sinew, file, points, outputs):
    """sinew's witness: its input and output, or what it says instead."""
    text = file.with_suffix(".vnnlib")
    text.write_text(property_text(points, outputs), encoding="utf-8")
    run = subprocess.run([sinew, "verify", file, text, "--json", "--timeout", "20"], capture_output=True, text=True, check=False)
    try:
        answer = json.loads(run.stdout)
        sides = [[float(fractions.Fraction(value["exact"])) for value in answer["witness"][side]] for side in ("inputs", "outputs")]
    except (ValueError, TypeError):
        return None, run.stderr.strip() or run.stdout[:200]
    return sides, None


def judge(sinew, file, points, answers):
    """What is wrong; empty: nothing; None: the runtime does not read it."""
    if "error" in answers[0]:
        return None
    sides, complaint = ask(sinew, file, points, len(answers[0]["outputs"]))
    if sides is None:
        return complaint
    inputs, outputs = sides
    if inputs not in points:
        return f"another point: {inputs}"
    expected = answers[points.index(inputs)]["outputs"]
    near = len(outputs) == len(expected) and all(abs(a - b) <= 1e-5 * max(1, abs(b)) for a, b in zip(outputs, expected))
    return "" if near else f"{outputs} where the runtime has {expected}, at {inputs}"


def main():
    sinew, home = sys.argv[1], pathlib.Path(sys.argv[2])
    count, seed = (int(text) for text in (sys.argv[3:5] + ["3", "1"][len(sys.argv[3:5]):]))
    runtime.install(home)
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        names = sys.argv[5:] or list(operators.CASES)
        made = [make(folder, name, seed + i) for name in names for i in range(count)]
        requests = [{"network": str(file), "inputs": point} for file, points in made for point in points]
        answers = runtime.replay(home, requests)
        verdicts = [judge(sinew, *case, answers[2 * i:2 * i + 2]) for i, case in enumerate(made)]
    wrong = [(file.stem, verdict) for (file, _), verdict in zip(made, verdicts) if verdict]
    for case in wrong:
        print(*case, sep=": ")
    refused = verdicts.count(None)
    print(f"{len(made)} networks, {refused} not read by the runtime, {len(wrong)} wrong")
    sys.exit(1 if wrong or refused > len(made) // 4 else 0)


if __name__ == "__main__":
    main()
