#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random questions over networks of few inputs, 30 % beyond the sampled maximum: processor time and the bound's gap.

    bench/few_inputs_table.py [--build build/release] [--limit 60] [--seeds 1] [--filter TEXT] [--csv FILE]

Builds nothing: bench/few_inputs and src/sinew stand in the build folder. The limit is processor time. The gap is what the least bound of the open nodes lacks to a proof, in units of the
range that was sampled (the threshold itself is 0.3 of it beyond the maximum); 0 where the question is decided.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

SHAPES = [(5, 3, 10), (5, 3, 100), (5, 6, 50), (5, 8, 50), (5, 3, 250), (5, 3, 500), (20, 3, 100), (100, 3, 100)]
TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def ask(program, network, question, limit):
    """The JSON answer; the search is interrupted when its processor time is over."""
    process = subprocess.Popen([program, "verify", network, question, "--json"], stdout=subprocess.PIPE, text=True)
    interrupted = False
    while True:
        try:
            output, _ = process.communicate(timeout=0.1)
            return json.loads(output)
        except subprocess.TimeoutExpired:
            if not interrupted and processor_seconds(process.pid) > limit:
                process.send_signal(signal.SIGINT)
                interrupted = True


def last_bound(answer):
    bounds = [step["bound"] for step in answer.get("search", {}).get("history", []) if step.get("bound") is not None]
    return bounds[-1] if bounds else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--filter", default="")
    parser.add_argument("--csv")
    options = parser.parse_args()
    build = pathlib.Path(options.build)
    rows = []
    print(f"{'question':<24}{'verdict':<10}{'seconds':>9}{'nodes':>10}{'gap':>9}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for inputs, layers, width in SHAPES:
            for seed in range(1, options.seeds + 1):
                name = f"tight_{inputs}_{layers}x{width}_{seed}"
                if options.filter not in name:
                    continue
                words = [str(number) for number in (inputs, layers, width, seed)]
                subprocess.run([build / "bench/few_inputs", "tight", folder, *words], check=True)
                stem = f"{folder}/{name}"
                answer = ask(build / "src/sinew", f"{stem}.onnx", f"{stem}.vnnlib", options.limit)
                decided = answer["status"] in ("sat", "unsat")
                low, high = map(float, re.search("sampled (\\S+) (\\S+)", pathlib.Path(f"{stem}.vnnlib").read_text()).groups())
                bound = last_bound(answer)
                gap = 0.0 if decided else None if bound is None else max(0.0, -bound) / (high - low)
                row = {
                    "question": name,
                    "verdict": answer["status"] if decided else "open",
                    "seconds": f"{answer['provenance']['processor_seconds']:.3f}",
                    "nodes": int(answer["statistics"].get("nodes", 0) + answer["statistics"].get("phase_nodes", 0)),
                    "gap": "-" if gap is None else f"{gap:.2f}",
                }
                rows.append(row)
                print(f"{name:<24}{row['verdict']:<10}{row['seconds']:>9}{row['nodes']:>10}{row['gap']:>9}", flush=True)
    if options.csv:
        with open(options.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else ["question"])
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
