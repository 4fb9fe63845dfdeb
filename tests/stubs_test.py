"""The package is typed, and the extension's stub says what the extension has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import newsgpu

ROOT = Path(__file__).resolve().parents[1]


def run_mypy(*arguments: str) -> str:
    """What a module of mypy prints; empty if it found nothing."""
    package_folder = Path(newsgpu.__file__).parents[1]
    environment = dict(os.environ)
    if package_folder.name != "site-packages":
        environment["MYPYPATH"] = str(package_folder)
    result = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return "" if result.returncode == 0 else result.stdout + result.stderr


def test_the_package_is_typed() -> None:
    assert run_mypy("mypy") == ""


def test_the_stub_is_in_step_with_the_extension() -> None:
    found = run_mypy("mypy.stubtest", "newsgpu._core", "--mypy-config-file", "pyproject.toml", "--concise")
    # The metaclass of pybind11's classes cannot be named in a stub.
    differences = [line for line in found.splitlines() if not line.endswith("is inconsistent, metaclass differs")]
    assert differences == []
