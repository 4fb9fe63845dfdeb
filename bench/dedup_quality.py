"""Recall and precision of near-duplicate tools by kind of edit, on planted edits and on real pairs.

python bench/dedup_quality.py --data FOLDER [--documents 4000] [--edits 150] [--threshold 0.7] [--seed 1]

From xwlb-zh and reuters-en ``--documents`` texts are drawn, and for each kind of edit ``--edits`` of them are edited
and added. ucsc-near-duplicates-en holds 349 pairs of press releases that were converted twice, by hand and by machine.

The true similarity of every pair of documents is computed, not assumed: a product of the matrix of documents and
shingles with its transpose. Recall of a kind is the share of its planted pairs that reach the threshold and were found;
a tool that gives flags instead of pairs has found a pair if it flags the edited document. Precision is the share of
everything that was reported that is true: of all pairs, or of all flagged documents.

Shingles are word 3-grams for English and character 5-grams for Chinese, the same for every tool (gaoya makes its own);
the tools work at their usual settings (bench/dedup_peers.py).
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

import newsgpu as ng

sys.path.insert(0, str(Path(__file__).parent))

from dedup_peers import PEERS, Answer, Newsgpu, Pair, RensaFlags, Task, Tool, installed, quality, share

# --- edits --------------------------------------------------------------------------------------------------------

SENTENCE = re.compile(r"[^。！？.!?\n]*[。！？.!?\n]+\s*|[^。！？.!?\n]+$")


@dataclass
class Editor:
    """Edits texts of one language as newsrooms, agencies and converters do."""

    drawn: random.Random
    texts: list[str]
    chinese: bool

    def sentences(self, text: str) -> list[str]:
        return SENTENCE.findall(text) or [text]

    def copy(self, text: str) -> str:
        return text

    def case_width_and_space(self, text: str) -> str:
        """Looks different, reads the same: capitals, full-width forms, other white space."""
        wide = "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" and self.chinese else c for c in text.upper())
        return "\n  ".join(self.sentences(wide.replace(" ", " \t")))

    def typographic_noise(self, text: str) -> str:
        """One character in a hundred lost, doubled or changed."""
        made = []
        for c in text:
            chance = self.drawn.random()
            if chance < 0.0034:
                continue
            made.append(self.drawn.choice(text) if chance < 0.0067 else c)
            if 0.0067 <= chance < 0.01:
                made.append(c)
        return "".join(made)

    def dropped_sentences(self, text: str) -> str:
        parts = self.sentences(text)
        for _ in range(min(len(parts) - 1, 1 + len(parts) // 10)):
            del parts[self.drawn.randrange(len(parts))]
        return "".join(parts)

    def swapped_sentences(self, text: str) -> str:
        parts = self.sentences(text)
        if len(parts) > 1:
            at = self.drawn.randrange(len(parts) - 1)
            parts[at], parts[at + 1] = parts[at + 1], parts[at]
        return "".join(parts)

    def abridged(self, text: str, kept: float) -> str:
        """The beginning, as an editor cuts: whole sentences up to a share of the length."""
        parts, length = [], 0
        for part in self.sentences(text):
            parts.append(part)
            length += len(part)
            if length >= kept * len(text):
                break
        return "".join(parts)

    def changed_headline(self, text: str) -> str:
        """The first sentence of another text before the rest of this one."""
        other = self.sentences(self.drawn.choice(self.texts))[0]
        return other + "".join(self.sentences(text)[1:])

    def added_byline(self, text: str) -> str:
        line = "（新华社北京电 记者 王小明 李建国）" if self.chinese else "WASHINGTON (Reuters) - By A. Correspondent. "
        tail = "（责任编辑：张华）" if self.chinese else " Additional reporting by the London bureau."
        return line + text + tail

    def inserted_sentence(self, text: str) -> str:
        parts = self.sentences(text)
        parts.insert(
            self.drawn.randrange(len(parts) + 1), self.drawn.choice(self.sentences(self.drawn.choice(self.texts)))
        )
        return "".join(parts)


def traditional() -> Callable[[str], str] | None:
    """Simplified to Traditional characters, where a converter is installed."""
    try:
        import zhconv

        return lambda text: zhconv.convert(text, "zh-hant")
    except ImportError:
        pass
    try:
        import opencc

        return opencc.OpenCC("s2t").convert
    except ImportError:
        return None


def edits_of(editor: Editor) -> dict[str, Callable[[str], str]]:
    kinds: dict[str, Callable[[str], str]] = {
        "copy": editor.copy,
        "case, width, space": editor.case_width_and_space,
        "typographic noise": editor.typographic_noise,
        "dropped sentences": editor.dropped_sentences,
        "swapped sentences": editor.swapped_sentences,
        "abridged to 80 %": lambda text: editor.abridged(text, 0.8),
        "abridged to 60 %": lambda text: editor.abridged(text, 0.6),
        "abridged to 40 %": lambda text: editor.abridged(text, 0.4),
        "changed headline": editor.changed_headline,
        "added byline": editor.added_byline,
        "inserted sentence": editor.inserted_sentence,
    }
    if editor.chinese:
        if (convert := traditional()) is not None:
            kinds["Traditional"] = convert
        else:
            print("absent: Simplified to Traditional (zhconv or opencc is not installed)")
    return kinds


# --- truth --------------------------------------------------------------------------------------------------------


def units_of(texts: list[str], unit: str) -> list[list[str]]:
    """The definition of newsgpu's shingles: ICU's words, or code points of folded text."""
    if unit == "words":
        tokens = ng.Tokenizer().tokenize(texts)
        return [tokens[doc] for doc in range(len(texts))]
    characters = ng.Tokenizer("segments").tokenize(texts)
    return [list(" ".join("".join(characters[doc]).split())) for doc in range(len(texts))]


def similarities(texts: list[str], task: Task, threshold: float) -> dict[Pair, float]:
    """Every pair of at least this Jaccard similarity."""
    vocabulary: dict[tuple[str, ...], int] = {}
    rows = []
    for units in units_of(texts, task.unit):
        n = min(task.n, len(units))
        found = {tuple(units[i : i + n]) for i in range(len(units) - n + 1)} if n else set()
        rows.append([vocabulary.setdefault(shingle, len(vocabulary)) for shingle in found])
    sizes = np.array([len(row) for row in rows])
    indices = np.concatenate([np.array(row, np.int32) for row in rows])
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    matrix = sp.csr_matrix((np.ones(len(indices), np.int32), indices, indptr), (len(rows), len(vocabulary)))
    shared = np.asarray(matrix.sum(axis=0)).ravel() > 1
    matrix = matrix[:, shared]
    made: dict[Pair, float] = {}
    for first in range(0, len(rows), 1000):
        overlap = (matrix[first : first + 1000] @ matrix.T).tocoo()
        left, right = overlap.row + first, overlap.col
        similarity = overlap.data / (sizes[left] + sizes[right] - overlap.data)
        kept = (left < right) & (similarity >= threshold)
        made.update(
            zip(zip(left[kept].tolist(), right[kept].tolist(), strict=True), similarity[kept].tolist(), strict=True)
        )
    return made


# --- the bench ----------------------------------------------------------------------------------------------------


@dataclass
class Planted:
    """Texts, and the pairs of each kind among them."""

    name: str
    texts: list[str]
    pairs: dict[str, list[Pair]]
    task: Task


def plant(name: str, whole: list[str], options: argparse.Namespace) -> Planted:
    drawn = random.Random(f"{options.seed} {name}")
    chinese = name.endswith("zh")
    long_enough = [text for text in whole if len(text) >= (80 if chinese else 250)]
    texts = drawn.sample(long_enough, min(options.documents, len(long_enough)))
    originals = len(texts)
    pairs: dict[str, list[Pair]] = {}
    for kind, edit in edits_of(Editor(drawn, texts[:originals], chinese)).items():
        pairs[kind] = []
        for row in drawn.sample(range(originals), min(options.edits, originals)):
            pairs[kind].append((row, len(texts)))
            texts.append(edit(texts[row]))
    task = Task("characters", 5, options.threshold, True) if chinese else Task("words", 3, options.threshold, False)
    return Planted(name, texts, pairs, task)


def real_pairs(folder: Path, threshold: float) -> Planted:
    name = "ucsc-near-duplicates-en"
    with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    row_of = {row["id"]: i for i, row in enumerate(rows)}
    known = [line.split("\t")[:2] for line in (folder / f"{name}.pairs.tsv").read_text("utf-8").splitlines()]
    pairs = [(min(row_of[a], row_of[b]), max(row_of[a], row_of[b])) for a, b in known]
    return Planted(name, [row["text"] for row in rows], {"converted twice": pairs}, Task("words", 3, threshold, False))


def has_found(answer: Answer, pair: Pair) -> bool:
    return pair in answer.pairs if answer.pairs is not None else pair[1] in answer.documents()


def measure(planted: Planted, tools: list[type[Tool]]) -> None:
    task = planted.task
    true = similarities(planted.texts, task, min(task.threshold, 0.05))
    truth = {pair for pair, value in true.items() if value >= task.threshold}
    print(f"\n{planted.name}: {len(planted.texts)} documents, {task.unit}, n = {task.n}, threshold {task.threshold}")
    answers: dict[str, Answer] = {}
    for tool_class in tools:
        tool = tool_class()
        tool.prepare(planted.texts, task)
        try:
            answers[tool.name] = tool.answer(tool.find())
        finally:
            tool.close()
    width = max(len(kind) for kind in [*planted.pairs, "all true pairs"])
    short = [name[:18] for name in answers]
    print(f"{'recall':{width}}  median J  true/planted  " + "  ".join(f"{name:>18}" for name in short))
    for kind, pairs in planted.pairs.items():
        reaching = [pair for pair in pairs if pair in truth]
        median = float(np.median([true.get(pair, 0.0) for pair in pairs]))
        cells = [
            f"{share(sum(has_found(answer, pair) for pair in reaching), len(reaching)):18.3f}"
            for answer in answers.values()
        ]
        print(f"{kind:{width}}  {median:8.3f}  {len(reaching):5}/{len(pairs):<6}  " + "  ".join(cells))
    measured = [quality(answer, truth) for answer in answers.values()]
    print(
        f"{'all true pairs':{width}}  {'':8}  {len(truth):12}  "
        + "  ".join(f"{recall:18.3f}" for _, recall in measured)
    )
    print(f"{'precision':{width}}  {'':8}  {'':12}  " + "  ".join(f"{precision:18.3f}" for precision, _ in measured))


def texts_of(folder: Path, name: str) -> list[str]:
    with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def main(arguments: list[str] | None = None) -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("NEWSGPU_TEST_DATA"))
    parser.add_argument("--documents", type=int, default=4000)
    parser.add_argument("--edits", type=int, default=150, help="of each kind")
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", default="", help="a regular expression: only tools whose name matches")
    options = parser.parse_args(arguments)
    if not options.data:
        parser.error("--data or NEWSGPU_TEST_DATA must name a folder with NAME.jsonl.xz")
    folder = Path(options.data)
    # Rensa's two ways differ in speed only.
    peers = installed([peer for peer in PEERS if peer is not RensaFlags])
    tools = [tool for tool in [Newsgpu, *peers] if re.search(options.tools, tool.name)]
    for name in ("xwlb-zh", "reuters-en"):
        measure(plant(name, texts_of(folder, name), options), tools)
    measure(real_pairs(folder, 0.5), tools)


if __name__ == "__main__":
    main()
