"""Devices: what is there, what is refused, and that CUDA gives the CPU's answer."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable

import numpy as np
import pytest
from japanese_news import japanese_news

import newsgpu as ng
from newsgpu.command_line import main

HAS_CUDA = len(ng.devices()) > 1
EMULATED = ng.build_info()["cuda"] == "emulated"
CUDA_KINDS = ("characters", "whitespace", "sklearn", "words", "segments")
TEXT_BYTES = 2_000_000
needs_cuda = pytest.mark.skipif(
    not HAS_CUDA and os.environ.get("NEWSGPU_REQUIRE_GPU") != "1",
    reason="no CUDA device; NEWSGPU_REQUIRE_GPU=1 makes this a failure",
)


def test_build_info_and_devices_agree() -> None:
    info = ng.build_info()
    assert info["cuda"] in {"no", "yes", "emulated"}
    assert bool(info["cuda_architectures"]) == (info["cuda"] == "yes")
    assert ng.devices()[0] == "cpu"
    assert all(name.startswith("cuda:") for name in ng.devices()[1:])
    assert info["cuda"] != "no" or not HAS_CUDA


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(ng.DeviceUnavailable, match="cuda:99 was asked for"):
        ng.Tokenizer("characters").count(["text"], device="cuda:99")
    if not HAS_CUDA:
        with pytest.raises(ng.DeviceUnavailable):
            ng.Tokenizer("characters").count(["text"], device="cuda")


@needs_cuda
def test_what_the_kernels_cannot_do_is_refused() -> None:
    with pytest.raises(ng.DeviceUnavailable, match="stop words"):
        ng.Tokenizer("whitespace", stop_words="english").count(["text"], device="cuda")
    assert ng.Tokenizer("whitespace", stop_words="english").count(["cats the markets"], device="auto").tolist() == [2]


@needs_cuda
def test_by_hand() -> None:
    texts = ["a \u4e2d\u3000\u00e9\n", b"\xe3\x80 x\xff", "", None]
    assert ng.Tokenizer("characters").count(texts, device="cuda").tolist() == [3, 3, 0, 0]
    found = ng.Tokenizer("whitespace").tokenize(texts, device="cuda")
    assert found.offsets.tolist() == [0, 3, 5, 5, 5]
    assert found.starts.tolist() == [0, 2, 8, 11, 14]
    assert found.ends.tolist() == [1, 5, 10, 13, 16]


@needs_cuda
def test_words_by_hand() -> None:
    # Letters around a quote, digits around a full stop; Shanghai, a particle and a group of katakana; Thai; an accent
    # and a Mid character of three bytes between letters.
    texts: list[str | None] = [
        "can't 3.14!",
        "\u4e0a\u6d77\u306b\u30ab\u30bf\u30ab\u30ca",
        "\u0e44\u0e17\u0e22",
        "a\u0301\u2019b",
    ]
    texts += ["", None]
    segments = ng.Tokenizer("segments").tokenize(texts, device="cuda")
    assert segments.offsets.tolist() == [0, 4, 7, 8, 9, 9, 9]
    assert segments.starts.tolist() == [0, 5, 6, 10, 11, 17, 20, 32, 41]
    assert segments.ends.tolist() == [5, 6, 10, 11, 17, 20, 32, 41, 48]
    assert segments.status.tolist() == [200, 0, 100, 0, 400, 400, 400, 200, 200]
    words = ng.Tokenizer("words").tokenize(texts, device="cuda")
    assert words.starts.tolist() == [0, 6, 11, 17, 20, 32, 41]
    assert ng.Tokenizer("words").count(texts, device="cuda").tolist() == [2, 3, 1, 1, 0, 0]


@needs_cuda
def test_sklearn_tokens_are_pythons() -> None:
    texts = ["a bc _d 1 22", "\u0130b \u0130", "\u00e9\u00e8 x", "\u4e2d\u6587\u3002x_1", "i\u0307i"]
    pattern = re.compile(r"(?u)\b\w\w+\b")
    expected = [len(pattern.findall(text.lower())) for text in texts]
    assert ng.Tokenizer("sklearn").count(texts, device="cuda").tolist() == expected


def hostile_text(num_bytes: int) -> bytes:
    """Everything that joins, parts or breaks, in any order, and bytes that are no UTF-8."""
    parts = (
        "the |don't |na\u00efve|won\u2019t|3.14|1,000|_|a_b|\r\n|\n| |\u3000|\u2028|\0"
        "|\u4e2d\u6587|\u56fd\u5bb6\u4e3b\u5e2d|\u3005|\u2e80|\U00020000|\u30b9\u30de\u30fc\u30c8|\u30a2_"
        "|\u3072\u3089|\u304b\u3099|\uff76\uff9e|\ud55c\uad6d|\u0e44\u0e17\u0e22|\u0ea5\u0eb2\u0ea7|\u0905\u0928\u0941"
        "|\u0301|\u200d|\U0001f468\u200d\U0001f469|\U0001f1e9\U0001f1ea|\U0001f1eb|\u05d0\"\u05d1|\u05d0'|\u00b7"
        "|\U00016fe4|\ufdfa|\u3300|\u2460|\u0130"
    ).split("|")
    broken = [b"\xff", b"\xe4\xb8", b"\xf0\x9f", b"\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
    pool = [part.encode() for part in parts] + broken
    random = np.random.default_rng(5)
    text = bytearray()
    while len(text) < num_bytes:
        text += pool[random.integers(len(pool))] * (1 if random.random() < 0.9 else int(random.integers(2, 40)))
    return bytes(text[:num_bytes])


@needs_cuda
def test_a_corpus_stays_on_a_device() -> None:
    corpus = ng.Corpus(["a b", "c", None, "d e f"], ids=["w", "x", "y", "z"])
    resident = corpus.to("cuda")
    assert (corpus.device, resident.device) == ("cpu", "cuda:0")
    assert resident.to("cuda:0") is resident
    assert resident.ids.to_pylist() == ["w", "x", "y", "z"]
    tokenizer = ng.Tokenizer("whitespace")
    found = tokenizer.tokenize(resident)  # "auto": where the text is
    assert found.offsets.tolist() == [0, 2, 3, 3, 6]
    assert found.stats["resident_batches"] == 1
    assert found.stats["uploaded_bytes"] == 0
    assert tokenizer.tokenize(resident, device="cpu").stats["batches"] == 0
    assert ng.count_ngrams(resident, n=1)["term"].to_pylist() == ["a", "b", "c", "d", "e", "f"]


@needs_cuda
def test_what_keeps_the_copy() -> None:
    resident = ng.Corpus(["a b", "c", None, "d e f"]).to("cuda:0")
    part = resident[1:]
    assert part.device == "cuda:0"
    assert ng.Tokenizer("whitespace").tokenize(part, device="cuda").starts.tolist() == [3, 4, 6, 8]
    assert resident.take([0]).device == "cpu"
    assert resident.to("cpu").device == "cpu"
    assert pickle.loads(pickle.dumps(resident)).device == "cpu"
    assert ng.Corpus(resident).device == "cpu"


def test_devices_of_a_corpus_are_named() -> None:
    corpus = ng.Corpus(["a"])
    assert corpus.to("cpu") is corpus
    with pytest.raises(ValueError, match="'cpu', 'cuda' or 'cuda:K', got 'auto'"):
        corpus.to("auto")
    with pytest.raises(ValueError, match="got 'gpu'"):
        corpus.to("gpu")
    with pytest.raises(TypeError, match="device must be a string, got 0"):
        corpus.to(0)  # type: ignore[arg-type]
    with pytest.raises(ng.DeviceUnavailable, match=r"Corpus\.to: cuda:99 was asked for"):
        corpus.to("cuda:99")


def calls(device: str) -> dict[str, Callable[[], object]]:
    """Every public function that takes a device."""
    texts = ["one two three", "two three four"]
    counts = ng.CountVectorizer().fit_transform(texts)
    return {
        "tokenize": lambda: ng.Tokenizer().tokenize(texts, device=device),
        "count_tokens": lambda: ng.Tokenizer().count(texts, device=device),
        "count_ngrams": lambda: ng.count_ngrams(texts, device=device),
        "keywords": lambda: ng.keywords(texts, device=device),
        "similar": lambda: ng.similar(texts, device=device),
        "near_duplicates": lambda: ng.near_duplicates(texts, device=device),
        "CountVectorizer": lambda: ng.CountVectorizer(device=device).fit_transform(texts),
        "HashingVectorizer": lambda: ng.HashingVectorizer(device=device).transform(texts),
        "TfidfVectorizer": lambda: ng.TfidfVectorizer(device=device).fit_transform(texts),
        "TfidfTransformer": lambda: ng.TfidfTransformer(device=device).fit_transform(counts),
    }


@pytest.mark.parametrize("name", calls("cpu"))
def test_every_call_takes_a_device(name: str) -> None:
    for device in ("auto", "cpu"):
        calls(device)[name]()
    with pytest.raises(ValueError, match="device must be 'auto', 'cpu', 'cuda' or 'cuda:K', got 'gpu'"):
        calls("gpu")[name]()
    with pytest.raises(ng.DeviceUnavailable, match="cuda:99 was asked for"):
        calls("cuda:99")[name]()


@needs_cuda
@pytest.mark.parametrize("name", calls("cpu"))
def test_every_call_has_kernels(name: str) -> None:
    calls("cuda")[name]()


def test_the_command_line_refuses_a_device_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ngrams", "--device", "gpu", "nothing.txt"])
    assert ended.value.code == 2
    assert "must be 'auto', 'cpu', 'cuda' or 'cuda:K', got 'gpu'" in capsys.readouterr().err


def assert_same(kind: ng.tokens.TokenKind, corpus: ng.Corpus) -> None:
    tokenizer = ng.Tokenizer(kind)
    ours = tokenizer.tokenize(corpus, device="cuda")
    theirs = tokenizer.tokenize(corpus, device="cpu")
    for array in ("offsets", "starts", "ends", "status"):
        np.testing.assert_array_equal(getattr(ours, array), getattr(theirs, array))
    np.testing.assert_array_equal(tokenizer.count(corpus, device="cuda"), np.diff(theirs.offsets))


def real_news(texts: Callable[[str], list[str]], name: str) -> ng.Corpus:
    corpus = ng.Corpus(texts(name))
    return corpus[: max(1, len(corpus) * TEXT_BYTES // corpus.num_bytes)] if EMULATED else corpus


@needs_cuda
@pytest.mark.parametrize("kind", CUDA_KINDS)
@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
def test_real_news(texts: Callable[[str], list[str]], name: str, kind: ng.tokens.TokenKind) -> None:
    assert_same(kind, real_news(texts, name))


def share_left_to_icu(corpus: ng.Corpus) -> float:
    """Of the tiles in which words were looked for."""
    stats = ng.Tokenizer("words").tokenize(corpus, device="cuda").stats
    assert stats["word_tiles"] >= corpus.num_bytes // 1920
    return stats["exact_word_tiles"] / stats["word_tiles"]


@needs_cuda
@pytest.mark.parametrize(("name", "below"), [("reuters-en", 1e-12), ("xwlb-zh", 0.001)])
def test_kernels_leave_no_news_to_icu(texts: Callable[[str], list[str]], name: str, below: float) -> None:
    assert share_left_to_icu(real_news(texts, name)) < below


@needs_cuda
def test_kernels_leave_little_japanese_to_icu() -> None:
    news = japanese_news(2000)
    assert share_left_to_icu(ng.Corpus(news)) < 0.05
    assert_same("words", ng.Corpus(news))
    # Halfwidth kana are for ICU, and that is counted.
    assert share_left_to_icu(ng.Corpus([text + "\uff76\uff9e" for text in news])) > 0.5


@needs_cuda
@pytest.mark.parametrize("kind", CUDA_KINDS)
def test_hostile_text(kind: ng.tokens.TokenKind) -> None:
    text = hostile_text(TEXT_BYTES)
    random = np.random.default_rng(6)
    cuts = np.sort(random.integers(0, len(text), 2000))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert_same(kind, ng.Corpus(pieces))
    assert_same(kind, ng.Corpus([text[: TEXT_BYTES // 4]]))


@needs_cuda
@pytest.mark.parametrize("kind", CUDA_KINDS)
def test_many_tiny_documents(kind: ng.tokens.TokenKind) -> None:
    text = hostile_text(250_000)
    assert_same(kind, ng.Corpus([text[i * 5 // 2 : (i + 1) * 5 // 2] for i in range(100_000)]))
