"""Every Python and shell snippet of the documentation runs; C++ snippets are compiled in tests/install.

Blocks of a page run in order and share their names. ``python`` blocks must not fail, ``pycon`` blocks are doctests,
each command of a ``sh`` block must succeed. ``console`` blocks show a terminal and are not run.
"""

from __future__ import annotations

import doctest
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mutants import MUTANTS

import newsgpu

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LANGUAGES = {"python", "pycon", "sh", "cpp", "cmake", "console", "text", "json", "bibtex"}


def blocks(page: Path) -> list[tuple[str, str, int]]:
    """Language, text and line number of each fenced block of a page."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(block[1], block[2], text.count("\n", 0, block.start(2)) + 1) for block in found]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, where the repository's `examples` are and what snippets write does no harm."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_name_their_language(page: Path) -> None:
    assert {language for language, _, _ in blocks(page)} <= LANGUAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_snippets_run(page: Path, workplace: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    parser = doctest.DocTestParser()
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for language, text, line in blocks(page):
        if language == "python":
            # The padding makes tracebacks name the page's own lines.
            exec(compile("\n" * (line - 1) + text, str(page), "exec"), names)
        elif language == "pycon":
            example = parser.get_doctest(text, names, page.name, str(page), line - 1)
            runner.run(example, clear_globs=False)
            names.update(example.globs)
    assert runner.failures == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shell_snippets_run(page: Path, workplace: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for language, text, line in blocks(page):
        if language == "sh":
            result = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text], env=environment, capture_output=True, text=True, check=False
            )
            assert result.returncode == 0, f"{page.name}:{line}: {result.stdout}{result.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def documented_signatures() -> dict[str, str]:
    """Name and parameters of each signature that the API page writes out in code marks."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return {found[1]: found[2] for found in re.finditer(r"^`(\w+)\(([^`]+)\)`", text, re.MULTILINE)}


def parameters(signature: inspect.Signature) -> list[tuple[str, str, str]]:
    """Name, kind and default of what a call may name, without `device` and `num_threads`, which every call has."""
    return [
        (parameter.name, parameter.kind.description, repr(parameter.default))
        for parameter in signature.parameters.values()
        if parameter.name not in {"device", "num_threads"}
    ]


@pytest.mark.parametrize("name", documented_signatures())
def test_documented_signatures_are_the_real_ones(name: str) -> None:
    written: dict[str, Any] = {}
    exec(f"def {name}({documented_signatures()[name]}): pass", written)
    assert parameters(inspect.signature(written[name])) == parameters(inspect.signature(getattr(newsgpu, name)))


def test_every_public_name_is_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in newsgpu.__all__ if name != "__version__" and f"`{name}" not in text] == []


def test_every_planted_bug_has_a_row() -> None:
    table = (ROOT / "docs" / "gpu.md").read_text(encoding="utf-8").replace(r"\|", "|")
    assert [mutant.name for mutant in MUTANTS if f"| {mutant.name} | " not in table] == []


MODULES = ["newsgpu", *(module.name for module in pkgutil.walk_packages(newsgpu.__path__, "newsgpu."))]


@pytest.mark.parametrize("module", [name for name in MODULES if not name.endswith(("._core", ".__main__"))])
def test_docstring_examples_run(module: str, workplace: Path) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testmod(importlib.import_module(module), optionflags=flags).failed == 0
