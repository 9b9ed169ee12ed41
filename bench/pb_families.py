# SPDX-License-Identifier: Apache-2.0
"""Generated pseudo-Boolean problems, the same from run to run: what bench/pb_proofs asks besides the problems of suites."""

import random


def write(path, variables, objective, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"* #variable= {variables} #constraint= {len(rows)}\n")
        if objective:
            out.write("min: " + " ".join(f"{c:+d} x{v}" for c, v in objective) + " ;\n")
        for terms, relation, bound in rows:
            out.write(" ".join(f"{c:+d} x{v}" for c, v in terms) + f" {relation} {bound} ;\n")


def pigeons(n, holes):
    x = lambda p, h: p * holes + h + 1
    rows = [([(1, x(p, h)) for h in range(holes)], ">=", 1) for p in range(n)]
    return n * holes, None, rows + [([(-1, x(p, h)) for p in range(n)], ">=", -1) for h in range(holes)]


def cover(dice, n, m, size, most):
    rows = [([(1, v) for v in dice.sample(range(1, n + 1), size)], ">=", 1) for _ in range(m)]
    return n, [(dice.randint(1, most), v + 1) for v in range(n)], rows


def wide(dice, n, m, optimise):
    rows = []
    for _ in range(m):
        terms = [(dice.choice([-1, 1]) * dice.randint(1, 40), v) for v in dice.sample(range(1, n + 1), dice.randint(n // 3, n))]
        low, high = sum(c for c, _ in terms if c < 0), sum(c for c, _ in terms if c > 0)
        rows.append((terms, ">=", low + (high - low) * dice.randint(50, 56) // 100))
    return n, [(dice.randint(1, 20), v + 1) for v in range(n)] if optimise else None, rows


def knapsack(dice, n, m):
    rows = []
    for _ in range(m):
        weights = [dice.randint(5, 60) for _ in range(n)]
        rows.append(([(-w, v + 1) for v, w in enumerate(weights)], ">=", -sum(weights) // 2))
    return n, [(-dice.randint(5, 60), v + 1) for v in range(n)], rows


def even_colouring(dice, n):
    """Of a random graph whose nodes have four edges each, half are to be chosen at every node; an odd number cannot be."""
    while True:
        ends = [v for v in range(n) for _ in range(4)]
        dice.shuffle(ends)
        edges = set(zip(map(min, ends[::2], ends[1::2]), map(max, ends[::2], ends[1::2])))
        if len(edges) == 2 * n and all(a != b for a, b in edges):
            break
    edges = sorted(edges)
    # One edge has a node in its middle.
    a, b = edges.pop()
    edges += [(a, n), (b, n)]
    rows = [([(1, e + 1) for e, edge in enumerate(edges) if v in edge], "=", 2 if v < n else 1) for v in range(n + 1)]
    return len(edges), None, rows


def families():
    dice = random.Random(2026)
    return {
        "pigeons": [pigeons(n + 1, n) for n in range(8, 28, 2)],
        "covers": [cover(dice, 50 + 2 * k, 90 + 4 * k, 4, 20) for k in range(10)],
        "cardinalities": [cover(dice, 40 + 2 * k, 80 + 4 * k, 5, 1) for k in range(10)],
        "coefficients": [wide(dice, 40 + 2 * k, 40 + 2 * k, False) for k in range(10)],
        "optima": [wide(dice, 24 + k, 24 + k, True) for k in range(10)],
        "knapsacks": [knapsack(dice, 22 + k, 4) for k in range(10)],
        "even colourings": [even_colouring(dice, n) for n in range(8, 18)],
    }
