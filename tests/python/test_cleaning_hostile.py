"""Input that no one would call a page: nothing fails, nothing hangs, and time grows with the length."""

# ruff: noqa: E501 - pages stand here as they are
from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from newsgpu.cleaning import clean_page, looks_like_page

SENTENCE = "这是一个句子，它说了一件事。"


@pytest.mark.parametrize(
    "raw", ["", " \n\t\u3000\n", "\0" * 100, "\u200b\ufeff\u00ad", b"", b"\0\0", b"\xff\xfe", "<p></p>", "<html>"]
)
def test_nothing_gives_no_article(raw: str | bytes) -> None:
    assert clean_page(raw) == []


def test_invisible_characters_go() -> None:
    assert clean_page("前\0半\u200b句，后\u00ad半句。")[0].text == "前半句，后半句。"


def test_lone_surrogates_are_replaced() -> None:
    (article,) = clean_page("前半\ud800句，后半句。")
    assert article.text == "前半\ufffd句，后半句。"
    (article,) = clean_page(r'{"content": "<p>\ud800' + SENTENCE * 20 + '</p>"}')
    assert article.text.encode() == ("\ufffd" + SENTENCE * 20).encode()


@pytest.mark.parametrize("word", ["登录", "Log in", "首页 > 正文", "2026-04-10", "***", "字"])
def test_a_page_of_nothing_else_is_kept(word: str) -> None:
    assert clean_page(word)[0].text == word


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="markup='xml'"):
        clean_page("", markup="xml")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not int"):
        clean_page(1)  # type: ignore[arg-type]


GROWING: dict[str, Callable[[int], str]] = {
    "prose in one line": lambda n: SENTENCE * (n // len(SENTENCE)),
    "english in one line": lambda n: "It says one thing and no more. " * (n // 31),
    "one word": lambda n: "a" * n,
    "digits": lambda n: "1" * n,
    "digits and commas": lambda n: "1,234" * (n // 5),
    "white space": lambda n: " " * n,
    "backslashes": lambda n: "\\" * n + "u003cp\\u003e",
    "ampersands": lambda n: "&" + "amp;" * (n // 4) + "lt;p&gt;",
    "opening tags": lambda n: "<a " * (n // 3),
    "opening quotes": lambda n: '<a href="' * (n // 9),
    "angle brackets": lambda n: "<" * n,
    "markdown images": lambda n: "![[" * (n // 3) + "](",
    "markdown links": lambda n: "[a](" * (n // 4),
    "full stops": lambda n: "." * n,
    "quotation marks": lambda n: '"' * n + ".",
    "bars": lambda n: "a | " * (n // 4),
    "brackets": lambda n: "[" * n,
    "braces": lambda n: '{"a":' * (n // 5),
    "deep markup": lambda n: "<div>" * (n // 5) + SENTENCE,
    "misnested markup": lambda n: "<b><p>x" * (n // 7),
    "comments": lambda n: "<!--" * (n // 4) + "x",
    "attributes": lambda n: "<p " + "a=b " * (n // 4) + ">x</p>",
    "headings": lambda n: f"# 标题\n\n{SENTENCE}\n\n" * (n // 24),
    "bylines": lambda n: f"标题在这里\n本报记者 王五\n{SENTENCE}\n" * (n // 30),
    "short lines": lambda n: "短行\n" * (n // 3),
    "menus": lambda n: "登录 注册 分享\n" * (n // 9),
    "different lines": lambda n: "\n".join(f"行 {random.Random(i).random()}" for i in range(n // 20)),
    "repeated sentences": lambda n: f"{SENTENCE}\n" * (n // 15),
}  # fmt: skip


@pytest.mark.parametrize("kind", GROWING)
@pytest.mark.parametrize("markup", ["auto", "html"])
def test_time_grows_with_the_length(kind: str, markup: str) -> None:
    def seconds(length: int) -> float:
        page = GROWING[kind](length)
        start = time.process_time()
        clean_page(page, markup=markup)  # type: ignore[arg-type]
        if markup == "auto":
            looks_like_page(page)
        return time.process_time() - start

    seconds(1000)
    # Eight times the length may take eight times the time, and twice that on a busy machine; a square would take 64.
    assert seconds(400_000) < max(25 * seconds(50_000), 2.0)


def test_repeated_sentences_are_kept() -> None:
    text = f"{SENTENCE}\n" * 1000
    assert clean_page(text)[0].text.count(SENTENCE) == 1000


def test_random_pages_do_not_fail() -> None:
    pieces = ["<p>", "</p>", "<div class='nav'>", "</div>", "\n", "\n\n", " ", "登录", "分享到", "# ", "|", "&lt;", "\\u003c", "\\n", '"', "{", "}",
              SENTENCE, "The end.", "By Ann Bell", "2026-04-10", "本报记者 王五", "\ud800", "\0", "，", "。", "a", "…", "http://x.example", "©"]  # fmt: skip
    chooser = random.Random(20260410)
    for _ in range(1500):
        page = "".join(chooser.choices(pieces, k=chooser.randrange(1, 60)))
        for markup in ("auto", "html", "text"):
            for article in clean_page(page, markup=markup):  # type: ignore[arg-type]
                assert article.text.strip()
                article.text.encode()
        looks_like_page(page)


@pytest.mark.full
@pytest.mark.parametrize(
    ("kind", "length"),
    [
        ("prose in one line", 17_000_000),  # 50 MB in UTF-8
        ("english in one line", 50_000_000),
        ("different lines", 20_000_000),  # a million lines
        ("short lines", 3_000_000),  # a million lines
        ("deep markup", 20_000_000),
    ],
)
def test_fifty_megabytes_and_a_million_lines(kind: str, length: int) -> None:
    page = GROWING[kind](length)
    start = time.process_time()
    (article,) = clean_page(page)
    assert time.process_time() - start < 90
    assert len(article.text) > 0.3 * len(page) or kind == "deep markup"
