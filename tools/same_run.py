#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is it the same run? Asks two sinew programs the same questions and compares their JSON answers: verdict, witness, every
count of the search, bit for bit; left out are times, memory, and what is said of the machine.

    tools/same_run.py NATIVE OTHER [--others-prefix COMMAND] [--data FOLDER] [--only TEXT]

NATIVE and OTHER are programs; COMMAND runs OTHER (qemu). FOLDER is ../shared/benchmarks or another copy of it; questions
whose files are missing are left out, and that is told. --only asks those that contain TEXT. Exit status 1 where an answer
differs.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# A question of each kind: every reader, every command that searches, every engine. README's first example comes first.
QUESTIONS = """
verify inputs/dnn/two_by_two.dnn
verify inputs/dnn/overlap.dnn
verify inputs/onnx/distance.onnx --in '(and (x0 < 0) (x1 > 1))' --out '(y1 > y0)'
verify inputs/onnx/distance.onnx inputs/onnx/distance_reaches_two.vnnlib
verify tests/regress/sat/conv_pool.onnx tests/regress/sat/conv_pool_reached.vnnlib
verify tests/regress/unsat/relu_parity.dnn
verify tests/regress/unsat/relu_parity.dnn --strategy lazy
verify inputs/dnn/two_by_two.dnn --strategy textbook
verify inputs/dnn/two_by_two_shifted.dnn
verify inputs/onnx/distance.onnx inputs/onnx/distance_exceeds_two.vnnlib --strategy branch_and_bound
verify inputs/dnn/smooth.dnn
verify inputs/dnn/thermal_tansig.dnn
verify inputs/dnn/integer_inputs.dnn
verify inputs/dnn/hidden_neurons.dnn
verify inputs/dnn/binarized.dnn
verify inputs/dnn/saturation.dnn
verify inputs/dnn/pendulum_controller.dnn
verify inputs/smt2/relu_by_ite.smt2
verify inputs/replays/bounds_that_cross.ipq
solve inputs/smt2/push_pop.smt2
solve inputs/cnf/pigeons_3_in_2.cnf
solve inputs/opb/pigeons_6_in_5.opb
solve inputs/opb/cheapest_cover.opb
solve inputs/flatzinc/queens.fzn
optimize inputs/dnn/best_price.dnn
certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --minimal --norm 0
certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --flips 1
certify inputs/dnn/binarized.dnn inputs/dnn/binarized.csv --epsilon 0.1
train inputs/train/berries.csv --label taste --layers 2 --objective min-weight --rho 0.9
verify DATA/acasxu/ACASXU_run2a_3_3_batch_2000.onnx DATA/acasxu/prop_9.vnnlib
verify DATA/acasxu/ACASXU_run2a_1_1_batch_2000.onnx DATA/acasxu/prop_6.vnnlib
verify DATA/bnn_marabou_mnist/mnist-bnn_index0_eps0.001_target7_sat.ipq.gz
certify DATA/bnn_msakai_pb25/models/mnist.npz DATA/bnn_msakai_pb25/images/bnn_mnist_7_label9.png --label 9 --norm inf --minimal
"""


def words_of(line):
    """The words of a line; '…' holds blanks."""
    words, rest = [], line.strip()
    while rest:
        if rest[0] == "'":
            word, _, rest = rest[1:].partition("'")
        else:
            word, _, rest = rest.partition(" ")
        words.append(word)
        rest = rest.lstrip()
    return words


def without_times(value):
    """The answer without times, memory, provenance, and what was noted of the search every so many seconds."""
    if isinstance(value, dict):
        return {key: without_times(part) for key, part in value.items()
                if "seconds" not in key and key not in ("provenance", "peak_memory", "memory", "history")}
    if isinstance(value, list):
        return [without_times(part) for part in value]
    return value


def leaves(value, place=""):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{place}.{key}")
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from leaves(part, f"{place}[{i}]")
    else:
        yield place, value


def ask(program, words):
    """Answer without times, text where there is no JSON answer, and seconds."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "answer.json")
        options = [] if words[-1].endswith(".fzn") else ["--quiet", f"--json={file}"]  # that has a form of its own
        run = subprocess.run([*program, *words, *options], capture_output=True, text=True)
        seconds = time.monotonic() - began
        try:
            with open(file, encoding="utf-8") as answer:
                return without_times(json.load(answer)), seconds
        except (OSError, ValueError):
            return {"exit": run.returncode, "printed": run.stdout, "errors": run.stderr}, seconds


def count_of(answer):
    """What the search did, in one figure that says whether there was one."""
    statistics = answer.get("statistics") or {}
    if answer.get("kind") == "certify":
        return f"{len(answer['examples'])} examples"
    found = {name: statistics[name] for name in ("bab_nodes", "nodes", "sat_conflicts", "conflicts", "lazy_turns", "exact_checks")
             if isinstance(statistics.get(name), (int, float)) and statistics[name]}
    return ", ".join(f"{name} {count:g}" for name, count in list(found.items())[:3])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("native")
    parser.add_argument("other")
    parser.add_argument("--others-prefix", default="")
    parser.add_argument("--data", default=os.path.join(ROOT, "../shared/benchmarks"))
    parser.add_argument("--only", default="")
    settings = parser.parse_args()
    settings.data = os.path.abspath(settings.data)
    native = [os.path.abspath(settings.native)]
    other = [*settings.others_prefix.split(), os.path.abspath(settings.other)]
    for program in (native[0], other[-1]):
        if not os.access(program, os.X_OK):
            parser.error(f"{program} is no program")
    os.chdir(ROOT)
    differing = asked = skipped = 0
    for line in QUESTIONS.strip().splitlines():
        if settings.only not in line:
            continue
        words = [word.replace("DATA", settings.data, 1) if word.startswith("DATA/") else word for word in words_of(line)]
        if any(word.startswith(settings.data) and not os.path.exists(word) for word in words):
            skipped += 1
            continue
        asked += 1
        ours, our_seconds = ask(native, words)
        theirs, their_seconds = ask(other, words)
        verdict = ours.get("status") or "answered"
        if "exit" in ours and ours["exit"] not in (0, 3):
            differing += 1
            print(f"FAILED: {line}: {ours['errors'].strip()}", flush=True)
        elif dict(leaves(ours)) == dict(leaves(theirs)):
            print(f"same: {line}: {verdict} ({count_of(ours) or 'no search'}; {our_seconds:.2f} s, {their_seconds:.2f} s)", flush=True)
        else:
            differing += 1
            mine, yours = dict(leaves(ours)), dict(leaves(theirs))
            places = [place for place in {**mine, **yours} if mine.get(place) != yours.get(place)]
            print(f"FAILED: {line}: {len(places)} parts of the answer differ", flush=True)
            for place in places[:8]:
                print(f"    {place}: {mine.get(place)!r}, other {yours.get(place)!r}", flush=True)
    note = f"; {skipped} skipped: no {settings.data}" if skipped else ""
    print(f"{asked - differing} of {asked} questions: the same run{note}")
    return 1 if differing or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
