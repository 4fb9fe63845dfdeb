"""Prints what pyproject.toml needs to build the package, one requirement a line; CMake and ninja are among them.

With --test: what the package and its tests need, for a build that pip does not install.

pip reads the first list itself, but only for isolated builds; those fetch the tools anew each time and compile
everything again. Works on Python 3.10, which has no tomllib.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path


def build_requirements(pyproject: str) -> list[str]:
    """The requirements in the text of a pyproject.toml."""
    requires = re.search(r"^requires = (\[.*?\])", pyproject, re.MULTILINE | re.DOTALL)
    tools = re.findall(r'^(cmake|ninja)\.version = "(.+)"', pyproject, re.MULTILINE)
    if requires is None or len(tools) != 2:
        raise ValueError("pyproject.toml lacks build-system.requires, cmake.version or ninja.version")
    return [*ast.literal_eval(requires[1]), *(name + version for name, version in tools)]


def needs_of_tests(pyproject: str) -> list[str]:
    """What running the package and its tests takes."""
    needs = re.search(r"^dependencies = (\[.*?\])", pyproject, re.MULTILINE | re.DOTALL)
    test = re.search(r"^test = (\[.*?\])", pyproject, re.MULTILINE | re.DOTALL)
    if needs is None or test is None:
        raise ValueError("pyproject.toml lacks dependencies or the extra 'test'")
    return [*ast.literal_eval(needs[1]), *ast.literal_eval(test[1])]


if __name__ == "__main__":
    *options, path = sys.argv[1:]
    wanted = needs_of_tests if options == ["--test"] else build_requirements
    print("\n".join(wanted(Path(path).read_text(encoding="utf-8"))))
