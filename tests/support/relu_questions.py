# SPDX-License-Identifier: Apache-2.0
"""Small random questions about ReLU networks, as the dnn format says them and as exact numbers."""
from fractions import Fraction


class Question:
    """layers: ("linear", rows, biases) and ("relu",); box: (low, high) by input; disjuncts: lists of (coefficients, constant, is_strict): sum + constant <= 0 (or < 0)."""

    def __init__(self, layers, box, disjuncts):
        self.layers, self.box, self.disjuncts = layers, box, disjuncts

    def dnn(self):
        lines, source, hidden = [], [f"x{i}" for i in range(len(self.box))], 0
        for index, (kind, *parameters) in enumerate(self.layers):
            if kind == "relu":
                continue
            is_last = index == len(self.layers) - 1
            for i, (row, bias) in enumerate(zip(*parameters)):
                name = f"y{i}" if is_last else f"a{hidden}_{i}"
                lines.append(f"  '{name}': '{self.sum_of(row, bias, source)}',")
            source = [f"n{hidden}_{i}" for i in range(len(parameters[0]))]
            hidden += 1
        outputs = [f"y{i}" for i in range(len(self.layers[-1][1]))]
        domains = ", ".join(f"'x{i}': 'real [{low}, {high}]'" for i, (low, high) in enumerate(self.box))
        cases = []
        for rows in self.disjuncts:
            parts = [f"({self.sum_of(c, constant, outputs)} {'<' if strict else '<='} 0)" for c, constant, strict in rows]
            cases.append(parts[0] if len(parts) == 1 else "(and " + " ".join(parts) + ")")
        out = cases[0] if len(cases) == 1 else "(or " + " ".join(cases) + ")"
        return "dnn = {\n" + "\n".join(lines) + "\n}\n" + f"domains = {{ {domains} }}\nconditions = {{ 'in': 'true', 'out': '{out}' }}\n"

    @staticmethod
    def sum_of(row, bias, names):
        terms = [(w, name) for w, name in zip(row, names) if w != 0]
        text = " ".join(("- " if w < 0 else "+ " if i else "") + f"{abs(w)}*{name}" for i, (w, name) in enumerate(terms)) if terms else f"0*{names[0]}"
        if text.startswith("- "):
            text = "-" + text[2:]
        return text + (f" - {-bias}" if bias < 0 else f" + {bias}")


def random_form(dice, size, plain=False):
    if plain:
        form = [Fraction(0)] * size
        form[dice.randrange(size)] = Fraction(dice.choice([-1, 1]))
        return form
    form = [Fraction(dice.randint(-4, 4)) for _ in range(size)]
    form[dice.randrange(size)] = Fraction(dice.choice([-3, -1, 1, 2]))
    return form


def random_question(dice, sizes, cases=1, strict=False, evaluate=None, plain=False):
    """A network of such sizes, and outputs (of plain questions single ones) somewhat beyond those of a few hundred points."""
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [("linear", [[Fraction(dice.randint(-30, 30), 20) for _ in range(inputs)] for _ in range(outputs)], [Fraction(dice.randint(-10, 10), 10) for _ in range(outputs)]), ("relu",)]
    layers.pop()
    box = [(Fraction(dice.randint(-10, 0), 10), Fraction(dice.randint(1, 10), 10)) for _ in range(sizes[0])]
    points = [[low + (high - low) * Fraction(dice.randint(0, 8), 8) for low, high in box] for _ in range(200)]
    outputs = [evaluate(layers, point)[1] for point in points]
    disjuncts = []
    for _ in range(cases):
        form = random_form(dice, sizes[-1], plain)
        values = [sum(c * y for c, y in zip(form, output)) for output in outputs]
        beyond = min(values) - (max(values) - min(values)) * Fraction(dice.randint(2, 12), 20) - Fraction(1, 10)
        rows = [(form, -beyond, strict)]
        if dice.random() < 0.3:
            other = random_form(dice, sizes[-1], plain)
            rows.append((other, -max(sum(c * y for c, y in zip(other, output)) for output in outputs), False))
        if rows not in disjuncts:
            disjuncts.append(rows)
    return Question(layers, box, disjuncts)
