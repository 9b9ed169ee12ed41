#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures of docs/tutorial.md: draw_brake.py NETWORK.dnn OUT.svg [GAP,SPEED...]: where the controller brakes, where it has to, points."""
import re
import sys

STEPS, SIZE, LEFT, TOP = 96, 384, 56, 16
MUST_BRAKE = [(0.4, 0.128), (0.6, 0.288), (0.8, 0.512)]  # from this speed on, up to this gap


def read(file):
    """The sums of the network, in order: name, coefficients, constant."""
    sums = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            match = re.match(r"\s+'([ay]\d+)': '(.*)'", line)
            if match:
                terms = re.findall(r"([+-]?)\s*([\d.]+)([xn]\d+)?", match[2])
                sums.append((match[1], [(float(sign + number), name) for sign, number, name in terms]))
    return sums


def brakes(sums, gap, speed):
    values = {"x0": gap, "x1": speed}
    for name, terms in sums:
        value = sum(number * values[other] if other else number for number, other in terms)
        values[name.replace("a", "n")] = max(value, 0) if name.startswith("a") else value
    return values["y0"] > values["y1"]


def main():
    sums = read(sys.argv[1])
    cell = SIZE / STEPS
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIZE + 16} {TOP + SIZE + 48}" font-family="sans-serif" font-size="13">',
             f'<rect width="{LEFT + SIZE + 16}" height="{TOP + SIZE + 48}" fill="#fff"/>',
             f'<rect x="{LEFT}" y="{TOP}" width="{SIZE}" height="{SIZE}" fill="#e8f3ea"/>']
    for row in range(STEPS):
        start = None
        for column in range(STEPS + 1):
            on = column < STEPS and brakes(sums, (column + 0.5) / STEPS, 1 - (row + 0.5) / STEPS)
            if on and start is None:
                start = column
            if not on and start is not None:
                parts.append(f'<rect x="{LEFT + start * cell:g}" y="{TOP + row * cell:g}" width="{(column - start) * cell:g}" height="{cell + 0.3:g}" fill="#f2b8a0"/>')
                start = None
    for speed, gap in MUST_BRAKE:
        parts.append(f'<rect x="{LEFT}" y="{TOP}" width="{gap * SIZE:g}" height="{(1 - speed) * SIZE:g}" fill="none" stroke="#8a1c1c" stroke-width="1.5" stroke-dasharray="5 3"/>')
    for word in sys.argv[3:]:
        gap, speed = (float(number) for number in word.split(","))
        x, y = LEFT + gap * SIZE, TOP + (1 - speed) * SIZE
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="#8a1c1c" stroke="#fff" stroke-width="2"/>')
    for i in range(5):
        at = i / 4
        parts.append(f'<text x="{LEFT + at * SIZE:g}" y="{TOP + SIZE + 18}" text-anchor="middle">{100 * at:g}</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{TOP + SIZE * (1 - at) + 5:g}" text-anchor="end">{30 * at:g}</text>')
    parts.append(f'<text x="{LEFT + SIZE / 2:g}" y="{TOP + SIZE + 40}" text-anchor="middle">gap in metres</text>')
    parts.append(f'<text transform="translate(16 {TOP + SIZE / 2:g}) rotate(-90)" text-anchor="middle">closing speed in m/s</text>')
    parts += [f'<text x="{LEFT + 20}" y="{TOP + 28}" fill="#5c1010">brake</text>', f'<text x="{LEFT + SIZE - 20}" y="{TOP + SIZE - 20}" text-anchor="end" fill="#1d5c2b">go</text>',
              "</svg>"]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
