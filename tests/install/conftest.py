"""An installed copy of the C++ library, and how to build programs with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ROOT, cmake_settings, run


@pytest.fixture(scope="session")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the library is installed, from the build that NEWSGPU_BUILD names or from one of its own."""
    folder = tmp_path_factory.mktemp("installed copy")
    build = os.environ.get("NEWSGPU_BUILD")
    if build is None:
        build = str(tmp_path_factory.mktemp("build"))
        run("cmake", "-S", ROOT, "-B", build, "-DNEWSGPU_TESTS=OFF", *cmake_settings())
        run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", folder, "--component", "development")
    return folder


@pytest.fixture
def build_with_package(prefix: Path, tmp_path: Path) -> Callable[[Path], Path]:
    """Builds a CMake project that calls find_package(newsgpu); returns the build folder."""

    def build(source: Path) -> Path:
        folder = tmp_path / "build"
        run("cmake", "-S", source, "-B", folder, f"-DCMAKE_PREFIX_PATH={prefix}", *cmake_settings())
        run("cmake", "--build", folder)
        return folder

    return build
