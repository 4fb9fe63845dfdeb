"""What the CUDA kernels move for each byte of text: DRAM, L2 and shared memory, counted in the emulation.

    cmake -B build/traffic -DNEWSGPU_CUDA=EMULATED -DNEWSGPU_SANITIZE=traffic && ninja -C build/traffic newsgpu_traffic
    python scripts/traffic_report.py build/traffic/tests/parity/newsgpu_traffic FILE TASK

DRAM bytes are the distinct sectors of each launch, as if a launch kept everything in L2 and launches shared nothing;
L2 bytes are the sectors of every request, as if there were no L1. The bound is H100's 3.35 TB/s over the DRAM bytes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

H100_DRAM_GB = 3350.0
SECTOR = 32


def main() -> int:
    """Runs the program and prints what its kernels moved."""
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    program = sys.argv[1]
    output = subprocess.run(
        sys.argv[1:],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ, EMULATION_WORKERS="1", EMULATION_SEED="0"),
    ).stdout.splitlines()
    text_bytes = int(re.search(r"input (\d+) bytes", output[0])[1])  # type: ignore[index]
    header = next(i for i, line in enumerate(output) if line.startswith("kernel "))
    columns = output[header].split()[1:]
    print(f"{output[0]}\n")
    print("| kernel | requested B / B | DRAM B / B | L2 B / B | sectors / request | wavefronts / shared request |")
    print("| --- |" + " ---: |" * 5)
    total = 0.0
    for line in output[header + 1 :]:
        address, *numbers = line.split()
        row = dict(zip(columns, map(int, numbers), strict=True))
        name = subprocess.run(
            ["addr2line", "-f", "-C", "-e", program, address], capture_output=True, text=True, check=True
        ).stdout
        name = re.sub(r"\(anonymous namespace\)::|newsgpu::(cuda::)?|\(newsgpu::\w+\)|^void ", "", name.splitlines()[0])
        dram = SECTOR * (row["sectors_read"] + row["sectors_written"]) / text_bytes
        total += dram
        print(
            f"| {name.split('(')[0]} | {row['bytes'] / text_bytes:.2f} | {dram:.2f} "
            f"| {SECTOR * row['sectors'] / text_bytes:.2f} "
            f"| {row['sectors'] / max(1, row['requests']):.2f} "
            f"| {row['shared_wavefronts'] / row['shared_requests'] if row['shared_requests'] else 0:.2f} |"
        )
    print(
        f"\nall kernels: {total:.2f} bytes of DRAM a byte: at most {H100_DRAM_GB / total:.0f} GB/s of text on an H100"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
