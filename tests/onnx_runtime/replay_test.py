#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Witnesses of published questions replayed in ONNX Runtime: replay_test.py SINEW PROJECT FOLDER

FOLDER keeps the runtime, which npm brings. Skipped (exit status 77) with a word where there is no Node.js, no npm registry
or no ../shared."""
import csv
import json
import pathlib
import subprocess
import sys

import runtime

SUITES = ("acasxu", "rl_benchmarks", "collins_rul_cnn", "mnistfc", "vnncomp/cgan_2023")


def questions(shared):
    for suite in SUITES:
        folder = shared / "benchmarks" / suite
        if (folder / "instances.csv").exists():
            with open(folder / "instances.csv", encoding="utf-8") as lines:
                for row in csv.reader(lines):
                    if len(row) > 1 and ".vnnlib" in row[1]:
                        yield folder / row[0], folder / row[1]


def witnesses(sinew, shared):
    """Each sat answer within two seconds: its question, and its inputs as a float32 program takes them."""
    for network, prop in questions(shared):
        run = subprocess.run([sinew, "verify", network, prop, "--timeout", "2", "--json"], capture_output=True,
                             text=True, check=False)
        answer = json.loads(run.stdout)
        if answer["status"] == "sat":
            inputs = [value["float32"] for value in answer["witness"]["inputs"]]
            yield {"network": str(network), "property": str(prop), "inputs": inputs}


def main():
    sinew, project, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if not (project / "../shared/benchmarks").exists():
        runtime.skip("no ../shared")
    runtime.install(folder)
    asked = list(witnesses(sinew, project / "../shared"))
    answers = runtime.replay(folder, asked)
    wrong = [(question, answer) for question, answer in zip(asked, answers, strict=True) if answer.get("broken") != []]
    for question, answer in wrong:
        print(question["network"], question["property"], answer.get("error") or answer["broken"][:3], sep="\n  ")
    print(f"{len(asked)} witnesses replayed, {len(wrong)} do not hold")
    sys.exit(1 if wrong or len(asked) < 100 else 0)


if __name__ == "__main__":
    main()
