"""Pages: documents that may have to be cleaned, one becoming several where it holds several articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa

from .columns import Batch

__all__ = ["CleanedPage", "Page", "articles", "batch_of", "clean_page_text", "in_bundles"]

# What a worker is handed at a time.
_BUNDLE_PAGES = 16
_BUNDLE_BYTES = 1 << 20


class Page(NamedTuple):
    """A document before it is cleaned, and what is known of it otherwise."""

    content: bytes | None
    name: str
    where: str  # how an error names it
    encoding: str = "utf-8"
    markup: bool = False
    always: bool = False
    date: str | None = None
    title: str | None = None
    source: str | None = None


class CleanedPage(NamedTuple):
    """An article of a page."""

    text: bytes | None
    title: str | None = None
    date: str | None = None


def clean_page_text(page: Page) -> list[CleanedPage]:
    """The articles of a page; the page itself where it is plain text that needs no cleaning.

    A page without an article is one missing document.
    """
    from .. import cleaning

    if page.content is None:
        return [CleanedPage(None)]
    if page.markup:
        found = cleaning.clean_page(page.content, encoding=page.encoding, markup="html")
    else:
        text = page.content.decode("utf-8", "replace")
        if not page.always and not cleaning.looks_like_page(text):
            return [CleanedPage(page.content)]
        found = cleaning.clean_page(text)
    # A page may hold half an emoji as a character reference.
    cleaned = [CleanedPage(article.text.encode("utf-8", "replace"), article.title, article.date) for article in found]
    return cleaned or [CleanedPage(None)]


def in_bundles(pages: Iterator[Page]) -> Iterator[list[Page]]:
    """Pages in groups that are worth sending to another process."""
    bundle: list[Page] = []
    size = 0
    for page in pages:
        bundle.append(page)
        size += len(page.content or b"")
        if len(bundle) == _BUNDLE_PAGES or size >= _BUNDLE_BYTES:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle


def articles(page: Page, cleaned: Sequence[CleanedPage]) -> Iterator[tuple[str, CleanedPage]]:
    """(id, article) for each article: ``NAME``, or ``NAME#1``, ``NAME#2``, … where there are several."""
    if len(cleaned) == 1:
        yield page.name, cleaned[0]
    else:
        for number, article in enumerate(cleaned, 1):
            yield f"{page.name}#{number}", article


def batch_of(pages: Sequence[Page], cleaned: Sequence[Sequence[CleanedPage]] | None = None) -> Batch:
    """The articles of several pages as rows, or the pages as they are.

    What a row came with wins over what its page shows.
    """
    if cleaned is None:
        cleaned = [[CleanedPage(page.content)] for page in pages]
    ids, texts, dates, titles, sources = [], [], [], [], []
    for page, found in zip(pages, cleaned, strict=True):
        for name, article in articles(page, found):
            ids.append(name)
            texts.append(article.text)
            dates.append(page.date or article.date)
            titles.append(page.title or article.title)
            sources.append(page.source)
    string = pa.large_string()
    return Batch(
        pa.array(texts, pa.large_binary()),
        id=pa.array(ids, string),
        date=pa.array(dates, string),
        title=pa.array(titles, string),
        source=pa.array(sources, string),
    )
