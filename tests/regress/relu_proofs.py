#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proofs about ReLU networks in formats of others (VIPR, APTP): what `sinew verify --proof` writes a second reader accepts, as a proof of that very question; damaged files, and those of other questions, it rejects."""
import copy
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.aptp import Tree, key_of, read_network  # noqa: E402
from support.relu_encoding import check_encoding, evaluate  # noqa: E402
from support.relu_questions import Question, random_question  # noqa: E402
from support.vipr import Proof, Wrong  # noqa: E402

sinew = sys.argv[1]
questions = int(sys.argv[2]) if len(sys.argv) > 2 else 60
damages = int(sys.argv[3]) if len(sys.argv) > 3 else 4
folder = tempfile.TemporaryDirectory()
dice = random.Random(29)
failed = []
counts = {"proofs": 0, "with slack": 0, "damaged": 0, "cases": 0, "splits": 0, "trees": 0, "leaves": 0, "damaged trees": 0}


spent = {"vipr": [0, 0.0, 0.0], "aptp": [0, 0.0, 0.0]}  # bytes, seconds of writing and of reading


def seconds():
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


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


def spend(kind, size, before):
    now = seconds()
    spent[kind] = [spent[kind][0] + size, spent[kind][1] + now[1] - before[1], spent[kind][2] + now[0] - before[0]]


def ask(question, name):
    path = os.path.join(folder.name, "q.dnn")
    proof = os.path.join(folder.name, "q.vipr")
    with open(path, "w") as file:
        file.write(getattr(question, "text", question.dnn()))
    before = seconds()
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
    spend("vipr", len(text), before)
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


def says_only(tree, disjunct):
    return all((row, constant) in [(r, c) for r, c, _ in disjunct] for row, constant in tree.rows)


def follow_tree(stem, question, disjunct):
    """The tree is of this question, it covers all phases, and the VIPR proof of each leaf is of the leaf."""
    tree = Tree(read(stem + ".aptp"))
    layers, inputs = read_network(read(stem + ".net"))
    if layers != question.layers or inputs != len(question.box) or tree.box != question.box:
        raise Wrong("the network or its box is another")
    # Rows that hold everywhere in the box may be left out; the leaves' proofs are looked at for these.
    if not tree.rows or not says_only(tree, disjunct):
        raise Wrong("the outputs' rows are others")
    tree.check_cover()
    manifest = dict(line.split() for line in read(stem + ".manifest").splitlines())
    if len(manifest) != len(set(tree.leaves)):
        raise Wrong("the manifest has other leaves")
    for leaf in tree.leaves:
        name = manifest.get(key_of(leaf))
        if name != os.path.basename(stem) + ".leaf" + key_of(leaf) + ".vipr":
            raise Wrong("a leaf without a proof")
        try:
            proof = Proof(read(os.path.join(os.path.dirname(stem), name)))
        except OSError:
            raise Wrong("a leaf's proof is missing") from None
        proof.check()
        phases = [(abs(literal) - 1, literal > 0) for literal in leaf if f"piece.{abs(literal) - 1}" in proof.variables]
        check_encoding(proof, question.layers, question.box, [disjunct], phases)
    return tree


def read(path):
    with open(path) as file:
        return file.read()


def ask_tree(question, name):
    place = tempfile.mkdtemp(dir=folder.name)
    path = os.path.join(place, "q.dnn")
    with open(path, "w") as file:
        file.write(question.dnn())
    before = seconds()
    status, output, errors = run("verify", path, "--proof", os.path.join(place, "q.aptp"), "--quiet")
    written = seconds()
    spend("aptp", sum(entry.stat().st_size for entry in os.scandir(place)), (written[0], before[1]))
    if output.strip() != "unsat":
        if not output.startswith("sat") or len(os.listdir(place)) != 1:
            failed.append(f"{name}: {output} {errors}\n{question.dnn()}")
        return
    cases = len(question.disjuncts)
    left = list(question.disjuncts)
    for number in range(cases):
        stem = os.path.join(place, "q" if cases == 1 else f"q.case{number}")
        try:
            # The program may have the cases in another order.
            tree = Tree(read(stem + ".aptp"))
            disjunct = next((each for each in sorted(left, key=len) if says_only(tree, each)), left[0])
            left.remove(disjunct)
            before = seconds()
            tree = follow_tree(stem, question, disjunct)
            spend("aptp", 0, before)
        except (Wrong, OSError) as why:
            failed.append(f"{name}: rejected: {why}\n{question.dnn()}")
            return
        counts["trees"] += 1
        counts["leaves"] += len(tree.leaves)
        for kind in ("leaf", "phase", "proof", "other proof", "network", "box", "row"):
            damage_tree(stem, question, disjunct, tree, kind, name)


def damage_tree(stem, question, disjunct, tree, kind, name):
    files = {}

    def write(path, text):
        files[path] = read(path)
        with open(path, "w") as file:
            file.write(text)

    leaf = dice.choice(tree.leaves)
    path = f"{stem}.leaf{key_of(leaf)}.vipr"
    lines = read(stem + ".aptp").split("\n")
    leaves = [i for i, line in enumerate(lines) if line.startswith("    (and")]
    if kind == "leaf":
        del lines[dice.choice(leaves)]
        write(stem + ".aptp", "\n".join(lines))
    elif kind == "phase":
        at = dice.choice(leaves)
        lines[at] = lines[at].replace("(<", "(>=", 1) if "(<" in lines[at] else lines[at].replace("(>=", "(<", 1)
        write(stem + ".aptp", "\n".join(lines))
    elif kind == "proof":
        worse = damaged(read(path))
        if worse is None:
            return
        write(path, worse)
    elif kind == "other proof":
        other = dice.choice(tree.leaves)
        if other == leaf or f"piece.{abs(min(leaf, key=abs)) - 1}" not in read(path):
            return
        write(path, read(f"{stem}.leaf{key_of(other)}.vipr"))
    elif kind == "network":
        words = read(stem + ".net").split(" ")
        at = dice.choice([i for i, word in enumerate(words) if re.fullmatch(r"-?\d+\.\d+", word)])
        words[at] += "1"
        write(stem + ".net", " ".join(words))
    else:
        at = dice.choice([i for i, line in enumerate(lines) if line.startswith("(assert (") and ("X_" if kind == "box" else "Y_") in line])
        lines[at] = lines[at][:-2].rsplit(" ", 1)[0] + " 0.34567))"
        write(stem + ".aptp", "\n".join(lines))
    counts["damaged trees"] += 1
    try:
        follow_tree(stem, question, disjunct)
        failed.append(f"{name}: a tree with another {kind} is accepted\n{question.dnn()}")
    except Wrong:
        pass
    for changed, text in files.items():
        with open(changed, "w") as file:
            file.write(text)


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
# relu(x) - relu(-x) - (relu(2x) - relu(-2x)) / 2 is 0, and never anything else.
zero = Question([("linear", [[Fraction(w)] for w in (1, -1, 2, -2)], [Fraction(0)] * 4), ("relu",), ("linear", [[Fraction(1), Fraction(-1), Fraction(-1, 2), Fraction(1, 2)]], [Fraction(0)])], [(Fraction(-1), Fraction(1))], [[([Fraction(-1)], Fraction(0), True)], [([Fraction(1)], Fraction(0), True)]])
zero.text = zero.dnn().replace("(or (-1*y0 + 0 < 0) (1*y0 + 0 < 0))", "(y0 != 0)")
if "!=" not in zero.text:
    failed.append("the question with != has none")
ask(zero, "unequal")
if counts["with slack"] < 3 or counts["cases"] < questions // 5 or counts["splits"] < questions // 5 or counts["proofs"] < min(50, questions * 5 // 6):
    failed.append("the questions are not what they should be")

for number in range(questions):
    ask_tree(random_question(dice, dice.choice([[1, 3, 1], [2, 4, 2], [2, 6, 6, 2], [3, 6, 2], [3, 8, 8, 3]]), dice.choice([1, 1, 2]), False, evaluate, plain=True), f"tree {number}")
if counts["trees"] < min(50, questions * 5 // 6) or counts["leaves"] < 2 * counts["trees"]:
    failed.append("the trees are not what they should be")
for name, question, why in [
    ("general", random_question(dice, [2, 4, 3], 1, False, evaluate), "Y_i <= Y_j"),
    ("linear", random_question(dice, [2, 3], 1, False, evaluate, plain=True), "without ReLUs"),
]:
    path = os.path.join(folder.name, "refused.dnn")
    with open(path, "w") as file:
        file.write(question.dnn())
    status, output, errors = run("verify", path, "--proof", os.path.join(folder.name, "refused.aptp"), "--quiet")
    if status != 2 or why not in errors:
        failed.append(f"{name} is not refused: {status} {output} {errors}")

print(", ".join(f"{key}: {value}" for key, value in counts.items()))
for kind, (size, writing, reading) in spent.items():
    print(f"{kind}: {size} bytes, {writing:.2f} s to answer and write, {reading:.2f} s to read")
for what in failed[:5]:
    print(what[:1500])
sys.exit(1 if failed else 0)
