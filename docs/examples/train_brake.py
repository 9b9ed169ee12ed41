#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the brake controller of docs/tutorial.md, in plain Python, the same on every machine: no library, only sums and products.

    train_brake.py OUT.dnn [EXTRA.csv...]

x0 is the gap to what is ahead, in units of 100 m; x1 the speed at which it closes, in units of 30 m/s. Braking in time takes a gap of 0.8 * x1^2. Outputs: y0 says
"brake", y1 "go"; the larger one wins. EXTRA files hold situations "gap,speed,class" (0: brake), each of which is seen twenty times as often as a recorded one.
"""
import random
import sys

HIDDEN = 5
RANDOM = random.Random(14)


def label(gap, speed):
    return 0 if gap < 0.8 * speed * speed + 0.05 else 1


def recorded():
    """What was driven: people keep their distance, so that few situations are critical."""
    examples = []
    while len(examples) < 300:
        gap, speed = RANDOM.random(), RANDOM.random()
        if label(gap, speed) == 1 or RANDOM.random() < 0.05:
            examples.append((gap, speed, label(gap, speed)))
    return examples


def relu(value):
    return value if value > 0 else 0.0


def layer(rows, columns):
    return [[RANDOM.uniform(-1, 1) for _ in range(columns)] + [0.0] for _ in range(rows)]  # the last number is the bias


def forward(net, values):
    seen = [values]
    for number, weights in enumerate(net):
        sums = [sum(w * v for w, v in zip(row, seen[-1])) + row[-1] for row in weights]
        seen.append(sums if number == len(net) - 1 else [relu(s) for s in sums])
    return seen


def step(net, example, rate):
    """A step of gradient descent on the hinge loss: the right output shall lead by 1."""
    seen = forward(net, list(example[:2]))
    right, other = example[2], 1 - example[2]
    if seen[-1][right] - seen[-1][other] >= 1:
        return
    slopes = [0.0, 0.0]
    slopes[right], slopes[other] = -1.0, 1.0
    for number in reversed(range(len(net))):
        below = [sum(slopes[i] * net[number][i][j] for i in range(len(slopes))) if number and seen[number][j] > 0 else 0.0
                 for j in range(len(seen[number]))]
        for i, slope in enumerate(slopes):
            row = net[number][i]
            for j, value in enumerate(seen[number]):
                row[j] -= rate * slope * value
            row[-1] -= rate * slope
        slopes = below


def train(examples, extra):
    net = [layer(HIDDEN, 2), layer(HIDDEN, HIDDEN), layer(2, HIDDEN)]
    for epoch in range(60):
        order = examples + extra * 20
        RANDOM.shuffle(order)
        for example in order:
            step(net, example, 0.02 / (1 + epoch / 10))
    return net


def written(net):
    """The network as dnn text, its weights as decimals with three digits: that text is the network from now on."""
    def total(row, names):
        return " + ".join(f"{w:.3f}{n}" for w, n in zip(row, names)).replace("+ -", "- ") + f" + {row[-1]:.3f}".replace("+ -", "- ")

    lines, names = ["dnn = {"], ["x0", "x1"]
    for number, weights in enumerate(net):
        last = number == len(net) - 1
        for i, row in enumerate(weights):
            lines.append(f"    '{'y' if last else 'a' + str(number)}{i}': '{total(row, names)}',")
        names = [f"n{number}{i}" for i in range(len(weights))]
    return "\n".join(lines + ["}", "domains = { 'x0': 'real [0, 1]', 'x1': 'real [0, 1]' }", ""])


def main():
    examples = recorded()
    extra = []
    for file in sys.argv[2:]:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                gap, speed, kind = line.split(",")
                extra.append((float(gap), float(speed), int(kind)))
    net = train(examples, extra)
    right = 0
    for gap, speed, kind in examples:
        scores = forward(net, [gap, speed])[-1]
        right += (0 if scores[0] > scores[1] else 1) == kind
    print(f"{right} of {len(examples)} recorded situations right")
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(written(net))


if __name__ == "__main__":
    main()
