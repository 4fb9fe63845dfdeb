"""What the CUDA kernels move for each byte of text: DRAM, L2 and shared memory, counted in the emulation.

    cmake -B build/traffic -DNEWSGPU_CUDA=EMULATED -DNEWSGPU_SANITIZE=traffic && ninja -C build/traffic newsgpu_traffic
    python scripts/traffic_report.py build/traffic/tests/parity/newsgpu_traffic FILE TASK
    python scripts/traffic_report.py --write scripts/kernel_traffic.toml PROGRAM DATA

DRAM bytes are the distinct sectors of each launch, as if a launch kept everything in L2 and launches shared nothing;
L2 bytes are the sectors of every request, as if there were no L1. The bound is H100's 3.35 TB/s over the DRAM bytes.
--write keeps what kernel_bounds.py reads: threads and DRAM bytes of each kernel, for every task, on 300 KB of two
corpora of DATA (NAME.jsonl.xz, documents in the field "text"), of which every twentieth document comes again without
its end; and on text made so that the kernels run that news never or seldom needs.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

H100_DRAM_GB = 3350.0
SECTOR = 32
CORPUS_BYTES = 300_000
NEWS_TASKS = (
    "words segments sklearn characters whitespace nfkc_casefold hash_words count_words count_without_stop_words"
    " count_long_runs count_char count_char_wb count_char_wb_long tfidf hashed_features_float keywords similar"
    " near_duplicates_words near_duplicates_characters exact_join containment add_to_index shared_passages"
).split()
OTHER_TYPES = (
    "counts_float counts_int32 counts_int64 known_terms_double hashed_features_double hashed_features_int32"
    " hashed_features_int64 weights_float_32_32 weights_float_64_32 weights_float_64_64 weights_double_32_32"
    " weights_double_64_32 weights_double_64_64"
).split()
MADE_TASKS = "words segments nfkc_casefold lower near_duplicates_words".split()


@dataclass
class Traffic:
    """Of one task."""

    input: str = ""
    num_bytes: int = 0
    kernels: dict[str, dict[str, int]] = field(default_factory=dict)
    primitives: dict[str, int] = field(default_factory=dict)


def dram(row: dict[str, int]) -> int:
    """Bytes of a kernel."""
    return SECTOR * (row["sectors_read"] + row["sectors_written"])


def name_of(program: str, address: str) -> str:
    """A kernel's, from its address."""
    name = subprocess.run(
        ["addr2line", "-f", "-C", "-e", program, address], capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]
    name = re.sub(r"\(anonymous namespace\)::|newsgpu::(cuda::)?(detail::)?|\(newsgpu::\w+\)|^void ", "", name)
    return name.split("(")[0].replace("> >", ">>")


def measure(program: str, file: str, task: str) -> Traffic:
    """Runs the program and reads what it prints."""
    settings = {"EMULATION_WORKERS": "1", "EMULATION_SEED": "0"}
    output = subprocess.run(
        [program, file, task], capture_output=True, text=True, check=True, env=os.environ | settings
    ).stdout.splitlines()
    found = Traffic(output[0], int(re.search(r"input (\d+) bytes", output[0])[1]))  # type: ignore[index]
    kernels = next(i for i, line in enumerate(output) if line.startswith("kernel "))
    primitives = next(i for i, line in enumerate(output) if line.startswith("primitive "))
    columns = output[kernels].split()[1:]
    for line in output[kernels + 1 : primitives]:
        address, *numbers = line.split()
        found.kernels[name_of(program, address)] = dict(zip(columns, map(int, numbers), strict=True))
    for line in output[primitives + 1 :]:
        name, _, moved = line.split()
        found.primitives[name] = int(moved)
    return found


def print_table(found: Traffic) -> None:
    """For a reader."""
    size = found.num_bytes
    print(f"{found.input}\n")
    print("| kernel | requested B / B | DRAM B / B | L2 B / B | sectors / request | wavefronts / shared request |")
    print("| --- |" + " ---: |" * 5)
    for name, row in found.kernels.items():
        print(
            f"| {name} | {row['bytes'] / size:.2f} | {dram(row) / size:.2f} | {SECTOR * row['sectors'] / size:.2f} "
            f"| {row['sectors'] / max(1, row['requests']):.2f} "
            f"| {row['shared_wavefronts'] / row['shared_requests'] if row['shared_requests'] else 0:.2f} |"
        )
    for name, moved in found.primitives.items():
        print(f"| {name} | | {moved / size:.2f} | | | |")
    total = (sum(map(dram, found.kernels.values())) + sum(found.primitives.values())) / size
    print(
        f"\nall kernels: {total:.2f} bytes of DRAM a byte: at most {H100_DRAM_GB / total:.0f} GB/s of text on an H100"
    )


def sample(corpus: Path) -> bytes:
    """Some documents of a corpus, one a line."""
    text = bytearray()
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            document = json.loads(line)["text"].replace("\n", "\r")
            text += document.encode() + b"\n"
            if number % 20 == 0:
                text += document[: len(document) * 9 // 10].encode() + b"\n"
            if len(text) > CORPUS_BYTES:
                break
    return bytes(text)


def made_text() -> bytes:
    """Scripts and marks that few news have, and one paragraph in all documents; one document a line."""
    shared = " ".join(f"terms{i} of use{i}" for i in range(60))
    scripts = (
        "ΟΔΥΣΣΕΥΣ ΚΑΙ ΟΜΗΡΟΣ",
        "Tiê\u0301ng Viê\u0323t co\u0301 da\u0302\u0301u",
        "ประเทศไทยรวมเลือดเนื้อชาติเชื้อไทย",
        "ひらがなだけでかかれたながいぶんしょうとカタカナダケノブンショウ",
        "\u1112\u1161\u11ab\u1100\u116e\u11a8",
        "हिन्दी में समाचार",
        "👩‍👩‍👧‍👦 🇨🇳 ①²㎏",
    )
    text = bytearray()
    for number in range(400):
        own = " ".join(f"{scripts[(number + i) % len(scripts)]} {number * i}" for i in range(12))
        text += f"{shared} {own}\n".encode()
        if len(text) > CORPUS_BYTES:
            break
    return bytes(text)


def as_toml(title: str, found: Traffic) -> str:
    """For kernel_bounds.py."""
    lines = [f'["{title}"] # {found.input}', f"bytes = {found.num_bytes}"]
    for name, row in sorted(found.kernels.items()):
        lines.append(f'kernels."{name}" = {{ threads = {row["threads"]}, dram = {dram(row)} }}')
    lines += [f"primitives.{name} = {{ dram = {moved} }}" for name, moved in found.primitives.items()]
    return "\n".join(lines) + "\n"


def write_all(path: Path, program: str, data: Path) -> None:
    """What each task moves on each corpus."""
    parts = ["# Written by scripts/traffic_report.py --write: what kernels move, in bytes, and their threads.\n"]
    with tempfile.TemporaryDirectory() as folder:
        for corpus, text, tasks in (
            ("reuters-en", sample(data / "reuters-en.jsonl.xz"), NEWS_TASKS + OTHER_TYPES),
            ("xwlb-zh", sample(data / "xwlb-zh.jsonl.xz"), NEWS_TASKS),
            ("made text", made_text(), MADE_TASKS),
        ):
            file = Path(folder) / corpus
            file.write_bytes(text)
            parts += [as_toml(f"{task} of {corpus}", measure(program, str(file), task)) for task in tasks]
    path.write_text("\n".join(parts))


def main() -> int:
    """Prints what the kernels of a task moved, or writes it for all tasks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="TOML")
    parser.add_argument("program")
    parser.add_argument("text", help="a file, or with --write a folder of corpora")
    parser.add_argument("task", nargs="?")
    arguments = parser.parse_args()
    if (arguments.write is None) != (arguments.task is not None):
        parser.error("a task is needed, or --write")
    if arguments.write is None:
        print_table(measure(arguments.program, arguments.text, arguments.task))
    else:
        write_all(arguments.write, arguments.program, Path(arguments.text))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
