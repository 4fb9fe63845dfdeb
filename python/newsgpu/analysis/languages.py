"""The language of each document, from its scripts and, for Latin letters, from function words."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from ..corpus import Corpus
from ..stop_words import ENGLISH

NAMES = {
    "zh": "Chinese",
    "en": "English",
    "ja": "Japanese",
    "ko": "Korean",
    "latin": "other Latin script",
    "cyrillic": "Cyrillic script",
    "arabic": "Arabic script",
    "other": "Other",
    "none": "No letters",
}
"""Name of each code that :func:`document_languages` gives."""

# A document's middle says more about its language than its head, where bylines and addresses stand.
_SAMPLE_BYTES = 600
_BATCH = 1024

_NONE, _LATIN, _HAN, _KANA, _HANGUL, _CYRILLIC, _ARABIC, _OTHER = range(8)


def document_languages(corpus: Corpus) -> npt.NDArray[np.str_]:
    """A code of ``NAMES`` for every document, ``[D]``, from 600 bytes of its middle.

    Han without kana is Chinese, Han with kana Japanese, Hangul Korean. Latin letters are English where
    English function words outnumber those of its neighbours; where neither do, if the sample is ASCII. A document
    without letters, or missing, is ``"none"``. Cost: one pass over the samples.
    """
    codes = np.full(len(corpus), "none", dtype="<U8")
    for first in range(0, len(corpus), _BATCH):
        samples = _samples(corpus, first, min(first + _BATCH, len(corpus)))
        counts = _script_counts(samples)
        for row, code in enumerate(_codes(counts)):
            if code == "latin" and _is_english(samples[row]):
                code = "en"
            codes[first + row] = code
    return codes


def term_language(term: str) -> str:
    """``"zh"`` for a term with a Han character, ``"latin"`` for one with an ASCII letter, else ``"other"``."""
    if re.search("[\u3400-\u4dbf\u4e00-\u9fff]", term):
        return "zh"
    return "latin" if re.search("[a-z]", term) else "other"


def _samples(corpus: Corpus, first: int, last: int) -> list[bytes]:
    array = corpus._array
    samples = []
    for row in range(first, last):
        text = array[row]
        data = memoryview(text.as_buffer()) if text.is_valid else memoryview(b"")
        start = max(0, (len(data) - _SAMPLE_BYTES) // 3)
        samples.append(bytes(data[start : start + _SAMPLE_BYTES]))
    return samples


def _lead_scripts() -> npt.NDArray[np.uint8]:
    """The script of a UTF-8 lead byte; three-byte leads shared by scripts are told apart by their second byte."""
    scripts = np.zeros(256, np.uint8)
    scripts[list(range(0x41, 0x5B)) + list(range(0x61, 0x7B))] = _LATIN
    scripts[0xC3:0xCB] = _LATIN
    scripts[0xCE:0xD0] = _OTHER
    scripts[0xD0:0xD4] = _CYRILLIC
    scripts[0xD4:0xD8] = _OTHER
    scripts[0xD8:0xDC] = _ARABIC
    scripts[0xDC:0xE1] = _OTHER
    scripts[0xE4:0xEA] = _HAN
    scripts[0xEB:0xED] = _HANGUL
    return scripts


_LEAD_SCRIPTS = _lead_scripts()


def _script_counts(samples: list[bytes]) -> npt.NDArray[np.int64]:
    """Letters of each script in each sample, ``[len(samples), 8]``."""
    lengths = np.fromiter(map(len, samples), np.int64, len(samples))
    content = np.frombuffer(b"".join(samples), np.uint8)
    scripts = _LEAD_SCRIPTS[content]
    second = np.append(content[1:], np.uint8(0)) if len(content) else content
    scripts[(content == 0xE3) & (second >= 0x81) & (second <= 0x83)] = _KANA
    scripts[(content == 0xE3) & (second >= 0x90)] = _HAN
    scripts[(content == 0xEA) & (second >= 0xB0)] = _HANGUL
    scripts[(content == 0xED) & (second < 0xA0)] = _HANGUL
    rows = np.repeat(np.arange(len(samples)), lengths)
    return np.bincount(rows * 8 + scripts, minlength=len(samples) * 8).reshape(len(samples), 8)


def _codes(counts: npt.NDArray[np.int64]) -> list[str]:
    counts = counts.copy()
    counts[:, _NONE] = 0
    # One Han character says about as much as three Latin letters.
    weights = counts * np.array([0, 1, 3, 2, 2, 1, 1, 1])
    letters = counts.sum(axis=1)
    main = weights.argmax(axis=1)
    japanese = counts[:, _KANA] * 10 >= counts[:, _HAN] + counts[:, _KANA]
    names = {_LATIN: "latin", _HANGUL: "ko", _CYRILLIC: "cyrillic", _ARABIC: "arabic", _OTHER: "other"}
    codes = []
    for row in range(len(counts)):
        if letters[row] == 0:
            codes.append("none")
        elif main[row] in (_HAN, _KANA):
            codes.append("ja" if japanese[row] else "zh")
        else:
            codes.append(names[int(main[row])])
    return codes


_WORD = re.compile(r"[^\W\d_]+")
# The commonest words of German, French, Spanish, Portuguese, Italian, Dutch and Swedish that are not English ones.
_OTHER_FUNCTION_WORDS = frozenset(
    """
    der das und ist nicht mit von den dem ein eine zu auf im des sich auch
    le la les et est un une dans pour qui sur pas du au
    el los las que en y por con para se del
    os uma do da em com il di che per non della sono una
    het een van ik niet dat och att det som på
    """.split()
)


def _is_english(sample: bytes) -> bool:
    words = _WORD.findall(sample.decode("utf-8", "ignore").lower())
    english = sum(word in ENGLISH for word in words)
    other = sum(word in _OTHER_FUNCTION_WORDS for word in words)
    return english > other or (english == other and sample.isascii())


def term_languages(num_documents: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Name and HTML language tag of each code of :func:`term_language`, in a corpus with so many documents of each.

    Latin terms are called English where all but a few documents in Latin script are.
    """
    others = num_documents.get("latin", 0)
    is_english = others * 50 <= num_documents.get("en", 0)
    latin = ("English", "en") if is_english else ("Latin script", "")
    return {"zh": ("Chinese", "zh-Hans"), "latin": latin, "other": ("Other scripts", "")}
