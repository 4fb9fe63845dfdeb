"""Text analytics for large news corpora: words, n-grams, TF-IDF and near-duplicates, Chinese and English first.

>>> import newsgpu as ng
>>> corpus = ng.Corpus(["The bridge reopened on Friday.", "\u5927\u6865\u5468\u4e94\u6062\u590d\u901a\u8f66\u3002"])
>>> ng.Tokenizer().count(corpus).tolist()
[5, 4]
"""

from ._core import CorruptFile, DeviceUnavailable
from ._core import version as __version__
from .corpus import Corpus
from .info import build_info, devices
from .reading import read
from .tokens import Tokenizer, Tokens

__all__ = [
    "Corpus",
    "CorruptFile",
    "DeviceUnavailable",
    "Tokenizer",
    "Tokens",
    "__version__",
    "build_info",
    "devices",
    "read",
]
