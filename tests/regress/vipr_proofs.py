#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proofs of ReLU queries as mixed-integer programs (VIPR): accepted by a reader of the format's text (../support/vipr.py), whose program is the query's; what is damaged is not.

    vipr_proofs.py SINEW
"""
import itertools
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.relu_networks import Network, condition_beyond  # noqa: E402
from support.vipr import Proof, Wrong  # noqa: E402


class Test:
    def __init__(self, sinew):
        self.sinew = sinew
        self.rng = random.Random(3)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinew-vipr-"))
        self.wrong = 0
        self.count = {"proofs": 0, "with splits": 0, "points": 0, "damaged": 0, "still valid": 0}

    def fail(self, *words):
        print("WRONG:", *words)
        self.wrong += 1

    def is_the_query(self, network, proof):
        """The rows of the network hold wherever it is evaluated, with some choice of the binary columns; its bounds are the box."""
        place = {name: i for i, name in enumerate(proof.variables)}
        fixed = {i for name, i in place.items() if re.fullmatch(r"[xan]\d+(_\d+)?", name)}
        pieces = [i for name, i in place.items() if name.startswith("piece.")]
        rows = [row for row in proof.given if set(row.terms) <= fixed | set(pieces)]
        for _ in range(4):
            values = network.values(network.point(self.rng))
            at = {place[name]: value for name, value in values.items() if name in place}
            found = any(all(row.holds(at | dict(zip(pieces, choice))) for row in rows) for choice in itertools.product((0, 1), repeat=len(pieces)))
            self.count["points"] += 1
            if not found:
                return False
        bounds = {(row.sense, i): row.right for row in proof.given if len(row.terms) == 1 for i, c in row.terms.items() if c == 1}
        return all(bounds.get(("G", place[f"x{i}"])) == low and bounds.get(("L", place[f"x{i}"])) == high for i, (low, high) in enumerate(network.box))

    def one(self):
        network = Network(self.rng)
        question = self.folder / "q.dnn"
        question.write_text(network.text(condition_beyond(network, self.rng, ("y0", "y1"))))
        path = self.folder / "q.vipr"
        path.unlink(missing_ok=True)
        run = subprocess.run([self.sinew, "verify", question, "--proof", path, "--quiet", "--timeout", "20"], capture_output=True, text=True, timeout=60, check=False)
        if run.stdout.strip() == "sat":
            if path.exists():
                self.fail("a proof beside sat")
            return
        if not path.exists():
            self.fail("no proof", run.stdout, run.stderr, question.read_text())
            return
        text = path.read_text()
        proof = Proof(text)
        try:
            proof.check()
        except Wrong as wrong:
            self.fail(wrong, question.read_text())
        if not self.is_the_query(network, proof):
            self.fail("the program is not the query's", question.read_text())
        self.count["proofs"] += 1
        self.count["with splits"] += "uns" in text
        for _ in range(8):
            self.damage(text)

    def damage(self, text):
        begin = text.index("\nRTP")
        words = re.split(r"(\s+)", text[begin:])
        # But what ends a line: until when a constraint is used, where a negative number is for ever.
        numbers = [i for i, word in enumerate(words) if re.fullmatch(r"-?\d+(/\d+)?", word) and "\n" not in "".join(words[i + 1:i + 2])]
        at = self.rng.choice(numbers)
        kind = self.rng.randrange(3)
        old = words[at]
        words[at] = str(-Fraction(old)) if kind == 0 else str(Fraction(old) + self.rng.choice((-1, 1))) if kind == 1 else str(Fraction(old) * 2)
        bad = text[:begin] + "".join(words)
        if self.rng.random() < 0.1:
            bad = text[:self.rng.randrange(begin, len(text) - 2)]
        if bad == text:
            return
        self.count["damaged"] += 1
        try:
            Proof(bad).check()
            self.count["still valid"] += 1  # a multiplier that is larger than need be, a side of a split that is not used
            if kind == 0 and Fraction(old) not in (-1, 0):
                self.fail("taken:", old, words[at])
        except Wrong:
            pass


def main():
    test = Test(sys.argv[1])
    for _ in range(400):
        test.one()
        if test.count["proofs"] >= 80 or test.wrong > 5:
            break
    print(", ".join(f"{value} {name}" for name, value in test.count.items()))
    if test.count["proofs"] < 50 or test.count["with splits"] < 15:
        test.fail("too few proofs")
    return test.wrong != 0


if __name__ == "__main__":
    sys.exit(main())
