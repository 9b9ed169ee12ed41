# SPDX-License-Identifier: Apache-2.0
"""What notebooks show of networks, verdicts and runs over data sets: plain HTML, light and dark."""

from __future__ import annotations

import html
from typing import Any, Iterable, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._png import data_uri, image_shape

_STYLE = ("border-collapse:collapse;margin:.3em 0;font-variant-numeric:tabular-nums")
_CELL = "padding:.15em .7em;text-align:{};border-bottom:1px solid rgba(128,128,128,.35)"
_COLOURS = {"sat": "#c2410c", "unsat": "#15803d", "optimum": "#15803d", "certified": "#15803d", "falsified": "#c2410c",
            "wrong": "#a16207"}
ROWS = 12  # of a witness are shown


def _text(value: Any) -> str:
    return html.escape(str(value))


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], left: int = 1) -> str:
    """A table; the first `left` columns are words, the others numbers."""

    def cells(kind: str, row: Sequence[Any]) -> str:
        sides = ["left" if i < left else "right" for i in range(len(row))]
        return "".join(f'<{kind} style="{_CELL.format(side)}">{_text(cell)}</{kind}>' for side, cell in zip(sides, row))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<table style="{_STYLE}"><thead><tr>{cells("th", head)}</tr></thead><tbody>{body}</tbody></table>'


def badge(status: str) -> str:
    """A status in its colour."""
    colour = _COLOURS.get(status, "#525252")
    return (f'<span style="background:{colour};color:#fff;border-radius:.3em;padding:.1em .6em;font-weight:600">'
            f"{_text(status)}</span>")


def _shape(shape: Sequence[int]) -> str:
    return " × ".join(str(extent) for extent in shape) or "1"


def network(net: Any) -> str:
    """The layers of a network."""
    layers = net.layers
    rows = [(i, layer.name, layer.kind, _shape(layer.shape), f"{layer.parameters:,}" if layer.parameters else "")
            for i, layer in enumerate(layers)]
    shown: List[Tuple[Any, ...]] = list(rows) if len(rows) <= 40 else [*rows[:20], ("…", "", "", "", ""), *rows[-19:]]
    title = f"{_text(net.name)}: " if net.name else ""
    head = (f"<div><b>Network</b> {title}{_shape(net.input_shape)} inputs, {_shape(net.output_shape)} outputs, "
            f"{net.parameter_count:,} parameters</div>")
    return head + table(("", "layer", "kind", "shape", "parameters"), shown, left=3)


def figure(uri: str, caption: str, size: int = 112) -> str:
    """An image with a caption."""
    return (f'<figure style="display:inline-block;margin:.3em .6em .3em 0;text-align:center"><img src="{uri}" '
            f'alt="{_text(caption)}" style="width:{size}px;image-rendering:pixelated;border:1px solid '
            f'rgba(128,128,128,.4)"/><figcaption style="font-size:85%">{_text(caption)}</figcaption></figure>')


def images(arrays: List[Tuple[str, NDArray[Any]]]) -> str:
    """Images side by side, in one scale of grey."""
    low = min(float(array.min()) for _, array in arrays)
    high = max(float(array.max()) for _, array in arrays)
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    return "<div>" + "".join(figure(data_uri(array, low, high), name) for name, array in arrays) + "</div>"


def comparison(original: NDArray[Any], changed: NDArray[Any], names: Sequence[str]) -> str:
    """Two images and their difference, grey where there is none, enlarged to the full range."""
    difference = changed - original
    greatest = float(np.abs(difference).max())
    shown = images([(names[0], original), (names[1], changed)])
    pixel = data_uri(difference, -greatest or -1.0, greatest or 1.0)
    return shown[: -len("</div>")] + figure(pixel, f"difference, at most {greatest:.3g}") + "</div>"


def decimal(value: Any) -> str:
    """A number as people read it."""
    return _core.decimal_text(value, 8)


def verdict(answer: Any) -> str:
    """The status of a verdict, and its witness as a table or as images."""
    told = [badge(answer.status)]
    if answer.objective is not None:
        told.append(f"objective {_text(decimal(answer.objective))}")
    if answer.bound is not None and answer.status != "optimum":
        told.append(f"bound {_text(decimal(answer.bound))}")
    if answer.decided_by:
        told.append(f"decided by {_text(answer.decided_by)}")
    told.append(f"{answer.seconds:.3g} s")
    if answer.reason:
        told.append(_text(answer.reason))
    if answer.interrupted:
        told.append("interrupted")
    result = f"<div>{' · '.join(told)}</div>"
    pictures = []
    rows: List[Tuple[str, str, str]] = []
    left_out = 0
    for name, values in answer.witness.items():
        shape = image_shape(getattr(values, "shape", ()))
        if shape is not None:
            pictures.append((name, values.numpy().reshape(shape)))
            continue
        members = [(name, values)] if not hasattr(values, "fractions") else [
            (f"{name}[{','.join(str(i) for i in place)}]", value)
            for place, value in zip(np.ndindex(values.shape), values[:].fractions[:ROWS])]
        left_out += getattr(values, "size", 1) - len(members)
        rows += [(place, _shortened(str(value)), decimal(value)) for place, value in members]
    if pictures:
        if len(pictures) == 2 and pictures[0][1].shape == pictures[1][1].shape:
            result += comparison(pictures[0][1], pictures[1][1], [name for name, _ in pictures])
        else:
            result += images(pictures)
    if rows:
        result += table(("", "exact", "decimal"), rows)
    if left_out:
        result += f"<div>… and {left_out} values more</div>"
    return result


def _shortened(text: str, longest: int = 28) -> str:
    return text if len(text) <= longest else text[: longest // 2] + "…" + text[-longest // 3:]


def curve(points: Sequence[Tuple[float, float, float]], label: str) -> str:
    """Certified accuracy over epsilon as an inline SVG: between a proven lower and upper end, both in [0, 1]."""
    width, height, left, bottom = 420, 220, 46, 34
    right_end = max(x for x, _, _ in points) or 1.0

    def at(x: float, y: float) -> str:
        return f"{left + x / right_end * (width - left - 12):.1f},{10 + (1 - y) * (height - bottom - 10):.1f}"

    lower = " ".join(at(x, low) for x, low, _ in points)
    upper = " ".join(at(x, high) for x, _, high in points)
    band = upper + " " + " ".join(at(x, low) for x, low, _ in reversed(points))
    grid = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = at(0, share).split(",")[1]
        grid.append(f'<line x1="{left}" x2="{width - 12}" y1="{y}" y2="{y}" stroke="currentColor" stroke-opacity=".15"/>'
                    f'<text x="{left - 6}" y="{float(y) + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    ticks: List[str] = []
    free_from = 0.0
    for x, _, _ in points:
        place = float(at(x, 0).split(",")[0])
        if place >= free_from:  # labels do not run into each other
            free_from = place + 34
            ticks.append(f'<text x="{place}" y="{height - bottom + 16}" text-anchor="middle">{x:.3g}</text>')
    dots = "".join(f'<circle cx="{at(x, low).split(",")[0]}" cy="{at(x, low).split(",")[1]}" r="2.5" fill="#2563eb"/>'
                   for x, low, _ in points)
    return (f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-size="11" fill="currentColor" '
            f'role="img" aria-label="{_text(label)}" xmlns="http://www.w3.org/2000/svg">{"".join(grid)}{"".join(ticks)}'
            f'<polygon points="{band}" fill="#2563eb" fill-opacity=".2"/><polyline points="{lower}" fill="none" '
            f'stroke="#2563eb" stroke-width="2"/><polyline points="{upper}" fill="none" stroke="#2563eb" '
            f'stroke-dasharray="4 3"/>{dots}<text x="{(width + left) / 2}" y="{height - 4}" text-anchor="middle">'
            f"{_text(label)}</text></svg>")
