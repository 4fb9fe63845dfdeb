"""A stand-in for newsgpu.cleaning whose articles are easy to foretell, and whose pages can misbehave."""

from __future__ import annotations

import os
import sys
import time
import types
from typing import NamedTuple


class Article(NamedTuple):
    text: str
    title: str | None = None
    date: str | None = None


def looks_like_page(raw: str) -> bool:
    return "PAGE" in raw


def clean_page(raw: str | bytes, *, encoding: str = "utf-8", markup: str = "auto") -> list[Article]:
    """One article a line that is not empty; ``title|date|text`` where a line has two bars."""
    text = raw.decode(encoding, "replace") if isinstance(raw, bytes) else raw
    if "DIE" in text:
        os._exit(7)
    if "HANG" in text:
        time.sleep(600)
    if "FAIL" in text:
        raise RuntimeError("no such page")
    if "PRINT" in text:
        print("noise on standard output", flush=True)
        os.write(1, b"more noise")
    if "PID" in text:
        return [Article(f"{os.getpid()}")]
    if "SLOW" in text:
        time.sleep(0.05)
    articles = []
    for line in text.removeprefix("PAGE").splitlines():
        if line.strip():
            title, bar, rest = line.partition("|")
            date, _, body = rest.partition("|")
            articles.append(Article(body, title, date) if bar else Article(line))
    return articles


def install() -> types.ModuleType:
    """Puts this module in the place of newsgpu.cleaning."""
    import newsgpu

    module = sys.modules[__name__]
    sys.modules["newsgpu.cleaning"] = module
    newsgpu.cleaning = module  # type: ignore[attr-defined]
    return module
