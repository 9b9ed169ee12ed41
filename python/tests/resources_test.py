# SPDX-License-Identifier: Apache-2.0
"""Nothing is left behind: memory after many questions, and the interpreter after errors and at its end."""

import gc
import subprocess
import sys

import numpy as np
import pytest

import sinew


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def many(count):
    generator = np.random.default_rng(0)
    weights = [(generator.normal(size=(30, 784)), None, "relu"), (generator.normal(size=(10, 30)), None)]
    for _ in range(count):
        net = sinew.Network.from_layers(weights)
        x, y = net.inputs, net.outputs
        verdict = net.verify(sinew.ball(x, np.full(784, 0.5), "0.001") & (y[0] > 10**6))
        verdict.witness
        with pytest.raises(ValueError):
            x[0] + float("nan")
        model = sinew.Model()
        k = model.integers("k", 5, 0, 9)
        model.add(k.sum() == 20)
        model.solve(on_improvement=lambda value: None).witness


def test_memory_does_not_grow():
    many(5)
    gc.collect()
    before = resident()
    many(25)
    gc.collect()
    # One network with its expressions takes some 3 MB: 25 of them that stay would be seen.
    assert resident() - before < 40e6


def test_reference_counts_of_callers_stay():
    callback, number = (lambda *_: None), 12345678901234567890
    begin = sys.getrefcount(callback), sys.getrefcount(number)
    k = sinew.integer("k", 0, 5)
    for _ in range(20):
        sinew.maximize(k, k < number, on_improvement=callback)
    del k
    gc.collect()
    assert (sys.getrefcount(callback), sys.getrefcount(number)) == begin


def test_the_interpreter_ends_well():
    """With objects alive, a daemon thread in a search, and an exception under way."""
    code = """
import threading, time
import sinew
place = sinew.integers("in", (24, 23), 0, 1)
hard = [row.sum() == 1 for row in place] + [column.sum() <= 1 for column in place.T]
threading.Thread(target=lambda: sinew.verify(hard, timeout=1.0), daemon=True).start()
verdict = sinew.verify(sinew.real("r") > 3)
time.sleep(0.2)
keep = [verdict, place, sinew.Model()]
print("done", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "done\n" and done.returncode == 0, done.stderr
