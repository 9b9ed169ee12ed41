#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proofs about ReLU networks in formats of others (VIPR): what `sinew verify --proof` writes a second reader accepts, as a proof of that very question; damaged files, and those of other questions, it rejects."""
import copy
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.relu_encoding import check_encoding, evaluate  # noqa: E402
from support.relu_questions import Question, random_question  # noqa: E402
from support.vipr import Proof, Wrong  # noqa: E402

sinew = sys.argv[1]
questions = int(sys.argv[2]) if len(sys.argv) > 2 else 60
damages = int(sys.argv[3]) if len(sys.argv) > 3 else 4
folder = tempfile.TemporaryDirectory()
dice = random.Random(29)
failed = []
counts = {"proofs": 0, "with slack": 0, "damaged": 0, "cases": 0, "splits": 0}


def run(*arguments):
    done = subprocess.run([sinew, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def follow(text, question):
    proof = Proof(text)
    proof.check()
    check_encoding(proof, question.layers, question.box, question.disjuncts)
    return proof


def is_accepted(text, question):
    try:
        return follow(text, question)
    except Wrong:
        return None


def damaged(text):
    """One change that no proof survives: every step is needed, and says no more than its sum."""
    lines = text.split("\n")
    derived = next(i for i, line in enumerate(lines) if line.startswith("DER ")) + 1
    sums = [i for i in range(derived, len(lines)) if " { lin " in lines[i]]
    kind = dice.choice(["multiplier", "sign", "row", "bound", "weight", "cut", "split", "step"])
    if kind in ("multiplier", "sign", "row"):
        at = dice.choice(sums)
        words = lines[at].split()
        first = words.index("lin") + 2
        term = first + 2 * dice.randrange(int(words[first - 1]))
        if lines_of_row(lines, int(words[term])) == 0:
            return None
        if kind == "multiplier":
            words[term + 1] = str(Fraction(words[term + 1]) * Fraction(7, 5))
        elif kind == "sign":
            words[term + 1] = str(-Fraction(words[term + 1]))
        else:
            words[term] = str(int(words[term]) + 1)
        lines[at] = " ".join(words)
    elif kind in ("bound", "weight"):
        first = next(i for i, line in enumerate(lines) if line.startswith("CON ")) + 1
        at = dice.randrange(first, first + int(lines[first - 1].split()[1]))
        words = lines[at].split()
        place = 2 if kind == "bound" else 5 + 2 * dice.randrange(int(words[3]))
        words[place] = str(Fraction(words[place]) + Fraction(1, 7))
        lines[at] = " ".join(words)
    elif kind == "cut":
        lines = lines[: -dice.randint(2, len(lines) - derived)]
    elif kind == "split":
        splits = [i for i in range(derived, len(lines)) if " { uns " in lines[i]]
        if not splits:
            return None
        at = dice.choice(splits)
        words = lines[at].split()
        place = words.index("uns") + 2
        words[place], words[place + 2] = words[place + 2], words[place]
        lines[at] = " ".join(words)
    else:
        at = dice.choice(sums)
        words = lines[at].split()
        if words[3] == "OBJ" or int(words[3]) == 0:
            return None
        words[2] = str(Fraction(words[2]) + (1 if words[1] == "G" else -1))
        lines[at] = " ".join(words)
    return "\n".join(lines)


def lines_of_row(lines, number):
    """How many terms a row has; 0 for a falsehood."""
    for line in lines:
        words = line.split()
        if words and words[0] in (f"c{number}", f"r{number}"):
            return 1 if words[3] == "OBJ" else int(words[3])
    return 0


def another(question):
    other = copy.deepcopy(question)
    kind, rows, biases = dice.choice([layer for layer in other.layers if layer[0] == "linear"])
    row = dice.choice(rows)
    row[dice.randrange(len(row))] += Fraction(1, 20)
    return other


def ask(question, name):
    path = os.path.join(folder.name, "q.dnn")
    proof = os.path.join(folder.name, "q.vipr")
    with open(path, "w") as file:
        file.write(question.dnn())
    status, output, errors = run("verify", path, "--proof", proof, "--quiet")
    if output.strip() != "unsat":
        if output.startswith("sat") and not os.path.exists(proof) and "is not written" in errors:
            return
        failed.append(f"{name}: {output} {errors}\n{question.dnn()}")
        return
    with open(proof) as file:
        text = file.read()
    os.remove(proof)
    vipr = is_accepted(text, question)
    if vipr is None:
        try:
            follow(text, question)
        except Wrong as why:
            failed.append(f"{name}: rejected: {why}\n{question.dnn()}")
        return
    # The encoding has a solution for each point, with as many cases as hold there: it says no more than the network.
    for _ in range(5):
        point = [low + (high - low) * Fraction(dice.randint(0, 20), 20) for low, high in question.box]
        values, outputs = evaluate(question.layers, point)
        check_point(vipr, question, values, outputs, name)
    counts["proofs"] += 1
    counts["with slack"] += bool(vipr.objective)
    counts["cases"] += len(question.disjuncts) > 1
    counts["splits"] += " { uns " in text
    for _ in range(damages):
        worse = damaged(text)
        if worse is None:
            continue
        counts["damaged"] += 1
        if is_accepted(worse, question):
            failed.append(f"{name}: a damaged proof is accepted\n{worse}")
    if is_accepted(text, another(question)):
        failed.append(f"{name}: accepted for another network")


def check_point(vipr, question, values, outputs, name):
    values = dict(enumerate(values))
    for variable in vipr.integers:
        kind, number = vipr.variables[variable].split(".")
        number = int(number)
        if kind == "case":
            values[variable] = Fraction(0)
        else:
            before = len(question.box)
            relus = 0
            for layer, (operation, *parameters) in enumerate(question.layers):
                if operation == "linear":
                    size = len(parameters[0])
                else:
                    if relus <= number < relus + size:
                        values[variable] = Fraction(1 if values[before - size + number - relus] > 0 else 0)
                    relus += size
                before += size
    if "slack" in vipr.variables:
        values[vipr.variables.index("slack")] = Fraction(-1000)
    broken = [row for row in vipr.given if not row.holds(values)]
    # Only the conditions may fail: one row of the only case, or the sum of cases.
    allowed = max(len(rows) for rows in question.disjuncts) if len(question.disjuncts) == 1 else 1
    if len(broken) > allowed or not broken and not vipr.objective:
        failed.append(f"{name}: at a point {len(broken)} constraints fail: {broken}")


shapes = [[1, 3, 1], [2, 4, 2], [2, 6, 6, 2], [3, 8, 8, 3], [4, 10, 10, 10, 2], [5, 12, 3], [2, 3]]
for number in range(questions):
    ask(random_question(dice, dice.choice(shapes), dice.choice([1, 1, 2, 3]), dice.random() < 0.3, evaluate), f"question {number}")
# A network that touches the demand: |x| + |1 - x| > ... is refuted by strictness alone.
touches = Question([("linear", [[Fraction(1)], [Fraction(-1)]], [Fraction(0), Fraction(0)]), ("relu",), ("linear", [[Fraction(1), Fraction(1)]], [Fraction(0)])], [(Fraction(-1), Fraction(1))], [[([Fraction(1)], Fraction(0), True)]])
ask(touches, "touched")
touches.disjuncts = [[([Fraction(1)], Fraction(0), True)], [([Fraction(-1)], Fraction(1), True)]]
ask(touches, "touched twice")
if counts["with slack"] < 2 or counts["cases"] < questions // 5 or counts["splits"] < questions // 5 or counts["proofs"] < min(50, questions * 5 // 6):
    failed.append("the questions are not what they should be")

print(", ".join(f"{key}: {value}" for key, value in counts.items()))
for what in failed[:5]:
    print(what)
sys.exit(1 if failed else 0)
