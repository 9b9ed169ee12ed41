#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each situation of ONNX has the standard's output exactly, or its error: situations_test.py SINEW [NAME...]"""
import concurrent.futures
import fractions
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "onnx_runtime"))
import more_situations  # noqa: F401  (adds its own)
import onnx_writer
from situations import SITUATIONS

SINEW = sys.argv[1]


def judge(folder, number, name):
    """What is wrong; empty: nothing."""
    shape, x, y, opset, make = SITUATIONS[name]
    graph = onnx_writer.Graph(opset)
    file, text = folder / f"{number}.onnx", folder / f"{number}.vnnlib"
    file.write_bytes(graph.model(shape, make(graph)))
    lines = [f"(declare-const X_{i} Real)(assert (= X_{i} {value}))" for i, value in enumerate(x)]
    lines += [f"(declare-const Y_{i} Real)" for i in range(1 if isinstance(y, str) else len(y))]
    text.write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run([SINEW, "verify", file, text, "--json", "--timeout", "10"], capture_output=True, text=True, check=False)
    if isinstance(y, str):
        return "" if run.returncode == 2 and y in run.stderr else f"no error with {y!r}: {run.returncode} {run.stderr}{run.stdout[:200]}"
    try:
        outputs = [fractions.Fraction(value["exact"]) for value in json.loads(run.stdout)["witness"]["outputs"]]
    except (ValueError, TypeError, KeyError):
        return run.stderr.strip() or run.stdout[:300]
    return "" if outputs == [fractions.Fraction(value) for value in y] else f"{[str(v) for v in outputs]} in place of {[str(v) for v in y]}"


def main():
    names = sys.argv[2:] or list(SITUATIONS)
    with tempfile.TemporaryDirectory() as text, concurrent.futures.ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda each: judge(pathlib.Path(text), *each), enumerate(names)))
    wrong = [(name, verdict) for name, verdict in zip(names, verdicts) if verdict]
    for each in wrong:
        print(*each, sep=": ")
    print(f"{len(names)} situations, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
