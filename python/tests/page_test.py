# SPDX-License-Identifier: Apache-2.0
"""docs/python.md and the docstrings, run as they are written."""

import doctest
import importlib
import pkgutil

import pytest

import sinew

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def test_every_call_of_the_page(root, monkeypatch):
    monkeypatch.chdir(root)
    result = doctest.testfile(str(root / "docs" / "python.md"), module_relative=False, optionflags=FLAGS)
    assert result.attempted > 50 and result.failed == 0


@pytest.mark.parametrize("name", [info.name for info in pkgutil.iter_modules(sinew.__path__) if info.name != "_core"])
def test_docstrings(name):
    result = doctest.testmod(importlib.import_module(f"sinew.{name}"), optionflags=FLAGS)
    assert result.failed == 0


def test_the_package_itself():
    assert doctest.testmod(sinew, optionflags=FLAGS).failed == 0


def test_every_name_is_there_and_documented():
    for name in sinew.__all__:
        thing = getattr(sinew, name)
        assert name == "__version__" or thing.__doc__, name
        if isinstance(thing, type) and thing.__module__.startswith("sinew._") and "_core" not in thing.__module__:
            for member, value in vars(thing).items():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert getattr(value, "__doc__", None), f"{name}.{member}"


def test_every_file_is_named(root):
    page = (root / "python" / "README.md").read_text()
    for file in (root / "python").rglob("*"):
        path = file.relative_to(root / "python")
        if file.is_dir() or "__pycache__" in path.parts or path.name.endswith("_test.py") or "build" in path.parts:
            continue
        if path.suffix in (".py", ".pyi", ".cpp", ".hpp", ".typed"):
            assert f"`{path}`" in page, f"README.md does not name {path}"
        if path.suffix in (".py", ".cpp", ".hpp"):
            assert len(file.read_text().splitlines()) <= 600, f"{path} is too long"
