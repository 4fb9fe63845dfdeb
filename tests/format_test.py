"""Sources are formatted and free of what the linter finds."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_format(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(ROOT / "scripts" / "format.sh"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_sources_are_formatted() -> None:
    result = run_format("--check")
    assert result.returncode == 0, "\n".join((result.stdout + result.stderr).splitlines()[:40])


def test_unformatted_sources_are_found(tmp_path: Path) -> None:
    cpp, python = tmp_path / "a.cpp", tmp_path / "a.py"
    cpp.write_text("int  f( ){return 1;}\n")
    python.write_text("import os\nx = { 'a':1 }\n")
    (tmp_path / ".clang-format").write_text((ROOT / ".clang-format").read_text())
    for path in (cpp, python):
        assert run_format("--check", str(path)).returncode != 0
