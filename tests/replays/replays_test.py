#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Public bug reports of verifiers, replayed (docs/bug_reports.md): sinew's verdict is the true one, which Z3 gives for the same question written by hand.

    replays_test.py SINEW SOURCE-TREE

NAME.smt2 in this folder says what inputs/replays/NAME.* asks. With sat, sinew's witness, put into that script as exact numbers, must satisfy it.
"""
import json
import pathlib
import re
import subprocess
import sys
from fractions import Fraction

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = {
    "alternatives_then_more": "unsat", "below_the_range": "unsat", "bounds_that_cross": "unsat", "constant_input": "sat", "decided_at_zero": "sat",
    "hidden_neuron_bound": "sat", "inside_the_bounds": "unsat", "large_box": "sat", "last_alternative_fails": "sat", "nearly_fixed_input": "sat",
    "no_blanks": "sat", "on_the_bounds": "sat", "one_alternative": "unsat", "operand_order": "unsat", "operand_order_range": "sat",
    "same_variable_twice": "sat", "sign_neurons": "sat", "small_box": "sat", "two_alternatives": "unsat", "two_alternatives_reached": "sat"}


def files_of(folder, name):
    """The question's files: a whole one, or a network and the conditions that name it."""
    (question,) = [file for file in folder.glob(name + ".*") if file.suffix != ".onnx"]
    if question.suffix != ".vnnlib":
        return [question]
    return [folder / re.search(r"^; network: (\S+)$", question.read_text(), re.MULTILINE)[1], question]


def smt_number(text):
    value = Fraction(text)
    size = f"(/ {abs(value.numerator)} {value.denominator})"
    return size if value >= 0 else f"(- {size})"


def z3(script):
    done = subprocess.run(["z3", "-in"], input=script, text=True, capture_output=True, timeout=60, check=False)
    return done.stdout.strip()


def check(sinew, folder, name):
    """What is wrong with sinew's answer; empty where nothing is."""
    done = subprocess.run([sinew, "verify", *files_of(folder, name), "--json", "--quiet"], text=True, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        return f"exit status {done.returncode}: {done.stderr}"
    answer = json.loads(done.stdout)
    script = (HERE / (name + ".smt2")).read_text() + "\n"
    if z3(script + "(check-sat)") != EXPECTED[name]:
        return "Z3 says otherwise than this test"
    if answer["status"] != EXPECTED[name]:
        return f"{answer['status']} instead of {EXPECTED[name]}"
    if EXPECTED[name] == "unsat":
        return ""
    values = [(f"{letter}{i}", value["exact"]) for letter, side in (("x", "inputs"), ("y", "outputs"))
              for i, value in enumerate(answer["witness"][side])]
    assertions = "".join(f"(assert (= {variable} {smt_number(exact)}))\n" for variable, exact in values if f"declare-const {variable} " in script)
    if assertions.count("assert") != script.count("declare-const"):
        return f"the witness has not all variables: {values}"
    if z3(script + assertions + "(check-sat)") != "sat":
        return f"the witness is none: {values}"
    return ""


def main():
    sinew, root = sys.argv[1], pathlib.Path(sys.argv[2])
    folder = root / "inputs/replays"
    questions = {file.stem for file in folder.iterdir() if file.suffix not in (".onnx", ".md")} - {"slopes"}
    wrong = [f"{name}: not in this test's table, or without a file" for name in questions ^ set(EXPECTED)]
    page = (root / "docs/bug_reports.md").read_text()
    wrong += [f"{name}: docs/bug_reports.md does not run it" for name in sorted(EXPECTED) if f"inputs/replays/{name}." not in page]
    for name in sorted(questions & set(EXPECTED)):
        complaint = check(sinew, folder, name)
        if complaint:
            wrong.append(f"{name}: {complaint}")
    print("\n".join(wrong) if wrong else f"{len(EXPECTED)} questions answered as Z3 answers them")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
