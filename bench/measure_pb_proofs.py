# SPDX-License-Identifier: Apache-2.0
"""What bench/pb_proofs runs: pseudo-Boolean problems solved without a proof, with one, and the proof checked."""

import argparse
import glob
import math
import os
import re
import subprocess
import sys
import tempfile

import pb_families


def run(words):
    """Standard output, processor time and peak memory in MB."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def answer(output):
    """Status, and the value of the last solution."""
    status = re.findall(r"^s (.*)$", output, re.M)
    values = re.findall(r"^o (-?\d+)$", output, re.M)
    return (status or [""])[0], values[-1] if values else None


def mean(logs):
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sinew")
    parser.add_argument("files", nargs="*", help="problems, or folders of them, instead of generated ones")
    parser.add_argument("--limit", default="20")
    parser.add_argument("--family", default="")
    parser.add_argument("--rows", action="store_true")
    arguments = parser.parse_intermixed_args()
    failed = 0
    print(f"{'family':<16} {'solved':>7} {'verified':>8} {'solving':>9} {'with proof':>10} {'checking':>9} {'proof/off':>9} "
          f"{'check/off':>9} {'bytes':>12} {'a conflict':>10} {'MB solve':>8} {'check':>6}")
    with tempfile.TemporaryDirectory() as place:
        suites = {}
        for name, problems in [] if arguments.files else pb_families.families().items():
            for number, problem in enumerate(problems):
                suites.setdefault(name, []).append(os.path.join(place, f"{name.replace(' ', '_')}_{number}.opb"))
                pb_families.write(suites[name][-1], *problem)
        for name in arguments.files:
            found = sorted(glob.glob(os.path.join(name, "*.opb*"))) if os.path.isdir(name) else [name]
            suites.setdefault(os.path.basename(name.rstrip("/"))[:16], []).extend(f for f in found if not f.endswith("EXPECTED"))
        proof = os.path.join(place, "proof")
        for name, files in suites.items():
            if arguments.family not in name:
                continue
            solved = verified = size = conflicts = 0
            seconds, logs, peaks = [0.0] * 3, ([], []), [0.0] * 2
            for file in files:
                common = [arguments.sinew, "solve", file, "--timeout", arguments.limit, "--statistics"]
                off = run(common)
                if answer(off[0])[0] not in ("SATISFIABLE", "UNSATISFIABLE", "OPTIMUM FOUND") or "c bound" in off[0].splitlines()[-2:]:
                    continue
                if answer(off[0])[0] == "SATISFIABLE" and answer(off[0])[1] is not None:
                    continue
                solved += 1
                on = run([*common, "--proof", proof])
                if answer(on[0]) != answer(off[0]):
                    print("  not solved with a proof:", os.path.basename(file))
                    continue
                checked = run([arguments.sinew, "check", file, proof, "--timeout", "600"])
                status, value = answer(on[0])
                wanted = f"optimum {value}" if status.startswith("OPT") else status.lower()
                if checked[0].split("\n")[0] != f"verified: {wanted}":
                    failed += 1
                    print("  NOT VERIFIED:", os.path.basename(file), checked[0].split("\n")[0])
                    continue
                verified += 1
                bytes_ = os.path.getsize(proof)
                size += bytes_
                conflicts += int(re.search(r"pb_conflicts\s+(\d+)", on[0])[1])
                times = [off[1], on[1], checked[1]]
                seconds = [a + b for a, b in zip(seconds, times)]
                # Below some hundredths the start of the program counts most.
                for log, time in zip(logs, times[1:]):
                    log.append(math.log(max(time, 0.01) / max(off[1], 0.01)))
                peaks = [max(peaks[0], on[2]), max(peaks[1], checked[2])]
                if arguments.rows:
                    print(f"  {os.path.basename(file)[:44]:<44} {times[0]:8.2f} {times[1]:8.2f} {times[2]:8.2f} {bytes_:12d}")
            print(f"{name:<16} {solved:>3}/{len(files):<3} {verified:>8} {seconds[0]:8.2f}s {seconds[1]:9.2f}s {seconds[2]:8.2f}s "
                  f"{mean(logs[0]):9.2f} {mean(logs[1]):9.2f} {size:12d} {size // max(conflicts, 1):10d} {peaks[0]:8.0f} {peaks[1]:6.0f}", flush=True)
    return failed > 0


sys.exit(main())
