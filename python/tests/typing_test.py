# SPDX-License-Identifier: Apache-2.0
"""The types of the package, by mypy --strict over a program that uses it."""

import os
import pathlib
import subprocess
import sys

import pytest

pytest.importorskip("mypy", reason="mypy is not installed")
SAMPLE = pathlib.Path(__file__).with_name("sample.py")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def mypy(cache, *arguments):
    environment = dict(os.environ, MYPYPATH=str(pathlib.Path(__file__).resolve().parents[1]))
    return subprocess.run([sys.executable, "-m", "mypy", f"--cache-dir={cache}", "--no-error-summary", *arguments],
                          capture_output=True, text=True, env=environment, cwd=SAMPLE.parent)


def test_a_program_is_strictly_typed(cache):
    done = mypy(cache, "--strict", str(SAMPLE))
    assert done.returncode == 0, done.stdout


def test_a_wrong_program_is_not(cache, tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import sinew\nverdict: int = sinew.verify(sinew.real() > 0)\nsinew.Model().integer(3)\n")
    done = mypy(cache, "--strict", str(wrong))
    assert done.returncode == 1 and "wrong.py:2" in done.stdout and "wrong.py:3" in done.stdout


def test_the_program_runs():
    done = subprocess.run([sys.executable, str(SAMPLE)], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("sat "), done.stderr


def test_stubs_name_what_the_module_has():
    """Every name of the compiled part is in _core.pyi."""
    import sinew._core as core
    text = (pathlib.Path(__file__).resolve().parents[1] / "sinew" / "_core.pyi").read_text()
    for name in dir(core):
        if not name.startswith("_"):
            assert f"class {name}" in text or f"def {name}(" in text or f"{name}: " in text, name
            thing = getattr(core, name)
            if isinstance(thing, type) and not issubclass(thing, Exception):
                for member in vars(thing):
                    if not member.startswith("_") and member not in ("name", "value") and name not in ("BlockKind", "Comparison"):
                        assert f"def {member}(" in text or f"{member}: " in text, f"{name}.{member}"
