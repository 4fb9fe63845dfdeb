"""What the tests of memory budgets share: a full disk, an interruption while files are open, and peak memory.

Each runs a call in a process of its own, given as the text of an expression over ``ng`` (newsgpu) and ``texts``, or
``corpus`` and ``budget``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

FULL_DISK = """
import os, resource, sys
import newsgpu as ng
texts = eval(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    eval(sys.argv[1])
except OSError as error:
    print(type(error).__name__, error.errno == 27, error.filename == os.environ["TMPDIR"])
"""


def on_a_full_disk(call: str, texts: str) -> str:
    """What the error says when no file can have more than a megabyte: "OSError True True"."""
    return _run(FULL_DISK, call, texts)


INTERRUPTED = """
import os, signal, sys, threading, time
import newsgpu as ng
signal.signal(signal.SIGINT, signal.default_int_handler)
texts = eval(sys.argv[2])

def open_spill_files():
    names = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            names.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except FileNotFoundError:
            pass
    return [name for name in names if "newsgpu-" in name]

def stop():
    while not open_spill_files():
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)

# From a string, eval would leave a note that makes Python end itself by the signal afterwards.
call = compile(sys.argv[1], "call", "eval")
threading.Thread(target=stop, daemon=True).start()
try:
    eval(call)
except KeyboardInterrupt:
    print("interrupted", open_spill_files())
"""


def interrupted_at_the_first_file(call: str, texts: str) -> str:
    """What is still open after Ctrl-C at the first temporary file: "interrupted []"."""
    return _run(INTERRUPTED, call, texts)


MEASURE = """
import hashlib, sys
import newsgpu as ng, pyarrow as pa
path, budget, call, tables = sys.argv[1:]
mapped = pa.memory_map(path)
corpus = ng.Corpus(pa.ipc.open_file(mapped).read_all()["text"].chunk(0))
def text_pages():
    # The pages of the text's own mapping that are in memory.
    total, inside = 0, False
    for line in open("/proc/self/smaps"):
        fields = line.split()
        if "-" in fields[0] and not fields[0].endswith(":"):
            inside = line.rstrip().endswith(path)
        elif inside and fields[0] == "Rss:":
            total += int(fields[1]) * 1024
    return total
budget = None if budget == "-" else budget
open("/proc/self/clear_refs", "w").write("5")
result = eval(call)
peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM:"))
peak -= text_pages()
digest = hashlib.sha256()
for table in eval(tables):
    rows = table.num_rows
    for column in table.columns:
        for chunk in column.chunks:
            for part in chunk.buffers():
                digest.update(part or b"")
print(peak, rows, digest.hexdigest())
"""


class Measured(NamedTuple):
    """How a call went: the most memory beyond the text's own mapping, the rows of the last table, all bytes."""

    peak: int
    num_rows: int
    digest: str


def measure(path: Path, budget: str, call: str, tables: str) -> Measured:
    """Calls with the corpus of an Arrow file; ``tables`` makes a list of tables of ``result`` afterwards."""
    peak, num_rows, digest = _run(MEASURE, str(path), budget, call, tables).split()
    print(f"budget {budget}: peak {int(peak) / 1e6:.0f} MB beyond the text, {num_rows} rows")
    return Measured(int(peak), int(num_rows), digest)


def _run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=3600, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n")
