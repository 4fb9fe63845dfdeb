"""The result of cleaning: one article."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Article"]


@dataclass(frozen=True, slots=True)
class Article:
    """An article taken from a page.

    ``text`` holds the paragraphs, one a line or separated by an empty line, as the page had them.
    ``title`` and ``date`` (``YYYY-MM-DD``) are ``None`` where the page does not show them.
    """

    text: str
    title: str | None = None
    date: str | None = None
