# SPDX-License-Identifier: Apache-2.0
"""What bench/threads runs: every question with one thread and with several, in turn."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time

import thread_questions

# Of a list's question, after its files: verdict, seconds, engine.
ROW = re.compile(r"^\S.*\s(sat|unsat|unknown|timeout|error)\s+\d+\.\d+(?:\s|$)", re.MULTILINE)


def verdict_of(output):
    """What may not depend on the number of threads: without times, and values that are told on the way."""
    rows = ROW.findall(output)
    if rows:
        return " ".join(rows)
    marks = ("sat", "unsat", "s ", "optimum", "=====")
    lines = [line for line in output.splitlines() if line.startswith(marks)]
    if lines:
        return lines[-1].split(", seconds")[0]
    lines = [line for line in output.splitlines() if not line.startswith(("c ", "o ", "v ", "#"))]
    return lines[-1].split(", seconds")[0] if lines else ""


def waited_for_processor(pid):
    """Seconds that the first thread of an ended process was ready to run, and others had the processor."""
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0


def run(words):
    """Wall time without what other programs took of it, processor time, verdict."""
    begin = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    wall = time.monotonic() - begin - waited_for_processor(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime, verdict_of(output.decode(errors="replace"))


def measure(sinew, words, threads, runs):
    """The runs of median wall time, with one thread and with several; runs alternate. And all verdicts."""
    alone, together = [], []
    for _ in range(runs):
        alone.append(run([sinew, *words, "--threads", "1"]))
        together.append(run([sinew, *words, "--threads", str(threads)]))
    middle = [sorted(some)[(len(some) - 1) // 2] for some in (alone, together)]
    return *middle, {verdict for _, _, verdict in alone + together}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sinew")
    parser.add_argument("root")
    parser.add_argument("files")
    parser.add_argument("engines", nargs="*", help="beginnings of words of their names")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check", type=float, help="the least mean of an engine")
    parser.add_argument("--only", default="", help="questions with this in their names")
    asked = parser.parse_intermixed_args()
    means, fails = [], []
    for engine, questions in thread_questions.questions(asked.root, asked.files).items():
        if asked.engines and not any(re.search(r"\b" + re.escape(name), engine) for name in asked.engines):
            continue
        speedups = []
        print(f"\n{engine:40} {'wall 1':>8} {f'wall {asked.threads}':>8} {'faster':>7} {'cpu 1':>8} {f'cpu {asked.threads}':>8}")
        for name, words in questions:
            if asked.only not in name:
                continue
            if not all(os.path.exists(word) for word in words if word.startswith("/")):
                print(f"{name:40} skipped: no ../shared")
                continue
            one, several, verdicts = measure(asked.sinew, words, asked.threads, asked.runs)
            speedups.append(one[0] / several[0])
            note = "" if len(verdicts) == 1 else "  " + " and ".join(sorted(verdicts))
            if note:
                fails.append(f"{engine}, {name}: verdicts differ")
            print(f"{name:40} {one[0]:8.2f} {several[0]:8.2f} {speedups[-1]:7.2f} {one[1]:8.2f} {several[1]:8.2f}{note}", flush=True)
        if speedups:
            means.append((engine, statistics.geometric_mean(speedups)))
            print(f"{'geometric mean':40} {'':8} {'':8} {means[-1][1]:7.2f}", flush=True)
    print(f"\n{'engine':40} {'faster':>7}")
    for engine, mean in means:
        print(f"{engine:40} {mean:7.2f}")
        if asked.check and mean < asked.check:
            fails.append(f"{engine}: {mean:.2f} times faster, less than {asked.check}")
    for fail in fails:
        print(fail, file=sys.stderr)
    sys.exit(1 if fails else 0)


main()
