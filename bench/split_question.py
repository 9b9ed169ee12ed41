#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One question whole and in units: processor time of both, and how well workers share the units.

    bench/split_question.py [--program build/release/src/sinew] [--into 64] [--search SECONDS] [--workers 2] [--budget SECONDS] [--trace FILE.csv] NETWORK PROPERTY

Runs `sinew verify` on the question (--no-whole leaves that out), `sinew split`, `sinew verify` on every unit, `sinew merge`, and checks that both answers are one. Processor time is
user and system time of the processes. With --budget units get so many seconds, and those that run out are split again until none is open, or until --most seconds are spent. --workers N: then
all again by one worker and by N (the splitting with N threads), from beginning to end: their efficiency is told, which means something on a machine that does nothing else. The trace is a
CSV file for bench/cluster_scale.py.
"""

import argparse
import concurrent.futures
import heapq
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def run(words):
    """Output, processor seconds and wall seconds of a process."""
    begin = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, errors = process.communicate()
    wall = time.monotonic() - begin
    if process.returncode not in (0, 3):
        sys.exit(f"{' '.join(map(str, words))}: exit {process.returncode}\n{errors}")
    return output, wall


def timed(words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output, wall = run(words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return output, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def makespan(seconds, workers):
    """List scheduling: a worker that is free takes the next unit."""
    free = [0.0] * workers
    for unit in seconds:
        heapq.heappush(free, heapq.heappop(free) + unit)
    return max(free)


def campaign(sinew, question, arguments, folder, workers):
    """Seconds from beginning to end of splitting and of all units, by so many workers."""
    units = os.path.join(folder, f"workers_{workers}")
    begin = time.monotonic()
    output, _ = run([sinew, "split", *question, "--into", str(arguments.into), "--search", arguments.search, "--threads", str(workers), "--out", units, "--json"])
    split = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda unit: run([sinew, "verify", unit, "--quiet"]), json.loads(output)["units"]))
    end = time.monotonic()
    print(f"{workers} worker{'s' if workers > 1 else ''}: {split - begin:.2f} s of splitting, {end - split:.2f} s of units, from beginning to end {end - begin:.2f} s")
    return split - begin, end - split


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/src/sinew")
    parser.add_argument("--into", type=int, default=64)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--budget", type=float)
    parser.add_argument("--search", default="10")
    parser.add_argument("--most", type=float, default=float("inf"), help="processor seconds of all units together")
    parser.add_argument("--trace", type=pathlib.Path)
    parser.add_argument("--whole", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("network")
    parser.add_argument("property")
    arguments = parser.parse_args()
    sinew = arguments.program
    question = [arguments.network, arguments.property]
    folder = tempfile.mkdtemp(prefix="sinew_split_")
    units = os.path.join(folder, "units")

    whole, verdict = None, None
    if arguments.whole:
        output, whole, _ = timed([sinew, "verify", *question, "--quiet"])
        verdict = output.strip()
        print(f"whole: {verdict}, {whole:.2f} s of processor time")
    output, splitting, _ = timed([sinew, "split", *question, "--into", str(arguments.into), "--search", arguments.search, "--out", units, "--json"])
    made = json.loads(output)
    print(f"split: {made['status']}, {len(made['units'])} units, {made['refuted']} parts refuted on the way, {splitting:.2f} s")

    seconds = []
    open_units = list(made["units"])
    while open_units:
        for unit in open_units:
            if sum(taken for _, taken in seconds) > arguments.most:
                break
            budget = [] if arguments.budget is None else ["--timeout", str(arguments.budget)]
            _, taken, _ = timed([sinew, "verify", unit, "--quiet", *budget])
            seconds.append((unit, taken))
        output, _, _ = timed([sinew, "merge", units, "--json"])
        merged = json.loads(output)
        open_units = [unit["unit"] for unit in merged["units"]["open"]]
        if merged["status"] == "sat" or not open_units or sum(taken for _, taken in seconds) > arguments.most:
            break
        if arguments.budget is None:
            sys.exit(f"{len(open_units)} units are open without a limit")
        output, taken, _ = timed([sinew, "split", units, "--json"])
        splitting += taken
        open_units = json.loads(output)["units"]
    taken = [unit for _, unit in seconds]
    total = sum(taken)
    print(f"units: {merged['status']}, {len(taken)} runs, {total:.2f} s, longest {max(taken, default=0):.2f} s, shortest {min(taken, default=0):.2f} s")
    if verdict is not None and merged["status"] != verdict and not open_units:
        sys.exit(f"the answers differ: {verdict} and {merged['status']}")
    if whole:
        start = min(taken, default=0) * len(taken)  # a process that reads the question and finds nothing to do
        growth = (total - start) / whole
        print(f"growth: {total / whole:.2f} times the whole question's time ({(total + splitting) / whole:.2f} with the splitting, {growth:.2f} without the starts of processes)")
    one, two = makespan(taken, 1), makespan(taken, 2)
    print(f"list schedule: 1 worker {one:.2f} s, 2 workers {two:.2f} s: efficiency {one / two / 2:.3f}")
    if arguments.workers > 1:
        one_split, one_units = campaign(sinew, question, arguments, folder, 1)
        split, units_seconds = campaign(sinew, question, arguments, folder, arguments.workers)
        whole_efficiency = (one_split + one_units) / arguments.workers / (split + units_seconds)
        print(f"efficiency of {arguments.workers} workers against 1: {whole_efficiency:.3f} (of the units alone {one_units / arguments.workers / units_seconds:.3f})")
    if arguments.trace:
        with open(arguments.trace, "w", encoding="utf-8") as file:
            file.write(f"# question: {pathlib.Path(arguments.network).name} {pathlib.Path(arguments.property).name}\n# kind: question\n")
            if whole:
                file.write(f"# unsplit_seconds: {whole:.3f}\n# growth: {growth:.4f}\n")
            file.write(f"# splitting_seconds: {splitting:.3f}\nunit,processor_seconds\n")
            for unit, second in seconds:
                file.write(f"{os.path.relpath(unit, units)},{second:.3f}\n")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
