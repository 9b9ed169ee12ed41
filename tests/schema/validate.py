# SPDX-License-Identifier: Apache-2.0
"""What sinew writes for machines, against its schemas. Usage: validate.py SINEW SOURCE_FOLDER; 77: skipped."""

import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError:
    print("skipped: no python3-jsonschema")
    sys.exit(77)

sinew = sys.argv[1]
source = pathlib.Path(sys.argv[2])
inputs = source / "inputs"
scratch = pathlib.Path(tempfile.mkdtemp(prefix="sinew_schema_"))
failures = []


def schema(path):
    content = json.loads((source / path).read_text())
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


answers = schema("docs/schema/answer.schema.json")
progress = schema("docs/schema/progress.schema.json")
sarif = schema("tests/schema/sarif.schema.json")


def complain(what):
    failures.append(what)
    print("FAILED", what)


def innermost(error):
    """Of alternatives the error that lies deepest: the others are of other kinds."""
    while error.context:
        error = max(error.context, key=lambda one: len(one.absolute_path))
    return f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def check(validator, document, name):
    for error in validator.iter_errors(document):
        complain(f"{name}: {innermost(error)}")


def places(value, path=()):
    """Where keys of the schema stand: not in what has names of its own."""
    if isinstance(value, dict):
        for key in list(value):
            yield path, key
            if key not in ("statistics", "options", "details", "witness_of", "fairness_violations", "right_and_fair"):
                yield from places(value[key], path + (key,))
    elif isinstance(value, list) and value:
        yield from places(value[0], path + (0,))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def check_that_changes_show(document, name):
    """A key that is renamed or that nobody knows makes the document invalid."""
    for path, key in list(places(document)):
        if name.startswith("results") and "witness" in path:
            continue  # as the command told it
        changed = copy.deepcopy(document)
        owner = at(changed, path)
        owner[key + "_"] = owner.pop(key)
        if answers.is_valid(changed):
            complain(f"{name}: {'/'.join(map(str, path))}/{key} may be renamed")
    for wrong in ({"status": 7}, {"provenance": None}, {"kind": "verity"}):
        key = next(iter(wrong))
        if key in document and answers.is_valid({**document, **wrong}):
            complain(f"{name}: {key} may be {wrong[key]!r}")


def run(*words, status=(0,)):
    done = subprocess.run([sinew, *map(str, words)], capture_output=True, timeout=60)
    if done.returncode not in status:
        complain(f"sinew {words}: exit {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    return done


def answer(name, *words, status=(0,), kind=None, says=None):
    """The JSON of a command is valid, and with changes it is not."""
    out = scratch / f"{name}.json"
    run(*words, f"--json={out}", status=status)
    try:
        document = json.loads(out.read_text())
    except (OSError, ValueError) as error:
        return complain(f"{name}: {error}")
    if document.get("kind") != (kind or words[0]):
        complain(f"{name}: kind {document.get('kind')}")
    if says is not None and document.get("status") != says:
        complain(f"{name}: status {document.get('status')}, not {says}")
    check(answers, document, name)
    check_that_changes_show(document, name)
    return document


def check_answers():
    dnn = inputs / "dnn"
    answer("sat", "verify", dnn / "overlap.dnn", says="sat")
    answer("unsat", "verify", dnn / "two_by_two.dnn", says="unsat")
    answer("smooth", "verify", dnn / "smooth.dnn")
    answer("table", "verify", dnn / "overlap.dnn", dnn / "two_by_two.dnn")
    answer("table_with_errors", "verify", source / "tests/regress/bad", status=(2,))
    answer("integers", "verify", dnn / "integer_inputs.dnn")
    units = scratch / "units"
    answer("split_unsat", "split", dnn / "two_by_two.dnn", "--out", scratch / "answered", says="unsat")
    answer("merge_unsat", "merge", scratch / "answered", says="unsat")
    answer("split", "split", source / "tests/regress/unsat/smooth_chain.dnn", "--into", "3", "--search", "0.0001", "--out", units, says="split")
    answer("split_there", "split", source / "tests/regress/unsat/smooth_chain.dnn", "--out", units, says="split")
    answer("merge_open", "merge", units, status=(3,), says="unknown")
    answer("unit_timeout", "verify", units / "unit_0001.json", "--timeout", "0.001", status=(3,), says="timeout")
    answer("merge_timeout", "merge", units, status=(3,), says="unknown")
    answer("split_again", "split", units, "--into", "2", says="split")
    answer("precision", "optimize", dnn / "thermal_tansig.dnn", says="optimum")
    answer("booleans", "verify", dnn / "binarized.dnn")
    answer("onnx", "verify", source / "tests/regress/sat/conv_pool.onnx", source / "tests/regress/sat/conv_pool_reached.vnnlib")
    answer("timeout", "verify", source / "tests/regress/unsat/smooth_chain.dnn", "--timeout", "0.001", status=(3,), says="timeout")
    answer("optimum", "optimize", dnn / "best_price.dnn", says="optimum")
    answer("real_optimum", "optimize", dnn / "nearest_flip.dnn", says="optimum")
    answer("no_time", "optimize", dnn / "best_price.dnn", "--timeout", "0.000001", status=(0, 3))
    answer("model", "solve", dnn / "overlap.dnn", says="sat")
    answer("cnf_unsat", "solve", inputs / "cnf/pigeons_3_in_2.cnf", says="unsat")
    formula = scratch / "sat.cnf"
    formula.write_text("p cnf 2 1\n1 -2 0\n")
    answer("cnf_sat", "solve", formula, says="sat")
    pigeons, holes = 12, 11
    clauses = [[holes * p + h + 1 for h in range(holes)] for p in range(pigeons)]
    clauses += [[-(holes * p + h + 1), -(holes * q + h + 1)] for h in range(holes) for p in range(pigeons) for q in range(p)]
    formula.write_text(f"p cnf {pigeons * holes} {len(clauses)}\n" + "".join(" ".join(map(str, c)) + " 0\n" for c in clauses))
    answer("cnf_timeout", "solve", formula, "--timeout", "0.2", status=(3,), says="timeout")
    answer("opb_optimum", "solve", inputs / "opb/cheapest_cover.opb", says="optimum")
    answer("opb_unsat", "solve", inputs / "opb/pigeons_6_in_5.opb", says="unsat")
    answer("script", "solve", inputs / "smt2/push_pop.smt2")
    network, data = inputs / "bnn/strokes.bnn", inputs / "bnn/strokes.csv"
    answer("certify", "certify", network, data, "--flips", "2")
    answer("certify_minimal", "certify", network, data, "--minimal", "--norm", "0")
    answer("certify_ladder", "certify", network, data, "--norm", "0", "--epsilons", "1,2,3")
    answer("certify_ladder_minimal", "certify", network, data, "--norm", "0", "--epsilons", "1,2,3", "--minimal")
    relu = scratch / "relu.dnn"
    relu.write_text("dnn = { 'a0': 'x0 - x1', 'y0': '1n0', 'y1': '0.5' }\n")
    points = scratch / "points.csv"
    points.write_text("0.9,0.1,0\n0.2,0.8,1\n0.5,0.1,1\n")
    answer("certify_relu", "certify", relu, points, "--epsilons", "0.01,0.1", "--minimal", "--domain", "0,1", status=(0, 3))
    answer("certify_no_time", "certify", network, data, "--flips", "2", "--timeout", "0.0000001", status=(0, 3))
    answer("evaluate", "evaluate", network, data, "--epsilon", "1", "--fair", "2")
    answer("train", "train", data, "--label", "17", "--layers", "2", says="optimal")
    answer("train_more", "train", data, "--label", "17", "--layers", "2", "--robust", "epsilon=1", "--rho", "0", status=(0, 3))
    answer("train_gradient", "train", data, "--label", "17", "--method", "gradient")


def check_results_files():
    db = scratch / "results.sqlite"
    files = [scratch / name for name in ("a.csv", "a.xml", "a.sarif")]
    verify = ["verify", inputs / "dnn/overlap.dnn", "--db", db]
    run(*verify, "--csv", files[0], "--junit", files[1], "--sarif", files[2])
    run(*verify, "--seed", "1")
    run("optimize", inputs / "dnn/best_price.dnn", "--db", db)
    answer("results_list", "results", db)
    answer("results_run", "results", f"{db}:1")
    answer("results_optimum", "results", f"{db}:3")
    certify = ["certify", inputs / "bnn/strokes.bnn", inputs / "bnn/strokes.csv", "--norm", "0", "--epsilons", "1,2", "--minimal"]
    run(*certify, "--resume", db)
    run(*certify, "--resume", db)
    answer("results_certify", "results", f"{db}:4")
    answer("results_compare", "results", "compare", f"{db}:1", f"{db}:2")
    found = json.loads(files[2].read_text())
    check(sarif, found, "sarif")
    if len(found["runs"][0]["results"]) != 1:
        complain("sarif: one counterexample is one result")
    found["runs"][0]["results"][0]["level"] = "bad"
    if sarif.is_valid(found):
        complain("sarif: the level may be anything")
    suite = xml.etree.ElementTree.parse(files[1]).getroot().find("testsuite")
    if len(suite.findall("testcase")) != int(suite.get("tests")) or len(suite.findall("testcase/failure")) != int(suite.get("failures")):
        complain("junit: its counts are not those of its cases")


def check_progress():
    for words in (["verify", inputs / "dnn/overlap.dnn"], ["optimize", inputs / "dnn/best_price.dnn"],
                  ["solve", inputs / "opb/cheapest_cover.opb"], ["solve", inputs / "smt2/push_pop.smt2"],
                  ["verify", source / "tests/regress/unsat/smooth_chain.dnn", "--strategy", "branch_and_bound", "--timeout", "1"],
                  ["certify", inputs / "bnn/strokes.bnn", inputs / "bnn/strokes.csv", "--norm", "0", "--epsilons", "1,2", "--minimal"],
                  ["train", inputs / "bnn/strokes.csv", "--label", "17", "--method", "gradient"]):
        lines = run(*words, "--progress", "json", status=(0, 3)).stderr.decode().splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        if len(events) < 2:
            complain(f"progress of {words}: {len(events)} events")
        for event in events:
            check(progress, event, f"progress of {words[0]}")
            if progress.is_valid({**event, "unknown": 1}):
                complain(f"progress: {event['event']} may have any key")


check_answers()
check_results_files()
check_progress()
shutil.rmtree(scratch)
print(f"{len(failures)} failures")
sys.exit(1 if failures else 0)
