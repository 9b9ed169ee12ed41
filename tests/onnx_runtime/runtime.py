# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime, brought by npm, asked about many points at once."""
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def install(folder):
    """The packages of package.json, in FOLDER; where that cannot be, the test is skipped."""
    if not shutil.which("node") or not shutil.which("npm"):
        skip("no Node.js with npm")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "node_modules/onnxruntime-node").exists():
        return
    shutil.copy(HERE / "package.json", folder)
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        skip("npm install took more than three minutes")
    if run.returncode != 0:
        skip(f"npm cannot install onnxruntime-node: {run.stderr.strip().splitlines()[-1:]}")


def replay(folder, requests):
    """An answer for each request (replay.mjs)."""
    text = "".join(json.dumps(request) + "\n" for request in requests)
    run = subprocess.run(["node", HERE / "replay.mjs", folder], input=text, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]
