"""Words that pages say about themselves: menus, forums, buttons, notices.

They are one feature of several (see :mod:`newsgpu.cleaning.chrome`): a line is judged by how much of it such words
cover, never by one word alone. Chinese terms are separated by white space, English phrases by commas; English matches
whole words, in any case.
"""

from __future__ import annotations

__all__ = ["ADVERTS", "COMMENT_MARKS", "CONTROLS", "NOTICES", "RELATED_MARKS", "SECTIONS"]


def _terms(chinese: str, english: str) -> frozenset[str]:
    return frozenset(chinese.casefold().split()) | {phrase.strip() for phrase in english.replace("\n", " ").split(",")}


# Names of controls, boxes and notices. A line made of these is chrome wherever it stands.
CONTROLS = _terms(
    """
登录 登陆 登入 立即登录 马上登录 请登录 用户登录 会员登录 一键登录 自动登录 登录账号 登录后 注册 立即注册 免费注册
快速注册 注册账号 用户注册 找回密码 忘记密码 记住密码 修改密码 用户名 密码 验证码 昵称 匿名发表 匿名 退出 退出登录
安全退出 注销 个人中心 会员中心 用户中心 我的主页 我的 没有账号 没有帐号 还没有账号 账号 帐号 欢迎您 您好 游客 设置
消息 通知 签到 每日签到 搜索 热搜 高级搜索 站内搜索 请输入关键字 请输入关键词 搜索本站 搜 查询 全文检索 检索
热门搜索 相关搜索 本版 首页 主页 返回首页 网站首页 回到首页 返回主页 返回频道 返回顶部 回到顶部 回顶部 顶部 返回列表
返回目录 返回上一页 返回 导航 快速导航 网站导航 站点导航 网站地图 站点地图 菜单 切换导航 版面导航 标题导航 目录
全部频道 频道 更多频道 全部 查看 查看全部 阅读全部 列表 上一页 下一页 上一篇 下一篇 上一条 下一条 上一版 下一版
上一主题 下一主题 上一期 下一期 上一章 下一章 前一篇 后一篇 末页 尾页 跳转 页 共 第 阅读下一篇 没有了 暂无
已是最后一篇 已是第一篇 设为首页 加入收藏 收藏本站 收藏本文 收藏本页 添加收藏 手机版 电脑版 触屏版 桌面版 移动版
移动端 手机网 简体 繁体 繁體 无障碍 无障碍浏览 English 数字报 当前位置 您的位置 您当前的位置 您现在的位置
您所在的位置 所在位置 位置 正文 正在阅读 频道首页 更多 更多>> 查看更多 加载更多 点击加载更多 显示更多 展开 展开全文
展开内容 收起 阅读全文 查看全文 查看原文 阅读原文 点击查看 换一换 换一批 关闭 确定 确认 取消 提交 重置 刷新 分享
分享到 分享至 一键分享 点击分享 分享给好友 分享至好友和朋友圈 分享到朋友圈 分享到微博 分享到微信 分享到空间 转发
转发到 转载 微信 微博 新浪微博 腾讯微博 QQ空间 空间 朋友圈 微信朋友圈 QQ好友 微信好友 人人网 开心网 豆瓣 易信 贴吧
百度贴吧 钉钉 抖音 快手 小红书 知乎 头条号 复制链接 复制地址 复制网址 复制 二维码 扫一扫 扫码 微信扫一扫 扫码关注
用微信扫码二维码 用微信扫描二维码 用微信扫描 关注 加关注 已关注 取消关注 关注我们 关注微信 关注微博 官方微信
官方微博 微信公众号 公众号 订阅号 微信号 视频号 点赞 赞 踩 顶 收藏 打赏 赏 投币 在看 喜欢 不喜欢 支持 反对 鲜花 鸡蛋
握手 雷人 路过 感动 愤怒 难过 搞笑 无聊 新奇 同情 震惊 邀请 投票 有用 没用 点评 纠错 举报 投诉 挑错 不感兴趣 打印
打印本页 打印本文 打印文章 字号 大中小 字体 字体大小 大字 小字 放大 缩小 默认 超大 大 中 小 特大 正常 标准 夜间模式
朗读 听新闻 收听 语音播报 A+ A- 浏览 浏览量 浏览数 浏览次数 阅读 阅读数 阅读量 阅读次数 点击 点击量 点击数 点击次数
访问量 人气 热度 播放 播放量 次 人参与 参与 跟贴 跟帖 条评论 条 人评论 评论数 回复数 查看数 转发数 来源 新闻来源
稿源 文章来源 信息来源 发布时间 发布日期 发表时间 发表于 发布于 更新时间 更新于 时间 日期 作者 责任编辑 责编 编辑
校对 审核 编审 监制 值班编辑 我要纠错 网友评论 标签 关键词 关键字 TAG TAGS 分钟阅读 阅读时长 原始来源 原文链接 原文
预计阅读 本文字数 字数 已读 楼主 沙发 板凳 地板 楼 楼层 电梯直达 只看该作者 只看楼主 倒序浏览 正序浏览 显示全部楼层
阅读模式 使用道具 道具 回复 回帖 发帖 发表回复 发表新帖 发新帖 快速回复 回复本楼 引用 引用回复 高级模式 本版积分规则
回帖后跳转到最后一页 主题 帖子 积分 精华 威望 金币 铜币 金钱 贡献 在线时间 注册时间 最后登录 好友 粉丝 勋章 小黑屋
客户端 手机客户端 Archiver 版主 斑竹 管理员 发消息 加好友 串个门 打招呼 楼主热帖 淡定 推荐帖 置顶 加精
该用户从未签到 新手上路 注册会员 中级会员 高级会员 金牌会员 论坛元老 本帖最后由 于 本帖子中包含更多资源
您需要登录才可以下载或查看 您需要登录后才可以回帖 您需要登录 登录后才能发表评论 请登录后评论 登录后参与讨论 我要评论
发表评论 评论 查看评论 全部评论 提交评论 写评论 说点什么 我来说两句 我有话说 我要跟帖 我要发言 发表 发布 发贴 发送
已输入0字 文明上网理性发言 文明上网 理性发言 请遵守 暂无评论 还没有评论 抢沙发 目前没有跟贴 目前没有热门跟贴
欢迎你发表观点 评论区 评论已关闭 评论已加载完毕 网友评论仅供其表达个人看法 关于我们 关于本站 联系我们 联系方式
联系电话 广告服务 广告合作 广告刊例 广告投放 商务合作 加入我们 诚聘英才 招聘信息 招贤纳士 法律声明 法律顾问 免责声明
版权声明 版权保护 隐私政策 隐私声明 隐私保护 隐私条款 用户协议 服务条款 服务协议 服务条例 使用条款 意见反馈 用户反馈
反馈 投稿 投稿邮箱 网上投稿 帮助 帮助中心 常见问题解答 客服 客服中心 客服热线 在线客服 举报电话 举报邮箱 举报热线
违法和不良信息举报 不良信息举报 不良信息举报中心 违法信息举报 信息网络传播视听节目许可证 互联网新闻信息服务许可证
增值电信业务经营许可证 备案号 备案序号 版权所有 技术支持 主办单位 主办 承办单位 承办 主管单位 主管 协办 网站声明
本站声明 公司简介 公司介绍 产品答疑 友情链接 合作伙伴 合作媒体 合作网站 网站合作 网站简介 安全隐私 网站律师 报料
报料热线 新闻热线 爆料 我要报料 下载 立即下载 点击下载 下载APP 下载客户端 新闻客户端 打开APP 打开 APP 客户端下载
APP下载 安卓版 苹果版 iPhone版 Android版 iPad版 下载PDF 电子版 手机看新闻 手机阅读 扫描二维码 扫一扫下载 订阅
立即订阅 免费订阅 邮件订阅 RSS订阅 订阅我们 取消订阅 RSS 保持更新 收件箱 输入邮箱 您的邮箱 电子邮箱 邮箱 邮件
请输入邮箱 开通会员 会员专享 充值 购买 立即购买 加入购物车 立即抢购 优惠券 广告 推广 赞助 赞助商 广告位 广告位招租
特约 热线 电话 传真 地址 邮编 邮政编码 电子信箱 往期回顾 读者调查 返回版面 本版标题 版面 标清 高清 超清 倍速 弹幕
全屏 画中画 播放模式 直播中
""",
    """
home, menu, main menu, navigation, search, search this site, search this board, advanced search, skip to content,
skip to main content, skip to navigation, back, back to top, back to story, top of page, return to top, go back,
next, previous, prev, first, last, page, next page, previous page, next article, previous article, next post,
previous post, next thread, previous thread, older posts, newer posts, next story, previous story, next up, log in,
login, sign in, signin, log out, logout, sign out, sign up, signup, register, join now, join us, join free,
join today, create account, create an account, my account, account, profile, forgot password, forgot your password,
forgotten password, remember me, username, user name, password, not a member, already a member, register now,
members, subscribers, hello guest, welcome guest, share, share this, share on, share this article, share this story,
share via, share to, tweet, pin it, pin, email, e-mail, email this, email this article, email a friend,
email to a friend, print, print this article, print this page, print article, save, save this article,
save for later, gift this article, send, bookmark, like, likes, like this, people like this, dislike, upvote,
downvote, thanks, facebook, twitter, instagram, youtube, linkedin, pinterest, reddit, telegram, tumblr, whatsapp,
tiktok, snapchat, flipboard, mastodon, bluesky, rss, rss feed, google+, stumbleupon, digg, messenger, wechat, weibo,
copy link, copy url, link copied, copied, share on facebook, share on twitter, share on linkedin, share on whatsapp,
post on facebook, follow, follow us, follow us on, follow on, followers, following, unfollow, find us on,
connect with us, stay connected, get in touch, subscribe, subscribe now, subscribe today, subscription,
subscriptions, newsletter, newsletters, sign up for our newsletter, sign me up, get the newsletter, email address,
your email, enter your email, enter your e-mail address, email updates, unsubscribe, alerts, email alerts,
notifications, notify me, get alerts, start your free trial, free trial, gift subscription, digital subscription,
manage subscription, join the mailing list, comment, comments, add comment, add a comment, post comment,
post a comment, leave a comment, leave a reply, write a comment, view comments, show comments, hide comments,
view all comments, load comments, load more comments, join the conversation, comments are closed, no comments, reply,
reply quote, quote, report, report this comment, report comment, report abuse, flag, permalink, sort by, newest,
oldest, top rated, read more, read full story, more, see more, see all, view all, view more, view all posts,
show more, load more, show less, learn more, find out more, continue reading, click here, expand, collapse, close,
open, hide, show, cancel, submit, ok, apply, reset, toggle navigation, toggle menu, read the full story, full story,
full article, advertisement, advertisements, advertise, advertise with us, advertising, ad, ads, sponsored,
sponsored content, promoted, partner content, paid content, story continues below advertisement,
article continues below advertisement, continue reading below, continues below, scroll to continue, close ad,
report this ad, remove advertisements, about, about us, contact, contact us, terms, terms of use, terms of service,
terms and conditions, terms & conditions, terms and rules, privacy, privacy policy, privacy notice, cookie policy,
cookies, cookie settings, accept, accept all, accept all cookies, accept cookies, reject all, manage preferences,
manage cookies, i agree, agree, got it, privacy settings, do not sell my personal information, ad choices, adchoices,
accessibility, accessibility statement, legal, legal notice, disclaimer, copyright, all rights reserved, sitemap,
site map, help, help centre, help center, faq, faqs, support, feedback, send feedback, careers, jobs, press,
media kit, corrections, editorial policy, code of conduct, house rules, community guidelines, dmca, licensing,
syndication, imprint, impressum, archives, masthead, contact the newsroom, report a problem, complaints,
reception problems, min read, minute read, minutes read, min listen, mins read, views, reads, published,
last updated, updated, posted, posted on, posted in, posted by, filed under, tags, tag, tagged, topics, topic,
categories, category, keywords, listen, listen now, listen live, play audio, play, watch, watch now, watch live,
download, embed, transcript, text size, font size, larger, smaller, view gallery, gallery, slideshow, full screen,
fullscreen, mute, unmute, autoplay, image, photo, enlarge image, view image, hide caption, toggle caption,
thread starter, start date, joined, messages, forum, forums, board, boards, moderator, moderators,
moderators' corner, who's online, online, guests, members online, regular member, new member, senior member,
active member, junior member, mark forums read, new posts, unread, watch thread, thread, threads, edition,
change edition, dark mode, light mode, log in to comment, log in to reply, you must log in or register to reply here,
you must be logged in, required fields are marked, your email address will not be published, required fields, donate,
donate now, support us, give now, contribute, make a donation, download the app, get the app, app store, google play,
android, ios, mobile app, desktop site, mobile site, view desktop version, shopping cart, add to cart, checkout,
cart, wishlist, buy now, shop, shop now, rate this, reprints, request reprint, reuse this content, toggle search,
open search, close search, open menu, close menu
""",
)

# Names of sections and rubrics: usual in menus, but also ordinary words.
SECTIONS = _terms(
    """
新闻 要闻 国内 国际 时政 社会 民生 财经 金融 经济 股票 行情 基金 理财 商业 科技 数码 手机 互联网 汽车 房产 家居 体育
足球 篮球 NBA CBA 娱乐 明星 电影 电视 音乐 综艺 文化 读书 历史 军事 教育 高考 留学 考研 旅游 健康 美食 时尚 女人
亲子 星座 情感 游戏 动漫 视频 图片 图集 专题 专栏 博客 论坛 社区 问吧 直播 热点 热门 热榜 排行 排行榜 推荐 精选 独家
原创 深度 聚焦 头条 滚动 快讯 资讯 观点 本地 城市 地方 科学 科普 艺术 收藏 公益 招聘 团购 彩票 商城 应用 服务 专家
学术 互动 公告 通知 动态 政务 政策 法治 国防 台湾 港澳 海外 华人 侨界 环保 能源 农业 三农 食品 交通 天气
""",
    """
news, world, business, politics, science, sport, sports, technology, tech, health, opinion, culture, entertainment,
arts, life, lifestyle, style, travel, food, video, videos, photos, pictures, weather, local, international, national,
us, u.s., uk, europe, asia, africa, americas, middle east, australia, china, india, latest, trending, popular,
top stories, breaking news, magazine, podcasts, podcast, radio, tv, music, movies, film, books, games, gaming,
fashion, environment, climate, education, money, markets, companies, economy, finance, personal finance, investing,
real estate, property, cars, autos, classifieds, obituaries, death notices, events, what's on, schedule, crossword,
puzzles, horoscopes, cartoons, letters, editorials, columnists, blogs, features, reviews, football, soccer, cricket,
rugby, tennis, golf, formula 1, nfl, nba, mlb, nhl, trade, weekend, odd news, shipping forecast, tide tables
""",
)

# Headings after which lists of other articles follow.
RELATED_MARKS = _terms(
    """
相关阅读 相关新闻 相关文章 相关推荐 相关报道 相关链接 相关资讯 相关内容 相关专题 相关分类 相关视频 相关主题 相关帖子
推荐阅读 推荐新闻 推荐文章 推荐资讯 为您推荐 为你推荐 猜你喜欢 猜您喜欢 你可能喜欢 您可能感兴趣的文章 您可能感兴趣
你可能感兴趣 可能感兴趣的话题 大家都在看 大家都爱看 大家还在看 他们都在看 编辑推荐 小编推荐 精彩推荐 精华推荐
本站推荐 今日推荐 热门推荐 站长推荐 热门文章 热门新闻 热门阅读 热门资讯 热门视频 热门话题 热门标签 热门评论 热门排行
热点新闻 热点推荐 热点排行 热点专题 热新闻 热话题 近期热点 今日热点 今日头条 最新文章 最新新闻 最新资讯 最新更新
最新发布 最新推荐 新闻推荐 新闻排行 新闻排行榜 图片新闻推荐 阅读排行 阅读排行榜 点击排行 点击排行榜 排行榜 跟贴排行
评论排行 本周热门 本月热门 一周热门 24小时热文 一周热榜 延伸阅读 拓展阅读 更多阅读 更多新闻 更多精彩 更多精彩内容
更多推荐 更多相关 往期精彩 往期推荐 精彩图文 精彩组图 精彩视频 视觉焦点 视频推荐 图文推荐 财经要闻 友情链接 上下篇
同类文章 本类推荐 猜你在找
""",
    """
related, related articles, related stories, related news, related posts, related content, related topics,
related coverage, related links, related items, related reading, related video, related videos, similar articles,
similar stories, similar threads, similar posts, more like this, more from, more on this story, more on this,
more on this topic, more stories, more news, more headlines, more articles, more for you, more to read,
more to explore, recommended, recommended for you, recommended reading, recommended stories, recommended articles,
you may also like, you might also like, you might like, you may like, also on, also on air, read next, up next,
what to read next, read this next, keep reading, further reading, see also, don't miss, most read, most popular,
most viewed, most shared, most commented, most watched, most recent, trending now, trending stories, popular stories,
popular now, popular posts, popular articles, top posts, top news, latest news, latest stories, latest articles,
latest posts, latest headlines, latest videos, recent posts, recent stories, recent articles, recent comments,
editor's picks, editors' picks, editors picks, our picks, best of, featured stories, featured articles,
around the web, from around the web, sponsored stories, promoted stories, promoted links, in other news, read also,
also read, other stories, other news, you may have missed, in case you missed it, must read, must reads, local jobs
""",
)

# Headings after which readers' comments follow.
COMMENT_MARKS = _terms(
    """
评论 网友评论 最新评论 热门评论 精彩评论 全部评论 用户评论 读者评论 热评论 新评论 评论列表 留言 留言与评论 发表评论
我来说两句 我要评论 网友留言 评论区 跟帖 跟贴 热门跟贴 最新跟贴 回帖
""",
    """
comments, comment, leave a comment, leave a reply, join the conversation, join the discussion, discussion,
reader comments, readers' comments, user comments, view comments, responses, all comments, post a comment,
add a comment, what do you think, have your say, facebook comments, newest comments, top comments
""",
)

# Legal notices, calls to log in, subscribe or follow: usual in sentences of their own.
NOTICES = _terms(
    """
icp备 icp证 公网安备 备案号 备案序号 许可证 版权所有 版权归 版权声明 保留所有权利 保留一切权利 翻印必究 未经授权
未经许可 未经允许 未经书面 未经本 不得转载 禁止转载 谢绝转载 严禁转载 请勿转载 转载请 注明出处 注明来源 如需转载
授权转载 如有侵权 若有侵权 涉及侵权 侵权请 侵权联系 侵权删 侵删 免责声明 不代表 仅代表 不构成 仅供参考 与本站无关
与本网无关 据此操作 风险自担 违法和不良 不良信息 违法信息 举报电话 举报邮箱 举报热线 举报中心 扫一扫 扫描二维码
扫描下方 扫描上方 扫码 二维码 长按 微信扫 微信搜 微信公众号 公众号 登录后 登陆后 登录才 注册后 请登录 请先登录
请登陆 请注册 点击下载 立即下载 下载客户端 下载app 打开app 安装app 点击关注 立即关注 点击订阅 立即订阅 免费订阅
免费领取 立即领取 点击领取 立即报名 客户端 收件箱 订阅我们 订阅本 订阅最新 订阅邮件 订阅号 您的邮箱 你的邮箱
您的浏览器 你的浏览器 您的评论 您的账号 您的帐号 欢迎拨打 欢迎关注 欢迎您 欢迎你 欢迎订阅 欢迎投稿 欢迎来电 欢迎扫码
欢迎加入 欢迎发表 网友评论 用户评论 用户上传 网友上传 用户发布 网友发布 本站内容 本站部分 本站文章 本站所有 本站不
本网站 本平台 本页面 本帖子 来自网络 来源于网络 采集自 转载自 正在加载 加载中 分辨率 建议使用 热线电话 报料热线
爆料热线 投稿邮箱 理性发言 服务协议 用户协议 隐私政策 支持我们 打赏
""",
    """
copyright, all rights reserved, rights reserved, powered by, processed in, cookie, cookies, terms of use,
terms of service, terms and conditions, terms & conditions, privacy policy, privacy notice, privacy statement,
log in to, log in or, login to, sign in to, sign in or, must log in, must sign in, must be logged, logged in,
logged out, create an account, create your account, register to, register now, register for, subscribe, subscribe to,
subscriber exclusive, unsubscribe, newsletter, newsletters, your inbox, the inbox, sign up, sign up for, signing up,
sign me up, your email, your e-mail, email address, e-mail address, follow us, follow us on, follow him on,
follow her on, follow me on, follow them on, like us on, share this, required fields, click here, posted in,
posted on, posted by, posted under, published in, published by, filed under, last updated, last modified,
advertise with us, advertisement, sponsored, registered in, contact us, for removal, do not necessarily,
personal use, printed from, for your personal, download the app, download our app, get the app, our app, free trial,
free articles, become a member, support our journalism, make a contribution, give monthly, enable javascript,
your browser, ad blocker, adblock, house rules, community guidelines, comments are closed, join the conversation,
terms apply, affiliate links, affiliate commission, market data provided by, quotes delayed, prices delayed,
delayed at least, use of this site, use of this website, this website uses, this site uses, reproduced without,
without permission, may not be published, opens in a new
""",
)

# Words of the advertising that fills the ends of hacked pages: cheats for games, loans, gambling, forged papers.
ADVERTS = _terms(
    """
辅助 透视 外挂 自瞄 无限视距 秒杀 刷金币 刷钻 刷粉 刷单 刷赞 私服 开挂 作弊 脚本 挂机 代开 代办 代写 代考 代孕 代练
代刷 代购 代发 发票 票据 办证 刻章 加微信 加微 加v信 薇信 威信号 微信号 无抵押 秒下款 秒到账 秒批 黑户 贷款 网贷
借钱 套现 提额 彩票 博彩 时时彩 六合彩 赛车 娱乐城 赌场 赌球 棋牌 百家乐 老虎机 真人视讯 真人荷官 下注 开户送 注册送
送彩金 成人网 激情 裸聊 约炮 同城约 壮阳 减肥药 减肥茶 丰胸 祛斑 外链 友链 刷排名 快速排名 关键词优化 破解版
无限钻石 无限金币 官网下载 免费下载 安装包 最新地址 备用网址 最新版 官网 手机版 论文代写 学历提升 高仿 原单 a货
""",
    """
casino, viagra, cialis, levitra, payday, loan, loans, essay, essay writing, psychic, escort, escorts, poker, betting,
slots, slot, replica, pills, pharmacy, weight loss, make money, work from home, free download, free gift, free spins,
free iphone, claim your, win a, prize, cheap, backlink, backlinks, crypto signals, hot singles, jackpot, bad credit,
approved in, no deposit, bonus code, promo code, buy followers, seo, best price, lottery, sportsbook, cbd, forex
""",
)
