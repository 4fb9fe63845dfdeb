"""``CountVectorizer``: a corpus as a matrix of term counts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .. import _core
from .._execution import require_cpu, run
from .._sklearn import UNUSED, BaseEstimator, NotFittedError, sparse_result
from ._analysis import TextAnalysis
from ._counts import (
    IN_PYTHON,
    Counts,
    NativeCounts,
    NativeTerms,
    PythonCounts,
    Weights,
    count_terms,
    csr,
    matrix_options,
)
from ._documents import held
from ._parameters import ANALYSIS, DEFAULT_TOKEN_PATTERN, VOCABULARY, Rule, check_parameters
from ._plan import documents_for, native_plan
from ._seen import SeenTerms
from ._vocabulary import Vocabulary


class CountVectorizer(TextAnalysis, BaseEstimator):  # type: ignore[misc]
    """A corpus as a matrix of term counts: scikit-learn's ``CountVectorizer``, column for column.

    Every parameter, attribute, error and warning is scikit-learn's; see its documentation. On top of that:

    Parameters
    ----------
    tokenizer
        A callable as in scikit-learn, or a :class:`newsgpu.Tokenizer`, which finds words in the text as it stands and
        stays native.
    device, num_threads
        Where and on how many cores to count; the result does not depend on them.

    Documents may be anything that :class:`newsgpu.Corpus` accepts. A missing document (``None``, Arrow's null) is a row
    of zeros. Python callables and token patterns that are no relatives of the default (``\\w+``, ``\\w{3,}``) are
    correct but run at Python's speed.

    Examples
    --------
    >>> counts = CountVectorizer().fit_transform(["the bridge", "the old bridge and the new bridge"])
    >>> counts.toarray().tolist()
    [[0, 1, 0, 0, 1], [1, 2, 1, 1, 2]]
    """

    __metadata_request__fit: ClassVar[dict[str, Any]] = {"raw_documents": UNUSED}
    __metadata_request__transform: ClassVar[dict[str, Any]] = {"raw_documents": UNUSED}
    _parameter_rules: ClassVar[dict[str, Rule]] = {**ANALYSIS, **VOCABULARY}

    _vocabulary: Vocabulary | None
    _seen: SeenTerms | None
    _num_documents: int

    def __init__(
        self,
        *,
        input: str = "content",
        encoding: str = "utf-8",
        decode_error: str = "strict",
        strip_accents: Any = None,
        lowercase: bool = True,
        preprocessor: Any = None,
        tokenizer: Any = None,
        stop_words: Any = None,
        token_pattern: str | None = DEFAULT_TOKEN_PATTERN,
        ngram_range: tuple[int, int] = (1, 1),
        analyzer: Any = "word",
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Any = None,
        binary: bool = False,
        dtype: Any = np.int64,
        device: str = "auto",
        num_threads: int | None = None,
    ) -> None:
        self.input = input
        self.encoding = encoding
        self.decode_error = decode_error
        self.strip_accents = strip_accents
        self.preprocessor = preprocessor
        self.tokenizer = tokenizer
        self.analyzer = analyzer
        self.lowercase = lowercase
        self.token_pattern = token_pattern
        self.stop_words = stop_words
        self.max_df = max_df
        self.min_df = min_df
        self.max_features = max_features
        self.ngram_range = ngram_range
        self.vocabulary = vocabulary
        self.binary = binary
        self.dtype = dtype
        self.device = device
        self.num_threads = num_threads

    def fit(self, raw_documents: Any, y: Any = None) -> CountVectorizer:
        """Learns the vocabulary of ``raw_documents``."""
        self._fit(raw_documents, want_matrix=False)
        return self

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Learns the vocabulary of ``raw_documents`` and counts them; the same as ``fit`` and ``transform``, faster.

        Returns a CSR matrix ``[documents, terms]`` of ``dtype``. Its rows are in the order in which the corpus shows
        the terms, as scikit-learn's are; call ``sort_indices`` where they should ascend.
        """
        return sparse_result(self._fit(raw_documents, want_matrix=True))

    def partial_fit(self, raw_documents: Any, y: Any = None) -> CountVectorizer:
        """Learns from one more batch: after any number of batches the vocabulary is that of one ``fit`` on all of them.

        ``min_df``, ``max_df`` and ``max_features`` count over all batches. ``fit`` forgets the batches, and the first
        ``partial_fit`` after it begins anew.
        """
        self._partial_fit(raw_documents)
        return self

    def transform(self, raw_documents: Any) -> Any:
        """Counts the terms of the vocabulary in ``raw_documents``: a CSR matrix, rows ascending by column."""
        refuse_single_string(raw_documents)
        self._check_vocabulary()
        return sparse_result(self._count_known(raw_documents)[0])

    def inverse_transform(self, X: Any) -> list[npt.NDArray[Any]]:  # noqa: N803
        """The terms that each row of ``X`` holds."""
        self._check_vocabulary()
        matrix = sp.csr_array(X)
        terms = np.array(list(self.vocabulary_))
        names = terms[np.argsort(np.array(list(self.vocabulary_.values())))]
        rows = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
        present = (matrix.indices[a:b][matrix.data[a:b] != 0] for a, b in rows)
        return [names[columns].ravel() for columns in present]

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The terms in the order of their columns."""
        self._check_vocabulary()
        assert self._vocabulary is not None
        return self._vocabulary.names()

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """Term to column, in order of first appearance; made when first asked for."""
        self._settle()
        vocabulary = self.__dict__.get("_vocabulary")
        if vocabulary is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute 'vocabulary_'")
        return vocabulary.mapping()

    @vocabulary_.setter
    def vocabulary_(self, value: dict[Any, int]) -> None:
        self._vocabulary = Vocabulary.of_users(value)

    @vocabulary_.deleter
    def vocabulary_(self) -> None:
        del self._vocabulary

    def _fit(self, raw_documents: Any, want_matrix: bool) -> Any:
        """Learns the vocabulary. Returns the matrix of weighed counts if it is wanted."""
        self._check_before_fit(raw_documents)
        self._seen = None
        if self.fixed_vocabulary_:
            return self._fit_known(raw_documents, want_matrix)
        counts = self._count(raw_documents, want_matrix)
        if len(counts) == 0:
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        kept = self._kept(counts)
        self._num_documents = counts.num_documents
        self._learn_weights(counts, kept)
        matrix = None
        if want_matrix:
            weights = self._weights(self.dtype) if counts.weighs else None
            matrix = counts.matrix(kept, self.binary, weights)
            if weights is None:
                matrix = self._weigh(matrix)
        self._vocabulary = counts.vocabulary(kept)
        return matrix

    def _fit_known(self, raw_documents: Any, want_matrix: bool) -> Any:
        """``_fit`` with a given vocabulary."""
        return self._count_known(raw_documents)[0] if want_matrix else None

    def _weights(self, dtype: Any) -> Weights | None:
        """How the core is to weigh a matrix of ``dtype``; ``None`` if only ``_weigh`` can."""
        return Weights(None, "none")

    def _weigh(self, matrix: Any) -> Any:
        """Weighs a matrix of counts."""
        return matrix

    def _check_before_fit(self, raw_documents: Any) -> None:
        check_parameters(self, self._parameter_rules)
        refuse_single_string(raw_documents)
        self._validate_ngram_range()
        self._warn_for_unused_params()
        self._validate_vocabulary()
        if self.fixed_vocabulary_ and self.lowercase and any(map(_has_upper_case, self.vocabulary)):
            warnings.warn(
                "Upper case characters found in vocabulary while 'lowercase' is True. These entries will not be "
                "matched with any documents",
                stacklevel=4,
            )

    def _partial_fit(self, raw_documents: Any) -> Counts | None:
        """Adds a batch to what was seen; the counts of the batch alone, ``None`` with a given vocabulary."""
        self._check_before_fit(raw_documents)
        if self.fixed_vocabulary_:
            return None
        counts = self._count(raw_documents, want_matrix=False)
        if self.__dict__.get("_seen") is None:
            self._seen = SeenTerms()
        assert self._seen is not None
        counts.add_to(self._seen)
        self._stale = True
        return counts

    def _settle(self) -> None:
        """Makes the vocabulary of the batches seen, if there are new ones."""
        if not self.__dict__.get("_stale", False) or self.__dict__.get("_seen") is None:
            return
        assert self._seen is not None
        if len(self._seen) == 0:
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        kept = self._kept(self._seen)
        self._vocabulary = self._seen.vocabulary(kept)
        self._num_documents = self._seen.num_documents
        self._stale = False
        self._learn_weights(self._seen, kept)

    def _learn_weights(self, counts: Any, kept: npt.NDArray[np.bool_] | None) -> None:
        """What a weighting vectorizer learns of the terms that are kept."""

    def _count(self, raw_documents: Any, want_matrix: bool) -> Counts:
        """Counts all terms of the documents."""
        documents = held(raw_documents)
        how = (self.device, self.num_threads)
        plan = native_plan(self)
        native = None if plan is None else documents_for(plan, self, documents, self.num_threads)
        if plan is None or native is None:
            require_cpu(*how, IN_PYTHON)
            return PythonCounts(self.build_analyzer(), documents, self.dtype)
        with run(*how, description="counting", call=type(self).__name__) as execution:
            if not want_matrix:
                return NativeTerms(_core.count_terms(native, plan.analyzer, execution), len(native), how)
            return NativeCounts(_core.count(native, plan.analyzer, execution), len(native), self.dtype, how)

    def _count_known(self, raw_documents: Any, weights: Weights | None = None) -> tuple[sp.csr_array, bool]:
        """Counts the terms of the vocabulary in the documents. Returns also whether it has weighed them."""
        vocabulary = self._vocabulary
        assert vocabulary is not None
        documents = held(raw_documents)
        plan = native_plan(self)
        native = None if plan is None else documents_for(plan, self, documents, self.num_threads)
        index = None if native is None else vocabulary.index()
        if plan is None or native is None or index is None:
            require_cpu(self.device, self.num_threads, IN_PYTHON)
            matrix = count_terms(self.build_analyzer(), documents, vocabulary.mapping(), self.dtype, grow=False)
            if self.binary:
                matrix.data.fill(1)
            return matrix, False
        with run(self.device, self.num_threads, description="counting", call=type(self).__name__) as execution:
            options = matrix_options(self.dtype, self.binary, weights)
            arrays = _core.count_columns(native, plan.analyzer, index, options, execution)
        return csr(arrays, len(index), self.dtype), weights is not None

    def _kept(self, counts: Any) -> npt.NDArray[np.bool_] | None:
        """Which terms the limits leave; ``None``: all."""
        documents = counts.num_documents
        high = self.max_df if isinstance(self.max_df, Integral) else self.max_df * documents
        low = self.min_df if isinstance(self.min_df, Integral) else self.min_df * documents
        if high < low:
            raise ValueError("max_df corresponds to < documents than min_df")
        if low <= 1 and high >= documents and (self.max_features is None or len(counts) <= self.max_features):
            return None
        document_counts = counts.document_counts
        kept = (document_counts <= high) & (document_counts >= low)
        if self.max_features is not None and kept.sum() > self.max_features:
            frequencies = document_counts if self.binary else counts.counts
            # NumPy's unstable sort decides ties, so it has to see the type that a sum over the matrix would have.
            frequencies = frequencies.astype(_sum_dtype(self.dtype))
            best = (-frequencies[kept]).argsort()[: self.max_features]
            kept, among = np.zeros_like(kept), np.flatnonzero(kept)
            kept[among[best]] = True
        if not kept.any():
            raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
        return kept

    def _validate_vocabulary(self) -> None:
        vocabulary = self.vocabulary
        self.fixed_vocabulary_ = vocabulary is not None
        if vocabulary is None:
            return
        if isinstance(vocabulary, Mapping):
            columns = set(vocabulary.values())
            if len(columns) != len(vocabulary):
                raise ValueError("Vocabulary contains repeated indices.")
            for column in range(len(vocabulary)):
                if column not in columns:
                    raise ValueError(f"Vocabulary of size {len(vocabulary)} doesn't contain index {column}.")
            made = vocabulary
        else:
            made = {}
            for column, term in enumerate(sorted(vocabulary) if isinstance(vocabulary, set) else vocabulary):
                if made.setdefault(term, column) != column:
                    raise ValueError(f"Duplicate term in vocabulary: {term!r}")
        if not made:
            raise ValueError("empty vocabulary passed to fit")
        self._vocabulary = Vocabulary(made)

    def _check_vocabulary(self) -> None:
        self._settle()
        if self.__dict__.get("_vocabulary") is None:
            self._validate_vocabulary()
            if not self.fixed_vocabulary_:
                raise NotFittedError("Vocabulary not fitted or provided")
        assert self._vocabulary is not None
        if len(self._vocabulary) == 0:
            raise ValueError("Vocabulary is empty")

    def _sort_features(self, X: Any, vocabulary: dict[Any, int]) -> Any:  # noqa: N803
        """Renumbers the columns of ``X`` and the values of ``vocabulary`` in the order of the terms."""
        columns = np.empty(len(vocabulary), dtype=X.indices.dtype)
        for column, term in enumerate(sorted(vocabulary)):
            columns[vocabulary[term]] = column
            vocabulary[term] = column
        X.indices = columns.take(X.indices, mode="clip")
        return X

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _more_tags(self) -> dict[str, Any]:  # before scikit-learn 1.6
        return {"X_types": ["string"]}


def refuse_single_string(raw_documents: Any) -> None:
    """Raises for a single string, whose characters would be taken for documents."""
    if isinstance(raw_documents, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")


def _has_upper_case(term: Any) -> bool:
    return any(map(str.isupper, term))


def _sum_dtype(dtype: Any) -> Any:
    """The type in which SciPy sums a matrix of ``dtype``."""
    kind = np.dtype(dtype)
    if kind.kind == "u" and np.can_cast(kind, np.uint):
        return np.uint
    return np.int_ if np.can_cast(kind, np.int_) else kind
