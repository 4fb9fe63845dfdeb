"""The scripts stop with a clear message where they cannot go on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "dirname", "sed", "tail", "cat", "env", "find", "sort", "xargs", "sha256sum", "cut", "nproc", "mkdir")

sys.path.insert(0, str(ROOT / "scripts"))
from build_requirements import build_requirements, needs_of_tests  # noqa: E402
from summarize_results import main as summarize  # noqa: E402


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH without Python, compiler or apt-get."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def run_script(name: str, path: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(ROOT / "scripts" / name), *arguments],
        env={"PATH": path, "HOME": os.environ.get("HOME", "/"), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", ["demo.sh", "test.sh"])
def test_without_apt_the_needs_are_named(bare_path: Path, script: str) -> None:
    result = run_script(script, str(bare_path))
    assert result.returncode == 1
    for need in ("Python 3.10", "a C++20 compiler", "ICU 72", "libicu-dev", "python3-venv"):
        assert need in result.stderr
    assert "failed: " in result.stderr


def fake(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/bash\n{text}\n")
    (folder / name).chmod(0o755)


def test_without_a_gpu_the_check_of_one_says_so(bare_path: Path) -> None:
    result = run_script("gpu_check.sh", str(bare_path))
    assert result.returncode == 3
    assert result.stderr == ("gpu_check.sh: no GPU here: nvidia-smi, which comes with the driver, was not found\n")


@pytest.mark.parametrize("answer", ["exit 9", "echo No devices were found"])
def test_a_driver_without_a_gpu_is_none_either(bare_path: Path, answer: str) -> None:
    (bare_path / "head").symlink_to(shutil.which("head") or "")
    fake(bare_path, "nvidia-smi", answer)
    result = run_script("gpu_check.sh", str(bare_path))
    assert result.returncode == 3
    assert "nvidia-smi names none" in result.stderr


def test_the_check_of_a_gpu_takes_one_option(bare_path: Path) -> None:
    result = run_script("gpu_check.sh", str(bare_path), "--fast")
    assert result.returncode == 1
    assert "takes --emulated or nothing" in result.stderr


def test_an_older_icu_is_explained_before_anything_is_installed(bare_path: Path) -> None:
    fake(bare_path, "apt-get", 'echo "apt-get $*" >>"$(dirname "$0")/log"')
    fake(bare_path, "apt-cache", 'echo "libicu-dev:"; echo "  Candidate: 70.1-2"')
    fake(bare_path, "sudo", 'while [[ $1 == -* ]]; do shift; done; exec "$@"')
    result = run_script("demo.sh", str(bare_path))
    assert result.returncode == 1
    assert "has ICU 70.1-2" in result.stderr
    assert "ICU_ROOT=" in result.stderr
    log = (bare_path / "log").read_text()
    assert "update" in log
    assert "install" not in log


def test_apt_failure_names_the_step(bare_path: Path) -> None:
    fake(bare_path, "apt-get", "echo no network >&2; exit 100")
    fake(bare_path, "sudo", 'while [[ $1 == -* ]]; do shift; done; exec "$@"')
    result = run_script("demo.sh", str(bare_path))
    assert result.returncode == 100
    assert "failed: install python3 " in result.stderr


def test_wrong_arguments_are_refused() -> None:
    path = os.environ["PATH"]
    missing = run_script("demo.sh", path, "no such folder")
    assert missing.returncode == 1
    assert "there is no no such folder" in missing.stderr
    assert run_script("test.sh", path, "--fast").returncode == 1
    assert "bash scripts/demo.sh [PATHS]" in run_script("demo.sh", path, "--help").stdout
    assert "NEWSGPU_TEST_DATA" in run_script("test.sh", path, "--help").stdout


def test_build_requirements_are_those_of_the_project() -> None:
    requirements = build_requirements((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {requirement.split(">")[0] for requirement in requirements}
    assert names == {"scikit-build-core", "pybind11", "cmake", "ninja"}


def test_results_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # As pytest writes them, and as ctest does: a suite each.
    (tmp_path / "a.xml").write_text(
        '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'
    )
    (tmp_path / "b.xml").write_text('<testsuite tests="4" failures="0" disabled="1" skipped="0"/>')
    assert summarize(tmp_path, ["a", "b"]) == 0
    assert capsys.readouterr().out == "a: 3 passed, 2 failed, 2 skipped\nb: 3 passed, 0 failed, 1 skipped\n"


def test_a_runner_without_tests_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_text('<testsuite tests="0" failures="0"/>')
    assert summarize(tmp_path, ["a"]) == 1
    assert summarize(tmp_path, ["nowhere"]) == 1
    assert "nowhere: 0 passed" in capsys.readouterr().out


def test_what_a_build_without_pip_needs() -> None:
    needs = needs_of_tests((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert any(need.startswith("pyarrow") for need in needs)
    assert any(need.startswith("pytest") for need in needs)
