"""Every barrier, exchange, vote, atomic and wait of the CUDA sources, removed: bugs for mutation.py to plant.

A barrier or a wait is left out. A vote becomes the lane's own view, an exchange the lane's own value, an atomic a plain
read and write. Whatever no mode of the emulation misses is not needed, or is not tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutants import Mutant

ROOT = Path(__file__).resolve().parent.parent
# What the door implements is tested by tests/emulation and is not the product's kernels; its waits are.
DOOR = {"collectives.cuh", "primitives.cuh", "launch.cuh", "check.cuh", "stream.cuh"}

PLAIN_ATOMICS = {
    "add": "static_cast<std::remove_reference_t<decltype(at)>>(at + value)",
    "or": "at | value",
    "and": "at & value",
    "min": "value < at ? value : at",
    "max": "value > at ? value : at",
}


@dataclass(frozen=True)
class Removal(Mutant):
    """A bug at a place in a source that may have others like it."""

    begin: int = 0

    def apply(self, source: str) -> str:
        """The source without the call."""
        end = self.begin + len(self.old)
        if source[self.begin : end] != self.old:
            raise SystemExit(f"{self.name}: the source has changed")
        return source[: self.begin] + self.new + source[end:]


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
        yield Removal(f"{Path(file).name}:{line} without {name}", file, old, new, match.start())


def all_removals() -> list[Removal]:
    """Of all sources, in order."""
    found = []
    for path in sorted((ROOT / "cuda").glob("*.cu*")):
        if path.name not in DOOR:
            found += removals_of(path.relative_to(ROOT).as_posix(), path.read_text())
    return found
