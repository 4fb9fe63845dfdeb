"""Two texts side by side: which passages are equal, and what was taken out and put in where they are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ..corpus import Corpus
from ..tokens import Tokenizer

Kind = Literal["same", "removed", "added"]
Piece = tuple[Kind, str]
Segments = list[str]

_SENTENCE_END = re.compile(r"[。！？!?…\n]")
_CLOSING = frozenset("”’\"')）」』】》")
# Blocks that share less than this of their segments are shown as replaced, not woven into one another.
_MIN_RATIO = 0.35
# difflib is quadratic: longer blocks are shown as replaced.
_MAX_SEGMENTS = 3000


@dataclass(frozen=True)
class Passage:
    """One row of a comparison: pieces of the left and of the right text. Equal passages have equal sides."""

    is_equal: bool
    left: list[Piece]
    right: list[Piece]


def segments(texts: Sequence[str], num_threads: int | None = None) -> list[Segments]:
    """Every segment of each text, white space and punctuation included: joined, they are the text."""
    corpus = Corpus(texts)
    tokens = Tokenizer("segments", normalize=None).tokenize(corpus, device="cpu", num_threads=num_threads)
    content = b"".join(text.encode() for text in texts)
    found = []
    for doc in range(len(texts)):
        span = slice(int(tokens.offsets[doc]), int(tokens.offsets[doc + 1]))
        bounds = zip(tokens.starts[span].tolist(), tokens.ends[span].tolist(), strict=True)
        found.append([content[start:end].decode() for start, end in bounds])
    return found


def compare(left: Segments, right: Segments) -> list[Passage]:
    """The passages of ``left`` beside those of ``right``, in order.

    Sentences are matched first (Ratcliff and Obershelp's longest matching blocks, as in ``difflib``, runs of white
    space being equal), then the segments within sentences that differ: words in English, dictionary words in Chinese.
    """
    before, after = _sentences(left), _sentences(right)
    matcher = SequenceMatcher(None, [_key(s) for s in before], [_key(s) for s in after], autojunk=False)
    passages = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        a, b = _joined(before[i1:i2]), _joined(after[j1:j2])
        if tag == "equal":
            passages.append(Passage(True, [("same", "".join(a))], [("same", "".join(b))]))
        else:
            passages.append(Passage(False, *_woven(a, b)))
    return passages


def _sentences(text: Segments) -> list[Segments]:
    """``text`` cut behind each end of a sentence, and behind the closing marks and white space that follow it."""
    sentences: list[Segments] = [[]]
    has_ended = False
    for position, segment in enumerate(text):
        following = text[position + 1] if position + 1 < len(text) else "\n"
        is_end = _SENTENCE_END.search(segment) is not None or (segment == "." and following.isspace())
        if has_ended and not (is_end or segment.isspace() or segment in _CLOSING):
            sentences.append([])
            has_ended = False
        sentences[-1].append(segment)
        has_ended = has_ended or is_end
    return [sentence for sentence in sentences if sentence]


def _key(sentence: Segments) -> str:
    return " ".join("".join(sentence).split())


def _joined(sentences: Iterable[Segments]) -> Segments:
    return [segment for sentence in sentences for segment in sentence]


def _woven(left: Segments, right: Segments) -> tuple[list[Piece], list[Piece]]:
    if not left or not right or max(len(left), len(right)) > _MAX_SEGMENTS:
        return _whole("removed", left), _whole("added", right)
    matcher = SequenceMatcher(None, [_segment_key(s) for s in left], [_segment_key(s) for s in right], autojunk=False)
    if matcher.ratio() < _MIN_RATIO:
        return _whole("removed", left), _whole("added", right)
    a: list[Piece] = []
    b: list[Piece] = []
    for tag, i1, i2, j1, j2 in _without_islands(matcher.get_opcodes(), left):
        _append(a, "same" if tag == "equal" else "removed", left[i1:i2])
        _append(b, "same" if tag == "equal" else "added", right[j1:j2])
    return a, b


Opcode = tuple[str, int, int, int, int]


def _without_islands(opcodes: Sequence[Opcode], left: Segments) -> Iterator[Opcode]:
    """Equal runs that hold no more than a character of a word, between two changes, read better as changed."""
    pending: Opcode | None = None
    for position, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        is_inner = 0 < position < len(opcodes) - 1
        if tag == "equal" and not (is_inner and sum(map(str.isalnum, "".join(left[i1:i2]))) <= 1):
            if pending:
                yield pending
            pending = None
            yield tag, i1, i2, j1, j2
        elif pending:
            pending = "replace", pending[1], i2, pending[3], j2
        else:
            pending = "replace", i1, i2, j1, j2
    if pending:
        yield pending


def _segment_key(segment: str) -> str:
    return " " if segment.isspace() else segment


def _whole(kind: Kind, text: Segments) -> list[Piece]:
    return [(kind, "".join(text))] if text else []


def _append(pieces: list[Piece], kind: Kind, text: Segments) -> None:
    if text:
        written = "".join(text)
        # A mark on white space alone shows nothing.
        pieces.append(("same" if written.isspace() else kind, written))
