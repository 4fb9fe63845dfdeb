"""What the compiled CUDA kernels cost, from their machine code; no GPU is needed.

    python scripts/kernel_report.py [--arch sm_90] [--budget scripts/kernel_budget.toml] OBJECT...

For each kernel of newsgpu: registers, shared memory, spills, block size, occupancy and what limits it, and the
instructions of its innermost loops. The budget file says what a kernel may cost at most, and how many bytes of input a
lane handles, from which follow instructions an input byte and a bound on the speed; and which kernels a stage takes,
how often their loops run, and what bound is asked of it. Exits 1 where a kernel spills or breaks its budget. Needs
cuobjdump and nvdisasm (PyPI: nvidia-cuda-cuobjdump, nvidia-cuda-nvdisasm) and c++filt.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAMESPACE = "newsgpu::cuda::"
WARP = 32


@dataclass(frozen=True)
class Multiprocessor:
    """What one SM holds (CUDA programming guide, technical specifications for each compute capability)."""

    warps: int
    blocks: int
    shared: int
    registers: int = 65536


SM = {
    "sm_80": Multiprocessor(64, 32, 164 * 1024),
    "sm_86": Multiprocessor(48, 16, 100 * 1024),
    "sm_89": Multiprocessor(48, 24, 100 * 1024),
    "sm_90": Multiprocessor(64, 32, 228 * 1024),
    "sm_100": Multiprocessor(64, 32, 228 * 1024),
    "sm_120": Multiprocessor(48, 24, 100 * 1024),
}

# Lane-instructions a second of an H100 SXM: 132 SMs at 1.755 GHz, 128 lanes to issue, 64 of them for integers (NVIDIA's
# table of arithmetic throughput for compute capability 9.0). The lower figure bounds code that is all integers.
H100_INTEGER_RATE = 132 * 64 * 1.755e9


@dataclass
class Kernel:
    """A kernel of an object file."""

    name: str
    registers: int
    shared: int
    stack: int
    threads: int = 1024
    code: list[tuple[int, str]] = field(default_factory=list)

    def instructions(self) -> list[tuple[int, str]]:
        """The code without the padding behind it."""
        code = list(self.code)
        while code and re.match(r"NOP|BRA 0x", code[-1][1]):
            code.pop()
        return code

    def path(self, exits: int) -> int:
        """How many instructions there are up to an EXIT: the length of the path that leaves there, or a bound on it."""
        for number, (_, text) in enumerate(self.instructions(), 1):
            exits -= bool(re.search(r"\bEXIT\b", text))
            if exits == 0:
                return number
        raise SystemExit(f"{self.name} has fewer EXITs than its budget says")

    def count(self, *operations: str) -> int:
        """How often instructions occur."""
        pattern = re.compile(rf"\b({'|'.join(operations)})\b")
        return sum(bool(pattern.search(text)) for _, text in self.code)

    def occupancy(self, sm: Multiprocessor) -> tuple[float, str]:
        """The share of an SM's warps that fit, and what limits them."""
        warps = math.ceil(self.threads / WARP)
        warp_registers = math.ceil(self.registers * WARP / 256) * 256  # given out 256 at a time
        fitting = {
            "warps": sm.warps // warps,
            "blocks": sm.blocks,
            "shared": sm.shared // self.shared if self.shared else sm.blocks,
            "registers": sm.registers // warp_registers // warps if self.registers else sm.blocks,
        }
        limit = min(fitting, key=lambda name: fitting[name])
        return fitting[limit] * warps / sm.warps, limit

    def spans(self) -> list[tuple[int, int]]:
        """The loops, from the first address to the last, in order; an outer one before those in it."""
        spans = set()
        for address, text in self.instructions():
            target = re.search(r"\bBRA\b.*?(0x[0-9a-f]+)", text)
            if target and int(target[1], 16) < address:
                spans.add((int(target[1], 16), address))
        return sorted(spans, key=lambda span: (span[0], -span[1]))

    def loops(self) -> list[tuple[int, int]]:
        """The innermost loops: address, number of instructions."""
        code, spans = self.instructions(), self.spans()
        inner = [s for s in spans if not any(t != s and s[0] <= t[0] and t[1] <= s[1] for t in spans)]
        return [(first, sum(first <= a <= last for a, _ in code)) for first, last in inner]

    def executed(self, trips: list[float], skipped: int) -> float:
        """How many instructions a warp runs that goes through the bodies of the loops so often, in order."""
        spans = self.spans()
        if len(trips) != len(spans):
            raise SystemExit(f"{self.name} has {len(spans)} loops, its stage gives trips for {len(trips)}")
        total = -float(skipped)
        for address, _ in self.instructions():
            inside = [i for i, (first, last) in enumerate(spans) if first <= address <= last]
            total += trips[inside[-1]] if inside else 1
        return total


def tool(name: str) -> str:
    """The path of a program, from PyPI's package or the CUDA toolkit."""
    for folder in sorted((Path(sysconfig.get_paths()["purelib"]) / "nvidia").glob("*/bin")):
        if (folder / name).exists():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise SystemExit(f"{name} was not found: pip install nvidia-cuda-{name}")


def run(*command: str) -> str:
    """What a program prints."""
    path = os.pathsep.join([os.path.dirname(tool("nvdisasm")), os.environ["PATH"]])
    return subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ, PATH=path)).stdout


def read_kernels(paths: list[str], arch: str) -> list[Kernel]:
    """The kernels of newsgpu's own code in object files, without CUB's."""
    found: dict[str, Kernel] = {}
    dump = (tool("cuobjdump"), "--gpu-architecture", arch)
    for path in paths:
        usage = run(*dump, "--dump-resource-usage", path)
        for name, line in re.findall(r"Function (\S+):\s*\n\s*(REG:.*)", usage):
            values = {key: int(value) for key, value in re.findall(r"(\w+):(\d+)", line)}
            found[name] = Kernel(name, values["REG"], values["SHARED"], values["STACK"])
        section = ""
        attributes = re.compile(r"^\.nv\.info\.(\S+)|EIATTR_MAX_THREADS\s*\n.*\n\s*Value:\s*(\w+) (\w+) (\w+)", re.M)
        for match in attributes.finditer(run(*dump, "-elf", path)):
            if match[1]:
                section = match[1]
            elif section in found:
                found[section].threads = math.prod(int(match[i], 16) for i in (2, 3, 4))
        for line in run(*dump, "-sass", path).splitlines():
            if function := re.search(r"Function : (\S+)", line):
                section = function[1]
            elif (code := re.match(r"\s+/\*([0-9a-f]{4,})\*/\s+(.*?);", line)) and section in found:
                found[section].code.append((int(code[1], 16), code[2]))
    if found:
        for kernel, name in zip(found.values(), run("c++filt", *found).splitlines(), strict=True):
            kernel.name = name
    own = []
    for kernel in found.values():
        name = re.sub(r"\(anonymous namespace\)::|^void ", "", kernel.name)
        if name.startswith(NAMESPACE):
            kernel.name = short_name(name)
            own.append(kernel)
    return sorted(own, key=lambda kernel: kernel.name)


def short_name(name: str) -> str:
    """``find_spaces<3>`` from the whole signature."""
    name = name.removeprefix(NAMESPACE)
    name = re.sub(r"\((?:newsgpu::)?\w+\)(\d+)", r"\1", name)
    return name[: name.index("(")] if "(" in name else name


def check(kernel: Kernel, budget: dict[str, float], sm: Multiprocessor) -> list[str]:
    """What of its budget a kernel breaks."""
    share, limit = kernel.occupancy(sm)
    spills = kernel.count("LDL", "STL")
    broken = []
    if spills > budget.get("spills", 0):
        broken.append(f"{spills} loads and stores of local memory (spills, or arrays that registers cannot index)")
    if kernel.registers > budget.get("registers", 255):
        broken.append(f"{kernel.registers} registers, allowed are {budget['registers']}")
    if share < budget.get("occupancy", 0.5):
        broken.append(f"occupancy {share:.0%} for want of {limit}, needed is {budget.get('occupancy', 0.5):.0%}")
    if kernel.shared > budget.get("shared", 1 << 20):
        broken.append(f"{kernel.shared} bytes of shared memory, allowed are {budget['shared']}")
    size = len(kernel.instructions())
    if size > budget.get("instructions", 1 << 30):
        broken.append(f"{size} instructions, allowed are {budget['instructions']}")
    return broken


def cost_of_run(kernel: Kernel, runs: dict[str, Any]) -> float:
    """Instructions a byte of a text for which the loops of a kernel run as often as the budget says."""
    if "exits" in runs:
        return kernel.path(runs["exits"]) / runs["lane_bytes"]
    return kernel.executed(runs["trips"], runs.get("skipped", 0)) / runs["lane_bytes"]


def main() -> int:
    """Prints the report; 1 where a budget is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--arch", default="sm_90", choices=SM)
    parser.add_argument("--budget", type=Path)
    parser.add_argument("--spills-only", action="store_true", help="ask for no occupancy where no budget does")
    parser.add_argument("objects", nargs="+")
    arguments = parser.parse_args()
    sm = SM[arguments.arch]
    budgets = tomllib.loads(arguments.budget.read_text()) if arguments.budget else {}
    stages = budgets.pop("stages", {})
    per_byte_of: dict[str, float] = {}
    broken = []
    kernels = read_kernels(arguments.objects, arguments.arch)
    print(
        f"| {arguments.arch} | registers | shared | spills | block | occupancy | SASS | loops | SASS / byte "
        "| bound GB/s |"
    )
    print("| --- |" + " ---: |" * 9)
    for kernel in kernels:
        budget = budgets.get(kernel.name, {})
        share, limit = kernel.occupancy(sm)
        size = len(kernel.instructions())
        loops = ", ".join(str(length) for _, length in kernel.loops()) or "–"
        # Straight-line code is run once by each lane for its bytes; loops are for what is rare, or are budgeted apart.
        run_once = kernel.path(budget["exits"]) if "exits" in budget else budget.get("straight_line", size)
        per_byte = per_byte_of[kernel.name] = run_once / budget["lane_bytes"] if "lane_bytes" in budget else 0
        bound = f"{H100_INTEGER_RATE / per_byte / 1e9:.0f}" if per_byte and arguments.arch == "sm_90" else ""
        print(
            f"| {kernel.name} | {kernel.registers} | {kernel.shared} | {kernel.count('LDL', 'STL')} | {kernel.threads} "
            f"| {share:.0%} ({limit}) | {size} | {loops} | {f'{per_byte:.1f}' if per_byte else ''} | {bound} |"
        )
        if arguments.spills_only:
            budget = {"occupancy": 0.0, **budget}
        broken += [f"{kernel.name}: {what}" for what in check(kernel, budget, sm)]
    names = {kernel.name for kernel in kernels}
    if stages and arguments.arch == "sm_90":
        print("\n| stage | kernels | SASS / byte | bound GB/s | asked for |\n| --- | --- | ---: | ---: | ---: |")
        kernel_of = {kernel.name: kernel for kernel in kernels}
        for name, stage in stages.items():
            costs = {kernel: per_byte_of.get(kernel, math.inf) for kernel in stage.get("kernels", ())}
            for kernel, runs in stage.get("runs", {}).items():
                costs[kernel] = cost_of_run(kernel_of[kernel], runs) if kernel in kernel_of else math.inf
            stage_cost = sum(costs.values())
            stage_bound = H100_INTEGER_RATE / stage_cost / 1e9
            listed = ", ".join(f"{kernel} {cost:.1f}" for kernel, cost in costs.items())
            print(f"| {name} | {listed} | {stage_cost:.1f} | {stage_bound:.0f} | {stage['least_gbs']} |")
            if stage_bound < stage["least_gbs"]:
                broken.append(f"{name}: a bound of {stage_bound:.0f} GB/s, asked for are {stage['least_gbs']}")
    broken += [f"{name}: in the budget, but not in the objects" for name in budgets if name not in names]
    for line in broken:
        print(f"BROKEN {line}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
