"""Lower case against Python's, stripped accents against scikit-learn's, forms against unicodedata's."""

from __future__ import annotations

import itertools
import random
import sys
import unicodedata
from collections.abc import Callable

import numpy as np
import pytest

import newsgpu as ng
from newsgpu import _core

ODD = (
    "\u0130\u0131\u03a3\u03c3\u03c2\u00df\u1e9e\u00ad\u0307\u0301\u0345"
    "\u1100\u1161\u11a8\u3099\u30ab\uff0c\uff21\ufb01\ufdfa"
)


def normalized(texts: list[str], form: str) -> list[str]:
    corpus = ng.Corpus(texts)
    data, offsets = _core.normalize(corpus._view, form, _core.Execution("cpu", 1))
    whole = np.asarray(data).tobytes()
    ends = np.asarray(offsets).tolist()
    return [whole[a:b].decode() for a, b in itertools.pairwise(ends)]


def sample(count: int) -> list[str]:
    """Strings of characters that depend on their neighbours, among others."""
    rng = random.Random(3)
    marks, latin = ("".join(map(chr, range(*ends))) for ends in ((0x300, 0x370), (0xC0, 0x250)))
    pools = [ODD, "aAbB.,' :\u4e2d\u6587", marks, latin]
    return ["".join(rng.choice(rng.choice(pools)) for _ in range(rng.randrange(24))) for _ in range(count)]


def every_code_point() -> list[str]:
    """Those that this Python's Unicode knows: ICU's may be newer, but what is assigned keeps its properties."""
    return [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cs", "Cn")]


def test_lower_is_pythons() -> None:
    texts = [*sample(20_000), "\u03a3", "\u0391\u03a3", "\u0391\u03a3\u0391", "\u0391.\u03a3", "\u03a3\u0301 x"]
    assert normalized(texts, "lower") == [text.lower() for text in texts]


@pytest.mark.parametrize(
    ("form", "peer"),
    [
        ("lower", str.lower),
        ("nfc", lambda text: unicodedata.normalize("NFC", text)),
        ("nfkc", lambda text: unicodedata.normalize("NFKC", text)),
        ("casefold", str.casefold),
    ],
)
def test_every_code_point(form: str, peer: Callable[[str], str]) -> None:
    texts = every_code_point()
    different = [hex(ord(t)) for t, made in zip(texts, normalized(texts, form), strict=True) if made != peer(t)]
    assert different == []


@pytest.mark.parametrize("form", ["nfc", "nfkc"])
def test_forms_of_sequences(form: str) -> None:
    texts = sample(20_000)
    assert normalized(texts, form) == [unicodedata.normalize(form.upper(), text) for text in texts]


@pytest.mark.parametrize("name", ["strip_accents_unicode", "strip_accents_ascii"])
def test_stripped_accents_are_scikit_learns(name: str) -> None:
    peer = getattr(pytest.importorskip("sklearn.feature_extraction.text"), name)
    form = {"strip_accents_unicode": "strip_accents"}.get(name, name)
    texts = every_code_point() + sample(20_000)
    different = [t for t, made in zip(texts, normalized(texts, form), strict=True) if made != peer(t)]
    assert different == []
