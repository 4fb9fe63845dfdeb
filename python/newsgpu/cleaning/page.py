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


def clean_page(
    raw: str | bytes, *, encoding: str = "utf-8", markup: Literal["auto", "html", "text"] = "auto"
) -> list[Article]:
    r"""Take the articles out of a raw page: menus, notices, comments and advertising go.

    ``raw`` is HTML, HTML escaped into JSON or text (however often), a whole JSON answer, or the text of a page whose
    tags are gone. Bytes are decoded by their byte order mark, the encoding the page declares, UTF-8, or ``encoding``,
    in that order. ``markup="html"`` reads the page as HTML and ``"text"`` as text, ``"auto"`` finds out.

    HTML is read by trafilatura and by a reading of our own that takes one pass and has no depth. Where trafilatura
    missed the larger part of the prose, or the page is too large or too deep for it, our own reading is taken; where
    it lost a paragraph between two others, the paragraph is put back. Text is judged line by line (see
    :mod:`newsgpu.cleaning.body`). Lines that a layout cut in mid-sentence are joined again.

    Returns one :class:`Article` for most pages, several for a page that holds several under headings of their own,
    none for a page that shows no text. In doubt a line is kept: a text with nothing around it keeps every sentence,
    and a page without a sentence keeps all that names no control. The text of a whole HTML page begins below its
    headline, which is in ``title``; text without tags keeps its headline as the first line.

    Never fails on what a page holds: NUL bytes, lone surrogates and broken markup are read as far as they can be.
    Linear in the length of the page: about 1 µs a character of prose and 30 µs a line; HTML about 50 ms a page.

    Raises ``ValueError`` for an unknown ``markup`` or ``encoding``, ``TypeError`` if ``raw`` is no text.

    >>> page = r"\u003cp\u003eThe ferry sails at nine.\u003c\/p\u003e\u003cp\u003eBring a coat.\u003c\/p\u003e"
    >>> clean_page(page)[0].text
    'The ferry sails at nine.\n\nBring a coat.'
    """
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
        articles = [
            article
            for item in found
            for article in _clean(item.body, markup, item.title or title, item.date or date, layers - 1)
        ]
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
    r"""Is a text a page to be cleaned, and not plain prose to be left alone?

    True for HTML, for HTML escaped into text or JSON, and for text that shows what a page puts around an article:
    at least three lines of controls, menus or notices, a sentence cut by an empty line, or several articles under
    headings. Prose that is only wrapped, has headings or quotes a tag is none. Linear in the length of the text.

    >>> looks_like_page("The ferry sails at nine.\\n\\nBring a coat.")
    False
    """
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
