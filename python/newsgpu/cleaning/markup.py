"""HTML as lines: one pass over the tags, no tree, so that no depth and no size of a page is too much."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from .escapes import count_tags
from .lines import Line, Place, tidy

__all__ = ["Markup", "is_markup", "read_markup", "with_line_breaks", "without_inline_tags"]

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary table "
    "tbody td tfoot th thead tr ul".split()
)
_SKIPPED = frozenset(
    "script style template svg noscript iframe object canvas audio video map textarea title datalist".split()
)
_CHROME_TAGS = frozenset("nav footer aside form menu dialog select button label".split())
_BODY_TAGS = frozenset("article main".split())
_PARAGRAPHS = frozenset("p blockquote pre".split())
_CHROME_ROLES = frozenset(
    "navigation banner contentinfo search complementary dialog alert menu menubar toolbar".split()
)
# Names of classes and ids, matched as words between the usual separators.
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|topbar|toolbar|breadcrumbs?|crumbs?|path|sidebar|side|footer|foot|"
    r"copyright|header|masthead|banner|ads?|advert\w*|promo\w*|sponsor\w*|share|sharing|social|sns|comments?|"
    r"commentlist|disqus|reply|replies|related|relate|recommend\w*|rank\w*|hot|popular|trending|most|more|tags?|login|"
    r"signin|register|subscribe|subscription|newsletter|cookies?|consent|gdpr|modal|popup|overlay|pagination|pager|prev|"
    r"next|widget|links|friendlink|statement|disclaimer|qrcode|ewm|tuijian|xgxw|xgyd|pinglun|pl|fenxiang|dibu|daohang)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_WORD_EDGE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IS_DOCUMENT = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_HAS_BLOCK = re.compile(r"</[a-zA-Z]|<br|<p[\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,4000}>")
_LINK_TAG = re.compile(r"<a\s[^<>\n]{1,2000}>|</a>|<br\s?/?>|<img\s[^<>\n]{1,2000}>", re.IGNORECASE)
_INLINE_PAIR = re.compile(
    r"<(strong|em|b|i|u|font|span|sup|sub|small)(?:\s[^<>\n]{0,500})?>([^<>\n]{0,2000})</\1>", re.IGNORECASE
)
_SCRIPT_TYPES = frozenset(("application/ld+json", "application/json"))
LONGEST_HEAD = 20_000  # characters in which a document says that it is one
SAMPLED = 2_000_000  # characters of a text in which tags are counted
CHARACTERS_A_TAG = 400  # between tags in HTML, at most; prose that quotes tags has them farther apart
LARGEST_SCRIPT = 2_000_000  # characters of embedded JSON that are kept
LARGEST_CHROME = 0.25  # part of the page's prose that a container of chrome can hold
MOST_NAMES = 10_000  # different classes and ids that are remembered
REACH = 64  # open tags that an end tag may close


@dataclass(slots=True)
class Markup:
    """What one pass over a page finds."""

    lines: list[Line] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)  # number of the outermost <article> a line lies in, 0 for none
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)  # name, property or itemprop, lower case: first content
    times: list[str] = field(default_factory=list)  # <time datetime=…> in order
    linked_data: list[str] = field(default_factory=list)  # <script type=application/ld+json>
    data: list[str] = field(default_factory=list)  # <script type=application/json>
    depth: int = 0  # deepest nesting
    elements: int = 0
    whole: bool = False  # a document of its own, not a fragment


def is_markup(text: str) -> bool:
    """Is the text HTML, whole or a fragment, and not prose that mentions a tag?"""
    if "<" not in text:
        return False
    if _IS_DOCUMENT.search(text, 0, LONGEST_HEAD):
        return True
    if _ANY_TAG.match(text[:SAMPLED].lstrip()) and text[-SAMPLED:].rstrip().endswith(">") and "</" in text:
        return True
    sample = text[:SAMPLED]
    tags = count_tags(sample)
    return tags * CHARACTERS_A_TAG >= len(sample) and tags >= (4 if _HAS_BLOCK.search(sample) else 8)


def with_line_breaks(text: str) -> str:
    """Keep the lines of plain text that stands before and after a fragment of HTML, such as a date and a headline."""
    if _IS_DOCUMENT.search(text, 0, LONGEST_HEAD):
        return text
    first = _ANY_TAG.search(text)
    if first is None:
        return text
    start, end = first.start(), text.rfind(">") + 1
    return text[:start].replace("\n", "<br><br>") + text[start:end] + text[end:].replace("\n", "<br><br>")


def without_inline_tags(text: str) -> str:
    """Take links and pairs of inline tags out of a plain text; a tag that is only mentioned stays."""
    if "<" not in text or ">" not in text:
        return text
    return _INLINE_PAIR.sub(r"\2", _LINK_TAG.sub("", text))


def read_markup(text: str) -> Markup:
    """Read a page or fragment. Never fails: what a browser would not show as text is left out."""
    reader = _Reader()
    reader.markup.whole = _IS_DOCUMENT.search(text, 0, LONGEST_HEAD) is not None
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    raw = tidy(text).encode("utf-8", "replace")
    try:
        for start in range(0, len(raw), 1 << 20):
            parser.feed(raw[start : start + (1 << 20)])
        parser.close()
    except etree.LxmlError:
        pass  # what was read until then is what there is
    reader.finish()
    return reader.markup


class _Reader:
    """Target of the parser: collects text into lines at the edges of blocks."""

    def __init__(self) -> None:
        self.markup = Markup()
        self._parts: list[str] = []
        self._names: dict[str, bool] = {}  # classes and ids seen: do they name chrome?
        self._linked = 0
        self._stack: list[tuple[str, int, bool]] = []  # tag, first line of a container of chrome or -1, opens a body
        self._containers: list[tuple[int, int]] = []  # first and last line of what its name or tag calls chrome
        self._body = 0
        self._links = 0
        self._skip = 0
        self._script: list[str] | None = None
        self._script_type = ""
        self._title: list[str] | None = None
        self._level = 0
        self._paragraph = 0
        self._pre = 0
        self._articles = 0
        self._article_depth = 0
        self._gap = False
        self._after_link = False

    # -- events --------------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        markup = self.markup
        markup.elements += 1
        if tag == "meta":
            self._meta(attributes)
            return
        if tag == "br":
            self._flush(edge=False)
            return
        if tag in ("img", "input", "link", "hr", "wbr", "source", "embed", "area", "base", "col", "param", "track"):
            if tag == "hr":
                self._flush()
            return
        if tag in _BLOCKS:
            self._flush()
        if tag == "time" and attributes.get("datetime") and len(markup.times) < 50:
            markup.times.append(attributes["datetime"][:60])
        if tag == "script" and attributes.get("type", "").strip().lower() in _SCRIPT_TYPES:
            self._script, self._script_type = [], attributes["type"].strip().lower()
        if tag == "title" and not self._skip and not markup.title:
            self._title = []
        opens_body = tag in _BODY_TAGS
        self._stack.append((tag, len(markup.lines) if self._opens_chrome(tag, attributes) else -1, opens_body))
        markup.depth = max(markup.depth, len(self._stack))
        self._body += opens_body
        if tag in _SKIPPED:
            self._skip += 1
        elif tag == "a":
            if self._after_link:
                self._parts.append(" ")  # links side by side are items, not one word
            self._links += 1
        elif tag in _PARAGRAPHS:
            self._paragraph += 1
            self._pre += tag == "pre"
        elif tag == "article":
            self._articles += self._article_depth == 0
            self._article_depth += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = int(tag[1])
        self._after_link = False

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        stack = self._stack
        if not stack or (
            stack[-1][0] != tag and not any(open_tag == tag for open_tag, _, _ in stack[: -REACH - 1 : -1])
        ):
            return
        while self._stack:
            open_tag, first_line, opens_body = self._stack.pop()
            self._leave(open_tag, first_line, opens_body)
            if open_tag == tag:
                return

    def data(self, text: str) -> None:
        if self._script is not None:
            self._script.append(text)
        if self._title is not None:
            self._title.append(text)
        if self._skip:
            return
        if self._pre and "\n" in text:
            *whole, rest = text.split("\n")
            for line in whole:
                self._add(line)
                self._flush(edge=False)
            text = rest
        self._add(text)

    def comment(self, text: str) -> None:
        """Comments hold nothing a reader sees."""

    def close(self) -> None:
        """Called by the parser at the end; the reader is asked for its lines by :meth:`finish`."""

    # -- state ---------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        self._flush()
        while self._stack:
            self._leave(*self._stack.pop())
        self._mark_chrome()
        self.markup.title = " ".join(self.markup.title.split())[:500]

    def _mark_chrome(self) -> None:
        """Mark the lines of containers named for chrome, but not of one that holds much of the page's prose.

        Names lie: ``<form>`` and ``class="header-and-content"`` may hold the whole page.
        """
        lines = self.markup.lines
        prose = [0]
        for line in lines:
            length = len(line.text)
            prose.append(prose[-1] + (length if length >= 40 and line.link_share < 0.3 else 0))
        marked = 0
        edges = [0] * (len(lines) + 1)
        for first, end in self._containers:
            if prose[end] - prose[first] <= LARGEST_CHROME * prose[-1]:
                edges[first] += 1
                edges[end] -= 1
        for line, edge in zip(lines, edges[:-1], strict=True):
            marked += edge
            if marked:
                line.place = Place.CHROME

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            if self._links:
                self._linked += len(text.strip())
            if self._after_link and text.strip():
                self._after_link = False

    def _leave(self, tag: str, first_line: int, opens_body: bool) -> None:
        if 0 <= first_line < len(self.markup.lines):
            self._containers.append((first_line, len(self.markup.lines)))
        self._body -= opens_body
        if tag in _SKIPPED:
            self._skip -= 1
            if tag == "script" and self._script is not None:
                self._keep_script()
            elif tag == "title" and self._title is not None:
                self.markup.title, self._title = "".join(self._title), None
        elif tag == "a":
            self._links = max(0, self._links - 1)
            self._after_link = True
        elif tag in _PARAGRAPHS:
            self._paragraph -= 1
            self._pre -= tag == "pre"
        elif tag == "article":
            self._article_depth -= 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = 0

    def _keep_script(self) -> None:
        script, self._script = "".join(self._script or ())[:LARGEST_SCRIPT], None
        (self.markup.linked_data if self._script_type.endswith("ld+json") else self.markup.data).append(script)

    def _flush(self, edge: bool = True) -> None:
        text = " ".join("".join(self._parts).split()) if self._parts else ""
        self._parts.clear()
        if text:
            place = Place.BODY if self._body or self._paragraph else Place.UNKNOWN
            linked = min(1.0, self._linked / len(text)) if self._linked else 0.0
            self.markup.lines.append(Line(text, self._gap, self._level, linked, place))
            self.markup.owners.append(self._articles if self._article_depth else 0)
            self._gap = edge
        elif not edge:
            self._gap = True  # two line breaks in a row
        else:
            self._gap = True
        self._linked = 0

    def _meta(self, attributes: dict[str, str]) -> None:
        content = attributes.get("content", "").strip()
        name = (
            attributes.get("property")
            or attributes.get("name")
            or attributes.get("itemprop")
            or attributes.get("http-equiv")
            or ""
        )
        if content and name:
            self.markup.metas.setdefault(name.strip().lower(), content[:1000])

    def _opens_chrome(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag in _CHROME_TAGS:
            return True
        if not attributes or tag in ("html", "body", "main", "article", "p", "span", "a"):
            return False
        if attributes.get("role", "").lower() in _CHROME_ROLES:
            return True
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:300]
        known = self._names.get(names)
        if known is None:
            known = len(names) > 1 and _CHROME_NAMES.search(_WORD_EDGE.sub("-", names)) is not None
            if len(self._names) < MOST_NAMES:
                self._names[names] = known
        return known
