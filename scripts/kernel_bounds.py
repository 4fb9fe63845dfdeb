"""What bounds each CUDA kernel, and at how many GB of text a second: on paper, for an H100 and a B200.

    python scripts/kernel_bounds.py OBJECT...

Instructions are those of the machine code for sm_90 (kernel_report.py), times the threads that a task launches for a
byte of text; loops count as often as scripts/kernel_budget.toml says (`paths` of a kernel, `runs` of a stage of that
corpus), else once, and branches as if they were taken. Bytes are counted in the emulation and stand in
scripts/kernel_traffic.toml, which traffic_report.py writes; CUB's kernels have those that its algorithms move, and no
instructions. A kernel takes as long as the slower of the two, a task the sum of its kernels. No GPU has been asked.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_report import H100_INTEGER_RATE, Kernel, cost_of_run, read_kernels

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCRIPTS = Path(__file__).resolve().parent
ARCH = "sm_90"


@dataclass(frozen=True)
class Gpu:
    """Bytes and integer lane-instructions a second, by the data sheet."""

    name: str
    dram: float
    integers: float


# B200: 148 SMs at 1.965 GHz, 64 lanes for integers (NVIDIA's table of arithmetic throughput, compute capability 10.0).
GPUS = (Gpu("H100", 3.35e12, H100_INTEGER_RATE), Gpu("B200", 8e12, 148 * 64 * 1.965e9))


@dataclass(frozen=True)
class Cost:
    """What a byte of text takes of a kernel."""

    kernel: str
    task: str
    instructions: float
    dram: float

    def seconds(self, gpu: Gpu) -> float:
        """At least."""
        return max(self.instructions / gpu.integers, self.dram / gpu.dram)

    def binding(self, gpu: Gpu) -> str:
        """The slower of the two."""
        return "DRAM" if self.dram / gpu.dram > self.instructions / gpu.integers else "instructions"


def plain_name(name: str) -> str:
    """Without namespaces, which the two reports spell differently."""
    return re.sub(r"\bnewsgpu::|\bcuda::|\bdetail::|\bparity::", "", name).replace("> >", ">>")


def costs_of_task(
    task: str, traffic: dict[str, Any], kernels: dict[str, Kernel], budgets: dict[str, Any], stages: dict[str, Any]
) -> list[Cost]:
    """One for each kernel that the task launches."""
    corpus = task.rpartition(" of ")[2]
    runs: dict[str, Any] = {}
    for stage in stages.values():
        if stage.get("corpus") == corpus:
            runs |= {plain_name(name): run for name, run in stage.get("runs", {}).items()}
    num_bytes = traffic["bytes"]
    costs = []
    for name, counted in traffic["kernels"].items():
        kernel = kernels.get(name)
        if kernel is None:
            raise SystemExit(f"{name} is in the traffic, but not in the objects")
        if name in runs:
            instructions = cost_of_run(kernel, runs[name])
        else:
            paths = budgets.get(name, {}).get("paths", {})
            path = paths.get(corpus) or paths.get("any") or {"trips": [1] * len(kernel.spans())}
            instructions = counted["threads"] / num_bytes * cost_of_run(kernel, {"lane_bytes": 1, **path})
        costs.append(Cost(name, task, instructions, counted["dram"] / num_bytes))
    for name, counted in traffic.get("primitives", {}).items():
        costs.append(Cost(name.replace("_", ": ", 1), task, 0, counted["dram"] / num_bytes))
    return costs


def speed(seconds: float) -> str:
    """Of a byte, in GB/s."""
    rate = 1e-9 / seconds
    return f"{rate:.0f}" if rate < 1e5 else "–"


def print_kernels(costs: list[Cost]) -> None:
    """Each kernel with the task in which it costs most."""
    print("| kernel | costs most in | SASS / byte | DRAM B / byte | binds | " + " | ".join(g.name for g in GPUS) + " |")
    print("| --- | --- | ---: | ---: | --- |" + " ---: |" * len(GPUS))
    worst: dict[str, Cost] = {}
    for cost in costs:
        if cost.kernel not in worst or cost.seconds(GPUS[0]) > worst[cost.kernel].seconds(GPUS[0]):
            worst[cost.kernel] = cost
    for cost in sorted(worst.values(), key=lambda each: each.kernel):
        print(
            f"| {cost.kernel} | {cost.task} | {cost.instructions:.2f} | {cost.dram:.2f} | {cost.binding(GPUS[0])} | "
            + " | ".join(speed(cost.seconds(gpu)) for gpu in GPUS)
            + " |"
        )


def print_tasks(costs: list[Cost]) -> None:
    """Each task with all of its kernels one after the other."""
    print("\n| task | SASS / byte | DRAM B / byte | most of it | " + " | ".join(g.name for g in GPUS) + " |")
    print("| --- | ---: | ---: | --- |" + " ---: |" * len(GPUS))
    for task in dict.fromkeys(cost.task for cost in costs):
        own = [cost for cost in costs if cost.task == task]
        most = max(own, key=lambda cost: cost.seconds(GPUS[0]))
        share = most.seconds(GPUS[0]) / sum(cost.seconds(GPUS[0]) for cost in own)
        print(
            f"| {task} | {sum(c.instructions for c in own):.1f} | {sum(c.dram for c in own):.1f} "
            f"| {most.kernel}, {share:.0%} | "
            + " | ".join(speed(sum(cost.seconds(gpu) for cost in own)) for gpu in GPUS)
            + " |"
        )


def main() -> int:
    """Prints the tables; 1 where a kernel is in no task."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--budget", type=Path, default=SCRIPTS / "kernel_budget.toml")
    parser.add_argument("--traffic", type=Path, default=SCRIPTS / "kernel_traffic.toml")
    parser.add_argument("objects", nargs="+")
    arguments = parser.parse_args()
    kernels = {plain_name(kernel.name): kernel for kernel in read_kernels(arguments.objects, ARCH)}
    budgets = tomllib.loads(arguments.budget.read_text())
    stages = budgets.pop("stages", {})
    budgets = {plain_name(name): budget for name, budget in budgets.items()}
    costs = []
    for task, traffic in tomllib.loads(arguments.traffic.read_text()).items():
        costs += costs_of_task(task, traffic, kernels, budgets, stages)
    print_kernels(costs)
    print_tasks(costs)
    launched = {cost.kernel for cost in costs}
    if without := sorted(set(kernels) - launched):
        print(f"\nIn no task: {', '.join(without)}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
