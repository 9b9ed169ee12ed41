#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proofs about networks, damaged in every kind of step and sealed again, and proofs that lie: nothing false is verified.

    mutated_proofs.py SINEW SINEW-CHECK [--mutants 200] [--lies 40] [--seed 1]

A mutant has its digest corrected, so that what it says is looked at. Of a question without a solution a mutant may still be a proof (a looser cut, other slopes);
of one with a solution none is, whatever it is made of: its neighbour's proof under its own name, with the neighbour's steps damaged or not.
"""
import argparse
import collections
import hashlib
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.relu_networks import Network, condition_beyond  # noqa: E402

MAGIC = b"sinew network proof 1\n"
DIGEST = 64


class Records:
    """A proof taken apart: docs/proofs.md, "The native format". A field is (kind, value); kinds: number, real, float, byte, text."""

    def __init__(self, data):
        assert data.startswith(MAGIC)
        self.data, self.at = data, len(MAGIC)
        self.query = self.take(DIGEST)
        self.inputs = self.number()[1]
        self.records = []
        while True:
            kind = self.take(1)
            if kind == b"e":
                break
            self.records.append([kind, *self.fields(kind)])

    def take(self, count):
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return ("number", value)

    def real(self):
        return ("real", struct.unpack("<d", self.take(8))[0])

    def text(self):
        size = self.number()[1]
        return ("text", self.take(size))

    def lines(self):
        for _ in range(2):
            count = self.number()
            yield count
            for _ in range(count[1]):
                yield self.number()
                yield ("float", struct.unpack("<f", self.take(4))[0])

    def cases(self):
        missing = 1
        while missing > 0:
            mark = self.take(1)[0]
            yield ("byte", mark)
            missing += 1 if mark & 1 else -1
            if mark & 1:
                yield self.number()
                yield self.real()
            if mark & 2:
                yield from self.lines()

    def point(self, count):
        for _ in range(count):
            yield self.text()
        count = self.number()
        yield count
        for _ in range(count[1]):
            yield ("byte", self.take(1)[0])

    def fields(self, kind):
        if kind == b"r":
            return [self.real() for _ in range(2 * self.inputs)]
        if kind in (b"s", b"g"):
            return [self.number(), self.number(), self.real()] + ([self.real()] if kind == b"g" else [])
        if kind in (b"c", b"x"):
            return [self.number()]
        if kind == b"d":
            return [self.number(), self.number()]
        if kind in (b"l", b"u"):
            return [self.number(), self.number(), *self.cases()]
        if kind == b"f":
            return [self.number(), *self.lines()]
        if kind == b"w":
            return list(self.point(self.inputs))
        assert kind == b"o", kind
        bound, count = self.text(), self.number()
        return [bound, count, *self.point(count[1])]


def packed(kind, value):
    if kind == "number":
        result = bytearray()
        while value > 127:
            result.append(value & 127 | 128)
            value >>= 7
        return bytes(result) + bytes([value])
    if kind == "text":
        return packed("number", len(value)) + value
    if kind == "byte":
        return bytes([value])
    return struct.pack("<d" if kind == "real" else "<f", value)


def sealed(query, inputs, records):
    data = MAGIC + query + packed("number", inputs) + b"".join(record[0] + b"".join(packed(*field) for field in record[1:]) for record in records) + b"e"
    return data + hashlib.sha256(data).hexdigest().encode()


def mutated(rng, records):
    """The records with something else in one of them, and what that is."""
    records = [list(record) for record in records]
    wanted = rng.choice(sorted({record[0] for record in records}))  # rare steps as often as common ones
    place = rng.choice([i for i, record in enumerate(records) if record[0] == wanted])
    record = records[place]
    kind = rng.choice(("field",) * 6 + ("lost", "twice", "swapped", "cut off", "renamed"))
    if kind == "lost":
        records.pop(place)
    elif kind == "twice":
        records.insert(rng.randrange(len(records) + 1), list(record))
    elif kind == "swapped":
        other = rng.randrange(len(records))
        records[place], records[other] = records[other], record
    elif kind == "cut off":
        del records[place:]
    elif kind == "renamed" and record[0] in b"cxlu":
        record[0] = {b"c": b"x", b"x": b"c", b"l": b"u", b"u": b"l"}[record[0]]
    elif len(record) > 1:
        at = rng.randrange(1, len(record))
        what, value = record[at]
        if what == "number":
            value = max(0, value + rng.choice((-2, -1, 1, 2, 5)))
        elif what == "byte":
            value ^= rng.choice((1, 2))
        elif what == "text":
            value = value[:-1] + bytes([48 + rng.randrange(10)])
        else:
            value = rng.choice((-value, 2 * value, value + rng.uniform(-1, 1), value * (1 + rng.uniform(-0.1, 0.1)), 0.0, 1e30, -1e30))
        record[at] = (what, value)
        kind = f"{what} of {record[0].decode()}"
    else:
        kind = "nothing"
    return records, kind


class Test:
    def __init__(self, options):
        self.options = options
        self.rng = random.Random(options.seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinew-mutants-"))
        self.count = collections.Counter()
        self.kinds = collections.Counter()
        self.wrong = 0

    def fail(self, *words):
        print("WRONG:", *words)
        self.wrong += 1

    def prove(self, text, name, seconds="2"):
        question, proof = self.folder / f"{name}.dnn", self.folder / f"{name}.proof"
        question.write_text(text)
        proof.unlink(missing_ok=True)
        run = subprocess.run([self.options.sinew, "verify", question, "--proof", proof, "--quiet", "--timeout", seconds], capture_output=True, text=True, timeout=60, check=False)
        return question, proof.read_bytes() if proof.exists() else None, run.stdout.strip()

    def is_verified(self, question, data):
        path = self.folder / "mutant.proof"
        path.write_bytes(data)
        try:
            run = subprocess.run([self.options.checker, question, path, "--timeout", "2"], capture_output=True, text=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            self.fail("the checker does not end", self.keep(question, data))
            return False
        self.count["limits reached"] += run.returncode == 3
        if run.returncode not in (0, 1, 3):
            self.fail("exit status", run.returncode, run.stderr, self.keep(question, data))
        return run.returncode == 0

    def keep(self, question, data):
        kept = self.folder / f"kept{self.wrong}"
        kept.with_suffix(".dnn").write_text(question.read_text())
        kept.with_suffix(".proof").write_bytes(data)
        return kept

    def mutants(self, question, proof, count):
        parts = Records(proof)
        if sealed(parts.query, parts.inputs, parts.records) != proof:
            return self.fail("a proof is not what docs/proofs.md says", self.keep(question, proof))
        for _ in range(count):
            records, kind = mutated(self.rng, parts.records)
            data = sealed(parts.query, parts.inputs, records)
            if data == proof:
                continue
            self.count["mutants"] += 1
            self.kinds[kind] += 1
            # The question has no solution: what is verified is true.
            self.count["mutants that are proofs still" if self.is_verified(question, data) else "mutants rejected"] += 1

    def lies(self, network, proof, condition, count):
        """The same network, asked what has a solution."""
        values = network.values(network.point(self.rng))
        true = f"(or {condition} (y0 >= {values['y0'] - Fraction(1, 1000)}))" if self.rng.random() < 0.5 else f"(and (y0 <= {values['y0']}) (y1 >= {values['y1']}))"
        question, witness, verdict = self.prove(network.text(true), "satisfiable")
        if verdict != "sat":
            return
        own, other = Records(witness), Records(proof)
        for number in range(count):
            records = other.records if number == 0 else mutated(self.rng, other.records)[0]
            self.count["lies"] += 1
            data = sealed(own.query, own.inputs, records)
            if self.is_verified(question, data):
                self.fail("a lie is verified", self.keep(question, data))

    def tight(self, network):
        """A threshold that is nearly reached, so that the proof takes steps of all kinds."""
        low = max(network.values(network.point(self.rng))["y0"] for _ in range(20))
        high = low + 64
        for _ in range(8):
            middle = Fraction(round((low + high) / 2 * 64), 64)
            verdict = self.prove(network.text(f"(y0 >= {middle})"), "threshold", "0.2")[2]
            if verdict == "unsat":
                high = middle
            elif verdict == "sat":
                low = middle
            else:
                break
        return f"(y0 >= {high})"

    def run(self):
        options = self.options
        while (self.count["mutants"] < options.mutants or self.count["lies"] < options.lies) and self.wrong < 10:
            network = Network(self.rng, wide=self.rng.random() < 0.4)
            condition = self.tight(network) if self.rng.random() < 0.5 else condition_beyond(network, self.rng, ("y0", "y1"))
            question, proof, verdict = self.prove(network.text(condition), "unsatisfiable")
            if verdict != "unsat" or proof is None or len(proof) > 30000:
                continue
            self.count["proofs"] += 1
            if not self.is_verified(question, proof):
                self.fail("a proof is rejected", self.keep(question, proof))
            if self.count["mutants"] < options.mutants:
                self.mutants(question, proof, 20)
            if self.count["lies"] < options.lies:
                self.lies(network, proof, condition, 6)
        print(", ".join(f"{value} {name}" for name, value in self.count.items()))
        print("mutants by what was changed: " + ", ".join(f"{value} {name}" for name, value in sorted(self.kinds.items(), key=lambda item: -item[1])))
        return self.wrong != 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sinew")
    parser.add_argument("checker")
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--lies", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    return Test(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
