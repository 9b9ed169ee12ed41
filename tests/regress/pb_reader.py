# SPDX-License-Identifier: Apache-2.0
"""A second reader of VeriPB 3.0 proofs, by the format's text alone and with nothing of sinew: strict about the grammar, hints are all that a hinted `rup` may use, propagation by looking at every row again and again."""
import re

NAME = r"[A-Za-z_][A-Za-z0-9_^\[\]{}-]+"
LITERAL = rf"~?{NAME}"
INTEGER = r"[+-]?\d+"
ROW = rf"(?:{INTEGER} {LITERAL} )*>= {INTEGER}"
POL = rf"(?:\d+|{LITERAL}|\+|\d+ \*|\d+ d|s|{NAME} w)"
STATEMENTS = [re.compile(text) for text in (
    r"f( \d+)? ;", rf"pol( {POL})+ ;", rf"rup {ROW}( :( \d+| ~)+)? ;", rf"red {ROW} : {NAME} -> [01] ;", r"del id( \d+)+ ;",
    rf"soli?( {LITERAL})*( : {INTEGER})? ;", r"output NONE ;", r"conclusion (NONE|UNSAT : \d+) ;", rf"conclusion SAT :( {LITERAL})* ;",
    rf"conclusion BOUNDS ({INTEGER}|INF) : \d+ (INF|{INTEGER} :( {LITERAL})*) ;", r"end pseudo-Boolean proof ;")]


class Refused(Exception):
    pass


def normal(terms, degree):
    """A row as ({variable: (coefficient > 0, negated)}, degree)."""
    sums = {}
    for c, literal in terms:
        variable = literal.lstrip("~")
        if literal[0] == "~":
            degree -= c
            c = -c
        sums[variable] = sums.get(variable, 0) + c
    row = {}
    for variable, c in sums.items():
        if c > 0:
            row[variable] = (c, False)
        elif c < 0:
            row[variable] = (-c, True)
            degree -= c
    return row, degree


def terms_of(row):
    return [(c, "~" + v if negated else v) for v, (c, negated) in row[0].items()]


def negation(row):
    return {v: (c, not negated) for v, (c, negated) in row[0].items()}, sum(c for c, _ in row[0].values()) - row[1] + 1


def up(a, b):
    return -(-a // b)


def is_contradiction(row):
    return sum(c for c, _ in row[0].values()) < row[1]


def implied(row, by):
    """Their difference is at least the difference of the degrees, whatever the values."""
    return is_contradiction(by) or normal(terms_of(row) + [(-c, l) for c, l in terms_of(by)], row[1] - by[1])[1] <= 0


class Reader:
    def __init__(self, rows, objective, variables):
        """rows: (terms, relation, bound) with terms (coefficient, ±variable); variables x1 to x{variables}."""
        name = lambda v: f"~x{-v}" if v < 0 else f"x{v}"
        self.given = []
        for terms, relation, bound in rows:
            named = [(c, name(v)) for c, v in terms]
            self.given.append(normal(named, bound))
            if relation == "=":
                self.given.append(normal([(-c, l) for c, l in named], -bound))
        self.objective = None if objective is None else [(c, name(v)) for c, v in objective]
        self.variables = {f"x{v + 1}" for v in range(variables)}
        self.known = set(self.variables)
        self.rows = dict(enumerate(self.given, 1))
        self.core = set(self.rows)
        self.last = len(self.given)
        self.best = None

    def add(self, row, core=False):
        self.last += 1
        self.rows[self.last] = row
        if core:
            self.core.add(self.last)

    def get(self, word):
        if int(word) not in self.rows:
            raise Refused(f"no row {word}")
        return self.rows[int(word)]

    def row(self, words):
        at = words.index(">=")
        for literal in words[1:at:2]:
            if literal.lstrip("~") not in self.known:
                raise Refused(f"no variable {literal}")
        return normal([(int(c), l) for c, l in zip(words[:at:2], words[1:at:2])], int(words[at + 1]))

    def contradicts(self, rows):
        values = {}
        progress = True
        while progress:
            progress = False
            for terms, degree in rows:
                slack = -degree
                open_terms = []
                for v, (c, negated) in terms.items():
                    if v not in values:
                        open_terms.append((c, v, negated))
                        slack += c
                    elif values[v] != negated:
                        slack += c
                if slack < 0:
                    return True
                for c, v, negated in open_terms:
                    if c > slack:
                        values[v] = not negated
                        progress = True
        return False

    def pol(self, words):
        stack = []
        at = 0
        while at < len(words):
            word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
            if word not in ("+", "s") and after in ("*", "d", "w"):
                terms, degree = stack.pop()
                if after == "w":
                    degree -= terms[word][0] if word in terms else 0
                    terms = {v: t for v, t in terms.items() if v != word}
                elif after == "*":
                    terms = {v: (c * int(word), n) for v, (c, n) in terms.items()} if int(word) else {}
                    degree *= int(word)
                else:
                    terms = {v: (up(c, int(word)), n) for v, (c, n) in terms.items()}
                    degree = up(degree, int(word))
                stack.append((terms, degree))
                at += 2
                continue
            if word == "+":
                b, a = stack.pop(), stack.pop()
                stack.append(normal(terms_of(a) + terms_of(b), a[1] + b[1]))
            elif word == "s":
                terms, degree = stack.pop()
                stack.append(({v: (min(c, degree), n) for v, (c, n) in terms.items()} if degree > 0 else {}, max(degree, 0)))
            elif word.isdigit():
                stack.append(self.get(word))
            elif word.lstrip("~") in self.known:
                stack.append(normal([(1, word)], 0))
            else:
                raise Refused(f"no variable {word}")
            at += 1
        if len(stack) != 1:
            raise Refused("`pol` leaves one row")
        return stack[0]

    def red(self, words):
        colon = words.index(":")
        variable, value = words[colon + 1], words[colon + 3] == "1"
        if variable in self.variables:
            raise Refused("a witness for a variable of the problem")
        self.known.add(variable)
        row = self.row(words[:colon])
        chosen = lambda r: ({v: t for v, t in r[0].items() if v != variable}, r[1] - (r[0][variable][0] if variable in r[0] and r[0][variable][1] != value else 0))
        if chosen(row)[1] > 0:
            raise Refused("the witness does not satisfy the row")
        terms, degree = negation(row)
        against = chosen((terms, degree)) if variable not in terms else ({v: t for v, t in terms.items() if v != variable}, degree - terms[variable][0])
        for other in self.rows.values():
            if variable in other[0] and not implied(chosen(other), against):
                raise Refused("another row need not hold with the witness")
        self.add(row)

    def solution(self, words):
        values = {w.lstrip("~"): w[0] != "~" for w in words}
        if len(values) != len(words) or set(values) != self.variables:
            raise Refused("a solution has each variable once")
        for terms, degree in self.given:
            if sum(c for v, (c, negated) in terms.items() if values[v] != negated) < degree:
                raise Refused("not a solution")
        return sum(c for c, l in self.objective or [] if values[l.lstrip("~")] == (l[0] != "~"))

    def bounds(self, words):
        lower, row, rest = words[0], self.get(words[2]), words[3:]
        if lower == "INF":
            if self.best is not None or not is_contradiction(row) or rest != ["INF"]:
                raise Refused("there is a solution, or nothing says that there is none")
            return "unsatisfiable"
        if self.best is not None and int(lower) > self.best:
            raise Refused("a solution is below the lower bound")
        if self.best is None and is_contradiction(row):
            raise Refused("no solution, but a bound")
        if not implied(normal(self.objective, int(lower)), row):
            raise Refused("the row does not bound the objective")
        if rest == ["INF"]:
            return f"objective >= {lower}"
        if self.solution(rest[2:]) > int(rest[0]) or int(lower) > int(rest[0]):
            raise Refused("the solution is worse")
        return f"optimum {lower}" if int(lower) == int(rest[0]) else f"{lower} <= objective <= {rest[0]}"

    def step(self, line):
        if not any(statement.fullmatch(line) for statement in STATEMENTS):
            raise Refused(f"not in the grammar: {line[:80]}")
        rule, *words = line[:-2].split(" ")
        if rule == "f" and words and int(words[0]) != len(self.given):
            raise Refused("another number of rows")
        if rule == "pol":
            try:
                self.add(self.pol(words))
            except (IndexError, ValueError, ZeroDivisionError) as error:
                raise Refused("`pol` lacks a row") from error
        elif rule == "rup":
            colon = words.index(":") if ":" in words else len(words)
            row = self.row(words[:colon])
            rows = [self.get(w) for w in words[colon + 1 :] if w != "~"] if colon < len(words) else list(self.rows.values())
            if not self.contradicts([negation(row)] + rows):
                raise Refused("does not follow by unit propagation")
            self.add(row)
        elif rule == "red":
            self.red(words)
        elif rule == "del":
            for word in words[1:]:
                self.get(word)
                if int(word) in self.core:
                    raise Refused("a row of the problem is deleted")
                del self.rows[int(word)]
        elif rule in ("sol", "soli"):
            colon = words.index(":") if ":" in words else len(words)
            value = self.solution(words[:colon])
            if colon < len(words) and int(words[colon + 1]) != value:
                raise Refused("another value")
            if rule == "soli":
                if self.objective is None:
                    raise Refused("`soli` without an objective")
                self.best = value if self.best is None else min(self.best, value)
                self.add(normal([(-c, l) for c, l in self.objective], 1 - value), core=True)
        elif rule == "conclusion":
            if words[0] == "SAT":
                self.solution(words[2:])
                return "satisfiable"
            if words[0] == "UNSAT":
                if self.best is not None or not is_contradiction(self.get(words[2])):
                    raise Refused("no contradiction")
                return "unsatisfiable"
            if words[0] == "BOUNDS":
                if self.objective is None:
                    raise Refused("BOUNDS without an objective")
                return self.bounds(words[1:])
            return "nothing"
        return None


def read(text, rows, objective, variables):
    """What the proof shows; Refused says why not."""
    lines = text.split("\n")
    if lines[0] != "pseudo-Boolean proof version 3.0" or lines[-1] != "":
        raise Refused("no such proof")
    if len(lines) < 5 or lines[-2] != "end pseudo-Boolean proof ;" or not lines[-3].startswith("conclusion ") or lines[-4] != "output NONE ;":
        raise Refused("no end")
    reader = Reader(rows, objective, variables)
    conclusion = None
    for number, line in enumerate(lines[1:-1]):
        if (number == 0) != line.startswith("f"):
            raise Refused("`f` comes first, and once")
        if line.startswith(("output", "conclusion", "end")) and number < len(lines) - 5:
            raise Refused("an end before the end")
        conclusion = reader.step(line) or conclusion
    return conclusion
