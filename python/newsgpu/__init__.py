"""Text analytics for large news corpora: words, n-grams, TF-IDF and near-duplicates, Chinese and English first.

>>> import newsgpu as ng
>>> corpus = ng.Corpus(["The bridge reopened on Friday.", "\u5927\u6865\u5468\u4e94\u6062\u590d\u901a\u8f66\u3002"])
>>> ng.Tokenizer().count(corpus).tolist()
[5, 5]
"""

from typing import TYPE_CHECKING, Any

from ._core import CorruptFile, CudaError, DeviceUnavailable
from ._core import version as __version__
from .corpus import Corpus
from .duplicate_index import DuplicateIndex
from .info import build_info, devices
from .keywords import keywords
from .memory import keep_memory
from .near_duplicates import NearDuplicates, near_duplicates
from .ngrams import count_ngrams
from .reading import read
from .shared_passages import shared_passages
from .similar import similar
from .tokens import Tokenizer, Tokens

if TYPE_CHECKING:
    from .vectorizers import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer

__all__ = [
    "Corpus",
    "CorruptFile",
    "CountVectorizer",
    "CudaError",
    "DeviceUnavailable",
    "DuplicateIndex",
    "HashingVectorizer",
    "NearDuplicates",
    "TfidfTransformer",
    "TfidfVectorizer",
    "Tokenizer",
    "Tokens",
    "__version__",
    "build_info",
    "count_ngrams",
    "devices",
    "keep_memory",
    "keywords",
    "near_duplicates",
    "read",
    "shared_passages",
    "similar",
]

# The vectorizers are loaded when first used: they import scikit-learn where it is installed, which takes a second.
_VECTORIZERS = ("CountVectorizer", "HashingVectorizer", "TfidfTransformer", "TfidfVectorizer")


def __getattr__(name: str) -> Any:
    if name in _VECTORIZERS:
        from . import vectorizers

        return getattr(vectorizers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_VECTORIZERS})
