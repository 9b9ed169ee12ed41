#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proofs with hints (LRAT) of propositional formulas: accepted by sinew-check and by a reader of the format's text here; what is damaged is not.

    lrat_proofs.py SINEW SINEW-CHECK
"""
import itertools
import pathlib
import random
import subprocess
import sys
import tempfile


def pigeons(holes):
    number = lambda p, h: p * holes + h + 1
    clauses = [[number(p, h) for h in range(holes)] for p in range(holes + 1)]
    clauses += [[-number(p, h), -number(q, h)] for h in range(holes) for p in range(holes + 1) for q in range(p)]
    return clauses


def parity(length, rng):
    """A chain of exclusive ors that must be both: 0 and 1."""
    clauses = []
    for end in range(2):
        variables = [3 * i + 1 + end for i in range(length)]
        rng.shuffle(variables)
        for a, b in itertools.pairwise(variables):
            clauses += [[a, b], [-a, -b]] if end == 0 else [[a, -b], [-a, b]]
        if length % 2 == 0 and end == 0:
            clauses += [[variables[0], -variables[-1]], [-variables[0], variables[-1]]]
        elif end == 1:
            clauses += [[variables[0]], [-variables[-1]]]
    return clauses


def random_3sat(variables, clauses, rng):
    return [[v if rng.random() < 0.5 else -v for v in rng.sample(range(1, variables + 1), 3)] for _ in range(clauses)]


def colouring(nodes, colours, rng):
    """A graph with a clique of one colour more."""
    number = lambda n, c: n * colours + c + 1
    edges = set(itertools.combinations(range(colours + 1), 2))
    while len(edges) < min(3 * nodes, nodes * (nodes - 1) // 2):
        edges.add(tuple(sorted(rng.sample(range(nodes), 2))))
    clauses = [[number(n, c) for c in range(colours)] for n in range(nodes)]
    return clauses + [[-number(a, c), -number(b, c)] for a, b in edges for c in range(colours)]


def formulas(rng):
    yield [[]]
    yield [[1], [-1]]
    yield [[1, 1], [-1, -1, -1], [2, -2]]
    yield [[1, 2], [-1, 2], [1, -2], [-1, -2], []]
    yield [[1, -1], [2], [-2, 3], [-3, -2], [2], [2]]
    for holes in range(1, 7):
        yield pigeons(holes)
    for length in range(3, 24, 4):
        yield parity(length, rng)
    for variables in range(5, 110, 5):
        yield random_3sat(variables, int(5.2 * variables) + 10, rng)
    for nodes in range(6, 30, 2):
        yield colouring(nodes, rng.choice((3, 4)), rng)
    for _ in range(10):  # short clauses: much happens at level 0, and duplicates
        variables = rng.randint(3, 40)
        yield [[rng.choice((1, -1)) * rng.randint(1, variables) for _ in range(rng.randint(1, 4))] for _ in range(6 * variables)]


def read_text(text):
    """The steps: (number, clause, hints) or (number, None, numbers). Strictly: one step a line, numbers ascend."""
    last = 0
    for line in text.splitlines():
        words = line.split(" ")
        number = int(words[0])
        if words[1] == "d":
            ids = [int(word) for word in words[2:]]
            assert number >= last and ids[-1] == 0 and all(i > 0 for i in ids[:-1]), line
            yield number, None, ids[:-1]
        else:
            numbers = [int(word) for word in words[1:]]
            end = numbers.index(0)
            assert number > last and numbers[-1] == 0 and numbers.count(0) == 2, line
            yield number, numbers[:end], numbers[end + 1:-1]
        last = number


def read_binary(data):
    at = 0

    def number():
        nonlocal at
        code = shift = 0
        while True:
            byte = data[at]
            at += 1
            code |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return -(code >> 1) if code & 1 else code >> 1

    def numbers():
        return list(iter(number, 0))
    last = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind == ord("d"):
            yield last, None, numbers()
        else:
            assert kind == ord("a")
            last = number()
            clause = numbers()
            yield last, clause, numbers()


def follows(formula, steps):
    """As strict checkers do: every hint is unit, the last one false, nothing behind it."""
    clauses = {i + 1: clause for i, clause in enumerate(formula)}
    for number, clause, hints in steps:
        if clause is None:
            for each in hints:
                if clauses.pop(each, None) is None:
                    return False
            continue
        if number in clauses or any(hint <= 0 for hint in hints):
            return False
        false = set(clause)
        done = False
        for hint in hints:
            if done or hint not in clauses:
                return False
            left = set(clauses[hint]) - false
            if len(left) > 1:
                return False
            if not left:
                done = True
            for literal in left:
                if -literal in false:
                    return False  # satisfied
                false.add(-literal)
        if not done:
            return False
        if not clause:
            return True
        clauses[number] = clause
    return False


class Test:
    def __init__(self, sinew, checker):
        self.sinew, self.checker = sinew, checker
        self.rng = random.Random(5)
        self.wrong = 0
        self.count = {"proofs": 0, "steps": 0, "damaged": 0, "still valid": 0}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinew-lrat-"))

    def fail(self, *words):
        print("WRONG:", *words)
        self.wrong += 1

    def check(self, formula, proof):
        run = subprocess.run([self.checker, formula, proof], capture_output=True, text=True, timeout=60, check=False)
        return run.returncode == 0, run

    def one(self, clauses):
        variables = max((abs(l) for clause in clauses for l in clause), default=0)
        formula = self.folder / "f.cnf"
        formula.write_text(f"p cnf {variables} {len(clauses)}\n" + "".join(" ".join(map(str, c + [0])) + "\n" for c in clauses))
        text, binary, packed = (self.folder / name for name in ("p.lrat", "b.lrat", "p.lrat.gz"))
        run = subprocess.run([self.sinew, "solve", formula, "--lrat", text, "--quiet"], capture_output=True, text=True, timeout=60, check=False)
        if "UNSAT" not in run.stdout:
            if text.exists():
                self.fail("a proof of", run.stdout)
            return
        subprocess.run([self.sinew, "solve", formula, "--lrat", binary, "--binary"], capture_output=True, timeout=60, check=True)
        subprocess.run([self.sinew, "solve", formula, "--proof", packed], capture_output=True, timeout=60, check=True)
        steps = list(read_text(text.read_text()))
        if steps != list(read_binary(binary.read_bytes())):
            self.fail("the binary form says something else")
        if not follows(clauses, steps):
            self.fail("our proof does not follow", clauses if len(clauses) < 20 else len(clauses))
        for proof in (text, binary, packed):
            good, result = self.check(formula, proof)
            if not good or not result.stdout.startswith("verified: unsat"):
                self.fail(proof, result.stdout, result.stderr)
        self.count["proofs"] += 1
        self.count["steps"] += len(steps)
        for _ in range(12 if len(steps) < 1000 else 2):
            self.damage(clauses, formula, steps)
        for each in self.folder.iterdir():
            each.unlink()

    def damage(self, clauses, formula, steps):
        rng = self.rng
        steps = [(n, None if c is None else list(c), list(h)) for n, c, h in steps]
        place = rng.randrange(len(steps))
        number, clause, hints = steps[place]
        kind = rng.randrange(7)
        if kind == 0 and hints:
            hints.pop(rng.randrange(len(hints)))
        elif kind == 1 and clause:
            at = rng.randrange(len(clause))
            clause[at] = -clause[at]
        elif kind == 2 and len(hints) > 1:
            hints.reverse()
        elif kind == 3:
            del steps[rng.randrange(len(steps)):]
        elif kind == 4 and hints:
            hints[rng.randrange(len(hints))] = rng.randint(1, len(clauses) + len(steps))
        elif kind == 5 and clause:
            clause.pop(rng.randrange(len(clause)))
        elif kind == 6:
            steps.pop(place)
        if not steps or steps[0][1] is None:
            return  # without a clause first it is taken for DRAT, in which unit propagation may do
        damaged = self.folder / "damaged.lrat"
        lines = [f"{n} d " + " ".join(map(str, h + [0])) if c is None else f"{n} " + " ".join(map(str, c + [0] + h + [0])) for n, c, h in steps]
        damaged.write_text("".join(line + "\n" for line in lines))
        valid = follows(clauses, steps)
        good, result = self.check(formula, damaged)
        self.count["damaged"] += 1
        self.count["still valid"] += valid
        # Ours takes what a strict reader takes, and hints that are satisfied or too many; never what is false: the
        # formula has no model, so that only single steps can be wrong.
        if valid and not good:
            self.fail("rejected", result.stderr)
        if good and not valid and not self.follows_loosely(clauses, steps):
            self.fail("accepted", number, clause, hints)
        if result.returncode not in (0, 1, 2):
            self.fail("exit status", result.returncode)

    @staticmethod
    def follows_loosely(formula, steps):
        clauses = {i + 1: set(clause) for i, clause in enumerate(formula)}
        for number, clause, hints in steps:
            if clause is None:
                for each in hints:
                    clauses.pop(each)
                continue
            false = set(clause)
            implied = any(-literal in false for literal in clause)
            for hint in hints:
                left = clauses.get(hint, {1, 2}) - false
                if len(left) > 1:
                    break
                if not left:
                    implied = True
                    break
                false |= {-literal for literal in left}
            if not implied:
                return False
            if not clause:
                return True
            clauses[number] = set(clause)
        return False


def main():
    test = Test(sys.argv[1], sys.argv[2])
    for clauses in formulas(test.rng):
        test.one(clauses)
    print(", ".join(f"{value} {name}" for name, value in test.count.items()))
    if test.count["proofs"] < 50:
        test.fail("too few proofs")
    return test.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
