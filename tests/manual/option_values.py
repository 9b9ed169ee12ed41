#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""option_values.py SINEW SOURCE-TREE: a command accepts every word that the shells complete for an option, and refuses another one.

The words are read from what sinew writes for bash.
"""
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sinew, root = sys.argv[1], pathlib.Path(sys.argv[2])
inputs = root / "inputs"
folder = tempfile.TemporaryDirectory()
(pathlib.Path(folder.name) / "points.csv").write_text("1/4,3/4\n", encoding="utf-8")
# A command line of each command that takes options with words; what it needs beside the option that is looked at.
query = str(inputs / "dnn/two_by_two.dnn")
strokes = [str(inputs / "bnn/strokes.bnn"), str(inputs / "bnn/strokes.csv")]
berries = [str(inputs / "train/berries.csv"), "--label", "taste", "--timeout", "0.2", "--epochs", "1", "--restarts", "1"]
lines = {
    "verify": [query],
    "split": [query, "--out", "units"],
    "certify": [*strokes, "--epsilon", "0"],
    "train": berries,
    "evaluate": strokes,
    "solve": [query],
    "optimize": [str(inputs / "dnn/best_price.dnn")],
    "export": [query, "--to", "dnn"],
    "info": [query],
    "results": ["compare", "run.sqlite", "run.sqlite"],
    "merge": ["units_of_the_query"],
    "manual": [],
    "check": [str(inputs / "dnn/saturation.dnn"), "saturation.proof"],
}
# What these are asked about is another file.
others = {
    ("export", "--input"): [strokes[0], "--to", "dnn"],
    ("export", "--to"): [query],
    ("info", "--input"): strokes,
    ("info", "--header"): strokes,
    ("certify", "--layout"): [str(inputs / "onnx/distance.onnx"), "points.csv", "--epsilon", "0"],
    ("certify", "--domain"): [str(inputs / "onnx/distance.onnx"), "points.csv", "--epsilon", "0"],
}


def told(command, option, word):
    words = others.get((command, option), lines[command])
    run = subprocess.run([sinew, command, *words, f"{option}={word}"], capture_output=True, text=True, timeout=60, cwd=folder.name, check=False)
    return run.returncode, run.stderr


subprocess.run([sinew, "verify", query, "--db", "run.sqlite"], capture_output=True, cwd=folder.name, check=True)
subprocess.run([sinew, "verify", lines["check"][0], "--proof", "saturation.proof"], capture_output=True, cwd=folder.name, check=True)
subprocess.run([sinew, "split", query, "--out", "units_of_the_query"], capture_output=True, cwd=folder.name, check=True)
script = subprocess.run([sinew, "completion", "bash"], capture_output=True, text=True, check=True).stdout
rows = re.findall(r'^    "(\S+) (--\S+)"(?: \| \S+ \S+)?\) _sinew_words \'(.*)\' ;;$', script, re.MULTILINE)
failed = []
for command, option, words in rows:
    if (command, option) == ("results", "--expect"):  # any verdict that a run of any command may have
        continue
    if command not in lines:
        failed.append(f"{command} {option}: no command line of {command} stands in {__file__}")
        continue
    status, refusal = told(command, option, "frobnicate")
    if status not in (1, 2) or not refusal:
        failed.append(f"{command} {option}=frobnicate is not refused ({status}: {refusal})")
    for word in shlex.split(words):
        status, errors = told(command, option, word)
        if errors.replace(word, "frobnicate") == refusal or f"{option} cannot be" in errors:
            failed.append(f"{command} {option}={word} is refused: {errors}")
if len(rows) < 20:
    failed.append(f"only {len(rows)} options with words")
print("\n".join(failed) or f"{len(rows)} options")
sys.exit(1 if failed else 0)
