#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Questions of VNN-LIB 2.0: sinew's verdicts are Z3's, its witnesses hold, what it writes back is the standard's, and what is wrong is told.

    vnnlib2_test.py SINEW
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction

from networks import Network, pruned, random_network
from standard_text import Text, product

VERSION = "(vnnlib-version <2.0>)\n"
SLACK = Fraction(1, 10**12)


def declare(name, parts, relation=""):
    return f"(declare-network {name} {relation} " + " ".join(f"({part})" for part in parts) + ")\n"


def asserted(*formulas):
    return "".join(f"(assert {formula})\n" for formula in formulas)


def box(tensor, count, low=-1.0, high=1.0):
    return asserted(*(f"(and (>= {tensor}[{i}] {low}) (<= {tensor}[{i}] {high}))" for i in range(count)))


def pair(relation="isomorphic-to f", kind="real", scalar=False):
    shape = "[]" if scalar else "[2]"
    return (VERSION + declare("f", [f"declare-input X {kind} [2]", f"declare-output Y {kind} {shape}"])
            + declare("g", [f"declare-input U {kind} [2]", f"declare-output W {kind} {shape}"], f"({relation})" if relation else ""))


def networks():
    f = random_network(1, [2, 5, 4, 2], [("float32", [2])], [("float32", [2])])
    mixed = random_network(7, [5, 6, 3], [("float32", [1, 1, 2, 2]), ("int32", [])], [("float32", [1, 3])])
    return {
        "f": f, "g": pruned(f, 2), "h": random_network(3, [2, 4, 2], [("float32", [2])], [("float32", [2])]),
        "row": random_network(4, [2, 4, 2], [("float32", [1, 2])], [("float32", [1, 2])]),
        "scalar": random_network(5, [2, 4, 1], [("float32", [2])], [("float32", [])]),
        "hidden": random_network(6, [2, 4, 1], [("float32", [2])], [("float32", [1])]),
        "mixed": mixed,
        "two": random_network(8, [4, 5, 3], [("float32", [2]), ("float32", [1, 2])], [("float32", [2]), ("float32", [1])]),
        "whole": random_network(9, [2, 4, 2], [("int64", [2])], [("float32", [2])]),
        "monotone": Network([[[Fraction(1), Fraction(1, 2), Fraction(-1, 4)], [Fraction(2), Fraction(-1), Fraction(0)]], [[Fraction(1), Fraction(1, 2), Fraction(0)]]],
                            [("float32", [2])], [("float32", [])]),
    }


MIXED = VERSION + declare("m", ["declare-input image float32 [1,1,2,2]", "declare-input gain int32 []", "declare-output score float32 [1,3]"])
PIXELS = asserted(*(f"(and (>= image[0,0,{y},{x}] 0.0) (<= image[0,0,{y},{x}] 1.0))" for y in range(2) for x in range(2)))
WHOLE = VERSION + declare("w", ["declare-input K int64 [2]", "declare-output Y float32 [2]"])
TWO = VERSION + declare("t", ["declare-input A real [2]", "declare-input B real [1,2]", "declare-output P real [2]", "declare-output Q real [1]"])
HIDDEN = VERSION + declare("n", ["declare-input X real [2]", 'declare-hidden H real [4] "relu_0_out"', 'declare-hidden S real [1,4] "sum_0_out"', "declare-output Y real [1]"])
EQUAL = asserted("(== X[0] U[0])", "(== U[1] X[1])")


def questions():
    """name -> (text, {network: file})."""
    fg, ff = {"f": "f", "g": "g"}, {"f": "f"}
    return {
        "robust": (VERSION + declare("classifier", ["declare-input X float32 [1,2]", "declare-output Y float32 [1,2]"])
                   + asserted("(and (>= X[0,0] -1.0) (<= X[0,0] 1.0))", "(and (>= X[0,1] -1.0) (<= X[0,1] 1.0))", "(> Y[0,1] Y[0,0])"), {"classifier": "row"}),
        "robust_far": (VERSION + declare("classifier", ["declare-input X float32 [1,2]", "declare-output Y float32 [1,2]"])
                       + asserted("(and (>= X[0,0] -1.0) (<= X[0,0] 1.0))", "(and (>= X[0,1] -1.0) (<= X[0,1] 1.0))", "(> Y[0,1] (+ Y[0,0] 40.0))"), {"classifier": "row"}),
        "monotone": (pair("equal-to f", scalar=True) + box("X", 2, 0.0, 1.0) + asserted("(>= U[0] X[0])", "(<= U[0] 1.0)", "(== U[1] X[1])", "(< W Y)"), {"f": "monotone"}),
        "not_monotone": (pair("equal-to f", scalar=True) + box("X", 2, 0.0, 1.0) + asserted("(>= U[1] X[1])", "(<= U[1] 1.0)", "(== U[0] X[0])", "(< W Y)"), {"f": "monotone"}),
        "equivalent": (pair() + box("X", 2) + EQUAL + asserted("(or (> (- W[0] Y[0]) 0.05) (< (- W[0] Y[0]) -0.05))"), fg),
        "equivalent_far": (pair() + box("X", 2) + EQUAL + asserted("(or (> (- W[0] Y[0]) 30.0) (< (- W[0] Y[0]) -30.0) (> (- W[1] Y[1]) 30.0))"), fg),
        "empty": (pair() + box("X", 2) + EQUAL + asserted("(and (> W[0] (+ Y[0] 0.05)) (< W[0] (- Y[0] 0.05)))"), fg),
        "inside": (pair() + box("X", 2) + EQUAL + asserted("(and (<= W[0] (+ Y[0] 0.05)) (>= W[0] (- Y[0] 0.05)))", "(<= W[1] (+ Y[1] 0.05))"), fg),
        "itself": (pair("equal-to f") + box("X", 2) + EQUAL + asserted("(!= Y[0] W[0])"), ff),
        "itself_shifted": (pair("equal-to f") + box("X", 2) + asserted("(== U[0] (+ X[0] 0.5))", "(== U[1] X[1])", "(== (+ Y[0] Y[1]) (+ W[0] W[1]))"), ff),
        "itself_scaled": (pair("equal-to f") + box("X", 2) + asserted("(== (* 2.0 U[0]) (* -3.0 X[0]))", "(== U[1] (- 0.5 X[1]))", "(> Y[0] (+ W[0] 1.0))"), ff),
        "crossed": (pair("equal-to f") + box("X", 2) + asserted("(== U[0] X[1])", "(== U[1] X[0])", "(> (- Y[0] W[0]) 1.5)"), ff),
        "chained": (pair("equal-to f") + box("X", 2) + asserted("(== U[0] X[1])", "(== U[1] U[0])", "(== X[0] U[1])", "(> Y[0] W[0])"), ff),
        "opposites": (pair() + box("X", 2) + asserted("(<= U[0] X[0])", "(>= U[0] X[0])", "(<= (- U[1] X[1]) 0.0)", "(<= X[1] U[1])", "(> W[1] (+ Y[1] 0.2))"), fg),
        "contradiction": (pair() + box("X", 2) + asserted("(== U[0] X[0])", "(== U[0] (+ X[0] 1.0))", "(== U[1] X[1])"), fg),
        "near": (pair() + box("X", 2) + asserted("(<= (- U[0] X[0]) 0.125)", "(<= (- X[0] U[0]) 0.125)", "(== U[1] X[1])", "(> (- Y[0] W[0]) 1.0)"), fg),
        "unrelated": (pair(relation="") + box("X", 2) + box("U", 2) + asserted("(== Y[0] W[0])", "(> Y[1] (* 2.0 W[1]))"), {"f": "f", "g": "h"}),
        "unrelated_far": (pair(relation="") + box("X", 2) + EQUAL + asserted("(or (> (- Y[0] W[0]) 60.0) (> (- Y[1] W[1]) 60.0))"), {"f": "f", "g": "h"}),
        "three": (pair() + declare("k", ["declare-input V real [2]", "declare-output Z real [2]"]) + box("X", 2) + EQUAL + asserted("(== V[0] X[0])", "(== V[1] X[1])",
                  "(> Y[0] W[0])", "(> W[0] Z[0])", "(> Z[1] Y[1])"), {"f": "f", "g": "g", "k": "h"}),
        "hidden_off": (HIDDEN + box("X", 2) + asserted("(== H[0] 0.0)", "(>= (+ Y[0] (* -2.0 X[0])) 1.5)"), {"n": "hidden"}),
        "hidden_sums": (HIDDEN + box("X", 2) + asserted("(> S[0,0] 0.25)", "(< S[0,1] -0.25)", "(== (+ H[0] H[1]) S[0,0])"), {"n": "hidden"}),
        "hidden_impossible": (HIDDEN + box("X", 2) + asserted("(< H[0] S[0,0])"), {"n": "hidden"}),
        "mixed_linear": (MIXED + PIXELS + asserted("(and (>= gain 1) (<= gain 4))", "(!= score[0,0] score[0,1])", "(and (<= score[0,2] score[0,0]) (<= score[0,2] score[0,1]))"), {"m": "mixed"}),
        "mixed_fixed_factor": (MIXED + PIXELS + asserted("(== gain 2)", "(== image[0,0,0,0] 0.5)", "(<= (* image[0,0,0,0] image[0,0,1,1]) 0.25)",
                               "(>= (* 2.0 image[0,0,0,0] image[0,0,0,1]) 0.75)", "(< score[0,0] score[0,1])"), {"m": "mixed"}),
        "mixed_square": (MIXED + PIXELS + asserted("(and (>= gain 1) (<= gain 4))", "(== (* gain gain) 9)", "(> score[0,1] score[0,2])"), {"m": "mixed"}),
        "mixed_no_square": (MIXED + PIXELS + asserted("(and (>= gain 1) (<= gain 4))", "(== (* gain gain) 8)"), {"m": "mixed"}),
        "whole": (WHOLE + asserted("(and (>= K[0] -3) (<= K[0] 3))", "(and (>= K[1] -3) (<= K[1] 3))", "(> Y[0] Y[1])", "(!= K[0] K[1])"), {"w": "whole"}),
        "whole_product": (WHOLE + asserted("(and (>= K[0] -3) (<= K[0] 3))", "(and (>= K[1] -3) (<= K[1] 3))", "(== (* K[0] K[1]) 6)", "(< (- K[0] K[1]) 0)"), {"w": "whole"}),
        "whole_parity": (WHOLE + asserted("(and (>= K[0] -3) (<= K[0] 3))", "(and (>= K[1] -3) (<= K[1] 3))", "(== (+ (* 2 K[0]) (* 4 K[1])) 3)"), {"w": "whole"}),
        "whole_cube": (WHOLE + asserted("(and (>= K[0] 0) (<= K[0] 5))", "(== K[1] 2)", "(== (* K[0] K[0] K[1]) 18)", "(or (> Y[0] 0.5) (<= Y[0] 0.5))"), {"w": "whole"}),
        "polynomial": (MIXED + PIXELS + asserted("(and (>= gain 1) (<= gain 4))", "(<= (* image[0,0,0,0] image[0,0,1,1]) 0.25)", "(!= score[0,0] score[0,1])",
                       "(and (>= score[0,2] score[0,0]) (>= score[0,2] score[0,1]))"), {"m": "mixed"}),
        "polynomial_high": (MIXED + PIXELS + asserted("(== gain 1)", "(> (* image[0,0,0,0] image[0,0,1,1]) 1.25)"), {"m": "mixed"}),
        "input_times_output": (HIDDEN + box("X", 2) + asserted("(> (* X[0] Y[0]) 1.0)", "(< (* X[1] X[1]) 0.5)"), {"n": "hidden"}),
        "cubes": (HIDDEN + box("X", 2) + asserted("(> (+ (* X[0] X[0] X[0]) (* -1.0 X[1])) 2.5)"), {"n": "hidden"}),
        "disc": (pair() + box("X", 2) + EQUAL + asserted("(<= (+ (* X[0] X[0]) (* X[1] X[1])) 0.25)", "(or (> (- W[0] Y[0]) 0.25) (> (- Y[0] W[0]) 0.25))"), fg),
        "two_inputs": (TWO + box("A", 2) + asserted("(and (>= B[0,0] 0.0) (<= B[0,0] 1.0) (>= B[0,1] 0.0) (<= B[0,1] 1.0))", "(> P[0] P[1])", "(< Q[0] (- P[1] A[0]))"), {"t": "two"}),
        "two_inputs_equal": (TWO + box("A", 2) + asserted("(== B[0,0] A[1])", "(== B[0,1] A[0])", "(> (+ P[0] P[1] Q[0]) 50.0)"), {"t": "two"}),
        "boxes": (TWO + asserted("(or (and (>= A[0] 0.0) (<= A[0] 0.1)) (and (>= A[0] 0.8) (<= A[0] 0.9)))", "(and (>= A[1] 0.0) (<= A[1] 0.1))", "(== B[0,0] 0.25)", "(== B[0,1] -0.25)",
                  "(or (> P[0] 0.3) (and (< P[1] 0.2) (!= Q[0] 0.0)))"), {"t": "two"}),
        "unbounded": (pair() + EQUAL + asserted("(> (- W[0] Y[0]) 100.0)"), fg),
        "thirds": (pair("equal-to f") + asserted("(== (* 3.0 X[0]) 1.0)", "(== (* 3.0 X[1]) -1.0)", "(<= Y[0] 100.0)", "(== (* 3.0 U[0]) (+ X[0] X[1]))", "(== U[1] X[1])", "(<= W[1] 50.0)"), ff),
    }


class Tester:
    def __init__(self, sinew, folder):
        self.sinew, self.folder, self.wrong, self.checks = sinew, folder, [], 0
        self.networks = networks()
        for name, network in self.networks.items():
            (folder / f"{name}.onnx").write_bytes(network.onnx())

    def check(self, name, good, what):
        self.checks += 1
        if not good:
            self.wrong.append(f"{name}: {what}")

    def run(self, *words):
        return subprocess.run([self.sinew, *map(str, words)], text=True, capture_output=True, timeout=120, check=False)

    def options(self, files):
        return [word for network, file in files.items() for word in ("--network", f"{network}={self.folder / file}.onnx")]

    def script(self, text, files):
        """The question for Z3, from the networks' own numbers."""
        script, terms = "", {}
        for name, (relation, other, tensors) in text.networks.items():
            network = self.networks[files[other if relation == "equal-to" else name]]
            inputs = []
            for role, tensor, kind, shape, _ in tensors:
                if role != 0:
                    continue
                for i in range(product(shape)):
                    script += f"(declare-const {tensor}_{i} {'Int' if 'int' in kind else 'Real'})\n"
                    terms[tensor, i] = f"{tensor}_{i}"
                    inputs.append(f"(to_real {tensor}_{i})" if "int" in kind else f"{tensor}_{i}")
            definitions, known = network.script(name, inputs)
            script += definitions
            self.place(network, tensors, known, terms)
        return script + text.smt(lambda tensor, element: terms[tensor, element]) + "(check-sat)\n"

    @staticmethod
    def place(network, tensors, known, values):
        last, begin = known[f"sum_{len(network.layers) - 1}_out"], 0
        for role, tensor, _, shape, node in tensors:
            for i in range(product(shape)):
                if role == 1:
                    values[tensor, i] = known[node][i]
                if role == 2:
                    values[tensor, i] = last[begin + i]
            begin += product(shape) if role == 2 else 0

    def z3(self, script):
        done = subprocess.run(["z3", "-in", "-T:60"], input=script, text=True, capture_output=True, check=False)
        return done.stdout.strip()

    def witness(self, text, output):
        """Values by tensor and element; None where the lines are not as the standard has them."""
        values, lines = {}, output.split("\n")[1:-1]
        for _, _, tensors in text.networks.values():
            for _, name, kind, shape, _ in tensors:
                if not lines or lines.pop(0) != f"{name} {kind} [{','.join(map(str, shape))}]":
                    return None
                for i in range(product(shape)):
                    if not lines or not re.fullmatch(r"-?\d+" if "int" in kind else r"-?\d+\.\d+", lines[0]):
                        return None
                    values[name, i] = Fraction(lines.pop(0))
        return None if lines else values

    def replayed(self, text, files, values):
        """The witness's inputs, and what the networks make of them."""
        result = {}
        for name, (relation, other, tensors) in text.networks.items():
            network = self.networks[files[other if relation == "equal-to" else name]]
            inputs = []
            for role, tensor, _, shape, _ in tensors:
                if role == 0:
                    for i in range(product(shape)):
                        result[tensor, i] = values[tensor, i]
                        inputs.append(values[tensor, i])
            self.place(network, tensors, network.values(inputs), result)
        return result

    def ask(self, name, source, files):
        text = Text(source)
        file = self.folder / f"{name}.vnnlib"
        file.write_text(source)
        expected = self.z3(self.script(text, files))
        self.check(name, expected in ("sat", "unsat"), f"Z3 says {expected}")
        done = self.run("verify", file, *self.options(files), "--timeout", 60)
        verdict = done.stdout.split("\n")[0]
        self.check(name, verdict == expected and done.returncode == 0, f"{verdict} instead of {expected}: {done.stderr}")
        self.check(name, "note: " not in done.stderr.replace("computed with exact real numbers", "").replace("note: " + str(file), "", 1) or "float32" in source, done.stderr)
        if verdict == "sat":
            values = self.witness(text, done.stdout)
            self.check(name, values is not None, f"the witness has another form: {done.stdout}")
            if values is not None:
                replayed = self.replayed(text, files, values)
                self.check(name, text.holds(lambda tensor, i: replayed[tensor, i], SLACK), f"the witness is none: {done.stdout}")
                self.check(name, all(abs(replayed[key] - values[key]) < SLACK * 1000 for key in values), "outputs of the witness are others")
        elif verdict == "unsat":
            self.check(name, done.stdout == "unsat\n", "there is more on standard output")
        again = self.run("export", "--to", "vnnlib2", file, *self.options(files))
        self.check(name, again.returncode == 0, again.stderr)
        if again.returncode == 0:
            try:
                written = Text(again.stdout)
                self.check(name, self.z3(self.script(written, files)) == expected, "what is written back asks something else")
            except Exception as error:  # pylint: disable=broad-except
                self.check(name, False, f"what is written is not the standard's: {error!r}\n{again.stdout}")

    def refuse(self, name, source, files, message, status=2):
        file = self.folder / "refused.vnnlib"
        file.write_text(source)
        done = self.run("verify", file, *(self.options(files) if isinstance(files, dict) else files))
        self.check(name, done.returncode == status and message in done.stderr and done.stdout == "", f"exit {done.returncode}, not '{message}': {done.stdout}{done.stderr}")

    def read(self, name, source, files, verdict, note):
        file = self.folder / "lenient.vnnlib"
        file.write_text(source)
        done = self.run("verify", file, *self.options(files))
        self.check(name, done.stdout.startswith(verdict) and note in done.stderr, f"{done.stdout}{done.stderr}")

    def errors(self):
        one = VERSION + declare("f", ["declare-input X real [2]", "declare-output Y real [2]"])
        some = one + box("X", 2)
        f = {"f": "f"}
        self.refuse("no network", some, {}, "the file of the network f is missing")
        self.refuse("another network", some, {"f": "f", "g": "g"}, "a network g, which is not declared")
        self.refuse("a file for equal-to", pair("equal-to f") + EQUAL, {"f": "f", "g": "g"}, "one too many")
        self.refuse("no file for isomorphic-to", pair() + EQUAL, f, "the file of the network g is missing")
        self.refuse("twice", some, ["--network", f"f={self.folder}/f.onnx", "--network", f"f={self.folder}/g.onnx"], "is given two files")
        self.refuse("no name", some, ["--network", f"{self.folder}"], "expected NAME=FILE", 1)
        self.refuse("another type", some.replace("real", "float64"), f, "X is declared as float64, and 'x0' of the file is float32")
        self.refuse("another shape", some.replace("X real [2]", "X real [3]"), f, "has [2]")
        self.refuse("an output too many", some.replace("(declare-output Y real [2])", "(declare-output Y real [1]) (declare-output Z real [1])"), f, "declares 2 outputs")
        self.refuse("no such node", HIDDEN.replace("relu_0_out", "relu_0_ouz") + box("X", 2), {"n": "hidden"}, "did you mean relu_0_out?")
        self.refuse("no such element", some + asserted("(> X[2] 0.0)"), f, "X[2] has no such element")
        self.refuse("indices", some + asserted("(> X[0,0] 0.0)"), f, "X has 1 axis")
        self.refuse("no index", some + asserted("(> X 0.0)"), f, "0 indices are named")
        self.refuse("not declared", some + asserted("(> Z[0] 0.0)"), f, "Z is not declared")
        self.refuse("declared twice", some.replace("Y real", "X real"), f, "X is declared twice")
        self.refuse("no output", VERSION + "(declare-network f (declare-input X real [2]))", f, "the network f has no output")
        self.refuse("relation to none", pair("equal-to k"), f, "no network is called k before this one")
        self.refuse("relation to a copy", pair("equal-to f") + declare("k", ["declare-input V real [2]", "declare-output Z real [2]"], "(equal-to g)"), f, "is equal to another network itself")
        self.refuse("version", some.replace("<2.0>", "<3.0>"), f, "version <3.0>")
        self.refuse("type", some.replace("real", "float23"), f, "the element type float23 is not supported")
        self.refuse("shape", some.replace("X real [2]", "X real [2,0]"), f, "is no shape")
        self.refuse("infinity", some + asserted("(< Y[0] inf)"), f, "inf is not declared")
        self.refuse("parentheses", some + "(assert (> X[0] 0.0)", f, "never closed")
        self.refuse("three sides", some + asserted("(< 0.0 X[0] 1.0)"), f, "'<' compares two numbers")
        self.refuse("a command", some + "(check-sat)", f, "check-sat is no command")
        self.refuse("a text of 1.0", "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)(assert (<= X_0 1.0))", f, "and this is none")

    def lenient(self):
        one = VERSION + declare("f", ["declare-input X real [2]", "declare-output Y real [2]"])
        f = {"f": "f"}
        self.read("equal-to named again", pair("equal-to f") + box("X", 2) + EQUAL, {"f": "f", "g": "f"}, "sat", "g needs no file")
        self.read("blanks", one.replace("[2]", "[ 2 ]") + "( assert ( <= X [0] 1 ) )\n(assert (<= X[ 1] 1.0))", f, "sat", "")
        self.read("an exponent", one + asserted("(<= X[0] 1e-3)"), f, "sat", "exponent")
        self.read("not", one + asserted("(not (<= X[0] 1.0))"), f, "sat", "has no 'not'")
        self.read("infix", one + box("X", 2) + asserted("(Y[0] < (Y[1] + 100.0))"), f, "sat", "in front of what it joins")
        self.read("a hyphen", one.replace("-network f", "-network f-copy") + asserted("(<= X[0] 1.0)"), {"f-copy": "f"}, "sat", "letters, digits and _")
        self.read("no version", one.replace(VERSION, "") + asserted("(<= X[0] 1.0)"), f, "sat", "begins with (vnnlib-version")
        self.read("old types", one.replace("real", "Real") + asserted("(<= X[0] 1.0)"), f, "sat", "")
        self.read("shapes", one.replace("[2]", "[1,1,2]") + asserted("(<= X[0,0,1] 1.0)"), f, "sat", "its elements are taken in order")
        self.read("names of the file", one.replace("X real [2]", 'X real [2] "x0"') + asserted("(<= X[0] 1.0)"), f, "sat", "in the order of the file")
        self.read("divisions", one + asserted("(<= (/ X[0] 3.0) 1/3)", "(=> (> X[0] 0.0) (= Y[0] Y[0]))"), f, "sat", "has no '/'")

    def forms(self):
        folder = self.folder / "tensors"
        file = self.folder / "mixed_square.vnnlib"
        done = self.run("verify", file, "--network", f"m={self.folder}/mixed.onnx", "--serialise-assignments", folder, "--quiet")
        self.check("tensors", done.stdout == "sat\n" and {path.name for path in folder.iterdir()} == {"image.pb", "gain.pb", "score.pb"}, done.stdout + done.stderr)
        gain = (folder / "gain.pb").read_bytes() if (folder / "gain.pb").exists() else b""
        self.check("tensors", struct.pack("<i", 3) in gain and b"gain" in gain, f"gain is {gain!r}")
        done = self.run("verify", self.folder / "f.onnx", self.folder / "one.vnnlib")
        (self.folder / "one.vnnlib").write_text(VERSION + declare("f", ["declare-input X real [2]", "declare-output Y real [2]"]) + box("X", 2))
        done = self.run("verify", self.folder / "f.onnx", self.folder / "one.vnnlib")
        self.check("one file", done.stdout.startswith("sat\nX real [2]\n"), done.stdout + done.stderr)
        done = self.run("verify", file, "--network", f"m={self.folder}/mixed.onnx", "--timeout", "0.0001")
        self.check("timed-out", done.stdout == "timed-out\n" and done.returncode == 3, done.stdout)
        (self.folder / "instances.csv").write_text(f"\"[('f', 'f.onnx'), ('g', 'g.onnx')]\",empty.vnnlib,60\n\"[('f','f.onnx')]\",itself.vnnlib,60\nf.onnx,one.vnnlib,60\n")
        done = self.run("verify", self.folder / "instances.csv", "--quiet")
        self.check("a list", re.findall(r" (sat|unsat) ", done.stdout) == ["unsat", "unsat", "sat"], done.stdout + done.stderr)
        for capability in ("onnx-opset-versions", "onnx-element-types", "onnx-operators", "vnnlib-versions", "hidden-node-theories", "multiple-input-output-theories", "multiple-network-theories",
                           "multiple-node-comparison-theories", "arithmetic-complexity-theories", "optimised-disjunctive-reasoning", "serialise-assignments"):
            done = self.run("supports", "--" + capability)
            self.check(capability, done.returncode == 0 and done.stdout.endswith("\n") and done.stdout.strip(), done.stderr)
        self.check("version", re.fullmatch(r"\d+\.\d+\.\d+\n", self.run("--version").stdout), self.run("--version").stdout)
        self.check("name", self.run("--name").stdout == "sinew\n", "another name")


def main():
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(sys.argv[1], pathlib.Path(folder))
        asked = questions()
        for name, (source, files) in asked.items():
            if len(sys.argv) < 3 or name in sys.argv[2:]:
                tester.ask(name, source, files)
        if len(sys.argv) < 3:
            tester.errors()
            tester.lenient()
            tester.forms()
    print("\n".join(tester.wrong) if tester.wrong else f"{len(asked)} questions answered as Z3 answers them; {tester.checks} checks")
    sys.exit(1 if tester.wrong else 0)


if __name__ == "__main__":
    main()
