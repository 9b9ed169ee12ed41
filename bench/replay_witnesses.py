# SPDX-License-Identifier: Apache-2.0
"""What bench/replay_witnesses runs."""

import argparse
import csv
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/onnx_runtime"))
import runtime

# Networks whose boxes are asked about once more, and how many questions are made of them.
MADE_OF = "acasxu"
MOST_MADE = 475


def found(folder, name):
    """The file of a row, gzipped or not; traffic_signs_recognition keeps its networks beside the years' folders."""
    places = folder / name, folder.parent / name, folder / os.path.basename(name)
    files = [place.with_name(place.name + end) for place in places for end in ("", ".gz")]
    return next((file for file in files if file.is_file()), None)


def questions(folder, left_out):
    """Pairs of a network and a property; rows that cannot be asked are told in `left_out`."""
    with open(folder / "instances.csv", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) < 2 or not row[1].endswith((".vnnlib", ".vnnlib.gz")):
                continue
            files = found(folder, row[0]), found(folder, row[1])
            if all(files) and is_first_version(files[1]):
                yield files
            else:
                left_out.append(row)


def text_of(file):
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else open(file, encoding="utf-8") as stream:
        return stream.read()


def is_first_version(file):
    return "vnnlib-version" not in text_of(file)[:4096]


def made(folder, place):
    """Of each box: is output k the least one somewhere? Only where the conditions on inputs stand by themselves."""
    count = 0
    for network, prop in questions(folder, []):
        text = re.sub(r";[^\n]*", "", text_of(prop))
        asserts = re.findall(r"\(assert\s*\([<>]=\s*X_\d+\s+[-+.\deE]+\s*\)\s*\)", text)
        outputs = sorted(set(map(int, re.findall(r"declare-const\s+Y_(\d+)", text))))
        inputs = set(re.findall(r"declare-const\s+(X_\d+)", text))
        if len(asserts) < 2 * len(inputs) or len(outputs) < 2:
            continue
        for least in outputs:
            if count == MOST_MADE:
                return
            file = place / f"made_{count}.vnnlib"
            declared = "".join(f"(declare-const {name} Real)\n" for name in [*sorted(inputs), *(f"Y_{k}" for k in outputs)])
            rows = "".join(f"(assert (<= Y_{least} Y_{k}))\n" for k in outputs if k != least)
            file.write_text(declared + "\n".join(asserts) + "\n" + rows, encoding="utf-8")
            count += 1
            yield network, file


def witness(sinew, files, limit):
    """Verdict, and the inputs of a witness as a float32 program takes them."""
    command = [sinew, "verify", *map(str, files), "--witness", "float32", "--timeout", limit, "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        return "error", None
    if answer["status"] != "sat":
        margin = "margin" in (answer.get("reason") or "")
        return "no margin" if margin else answer["status"], None
    return "sat", [value["float32"] for value in answer["witness"]["inputs"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sinew")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("packages", type=pathlib.Path)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--limit", default="3")
    parser.add_argument("--least", type=int, default=200)
    arguments = parser.parse_args()
    runtime.install(arguments.packages)
    folders = [pathlib.Path(name) if os.path.isdir(name) else arguments.data / name for name in arguments.folders]
    if not folders:
        folders = sorted(file.parent for file in arguments.data.rglob("instances.csv"))
    total = violated = omitted = 0
    print(f"{'suite':<40} {'asked':>6} {'sat':>5} {'held':>5} {'violated':>8} {'margin too small':>16} {'error':>6} {'left out':>8}")
    with tempfile.TemporaryDirectory() as place:
        lists = []
        for folder in folders:
            left_out = []
            lists.append((os.path.relpath(folder, arguments.data), questions(folder, left_out), left_out))
        if not arguments.folders:
            lists.append((f"made of {MADE_OF}", made(arguments.data / MADE_OF, pathlib.Path(place)), []))
        for name, suite, left_out in lists:
            asked, small, errors, requests = 0, 0, 0, []
            for files in suite:
                verdict, inputs = witness(arguments.sinew, files, arguments.limit)
                asked += 1
                small += verdict == "no margin"
                errors += verdict == "error"
                if verdict == "sat":
                    requests.append({"network": str(files[0]), "property": str(files[1]), "inputs": inputs})
            omitted += len(left_out)
            if asked == 0 and not left_out:
                continue
            answers = runtime.replay(arguments.packages, requests) if requests else []
            wrong = [pair for pair in zip(requests, answers, strict=True) if pair[1].get("broken") != []]
            print(f"{name:<40} {asked:>6} {len(requests):>5} {len(requests) - len(wrong):>5} {len(wrong):>8} {small:>16} "
                  f"{errors:>6} {len(left_out):>8}", flush=True)
            for request, answer in wrong:
                print("  ", request["network"], request["property"], answer.get("error") or answer["broken"][:3])
            total += len(requests)
            violated += len(wrong)
    print(f"{total} witnesses, {violated} do not hold; {omitted} rows left out (two networks, or no file)")
    sys.exit(1 if violated or (not arguments.folders and total < arguments.least) else 0)


main()
