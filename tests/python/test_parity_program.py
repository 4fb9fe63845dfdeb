"""Every stage of newsgpu_parity on real news and hostile text, in every order of threads that the emulation knows.

NEWSGPU_PARITY=build/emulated/tests/parity/newsgpu_parity python -m pytest -m full tests/python/test_parity_program.py
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_device import TEXT_BYTES, hostile_text

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not os.environ.get("NEWSGPU_PARITY"), reason="NEWSGPU_PARITY does not name newsgpu_parity"),
]
SEEDS = range(6)


def a_document_a_line(texts: list[str]) -> bytes:
    """As much as the tests of devices take."""
    lines = bytearray()
    for text in texts:
        lines += text.replace("\n", "\r").encode() + b"\n"
        if len(lines) >= TEXT_BYTES:
            break
    return bytes(lines)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh", "hostile"])
def test_every_stage(texts: Callable[[str], list[str]], tmp_path: Path, name: str, seed: int) -> None:
    file = tmp_path / name
    file.write_bytes(hostile_text(TEXT_BYTES) if name == "hostile" else a_document_a_line(texts(name)))
    # The order of threads does not know where a corpus lies: the first one has corpora on the device as well.
    done = subprocess.run(
        [os.environ["NEWSGPU_PARITY"], file, *(["--from-host"] if seed else [])],
        env={**os.environ, "EMULATION_SEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = [line.split()[-2:] for line in done.stdout.splitlines() if line.endswith("differences")]
    assert len(found) > 40
    assert all(number == "0" for number, _ in found)
