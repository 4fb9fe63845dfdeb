"""Words that carry no topic, by language."""

from __future__ import annotations

from collections.abc import Iterable

# The list of the Glasgow Information Retrieval Group in the form scikit-learn ships it (ENGLISH_STOP_WORDS).
ENGLISH = frozenset(
    """
    a about above across after afterwards again against all almost alone along already also although always am among
    amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as at back be
    became because become becomes becoming been before beforehand behind being below beside besides between beyond
    bill both bottom but by call can cannot cant co con could couldnt cry de describe detail do done down due during
    each eg eight either eleven else elsewhere empty enough etc even ever every everyone everything everywhere
    except few fifteen fifty fill find fire first five for former formerly forty found four from front full further
    get give go had has hasnt have he hence her here hereafter hereby herein hereupon hers herself him himself his
    how however hundred i ie if in inc indeed interest into is it its itself keep last latter latterly least less
    ltd made many may me meanwhile might mill mine more moreover most mostly move much must my myself name namely
    neither never nevertheless next nine no nobody none noone nor not nothing now nowhere of off often on once one
    only onto or other others otherwise our ours ourselves out over own part per perhaps please put rather re same
    see seem seemed seeming seems serious several she should show side since sincere six sixty so some somehow
    someone something sometime sometimes somewhere still such system take ten than that the their them themselves
    then thence there thereafter thereby therefore therein thereupon these they thick thin third this those though
    three through throughout thru thus to together too top toward towards twelve twenty two un under until up upon
    us very via was we well were what whatever when whence whenever where whereafter whereas whereby wherein
    whereupon wherever whether which while whither who whoever whole whom whose why will with within without would
    yet you your yours yourself yourselves
    """.split()
)

# Particles, pronouns, conjunctions, prepositions, auxiliaries and adverbs of modern standard Chinese.
CHINESE = frozenset(
    """
    的 了 和 是 在 有 也 就 都 而 及 与 着 或 被 把 将 对 从 以 于 为 为了 由 由于 向 往 到 让 使 给 跟 同 并 并且 但 但是 不过 然而 因为 因此 所以 如果 若 虽然 尽管 即使 只要 只有
    除了 关于 对于 根据 按照 通过 以及 其 其中 其他 其它 之 之一 之后 之前 之间 这 那 这个 那个 这些 那些 这里 那里 这样 那样 这么 那么 这种 那种 此 此外 该 某 各 每 每个 本 我 你 您 他
    她 它 我们 你们 他们 她们 它们 咱们 自己 谁 什么 哪 哪个 哪些 哪里 怎么 怎样 如何 为什么 多少 几 一个 一些 一种 一样 一直 一定 不 没 没有 未 别 很 非常 太 更 最 较 比较 十分 还 还是
    还有 又 再 再次 才 只 仅 仅仅 已 已经 曾 曾经 正在 正 刚 刚刚 将要 会 能 能够 可 可以 可能 应 应该 应当 要 需要 必须 想 愿意 吗 呢 吧 啊 呀 嘛 哦 哪怕 地 得 过 来 去 上 下 里 中
    内 外 前 后 左右 以上 以下 以来 以后 以前 当 当时 时 时候 等 等等 且 则 却 便 即 既 既然 甚至 甚至于 于是 然后 接着 同时 另外 另 例如 比如 所 者 们 个 些 么 又是 不是 就是 也是 都是
    而是 而且 不但 不仅 不管 无论 与其 宁可 起来 出来 下来 下去 上来 上去 进行 像 似乎 好像 据 据此 凡 凡是 至 至于 自 自从 随着 沿着 朝 朝着 当中 是否 是的
    """.split()
)

_LISTS = {"english": ENGLISH, "chinese": CHINESE}


def stop_word_list(stop_words: str | Iterable[str] | None) -> list[str]:
    """The words that ``stop_words`` (names of languages, words, or ``None``) stands for, sorted."""
    if stop_words is None:
        return []
    if isinstance(stop_words, str):
        names = stop_words.split(",")
        if not all(name in _LISTS for name in names):
            raise ValueError(
                "stop_words must be 'english', 'chinese', 'english,chinese' or an iterable of words, "
                f"got {stop_words!r}"
            )
        return sorted(frozenset[str]().union(*(_LISTS[name] for name in names)))
    words = list(stop_words)
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"stop_words must hold strings, got {word!r}")
    return sorted(set(words))
