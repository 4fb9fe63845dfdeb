"""How much a line looks like what a site puts around an article: menus, forms, notices, link lists, advertising."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .lines import Shape
from .vocabulary import COMMENT_MARKS, CONTROLS, RELATED_MARKS, SECTIONS
from .word_trie import trie_pattern

__all__ = ["Chrome", "chrome_of", "is_comment_mark", "is_related_mark", "normal_key"]

LONGEST_LABEL = 160  # characters; longer lines are judged by shape and notices alone


@dataclass(frozen=True, slots=True)
class Chrome:
    """Evidence that a line is chrome. All zero for a plain sentence."""

    share: float = 0.0  # part of the letters that names of controls cover
    section_share: float = 0.0  # part that names of sections cover
    notices: int = 0  # legal notices, calls to subscribe, log in or follow
    listed: bool = False  # a row of short items: menu, tags, brands, links
    spam: bool = False  # words of advertising, in a row of items
    empty: bool = False  # no words at all: numbers, dates, arrows
    meta: bool = False  # date, source, number of views: what stands under a headline


_LETTERS = re.compile(r"[^\W\d_]")
_NOT_KEY = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"\s*[|丨｜¦»›>→·•/\\,、]\s*|\s+[-–—]\s+|\s+")
_HARD_SEPARATORS = re.compile(r"\s*[|丨｜¦»›→•]\s*|\s+[>·/]\s+")

_NOTICES = re.compile(
    r"©|\(c\) ?\d{4}|copyright|all rights reserved|powered by|processed in [\d.]+|gmt[+-]\d|"
    r"\bcookies?\b|terms (?:of (?:use|service)|and conditions)|privacy (?:policy|notice|statement)|"
    r"(?:log|sign) ?in\b.{0,20}\b(?:to|or)\b|must (?:log|sign|be logged)|create (?:an|your) account|\bregister (?:to|now|for)\b|"
    r"(?:^|\W)subscri(?:be|ption)\b|\bunsubscribe|newsletter|(?:your|the) inbox|sign(?:ing)? up (?:for|to|now|today)|your e-?mail|"
    r"email address|follow (?:us|him|her|me|them) on|like us on|share this|required fields|click here|"
    r"(?:posted|published|filed|updated) (?:in|on|under|by|at)\b|last (?:updated|modified)|advertis(?:e|ement|ing)\b|sponsored|"
    r"registered in|contact us|for removal|do not necessarily|"
    r"icp[备证]|公网安备|备案[号序]|许可证|版权所有|版权归|著作权|保留(?:所有|一切)权利|翻印必究|(?:未经|禁止|不得|谢绝|严禁|请注明|转载).{0,12}(?:转载|授权|许可|出处|注明|来源)|"
    r"侵权|侵犯|免责|(?:不代表|仅代表|不构成|仅供参考|与本[站网报]无关).{0,12}|据此操作|(?:违法|不良).{0,6}信息|举报(?:电话|邮箱|热线|中心)|"
    r"扫一扫|扫描?(?:下方|上方|左侧|右侧)?二维码|长按.{0,8}二维码|微信(?:扫|搜|公众号)|公众号|"
    r"(?:登录|登陆|注册)[后才即]|请.{0,4}(?:登录|登陆|注册)|(?:点击|立即|免费|下载|打开|安装|进入).{0,10}(?:客户端|APP|下载|订阅|关注|注册|报名|领取)|"
    r"客户端|收件箱|订阅(?:我们|本|最新|邮件|号|电子)|(?:您|你)的(?:邮箱|浏览器|评论|帐号|账号)|"
    r"欢迎(?:您|你)?(?:拨打|关注|订阅|投稿|来电|扫码|加入|发表|登录)|(?:网友|用户)(?:评论|上传|发布)|(?:本站|本网|本平台|本页面|本帖).{0,16}(?:提供|来自|转载|自动|整理|收集|发布|声明)|"
    r"加载|浏览器|分辨率|技术支持|主办|承办|版权",
    re.IGNORECASE,
)

_ADVERTS = re.compile(
    r"辅助|透视|外挂|自瞄|无限视距|刷(?:金币|钻|粉|单|赞|q币)|私服|开挂|作弊|代(?:开|办|写|考|孕|练|刷|购)|发票|票据|办证|刻章|加(?:微信|v信|v|qq|q)\b|加微|薇信|威信号|"
    r"无抵押|秒(?:下款|到账|批)|黑户|贷款|借钱|套现|彩票|博彩|时时彩|六合彩|赛车pk|娱乐城|赌|棋牌|百家乐|老虎机|真人(?:视讯|荷官)|下注|开户送|注册送|成人(?:网|视频)|激情|裸聊|同城约|约炮|壮阳|"
    r"减肥(?:药|茶)|丰胸|祛斑|seo|外链|友链|权重|破解版|无限(?:钻石|金币)|官网下载|免费下载|安装包|最新地址|备用网址|"
    r"casino|viagra|cialis|levitra|payday|\bloans?\b|essay|psychic|escorts?\b|poker|betting|\bslots?\b|replica|\bpills?\b|pharmacy|weight loss|"
    r"make money|work from home|free (?:download|gift|spins?|iphone)|claim your|\bwin a\b|prize|cheap |backlink|crypto signals|hot singles",
    re.IGNORECASE,
)

_META = re.compile(
    r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\b\d{1,2}:\d\d\b|(?:来源|稿源|作者|记者|浏览|阅读|查看|点击|评论|回复|人气|发布|发表|更新|时间|编辑)\s?(?:量|数|次数|时间|日期)?\s?[:：]|"
    r"\b(?:published|posted|updated|last modified|first published)\b|\d[\d,]* (?:views|reads|comments|shares)\b|\b\d+ min(?:ute)?s? (?:read|listen)\b|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b,? |\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


@cache
def _controls() -> re.Pattern[str]:
    return trie_pattern(CONTROLS | RELATED_MARKS | COMMENT_MARKS)


@cache
def _sections() -> re.Pattern[str]:
    return trie_pattern(SECTIONS)


@cache
def _mark_keys(kind: str) -> frozenset[str]:
    return frozenset(normal_key(mark) for mark in (RELATED_MARKS if kind == "related" else COMMENT_MARKS))


def normal_key(text: str) -> str:
    """The letters and digits of a line, casefolded: equal for lines that differ in punctuation alone."""
    return _NOT_KEY.sub("", text.casefold())


def is_related_mark(text: str) -> bool:
    """Is this line a heading like "Related articles" or 相关阅读?"""
    return _is_mark(text, "related")


def is_comment_mark(text: str) -> bool:
    """Is this line a heading like "Comments (12)" or 网友评论?"""
    return _is_mark(text, "comment")


def _is_mark(text: str, kind: str) -> bool:
    if len(text) > 40:
        return False
    key = normal_key(text).strip("0123456789")
    return bool(key) and key in _mark_keys(kind)


def chrome_of(text: str, shape: Shape) -> Chrome:
    """Measure a line; linear in its length, and constant beyond ``LONGEST_LABEL`` but for rows of items."""
    letters = len(_LETTERS.findall(text)) if len(text) <= LONGEST_LABEL else 0
    listed = _is_row(text, shape)
    if len(text) > LONGEST_LABEL:
        head = text[:2000]
        return Chrome(
            notices=len(_NOTICES.findall(head)) if shape.units < 120 else 0,
            listed=listed,
            spam=listed and len(_ADVERTS.findall(head)) >= 2,
        )
    if letters == 0:
        return Chrome(empty=True, meta=bool(_META.search(text)))
    folded = text.casefold()
    covered = sum(len(_LETTERS.findall(match)) for match in _controls().findall(folded))
    share = min(1.0, covered / letters)
    sections = 0
    if shape.units < 30 and not shape.closed:
        sections = sum(len(_LETTERS.findall(match)) for match in _sections().findall(folded))
    adverts = len(_ADVERTS.findall(folded)) if not shape.full_stops else 0
    return Chrome(
        share=share,
        section_share=min(1.0, sections / letters),
        notices=len(_NOTICES.findall(folded)),
        listed=listed,
        spam=adverts >= 2 and (listed or adverts >= 3 or ">>" in text),
        meta=not shape.closed and bool(_META.search(folded)),
    )


def _is_row(text: str, shape: Shape) -> bool:
    """A row of at least four short items with no sentence in it."""
    if shape.full_stops:
        return False
    hard = _HARD_SEPARATORS.split(text) if len(text) < 20_000 else []
    if len(hard) >= 3 and sum(map(len, hard)) / len(hard) <= 18:
        return True
    wide = (len(text.encode("utf-8", "replace")) - len(text)) / 2
    if wide < 0.4 * len(text) or text.count(" ") < 3:
        return False
    items = text.split(" ", 400)[:400]
    short = sum(1 for item in items if len(item) <= 12)
    commas = shape.clauses + shape.sentences
    return len(items) >= 4 and short >= 0.85 * len(items) and commas <= 0.15 * len(items) and len(text) / len(items) <= 10
