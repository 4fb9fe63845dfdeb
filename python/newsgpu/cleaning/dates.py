"""Dates as pages write them, in Chinese and English."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from datetime import date, datetime, timezone

__all__ = ["date_of_timestamp", "find_date", "find_labelled_date"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0}

_NUMERIC = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)(?:([-/.])(\d{1,2})\2(\d{1,2})|\s?年\s?(\d{1,2})\s?月\s?(\d{1,2}))(?!\d)"
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH}[\s,-]+((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)(?![\d/])")
_CHINESE = re.compile(
    r"([〇零○Ｏ一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_LABEL = re.compile(
    r"发布|发表|发稿|刊发|时间|日期|更新于|\b(?:published|posted|first published|start date|date|updated|filed)\b",
    re.IGNORECASE,
)
# Clocks of the server, the day of the visit, copyright years.
_NOT_OF_ARTICLE = re.compile(r"gmt|processed in|今天是|现在是|©|copyright|joined|注册|登录|版权", re.IGNORECASE)


def find_date(text: str) -> str | None:
    """First date in a short text, as ``YYYY-MM-DD``; ``None`` if there is none or it does not exist.

    ``03/04/2026`` is left alone, because half the world reads it the other way; ``25/04/2026`` is not ambiguous.

    >>> find_date("发布时间：2026年4月9日 08:30")
    '2026-04-09'
    >>> find_date("Fri, 10th April 2026")
    '2026-04-10'
    """
    found: list[tuple[int, str]] = []
    for match in _NUMERIC.finditer(text):
        _add(found, match.start(), match[1], match[3] or match[5], match[4] or match[6])
    for match in _DAY_FIRST.finditer(text):
        _add(found, match.start(), match[3], _MONTHS[match[2].lower()], match[1])
    for match in _MONTH_FIRST.finditer(text):
        _add(found, match.start(), match[3], _MONTHS[match[1].lower()], match[2])
    for match in _SLASHED.finditer(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            _add(found, match.start(), match[3], second, first)
        elif second > 12 >= first or first == second:
            _add(found, match.start(), match[3], first, second)
    for match in _CHINESE.finditer(text):
        year = "".join(str(_NUMERALS[numeral]) for numeral in match[1])
        _add(found, match.start(), year, _chinese_number(match[2]), _chinese_number(match[3]))
    if not found:
        for match in _COMPACT.finditer(text):
            _add(found, match.start(), *match.groups())
    return min(found)[1] if found else None


def find_labelled_date(lines: Iterable[str]) -> str | None:
    """Date of the first line that says it is the date of publication; else of the first line with a date.

    Lines that show the clock of a server or a year of copyright do not count.
    """
    first = None
    for line in lines:
        if len(line) > 300 or _NOT_OF_ARTICLE.search(line):
            continue
        found = find_date(line)
        if found:
            if _LABEL.search(line):
                return found
            first = first or found
    return first


def date_of_timestamp(value: float) -> str | None:
    """Date, in UTC, of seconds or milliseconds since 1970; ``None`` outside 1990 to 2099."""
    seconds = value / 1000 if value > 1e11 else value
    if not 631_152_000 <= seconds < 4_102_444_800:
        return None
    return datetime.fromtimestamp(seconds, tz=timezone.utc).date().isoformat()


def _add(found: list[tuple[int, str]], place: int, year: str | int, month: str | int, day: str | int) -> None:
    with contextlib.suppress(ValueError):  # no such day
        found.append((place, date(int(year), int(month), int(day)).isoformat()))


def _chinese_number(numerals: str) -> int:
    if "十" not in numerals:
        return int("".join(str(_NUMERALS[numeral]) for numeral in numerals))
    tens, _, ones = numerals.partition("十")
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)
