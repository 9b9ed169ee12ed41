# SPDX-License-Identifier: Apache-2.0
"""What the constraints of a proof say about a ReLU network: derived from the network again, in exact fractions."""
from fractions import Fraction

from support.vipr import Wrong


def demand(holds, what):
    if not holds:
        raise Wrong(what)


def evaluate(layers, inputs):
    """Values of all variables: inputs, then sums and ReLUs of each layer."""
    values, current = list(inputs), list(inputs)
    for kind, *parameters in layers:
        if kind == "linear":
            current = [sum((w * x for w, x in zip(row, current)), b) for row, b in zip(*parameters)]
        else:
            current = [max(x, Fraction(0)) for x in current]
        values += current
    return values, current


def check_encoding(proof, layers, box, disjuncts, phases=()):
    """Whether the constraints are those of the network over the box where one of the disjuncts (lists of (coefficients of outputs, constant, is_strict): sum + constant <= 0) holds: no more and no less. Of `phases` (number of the ReLU, is_active), constraints say them at the end."""
    names = proof.variables
    left = {}
    rows = [(row.sense, row.right, row.terms) for row in proof.given]
    phases = dict(phases)
    for _ in range(len(phases)):
        sense, bound, terms = rows.pop()
        number = next((n for n in phases if terms == {names.index(f"piece.{n}"): 1}), None)
        demand(number is not None and (sense, bound) == (("G", 1) if phases.pop(number) else ("L", 0)), "a phase is missing")
    for sense, bound, terms in rows:
        key = (sense, bound, frozenset(terms.items()))
        left[key] = left.get(key, 0) + 1

    def take(sense, bound, terms):
        key = (sense, Fraction(bound), frozenset((v, Fraction(c)) for v, c in terms.items() if c != 0))
        demand(left.get(key, 0) > 0, f"a constraint is missing: {sense} {bound} {terms}")
        left[key] -= 1

    bounds = [tuple(side) for side in box]
    for variable, (low, high) in enumerate(bounds):
        take("G", low, {variable: 1})
        take("L", high, {variable: 1})
    binaries = {name: v for v, name in enumerate(names) if v in proof.integers}
    for variable in binaries.values():
        take("G", 0, {variable: 1})
        take("L", 1, {variable: 1})
    source, relus, begin = 0, 0, len(box)
    for kind, *parameters in layers:
        size = begin - source
        if kind == "linear":
            for row, bias in zip(*parameters):
                ends = [(w * bounds[source + j][0], w * bounds[source + j][1]) for j, w in enumerate(row)]
                variable = len(bounds)
                bounds.append((bias + sum(min(e) for e in ends), bias + sum(max(e) for e in ends)))
                take("E", bias, {**{source + j: -w for j, w in enumerate(row)}, variable: 1})
        else:
            for z in range(source, source + size):
                y, (low, high) = len(bounds), bounds[z]
                bounds.append((max(low, 0), max(high, 0)))
                binary = binaries.pop(f"piece.{relus}", None)
                relus += 1
                if binary is None:
                    demand(low >= 0 or high <= 0, "an open neuron has no binary variable")
                    key = ("E", Fraction(0), frozenset([(y, Fraction(1))]))
                    if high <= 0 and left.get(key, 0) > 0:
                        take("E", 0, {y: 1})
                    else:
                        demand(low >= 0, "a neuron that may be inactive is its input")
                        take("E", 0, {z: -1, y: 1})
                    continue
                take("G", 0, {y: 1})
                take("G", 0, {z: -1, y: 1})
                # The constants are wherever the rows have them; they must be true bounds.
                active = [key for key, count in left.items() if count and key[0] == "L" and dict(key[2]).keys() == {z, y, binary} and dict(key[2])[y] == 1]
                inactive = [key for key, count in left.items() if count and key[0] == "L" and dict(key[2]).keys() == {y, binary} and dict(key[2])[y] == 1]
                demand(len(active) == 1 and len(inactive) == 1, "a neuron without its rows")
                l = -dict(active[0][2])[binary]
                u = -dict(inactive[0][2])[binary]
                demand(l <= low and u >= high, "a bound of a neuron is not true")
                take("L", -l, {z: -1, y: 1, binary: -l})
                take("L", 0, {y: 1, binary: -u})
        source, begin = begin, len(bounds)
    slack = names.index("slack") if "slack" in names else None
    if slack is not None:
        demand(proof.objective == {slack: -1} and (proof.claim.terms, proof.claim.right) == ({slack: -1}, 0), "the slack is not the objective")
        take("L", 1, {slack: 1})
    else:
        demand(not proof.objective, "an objective without slack")
    choices = [binaries.pop(f"case.{i}", None) for i in range(len(disjuncts))] if len(disjuncts) != 1 else [None]
    demand(not binaries, "a binary variable that is no neuron's")
    for choice, rows in zip(choices, disjuncts):
        for coefficients, constant, is_strict in rows:
            form = {source + j: c for j, c in enumerate(coefficients) if c != 0}
            most = constant + sum(max(c * bounds[v][0], c * bounds[v][1]) for v, c in form.items())
            has_slack = slack is not None and is_strict
            if has_slack:
                form[slack] = Fraction(1)
            found = [key for key, count in left.items() if count and key[0] == "L" and {v: c for v, c in dict(key[2]).items() if v != choice} == form]
            found = [key for key in found if key[1] == -constant + dict(key[2]).get(choice, 0)]
            if not found:
                demand(not has_slack and most <= 0, "a row of the conditions is missing")
                continue
            size = dict(found[0][2]).get(choice, Fraction(0))
            demand(choice is None or size >= most + has_slack, "a condition's constant is too small")
            left[found[0]] -= 1
    if len(disjuncts) != 1:
        demand(None not in choices, "a case of the conditions is missing")
        take("G", 1, {choice: 1 for choice in choices})
    demand(not any(left.values()), f"a constraint that the question does not have: {[key for key, count in left.items() if count][:1]}")
