"""The direction of includes: ``include <- src/element <- {src/cpu | cuda} <- src <- {python, bench, tests}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# A layer may include what is listed, and itself. `unicode` ranks with `element`: it makes the tables that elements
# read. `shared` are headers of src that both twins include: their declarations, the types they are made for, the
# names of options, what an index is made of, files.
MAY_INCLUDE = {
    "include": set(),
    "element": {"include"},
    "unicode": {"include", "element"},
    "shared": {"include", "element"},
    "cpu": {"include", "element", "unicode", "shared"},
    "cuda": {"include", "element", "unicode", "shared"},
    "core": {"include", "element", "unicode", "shared"},
    "bindings": {"include"},
    "bench": {"include", "element", "unicode", "shared", "cpu", "cuda", "core", "oracle"},
    "oracle": {"include"},
    "tests": {"include", "element", "unicode", "shared", "cpu", "cuda", "core", "oracle"},
}
SHARED = {
    f"src/{name}.hpp"
    for name in (
        "analyzer",
        "backend",
        "duplicate_stages",
        "element_index",
        "file",
        "index_segment",
        "instantiations",
        "names",
        "ngram_tree",
        "passage_stages",
        "resident_text",
        "token_numbers",
    )
}
LAYER_OF_FOLDER = {
    "include/newsgpu": "include",
    "src/element": "element",
    "src/unicode": "unicode",
    "src/cpu": "cpu",
    "src": "core",
    "cuda": "cuda",
    "python/bindings": "bindings",
    "bench": "bench",
    "tests/oracle": "oracle",
    "tests": "tests",
}
CUDA = r"cuda|cub/|thrust/|nvtx|nccl"
# Headers from outside, and the layers that may know them.
EXTERNAL = {
    r"unicode/": {"unicode", "tests", "bench"},
    r"pybind11/|Python\.h": {"bindings"},
    CUDA: {"cuda", "tests"},
    r"gtest/|gmock/": {"tests", "oracle"},
    r"benchmark/": {"bench"},
}
# The only headers of cuda/ that may include CUDA's own.
CUDA_DOOR = {
    *(f"cuda/{name}.cuh" for name in ("check", "stream", "device_buffer", "launch", "collectives", "bits")),
    "cuda/block_collectives.cuh",
    "cuda/primitives.cu",
}
# Element code runs on devices as well: it may use these types of std, and none of its functions or containers.
ELEMENT_STD = r"string_view|is_\w+_v|\w+_t"
FORBIDDEN_IN_ELEMENTS = rf"\b(new|throw|try|malloc)\b|std::(?!(?:{ELEMENT_STD})\b)\w+"


def layer_of(path: str) -> str | None:
    """The layer of a file, given relative to the root; None outside of the layers."""
    if path in SHARED:
        return "shared"
    folders = [folder for folder in LAYER_OF_FOLDER if path.startswith(folder + "/")]
    return LAYER_OF_FOLDER[max(folders, key=len)] if folders else None


def resolve(included: str, path: str, files: set[str]) -> str | None:
    """The file of the repository that an include names, or None if it is not ours."""
    here = path.rsplit("/", 1)[0]
    candidates = (f"{folder}/{included}" for folder in (here, "include", "src", "tests", ".", "python"))
    return next((name.removeprefix("./") for name in candidates if name.removeprefix("./") in files), None)


def violations(sources: dict[str, str]) -> Iterator[str]:
    """What breaks the rules, in sentences; ``sources`` maps paths relative to the root to text."""
    files = set(sources)
    for path, text in sources.items():
        layer = layer_of(path)
        if layer is None:
            continue
        for included in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE):
            ours = resolve(included, path, files)
            if ours is not None:
                other = layer_of(ours)
                if other != layer and other not in MAY_INCLUDE[layer]:
                    yield f"{path} ({layer}) includes {ours} ({other})"
                continue
            if included.startswith("newsgpu/"):
                yield f"{path} includes {included}, which is not there"
            for pattern, layers in EXTERNAL.items():
                if re.match(pattern, included) and layer not in layers:
                    yield f"{path} ({layer}) includes <{included}>"
            if layer == "cuda" and re.match(CUDA, included) and path not in CUDA_DOOR:
                yield f"{path} includes <{included}>, which belongs behind the door of cuda/"
        if layer == "element":
            code = re.sub(r'//[^\n]*|/\*.*?\*/|"(\\.|[^"\\\n])*"', "", text, flags=re.DOTALL)
            code = re.sub(r"^\s*#.*$", "", code, flags=re.MULTILINE)
            for found in re.finditer(FORBIDDEN_IN_ELEMENTS, code):
                yield f"{path} uses {found[0]}: element code allocates nothing, throws nothing, calls nothing of std"


def repository_sources() -> dict[str, str]:
    """Every C++ and CUDA source of the layers."""
    tops = ("include", "src", "cuda", "python/bindings", "bench", "tests")
    paths = [path for top in tops for path in (ROOT / top).rglob("*") if path.suffix in {".hpp", ".cpp", ".cuh", ".cu"}]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_includes_point_one_way() -> None:
    sources = repository_sources()
    assert len(sources) > 30
    assert list(violations(sources)) == []


PLANTED = {
    "public header includes src": ("include/newsgpu/a.hpp", '#include "element/b.hpp"'),
    "element includes cpu": ("src/element/a.hpp", '#include "cpu/b.hpp"'),
    "element includes unicode": ("src/element/a.hpp", '#include "unicode/b.hpp"'),
    "element throws": ("src/element/a.hpp", "inline void f() { throw 1; }"),
    "element allocates": ("src/element/a.hpp", "inline auto f() { return std::vector<int>(3); }"),
    "element calls std": ("src/element/a.hpp", "inline int f(int a) { return std::min(a, 1); }"),
    "cpu includes cuda": ("src/cpu/a.cpp", '#include "../cuda/b.cuh"\n#include "cuda/b.cuh"'),
    "cuda includes cpu": ("cuda/a.cu", '#include "cpu/b.hpp"'),
    "core includes cpu": ("src/a.cpp", '#include "cpu/b.hpp"'),
    "ICU outside of unicode": ("src/cpu/a.cpp", "#include <unicode/utext.h>"),
    "pybind11 in the core": ("src/a.cpp", "#include <pybind11/pybind11.h>"),
    "CUDA in a public header": ("include/newsgpu/a.hpp", "#include <cuda_runtime.h>"),
    "CUB past the door": ("cuda/a.cu", "#include <cub/cub.cuh>"),
    "bindings include src": ("python/bindings/a.cpp", '#include "unicode/b.hpp"'),
    "oracle includes src": ("tests/oracle/a.hpp", '#include "element/b.hpp"'),
    "missing public header": ("src/a.cpp", "#include <newsgpu/nowhere.hpp>"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_violations_are_found(case: str) -> None:
    path, text = PLANTED[case]
    others = dict.fromkeys(("src/element/b.hpp", "src/cpu/b.hpp", "src/unicode/b.hpp", "cuda/b.cuh"), "")
    assert list(violations({**others, path: text})) != []


def test_what_is_allowed_is_not_reported() -> None:
    sources = {
        "include/newsgpu/a.hpp": "#include <cstdint>",
        "src/element/a.hpp": "#include <newsgpu/a.hpp>\n// throws nothing, no new std::vector\nstd::uint64_t f();",
        "src/backend.hpp": '#include "element/a.hpp"',
        "src/cpu/a.cpp": '#include "backend.hpp"\n#include "element/a.hpp"\n#include <vector>',
        "cuda/launch.cuh": "#include <cuda_runtime.h>",
        "cuda/a.cu": '#include "launch.cuh"\n#include "backend.hpp"',
        "src/unicode/a.cpp": "#include <unicode/utext.h>",
        "src/a.cpp": '#include "backend.hpp"',
        "python/bindings/a.cpp": "#include <newsgpu/a.hpp>\n#include <pybind11/pybind11.h>",
        "tests/unit/a_test.cpp": '#include "element/a.hpp"\n#include <gtest/gtest.h>',
    }
    assert list(violations(sources)) == []
