"""Dates as news writes them, as one Arrow column.

A column in which every value is a plain date is ``date32``. Where a value has a time it is ``timestamp[us]``: the time
as written if no value names a time zone, else an instant. Its zone is then the offset that all of them share (so that
the day shown is the day written), or UTC; values without an offset are taken to be in it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["DateColumn", "date_column", "parse_date"]

_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 5322, section 4.3 and the meaning PostgreSQL and dateutil's documentation give the European and Asian names.
# CST is left out: it is Chicago's and China's.
_ZONE_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "bst": 1, "cet": 1, "cest": 2, "hkt": 8, "jst": 9,
}  # fmt: skip

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,4}|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|(?:UTC|GMT)?[+-]\d{1,2})"
_TIME = rf"{_CLOCK}(?:\s*{_ZONE})?"
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + rf"(?:(?:T|\s+|,\s*){_TIME})?"
)
_MONTH_NAME = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(?P<day>\d{{1,2}})[-\s]+(?P<name>[A-Za-z]{{3,9}})\.?[-,\s]+(?P<year>\d{{4}})(?:,?\s+{_TIME})?"
)
_CHINESE = re.compile(
    r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*[日号號])?"
    r"(?:\s*[（(]?(?:星期|周|週)[一二三四五六日天][）)]?)?"
    r"(?:\s*(?P<half>上午|下午|晚上|凌晨|早上|中午)?\s*(?P<hour>\d{1,2})\s*[:时時点點]"
    r"\s*(?:(?P<minute>\d{1,2})\s*分?)?(?:[:\s]*(?P<second>\d{1,2})\s*秒?)?)?"
)
_DIGITS = re.compile(r"(?P<number>-?\d+)(?:\.(?P<fraction>\d+))?")
_REDUCED = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})")
_DAY_FIRST = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}\b")
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{2,4}\b")

# Columns written in one of these forms throughout are parsed by Arrow.
_PLAIN_DATES = r"^\d{4}-\d{2}-\d{2}$"
_LOCAL_TIMES = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?$"
_INSTANTS = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$"


class DateColumn(NamedTuple):
    """The dates, and the rows whose value could not be read and is null in them."""

    dates: pa.Array
    unread: npt.NDArray[np.int64]


class _Moment(NamedTuple):
    when: dt.datetime  # as written, without its zone
    has_time: bool
    offset: int | None  # minutes east of UTC


def date_column(values: Any) -> DateColumn:
    """Dates, datetimes, numbers or strings of any form as one column.

    Numbers, and strings of digits, are ``YYYYMMDD``, ``YYYYMMDDhhmmss``, a year, or the time since 1970 in seconds,
    milli- or microseconds, by their length. ``08.04.2026`` is read day first. ``04/08/2026`` is read as the column
    shows: day first if a day such as ``31/08/2026`` comes first in it, else month first; where it shows both orders, a
    date that may be either is unread.

    Cost: vectorised where a column keeps to one ISO 8601 form, else a few microseconds a distinct value.

    Raises
    ------
    TypeError
        The column holds something that is no date, number or string.
    """
    if not isinstance(values, pa.Array):
        values = _from_objects(list(values))
    kind = values.type
    if pa.types.is_date32(kind) or pa.types.is_timestamp(kind):
        return DateColumn(values, np.empty(0, np.int64))
    if pa.types.is_date64(kind):
        return DateColumn(values.cast(pa.date32()), np.empty(0, np.int64))
    if pa.types.is_null(kind):
        return DateColumn(pa.nulls(len(values), pa.date32()), np.empty(0, np.int64))
    if pa.types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = _number_text(values)
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise TypeError(f"dates must be a column of dates, timestamps, numbers or strings, got {kind}")
    return _from_strings(values.cast(pa.large_string()))


def parse_date(text: str, *, day_first: bool | None = False) -> _Moment | None:
    """One date; ``None`` where the string is none, or leaves the year open.

    ``day_first``: how ``04/08/2026`` is read; ``None`` for not at all.
    """
    text = text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    try:
        for pattern, read in _FORMS:
            if match := pattern.fullmatch(text):
                return read(match)
    except (ValueError, OverflowError):
        return None
    slashed = _SLASHED.match(text)
    if slashed and day_first is None and max(int(slashed[1]), int(slashed[2])) <= 12 and slashed[1] != slashed[2]:
        return None
    for read_text in (_chinese, lambda text: _by_dateutil(text, bool(slashed and day_first)), _leading):
        try:
            if moment := read_text(text):
                return moment
        except (ValueError, OverflowError):
            continue
    return None


def _chinese(text: str) -> _Moment | None:
    match = _CHINESE.match(text)
    return None if match is None else _fields(match)


def _leading(text: str) -> _Moment | None:
    """A whole date with other words behind it: the wire's marks in Reuters-21578, "(updated)"."""
    for pattern in (_YEAR_FIRST, _MONTH_NAME):
        match = pattern.match(text)
        if match and not text[match.end() : match.end() + 1].isdigit():
            return _fields(match)
    return None


def _fields(match: re.Match[str]) -> _Moment:
    part = match.groupdict()
    month = part.get("month")
    number = int(month) if month else _MONTHS.index(part["name"][:3].lower()) + 1
    hour = int(part.get("hour") or 0)
    if part.get("half") in ("下午", "晚上") and hour < 12:
        hour += 12
    when = dt.datetime(
        int(part["year"]),
        number,
        int(part.get("day") or 1),
        hour,
        int(part.get("minute") or 0),
        # A leap second is the last moment of its minute.
        min(int(part.get("second") or 0), 59),
        int(((part.get("fraction") or "") + "000000")[:6]),
    )
    return _Moment(when, part.get("hour") is not None, _offset(part.get("zone")))


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone.lower() in _ZONE_HOURS:
        return 60 * _ZONE_HOURS[zone.lower()]
    sign = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if sign is None:
        return None
    minutes = 60 * int(sign[2]) + int(sign[3] or 0)
    if minutes >= 24 * 60:
        raise ValueError(f"{zone} is no time zone")
    return -minutes if sign[1] == "-" else minutes


def _digits(match: re.Match[str]) -> _Moment | None:
    digits = match["number"]
    if len(digits) == 8 and digits.isdigit() and match["fraction"] is None:
        return _Moment(dt.datetime(int(digits[:4]), int(digits[4:6]), int(digits[6:])), False, None)
    if len(digits) == 14 and match["fraction"] is None:
        return _Moment(dt.datetime.strptime(digits, "%Y%m%d%H%M%S"), True, None)
    if len(digits) == 4 and match["fraction"] is None and 1000 <= int(digits) < 2200:
        return _Moment(dt.datetime(int(digits), 1, 1), False, None)
    # 9 digits of seconds begin in 1973; news on the web is younger.
    unit = {9: 1_000_000, 10: 1_000_000, 12: 1000, 13: 1000, 15: 1, 16: 1}.get(len(digits.lstrip("-")))
    if unit is None:
        return None
    microseconds = int(digits) * unit
    if match["fraction"] is not None:
        microseconds += int(float(f"0.{match['fraction']}") * unit) * (-1 if digits.startswith("-") else 1)
    return _Moment(_EPOCH + microseconds * _MICROSECOND, True, 0)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Moment | None]], ...] = (
    (_YEAR_FIRST, _fields),
    (_MONTH_NAME, _fields),
    (_DIGITS, _digits),
    (_REDUCED, _fields),
)


def _slashes_are_day_first(texts: list[str]) -> bool | None:
    """Whether the days of dates such as 31/08/2026 come first; ``None`` where some do and some do not."""
    days = [(int(match[1]), int(match[2])) for text in texts if (match := _SLASHED.match(text))]
    day_first = any(first > 12 for first, _ in days)
    return None if day_first and any(second > 12 for _, second in days) else day_first


def _by_dateutil(text: str, day_first: bool) -> _Moment | None:
    from dateutil import parser

    if not any(character.isdigit() for character in text):
        return None
    day_first = day_first or _DAY_FIRST.match(text) is not None

    # dateutil fills what a string leaves open from a default: two defaults show what that was.
    def parse(default: dt.datetime) -> dt.datetime:
        return parser.parse(text, default=default, dayfirst=day_first, tzinfos=_named_zone)

    first = parse(dt.datetime(2000, 1, 1))
    second = parse(dt.datetime(2004, 2, 2, 1))
    if first.year != second.year:
        return None
    delta = first.utcoffset()
    offset = None if delta is None else round(delta.total_seconds() / 60)
    return _Moment(first.replace(tzinfo=None), first.hour == second.hour, offset)


def _named_zone(name: str | None, offset: int | None) -> dt.tzinfo | None:
    if offset is not None:
        return dt.timezone(dt.timedelta(seconds=offset))
    hours = _ZONE_HOURS.get((name or "").lower())
    return None if hours is None else dt.timezone(dt.timedelta(hours=hours))


def _from_objects(values: list[Any]) -> pa.Array:
    """Python, NumPy and pandas values; kept exact where they are of one kind, else as ISO 8601 strings."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {dt.date}:
        return pa.array(values, pa.date32())
    return pa.array([_text_of(row, value) for row, value in enumerate(values)], pa.large_string())


def _text_of(row: int, value: Any) -> str | None:
    # NaN and NaT are the values that differ from themselves; pandas.NA refuses to say.
    if value is None or type(value).__name__ == "NAType":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (dt.date, float, np.floating, np.datetime64)):
        if value != value:
            return None
        if isinstance(value, dt.date):
            return value.isoformat()
        return str(value) if isinstance(value, np.datetime64) else repr(float(value))
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(int(value))
    raise TypeError(f"dates[{row}] must be a date, datetime, number, string or None, got {type(value).__name__}")


def _number_text(values: pa.Array) -> pa.Array:
    if pa.types.is_integer(values.type):
        return values.cast(pa.large_string())
    # Arrow writes large floating numbers with an exponent.
    numbers = values.to_pylist()
    exact = [None if n is None or n != n else f"{n:.6f}".rstrip("0").rstrip(".") for n in numbers]
    return pa.array(exact, pa.large_string())


def _from_strings(values: pa.LargeStringArray) -> DateColumn:
    encoded = values.dictionary_encode()
    distinct: pa.LargeStringArray = encoded.dictionary
    column = _vectorised(distinct)
    if column is not None:
        return DateColumn(column.take(encoded.indices), np.empty(0, np.int64))
    texts = distinct.to_pylist()
    day_first = _slashes_are_day_first(texts)
    moments = [parse_date(text, day_first=day_first) for text in texts]
    # An empty string is a missing date, not a broken one; the last entry stands for null, index -1.
    broken = [moment is None and not text.isspace() and text != "" for text, moment in zip(texts, moments, strict=True)]
    rows = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return DateColumn(_column_of(moments).take(encoded.indices), np.flatnonzero(np.array([*broken, False])[rows]))


def _vectorised(distinct: pa.LargeStringArray) -> pa.Array | None:
    """The dates of strings that are all in one ISO 8601 form, by Arrow's parser; ``None`` where they are not."""

    def every(pattern: str) -> bool:
        return bool(pc.all(pc.match_substring_regex(distinct, pattern)).as_py())

    if len(distinct) == 0:
        return pa.array([], pa.date32())
    try:
        if every(_PLAIN_DATES):
            return distinct.cast(pa.date32())
        if every(_LOCAL_TIMES):
            return distinct.cast(pa.timestamp("us"))
        if every(_INSTANTS):
            zones = pc.unique(pc.replace_substring_regex(distinct, r"^.*(Z|[+-]\d{2}:\d{2})$", r"\1")).to_pylist()
            offsets = {_offset(zone) for zone in zones}
            return distinct.cast(pa.timestamp("us", _zone_name(offsets)))
    except ValueError:
        # A day that no calendar has, or an offset that no clock has: the slow road finds which.
        return None
    return None


def _zone_name(offsets: Iterable[int | None]) -> str | None:
    known = {offset for offset in offsets if offset is not None}
    if not known:
        return None
    offset = known.pop()
    if known or offset == 0:
        return "UTC"
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"


def _column_of(moments: list[_Moment | None]) -> pa.Array:
    known = [moment for moment in moments if moment is not None]
    if not any(moment.has_time for moment in known):
        return pa.array([None if moment is None else moment.when.date() for moment in moments], pa.date32())
    offsets = {moment.offset for moment in known if moment.offset is not None}
    shared = next(iter(offsets)) if len(offsets) == 1 else 0

    def microseconds(moment: _Moment) -> int:
        minutes = 0 if not offsets else shared if moment.offset is None else moment.offset
        return (moment.when - _EPOCH) // _MICROSECOND - minutes * 60_000_000

    return pa.array(
        [None if moment is None else microseconds(moment) for moment in moments],
        pa.timestamp("us", _zone_name(offsets)),
    )
