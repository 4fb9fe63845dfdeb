"""Which lines of a page are the article.

Every line gets a score from its own shape: sentences are worth their length, labels cost a little, names of
controls, rows of links and notices cost more. Context then lowers what stands among controls and dates (threads of
comments, lists of teasers) or after a heading like "Related articles". The runs of lines with the best sums are the
body: a two-state search for the cut that maximises the sum of scores inside, where each run costs ``ENTER`` to begin.
So a subheading or a row of a table between paragraphs stays, and a sentence amid a menu goes.

The idea of a best run goes back to Finn, Kushmerick and Smyth, "Fact or fiction: content classification for digital
libraries" (2001), the use of context to jusText (Pomikálek, "Removing boilerplate and duplicate content from web
corpora", 2011). The constants were set on half of the pages of an English extraction benchmark and of real Chinese
news pages; most can be moved by half without moving the result by a hundredth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .chrome import Chrome, chrome_of, mark_of, normal_key
from .lines import Line, Place, Shape, shape_of

__all__ = ["JudgedLine", "find_body", "judge_lines", "shows_chrome"]

ENTER = 5.0  # what a run of body lines costs to begin
LABEL = -0.8  # a short line without a sentence
LONG_LABEL = -0.4  # the same with at least six words: a heading, a caption, an item of a list
CONTROL = -3.0  # a line made of names of controls
REPEATED = -1.0  # the line stands twice on the page
SECOND_PRINT = 0.05  # a sentence that stood on the page before
NOTICE = -3.0  # a legal notice or a call to subscribe in a short line, each, at most two
NOTICE_IN_SENTENCE = -2.0  # … if the line is a sentence: news write about these things too
RELATED_FACTOR = 0.5  # what prose is worth after a heading for related articles
COMMENT_FACTOR = 0.2  # … for comments
FEWEST_BEFORE = 40  # units of prose before a heading for other articles or comments that counts
THREAD_SHARE = 0.3  # part of the lines after a heading for comments that show a thread
LONGEST_INTERRUPTION = 2  # lines between paragraphs that interrupt and do not end the article
INTERRUPTION = -1.0  # what each of them costs at most
PARAGRAPH = 2.0  # score of the paragraphs they stand between
BUSY_FACTOR = 0.25  # … between controls, dates and counts on both sides
SHORT_PROSE = 25  # units of a sentence that is taken for a comment or a teaser then
CALMER_FACTOR = 0.5  # … with some of them on either side
BUSY_REACH = 4  # lines to each side that count as context
EARLY = 0.3  # part of the page's prose before which context is not looked at: leads stand among controls too
SHARE_BEFORE = 0.05  # a run before the best one is kept if its sum is this part of the best sum
SHARE_AFTER = 0.1  # … after the best one
SHARE_FAR = 0.2  # … after the best one and after a heading for other articles, or far away
FAR = 12  # lines
FEWEST_CHROME = 3  # lines of chrome that show that a text is a page …
CHROME_SHARE = 0.04  # … and the part of its lines they must be
LABEL_SHARE = 0.6  # … or the part of its lines that are labels of any kind
LONGEST_LABEL = 15.0  # units of a label
CHROME_PLACE_FACTOR = 0.25  # what prose is worth in a navigation, a footer, a form


@dataclass(slots=True)
class JudgedLine:
    """A line with its measures and its score: above zero for body."""

    line: Line
    shape: Shape
    chrome: Chrome
    mark: str = ""  # "related" or "comment" for headings of other articles or of comments
    repeated: bool = False
    score: float = 0.0

    @property
    def is_control(self) -> bool:
        """Chrome wherever it stands, even between two paragraphs of the body."""
        if self.mark or self.chrome.spam or self.chrome.teaser:
            return True
        return self.chrome.share >= 0.75 and self.shape.units < 25

    @property
    def is_prose(self) -> bool:
        """A line with a sentence in it."""
        return self.shape.units >= 8 and self.shape.sentences > 0 and self.chrome.share < 0.3

    @property
    def is_chrome(self) -> bool:
        """Evidence that a page surrounds the text: a control, a menu, a notice."""
        chrome = self.chrome
        if self.is_control or chrome.section_share >= 0.7 or (chrome.notices > 0 and self.shape.units < 25):
            return True
        return chrome.listed and self.line.text[0] not in "|>"  # those begin quotations and rows of tables

    @property
    def is_busy(self) -> bool:
        """One of the small lines around comments and teasers: a control, a date, a count, a row of links."""
        chrome = self.chrome
        return chrome.share >= 0.6 or chrome.meta or chrome.empty or chrome.listed


def judge_lines(lines: Sequence[Line]) -> list[JudgedLine]:
    """Measure and score the lines of a page. Linear in its length."""
    keys = [normal_key(line.text) if len(line.text) < 2000 else "" for line in lines]
    counts = Counter(key for key in keys if len(key) > 3)
    measured: dict[str, tuple[Shape, Chrome, str]] = {}
    seen: set[str] = set()
    judged = []
    for line, key in zip(lines, keys, strict=True):
        text = line.text
        if text not in measured:
            shape = shape_of(text)
            measured[text] = shape, chrome_of(text, shape), mark_of(key)
        shape, chrome, mark = measured[text]
        item = JudgedLine(line, shape, chrome, mark, counts[key] > 1)
        item.score = _own_score(item)
        if shape.units >= 8:
            if text in seen:
                item.score = min(item.score, SECOND_PRINT)  # a teaser or a caption, unless it stands amid the body
            seen.add(text)
        judged.append(item)
    _weigh_context(judged)
    _weigh_marks(judged)
    _forgive_interruptions(judged)
    return judged


def shows_chrome(judged: Sequence[JudgedLine]) -> bool:
    """Do the lines hold enough chrome to be a page, and not a plain text of which nothing is to be dropped?"""
    chrome = sum(item.is_chrome for item in judged)
    if chrome < FEWEST_CHROME:
        return False
    labels = sum(item.score < 0 and item.shape.units < LONGEST_LABEL for item in judged)
    return chrome >= CHROME_SHARE * len(judged) or labels >= LABEL_SHARE * len(judged)


def find_body(judged: Sequence[JudgedLine]) -> list[bool]:
    """For each line, whether it lies in a run of body lines. All false for a page without a sentence."""
    inside = _best_runs(judged)
    runs = _runs_of(inside, judged)
    if not runs:
        return inside
    best_start, best_end, best_sum = max(runs, key=lambda run: run[2])
    for start, end, total in runs:
        if start < best_start:
            share = SHARE_BEFORE
        elif start - best_end > FAR or any(item.mark for item in judged[best_end:start]):
            share = SHARE_FAR
        else:
            share = SHARE_AFTER
        if total < share * best_sum:
            inside[start:end] = [False] * (end - start)
    return inside


def _own_score(item: JudgedLine) -> float:
    line, shape, chrome = item.line, item.shape, item.chrome
    units = shape.units
    if item.mark:
        return 2 * CONTROL
    if chrome.spam:
        return 3 * CONTROL
    if chrome.empty:
        return LABEL
    if chrome.teaser:
        return CONTROL
    if chrome.share >= 0.6 and units < 30:
        return CONTROL
    if chrome.listed:
        return CONTROL if units > 8 else CONTROL + 1
    if shape.cut and units < 70:
        score = LABEL
    elif shape.full_stops and units >= 6:
        score = min(units, 64) / 8 + 0.5
    elif shape.sentences and units >= 6:
        score = min(units - 5, 32) / 8
    elif units >= 25:
        score = 2.0 if units > 40 else 1.0
    elif shape.closed or (shape.clauses and line.text[-1] in ",，;；”"):
        score = 0.5
    else:
        score = LONG_LABEL if units >= 6 else LABEL
    if chrome.notices:
        if units < 45:
            score += (NOTICE_IN_SENTENCE if shape.full_stops else NOTICE) * min(chrome.notices, 2)
        elif chrome.notices >= 4 and chrome.notices * 12 > units:
            score = -1.0
    if chrome.share >= 0.3:
        score -= 1.5
    if chrome.section_share >= 0.5:
        score -= 1.0
    if chrome.meta and not shape.full_stops:
        score -= 1.0
    if item.repeated and score < 4:
        score += REPEATED
    if line.link_share >= 0.6 and units < 40:
        score -= 1.5
    if line.place is Place.CHROME:
        score = score * CHROME_PLACE_FACTOR - 1.0 if score > 0 else score - 1.0
    elif line.place is Place.BODY and score > -1:
        score += 0.4
    return score


def _weigh_context(judged: Sequence[JudgedLine]) -> None:
    busy = [0]
    for item in judged:
        busy.append(busy[-1] + item.is_busy)
    total = sum(item.shape.units for item in judged if item.score > 1)
    before = 0.0
    for i, item in enumerate(judged):
        if item.score <= 0:
            continue
        late = before >= EARLY * total
        if item.score > 1:
            before += item.shape.units
        if not late or item.shape.units >= 64:
            continue
        left = busy[i] - busy[max(0, i - BUSY_REACH)]
        right = busy[min(len(judged), i + BUSY_REACH + 1)] - busy[i + 1]
        if min(left, right) >= 2:
            item.score *= BUSY_FACTOR
        elif min(left, right) == 1 and left + right >= 4 and item.shape.units < SHORT_PROSE:
            item.score *= CALMER_FACTOR


def _weigh_marks(judged: Sequence[JudgedLine]) -> None:
    """Marks count once prose lies before them: menus name comments too.

    Either the larger part of the page's prose has gone by, or what follows is full of controls, dates and counts, as
    long threads of comments are and articles are not.
    """
    total = sum(item.shape.units for item in judged if item.score > 1)
    busy_after = sum(item.is_busy for item in judged)
    before = 0.0
    factor = 1.0
    for i, item in enumerate(judged):
        busy_after -= item.is_busy
        if item.score > 1:
            before += item.shape.units
        if item.mark and before > FEWEST_BEFORE:
            thread = item.mark == "comment" and busy_after > THREAD_SHARE * (len(judged) - i)
            if thread or before > total / 2:
                factor = min(factor, RELATED_FACTOR if item.mark == "related" else COMMENT_FACTOR)
        if item.score > 0:
            item.score *= factor


def _forgive_interruptions(judged: Sequence[JudgedLine]) -> None:
    """An advertisement or a link between two paragraphs costs little, so that the last paragraph is not lost to it."""
    before = None  # the paragraph before
    for i, item in enumerate(judged):
        if item.score < PARAGRAPH:
            continue
        if before is not None and 0 < i - before - 1 <= LONGEST_INTERRUPTION:
            for other in judged[before + 1 : i]:
                other.score = max(other.score, INTERRUPTION)
        before = i


def _best_runs(judged: Sequence[JudgedLine]) -> list[bool]:
    outside, inside = 0.0, float("-inf")
    left: list[bool] = []  # outside here, inside at the line before
    entered: list[bool] = []  # inside here, outside at the line before
    for item in judged:
        left.append(inside > outside)
        entered.append(outside - ENTER > inside)
        outside, inside = max(outside, inside), max(inside, outside - ENTER) + item.score
    flags = [False] * len(judged)
    state = inside > outside
    for i in range(len(judged) - 1, -1, -1):
        flags[i] = state
        state = not entered[i] if state else left[i]
    return flags


def _runs_of(inside: Sequence[bool], judged: Sequence[JudgedLine]) -> list[tuple[int, int, float]]:
    runs: list[tuple[int, int, float]] = []
    start = None
    for i, flag in enumerate([*inside, False]):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            runs.append((start, i, sum(item.score for item in judged[start:i])))
            start = None
    return runs
