# SPDX-License-Identifier: Apache-2.0
"""A reader of VNN-LIB 2.0 in its strict grammar: SMT-LIB for Z3, and whether an assignment holds."""
import re
from fractions import Fraction

NAME = r"[A-Za-z][A-Za-z0-9_]*"
TOKEN = re.compile(r'\s*(?:;[^\n]*\n\s*)*(\(|\)|"[^"]*"|<\d+\.\d+>|\[[0-9,]*\]|<=|>=|==|!=|<|>|\+|\*|-?\d+(?:\.\d+)?|-|[A-Za-z][A-Za-z0-9_-]*(?:\[[0-9,]*\])?)')


class Malformed(Exception):
    pass


def tokens(text):
    at, found = 0, []
    text = text.rstrip() + "\n"
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        if not match:
            raise Malformed(text[at:at + 40])
        found.append(match[1])
        at = match.end()
    return found


def trees(text):
    stack = [[]]
    for token in tokens(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(token)
    if len(stack) != 1:
        raise Malformed("parentheses")
    return stack[0]


def extents(text):
    return [int(extent) for extent in text[1:-1].split(",")] if text != "[]" else []


def product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result


class Text:
    """networks: name -> (relation, other, [(role, name, type, shape, node)]); assertions as trees."""

    def __init__(self, text):
        self.networks, self.assertions, self.shapes, self.types = {}, [], {}, {}
        commands = trees(text)
        if commands[0] != ["vnnlib-version", "<2.0>"]:
            raise Malformed("version")
        for command in commands[1:]:
            if command[0] == "assert" and len(command) == 2:
                self.assertions.append(command[1])
                continue
            if command[0] != "declare-network" or self.assertions:
                raise Malformed(str(command))
            relation, other, tensors = None, None, []
            for part in command[2:]:
                if part[0] in ("equal-to", "isomorphic-to") and not tensors:
                    relation, other = part
                    continue
                role = {"declare-input": 0, "declare-hidden": 1, "declare-output": 2}[part[0]]
                if len(part) != (5 if role == 1 else 4) or (tensors and tensors[-1][0] > role) or not re.fullmatch(NAME, part[1]):
                    raise Malformed(str(part))
                tensors.append((role, part[1], part[2], extents(part[3]), part[4].strip('"') if role == 1 else None))
                self.shapes[part[1]], self.types[part[1]] = tensors[-1][3], part[2]
            if not {0, 2} <= {tensor[0] for tensor in tensors}:
                raise Malformed("inputs and outputs")
            self.networks[command[1]] = (relation, other, tensors)
        if not self.assertions:
            raise Malformed("no assertion")
        for assertion in self.assertions:
            self.check_types(assertion)

    def check_types(self, tree):
        """All of a comparison is of one family, and constants are written as it has them."""
        if tree[0] in ("and", "or"):
            for part in tree[1:]:
                self.check_types(part)
            return
        if tree[0] not in ("<", "<=", ">", ">=", "==", "!=") or len(tree) != 3:
            raise Malformed(str(tree))
        families = self.families(tree[1]) | self.families(tree[2])
        variables = {family for family in families if not family.startswith("constant")}
        if len(variables) != 1 or (families - variables) - {"constant " + next(iter(variables))}:
            raise Malformed(f"types of {tree}")

    def families(self, tree):
        result = set()
        for token in flat(tree):
            if re.fullmatch(r"-?\d+", token):
                result.add("constant whole")
            elif re.fullmatch(r"-?\d+\.\d+", token):
                result.add("constant real")
            elif re.match(NAME, token):
                result.add("whole" if "int" in self.types[token.split("[")[0]] else "real")
        return result

    def element(self, reference):
        name, bracket, rest = reference.partition("[")
        shape = self.shapes[name]
        indices = extents(bracket + rest) if bracket else []
        if len(indices) != len(shape) or any(not 0 <= i < extent for i, extent in zip(indices, shape)):
            raise Malformed(reference)
        number = 0
        for i, extent in zip(indices, shape):
            number = number * extent + i
        return name, number

    def terms(self, tree, leaf):
        """A tree with its numbers and elements replaced by what leaf() makes of them."""
        if isinstance(tree, list):
            return [self.terms(part, leaf) for part in tree]
        if re.fullmatch(r"-?\d+(\.\d+)?", tree):
            return leaf(Fraction(tree))
        if tree.split("[")[0] in self.shapes:
            return leaf(self.element(tree))
        return tree

    def smt(self, declared):
        """The assertions; declared(name, element) is a term."""
        def leaf(what):
            if isinstance(what, Fraction):
                size = f"(/ {abs(what.numerator)}.0 {what.denominator}.0)"
                return size if what >= 0 else f"(- {size})"
            return declared(*what)

        def text(items):
            if not isinstance(items, list):
                return {"==": "=", "!=": "distinct"}.get(items, items)
            return "(" + " ".join(text(item) for item in items) + ")"
        return "".join(f"(assert {text(self.terms(assertion, leaf))})\n" for assertion in self.assertions)

    def holds(self, value, slack=Fraction(0)):
        """Whether all assertions do, where value(name, element) is a number; comparisons may fail by the slack."""
        def leaf(what):
            return what if isinstance(what, Fraction) else value(*what)

        def number(item):
            if not isinstance(item, list):
                return item
            operands = [number(part) for part in item[1:]]
            if item[0] == "*":
                result = Fraction(1)
                for operand in operands:
                    result *= operand
                return result
            if item[0] == "-" and len(operands) > 1:
                return operands[0] - sum(operands[1:])
            return sum(operands) if item[0] == "+" else -operands[0]

        def truth(item):
            if item[0] == "and":
                return all(truth(part) for part in item[1:])
            if item[0] == "or":
                return any(truth(part) for part in item[1:])
            difference = number(item[1]) - number(item[2])
            return {"<": difference < slack, "<=": difference <= slack, ">": difference > -slack, ">=": difference >= -slack,
                    "==": abs(difference) <= slack, "!=": difference != 0 or slack > 0}[item[0]]
        return all(truth(self.terms(assertion, leaf)) for assertion in self.assertions)


def flat(tree):
    if isinstance(tree, str):
        yield tree
        return
    for part in tree:
        yield from flat(part)
