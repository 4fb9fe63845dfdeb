"""Dates in the forms that news has."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import newsgpu as ng
from newsgpu._dates import date_column, parse_date

UTC = dt.timezone.utc
CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-01-01", dt.date(2019, 1, 1)),
        ("2026/4/8", dt.date(2026, 4, 8)),
        ("2026.04.08", dt.date(2026, 4, 8)),
        ("20260408", dt.date(2026, 4, 8)),
        ("2026-04", dt.date(2026, 4, 1)),
        ("1987", dt.date(1987, 1, 1)),
        ("8 April 2026", dt.date(2026, 4, 8)),
        ("April 8, 2026", dt.date(2026, 4, 8)),
        ("Wednesday, April 8, 2026", dt.date(2026, 4, 8)),
        ("8-Apr-26", dt.date(2026, 4, 8)),
        ("04/08/2026", dt.date(2026, 4, 8)),
        ("08.04.2026", dt.date(2026, 4, 8)),
        ("2026\u5e744\u67088\u65e5", dt.date(2026, 4, 8)),
        ("\uff12\uff10\uff12\uff16\u5e74\uff14\u6708\uff18\u65e5", dt.date(2026, 4, 8)),
        ("2026\u5e744\u6708", dt.date(2026, 4, 1)),
        (" 2019-01-01\n", dt.date(2019, 1, 1)),
        ("26-FEB-1987 15:01:01.79", dt.datetime(1987, 2, 26, 15, 1, 1, 790000)),
        # Marks of the wire behind the date, as in Reuters-21578.
        ("27-MAR-1987 08:45:34.42C G T M", dt.datetime(1987, 3, 27, 8, 45, 34, 420000)),
        ("2026-04-08T08:00:00", dt.datetime(2026, 4, 8, 8)),
        ("2026-04-08 08:05", dt.datetime(2026, 4, 8, 8, 5)),
        ("2026-04-08T08:00:00.123456789", dt.datetime(2026, 4, 8, 8, 0, 0, 123456)),
        ("2026\u5e744\u67088\u65e5 \u661f\u671f\u4e09 \u4e0b\u53483:05", dt.datetime(2026, 4, 8, 15, 5)),
        ("2026\u5e744\u67088\u65e508\u65f605\u5206", dt.datetime(2026, 4, 8, 8, 5)),
        ("Wed Apr  8 08:00:00 2026", dt.datetime(2026, 4, 8, 8)),
        ("2026-04-08T08:00:00Z", dt.datetime(2026, 4, 8, 8, tzinfo=UTC)),
        ("2026-04-08T08:00:00+08:00", dt.datetime(2026, 4, 8, 8, tzinfo=CHINA)),
        ("Wed, 08 Apr 2026 08:00:00 +0800", dt.datetime(2026, 4, 8, 8, tzinfo=CHINA)),
        ("Wed, 08 Apr 2026 08:00:00 GMT", dt.datetime(2026, 4, 8, 8, tzinfo=UTC)),
        ("Apr. 8, 2026 3:05 p.m. EDT", dt.datetime(2026, 4, 8, 15, 5, tzinfo=dt.timezone(dt.timedelta(hours=-4)))),
        # 1,775,606,400 s = 20,551 days after 1970-01-01.
        ("1775606400", dt.datetime(2026, 4, 8, tzinfo=UTC)),
        ("1775606400123", dt.datetime(2026, 4, 8, 0, 0, 0, 123000, tzinfo=UTC)),
        ("1775606400.5", dt.datetime(2026, 4, 8, 0, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_forms(text: str, expected: dt.date) -> None:
    column, unread = date_column([text])
    assert len(unread) == 0
    assert column.to_pylist() == [expected]
    if isinstance(expected, dt.datetime) and expected.tzinfo is not None:
        assert column[0].as_py().utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    "text",
    ["soon", "Monday", "15:30", "8/4", "May", "12", "000000", "2026-02-30", "2026-13-01", "3 days ago", "1" * 60, "\0"],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None
    column, unread = date_column(["2026-04-08", text, None, "2026-04-08", text])
    assert column.to_pylist() == [dt.date(2026, 4, 8), None, None, dt.date(2026, 4, 8), None]
    assert unread.tolist() == [1, 4]


def test_an_empty_string_is_a_missing_date() -> None:
    column, unread = date_column(["", " ", "2026-04-08"])
    assert column.to_pylist() == [None, None, dt.date(2026, 4, 8)]
    assert len(unread) == 0


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["2026-04-08", "2026\u5e744\u67088\u65e5"], pa.date32()),
        (["2026-04-08", "2026-04-08 08:00"], pa.timestamp("us")),
        (["2026-04-08T08:00:00+08:00", "2026-04-09T08:00:00+08:00"], pa.timestamp("us", "+08:00")),
        (["2026-04-08T08:00:00+08:00", "2026-04-09 08:00"], pa.timestamp("us", "+08:00")),
        (["2026-04-08T08:00:00-0330", None], pa.timestamp("us", "-03:30")),
        (["2026-04-08T08:00:00+08:00", "2026-04-09T08:00:00Z"], pa.timestamp("us", "UTC")),
        (["2026-04-08T08:00:00+00:00"], pa.timestamp("us", "UTC")),
        ([], pa.date32()),
        ([None], pa.date32()),
    ],
)
def test_type_of_a_column(values: list[str], kind: pa.DataType) -> None:
    assert date_column(values).dates.type == kind


def test_instants_in_several_zones_are_ordered() -> None:
    dates = date_column(["2026-04-08T08:00:00+08:00", "2026-04-08T00:00:01Z", "2026-04-07"]).dates
    assert dates.to_pylist() == [
        dt.datetime(2026, 4, 8, tzinfo=UTC),
        dt.datetime(2026, 4, 8, 0, 0, 1, tzinfo=UTC),
        dt.datetime(2026, 4, 7, tzinfo=UTC),
    ]


def test_a_value_without_a_zone_is_in_the_one_the_others_share() -> None:
    dates = date_column(["2026-04-08T08:00:00+08:00", "2026-04-08"]).dates
    assert [value.isoformat() for value in dates.to_pylist()] == [
        "2026-04-08T08:00:00+08:00",
        "2026-04-08T00:00:00+08:00",
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([dt.date(2026, 4, 8), dt.datetime(2026, 4, 8, 5)], [dt.datetime(2026, 4, 8), dt.datetime(2026, 4, 8, 5)]),
        ([pd.Timestamp("2026-04-08"), pd.NaT, pd.NA, float("nan")], [dt.datetime(2026, 4, 8), None, None, None]),
        (np.array(["2026-04-08", "NaT"], "datetime64[D]"), [dt.date(2026, 4, 8), None]),
        (np.array(["2026-04-08T05"], "datetime64[s]"), [dt.datetime(2026, 4, 8, 5)]),
        ([20260408], [dt.date(2026, 4, 8)]),
        (pa.array([1775606400.25, None]), [dt.datetime(2026, 4, 8, 0, 0, 0, 250000, tzinfo=UTC), None]),
        (pa.array([1775606400000]), [dt.datetime(2026, 4, 8, tzinfo=UTC)]),
        (pa.array([dt.date(2026, 4, 8)], pa.date64()), [dt.date(2026, 4, 8)]),
        (pa.array(["2026-04-08", "2026-04-08"]).dictionary_encode(), [dt.date(2026, 4, 8)] * 2),
        (pa.array([dt.datetime(2026, 4, 8)], pa.timestamp("ms")), [dt.datetime(2026, 4, 8)]),
    ],
)
def test_values_of_other_types(values: Any, expected: list[Any]) -> None:
    column, unread = date_column(values)
    assert column.to_pylist() == expected
    assert len(unread) == 0


def test_no_dates() -> None:
    with pytest.raises(TypeError, match="dates must be a column of dates"):
        date_column(pa.array([[1]]))
    with pytest.raises(TypeError, match=r"dates\[0\]"):
        date_column([True])


def test_arrows_parser_and_ours_agree() -> None:
    rng = np.random.default_rng(7)
    moments = (rng.integers(-(2**40), 2**40, 300) * 4_000).astype("datetime64[us]")
    for form in (str, lambda moment: f"{moment}Z", lambda moment: f"{moment}+05:30", lambda moment: str(moment)[:10]):
        texts = [form(moment) for moment in moments]
        fast = date_column(texts).dates
        # One value of another form sends the whole column down the slow road.
        slow = date_column([*texts, "x"]).dates[:-1]
        assert fast.equals(slow)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["04/07/2026", "12/31/2025"], ["2026-04-07", "2025-12-31"]),
        (["04/07/2026", "31/12/2025"], ["2026-07-04", "2025-12-31"]),
        (["04/07/2026", "05/05/2026", "31/12/2025", "12/31/2025"], [None, "2026-05-05", "2025-12-31", "2025-12-31"]),
        (["04/07/2026", "05/08/2026"], ["2026-04-07", "2026-05-08"]),
        (["04.07.2026", "12/31/2025"], ["2026-07-04", "2025-12-31"]),
    ],
)
def test_a_column_shows_whether_days_come_first(written: list[str], expected: list[str | None]) -> None:
    dates, unread = date_column(written)
    assert [None if day is None else day.isoformat() for day in dates.to_pylist()] == expected
    assert unread.tolist() == [row for row, day in enumerate(expected) if day is None]


def test_an_offset_that_no_clock_has_is_no_date() -> None:
    with pytest.raises(ValueError, match=r"dates\[1\]"):
        ng.Corpus(["a", "b"], dates=["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+24:00"])
