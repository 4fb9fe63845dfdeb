"""Programs that use the library through find_package and add_subdirectory."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ARCHITECTURES, ROOT, cmake_settings, run

EXAMPLE = ROOT / "examples" / "embed_cpp"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def check_example(program: Path) -> None:
    """Document 2 is document 0 with words added, 4 is 1 with words added; 3 stands alone."""
    printed = run(program)
    assert "4  the\n" in printed
    assert "2  at dawn\n" in printed
    assert "document 2 repeats 0" in printed
    assert "document 4 repeats 1" in printed
    assert printed.count(" repeats ") == 2


def test_find_package(build_with_package: Callable[[Path], Path]) -> None:
    check_example(build_with_package(EXAMPLE) / "embed")


def test_add_subdirectory(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\n"
        "project(consumer LANGUAGES CXX)\n"
        f'add_subdirectory("{ROOT}" newsgpu)\n'
        f'add_executable(embed "{EXAMPLE}/main.cpp")\n'
        "target_link_libraries(embed PRIVATE newsgpu::newsgpu)\n"
    )
    build = tmp_path / "build"
    # Where there is nvcc, with the runtime linked as a package does not.
    settings = ["-DNEWSGPU_WERROR=ON", "-DNEWSGPU_CUDART=shared", f"-DCMAKE_CUDA_ARCHITECTURES={ARCHITECTURES}"]
    run("cmake", "-S", tmp_path, "-B", build, "-DCMAKE_BUILD_TYPE=Release", *settings, *cmake_settings())
    run("cmake", "--build", build)
    check_example(build / "embed")
    # A parent project gets the library, not its tests, and installs nothing of it by accident.
    assert not list(build.rglob("*_tests"))
    run("cmake", "--install", build, "--prefix", tmp_path / "installed")
    assert not (tmp_path / "installed").exists()


@pytest.mark.parametrize(
    ("nvcc", "reason"),
    [
        ("echo 'Cuda compilation tools, release 11.8, V11.8.89'", r"nvcc 12.0 or newer is needed, \S+ is 11.8"),
        ("echo 'Cuda compilation tools, release 13.0, V13.0.88'; [ $# = 1 ]", "does not build a small program"),
        ("exit 1", "does not tell its version"),
    ],
)
def test_an_nvcc_that_does_not_do_is_no_obstacle(tmp_path: Path, nvcc: str, reason: str) -> None:
    compiler = tmp_path / "nvcc"
    compiler.write_text(f"#!/bin/sh\n{nvcc}\n")
    compiler.chmod(0o755)
    settings = [f"-DCMAKE_CUDA_COMPILER={compiler}", "-DNEWSGPU_TESTS=OFF", *cmake_settings()]
    said = run("cmake", "-S", ROOT, "-B", tmp_path / "build", *settings)
    assert re.search(f"newsgpu: CUDA OFF: .*{reason}", said)
    command = ["cmake", "-S", ROOT, "-B", tmp_path / "on", "-DNEWSGPU_CUDA=ON", *settings]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "NEWSGPU_CUDA=ON, but" in re.sub(r"\s+", " ", result.stderr)


def test_wrong_version_is_refused(prefix: Path, tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES CXX)\nfind_package(newsgpu 99 REQUIRED)\n"
    )
    command = ["cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}", *cmake_settings()]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert 'compatible with requested version "99"' in re.sub(r"\s+", " ", result.stderr)


def test_no_foreign_header_reaches_a_consumer(prefix: Path, tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text("#include <newsgpu/newsgpu.hpp>\n")
    seen = run("c++", "-std=c++20", "-M", f"-I{prefix}/include", tmp_path / "a.cpp")
    headers = re.sub(r"\\\n", " ", seen).split()
    assert any(header.endswith("newsgpu/tokenize.hpp") for header in headers)
    assert [header for header in headers if re.search(r"/unicode/|pybind11|Python\.h|cuda|/cub/|thrust", header)] == []


def test_every_public_header_is_installed_and_nothing_else(prefix: Path) -> None:
    installed = {path.relative_to(prefix / "include").as_posix() for path in (prefix / "include").rglob("*.*")}
    assert installed == {f"newsgpu/{path.name}" for path in (ROOT / "include" / "newsgpu").glob("*.hpp")}


def snippets() -> list[tuple[str, str]]:
    """Name and text of each C++ block of the documentation."""
    found = []
    for page in PAGES:
        texts = re.findall(r"^```cpp\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        found += [(f"{page.stem.lower()}_{number}", text) for number, text in enumerate(texts)]
    return found


def test_cpp_snippets_run(build_with_package: Callable[[Path], Path], tmp_path: Path) -> None:
    names = [name for name, _ in snippets()]
    assert names
    for name, text in snippets():
        assert "int main()" in text, f"{name} is no whole program"
        (tmp_path / f"{name}.cpp").write_text(text, encoding="utf-8")
    lines = (EXAMPLE / "CMakeLists.txt").read_text().splitlines()
    head = [line for line in lines if not re.match(r"add_executable|target_link", line)]
    programs = [f"add_executable({n} {n}.cpp)\ntarget_link_libraries({n} PRIVATE newsgpu::newsgpu)" for n in names]
    (tmp_path / "CMakeLists.txt").write_text("\n".join([*head, *programs, ""]))
    build = build_with_package(tmp_path)
    for name in names:
        assert run(build / name).strip()


def test_missing_icu_is_explained(tmp_path: Path) -> None:
    settings = [*cmake_settings(), "-DCMAKE_DISABLE_FIND_PACKAGE_ICU=ON", "-DNEWSGPU_TESTS=OFF"]
    command = ["cmake", "-S", ROOT, "-B", tmp_path, *settings]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "apt-get install libicu-dev" in result.stderr


def test_version_is_written_once() -> None:
    version = re.search(r'version\[\] = "(.+)"', (ROOT / "include/newsgpu/version.hpp").read_text())
    assert version is not None
    for name in ("CMakeLists.txt", "pyproject.toml", "python/newsgpu/__init__.py", "cmake/install.cmake"):
        assert version[1] not in (ROOT / name).read_text(encoding="utf-8")
