# SPDX-License-Identifier: Apache-2.0
"""tools/wheel makes a wheel without a network, and what it installs works."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

import sinew

MISSING = [name for name in ("pip", "setuptools", "wheel") if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {MISSING}")


def test_the_wheel(root, tmp_path):
    folder = pathlib.Path(sinew.__file__).parent.parent.parent
    if not (folder / "build.ninja").exists():
        pytest.skip("the package does not come from a build folder")
    environment = dict(os.environ, SINEW_BUILD_FOLDER=str(folder))
    environment.pop("PYTHONPATH", None)
    made = subprocess.run([str(root / "tools" / "wheel"), str(tmp_path)], capture_output=True, text=True, env=environment)
    assert made.returncode == 0, made.stderr
    wheel = pathlib.Path(made.stdout.strip())
    names = zipfile.ZipFile(wheel).namelist()
    assert {"sinew/__init__.py", "sinew/py.typed", "sinew/_core.pyi"} <= set(names)
    assert any(name.startswith("sinew/_core.") and name.endswith(".so") for name in names)
    assert not any("tests" in name for name in names)
    target = tmp_path / "installed"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check",
                    "--target", str(target), str(wheel)], check=True, env=environment)
    code = "import sinew; print(sinew.__file__, sinew.verify(sinew.real() > 0).status)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path,
                          env=dict(environment, PYTHONPATH=str(target)))
    assert done.stdout.strip() == f"{target / 'sinew' / '__init__.py'} sat", done.stderr
