"""What the Python tests share: the real data, and the sample news with its truth."""

from __future__ import annotations

import json
import lzma
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A shell starts what it puts into the background with SIGINT ignored, and children inherit that: the tests of Ctrl-C
# need Python's own handler.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real news; tests that need it skip without it."""
    folder = os.environ.get("NEWSGPU_TEST_DATA")
    if not folder:
        pytest.skip("NEWSGPU_TEST_DATA is not set: this test needs the real news corpora")
    return Path(folder)


@pytest.fixture(scope="session")
def texts(data: Path) -> Callable[[str], list[str]]:
    """``texts("reuters-en")``: the texts of one of the real corpora."""
    cache: dict[str, list[str]] = {}

    def load(name: str) -> list[str]:
        if name not in cache:
            with lzma.open(data / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
                cache[name] = [json.loads(line)["text"] for line in lines]
        return cache[name]

    return load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, this test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def sample_news() -> Path:
    """The folder of sample news."""
    return ROOT / "examples" / "news"


@pytest.fixture(scope="session")
def sample_news_truth() -> dict[str, Any]:
    """What was planted in the sample news."""
    path = Path(__file__).parent / "sample_news_truth.json"
    truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return truth
