"""`pip install .` in an empty virtual environment, build tools fetched by pip, no CUDA needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from building import ROOT, run


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds newsgpu and what it requires, nothing else."""
    folder = tmp_path_factory.mktemp("empty environment")
    run(sys.executable, "-m", "venv", folder)
    # Debian 12's pip builds the package as well; this one only says more clearly what fails.
    run(folder / "bin" / "python", "-m", "pip", "install", "-q", "--upgrade", "pip")
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", str(ROOT)]
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part)
    result = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def test_the_installed_package_works(environment: Path) -> None:
    program = 'import newsgpu as ng; print(ng.Tokenizer().tokenize(["中国经济恢复增长"])[0])'
    assert run(environment / "bin" / "python", "-c", program) == "['中国', '经济', '恢复', '增长']\n"


def test_the_command_is_installed(environment: Path) -> None:
    version = run(environment / "bin" / "python", "-c", "import newsgpu; print(newsgpu.__version__)").strip()
    assert version in run(environment / "bin" / "newsgpu", "info")


def test_the_command_analyzes(environment: Path, tmp_path: Path) -> None:
    run(environment / "bin" / "newsgpu", "analyze", ROOT / "examples" / "news", "-o", tmp_path)
    assert "ledger-0415-corvane-plate" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_wheel_holds_the_package_alone(environment: Path) -> None:
    listed = run(environment / "bin" / "python", "-m", "pip", "show", "-f", "newsgpu").splitlines()
    files = [line.strip() for line in listed[listed.index("Files:") + 1 :]]
    tops = {file.split("/")[0] for file in files}
    assert {top for top in tops if not top.startswith("newsgpu") and top != ".."} == set()
    assert {file for file in files if file.startswith("../")} <= {"../../../bin/newsgpu"}
    assert "newsgpu/py.typed" in files
