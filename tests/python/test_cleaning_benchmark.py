"""Extraction measured on 181 news pages with known article text, as HTML and with the tags stripped.

The measure is that of the article extraction benchmark (scrapinghub, MIT): runs of four words as a multiset, precision
and recall averaged over pages, F1 of the averages. ``pytest -m full -s tests/python/test_cleaning_benchmark.py``
prints the figures.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from newsgpu.cleaning import clean_page

WORD = re.compile(r"\w+")
BLOCKS = frozenset(
    "address article aside blockquote body br center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol option p pre section table tbody td tfoot th thead title tr ul".split()
)
SKIPPED = frozenset("script style template svg math noscript iframe".split())
Pages = list[tuple[bytes, str]]


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest) -> Pages:
    data: Path = request.getfixturevalue("data")
    with tarfile.open(data / "article-extraction-benchmark.tar.xz") as archive:
        truth: dict[str, Any] = {}
        raw: dict[str, bytes] = {}
        for member in archive:
            name = Path(member.name).name
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            if name == "ground-truth.json":
                truth = json.load(stream)
            elif name.endswith(".html.gz"):
                raw[name.removesuffix(".html.gz")] = gzip.decompress(stream.read())
    assert len(truth) == len(raw) == 181
    return [(raw[key], truth[key]["articleBody"]) for key in sorted(truth)]


def runs_of_four(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(len(words) - 3, 1 if words else 0)))


def measure(found: list[str], truth: list[str]) -> tuple[float, float, float]:
    precisions, recalls = [], []
    for text, expected in zip(found, truth, strict=True):
        got, want = runs_of_four(text), runs_of_four(expected)
        both = (got & want).total()
        precisions.append(both / got.total() if got else float(not want))
        recalls.append(both / want.total() if want else 1.0)
    precision, recall = statistics.fmean(precisions), statistics.fmean(recalls)
    return precision, recall, 2 * precision * recall / (precision + recall)


def flatten(page: bytes, block: str) -> str:
    """The text of a page with ``block`` between blocks: what is left where the tags were thrown away."""
    parts: list[str] = []

    def walk(element: Any) -> None:
        stack: list[tuple[Any, bool]] = [(element, True)]
        while stack:
            node, opens = stack.pop()
            known = isinstance(node.tag, str)
            if not opens:
                if known and node.tag in BLOCKS:
                    parts.append("\n")
                parts.append(node.tail or "")
                continue
            stack.append((node, False))
            if not known or node.tag in SKIPPED:
                continue
            if node.tag in BLOCKS:
                parts.append("\n")
            parts.append(" ".join((node.text or "").split("\n")))
            stack.extend((child, True) for child in reversed(node))

    walk(html.fromstring(page, parser=etree.HTMLParser(encoding="utf-8")))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return block.join(line for line in lines if line)


def text_of(page: str | bytes, markup: str) -> str:
    return "\n".join(article.text for article in clean_page(page, markup=markup))  # type: ignore[arg-type]


@pytest.mark.full
def test_html(pages: Pages) -> None:
    found = [clean_page(page) for page, _ in pages]
    precision, recall, f1 = measure(["\n".join(a.text for a in articles) for articles in found], [t for _, t in pages])
    print(f"\nHTML: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    assert f1 >= 0.953
    assert recall >= 0.97
    assert sum(len(articles) > 1 for articles in found) <= 1  # each page is one article


@pytest.mark.full
@pytest.mark.parametrize("block", ["\n", "\n\n"], ids=["line-end", "empty-line"])
def test_flattened(pages: Pages, block: str) -> None:
    truth = [text for _, text in pages]
    flattened = [flatten(page, block) for page, _ in pages]
    before = measure(flattened, truth)
    precision, recall, f1 = measure([text_of(page, "text") for page in flattened], truth)
    print("\nflattened, untouched: precision {:.4f}, recall {:.4f}, F1 {:.4f}".format(*before))
    print(f"flattened, cleaned: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    assert recall >= 0.93
    assert precision >= 0.80
    assert f1 >= before[2] + 0.2


@pytest.mark.full
def test_prose_is_left_alone(texts: Callable[[str], list[str]]) -> None:
    """Plain texts of four corpora are no pages, and cleaned all the same they lose next to nothing."""
    from newsgpu.cleaning import looks_like_page

    for name, most_pages in (
        ("xwlb-zh", 0.002),
        ("reuters-en", 0.002),
        ("eventstoryline-stories-en", 0.01),
        ("ucsc-near-duplicates-en", 0.02),
    ):
        sample = texts(name)[::23]
        assert sum(map(looks_like_page, sample)) <= most_pages * len(sample) + 1
        lost = total = 0
        for text in sample:
            length = len("".join(text.split()))
            kept = sum(len("".join(article.text.split())) for article in clean_page(text, markup="text"))
            lost, total = lost + length - kept, total + length
        assert lost <= 0.005 * total
