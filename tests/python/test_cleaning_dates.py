"""Dates as pages write them."""

from __future__ import annotations

import pytest

from newsgpu.cleaning.dates import date_of_timestamp, find_date, find_labelled_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-10T06:40:00+01:00", "2026-04-10"),
        ("2026-4-9 20:31:12", "2026-04-09"),
        ("2026/04/10", "2026-04-10"),
        ("2026.4.10", "2026-04-10"),
        ("发布时间：2026年4月10日 08:30", "2026-04-10"),
        ("2026 年 4 月 10 日", "2026-04-10"),
        ("二〇二六年四月二十一日", "2026-04-21"),
        ("二零二六年十二月十日", "2026-12-10"),
        ("Fri, 10 Apr 2026", "2026-04-10"),
        ("10th of April, 2026", "2026-04-10"),
        ("April 10, 2026", "2026-04-10"),
        ("Sept. 5, 2019 at 7:02 am", "2019-09-05"),
        ("25/04/2026", "2026-04-25"),
        ("04/25/2026", "2026-04-25"),
        ("20260410", "2026-04-10"),
        ("03/04/2026", None),
        ("2026-02-30", None),
        ("2026年4月", None),
        ("2026年4-5月", None),
        ("version 1.2026.4.10", None),
        ("1234567820260410", None),
        ("", None),
    ],
)
def test_find_date(text: str, expected: str | None) -> None:
    assert find_date(text) == expected


def test_the_date_of_publication_wins() -> None:
    lines = [
        "今天是2026年4月30日 星期四",
        "2026-04-01",
        "Published 14 April 2026 | 4 min read",
        "Updated 20 April 2026",
    ]
    assert find_labelled_date(lines) == "2026-04-14"
    assert find_labelled_date(lines[:2]) == "2026-04-01"
    assert find_labelled_date(["GMT+8, 2026-4-24 03:12 , Processed in 0.0857 second(s)", "© 2026-04-01 Us"]) is None


@pytest.mark.parametrize(
    ("value", "expected"), [(1767571200, "2026-01-05"), (1767571200000, "2026-01-05"), (12, None), (1e300, None)]
)
def test_timestamps(value: float, expected: str | None) -> None:
    assert date_of_timestamp(value) == expected
