"""Clean one raw page: find out what it is, undo its wrapping, keep its articles."""

from __future__ import annotations

from typing import Literal

from .article import Article
from .assembly import assemble
from .body import judge_lines, shows_chrome
from .encodings import decode_page
from .escapes import count_escaped_tags, unescape_markup
from .extraction import articles_of_markup
from .json_answers import articles_in_json, looks_like_json
from .lines import Line, split_lines, tidy
from .markup import is_markup, with_line_breaks, without_inline_tags
from .paragraphs import count_cuts, unwrap_lines
from .run_on import part_run_on_lines
from .sections import find_sections

__all__ = ["clean_page", "looks_like_page"]

MOST_LAYERS = 4  # HTML in JSON in HTML …


def clean_page(raw: str | bytes, *, encoding: str = "utf-8", markup: Literal["auto", "html", "text"] = "auto") -> list[Article]:
    if markup not in ("auto", "html", "text"):
        raise ValueError(f"markup={markup!r} is not known; give 'auto', 'html' or 'text'")
    if isinstance(raw, (bytes, bytearray, memoryview)):
        text = decode_page(bytes(raw), encoding)
    elif isinstance(raw, str):
        text = raw
    else:
        raise TypeError(f"raw must be str or bytes, not {type(raw).__name__}")
    return _clean(text, markup, None, None, MOST_LAYERS)


def _clean(text: str, markup: str, title: str | None, date: str | None, layers: int) -> list[Article]:
    text = tidy(text)
    if markup == "text":
        return assemble(judge_lines(_lines_of(text)), title, date)
    if markup == "auto" and layers and looks_like_json(text):
        found = articles_in_json(text)
        articles = [article for item in found for article in _clean(item.body, markup, item.title or title, item.date or date, layers - 1)]
        if articles:
            return articles
    text = tidy(unescape_markup(text))
    if markup == "html" or is_markup(text):
        articles = articles_of_markup(with_line_breaks(text), title, date)
        if layers and len(articles) == 1 and count_escaped_tags(articles[0].text) >= 8:
            inner = articles[0]  # a feed or a <pre> around escaped HTML
            return _clean(inner.text, "auto", title or inner.title, date or inner.date, layers - 1)
        return articles
    return assemble(judge_lines(_lines_of(without_inline_tags(text))), title, date)


def _lines_of(text: str) -> list[Line]:
    return part_run_on_lines(unwrap_lines(split_lines(text)))


def looks_like_page(raw: str) -> bool:
    text = tidy(raw)
    if looks_like_json(text) and articles_in_json(text):
        return True
    if count_escaped_tags(text) >= 4 or is_markup(text):
        return True
    judged = judge_lines(_lines_of(text))
    if shows_chrome(judged):
        return True
    lines = [item.line for item in judged]
    everything = [True] * len(judged)
    return count_cuts(lines, between_paragraphs=True) > 0 or len(find_sections(judged, everything)) > 1
