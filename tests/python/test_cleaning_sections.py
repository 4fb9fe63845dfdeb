"""Pages with several articles, and pages with one that has parts."""

# ruff: noqa: E501 - pages stand here as they are
from __future__ import annotations

import pytest

from newsgpu.cleaning import clean_page, looks_like_page

BRIDGE = [
    "澜江二桥昨天凌晨封闭，检测人员在主塔锚箱内发现一条长四十三厘米的裂缝。",
    "市政部门说，裂缝位于焊缝边缘，目前没有继续扩展，抢修需要两周左右。",
    "每天经过二桥的车辆约九万辆，货车将改走北边的隧道，公交线路临时绕行。",
]
TEA = [
    "桐屿的春茶今年减产两成，茶农却说味道比往年好，因为一场迟来的倒春寒。",
    "老茶树的根扎进石缝里，嫩芽慢慢长，鲜叶每斤收到一百八十六元。",
    "合作社打算把一半的茶留到秋天再卖，理由是屿针越放越香，外地客人愿意等。",
]
CHESS = [
    "棋院的少年队在决赛里连扳三局，十六岁的路小满用一步弃车锁定了胜局。",
    "教练赛后只说了一句话，他说这孩子昨天晚上看的是围棋谱。",
    "下一轮的对手是卫冕冠军，时间定在下周四的晚上，门票已经售完。",
]


def as_page(*articles: tuple[str, str, list[str]], mark: str = "# ", gap: str = "\n\n") -> str:
    return gap.join(
        gap.join([f"{mark}{title}", *([byline] if byline else []), *body]) for title, byline, body in articles
    )


@pytest.mark.parametrize("mark", ["# ", ""], ids=["marked", "unmarked"])
def test_articles_with_bylines(mark: str) -> None:
    page = as_page(
        ("二桥封闭两周", "本报记者 沈知秋", BRIDGE),
        ("春茶减产两成", "本报记者 乔思远", TEA),
        ("少年队连扳三局", "本报记者 雷鸣", CHESS),
        mark=mark,
    )
    assert looks_like_page(page)
    found = clean_page(page)
    assert [article.title for article in found] == ["二桥封闭两周", "春茶减产两成", "少年队连扳三局"]
    for article, byline, body in zip(found, ("沈知秋", "乔思远", "雷鸣"), (BRIDGE, TEA, CHESS), strict=True):
        assert article.text.split("\n\n")[1:] == [f"本报记者 {byline}", *body]


def test_long_unrelated_articles_without_bylines() -> None:
    page = as_page(("二桥封闭两周", "", BRIDGE * 3), ("春茶减产两成", "", TEA * 3))
    assert [article.title for article in clean_page(page)] == ["二桥封闭两周", "春茶减产两成"]


def test_sections_of_one_article_stay_together() -> None:
    sections = [
        ("二桥为什么会裂", "", [*BRIDGE, "专家认为，二桥的裂缝与锚箱焊缝的疲劳有关。"]),
        ("裂缝是怎么发现的", "", ["检测人员用超声波扫过二桥锚箱的每一条焊缝，裂缝在第三天夜里显出来。", *BRIDGE[1:]]),
        ("货车怎么走", "", ["货车改走北边的隧道，二桥恢复通行之前，每天约有三千辆货车要绕行。", BRIDGE[2]]),
    ]
    (article,) = clean_page(as_page(*sections))
    assert article.title == "二桥为什么会裂"
    assert "货车怎么走" in article.text


def test_short_unrelated_parts_stay_together() -> None:
    page = as_page(("一周短讯", "", BRIDGE[:1]), ("茶", "", TEA[:1]), ("棋", "", CHESS[:1]))
    (article,) = clean_page(page)
    assert all(text in article.text for text in (BRIDGE[0], TEA[0], CHESS[0]))


def test_english_articles() -> None:
    ferry = (
        "The ferry broke down on Monday within sight of the pier, and eighty passengers spent the afternoon at anchor. "
        "The engineer blamed a seal that had been on order since the autumn. Tugs brought the vessel alongside at six."
    )
    bakery = (
        "A bakery on Cooper Street has won the county prize for bread with a loaf that the owner calls a mistake. "
        "She forgot the dough overnight, she said, and sold it at half price to the first customer, who was the judge."
    )
    page = f"Ferry stuck for six hours\nBy Winnifred Aske\n{ferry}\n\nA forgotten loaf wins the prize\nBy Idris Colley\n{bakery}\n"
    found = clean_page(page)
    assert [article.title for article in found] == ["Ferry stuck for six hours", "A forgotten loaf wins the prize"]
    assert ferry in found[0].text
    assert bakery in found[1].text


def test_articles_in_html() -> None:
    parts = [(title, body) for title, body in (("二桥封闭两周", BRIDGE * 3), ("春茶减产两成", TEA * 3))]
    blocks = "".join(
        f"<article><h2>{title}</h2>{''.join(f'<p>{text}</p>' for text in body)}</article>" for title, body in parts
    )
    found = clean_page(f"<html><body><nav><a>首页</a></nav>{blocks}<footer>版权所有</footer></body></html>")
    assert [article.title for article in found] == ["二桥封闭两周", "春茶减产两成"]


def test_comments_in_article_elements_are_no_articles() -> None:
    body = "".join(f"<p>{text}</p>" for text in BRIDGE * 3)
    comment = "".join(f"<article class='comment'><footer>网友</footer><p>{TEA[0]}</p></article>" for _ in range(4))
    (article,) = clean_page(
        f"<html><body><article><h1>二桥封闭两周</h1>{body}</article><div id='comments'>{comment}</div></body></html>"
    )
    assert article.title == "二桥封闭两周"
    assert TEA[0] not in article.text
