"""Five raw Chinese web pages: what is article and what is chrome was decided line by line."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from newsgpu.cleaning import Article, clean_page, looks_like_page

Page = Callable[[str], list[Article]]


@pytest.fixture
def page(data: Path) -> Page:
    def load(number: str) -> list[Article]:
        (path,) = (data / "pages-zh").glob(f"{number}_*.txt")
        return clean_page(path.read_bytes())

    return load


def missing(article: Article, phrases: list[str]) -> list[str]:
    return [phrase for phrase in phrases if phrase not in article.text]


def left(article: Article, phrases: list[str]) -> list[str]:
    return [phrase for phrase in phrases if phrase in article.text]


def test_all_five_are_pages(data: Path) -> None:
    paths = sorted((data / "pages-zh").glob("*.txt"))
    assert len(paths) == 5
    assert all(looks_like_page(path.read_text(encoding="utf-8")) for path in paths)


def test_newspaper_page_holds_three_articles(page: Page) -> None:
    first, second, third = page("000")
    assert [article.title for article in (first, second, third)] == [
        "英伟达下场做AI大模型",
        "本田上市以来首现年度亏损",
        "美国通胀降温但预期升温",
    ]
    assert missing(first, ["市值一路冲破天际", "大手笔投资", "比肩OpenAI", "重新定义路线", "北京商报记者 赵天舒"]) == []
    assert missing(second, ["受全球电动化转型受阻", "此外,亚洲地区销量出现下滑。", "北京商报综合报道"]) == []
    assert missing(third, ["视觉中国/图", "下一次降息可能会推迟到2027年。"]) == []
    assert left(first, ["本田", "Focus"]) == []
    assert left(second, ["Focus", "英伟达", "美联储", "图片新闻"]) == []
    assert left(third, ["丰田", "图片新闻", "#"]) == []


def test_lines_cut_by_the_layout_are_joined(page: Page) -> None:
    first, second, third = page("000")
    assert missing(first, ["Llama系列的完全开源之间。", "主流基础模型,大规模运行"]) == []
    assert missing(second, ["最高达2.5万亿日元(约合人民币1082亿元)。", "决定结束与通用汽车的电动车合作。"]) == []
    assert missing(third, ["发布时间早于近期中东局势引发的油价暴涨"]) == []
    # A caption's credit is no first half of a sentence.
    assert "视觉中国/图\n" in third.text


def test_blog_keeps_its_questions_and_its_table(page: Page) -> None:
    (article,) = page("001")
    assert article.title == "英伟达260亿美元开源AI投资刺激创新"
    assert (
        missing(
            article,
            [
                "象征其对开源AI模型260亿美元的投资。",
                "1. 加速研究与开发",
                "模型优化通用,硬件无关深度优化,针对英伟达GPU架构\n",
                "创新速度社区驱动,贡献多样社区驱动,但倾向于英伟达硬件优势\n",
                "What is Nemotron, and how does it relate",
                "demand for Nvidia's specialized GPUs, strengthening",
                "with Nvidia at its core.",
            ],
        )
        == []
    )
    assert left(article, ["Code Velocity", "分钟阅读", "分享", "保持更新", "收件箱", "<a", "href"]) == []


def test_escaped_html_is_unescaped(page: Page) -> None:
    (article,) = page("002")
    assert article.title == "营收狂%!黄仁勋:这不是泡沫,而是三大核爆级AI转型同时爆发"
    assert article.date == "2026-03-20"
    assert (
        missing(
            article,
            [
                "芯片巨头英伟达发布财年第三财季",
                "OpenAI周活跃用户已亿",
                '需要"先思考再回答"',
                "(文/腾讯科技特约编译金鹿,编辑/博阳)",
            ],
        )
        == []
    )
    assert left(article, ["u003c", "\\", "<", "letter-spacing", "rich_media", "prefers-color", "IMG_0", "10:03"]) == []
    assert article.text.count("\n\n") > 50


def test_forum_page_loses_menus_and_brands(page: Page) -> None:
    (article,) = page("003")
    assert article.title == "NVIDIA豪掷1000亿美元投资OpenAI"
    assert article.date == "2025-09-28"
    assert (
        missing(article, ["2025年9月22日,NVIDIA与OpenAI共同宣布", "三、行业震动", "未来十年全球科技产业的权力格局。"])
        == []
    )
    chrome = [
        "找回密码",
        "注册",
        "讴歌",
        "比亚迪",
        "复制链接",
        "显示全部楼层",
        "举报",
        "ICP备",
        "Discuz",
        "GMT",
        "来源网络",
        "返回",
    ]
    assert left(article, chrome) == []


def test_portal_page_loses_login_reactions_and_spam(page: Page) -> None:
    (article,) = page("004")
    assert article.title == "英伟达停止投资OpenAI背后"
    assert article.date == "2026-03-08"
    assert missing(article, ["在旧金山摩根斯坦利科技", "卖铲人的独特地位", "质量和稳定性的更高要求。"]) == []
    chrome = [
        "网盛",
        "登录",
        "首页",
        "查看",
        "摘要",
        "股权关...",
        "王者",
        "透视",
        "鲜花",
        "雷人",
        "收藏",
        "上一篇",
        "最新评论",
        "顶部",
    ]
    assert left(article, chrome) == []


@pytest.mark.parametrize("number", ["003", "004"])
def test_the_same_page_in_one_line(data: Path, number: str) -> None:
    (path,) = (data / "pages-zh").glob(f"{number}_*.txt")
    (article,) = clean_page(" ".join(path.read_text(encoding="utf-8").split()))
    phrases = {
        "003": (["未来十年全球科技产业的权力格局。"], ["找回密码", "讴歌", "Discuz", "返回"]),
        "004": (["质量和稳定性的更高要求。"], ["登录", "鲜花", "王者荣耀", "返回顶部"]),
    }
    kept, dropped = phrases[number]
    assert missing(article, kept) == []
    assert left(article, dropped) == []


@pytest.mark.parametrize("number", ["003", "004"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_other_news_in_the_same_chrome(data: Path, texts: Callable[[str], list[str]], number: str, gap: str) -> None:
    """No paragraph of 60 broadcast items is lost in the chrome of a forum and of a portal, and the chrome goes."""
    (path,) = (data / "pages-zh").glob(f"{number}_*.txt")
    lines = path.read_text(encoding="utf-8").split("\n")
    above, below = {"003": (9, 10), "004": (15, 60)}[number]
    chrome = (
        ["找回密码", "讴歌", "举报", "Discuz", "返回顶部"]
        if number == "003"
        else ["登录", "鲜花", "王者荣耀", "最新评论"]
    )
    news = [text for text in texts("xwlb-zh") if 150 < len(text) < 3000]
    for text in random.Random(20260410).sample(news, 60):
        paragraphs = [paragraph.strip() for paragraph in text.split("\n") if paragraph.strip()]
        (article,) = clean_page(gap.join([*lines[:above], *paragraphs, *lines[below:]]))
        kept = "".join(article.text.split())
        assert [paragraph for paragraph in paragraphs if "".join(paragraph.split()) not in kept] == []
        assert left(article, [phrase for phrase in chrome if phrase not in text]) == []
