"""Removes every barrier, exchange, vote, atomic and wait of the CUDA sources, one at a time, and says what finds it.

    python tests/removals.py --build plain=build/plain --build tsan=build/tsan [--seeds 3] [NAME ...]

A barrier or a wait is left out. A vote becomes the lane's own view, an exchange the lane's own value, an atomic a plain
read and write. What no mode misses is not needed, or is not tested: exits 1. The builds are those of mutation.py. All
removals are compiled at once, into one program for each build; a variable of the environment says which is made.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutants import STAGES
from mutation import Build

ROOT = Path(__file__).resolve().parent.parent
# What the door implements is tested by tests/emulation and is not the product's kernels; its waits are.
DOOR = {f"{name}.cuh" for name in ("check", "stream", "launch", "collectives", "block_collectives", "primitives")}
DOOR.add("primitives.cu")

# Of these, parity_tests sees more than newsgpu_parity: batches, memory that runs out, stopped calls.
WAITS = ("synchronize", "record", "hold_back")

PLAIN_ATOMICS = {
    "add": "static_cast<std::remove_reference_t<decltype(at)>>(at + value)",
    "or": "at | value",
    "and": "at & value",
    "min": "value < at ? value : at",
    "max": "value > at ? value : at",
}


@dataclass(frozen=True)
class Removal:
    """A call at a place of a source, and what stands there without it."""

    name: str
    file: str
    begin: int
    old: str
    new: str

    @property
    def stages(self) -> tuple[str, ...]:
        """Parts of the names of the stages of newsgpu_parity that run it."""
        return STAGES.get(self.file, ())

    @property
    def is_atomic(self) -> bool:
        """Whether a wrong result is unlikely, and a race sure."""
        return self.old.startswith("atomic")

    @property
    def is_wait(self) -> bool:
        """Whether the host waits, or a stream does."""
        return self.name.split()[1] in WAITS


def closing(text: str, opening: int) -> int:
    """Behind the bracket that closes the one at ``opening``."""
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at + 1
    raise SystemExit("a bracket is not closed")


def arguments_of(text: str) -> list[str]:
    """The arguments between the brackets of a call."""
    found, begin, depth = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
    return [*found, text[begin:].strip()]


def without(name: str, arguments: list[str]) -> str:
    """What stands in place of a call."""
    first = arguments[0]
    if name in ("any_of_warp", "all_of_warp"):
        return f"({first})"
    if name == "ballot":
        return f"(({first}) ? 1u << lane_rank() : 0u)"
    if name.startswith("shuffle") or name == "atomic_load":
        return f"({first})"
    if name.startswith("atomic_"):
        if name == "atomic_cas":
            change = "if (old == expected) { at = desired; } "
            parameters = "auto& at, auto expected, auto desired"
        else:
            change = f"at = {PLAIN_ATOMICS[name.removeprefix('atomic_')]}; "
            parameters = "auto& at, auto value"
        return f"[]({parameters}) {{ auto const old = at; {change}return old; }}({', '.join(arguments)})"
    return "static_cast<void>(0)"  # sync_block, sync_warp, and the members of streams and events


CALL = re.compile(
    r"\b(sync_block|sync_warp|sync_block_or|sync_block_count|any_of_warp|all_of_warp|ballot|shuffle(?:_\w+)?|atomic_\w+)"
    r"\(|[\w.]+(?:->\w+)*(?:\.|->)(synchronize|record|hold_back)\("
)


def removals_of(file: str, source: str) -> Iterator[Removal]:
    """The removals of one source."""
    for match in CALL.finditer(source):
        line_begin = source.rfind("\n", 0, match.start()) + 1
        if "//" in source[line_begin : match.start()]:
            continue
        end = closing(source, match.end() - 1)
        name = match[1] or match[2]
        old = source[match.start() : end]
        new = without(name, arguments_of(source[match.end() : end - 1]))
        line = source.count("\n", 0, match.start()) + 1
        yield Removal(f"{Path(file).name}:{line} {name}", file, match.start(), old, new)


def all_removals() -> list[Removal]:
    """Of all sources, in order."""
    found = []
    for path in sorted((ROOT / "cuda").glob("*.cu*")):
        if path.name not in DOOR:
            found += removals_of(path.relative_to(ROOT).as_posix(), path.read_text())
    return found


def write_sources(removals: list[Removal], tree: Path) -> None:
    """The sources with each call made, or not made if it is the one that is asked for."""
    header = tree / "removed.hpp"
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(
        "#pragma once\n#include <cstdlib>\n#include <type_traits>\n"
        'inline char const* const removed_text = std::getenv("REMOVED");\n'
        "inline int const removed_number = removed_text != nullptr ? std::atoi(removed_text) : -1;\n"
    )
    for file in {removal.file for removal in removals}:
        source = (ROOT / file).read_text()
        for number, removal in reversed(list(enumerate(removals))):
            if removal.file == file:
                end = removal.begin + len(removal.old)
                choice = f"(removed_number == {number} ? {removal.new} : {removal.old})"
                source = source[: removal.begin] + choice + source[end:]
        path = tree / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


class Removed:
    """A build with all removals in it."""

    def __init__(self, build: Build, tree: Path, folder: Path) -> None:
        self.mode = build.mode
        self._build = build
        folder.mkdir()
        objects = []
        for unit in build.units:
            source = tree / unit if (tree / unit).exists() else ROOT / unit
            objects.append(build.compile(unit, source, tree, folder, "-include", str(tree / "removed.hpp")))
        self._parity = build.link(objects, folder)
        has_tests = build.mode in ("plain", "asan")  # scripts/test.sh builds parity_tests there
        self._tests = build.link(objects, folder, "parity_tests") if has_tests else None

    def verdict(self, number: int, removal: Removal | None, seeds: int) -> str:
        """What finds a removal; without one, what the program says of itself."""
        stages = removal.stages if removal else ("instructions",)
        for seed in range(seeds if self.mode == "plain" else 1):
            if found := self._build.parity_verdict(self._parity, stages, seed, REMOVED=str(number)):
                return found
        if removal and removal.is_wait and self._tests is not None:
            for seed in range(seeds):
                if found := self._build.verdict([str(self._tests)], seed, REMOVED=str(number)):
                    return found
        return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--build", action="append", required=True, metavar="MODE=DIR")
    parser.add_argument("--seeds", type=int, default=3, help="schedules of plain mode")
    parser.add_argument("names", nargs="*", help="beginnings of the names of removals; all without")
    arguments = parser.parse_args()
    removals = all_removals()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_sources(removals, folder / "tree")
        builds = []
        for item in arguments.build:
            mode, at = item.split("=", 1)
            builds.append(Removed(Build(mode, Path(at)), folder / "tree", folder / mode))
            if complaint := builds[-1].verdict(-1, None, 1):
                raise SystemExit(f"{mode}: nothing is removed, and still: {complaint}")
        missed = []
        print("| without | found by |\n| --- | --- |")
        for number, removal in enumerate(removals):
            if arguments.names and not removal.name.startswith(tuple(arguments.names)):
                continue
            finding = ""
            # A plain schedule hardly ever shows what an atomic is for.
            for build in sorted(builds, key=lambda each: removal.is_atomic and each.mode != "tsan"):
                if verdict := build.verdict(number, removal, arguments.seeds):
                    finding = f"{build.mode}: {verdict}"
                    break
            print(f"| {removal.name} | {finding or '–'} |", flush=True)
            if not finding:
                missed.append(removal.name)
    for name in missed:
        print(f"NOT FOUND: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
