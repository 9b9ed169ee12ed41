# SPDX-License-Identifier: Apache-2.0
"""Random small ReLU networks with questions about them, as dnn text; evaluated exactly."""
from fractions import Fraction


class Network:
    """Fully connected ReLU layers over a box; weights are tenths. `wide`: with many inputs, and more neurons."""

    def __init__(self, rng, wide=False):
        self.inputs = rng.randint(16, 20) if wide else rng.randint(1, 3)
        sizes = [rng.randint(9, 14) if wide else rng.randint(1, 3) for _ in range(2 if wide else rng.randint(1, 2))]
        self.layers, before = [], self.inputs
        for size in sizes + [2]:
            self.layers.append([([Fraction(rng.randint(-15, 15), 10) for _ in range(before)], Fraction(rng.randint(-10, 10), 10)) for _ in range(size)])
            before = size
        self.box = [(Fraction(rng.randint(-10, 0), 5), Fraction(rng.randint(1, 10), 5)) for _ in range(self.inputs)]

    def values(self, point):
        """By name: x0, a0_0, n0_0, y0."""
        named = {f"x{i}": value for i, value in enumerate(point)}
        now = list(point)
        for number, layer in enumerate(self.layers):
            sums = [sum(w * v for w, v in zip(weights, now)) + bias for weights, bias in layer]
            if number + 1 == len(self.layers):
                named |= {f"y{i}": value for i, value in enumerate(sums)}
            else:
                named |= {f"a{number}_{i}": value for i, value in enumerate(sums)}
                now = [max(value, Fraction(0)) for value in sums]
                named |= {f"n{number}_{i}": value for i, value in enumerate(now)}
        return named

    def point(self, rng):
        return [low + (high - low) * Fraction(rng.randint(0, 8), 8) for low, high in self.box]

    def text(self, condition):
        lines = []
        for number, layer in enumerate(self.layers):
            last = number + 1 == len(self.layers)
            for i, (weights, bias) in enumerate(layer):
                before = [f"x{j}" if number == 0 else f"n{number - 1}_{j}" for j in range(len(weights))]
                total = " + ".join(f"{w}*{name}" for w, name in zip(weights, before)) + f" + {bias}"
                lines.append(f"'{'y' + str(i) if last else f'a{number}_{i}'}': '{total}'".replace("+ -", "- "))
        domains = ", ".join(f"'x{i}': 'real [{low}, {high}]'" for i, (low, high) in enumerate(self.box))
        return f"dnn = {{ {', '.join(lines)} }}\ndomains = {{ {domains} }}\nconditions = {{ 'out': '{condition}' }}\n"


def condition_beyond(network, rng, names):
    """A condition that no tried point has, near to those that some have."""
    tried = [network.values(network.point(rng)) for _ in range(300)]
    high = {name: max(values[name] for values in tried) for name in names}
    low = {name: min(values[name] for values in tried) for name in names}
    step = Fraction(rng.randint(0, 10), 10)
    atoms = [f"(y0 {rng.choice(('>', '>='))} {high['y0'] + step})", f"(y1 {rng.choice(('<', '<='))} {low['y1'] - step})",
             f"(y0 - y1 > {max(v['y0'] - v['y1'] for v in tried) + step})"]
    rng.shuffle(atoms)
    kind = rng.randrange(3)
    return atoms[0] if kind == 0 else f"({'or' if kind == 1 else 'and'} {atoms[0]} {atoms[1]})"
