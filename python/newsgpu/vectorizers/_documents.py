"""Raw documents as the core or Python can read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .. import _core
from .._texts import utf8_list
from ..corpus import Corpus


def as_native_documents(
    documents: Any,
    content: bool,
    decode: Callable[[Any], Any],
    prepare: Callable[[Any], Any] | None,
    num_threads: int | None,
) -> _core.Utf8Documents | None:
    """``documents`` as the core reads them, or ``None`` where only Python can say what they are.

    ``content``: the documents are texts, not files; ``decode`` makes text of what is no ``str``; ``prepare`` is applied
    to every text.
    """
    if content and prepare is None:
        if isinstance(documents, Corpus):
            return documents._view
        try:
            if isinstance(documents, (list, tuple)):
                return utf8_list(documents, num_threads)
            return Corpus(documents, num_threads=num_threads)._view
        except ValueError:  # a lone surrogate
            return None
        except TypeError:
            if not isinstance(documents, (list, tuple)):
                return None
    texts = [document if document is None and content else decode(document) for document in each(documents)]
    if prepare is not None:
        texts = [None if text is None else prepare(text) for text in texts]
    try:
        return utf8_list(texts, num_threads)
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
