"""Articles inside a whole JSON answer, as servers send it to their own pages and apps."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .dates import date_of_timestamp, find_date
from .escapes import count_escaped_tags, count_tags

__all__ = ["JsonArticle", "articles_in_json", "looks_like_json"]

DEEPEST = 64  # levels of nesting that are searched
SHORTEST_BODY = 80  # characters of text; anything shorter is a label or a teaser

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_BODY_KEY = re.compile(r"body|content|text|html|article|detail|paragraph|正文|内容", re.IGNORECASE)
_BLOCK_KEY = re.compile(r"^(?:text|content|value|html|data|body|p|paragraph|str|txt|正文|内容)$", re.IGNORECASE)
_TEASER_KEY = re.compile(
    r"summary|abstract|desc|teaser|intro|excerpt|snippet|comment|related|recommend|digest|摘要|简介", re.IGNORECASE
)
_TITLE_KEYS = ("title", "headline", "articletitle", "newstitle", "subject", "标题", "name")
_DATE_KEY = re.compile(r"publish|pub_?date|pub_?time|date|time|created|posted|issued|发布|日期|时间", re.IGNORECASE)
_BETTER_DATE_KEY = re.compile(r"publi|pub|发布|posted|issued", re.IGNORECASE)
_WORSE_DATE_KEY = re.compile(r"update|modif|expire|crawl|fetch|server|now|更新", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JsonArticle:
    """Body (text or HTML), title and date as the answer names them."""

    body: str
    title: str | None
    date: str | None


def looks_like_json(text: str) -> bool:
    """Does the text begin and end like a JSON object or array (or a JSONP call around one)?"""
    head, tail = text[:200].lstrip(), text[-200:].rstrip().rstrip(";)")
    if head[:1] not in "{[":
        head = head[head.find("(") + 1 :].lstrip() if re.match(r"[\w.$]{1,60}\s*\(", head) else ""
    return head[:1] in ("{", "[") and tail[-1:] in ("}", "]") and '"' in head


def articles_in_json(text: str) -> list[JsonArticle]:
    """Articles of an answer, in order; empty if it is not JSON or holds no text of an article's length.

    An article is an object with a long text under a key such as ``content``. Several become several only if they
    are items of one list or lines of one file; a teaser is none.
    """
    value = _parse(text)
    if value is None:
        return []
    found = list(_objects_with_body(value))
    if not found:
        return []
    longest = max(found, key=lambda item: len(item[1]))
    siblings = [item for item in found if item[0] == longest[0]]
    return [JsonArticle(body, _title_of(chain), _date_of(chain)) for _, body, chain in siblings]


def _parse(text: str) -> Any:
    text = text.strip()
    start = min((i for i in (text.find("{"), text.find("[")) if i >= 0), default=-1)
    if start < 0:
        return None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    lines = text.split("\n")
    if len(lines) > 1 and isinstance(value, dict):
        try:
            return [json.loads(line, strict=False) for line in lines if line.strip()]
        except (ValueError, RecursionError):
            pass
    return value


def _objects_with_body(root: Any) -> Iterator[tuple[tuple[str, ...], str, list[dict[str, Any]]]]:
    """Objects that hold a body: the path of keys to it without list places, the body, the objects around it."""
    stack: list[tuple[Any, tuple[str, ...], list[dict[str, Any]]]] = [(root, (), [])]
    while stack:
        value, path, chain = stack.pop()
        if len(path) > DEEPEST:
            continue
        if isinstance(value, list):
            stack.extend((item, (*path, "[]"), chain) for item in reversed(value) if isinstance(item, (dict, list)))
        elif isinstance(value, dict):
            key, body = _body_of(value)
            inner = [value, *chain]
            if body:
                yield (*path, key), body, inner
            stack.extend(
                (item, (*path, name), inner) for name, item in reversed(value.items()) if isinstance(item, (dict, list))
            )


def _body_of(item: dict[str, Any]) -> tuple[str, str]:
    best_key, best, best_rank = "", "", 0.0
    for key, value in item.items():
        if isinstance(value, list):
            value = _joined_blocks(value) if _BODY_KEY.search(key) else ""
        if not isinstance(value, str) or len(value) < SHORTEST_BODY or _TEASER_KEY.search(key):
            continue
        if not _is_text(value):
            continue
        rank = len(value) * (4.0 if _BODY_KEY.search(key) else 1.0)
        if rank > best_rank:
            best_key, best, best_rank = key, value, rank
    return best_key, best


def _joined_blocks(blocks: list[Any]) -> str:
    """Text of a body that is sent block by block: strings, or objects with a string in each."""
    parts = []
    for block in blocks:
        if isinstance(block, dict):
            if any(key.lower() in _TITLE_KEYS for key in block):
                return ""  # a list of articles, not of paragraphs
            strings = [text for key, text in block.items() if isinstance(text, str) and _BLOCK_KEY.search(key)]
            block = max(strings, key=len, default="")
        if isinstance(block, str) and block.strip():
            parts.append(block)
    return "\n\n".join(parts)


def _is_text(value: str) -> bool:
    """Text or HTML, not an address, a hash or a script."""
    head = value[:4000]
    if count_tags(head) + count_escaped_tags(head) >= 2:
        return True
    wide = (len(head.encode("utf-8", "replace")) - len(head)) / 2
    return wide > 0.3 * len(head) or head.count(" ") > len(head) / 14


def _title_of(chain: list[dict[str, Any]]) -> str | None:
    for item in chain[:3]:
        named = {
            key.lower().replace("_", "").replace("-", ""): value
            for key, value in item.items()
            if isinstance(value, str)
        }
        for key in _TITLE_KEYS:
            title = " ".join(_TAG.sub(" ", html.unescape(named.get(key, ""))).split())
            if title and len(title) <= 300:
                return title
    return None


def _date_of(chain: list[dict[str, Any]]) -> str | None:
    best, best_rank = None, 0
    for item in chain[:3]:
        for key, value in item.items():
            if not _DATE_KEY.search(key):
                continue
            rank = 1 if _WORSE_DATE_KEY.search(key) else 3 if _BETTER_DATE_KEY.search(key) else 2
            if rank <= best_rank:
                continue
            found = None
            if isinstance(value, str):
                found = (
                    date_of_timestamp(float(value)) if re.fullmatch(r"\d{10}|\d{13}", value) else find_date(value[:60])
                )
            elif isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
                found = date_of_timestamp(float(value))
            if found:
                best, best_rank = found, rank
    return best
