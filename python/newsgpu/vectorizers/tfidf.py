"""TF-IDF: ``TfidfTransformer`` weighs a matrix of counts, ``TfidfVectorizer`` counts and weighs."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .. import _core
from .._execution import run
from .._sklearn import (
    BaseEstimator,
    NotFittedError,
    OneToOneFeatureMixin,
    TransformerMixin,
    check_matrix,
    sparse_result,
)
from ._counts import Weights
from ._parameters import DEFAULT_TOKEN_PATTERN, WEIGHTS, Rule, check_parameters
from .count import CountVectorizer, refuse_single_string

_FLOATS = [np.float64, np.float32]


class TfidfTransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[misc,call-arg]
    """Weighs a matrix of counts by TF-IDF: scikit-learn's ``TfidfTransformer``, bit for bit.

    An entry becomes tf * idf with idf = ln((1 + D) / (1 + df)) + 1 (``smooth_idf``) or ln(D / df) + 1, and tf or
    1 + ln(tf) (``sublinear_tf``); each row is then divided by its ``norm``, summed in the order of the row.

    Parameters
    ----------
    norm, use_idf, smooth_idf, sublinear_tf
        As in scikit-learn.
    device, num_threads
        Where and on how many cores to weigh; the result does not depend on them.

    Examples
    --------
    >>> TfidfTransformer(norm=None, smooth_idf=False).fit_transform([[2, 0], [1, 1]]).toarray().round(3).tolist()
    [[2.0, 0.0], [1.0, 1.693]]
    """

    def __init__(
        self,
        *,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        device: str = "auto",
        num_threads: int | None = None,
    ) -> None:
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf
        self.device = device
        self.num_threads = num_threads

    def fit(self, X: Any, y: Any = None) -> TfidfTransformer:  # noqa: N803
        """Learns the idf of each column of the counts ``X`` ``[documents, terms]``."""
        check_parameters(self, WEIGHTS)
        matrix = check_matrix(self, X, reset=True, accept=("csr", "csc"))
        if not sp.issparse(matrix):
            matrix = sp.csr_array(matrix)
        document_counts = (
            np.bincount(matrix.indices, minlength=matrix.shape[1]) if matrix.format == "csr" else np.diff(matrix.indptr)
        )
        self._learn(document_counts, matrix.shape[0], matrix.dtype)
        return self

    def _learn(self, document_counts: npt.NDArray[Any], num_documents: int, dtype: Any) -> None:
        self.n_features_in_ = len(document_counts)
        if not self.use_idf:
            return
        dtype = dtype if dtype in _FLOATS else np.float64
        counts = document_counts.astype(dtype)
        counts += float(self.smooth_idf)
        # NumPy's logarithm, because scikit-learn's bits are its bits.
        self.idf_ = np.full_like(counts, num_documents + int(self.smooth_idf), dtype=dtype)
        self.idf_ /= counts
        np.log(self.idf_, out=self.idf_)
        self.idf_ += 1.0

    def transform(self, X: Any, copy: bool = True) -> Any:  # noqa: N803
        """Weighs the counts ``X``; with ``copy=False`` in place where ``X`` is a CSR matrix of floats."""
        if not hasattr(self, "n_features_in_") and not hasattr(self, "idf_"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
                "using this estimator."
            )
        matrix = check_matrix(self, X, reset=False, accept=("csr",), dtype=_FLOATS, copy=copy)
        if not sp.issparse(matrix):
            matrix = sp.csr_array(matrix, dtype=matrix.dtype)
        return sparse_result(self._weigh(matrix), given=X)

    def _weigh(self, matrix: Any) -> Any:
        """Weighs a CSR matrix of floats in place."""
        if self.sublinear_tf:
            np.log(matrix.data, matrix.data)
            matrix.data += 1.0
        idf = getattr(self, "idf_", None)
        if idf is not None and np.asarray(idf).dtype != matrix.dtype:
            matrix.data *= idf[matrix.indices]
            idf = None
        matrix.data = np.ascontiguousarray(matrix.data)
        with run(self.device, self.num_threads, description="weighing", call=type(self).__name__) as execution:
            _core.weigh(
                np.ascontiguousarray(matrix.indptr),
                np.ascontiguousarray(matrix.indices),
                matrix.data,
                None if idf is None else np.ascontiguousarray(idf),
                "none",
                execution,
            )
            if self.norm is not None:
                refuse_infinite(matrix.data)
                _core.weigh(matrix.indptr, matrix.indices, matrix.data, None, self.norm, execution)
        return matrix

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _more_tags(self) -> dict[str, Any]:  # before scikit-learn 1.6
        return {"X_types": ["2darray", "sparse"], "preserves_dtype": _FLOATS}


class TfidfVectorizer(CountVectorizer):
    """A corpus as a matrix of TF-IDF weights: scikit-learn's ``TfidfVectorizer``, bit for bit.

    The same as :class:`CountVectorizer` followed by :class:`TfidfTransformer`; see both.

    Examples
    --------
    >>> weights = TfidfVectorizer().fit_transform(["the bridge", "the harbour"])
    >>> weights.toarray().round(3).tolist()
    [[0.815, 0.0, 0.58], [0.0, 0.815, 0.58]]
    """

    _parameter_rules: ClassVar[dict[str, Rule]] = {**CountVectorizer._parameter_rules, **WEIGHTS}

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
        analyzer: Any = "word",
        stop_words: Any = None,
        token_pattern: str | None = DEFAULT_TOKEN_PATTERN,
        ngram_range: tuple[int, int] = (1, 1),
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Any = None,
        binary: bool = False,
        dtype: Any = np.float64,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        device: str = "auto",
        num_threads: int | None = None,
    ) -> None:
        super().__init__(
            input=input,
            encoding=encoding,
            decode_error=decode_error,
            strip_accents=strip_accents,
            lowercase=lowercase,
            preprocessor=preprocessor,
            tokenizer=tokenizer,
            analyzer=analyzer,
            stop_words=stop_words,
            token_pattern=token_pattern,
            ngram_range=ngram_range,
            max_df=max_df,
            min_df=min_df,
            max_features=max_features,
            vocabulary=vocabulary,
            binary=binary,
            dtype=dtype,
            device=device,
            num_threads=num_threads,
        )
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf

    @property
    def idf_(self) -> npt.NDArray[Any]:
        """The inverse document frequency of each column."""
        self._settle()
        if not hasattr(self, "_tfidf"):
            raise NotFittedError(
                f"{type(self).__name__} is not fitted yet. Call 'fit' with appropriate arguments before using this "
                "attribute."
            )
        return self._tfidf.idf_

    @idf_.setter
    def idf_(self, value: Any) -> None:
        if not self.use_idf:
            raise ValueError("`idf_` cannot be set when `user_idf=False`.")
        if not hasattr(self, "_tfidf"):
            self._tfidf = self._make_transformer()
        self._settle()
        self._validate_vocabulary()
        vocabulary = self.__dict__.get("_vocabulary")
        if vocabulary is not None and len(vocabulary) != len(value):
            raise ValueError(f"idf length = {len(value)} must be equal to vocabulary size = {len(vocabulary)}")
        self._tfidf.idf_ = value

    def fit(self, raw_documents: Any, y: Any = None) -> TfidfVectorizer:
        """Learns the vocabulary of ``raw_documents`` and its idf."""
        self._check_dtype()
        self._fit(raw_documents, want_matrix=False)
        return self

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Learns the vocabulary of ``raw_documents`` and its idf and weighs them; faster than ``fit``, ``transform``.

        Returns a CSR matrix ``[documents, terms]`` of ``dtype``, rows in the order in which the corpus shows the terms.
        """
        self._check_dtype()
        return sparse_result(self._fit(raw_documents, want_matrix=True))

    def partial_fit(self, raw_documents: Any, y: Any = None) -> TfidfVectorizer:
        """Learns from one more batch; see :meth:`CountVectorizer.partial_fit`."""
        self._check_dtype()
        counts = self._partial_fit(raw_documents)
        if counts is None:
            self._add_known(raw_documents)
        return self

    def transform(self, raw_documents: Any) -> Any:
        """Weighs the terms of the vocabulary in ``raw_documents``: a CSR matrix, rows ascending by column."""
        self._settle()
        if not hasattr(self, "_tfidf"):
            raise NotFittedError("The TF-IDF vectorizer is not fitted")
        refuse_single_string(raw_documents)
        self._check_vocabulary()
        return sparse_result(self._weighed(raw_documents))

    def _fit_known(self, raw_documents: Any, want_matrix: bool) -> Any:
        self._tfidf = self._make_transformer()
        matrix = self._count_known(raw_documents)[0]
        self._tfidf.fit(matrix)
        return self._weigh(matrix) if want_matrix else None

    def _weighed(self, raw_documents: Any) -> Any:
        """The terms of the vocabulary in ``raw_documents``, weighed."""
        dtype = np.dtype(self.dtype)
        matrix, done = self._count_known(raw_documents, self._weights(dtype) if dtype in _FLOATS else None)
        return matrix if done and matrix.shape[0] > 0 else self._weigh(matrix)

    def _learn_weights(self, counts: Any, kept: npt.NDArray[np.bool_] | None) -> None:
        self._tfidf = self._make_transformer()
        if not self.use_idf:
            self._tfidf.n_features_in_ = len(counts) if kept is None else int(kept.sum())
            return
        document_counts = counts.document_counts
        if kept is not None:
            document_counts = document_counts[kept]
        self._tfidf._learn(document_counts, self._num_documents, np.dtype(self.dtype))

    def _weights(self, dtype: Any) -> Weights | None:
        if self.sublinear_tf:
            return None
        norm = "none" if self.norm is None else self.norm
        idf = getattr(self._tfidf, "idf_", None)
        if idf is None:
            return Weights(None, norm)
        # With such idf no product is infinite, which scikit-learn refuses to normalize.
        small = 1e20
        if np.asarray(idf).dtype != dtype or not (len(idf) and -small < idf.min() and idf.max() < small):
            return None
        return Weights(np.ascontiguousarray(idf), norm)

    def _add_known(self, raw_documents: Any) -> None:
        """Adds a batch to the document counts of a given vocabulary."""
        matrix = self._count_known(raw_documents)[0]
        counts, documents = self.__dict__.get("_known", (0, 0))
        self._known = (counts + np.bincount(matrix.indices, minlength=matrix.shape[1]), documents + matrix.shape[0])
        self._num_documents = self._known[1]
        self._tfidf = self._make_transformer()
        self._tfidf._learn(self._known[0], self._num_documents, np.dtype(self.dtype))

    def _weigh(self, matrix: Any) -> Any:
        if matrix.shape[0] == 0 or matrix.dtype not in _FLOATS:
            return self._tfidf.transform(matrix, copy=False)
        return self._tfidf._weigh(matrix)

    def _make_transformer(self) -> TfidfTransformer:
        return TfidfTransformer(
            norm=self.norm,
            use_idf=self.use_idf,
            smooth_idf=self.smooth_idf,
            sublinear_tf=self.sublinear_tf,
            device=self.device,
            num_threads=self.num_threads,
        )

    def _check_dtype(self) -> None:
        if self.dtype not in (np.float64, np.float32, np.float16):
            allowed = "(<class 'numpy.float64'>, <class 'numpy.float32'>, <class 'numpy.float16'>)"
            warnings.warn(
                f"Only {allowed} 'dtype' should be used. {self.dtype} 'dtype' will be converted to np.float64.",
                UserWarning,
                stacklevel=3,
            )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags._skip_test = True
        return tags


def refuse_infinite(data: npt.NDArray[Any]) -> None:
    """Raises as scikit-learn's ``normalize`` does where a weight is no finite number."""
    # A sum is finite only if its terms are, or nearly always: look closer only where it is not.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(data.sum()) or np.isfinite(data).all():
            return
    what = "NaN" if np.isnan(data).any() else f"infinity or a value too large for {data.dtype!r}"
    raise ValueError(f"Input X contains {what}.")
