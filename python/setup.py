# SPDX-License-Identifier: Apache-2.0
"""Builds the compiled part with CMake: the sources are those of the tree around this folder, or of SINEW_SOURCE_DIR.
SINEW_BUILD_FOLDER names a build folder that is configured already, with SINEW_PYTHON."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ.get("SINEW_SOURCE_DIR", HERE.parent))


def version() -> str:
    found = re.search(r"^project\(sinew VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{ROOT} is no source tree of sinew")
    return found.group(1)


class CMakeBuild(build_ext):
    def build_extension(self, ext: Extension) -> None:
        folder = pathlib.Path(os.environ.get("SINEW_BUILD_FOLDER", pathlib.Path(self.build_temp).resolve()))
        if not (folder / "CMakeCache.txt").exists():
            options = ["-DCMAKE_BUILD_TYPE=Release", "-DSINEW_PYTHON=ON", "-DSINEW_TESTS=OFF", "-DSINEW_BENCH=OFF",
                       f"-DSINEW_PYTHON_PROGRAM={sys.executable}"]
            subprocess.run(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *options], check=True)
        subprocess.run(["cmake", "--build", folder, "--target", "sinew_python"], check=True)
        built = list((folder / "python" / "sinew").glob("_core*.so"))
        if len(built) != 1:
            raise SystemExit(f"{folder} has no module for Python: was pybind11 found? ({folder}/CMakeCache.txt)")
        target = pathlib.Path(self.get_ext_fullpath(ext.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built[0], target)


setup(version=version(), ext_modules=[Extension("sinew._core", [])], cmdclass={"build_ext": CMakeBuild})
