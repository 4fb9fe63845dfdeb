"""Flattened pages of other kinds than the samples: written for this test, each line decided by hand."""

# ruff: noqa: E501 - pages stand here as they are
from __future__ import annotations

import pytest

from newsgpu.cleaning import clean_page, looks_like_page

GOVERNMENT = """无障碍 | 长者模式 | 繁體
云渡县人民政府
首页
政务公开
办事服务
互动交流
走进云渡
您当前所在位置: 首页 > 政务公开 > 部门动态
县农业农村局开展春耕农机安全检查
来源: 县农业农村局   发布日期: 2026-03-12 09:15   点击数: 128   字体:【大 中 小】 打印
连日来，云渡县农业农村局组织三个检查组，深入全县十二个乡镇，对春耕期间投入使用的拖拉机和插秧机逐台登记检查。
检查组重点查看了制动、灯光和传动装置的防护罩。截至3月11日，共检查农机1460台，发现隐患83处，当场整改71处，其余限期一周内修复。
“机手最怕耽误农时，我们把检修点搬到了田埂上。”局农机股股长石守田说。
下一步，该局将在四月上旬组织一次回头看，对未按期整改的机具暂停作业。
分享到:
扫一扫在手机打开当前页
上一篇: 县水利局召开防汛工作部署会
下一篇: 没有了
主办: 云渡县人民政府办公室　承办: 云渡县大数据中心
网站标识码: 5300000000　云ICP备00000000号　云公网安备 00000000000000号
网站地图 | 关于本站 | 联系我们
"""

PUBLIC_ACCOUNT = """修一台八十岁的座钟
原创 老木匠 木屑与铜
2026年02月03日 21:07

收录于合集
#修复日记 12个

送钟来的是一位七十多岁的奶奶。她说这座钟停在她父亲去世的那年冬天，家里谁也没敢再上弦。

打开背板，里面比想象的干净，
只是主发条断成了三截，
擒纵轮缺了两颗齿。

我先用黄铜补了齿，再照着原样卷了一根发条。最难的是声音：这种钟报时用的是一根盘成螺旋的钢丝，锈过之后敲出来发闷，要一点点磨，磨多了又会发尖。

第九天傍晚，它响了。奶奶在电话里听完六下，半天没有说话，然后问我能不能再响一次。

往期推荐
一把断了柄的紫砂壶
给口琴换簧片
点个在看，让更多人看到
预览时标签不可点
微信扫一扫
关注该公众号
"""

PORTAL_WITH_COMMENTS = """澄海在线
登录
注册
要闻
财经
汽车
房产
教育
首页 > 财经 > 正文
渔港冷链三年账本：一条鱼的十一个小时
2026-01-20 07:44 澄海在线 记者 林渡 A+ A-
凌晨两点，第一批带鱼从船舱吊上码头，温度计显示零下二度。负责验货的周启明在本子上记下时间，从这一刻起，这条鱼要在十一个小时之内到达四百公里外的菜市场。
三年前，这条路要走二十六个小时。损耗曾经高达百分之十八，如今降到了百分之四。
冷库的电费是另一本账。港区十四座冷库去年用电三千一百万度，其中四成来自屋顶光伏。
周启明说，最大的变化不在机器。“以前大家抢的是谁先卸货，现在抢的是谁先关门。”
（责任编辑：苏眠）
标签：冷链 渔港 光伏
相关阅读
禁渔期里，修船厂的生意经
一座灯塔的退役
热门评论
海风吹吹 2小时前 回复
我爸就是开冷藏车的，以前夏天路上要加三次冰，真的辛苦。
赞 46
路人乙 5小时前 回复
屋顶光伏能占四成，有点意外。
赞 12
查看全部评论
关于澄海在线 | 广告服务 | 招聘信息 | 网站律师 | 违法和不良信息举报电话：000-00000000
Copyright © 2010-2026 澄海在线 版权所有
"""

BLOG = """The Slow Ferry
Home
About
Archive
Subscribe via RSS
A week without the bridge: notes from the upper deck
Posted on March 3, 2026 by Oona Hale | 14 Comments
I moved to the island because of the ferry, which is a thing people say and rarely mean. Last week the new bridge closed for repairs and for six days everybody had to mean it.
The queue began before sunrise. A man in a suit asked me whether one paid on board, and looked at the coin box as though it were a museum piece.
By Thursday the regulars had given up their corner by the boiler to a class of eleven-year-olds, who named the gulls and fed them nothing, as instructed by a notice that nobody had read in years.
What I will remember is the noise: not the engine, but talk. Four hundred people crossed each morning with no signal and nothing to do but ask one another where they were going.
The bridge opens again on Monday. The captain says he will miss the company but not the arithmetic.
Share this:
Click to share on X (Opens in new window)
Click to print (Opens in new window)
Like this:
Like Loading...
Related
Fog, and how to wait in it
In "Harbour"
Filed under: Ferries, Notes
Tagged: bridge, island
14 thoughts on "A week without the bridge"
Leave a Reply Cancel reply
Your email address will not be published. Required fields are marked *
Search for:
Recent Posts
Three lighthouses and a sandwich
Blog at PlainPress.example.
Follow The Slow Ferry
Sign me up
"""

LOCAL_PAPER = """Skip to main content
Search
Subscribe for $1
e-Edition
Obituaries
Weather
58°
HOME NEWS SPORTS OPINION CLASSIFIEDS
Advertisement

Trending: School board vote | Trout season | Main Street detour

LOCAL NEWS

County buys last drive-in theater to keep the screen lit

Marguerite Oduya
The Pine Hollow Sentinel
Published 6:12 a.m. ET Jan. 9, 2026 | Updated 8:40 a.m. ET Jan. 9, 2026

PINE HOLLOW — The county commission voted 4-1 on Thursday to buy the Starlite, the last drive-in theater in the valley, for $415,000 and lease it back to the family that has run it since 1961.

Commissioner Dale Pruett, who cast the only vote against the purchase, said the money belonged in culverts.

Gallery: See the Starlite through the years

Supporters filled both sides of the meeting room. Several wore popcorn boxes as hats, which the chair asked them to remove and then allowed them to put back.

Under the lease the Hartsocks will pay $1,200 a month and keep the price of a carload at $22 for three seasons. A new projector, paid for by a state grant, arrives in April.

"We were two weeks from selling the screen for scrap," said Lorna Hartsock, 74, who still makes the hand-lettered signs.

Contact Marguerite Oduya at the newsroom.

More: Trout season opens with a stocked river and a short line
Facebook Twitter Email
Our Portal Tickets About Us Staff Directory Careers Terms of Service Privacy Policy
© Copyright Pine Hollow Media Group 2026
"""

PAGES = [
    pytest.param(
        GOVERNMENT,
        "县农业农村局开展春耕农机安全检查",
        "2026-03-12",
        [
            "对春耕期间投入使用的拖拉机和插秧机逐台登记检查。",
            "共检查农机1460台",
            "我们把检修点搬到了田埂上",
            "对未按期整改的机具暂停作业。",
        ],
        [
            "长者模式",
            "办事服务",
            "当前所在位置",
            "点击数",
            "扫一扫",
            "防汛工作部署会",
            "网站标识码",
            "ICP备",
            "网站地图",
        ],
        id="government",
    ),
    pytest.param(
        PUBLIC_ACCOUNT,
        "修一台八十岁的座钟",
        "2026-02-03",
        [
            "家里谁也没敢再上弦。",
            "里面比想象的干净，只是主发条断成了三截，擒纵轮缺了两颗齿。",
            "磨多了又会发尖。",
            "能不能再响一次。",
        ],
        ["往期推荐", "紫砂壶", "点个在看", "标签不可点", "扫一扫", "关注该公众号"],
        id="public-account",
    ),
    pytest.param(
        PORTAL_WITH_COMMENTS,
        "渔港冷链三年账本：一条鱼的十一个小时",
        "2026-01-20",
        ["凌晨两点，第一批带鱼从船舱吊上码头", "这条路要走二十六个小时", "其中四成来自屋顶光伏", "现在抢的是谁先关门"],
        ["注册", "首页", "相关阅读", "一座灯塔的退役", "我爸就是开冷藏车的", "查看全部评论", "网站律师", "版权所有"],
        id="portal-with-comments",
    ),
    pytest.param(
        BLOG,
        "A week without the bridge: notes from the upper deck",
        "2026-03-03",
        [
            "I moved to the island because of the ferry",
            "looked at the coin box",
            "named the gulls",
            "not the engine, but talk",
            "not the arithmetic",
        ],
        [
            "Subscribe via RSS",
            "Share this",
            "Opens in new window",
            "Like Loading",
            "how to wait in it",
            "Required fields",
            "lighthouses",
            "Sign me up",
        ],
        id="blog",
    ),
    pytest.param(
        LOCAL_PAPER,
        "County buys last drive-in theater to keep the screen lit",
        "2026-01-09",
        [
            "voted 4-1 on Thursday to buy the Starlite",
            "the money belonged in culverts",
            "popcorn boxes as hats",
            "price of a carload",
            "hand-lettered signs",
        ],
        ["Subscribe for $1", "CLASSIFIEDS", "Main Street detour", "Facebook Twitter", "Staff Directory", "Copyright"],
        id="local-paper",
    ),
]


@pytest.mark.parametrize(("page", "title", "date", "kept", "dropped"), PAGES)
def test_article_is_kept_and_chrome_goes(page: str, title: str, date: str, kept: list[str], dropped: list[str]) -> None:
    assert looks_like_page(page)
    (article,) = clean_page(page)
    assert article.title == title
    assert article.date == date
    assert [phrase for phrase in kept if phrase not in article.text] == []
    assert [phrase for phrase in dropped if phrase in article.text] == []


@pytest.mark.parametrize(("page", "title", "date", "kept", "dropped"), PAGES)
def test_line_ends_of_another_system_change_nothing(
    page: str, title: str, date: str, kept: list[str], dropped: list[str]
) -> None:
    assert clean_page(page.replace("\n", "\r\n")) == clean_page(page)


@pytest.mark.parametrize(("page", "title", "date", "kept", "dropped"), PAGES)
def test_cleaning_twice_changes_no_text(page: str, title: str, date: str, kept: list[str], dropped: list[str]) -> None:
    (once,) = clean_page(page)
    (twice,) = clean_page(once.text)
    assert twice.text == once.text


def test_a_thread_longer_than_the_article_goes() -> None:
    article = "\n".join(GOVERNMENT.split("\n")[8:13])
    comment = "路人{n}\n{n}小时前\n回复 举报 分享\n我在乡下开了{n}年拖拉机，年年都有人来查，查完贴一张条子就走，真正坏的地方还得自己花钱去修。\n踩0 赞{n} 收藏\n"
    page = (
        f"登录\n注册\n首页\n{article}\n全部评论 60条\n"
        + "".join(comment.format(n=n) for n in range(1, 61))
        + "查看更多评论\n"
    )
    (found,) = clean_page(page)
    assert "对春耕期间投入使用的拖拉机和插秧机逐台登记检查" in found.text
    assert "年拖拉机，年年都有人来查" not in found.text
