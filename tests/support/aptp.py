# SPDX-License-Identifier: Apache-2.0
"""A reader of APTP (trees of activation patterns) and of networks as .net, by the formats' texts, with exact arithmetic.

    aptp.py FILE.aptp     whether its leaves cover, and the proof of each leaf holds
"""
import pathlib
import re
import sys
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.vipr import Proof, Wrong  # noqa: E402


def expressions(text):
    """Lists of lists and words; comments begin with a semicolon."""
    stack = [[]]
    for word in re.findall(r"[()]|[^\s()]+", re.sub(r";.*", "", text)):
        if word == "(":
            stack.append([])
        elif word == ")":
            if len(stack) < 2:
                raise Wrong("a bracket that nothing opened")
            last = stack.pop()
            stack[-1].append(last)
        else:
            stack[-1].append(word)
    if len(stack) != 1:
        raise Wrong("a bracket that nothing closes")
    return stack[0]


def number(word):
    if not re.fullmatch(r"-?\d+(\.\d+)?", word):
        raise Wrong(f"{word} is no decimal")
    return Fraction(word)


class Tree:
    """box, leaves (sets of signed numbers of ReLUs), rows (coefficients of outputs, constant): sum + constant <= 0."""

    def __init__(self, text):
        self.names, self.neurons, self.leaves, self.rows = {"X": [], "Y": []}, [], [], []
        sides = {}
        for each in expressions(text):
            if each[0] == "declare-const" and each[-1] == "Real":
                for name in each[1:-1]:
                    self.names[name[0]].append(name)
            elif each[0] == "declare-pwl" and each[-1] == "ReLU":
                self.neurons += each[1:-1]
            elif each[0] == "assert" and len(each) == 2 and each[1][0] == "or":
                for leaf in each[1][1:]:
                    self.leaves.append(self.leaf(leaf))
            elif each[0] == "assert" and len(each) == 2:
                relation, left, right = each[1]
                if left.startswith("X_"):
                    if (left, relation) in sides:
                        raise Wrong("a side of the box is there twice")
                    sides[left, relation] = number(right)
                elif relation in ("<=", ">=") and left.startswith("Y_"):
                    self.rows.append(self.row(left, right) if relation == "<=" else self.row(right, left))
                else:
                    raise Wrong("an output's relation")
            else:
                raise Wrong(f"an unknown statement {each[0]}")
        if self.names["X"] != [f"X_{i}" for i in range(len(self.names["X"]))] or self.names["Y"] != [f"Y_{i}" for i in range(len(self.names["Y"]))]:
            raise Wrong("names of inputs or outputs")
        if self.neurons != [f"N_{i + 1}" for i in range(len(self.neurons))]:
            raise Wrong("names of neurons")
        try:
            self.box = [(sides.pop((name, ">=")), sides.pop((name, "<="))) for name in self.names["X"]]
        except KeyError:
            raise Wrong("an input without a side") from None
        if sides:
            raise Wrong("sides of no input")

    def leaf(self, expression):
        if expression[0] != "and" or len(expression) < 2:
            raise Wrong("a leaf is (and …)")
        result = set()
        for relation, name, zero in expression[1:]:
            if relation not in ("<", ">=") or number(zero) != 0 or name not in self.neurons:
                raise Wrong("a phase")
            result.add(int(name[2:]) * (1 if relation == ">=" else -1))
        return frozenset(result)

    def row(self, left, right):
        coefficients, constant = [Fraction(0)] * len(self.names["Y"]), Fraction(0)
        for word, sign in ((left, 1), (right, -1)):
            if word.startswith("Y_"):
                if word not in self.names["Y"]:
                    raise Wrong("no such output")
                coefficients[int(word[2:])] += sign
            else:
                constant += sign * number(word)
        return coefficients, constant

    def check_cover(self):
        """Whether each choice of phases is in a leaf: the tree's own splits found again, or any other way to cover."""
        pending = [(frozenset(), self.leaves)]
        while pending:
            phases, leaves = pending.pop()
            if any(leaf <= phases for leaf in leaves):
                continue
            if not leaves:
                raise Wrong(f"no leaf has the phases {sorted(phases)}")
            counts = {}
            for leaf in leaves:
                for phase in leaf - phases:
                    counts[abs(phase)] = counts.get(abs(phase), 0) + 1
            neuron = max(counts, key=lambda each: (counts[each], each))
            for phase in (neuron, -neuron):
                pending.append((phases | {phase}, [leaf for leaf in leaves if -phase not in leaf]))


def read_network(text):
    """layers as relu_encoding has them, and how many inputs."""
    words = iter(text.split())
    if [next(words, ""), next(words, ""), next(words, "")] != ["NET", "v1", "INPUT"]:
        raise Wrong("NET v1 INPUT expected")
    inputs = int(next(words))
    layers = []
    for word in words:
        if word == "END":
            if next(words, None) is not None:
                raise Wrong("something follows END")
            return layers, inputs
        kind = next(words, "")
        if word != "LAYER" or kind not in ("Linear", "ReLU"):
            raise Wrong("a layer expected")
        if kind == "ReLU":
            layers.append(("relu",))
            continue
        size, below = int(next(words)), int(next(words))
        if next(words, "") != "W":
            raise Wrong("W expected")
        rows = [[Fraction(next(words)) for _ in range(below)] for _ in range(size)]
        if next(words, "") != "B":
            raise Wrong("B expected")
        layers.append(("linear", rows, [Fraction(next(words)) for _ in range(size)]))
    raise Wrong("END expected")


def key_of(leaf):
    return "_".join(str(literal) for literal in sorted(leaf))


def main():
    path = pathlib.Path(sys.argv[1])
    try:
        tree = Tree(path.read_text())
        tree.check_cover()
        for leaf in tree.leaves:
            Proof((path.parent / f"{path.stem}.leaf{key_of(leaf)}.vipr").read_text()).check()
    except Wrong as wrong:
        sys.exit(f"not verified: {wrong}")
    print("verified: unsat")


if __name__ == "__main__":
    main()
