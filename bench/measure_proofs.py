# SPDX-License-Identifier: Apache-2.0
"""What bench/proofs runs: each question without a proof, with one, and the proof checked."""

import argparse
import csv
import math
import os
import pathlib
import subprocess
import sys
import tempfile


READERS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"


def run(words):
    """Exit status, first line, processor time and peak memory in MB."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output.partition("\n")[0], usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def questions(folder, text):
    with open(folder / "instances.csv", encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            files = [str(folder / name) for name in row[:2]]
            if len(row) >= 2 and text in ",".join(row) and all(map(os.path.exists, files)):
                yield files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sinew")
    parser.add_argument("data")
    parser.add_argument("folders", nargs="*", default=["acasxu", "rl_benchmarks", "collins_rul_cnn"])
    parser.add_argument("--limit", default="60")
    parser.add_argument("--filter", default="")
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--format", default="native", choices=["native", "vipr", "aptp"])
    arguments = parser.parse_args()
    failed = 0
    print(f"{'suite':<18} {'proved':>7} {'verified':>8} {'solving':>9} {'with proof':>10} {'checking':>9} "
          f"{'proof/off':>9} {'check/off':>9} {'bytes':>10} {'MB solve':>8} {'check':>6}")
    for name in arguments.folders:
        folder = pathlib.Path(name) if os.path.isdir(name) else pathlib.Path(arguments.data) / name
        count = decided = verified = size = 0
        seconds, logs, peaks = [0.0] * 3, [0.0] * 2, [0.0] * 2
        with tempfile.TemporaryDirectory() as place:
            proof = os.path.join(place, "proof" if arguments.format == "native" else f"proof.{arguments.format}")
            answers = ("sat", "unsat") if arguments.format == "native" else ("unsat",)
            for files in questions(folder, arguments.filter):
                common = ["--timeout", arguments.limit]
                verdict = run([arguments.sinew, "verify", *files, *common])
                if verdict[1] not in answers:
                    continue
                decided += 1
                with_proof = run([arguments.sinew, "verify", *files, *common, "--proof", proof])
                if with_proof[1] != verdict[1] or not os.path.exists(proof):
                    if arguments.rows:
                        print("  no proof:", *map(os.path.basename, files))
                    continue
                checker = [arguments.sinew, "check", *files] if arguments.format == "native" else [sys.executable, READERS / f"{arguments.format}.py"]
                checked = run([*checker, proof])
                bytes_of_all = sum(entry.stat().st_size for entry in os.scandir(place))
                count += 1
                is_good = checked[1] == f"verified: {verdict[1]}"
                verified += is_good
                failed += not is_good
                times = [one[2] for one in (verdict, with_proof, checked)]
                seconds = [a + b for a, b in zip(seconds, times)]
                logs = [a + math.log(max(b, 1e-3) / max(times[0], 1e-3)) for a, b in zip(logs, times[1:])]
                peaks = [max(a, b) for a, b in zip(peaks, (with_proof[3], checked[3]))]
                size += bytes_of_all
                if arguments.rows:
                    print("  %-70s %-6s %.3f %.3f %.3f %d" % (" ".join(map(os.path.basename, files)), checked[1].split(":")[0], *times, bytes_of_all))
                for entry in os.scandir(place):
                    os.remove(entry.path)
        means = [math.exp(log / max(count, 1)) for log in logs]
        print("%-18s %7s %8d %8.2fs %9.2fs %8.2fs %9.2f %9.2f %10d %8.0f %6.0f" % (
            folder.name, f"{count}/{decided}", verified, *seconds, *means, size, *peaks), flush=True)
    sys.exit(1 if failed else 0)


main()
