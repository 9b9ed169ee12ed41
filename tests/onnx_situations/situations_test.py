#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each situation of ONNX has the standard's output exactly, or its error: situations_test.py SINEW FOLDER [NAME...]

Where ONNX Runtime is installed in FOLDER (tests/onnx_runtime), it must say the same as the table."""
import concurrent.futures
import fractions
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "onnx_runtime"))
import more_situations  # noqa: F401  (adds its own)
import onnx_writer
import runtime
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


def compared(home, folder, names):
    """Outputs of the table that the runtime does not have; what it refuses is left out."""
    if not (home / "node_modules/onnxruntime-node").exists() or not shutil.which("node"):
        return []
    asked = [(number, name) for number, name in enumerate(names) if not isinstance(SITUATIONS[name][2], str)]
    requests = [{"network": str(folder / f"{number}.onnx"), "inputs": [float(x) for x in SITUATIONS[name][1]]} for number, name in asked]
    wrong = []
    for (_, name), answer in zip(asked, runtime.replay(home, requests)):
        y = [float(value) for value in SITUATIONS[name][2]]
        if "error" not in answer and (len(y) != len(answer["outputs"]) or any(abs(a - b) > 1e-6 * max(1, abs(a)) for a, b in zip(y, answer["outputs"]))):
            wrong.append((name, f"ONNX Runtime has {answer['outputs']}"))
    return wrong


def main():
    names = sys.argv[3:] or list(SITUATIONS)
    with tempfile.TemporaryDirectory() as text, concurrent.futures.ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda each: judge(pathlib.Path(text), *each), enumerate(names)))
        differing = compared(pathlib.Path(sys.argv[2]), pathlib.Path(text), names)
    wrong = [(name, verdict) for name, verdict in zip(names, verdicts) if verdict] + differing
    for each in wrong:
        print(*each, sep=": ")
    print(f"{len(names)} situations, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
