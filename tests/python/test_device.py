"""Devices: what is there, what is refused, and that CUDA gives the CPU's answer."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest

import newsgpu as ng

HAS_CUDA = len(ng.devices()) > 1
EMULATED = ng.build_info()["cuda"] == "emulated"
CUDA_KINDS = ("characters", "whitespace")
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
    with pytest.raises(ng.DeviceUnavailable, match="'characters' and 'whitespace' only"):
        ng.Tokenizer("words").count(["text"], device="cuda")
    with pytest.raises(ng.DeviceUnavailable, match="stop words"):
        ng.Tokenizer("whitespace", stop_words="english").count(["text"], device="cuda")
    assert ng.Tokenizer("words").count(["one two"], device="auto").tolist() == [2]


@needs_cuda
def test_by_hand() -> None:
    texts = ["a \u4e2d\u3000\u00e9\n", b"\xe3\x80 x\xff", "", None]
    assert ng.Tokenizer("characters").count(texts, device="cuda").tolist() == [3, 3, 0, 0]
    found = ng.Tokenizer("whitespace").tokenize(texts, device="cuda")
    assert found.offsets.tolist() == [0, 3, 5, 5, 5]
    assert found.starts.tolist() == [0, 2, 8, 11, 14]
    assert found.ends.tolist() == [1, 5, 10, 13, 16]


@needs_cuda
@pytest.mark.parametrize("kind", CUDA_KINDS)
@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
def test_real_news(texts: Callable[[str], list[str]], name: str, kind: ng.tokens.TokenKind) -> None:
    corpus = ng.Corpus(texts(name))
    if EMULATED:
        corpus = corpus[: max(1, len(corpus) * 2_000_000 // corpus.num_bytes)]
    tokenizer = ng.Tokenizer(kind)
    ours = tokenizer.tokenize(corpus, device="cuda")
    theirs = tokenizer.tokenize(corpus, device="cpu")
    for array in ("offsets", "starts", "ends", "status"):
        np.testing.assert_array_equal(getattr(ours, array), getattr(theirs, array))
    np.testing.assert_array_equal(tokenizer.count(corpus, device="cuda"), np.diff(theirs.offsets))
