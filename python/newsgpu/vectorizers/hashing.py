"""``HashingVectorizer``: a corpus as a matrix of hashed term counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from .. import _core
from .._execution import require_cpu, run
from .._sklearn import BaseEstimator, TransformerMixin, sparse_result
from ..corpus import Corpus
from ._analysis import TextAnalysis
from ._counts import IN_PYTHON, Weights, count_terms, csr, matrix_options
from ._documents import held
from ._parameters import ANALYSIS, DEFAULT_TOKEN_PATTERN, HASHING, check_parameters
from ._plan import documents_for, native_plan
from .count import refuse_single_string
from .tfidf import refuse_infinite


class HashingVectorizer(TransformerMixin, TextAnalysis, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[misc,call-arg]
    """A corpus as a matrix of hashed term counts: scikit-learn's ``HashingVectorizer``, column and sign for sign.

    A term goes to column ``|h| % n_features``, h the signed 32-bit MurmurHash3 of its UTF-8; with ``alternate_sign`` it
    counts -1 where h is negative. Nothing is learned, and memory does not grow with the vocabulary.

    Every parameter, error and warning is scikit-learn's; ``tokenizer``, ``device`` and ``num_threads`` as in
    :class:`CountVectorizer`.

    Examples
    --------
    >>> vectorizer = HashingVectorizer(n_features=8, alternate_sign=False, norm=None)
    >>> float(vectorizer.transform(["the bridge and the harbour"]).sum())
    5.0
    """

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
        n_features: int = 2**20,
        binary: bool = False,
        norm: str | None = "l2",
        alternate_sign: bool = True,
        dtype: Any = np.float64,
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
        self.n_features = n_features
        self.ngram_range = ngram_range
        self.binary = binary
        self.norm = norm
        self.alternate_sign = alternate_sign
        self.dtype = dtype
        self.device = device
        self.num_threads = num_threads

    def partial_fit(self, X: Any, y: Any = None) -> HashingVectorizer:  # noqa: N803
        """Checks the parameters; there is nothing to learn."""
        check_parameters(self, {**ANALYSIS, **HASHING})
        return self

    def fit(self, X: Any, y: Any = None) -> HashingVectorizer:  # noqa: N803
        """Checks the parameters; there is nothing to learn."""
        check_parameters(self, {**ANALYSIS, **HASHING})
        refuse_single_string(X)
        self._warn_for_unused_params()
        self._validate_ngram_range()
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:  # noqa: N803
        """The same as ``fit`` and ``transform``."""
        return self.fit(X, y).transform(X)

    def transform(self, X: Any) -> Any:  # noqa: N803
        """Counts the hashed terms of ``X``: a CSR matrix ``[documents, n_features]``, rows ascending by column."""
        refuse_single_string(X)
        self._validate_ngram_range()
        documents = held(X)
        plan = native_plan(self)
        native = None if plan is None else documents_for(plan, self, documents, self.num_threads)
        done = False
        if plan is None or native is None or self._cannot_be_negative():
            require_cpu(self.device, self.num_threads, IN_PYTHON)
            matrix = self._count_in_python(documents)
            if self.binary:
                matrix.data.fill(1)
        else:
            done = np.dtype(self.dtype) in (np.float64, np.float32)
            weights = Weights(None, self.norm) if done and self.norm is not None else None
            with run(self.device, self.num_threads, description="counting", call=type(self).__name__) as execution:
                arrays = _core.count_hashed(
                    native,
                    plan.analyzer,
                    self.n_features,
                    self.alternate_sign,
                    matrix_options(self.dtype, self.binary, weights),
                    execution,
                )
            matrix = csr(arrays, self.n_features, self.dtype)
        if matrix.shape[0] == 0:
            raise ValueError("Cannot vectorize empty sequence.")
        return sparse_result(matrix if done else self._normalized(matrix))

    def _count_in_python(self, documents: Any) -> sp.csr_array:
        columns: dict[Any, int] = {}
        counted = count_terms(self.build_analyzer(), documents, columns, np.int64, grow=True)
        for term in columns:
            if not isinstance(term, (str, bytes)):
                raise TypeError("feature names must be strings")
        places, signs = _core.hash_terms(Corpus(list(columns))._view, self.n_features)
        if self._cannot_be_negative() and (signs < 0).any():
            raise OverflowError(f"-1 is out of bounds for dtype {np.dtype(self.dtype)}; use alternate_sign=False")
        values = counted.data * signs[counted.indices] if self.alternate_sign else counted.data
        matrix = sp.csr_array(
            (values.astype(self.dtype), places[counted.indices], counted.indptr),
            shape=(counted.shape[0], self.n_features),
            dtype=self.dtype,
        )
        matrix.sum_duplicates()
        return matrix

    def _cannot_be_negative(self) -> bool:
        """Signs are asked for in a type that has none: an error as soon as a term is negative."""
        return self.alternate_sign and np.dtype(self.dtype).kind == "u"

    def _normalized(self, matrix: Any) -> Any:
        if self.norm is None:
            return matrix
        if matrix.dtype not in (np.float64, np.float32):
            matrix = matrix.astype(np.float64)
        refuse_infinite(matrix.data)
        with run(self.device, self.num_threads, description="weighing", call=type(self).__name__) as execution:
            _core.weigh(matrix.indptr, matrix.indices, matrix.data, None, self.norm, execution)
        return matrix

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags

    def _more_tags(self) -> dict[str, Any]:  # before scikit-learn 1.6
        return {"X_types": ["string"], "requires_fit": False}
