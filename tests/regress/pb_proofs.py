#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proofs of pseudo-Boolean problems: what `sinew solve --proof` writes, `sinew check` and a second reader (pb_reader.py) accept, and what they accept of damaged proofs is true (by trying all assignments; of larger problems what both readers
say of the whole proof)."""
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile

import pb_reader

sinew = sys.argv[1]
damages_per_proof = int(sys.argv[2]) if len(sys.argv) > 2 else 7
folder = tempfile.TemporaryDirectory()
opb = os.path.join(folder.name, "q.opb")
pbp = os.path.join(folder.name, "q.pbp")
dice = random.Random(17)
failed = []


def row(terms, relation, bound):
    return (terms, relation, bound)


def pigeons(n):
    x = lambda p, h: p * n + h + 1
    rows = [row([(1, x(p, h)) for h in range(n)], ">=", 1) for p in range(n + 1)]
    return (n + 1) * n, None, rows + [row([(-1, x(p, h)) for p in range(n + 1)], ">=", -1) for h in range(n)]


def even_colouring(n, odd):
    """A ring of triangles: edges at each node half and half; an odd number of edges cannot be."""
    edges = [(a, b) for a in range(n) for b in range(a + 1, n)]
    degree = n - 1
    rows = [row([(1, e + 1) for e, edge in enumerate(edges) if v in edge], "=", degree // 2) for v in range(n)]
    if odd:
        rows.append(row([(1, 1), (1, 2)], ">=", 2))
    return len(edges), None, rows


def knapsack(n):
    weights = [dice.randint(3, 30) for _ in range(n)]
    return n, [(-dice.randint(3, 30), v + 1) for v in range(n)], [row([(-w, v + 1) for v, w in enumerate(weights)], ">=", -sum(weights) // 2)]


def cover(n, m):
    rows = [row([(1, v) for v in dice.sample(range(1, n + 1), 3)], ">=", 1) for _ in range(m)]
    return n, [(dice.randint(1, 4), v + 1) for v in range(n)], rows


def any_problem(n, m, objective):
    rows = []
    for _ in range(m):
        terms = [(dice.choice([-5, -3, -2, -1, 1, 2, 3, 5]), v * dice.choice([-1, 1])) for v in dice.sample(range(1, n + 1), dice.randint(2, min(6, n)))]
        total = sum(c for c, _ in terms)
        rows.append(row(terms, dice.choice([">=", ">=", ">=", "="]), (total + dice.randint(-2, 3)) // 2))
    return n, [(dice.randint(-6, 6), dice.choice([-1, 1]) * (v + 1)) for v in range(n)] if objective else None, rows


def text_of(terms):
    return " ".join(f"{c:+d} {'~' if v < 0 else ''}x{abs(v)}" for c, v in terms)


def write_problem(problem):
    n, objective, rows = problem
    with open(opb, "w", encoding="utf-8") as out:
        out.write(f"* #variable= {n} #constraint= {len(rows)}\n")
        if objective:
            out.write(f"min: {text_of(objective)} ;\n")
        for terms, relation, bound in rows:
            out.write(f"{text_of(terms)} {relation} {bound} ;\n")


def sum_of(terms, values):
    return sum(c for c, v in terms if values[abs(v) - 1] == (v > 0))


def wide(n, m, objective):
    """Coefficients up to 40, rows of many terms: rows are learned."""
    rows = []
    for _ in range(m):
        terms = [(dice.choice([-1, 1]) * dice.randint(1, 40), v) for v in dice.sample(range(1, n + 1), dice.randint(n // 3, n))]
        low, high = sum(c for c, _ in terms if c < 0), sum(c for c, _ in terms if c > 0)
        rows.append(row(terms, ">=", low + (high - low) * dice.randint(48, 60) // 100))
    return n, [(dice.randint(1, 20), v + 1) for v in range(n)] if objective else None, rows


def truth(problem):
    """None: no solution; else the least value (0 without an objective); "?" where there is too much to try."""
    n, objective, rows = problem
    if n > 12:
        return "?"
    best = None
    for values in itertools.product([False, True], repeat=n):
        if all(sum_of(t, values) >= b if r == ">=" else sum_of(t, values) == b for t, r, b in rows):
            value = sum_of(objective or [], values)
            best = value if best is None else min(best, value)
    return best


def check(text):
    with open(pbp, "w", encoding="utf-8") as out:
        out.write(text)
    run = subprocess.run([sinew, "check", opb, pbp], capture_output=True, text=True, timeout=60, check=False)
    if run.returncode not in (0, 2):
        failed.append(f"check ended with {run.returncode}: {run.stderr}")
    return run.stdout.split("\n")[0].removeprefix("verified: ") if run.returncode == 0 else None


def second(text, problem):
    """What the second reader says; None if it refuses."""
    try:
        return pb_reader.read(text, problem[2], problem[1], problem[0])
    except pb_reader.Refused:
        return None


def is_true(conclusion, least, whole):
    """Whether what was verified holds; `whole` is what the undamaged proof says."""
    if least == "?":
        return conclusion in (whole, "nothing") or (whole == "satisfiable") == (conclusion == "satisfiable") and not (conclusion == "unsatisfiable" or whole == "unsatisfiable")
    if conclusion == "unsatisfiable":
        return least is None
    if conclusion == "satisfiable":
        return least is not None
    if match := re.fullmatch(r"optimum (-?\d+)", conclusion):
        return least == int(match[1])
    if match := re.fullmatch(r"objective >= (-?\d+)", conclusion):
        return least is None or int(match[1]) <= least
    if match := re.fullmatch(r"(-?\d+) <= objective <= (-?\d+)", conclusion):
        return least is not None and int(match[1]) <= least <= int(match[2])
    return conclusion == "nothing"


KINDS = ("line", "order", "word", "sign", "number", "truncation", "byte")


def damaged(text, kind):
    lines = text.split("\n")
    at = dice.randrange(1, len(lines) - 1)
    words = lines[at].split(" ")
    if kind == "line":
        del lines[at]
    elif kind == "order":
        other = dice.randrange(1, len(lines) - 1)
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "word":
        del words[dice.randrange(len(words))]
    elif kind == "sign":
        places = [i for i, word in enumerate(words) if re.fullmatch(r"~?[xy]\d+", word)]
        if places:
            place = dice.choice(places)
            words[place] = words[place][1:] if words[place].startswith("~") else "~" + words[place]
    elif kind == "number":
        numbers = [i for i, word in enumerate(words) if re.fullmatch(r"-?\d+", word)]
        if numbers:
            place = dice.choice(numbers)
            words[place] = str(int(words[place]) + dice.choice([-1, 1, 10, -10**30, 10**40]))
    elif kind == "truncation":
        return text[: dice.randrange(len(text) - 2)]
    else:
        place = dice.randrange(len(text))
        return text[:place] + dice.choice("x~;:>=0123 \n-w*+ds%") + text[place + 1 :]
    if kind in ("word", "sign", "number"):
        lines[at] = " ".join(words)
    return "\n".join(lines)


problems = [pigeons(n) for n in (2, 3)] + [even_colouring(n, odd) for n in (3, 5) for odd in (False, True)]
problems += [knapsack(n) for n in range(5, 12)] + [cover(n, 2 * n) for n in range(5, 12)]
problems += [any_problem(dice.randint(3, 10), dice.randint(2, 12), k % 2 == 0) for k in range(60)]
problems += [pigeons(n) for n in (4, 5, 6, 7)] + [knapsack(n) for n in range(20, 26)] + [cover(n, 2 * n) for n in range(16, 26)]
problems += [wide(n, n, n % 2 == 0) for n in range(16, 36)] + [even_colouring(7, False)]
tried = dict.fromkeys(KINDS + ("formula",), 0)
rejected = dict(tried)
steps = dict.fromkeys(("pol", "rup", "red", "soli", "del"), 0)
before = None
for number, problem in enumerate(problems):
    write_problem(problem)
    least = truth(problem)
    solved = subprocess.run([sinew, "solve", opb, "--proof", pbp], capture_output=True, text=True, timeout=60, check=False)
    if solved.returncode:
        failed.append(f"problem {number}: solve ended with {solved.returncode}: {solved.stderr}")
        continue
    with open(pbp, encoding="utf-8") as file:
        proof = file.read()
    for line in proof.split("\n"):
        rule = line.split(" ")[0]
        if rule in steps:
            steps[rule] += 1
    whole = check(proof)
    wanted = whole if least == "?" else "unsatisfiable" if least is None else f"optimum {least}" if problem[1] else "satisfiable"
    if whole is None or whole != wanted or (least == "?" and problem[1] and not whole.startswith(("optimum", "unsat"))):
        failed.append(f"problem {number}: {wanted} is not verified")
        continue
    if second(proof, problem) != wanted:
        failed.append(f"problem {number}: {wanted} is not what the second reader says")
    if before is not None:
        tried["formula"] += 1
        conclusions = [check(before), second(before, problem)]
        rejected["formula"] += conclusions == [None, None]
        failed += [f"problem {number}: the proof of another shows {c}, which is false" for c in conclusions if c is not None and not is_true(c, least, whole)]
    before = proof
    lies = []
    if least not in (None, "?"):
        head = proof[: proof.index("output NONE")]
        rows = sum(2 if r == "=" else 1 for _, r, _ in problem[2])
        end = "output NONE ;\nconclusion {} ;\nend pseudo-Boolean proof ;\n"
        lies = [f"{head}rup >= 1 ;\n" + end.format("UNSAT : -1"), head + end.format(f"UNSAT : {rows}")]
        if problem[1]:
            lies += [head + end.format("BOUNDS INF : -1 INF"), proof.replace(f"BOUNDS {least} ", f"BOUNDS {least + 1} "), proof.replace(f" {least} :", f" {least - 1} :")]
    for lie in lies:
        conclusion = check(lie)
        if conclusion is not None and not is_true(conclusion, least, whole):
            failed.append(f"problem {number}: a lie is verified: {conclusion}\n{lie}")
    for damage in range(damages_per_proof):
        kind = KINDS[damage % len(KINDS)]
        bad = damaged(proof, kind)
        if bad == proof:
            continue
        tried[kind] += 1
        conclusions = [check(bad), second(bad, problem)]
        rejected[kind] += conclusions[0] is None
        failed += [f"problem {number}: {c} is verified and false:\n{bad}" for c in conclusions if c is not None and not is_true(c, least, whole)]
for kind, count in tried.items():
    # A learned clause with another literal may follow as well, or not be needed.
    if rejected[kind] < count / 3:
        failed.append(f"only {rejected[kind]} of {count} proofs damaged so are rejected: {kind}")
failed += [f"no proof has {rule}" for rule, count in steps.items() if not count]
# At a limit the proof says what is known.
for number in range(12):
    problem = [cover(30, 60), wide(30, 30, True)][number % 2]
    write_problem(problem)
    subprocess.run([sinew, "solve", opb, "--proof", pbp, "--set", f"rows.conflict_limit={30 * number + 1}"], capture_output=True, timeout=60, check=False)
    with open(pbp, encoding="utf-8") as file:
        proof = file.read()
    shown = check(proof)
    if shown is None or shown == "nothing" or shown != second(proof, problem):
        failed.append(f"at a limit: {shown}, and {second(proof, problem)} by the second reader")
counts = ", ".join(f"{kind} {rejected[kind]} of {count}" for kind, count in tried.items())
print("\n".join(failed[:20]) or f"{len(problems)} proofs verified by both readers ({steps}); damaged ones rejected: {counts}; what was verified of the others is true")
sys.exit(bool(failed))
