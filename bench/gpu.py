"""newsgpu on a GPU and on the CPU, end to end and kernels alone.

    python bench/gpu.py --stages BUILD/bench/cuda/cuda_stages [--data DIR] [--corpora reuters-en xwlb-zh]
                        [--device cuda:0] [--megabytes N] [--repeat 9] [--name NAME] [--output FILE]

For each corpus and task: the CPU with all cores, the GPU with text in the host's memory, the GPU with a corpus that
stays there (``Corpus.to``), and the kernels alone on text that is there; beside them, how fast this machine copies.
Answers are compared with the CPU's first. DIR holds ``NAME.jsonl.xz``, documents in the field ``text`` (or set
NEWSGPU_TEST_DATA); without it the text is made here. A task that CUDA refuses has a row that says so. With --output the
same goes to a JSON file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import lzma
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

import newsgpu as ng
from newsgpu import _core

KINDS = ("words", "segments", "sklearn", "characters", "whitespace")
# A comparison on less says more of the calls' fixed cost than of the work.
REPORTED_MEGABYTES = 256


def read(path: Path, megabytes: int) -> ng.Corpus:
    """Documents of a file, again and again up to a size."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        texts = [text for line in lines if (text := json.loads(line).get("text"))]
    return repeated(texts, megabytes)


def made(megabytes: int) -> dict[str, ng.Corpus]:
    """Text for machines without the corpora."""
    draw = random.Random(1)
    english = "the of news market bridge reopened Friday prices rose 3.2% officials said".split()
    chinese = (
        "\u4e2d\u56fd \u7ecf\u6d4e \u589e\u957f \uff0c \u3002 \u4f1a\u8bae \u4eba\u6c11 2026\u5e74 \u5317\u4eac".split()
    )
    return {
        "made-en": repeated([" ".join(draw.choices(english, k=300)) for _ in range(500)], megabytes),
        "made-zh": repeated(["".join(draw.choices(chinese, k=300)) for _ in range(500)], megabytes),
    }


def repeated(texts: list[str], megabytes: int) -> ng.Corpus:
    once = sum(len(text.encode()) for text in texts)
    times = max(1, megabytes * 1_000_000 // once)
    return ng.Corpus(texts * times)


def tasks() -> dict[str, Callable[[ng.Corpus, str], Any]]:
    """What is done, for a corpus on a device."""
    found: dict[str, Callable[[ng.Corpus, str], Any]] = {}
    for kind in KINDS:
        tokenizer = ng.Tokenizer(kind)
        found[f"count {kind}"] = lambda corpus, device, of=tokenizer: of.count(corpus, device=device)
        found[f"tokenize {kind}"] = lambda corpus, device, of=tokenizer: of.tokenize(corpus, device=device)
    for form in ("nfkc_casefold", "nfc"):
        found[form] = lambda corpus, device, to=form: _core.normalize(corpus._view, to, _core.Execution(device))
    found["n-grams 1 to 2"] = lambda corpus, device: ng.count_ngrams(corpus, (1, 2), top=10_000, device=device)
    found["TF-IDF"] = lambda corpus, device: ng.TfidfVectorizer(device=device).fit_transform(corpus)
    found["hashed features"] = lambda corpus, device: ng.HashingVectorizer(device=device).transform(corpus)
    found["keywords"] = lambda corpus, device: ng.keywords(corpus, device=device)
    for unit in ("words", "characters"):
        found[f"near-duplicates, {unit}"] = lambda corpus, device, of=unit: ng.near_duplicates(
            corpus, unit=of, n=5, device=device
        )
    found["duplicate index"] = lambda corpus, device: ng.DuplicateIndex().add(corpus, device=device)
    found["shared passages"] = lambda corpus, device: ng.shared_passages(corpus, device=device)
    return found


def arrays(result: Any) -> tuple[np.ndarray, ...]:
    if isinstance(result, ng.Tokens):
        return result.offsets, result.starts, result.ends, result.status
    if isinstance(result, sp.csr_array):
        return result.indptr, result.indices, result.data
    if isinstance(result, ng.NearDuplicates):
        return result.kept, *arrays(result.pairs), *arrays(result.clusters)
    if isinstance(result, pa.Table):
        return tuple(column.to_numpy() for column in result.columns)
    return result if isinstance(result, tuple) else (result,)


def same(a: Any, b: Any) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(arrays(a), arrays(b), strict=True))


def seconds(work: Callable[[], Any], repeat: int) -> list[float]:
    """How long each repetition takes, after one that warms everything up."""
    work()
    taken = []
    for _ in range(repeat):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return taken


def row(corpus: str, task: str, how: str, num_bytes: int, taken: list[float]) -> dict[str, Any]:
    median = statistics.median(taken)
    return {
        "corpus": corpus,
        "task": task,
        "how": how,
        "bytes": num_bytes,
        "seconds": taken,
        "gb_per_s": num_bytes / median / 1e9,
        "spread": (max(taken) - min(taken)) / median,
    }


def end_to_end(name: str, corpus: ng.Corpus, device: str, repeat: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    size = corpus.num_bytes
    resident = corpus.to(device)
    rows.append(row(name, "Corpus.to", device, size, seconds(lambda: corpus.to(device), repeat)))
    for task, work in tasks().items():
        expected = work(corpus, "cpu")
        try:
            found = work(corpus, device)
        except ng.DeviceUnavailable as refusal:
            rows.append({"corpus": name, "task": task, "how": device, "refused": str(refusal)})
            continue
        if not same(found, expected) or not same(work(resident, device), expected):
            raise SystemExit(f"{task} of {name}: {device} gives another answer than the CPU")
        ways = {"cpu": (corpus, "cpu"), "from host": (corpus, device), "resident": (resident, device)}
        for how, (text, where) in ways.items():
            # Bound here: each repetition runs before the next way does.
            taken = seconds(lambda work=work, text=text, where=where: work(text, where), repeat)
            rows.append(row(name, task, how, size, taken))
    return rows


def kernels(program: Path, name: str, corpus: ng.Corpus, device: str, repeat: int) -> list[dict[str, Any]]:
    """What bench/cuda/cuda_stages measures."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        for text in corpus:
            file.write((text or "").replace("\n", " ") + "\n")
        file.flush()
        command = [str(program), file.name, "--device", device, "--repeat", str(repeat)]
        output = subprocess.run(command, capture_output=True, text=True, check=False)
    if output.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {output.stderr.strip()}")
    lines = [json.loads(line) for line in output.stdout.splitlines()]
    rows = []
    for line in lines:
        kind, _, task = line["stage"].partition(": ")
        rows.append(row(name, task, "kernels" if kind == "kernels" else kind, line["bytes"], line["seconds"]))
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    lines = ["| corpus | task | how | MB | GB/s | spread |", "| --- | --- | --- | ---: | ---: | ---: |"]
    for each in rows:
        cells = [each["corpus"], each["task"], each["how"]]
        if "refused" in each:
            cells += ["", "refused", ""]
        else:
            cells += [f"{each['bytes'] / 1e6:.1f}", f"{each['gb_per_s']:.3f}", f"{each['spread']:.0%}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stages", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSGPU_TEST_DATA"))
    parser.add_argument("--corpora", nargs="+", default=["reuters-en", "xwlb-zh"])
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--megabytes", type=int, default=REPORTED_MEGABYTES)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--name", default="unknown device")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.device not in ng.devices():
        print(f"gpu.py: there is no {options.device}, only {', '.join(ng.devices())}", file=sys.stderr)
        return 3
    if options.data is None:
        corpora = made(options.megabytes)
    else:
        data = Path(options.data)
        corpora = {name: read(data / f"{name}.jsonl.xz", options.megabytes) for name in options.corpora}
    rows: list[dict[str, Any]] = []
    for name, corpus in corpora.items():
        rows += end_to_end(name, corpus, options.device, options.repeat)
        rows += kernels(options.stages, name, corpus, options.device, options.repeat)
    print(table(rows))
    if options.output is not None:
        report = {
            "device": options.name,
            "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
            "machine": platform.processor() or platform.machine(),
            "build": {key: str(value) for key, value in ng.build_info().items()},
            "rows": rows,
        }
        written = options.output.with_suffix(".part")
        written.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        written.replace(options.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
