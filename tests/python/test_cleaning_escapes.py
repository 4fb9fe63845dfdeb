"""HTML escaped into JSON and entities, whole JSON answers, and the encodings of pages."""

# ruff: noqa: E501 - pages stand here as they are
from __future__ import annotations

import html
import json

import pytest

from newsgpu.cleaning import clean_page, looks_like_page
from newsgpu.cleaning.encodings import decode_page
from newsgpu.cleaning.escapes import unescape_markup

BODY = (
    '<div class="story"><p style="margin:0">The harbour froze on Monday, and the ferry stayed “in bed”.</p>'
    "<p>Nobody minded: the ice held until Thursday &amp; the café stayed open.</p><style>.story{color:red}</style></div>"
)
PARAGRAPHS = (
    "The harbour froze on Monday, and the ferry stayed “in bed”.\n\n"
    "Nobody minded: the ice held until Thursday & the café stayed open."
)


def escape_json(text: str) -> str:
    """As servers do that escape what could end a script: <, >, & and / too."""
    quoted = json.dumps(text)[1:-1].replace("/", "\\/")
    return quoted.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@pytest.mark.parametrize("times", [1, 2, 3, 5])
@pytest.mark.parametrize("escape", [escape_json, html.escape], ids=["json", "entities"])
def test_unescaped_as_often_as_escaped(escape: object, times: int) -> None:
    page = BODY
    for _ in range(times):
        page = escape(page)  # type: ignore[operator]
    assert looks_like_page(page)
    (article,) = clean_page(page)
    assert article.text == PARAGRAPHS


def test_json_in_entities_and_entities_in_json() -> None:
    assert clean_page(html.escape(escape_json(BODY)))[0].text == PARAGRAPHS
    assert clean_page(escape_json(html.escape(BODY)))[0].text == PARAGRAPHS


def test_surrogate_pairs_are_one_character() -> None:
    assert unescape_markup(r"\u003cp\u003e\ud83d\ude00\u003c\/p\u003e") == "<p>\U0001f600</p>"


def test_a_quoted_tag_is_no_markup() -> None:
    text = "Write &lt;b&gt; for bold and C:\\new\\table for the path. It has always worked, they said."
    assert unescape_markup(text) == text
    assert not looks_like_page(text)
    page = "<html><body><article><h1>On tags</h1>" + "<p>A page may say &lt;script&gt;alert(1)&lt;/script&gt;.</p>" * 3
    assert "<script>alert(1)</script>" in clean_page(page)[0].text


def test_whole_json_answer() -> None:
    answer = {
        "code": 0,
        "data": {
            "headline": "Harbour freezes &amp; nobody minds",
            "published_at": 1767571200,
            "updated_at": "2026-03-01",
            "content": BODY,
            "related": [{"title": "Other", "summary": "x" * 200}],
        },
    }
    (article,) = clean_page(json.dumps(answer))
    assert (article.title, article.date) == ("Harbour freezes & nobody minds", "2026-01-05")
    assert article.text == PARAGRAPHS
    assert looks_like_page(json.dumps(answer))


def test_several_articles_in_a_json_answer() -> None:
    items = [
        {"title": f"Title {n}", "date": f"2026-01-0{n}", "body": BODY.replace("Monday", day)}
        for n, day in enumerate(("Tuesday", "Friday"), 1)
    ]
    found = clean_page(json.dumps({"items": items}))
    assert [(article.title, article.date) for article in found] == [
        ("Title 1", "2026-01-01"),
        ("Title 2", "2026-01-02"),
    ]
    assert "Tuesday" in found[0].text
    assert "Friday" in found[1].text


def test_body_sent_block_by_block() -> None:
    blocks = [
        {"type": "p", "text": "The first block says that the harbour froze."},
        {"type": "img", "src": "//x/y.jpg"},
        {"type": "p", "text": "The second block says that nobody in the town minded it much."},
    ]
    (article,) = clean_page(json.dumps({"title": "Ice", "content": blocks}))
    assert article.text == f"{blocks[0]['text']}\n\n{blocks[2]['text']}"


@pytest.mark.parametrize(
    ("raw", "encoding", "expected"),
    [
        ("<meta charset=gb2312>镕基".encode("gb18030"), "utf-8", "镕基"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gbk">新闻'.encode("gbk"), "utf-8", "新闻"),
        ('<?xml version="1.0" encoding="big5"?><p>新聞'.encode("big5"), "utf-8", "新聞"),
        ("<meta charset=iso-8859-1>“quoted”".encode("cp1252"), "utf-8", "“quoted”"),
        ("新闻".encode("gb18030"), "gb18030", "新闻"),
        ("新闻".encode(), "gb18030", "新闻"),
        ("\ufeff新闻".encode("utf-16"), "utf-8", "新闻"),
        (b"\xef\xbb\xbf<meta charset=gbk>\xe6\x96\xb0", "utf-8", "新"),
        ("<meta charset=gbk>新闻".encode(), "utf-8", "新闻"),
        (b"caf\xe9", "utf-8", "caf\ufffd"),
        (b"", "utf-8", ""),
    ],
)
def test_encodings(raw: bytes, encoding: str, expected: str) -> None:
    assert decode_page(raw, encoding).endswith(expected)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("新华社北京电，国务院总理出席会议并发表讲话。", "gb18030"),
        ("行政院今天舉行記者會，說明經濟情勢與物價。", "big5"),
        ("東京で開かれた会議に、各国の代表が出席しました。", "shift_jis"),
        ("오늘 서울에서 열린 회의에 각국 대표가 참석했다.", "euc_kr"),
        ("Сегодня в Москве прошло заседание правительства.", "cp1251"),
        ("L’été a été très chaud, dit-il — à l’hôtel où l’élève résidait déjà, près du théâtre.", "cp1252"),
    ],
)
def test_an_encoding_that_nobody_names_is_found(text: str, encoding: str) -> None:
    page = f"<html><body><h1>{text}</h1>{f'<p>{text}</p>' * 40}</body></html>"
    assert decode_page(page.encode(encoding)) == page
    # Most of it beyond what is looked at, which ends between two tags.
    long = page + f"<p>{text * 3}</p>" * 1000
    assert decode_page(long.encode(encoding)) == long
    # Somebody names one.
    assert decode_page(page.encode(encoding), "cp437") == page.encode(encoding).decode("cp437")


@pytest.mark.parametrize("cut", [1, 2, 4, 5])
def test_utf8_with_cut_characters_is_not_taken_for_another_encoding(cut: int) -> None:
    line = "新华社北京电，国务院总理出席会议并发表讲话。".encode()
    page = b"\n".join([line, line[:-cut]] * 20)
    assert decode_page(page) == page.decode("utf-8", "replace")


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(ValueError, match="encoding='no-such'"):
        clean_page(b"text", encoding="no-such")
    with pytest.raises(ValueError, match="encoding='zlib'"):
        clean_page(b"text", encoding="zlib")
