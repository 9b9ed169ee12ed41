#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What sinew.verify() costs beside the search: wall time of a call on a parsed network against the seconds that
`sinew verify --json` tells of the same question, and what importing the package costs.

    PYTHONPATH=build/release/python /usr/bin/python3 bench/python_overhead.py [--program build/release/src/sinew]
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

import numpy as np


def medians(runs, ask):
    calls, searches = [], []
    for _ in range(runs):
        begin = time.perf_counter()
        verdict = ask()
        calls.append(time.perf_counter() - begin)
        searches.append(verdict.seconds)
    return statistics.median(calls), statistics.median(c - s for c, s in zip(calls, searches)), verdict.status


def import_seconds(code):
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default="build/release/src/sinew")
    parser.add_argument("--runs", type=int, default=30)
    arguments = parser.parse_args()
    import sinew

    print(f"{'question':<34}{'status':>8}{'call':>10}{'outside':>10}{'program':>10}{'over it':>10}   milliseconds")
    folder = "inputs/dnn/"
    for name in ("overlap", "two_by_two", "thin_strip", "integer_inputs", "smooth"):
        question = sinew.read(f"{folder}{name}.dnn")
        call, outside, status = medians(arguments.runs, question.verify)
        told = []
        for _ in range(arguments.runs):
            done = subprocess.run([arguments.program, "verify", f"{folder}{name}.dnn", "--json", "-"], capture_output=True)
            told.append(json.loads(done.stdout)["seconds"])
        told = statistics.median(told)
        numbers = "".join(f"{1000 * t:10.3f}" for t in (call, outside, told, call - told))
        print(f"{name + '.dnn':<34}{status:>8}{numbers}")

    net = sinew.Network.from_layers([([[1, -1], [1, 1]], [0, 0], "relu"), ([["0.5", "-0.2"], ["-0.5", "0.1"]], ["0.1", 0], "relu"),
                                     ([[1, -1], [-1, 1]], None)])
    x, y = net.inputs, net.outputs
    generator = np.random.default_rng(1)
    image = generator.uniform(size=(1, 28, 28)).astype(np.float32)
    wide = sinew.Network.from_layers([(generator.normal(size=(10, 784)).astype(np.float32), None)], input_shape=(1, 28, 28))
    asks = {"2 inputs, written as expressions": lambda: net.verify((x[0] < 0) & (x[1] > 1) & (y[0] > y[1])),
            "784 inputs in a ball, written too": lambda: wide.verify(
                sinew.ball(wide.inputs, image, 0.01, lower=0, upper=1) & (wide.outputs[0] > wide.outputs[1]))}
    for name, ask in asks.items():
        call, outside, status = medians(arguments.runs, ask)
        print(f"{name:<34}{status:>8}{1000 * call:10.3f}{1000 * outside:10.3f}")
    bare, numpy, all_ = (min(import_seconds(code) for _ in range(5)) for code in ("pass", "import numpy", "import sinew"))
    print(f"import: numpy {1000 * (numpy - bare):.0f} ms, sinew beside it {1000 * (all_ - numpy):.0f} ms")


if __name__ == "__main__":
    main()
