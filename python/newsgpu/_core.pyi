from collections.abc import Callable, Iterable
from os import PathLike
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

version: str

class DeviceUnavailable(RuntimeError): ...
class CudaError(RuntimeError): ...
class CorruptFile(OSError): ...

class Execution:
    def __init__(
        self, device: str = ..., num_threads: int = ..., progress: Callable[[str, float], None] | None = ...
    ) -> None: ...
    @property
    def stats(self) -> dict[str, int]: ...

class Documents:
    def __init__(self, *args: NoReturn, **kwargs: NoReturn) -> None: ...
    def __len__(self) -> int: ...

class TextList(Documents):
    def __init__(self, texts: Iterable[str | None], execution: Execution) -> None: ...

class CorpusView(Documents):
    def __init__(
        self,
        bytes: npt.NDArray[np.uint8],
        offsets: npt.NDArray[np.int64],
        validity: npt.NDArray[np.uint8] | None,
        validity_offset: int,
    ) -> None: ...
    @property
    def num_bytes(self) -> int: ...
    @property
    def device(self) -> str: ...
    def to(self, execution: Execution) -> CorpusView: ...
    def part(self, first: int, count: int) -> CorpusView: ...

class Tokenizer:
    def __init__(self, kind: str, normalize: str, stop_words: list[str], min_length: int = 1) -> None: ...

class Analyzer:
    def __init__(
        self, unit: str, min_n: int, max_n: int, tokenizer: Tokenizer | None = ..., form: str = ...
    ) -> None: ...

class TermCounts:
    def __init__(self, *args: NoReturn, **kwargs: NoReturn) -> None: ...
    def __len__(self) -> int: ...
    @property
    def counts(self) -> npt.NDArray[np.int64]: ...
    @property
    def document_counts(self) -> npt.NDArray[np.int64]: ...
    @property
    def appearance(self) -> npt.NDArray[np.int32]: ...
    def texts(
        self, columns: npt.NDArray[np.int32] | None, execution: Execution
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]: ...

class MatrixOptions:
    def __init__(
        self, dtype: str, binary: bool = False, idf: npt.NDArray[Any] | None = None, norm: str = "none"
    ) -> None: ...

class DocumentTerms:
    def __init__(self, *args: NoReturn, **kwargs: NoReturn) -> None: ...
    def __len__(self) -> int: ...
    def add_up(self, execution: Execution) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]: ...
    def take_matrix(
        self, kept: npt.NDArray[np.uint8] | None, options: MatrixOptions, execution: Execution
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[Any]]: ...
    @property
    def terms(self) -> TermCounts: ...

class TermIndex:
    def __init__(self, terms: CorpusView) -> None: ...
    def __len__(self) -> int: ...

class GrowingTerms:
    def __init__(self) -> None: ...
    def __len__(self) -> int: ...
    @property
    def num_documents(self) -> int: ...
    @property
    def counts(self) -> npt.NDArray[np.int64]: ...
    @property
    def document_counts(self) -> npt.NDArray[np.int64]: ...
    def add(self, batch: TermCounts, num_documents: int, execution: Execution) -> None: ...
    def add_texts(
        self,
        terms: CorpusView,
        counts: npt.NDArray[np.int64],
        document_counts: npt.NDArray[np.int64],
        num_documents: int,
    ) -> None: ...
    def texts(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]: ...
    def sorted(self) -> npt.NDArray[np.int32]: ...

_Matches = tuple[
    npt.NDArray[np.int64],
    tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]],
    npt.NDArray[np.int64],
    tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]],
    npt.NDArray[np.float64],
    int,
]

class DuplicateIndex:
    def __init__(
        self, *, threshold: float, unit: str, n: int, similarity: str, recall: float, method: str, seed: int
    ) -> None: ...
    @staticmethod
    def load(path: str | PathLike[str], verify: bool, execution: Execution) -> DuplicateIndex: ...
    def add(
        self, corpus: CorpusView, ids: CorpusView | None, top: int, max_matches: int, execution: Execution
    ) -> _Matches: ...
    def query(
        self,
        corpus: CorpusView,
        ids: CorpusView | None,
        top: int,
        max_matches: int,
        within: bool,
        execution: Execution,
    ) -> _Matches: ...
    def merge(self, other: DuplicateIndex, top: int, max_matches: int, execution: Execution) -> _Matches: ...
    def save(self, path: str | PathLike[str], execution: Execution) -> None: ...
    def __len__(self) -> int: ...
    @property
    def options(self) -> dict[str, Any]: ...
    @property
    def stats(self) -> dict[str, Any]: ...

class NearDuplicates:
    def __init__(self, *args: NoReturn, **kwargs: NoReturn) -> None: ...
    @property
    def cluster_id(self) -> npt.NDArray[np.int64]: ...
    @property
    def keeper(self) -> npt.NDArray[np.int64]: ...
    @property
    def similarity(self) -> npt.NDArray[np.float64]: ...
    @property
    def distinct_similarities(self) -> npt.NDArray[np.float64]: ...
    @property
    def stats(self) -> dict[str, Any]: ...
    def pairs(
        self, execution: Execution
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]: ...

def near_duplicates(
    corpus: CorpusView,
    *,
    threshold: float,
    unit: str,
    n: int,
    similarity: str,
    recall: float,
    method: str,
    cluster: str,
    keep: str,
    priorities: npt.NDArray[np.float64] | None,
    seed: int,
    memory_budget: int,
    execution: Execution,
) -> NearDuplicates: ...
def available_devices() -> list[str]: ...
def usable_cores() -> int: ...
def build_info() -> dict[str, str]: ...
def encode_texts(
    texts: Iterable[str | bytes | None], execution: Execution
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.uint8] | None]: ...
def normalize(
    corpus: CorpusView, form: str, execution: Execution
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]: ...
def tokenize(
    corpus: CorpusView, tokenizer: Tokenizer, execution: Execution
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint16]]: ...
def count_tokens(corpus: CorpusView, tokenizer: Tokenizer, execution: Execution) -> npt.NDArray[np.int64]: ...
def tokenize_to_text(
    corpus: CorpusView, tokenizer: Tokenizer, execution: Execution
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], npt.NDArray[np.int64]]: ...
def count_terms(documents: Documents, analyzer: Analyzer, execution: Execution) -> TermCounts: ...
def count(documents: Documents, analyzer: Analyzer, execution: Execution) -> DocumentTerms: ...
def count_columns(
    documents: Documents, analyzer: Analyzer, columns: TermIndex, options: MatrixOptions, execution: Execution
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[Any]]: ...
def count_hashed(
    documents: Documents,
    analyzer: Analyzer,
    num_features: int,
    alternate_sign: bool,
    options: MatrixOptions,
    execution: Execution,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[Any]]: ...
def count_ngrams(
    corpus: CorpusView,
    analyzer: Analyzer,
    top: int,
    min_count: int,
    min_documents: int,
    memory_budget: int,
    execution: Execution,
) -> tuple[
    npt.NDArray[np.uint8],
    npt.NDArray[np.int64],
    npt.NDArray[np.int8],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
]: ...
def weigh(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    data: npt.NDArray[Any],
    idf: npt.NDArray[Any] | None,
    norm: str,
    execution: Execution,
) -> None: ...
def keywords(
    corpus: CorpusView, top: int, analyzer: Analyzer, execution: Execution
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.int32],
    npt.NDArray[np.uint8],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
]: ...
def shared_passages(
    corpus: CorpusView,
    min_tokens: int,
    sources: npt.NDArray[np.int32] | None,
    tokenizer: Tokenizer,
    execution: Execution,
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    int,
]: ...
def similar(
    corpus: CorpusView, top: int, threshold: float, analyzer: Analyzer, execution: Execution
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]: ...
def term_columns(
    bytes: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], columns: npt.NDArray[np.int32]
) -> dict[str, int]: ...
def hash_terms(terms: CorpusView, num_features: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]: ...
