"""How much a line looks like what a site puts around an article: menus, forms, notices, link lists, advertising."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from .lexicon import Lexicon, Words, words_of
from .lines import Shape
from .vocabulary import ADVERTS, COMMENT_MARKS, CONTROLS, NOTICES, RELATED_MARKS, SECTIONS

__all__ = ["Chrome", "chrome_of", "mark_of", "normal_key"]

LONGEST_LABEL = 160  # characters; longer lines are judged by shape and notices alone


@dataclass(frozen=True, slots=True)
class Chrome:
    """Evidence that a line is chrome. All zero for a plain sentence."""

    share: float = 0.0  # part of the letters that names of controls cover
    section_share: float = 0.0  # part that names of sections cover
    notices: int = 0  # legal notices, calls to subscribe, log in or follow
    listed: bool = False  # a row of short items: menu, tags, brands, links
    spam: bool = False  # words of advertising, in a row of items
    teaser: bool = False  # a link to another article in the middle of this one: "Read also: …"
    empty: bool = False  # no words at all: numbers, dates, arrows
    meta: bool = False  # date, source, number of views: what stands under a headline


# What stands under a headline: stamps of time, counts of readers, labelled sources.
_STAMP = re.compile(
    r"\d(?<!\d\d)(?:\d{3}[-/.年]\s?\d{1,2}(?:[-/.月]\s?\d{1,2}|月)|\d?:\d\d(?!\d)|"
    r"\d{0,8}(?:,\d{3}){0,3} ?(?:(?:views|reads|comments|shares)\b|评论|浏览|次浏览|分钟阅读)|"
    r"\d? ?min(?:ute)?s?\.? (?:read|listen)\b|"
    r"\d? ?(?:分钟|小时|天|hours?|minutes?|days?|weeks?|h|m) ?(?:前|ago\b))",
    re.IGNORECASE,
)
_MONTH_WORDS = frozenset(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october "
    "nov november dec december".split()
)
_MONTH_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{2,6})?\.? \d{1,2}(?!\d)|"
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)",
    re.IGNORECASE,
)
_META_WORDS = frozenset("published posted updated".split())
_META_LABEL = re.compile(
    r"(?:来源|稿源|作者|记者|浏览|阅读|查看|点击|评论|回复|人气|发布|发表|更新|时间|编辑|日期)\s?"
    r"(?:量|数|次数|时间|日期)?\s?[:：]"
)
_TEASER_LABELS = frozenset("more readmore seemore seemorestories watch watchnow gallery morefrom alsoread".split())
_COUNTED = "0123456789条个楼共"  # what stands around a heading that counts its comments
_CLOCK = re.compile(r"©|\(c\) ?(?:19|20)\d\d|\bgmt[+-]\d", re.IGNORECASE)
_HARD_SEPARATORS = re.compile(r"\s*[|丨｜¦»›→•]\s*|\s+[>·/]\s+")
_HAS_HARD_SEPARATOR = re.compile(r"[|丨｜¦»›→•]|\s[>·/]\s")


@cache
def _controls() -> Lexicon:
    return Lexicon(CONTROLS | RELATED_MARKS | COMMENT_MARKS)


@cache
def _sections() -> Lexicon:
    return Lexicon(SECTIONS)


@cache
def _notices() -> Lexicon:
    return Lexicon(NOTICES)


@cache
def _adverts() -> Lexicon:
    return Lexicon(ADVERTS)


@cache
def _mark_keys() -> dict[str, str]:
    keys = {normal_key(mark): "related" for mark in RELATED_MARKS}
    return keys | {normal_key(mark): "comment" for mark in COMMENT_MARKS}


def normal_key(text: str) -> str:
    """The letters and digits of a line, casefolded: equal for lines that differ in punctuation alone."""
    return "".join(filter(str.isalnum, text.casefold()))


def mark_of(key: str) -> str:
    """``"related"`` for the key of a heading like 相关阅读, ``"comment"`` for one like "Comments (12)", else empty."""
    return _mark_keys().get(key.strip(_COUNTED), "") if len(key) <= 40 else ""


def chrome_of(text: str, shape: Shape) -> Chrome:
    """Measure a line; linear in its length, and constant beyond ``LONGEST_LABEL`` but for rows of items."""
    if len(text) > LONGEST_LABEL:
        return _chrome_of_long(text, shape)
    letters = _count_letters(text)
    if letters == 0:
        return Chrome(empty=True, meta=_STAMP.search(text) is not None)
    words = words_of(text)
    listed = _is_row(text, shape)
    covered = sum(map(_count_letters, _controls().find(words)))
    sections = sum(map(_count_letters, _sections().find(words))) if shape.units < 30 and not shape.closed else 0
    adverts = 0 if shape.full_stops else len(_adverts().find(words))
    return Chrome(
        share=min(1.0, covered / letters),
        section_share=min(1.0, sections / letters),
        notices=len(_notices().find(words)) + len(_CLOCK.findall(text)),
        listed=listed,
        spam=adverts >= 2 and (listed or adverts >= 3 or ">>" in text),
        teaser=not shape.closed and _is_teaser(text),
        meta=not shape.closed and _is_meta(words),
    )


def _chrome_of_long(text: str, shape: Shape) -> Chrome:
    listed = _is_row(text, shape)
    if shape.units >= 120 and not listed:
        return Chrome()
    words = words_of(text[:2000])
    return Chrome(
        notices=len(_notices().find(words)) + len(_CLOCK.findall(words.folded)),
        listed=listed,
        spam=listed and (len(_adverts().find(words)) >= 2 or _repeats_items(text)),
    )


def _count_letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _is_meta(words: Words) -> bool:
    text = words.folded
    if _STAMP.search(text) or not _META_WORDS.isdisjoint(words.words):
        return True
    if not _MONTH_WORDS.isdisjoint(words.words) and _MONTH_DAY.search(text):
        return True
    return bool(words.pairs) and (":" in text or "：" in text) and _META_LABEL.search(text) is not None


def _is_teaser(text: str) -> bool:
    """A heading for other articles and a headline in one line; a sentence after the colon is the article's own."""
    label, colon, headline = text.replace("：", ":").partition(":")
    if not colon or len(headline) < 8 or len(label) > 40:
        return False
    key = normal_key(label)
    return key in _TEASER_LABELS or mark_of(key) == "related"


def _is_row(text: str, shape: Shape) -> bool:
    """A row of at least three or four short items with no sentence in it."""
    if shape.full_stops:
        return False
    if len(text) < 20_000 and _HAS_HARD_SEPARATOR.search(text):
        hard = _HARD_SEPARATORS.split(text)
        if len(hard) >= 3 and sum(map(len, hard)) / len(hard) <= 18:
            return True
    spaces = text.count(" ")
    if spaces < 3 or shape.wide < 0.4 * len(text):
        return False
    items = text.split(" ", 400)[:400]
    count, mean = len(items), len(text) / (spaces + 1)
    short = sum(1 for item in items if len(item) <= 16)
    marks = shape.clauses + shape.sentences
    return short >= 0.85 * count and marks <= 0.15 * count and mean <= (10 if count < 6 else 14)


def _repeats_items(text: str) -> bool:
    """Do most items begin alike, as in rows that sell one thing under many names?"""
    items = text.split(" ", 400)[:400]
    starts = Counter(item[:2] for item in items)
    return len(items) >= 5 and starts.most_common(1)[0][1] >= 0.5 * len(items)
