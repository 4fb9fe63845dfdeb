"""Raw documents as the core or Python can read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..corpus import Corpus


def as_native_corpus(
    documents: Any, content: bool, decode: Callable[[Any], Any], prepare: Callable[[Any], Any] | None
) -> Corpus | None:
    """``documents`` as a corpus, or ``None`` where only Python can say what they are.

    ``content``: the documents are texts, not files; ``decode`` makes text of what is no ``str``; ``prepare`` is applied
    to every text.
    """
    if content and prepare is None:
        if isinstance(documents, Corpus):
            return documents
        if not isinstance(documents, (list, tuple)):
            return _corpus_or_none(documents)
        if all(issubclass(kind, (str, type(None))) for kind in set(map(type, documents))):
            return _corpus_or_none(documents)
    texts = (document if document is None and content else decode(document) for document in documents)
    if prepare is not None:
        return _corpus_or_none([None if text is None else prepare(text) for text in texts])
    return _corpus_or_none(list(texts))


def _corpus_or_none(texts: Any) -> Corpus | None:
    try:
        return Corpus(texts)
    except (TypeError, ValueError):
        return None


def held(documents: Any) -> Sequence[Any] | Any:
    """``documents`` so that they can be read more than once: an iterator is kept in a list."""
    is_column = isinstance(documents, Corpus) or hasattr(documents, "__arrow_c_array__")
    if is_column or isinstance(documents, (list, tuple)) or hasattr(documents, "__arrow_c_stream__"):
        return documents
    return list(documents)


def each(documents: Iterable[Any]) -> Iterable[Any]:
    """The documents one by one; Arrow's scalars become Python's values."""
    for document in documents:
        yield document.as_py() if hasattr(document, "as_py") else document
