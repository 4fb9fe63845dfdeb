"""Tokens of a corpus, seen from Python."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

import newsgpu as ng

KINDS = ("words", "segments", "sklearn", "characters", "whitespace")
TEXTS = ["The U.S. economy grew 3.2%, didn't it?", "中国经济增长，2026年。", "", None, "İstanbul ΟΔΟΣ x_y 7"]


def test_words_are_normalized_and_counted() -> None:
    tokens = ng.Tokenizer().tokenize(TEXTS)
    assert tokens[0] == ["the", "u.s", "economy", "grew", "3.2", "didn't", "it"]
    assert tokens[1] == ["中国", "经济", "增长", "2026", "年"]
    assert tokens[2] == tokens[3] == []
    assert tokens.offsets.tolist()[:5] == [0, 7, 12, 12, 12]
    assert tokens.to_arrow().to_pylist()[1] == tokens[1]


def test_sklearn_kind_equals_python_re() -> None:
    tokens = ng.Tokenizer("sklearn", normalize=None).tokenize(TEXTS)
    for doc, text in enumerate(TEXTS):
        assert tokens[doc] == re.findall(r"(?u)\b\w\w+\b", (text or "").lower())


@pytest.mark.parametrize("kind", KINDS)
def test_positions_are_in_the_corpus_buffer(kind: ng.tokens.TokenKind) -> None:
    corpus = ng.Corpus(TEXTS)
    buffer = "".join(text or "" for text in TEXTS).encode()
    tokenizer = ng.Tokenizer(kind, normalize=None)
    tokens = tokenizer.tokenize(corpus)
    assert np.all(tokens.starts < tokens.ends)
    assert tokenizer.count(corpus).tolist() == np.diff(tokens.offsets).tolist()
    if kind != "sklearn":
        texts = [buffer[start:end].decode() for start, end in zip(tokens.starts, tokens.ends, strict=True)]
        assert texts == [token for doc in range(len(corpus)) for token in tokens[doc]]


def test_a_slice_has_the_tokens_of_its_documents() -> None:
    corpus = ng.Corpus(TEXTS)
    assert ng.Tokenizer().tokenize(corpus[1:3])[0] == ng.Tokenizer().tokenize(corpus)[1]


def test_stop_words() -> None:
    assert ng.Tokenizer(stop_words="english").tokenize(["The bridge is open"])[0] == ["bridge", "open"]
    assert ng.Tokenizer(stop_words="chinese").tokenize(["中国已经恢复增长了"])[0] == ["中国", "恢复", "增长"]
    assert ng.Tokenizer(stop_words=["bridge"]).tokenize(["The Bridge"])[0] == ["the"]
    assert ng.Tokenizer(stop_words=["The", "\uff22\uff12"]).tokenize(["THE b2 Bridge"])[0] == ["bridge"]
    assert ng.Tokenizer(normalize=None, stop_words=["The"]).tokenize(["The the"])[0] == ["the"]


def test_bad_arguments_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="kind must be one of 'words'"):
        ng.Tokenizer("word")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="normalize must be one of"):
        ng.Tokenizer(normalize="NFC")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stop_words must be 'english'"):
        ng.Tokenizer(stop_words="german")
    with pytest.raises(TypeError, match="single str"):
        ng.Tokenizer().tokenize("one text")
    with pytest.raises(ng.DeviceUnavailable):
        ng.Tokenizer().tokenize(TEXTS, device="cuda")
    with pytest.raises(ValueError, match="device must be"):
        ng.Tokenizer().tokenize(TEXTS, device="gpu")
    with pytest.raises(ValueError, match="num_threads"):
        ng.Tokenizer().tokenize(TEXTS, num_threads=0)


def test_tokenizers_pickle_and_compare() -> None:
    tokenizer = ng.Tokenizer("sklearn", normalize=None, stop_words=["a"])
    assert pickle.loads(pickle.dumps(tokenizer)) == tokenizer
    assert ng.Tokenizer() != tokenizer
