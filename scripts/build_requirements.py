"""Prints what pyproject.toml needs to build the package, one requirement a line; CMake and ninja are among them.

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


if __name__ == "__main__":
    print("\n".join(build_requirements(Path(sys.argv[1]).read_text(encoding="utf-8"))))
