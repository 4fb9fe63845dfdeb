"""Lines cut in mid-sentence, wrapped text, and what must stay apart."""

# ruff: noqa: E501 - pages stand here as they are
from __future__ import annotations

import textwrap

import pytest

from newsgpu.cleaning import clean_page, looks_like_page
from newsgpu.cleaning.lines import split_lines
from newsgpu.cleaning.paragraphs import join_cut_lines, unwrap_lines


def joined(text: str) -> list[str]:
    return [line.text for line in join_cut_lines(unwrap_lines(split_lines(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Chinese without a space, whatever stands at the cut.
        ("港口去年换了新吊机。今年又把旧的拆\n\n了。", ["港口去年换了新吊机。今年又把旧的拆了。"]),
        ("造价不菲。总额最高达2.5\n\n亿元，由两家分担。", ["造价不菲。总额最高达2.5亿元，由两家分担。"]),
        ("他们等了很久。后来听说是 Falcon\n\n号晚点了。", ["他们等了很久。后来听说是 Falcon号晚点了。"]),
        ("船长说，天气不好，\n\n今天不开船。", ["船长说，天气不好，今天不开船。"]),
        ("他看了一眼“黑燕号\n\n”，转身走了。", ["他看了一眼“黑燕号”，转身走了。"]),
        # English with one.
        (
            "The crane was new. The old one had been sold to\n\na museum.",
            ["The crane was new. The old one had been sold to a museum."],
        ),
        (
            "The crane was new. It had been sold by the\n\nOstermoor museum.",
            ["The crane was new. It had been sold by the Ostermoor museum."],
        ),
        # Paragraphs, headings, items, captions and bylines stay.
        ("第一段到此为止。\n\n第二段从这里开始。", ["第一段到此为止。", "第二段从这里开始。"]),
        ("港口换了新吊机。大家都来看\n\n未来的计划", ["港口换了新吊机。大家都来看", "未来的计划"]),
        (
            "吊机昨天到港。新华社发 李四 摄\n\n今年的第二台也快到了。",
            ["吊机昨天到港。新华社发 李四 摄", "今年的第二台也快到了。"],
        ),
        (
            "吊机的好处有三个。第一是快\n\n1. 每小时多装二十箱。",
            ["吊机的好处有三个。第一是快", "1. 每小时多装二十箱。"],
        ),
        (
            "She looked at the crane. It was yellow\n\nThe museum opens at ten.",
            ["She looked at the crane. It was yellow", "The museum opens at ten."],
        ),
        ("他提出三点：\n\n港口要快。", ["他提出三点：", "港口要快。"]),
    ],
)
def test_single_cuts(text: str, expected: list[str]) -> None:
    assert joined(text) == expected


def test_rows_of_a_table_stay_rows() -> None:
    text = "以下是两台吊机的比较。\n\n项目旧吊机新吊机\n速度每小时三十箱,很慢每小时五十箱\n能耗很高,烧油不高,用电\n\n结论是换。"
    assert joined(text) == [
        "以下是两台吊机的比较。",
        "项目旧吊机新吊机",
        "速度每小时三十箱,很慢每小时五十箱",
        "能耗很高,烧油不高,用电",
        "结论是换。",
    ]


@pytest.mark.parametrize("width", [44, 60, 72, 100])
@pytest.mark.parametrize("indent", ["", "    "])
def test_wrapped_english_is_unwrapped(width: int, indent: str) -> None:
    paragraphs = [
        "The ferry to the island was built in 1961 and has been repaired so often that the crew call it the axe, after "
        "the old joke about the handle and the head.",
        "Nobody has counted how many passengers it has carried. The harbour master thinks three million, his wife says "
        "that he always says three million, and the ticket office keeps no books older than the fire.",
        "It sails at nine, and again at five unless the weather is bad, in which case it sails when it sails.",
    ]
    gap = "\n" if indent else "\n\n"
    text = gap.join(textwrap.fill(paragraph, width, initial_indent=indent) for paragraph in paragraphs)
    assert joined(text) == paragraphs
    assert not looks_like_page(text)


def test_wrapped_chinese_is_unwrapped() -> None:
    paragraph = (
        "去往海岛的渡轮造于一九六一年，修过的次数太多，船员们管它叫那把斧头，说的是换过斧柄又换过斧头的老笑话。没有人数过它载了多少客人。"
        * 2
    )
    text = "\n".join(textwrap.wrap(paragraph, 24))
    assert joined(text) == [paragraph]


def test_hyphens() -> None:
    text = (
        "The govern-\nment said on Monday that the old harbour would close\n"
        "and that the government would build a new one, a well-\nknown plan.\n"
    )
    wrapped = "A line that is long enough to show the width of text.\n" * 4
    lines = [
        line.text
        for line in join_cut_lines(split_lines("The plan is old. It was made by the govern-\nment of the day."))
    ]
    assert lines == ["The plan is old. It was made by the government of the day."]
    lines = [
        line.text for line in join_cut_lines(split_lines("The plan is old. It was made by a well-\nknown architect."))
    ]
    assert lines == ["The plan is old. It was made by a well-known architect."]
    assert text
    assert wrapped


def test_verse_and_short_lines_stay_lines() -> None:
    verse = "Loud roared the dreadful thunder,\nThe rain a deluge showers,\nThe clouds were rent asunder\nBy lightning's vivid powers."
    assert clean_page(verse)[0].text.count("\n") >= 2
