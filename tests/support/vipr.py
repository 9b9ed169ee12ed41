# SPDX-License-Identifier: Apache-2.0
"""A reader of VIPR 1.0 (Cheung, Gleixner, Steffy, IPCO 2017) by the format's text, with exact arithmetic: asm, lin, rnd, uns; infeasibility, or a lower bound of the objective.

    vipr.py FILE
"""
import dataclasses
import itertools
import math
import sys
from fractions import Fraction


class Wrong(Exception):
    """Why a file is no proof."""


@dataclasses.dataclass
class Constraint:
    terms: dict
    sense: str
    right: Fraction
    assumptions: frozenset = frozenset()

    def is_absurd(self):
        if any(self.terms.values()):
            return False
        return {"G": self.right > 0, "L": self.right < 0, "E": self.right != 0}[self.sense]

    def implies(self, other):
        """As viprchk has it: the same left side and no weaker, or an absurdity."""
        if self.is_absurd():
            return True
        if self.terms != other.terms:
            return False
        if other.sense == "G":
            return self.sense in "GE" and self.right >= other.right
        if other.sense == "L":
            return self.sense in "LE" and self.right <= other.right
        return self.sense == "E" and self.right == other.right

    def holds(self, point):
        left = sum(coefficient * point[i] for i, coefficient in self.terms.items())
        return {"G": left >= self.right, "L": left <= self.right, "E": left == self.right}[self.sense]


class Proof:
    def __init__(self, text):
        self.words = iter(text.split())
        self.variables, self.integers, self.given, self.derived = [], set(), [], 0
        self.constraints = []
        self.gone = {}
        self.assumed = set()

    def word(self):
        try:
            return next(self.words)
        except StopIteration:
            raise Wrong("the file ends early") from None

    def number(self):
        try:
            return Fraction(self.word())
        except (ValueError, ZeroDivisionError) as error:
            raise Wrong(str(error)) from None

    def count(self):
        value = self.number()
        if value.denominator != 1:
            raise Wrong("a count is none")
        return int(value)

    def expect(self, *words):
        for word in words:
            if (found := self.word()) != word:
                raise Wrong(f"{found} where {word} is expected")

    def terms(self):
        result = {}
        for _ in range(self.count()):
            index = self.count()
            if not 0 <= index < len(self.variables) or index in result:
                raise Wrong("a term's variable")
            result[index] = self.number()
        return {i: c for i, c in result.items() if c}

    def constraint(self):
        self.word()
        sense = self.word()
        if sense not in ("G", "L", "E"):
            raise Wrong("a sense")
        right = self.number()
        count = self.word()
        if count == "OBJ":
            return Constraint(dict(self.objective), sense, right)
        self.words = itertools.chain([count], self.words)
        return Constraint(self.terms(), sense, right)

    def at(self, index):
        if not 0 <= index < len(self.constraints) or self.constraints[index] is None:
            raise Wrong(f"constraint {index} is not there")
        if self.gone.get(index, math.inf) < len(self.constraints):
            raise Wrong(f"constraint {index} was not to be used any more")
        return self.constraints[index]

    def read_problem(self):
        self.expect("VER")
        if self.word() not in ("1.0", "1.1"):
            raise Wrong("a version")
        self.expect("VAR")
        self.variables = [self.word() for _ in range(self.count())]
        self.expect("INT")
        self.integers = {self.count() for _ in range(self.count())}
        self.expect("OBJ", "min")
        self.objective = self.terms()
        self.expect("CON")
        rows, _ = self.count(), self.count()
        self.constraints = [self.constraint() for _ in range(rows)]
        self.given = list(self.constraints)
        self.expect("RTP")
        if (kind := self.word()) == "range":
            self.claim = Constraint(self.objective, "G", self.number())
            self.expect("inf")
        elif kind == "infeas":
            self.claim = Constraint({}, "G", Fraction(1))
        else:
            raise Wrong("what is to be proved")
        self.expect("SOL", "0", "DER")
        self.derived = self.count()

    def combined(self):
        """lin: the sum, whose sense is what all summands agree on."""
        terms, right, senses, assumptions, summed = {}, Fraction(0), set(), frozenset(), set()
        for _ in range(self.count()):
            index, factor = self.count(), self.number()
            used = self.at(index)
            if index in summed:
                raise Wrong(f"constraint {index} is there twice")
            summed.add(index)
            if factor == 0:
                continue
            if used.sense != "E":
                senses.add(used.sense if factor > 0 else {"G": "L", "L": "G"}[used.sense])
            for index, coefficient in used.terms.items():
                terms[index] = terms.get(index, 0) + factor * coefficient
            right += factor * used.right
            assumptions |= used.assumptions
        if len(senses) > 1:
            raise Wrong("senses that do not fit")
        return Constraint({i: c for i, c in terms.items() if c}, senses.pop() if senses else "E", right, assumptions)

    def split_of(self, first, second):
        """x <= d or x >= d + 1 for an integer form."""
        if {first.sense, second.sense} != {"L", "G"} or first.terms != second.terms:
            raise Wrong("no split")
        low, high = (first, second) if first.sense == "L" else (second, first)
        if not all(i in self.integers and c.denominator == 1 for i, c in low.terms.items()) or low.right.denominator != 1 or high.right != low.right + 1:
            raise Wrong("a split that leaves something out")

    def check(self):
        self.read_problem()
        last = None
        for _ in range(self.derived):
            number = len(self.constraints)
            claimed = self.constraint()
            self.expect("{")
            kind = self.word()
            if kind == "asm":
                claimed.assumptions = frozenset([number])
                self.assumed.add(number)
            elif kind == "lin":
                found = self.combined()
                if not found.implies(claimed):
                    raise Wrong(f"constraint {number} does not follow")
                claimed.assumptions = found.assumptions
            elif kind == "rnd":
                found = self.combined()
                if not all(i in self.integers and c.denominator == 1 for i, c in found.terms.items()) or found.sense == "E":
                    raise Wrong("rounding of what is no integer")
                found.right = Fraction(math.ceil(found.right) if found.sense == "G" else math.floor(found.right))
                if not found.implies(claimed):
                    raise Wrong(f"constraint {number} does not follow")
                claimed.assumptions = found.assumptions
            elif kind == "uns":
                one, one_side, other, other_side = (self.count() for _ in range(4))
                if not {one_side, other_side} <= self.assumed:
                    raise Wrong("a split of what is no assumption")
                self.split_of(self.at(one_side), self.at(other_side))
                for each in (one, other):
                    if not self.at(each).implies(claimed):
                        raise Wrong(f"constraint {number} does not follow")
                claimed.assumptions = (self.at(one).assumptions - {one_side}) | (self.at(other).assumptions - {other_side})
            else:
                raise Wrong(f"a reason {kind}")
            self.expect("}")
            until = self.count()
            if until >= 0:
                self.gone[number] = until
            self.constraints.append(claimed)
            last = claimed
        if next(self.words, None) is not None:
            raise Wrong("something follows the end")
        if last is None or not last.implies(self.claim) or last.assumptions:
            raise Wrong("the end is not what is to be proved")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        try:
            Proof(file.read()).check()
        except Wrong as wrong:
            sys.exit(f"not verified: {wrong}")
    print("verified: unsat")
