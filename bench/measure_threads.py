# SPDX-License-Identifier: Apache-2.0
"""What bench/threads runs: every question with one thread and with several, by turns."""

import argparse
import math
import os
import subprocess
import sys
import time


def questions(root, files):
    """By engine: name, words after `sinew`."""
    shared = os.path.normpath(os.path.join(root, "..", "shared"))
    bench = os.path.join(shared, "benchmarks")
    mnist = os.path.join(shared, "data", "mnist", "t10k-images-idx3-ubyte.gz")
    labels = ["--labels", os.path.join(shared, "data", "mnist", "t10k-labels-idx1-ubyte.gz")]

    def acasxu(network, prop):
        return (f"{network} prop_{prop}", ["verify", f"{bench}/acasxu/ACASXU_run2a_{network}_batch_2000.onnx",
                                           f"{bench}/acasxu/prop_{prop}.vnnlib"])

    def mnistfc(layers, prop):
        return (f"256x{layers} prop_{prop}", ["verify", f"{bench}/mnistfc/mnist-net_256x{layers}.onnx",
                                              f"{bench}/mnistfc/prop_{prop}.vnnlib"])

    def formula(name):
        return (name, ["solve", f"{files}/{name}.cnf", "-q"])

    def problem(image, norm):
        return (f"{image} norm {norm}",
                ["solve", f"{bench}/bnn_msakai_pb25/opb/bnn_{image}_adversarial_norm_{norm}.opb.gz", "-q"])

    def example(row, epsilon):
        return (f"EEV image {row} at {epsilon}",
                ["certify", eev, mnist, *labels, "--skip", str(row), "--limit", "1", "--epsilon", epsilon, "-q"])

    eev = f"{bench}/bnn_eev_conv_small/mnist_s_adv0.3_6ep.npz"

    def list_of(layers, radius):
        path = os.path.join(files, "list.csv")
        with open(path, "w", encoding="utf-8") as out:
            for image in (2, 4, 6, 8, 10):
                words = mnistfc(layers, f"{image}_{radius}")[1]
                out.write(f"{words[1]},{words[2]},60\n")
        return path

    return {
        "boxes": [acasxu("3_3", 2), acasxu("4_2", 2)],
        "phases": [mnistfc(4, "4_0.05"), mnistfc(4, "10_0.05"), mnistfc(4, "6_0.05"), mnistfc(6, "2_0.05")],
        "sat": [formula("3sat_250_1"), formula("3sat_250_2"), formula("3sat_250_3"), formula("3sat_250_4"),
                formula("pigeons_9"), formula("parity_48_1"), formula("colouring_4_120_1"), formula("gray_16_40"),
                formula("counter_16_30")],
        "cardinality": [problem("mnist_7_label9", "inf"), problem("mnist_rot_8_label1", "inf"),
                        problem("mnist_back_image_32_label3", "inf"), problem("mnist_back_image_32_label3", "0")],
        "certify, one example": [example(0, "0.2"), example(2, "0.3")],
        "certify, examples": [
            ("mnistfc 256x2", ["certify", f"{bench}/mnistfc/mnist-net_256x2.onnx", mnist, *labels, "--epsilon", "0.02",
                               "--scale", "1/255", "--limit", "40"]),
            ("EEV 0.1", ["certify", eev, mnist, *labels, "--epsilon", "0.1", "--limit", "60"]),
        ],
        "verify, a list": [("mnistfc, 256x6 at 0.03", ["verify", list_of(6, "0.03")])],
    }


def verdict_of(output):
    """What may not depend on the number of threads: without times, and values that are told on the way."""
    lines = [line for line in output.splitlines() if not line.startswith(("c ", "o ", "v "))]
    return lines[0] if lines else ""


def run(words):
    begin = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, verdict_of(output.decode(errors="replace"))


def measure(sinew, words, threads, runs):
    """The run of the least wall time."""
    return min(run([sinew, *words, "--threads", str(threads)]) for _ in range(runs))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sinew")
    parser.add_argument("root")
    parser.add_argument("files")
    parser.add_argument("engines", nargs="*")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    wrong = False
    all_of = questions(asked.root, asked.files)
    for engine in asked.engines or all_of:
        speedups = []
        print(f"\n{engine:34} {'wall 1':>8} {f'wall {asked.threads}':>8} {'faster':>7} {'cpu 1':>8} {f'cpu {asked.threads}':>8}")
        for name, words in all_of[engine]:
            alone, alone_cpu, verdict = measure(asked.sinew, words, 1, asked.runs)
            wall, cpu, other = measure(asked.sinew, words, asked.threads, asked.runs)
            speedups.append(alone / wall)
            note = "" if verdict == other else f"  {verdict} and {other}"
            wrong = wrong or bool(note)
            print(f"{name:34} {alone:8.2f} {wall:8.2f} {alone / wall:7.2f} {alone_cpu:8.2f} {cpu:8.2f}{note}", flush=True)
        print(f"{'geometric mean':34} {'':8} {'':8} {math.exp(sum(map(math.log, speedups)) / len(speedups)):7.2f}")
    sys.exit(1 if wrong else 0)


main()
