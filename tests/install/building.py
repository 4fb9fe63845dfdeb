"""Runs CMake and the programs it builds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As scripts/test.sh builds, so that ccache has seen most of it.
ARCHITECTURES = os.environ.get("NEWSGPU_TEST_ARCHITECTURES", "90")


def run(*command: str | Path) -> str:
    """Runs a command and returns what it printed; its output is the message if it fails."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def cmake_settings() -> list[str]:
    """Settings that every build of these tests takes over from the environment."""
    settings = ["-G", "Ninja"] if shutil.which("ninja") else []
    if shutil.which("ccache"):
        settings += ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", "-DCMAKE_CUDA_COMPILER_LAUNCHER=ccache"]
    # The compiler that scripts/test.sh has built with, by the same name: ccache tells them apart by it.
    cache = Path(os.environ.get("NEWSGPU_BUILD", "nowhere")) / "CMakeCache.txt"
    if cache.is_file() and (known := re.search(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", cache.read_text(), re.MULTILINE)):
        settings.append(f"-DCMAKE_CXX_COMPILER={known[1]}")
    if "ICU_ROOT" in os.environ:
        settings.append(f"-DICU_ROOT={os.environ['ICU_ROOT']}")
    return settings
