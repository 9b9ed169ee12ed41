#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How far a campaign scales, by simulation: measured times of units and rows, replayed on 10 to 10,000 cores.

    bench/cluster_scale.py [--traces bench/traces] [--hours 1 100 10000] [--csv FILE]

A trace is a CSV file with the processor seconds of the units of one question (made by bench/split_question) or of the rows of a data set; what stands in
its first lines, after #, says which: `unsplit_seconds`, `splitting_seconds`, `growth`. A question with so many hours of work is one whose units relate to
each other as those of the trace do.

What is simulated is what `sinew cluster run` does with a job array: a task is a process that takes units until its time is over; a task costs 2 s to start;
units that ran out of their budget are split again when the round is over, and the work of a run that ran out is lost, but for what it proved.
Of every run: efficiency (the unsplit question's work over cores times the time from beginning to end), and where the rest went.
"""

import argparse
import csv
import heapq
import pathlib
import random
import sys

START_SECONDS = 2.0  # of a task: measured with 100 trivial tasks under Slurm 22.05 on one machine
CUT_SECONDS = 0.01  # of processor time for each unit of the first cut, in one process
SPLIT_SECONDS = 0.5  # of processor time to split one unit again, in the process that drives the rounds
CHILDREN = 8  # of a unit that is split again


class Trace:
    def __init__(self, path):
        self.name = path.stem
        self.facts = {}
        rows = []
        with open(path, newline="") as file:
            for line in file:
                if line.startswith("#"):
                    if ":" in line:
                        key, value = line[1:].split(":", 1)
                        self.facts[key.strip()] = value.strip()
                elif line.strip() and not line.startswith("unit,"):
                    rows.append(float(line.split(",")[1]))
        # Each unit's process has read the question before it began: what the shortest took.
        start = min(rows) if self.facts.get("kind") == "question" else 0
        self.seconds = [seconds - start for seconds in rows]
        self.kind = self.facts.get("kind", "question")
        self.growth = float(self.facts.get("growth", "1"))  # work of all units over that of the unsplit question

    def shares(self, count, generator):
        """How a whole is shared among so many units: as in the trace."""
        drawn = [generator.choice(self.seconds) for _ in range(count)]
        total = sum(drawn) or 1.0
        return [seconds / total for seconds in drawn]


class Run:
    """Cores that take tasks; seconds by what they were spent on."""

    def __init__(self, cores):
        self.cores = cores
        self.now = 0.0
        self.useful = self.lost = self.overhead = self.serial = 0.0
        self.rounds = 0

    def together(self, lists):
        """One round: each list is a task's units, as (seconds spent, is useful). Ends when all have."""
        free = [self.now] * self.cores
        heapq.heapify(free)
        end = self.now
        for units in lists:
            at = heapq.heappop(free) + START_SECONDS
            self.overhead += START_SECONDS
            for seconds, is_useful in units:
                at += seconds
                if is_useful:
                    self.useful += seconds
                else:
                    self.lost += seconds
            heapq.heappush(free, at)
            end = max(end, at)
        self.now = end
        self.rounds += 1

    def alone(self, seconds):
        self.now += seconds
        self.serial += seconds


def packed(units, tasks):
    """Units in their order, dealt out so that tasks have about as many each."""
    tasks = max(1, min(tasks, len(units)))
    return [units[start::tasks] for start in range(tasks)]


def rows(trace, cores, hours, generator):
    """A data set: independent rows, four shards a core, of a minute's work at least."""
    run = Run(cores)
    total = 3600 * hours
    drawn = []
    while total > 0:
        seconds = generator.choice(trace.seconds)
        drawn.append((seconds, True))
        total -= seconds
    work = sum(seconds for seconds, _ in drawn)
    run.together(packed(drawn, int(max(cores, min(4 * cores, work / 60)))))
    run.alone(1 + len(drawn) * 2e-5)  # sinew merge
    return run, work


def question(trace, cores, hours, generator, per_core=16):
    """One question of so many hours of unsplit work. Units are cut until there are some for each core; each gets a budget of twice the mean. Tasks are
    as many as make a minute's work each, eight a core at most."""
    run = Run(cores)
    work = 3600 * hours
    count = max(64, per_core * cores)
    run.alone(10 + CUT_SECONDS * count)
    units = [share * work * trace.growth for share in trace.shares(count, generator)]
    budget = max(60.0, 2 * sum(units) / count)
    while units:
        units.sort(reverse=False)
        generator.shuffle(units)  # nobody knows which is long
        runs = [(seconds, True) if seconds <= budget else (budget, False) for seconds in units]
        run.together(packed(runs, int(max(cores, min(8 * cores, sum(seconds for seconds, _ in runs) / 60)))))
        out = [seconds for seconds in units if seconds > budget]
        if not out:
            break
        run.alone(SPLIT_SECONDS * len(out))
        units = [share * seconds * trace.growth ** 0.5 for seconds in out for share in trace.shares(CHILDREN, generator)]
        budget *= 1.5
    return run, work


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--traces", type=pathlib.Path, default=here / "traces")
    parser.add_argument("--hours", type=float, nargs="+", default=[1, 100, 10000])
    parser.add_argument("--cores", type=int, nargs="+", default=[10, 100, 1000, 10000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=pathlib.Path)
    arguments = parser.parse_args()
    files = sorted(arguments.traces.glob("*.csv"))
    if not files:
        sys.exit(f"{arguments.traces}: no traces (bench/split_question makes them)")
    table = []
    print(f"{'trace':24} {'hours':>7} {'cores':>6} {'from begin to end':>18} {'efficiency':>10} {'idle':>6} {'lost':>6} {'starts':>6} {'growth':>6} {'alone':>6} {'rounds':>6}")
    for path in files:
        trace = Trace(path)
        for hours in arguments.hours:
            for cores in arguments.cores:
                generator = random.Random(f"{arguments.seed} {trace.name} {hours} {cores}")
                run, work = (rows if trace.kind == "rows" else question)(trace, cores, hours, generator)
                paid = cores * run.now
                share = {
                    "efficiency": work / paid,
                    "lost": run.lost / paid,
                    "starts": run.overhead / paid,
                    "growth": max(0.0, run.useful - work) / paid,
                    "alone": run.serial * cores / paid,
                }
                share["idle"] = max(0.0, 1 - sum(share.values()))
                table.append({"trace": trace.name, "hours": hours, "cores": cores, "seconds": round(run.now, 1), "rounds": run.rounds,
                              **{key: round(value, 4) for key, value in share.items()}})
                print(f"{trace.name:24} {hours:7g} {cores:6} {run.now:16.0f} s {share['efficiency']:10.2f} {share['idle']:6.2f} {share['lost']:6.2f} "
                      f"{share['starts']:6.2f} {share['growth']:6.2f} {share['alone']:6.2f} {run.rounds:6}")
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, table[0].keys())
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main()
