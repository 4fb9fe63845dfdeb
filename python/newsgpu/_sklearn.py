"""What scikit-learn gives its estimators: its own base classes where it is installed, small equals of them elsewhere.

Imported only when a vectorizer is used, because importing scikit-learn takes a second.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import scipy.sparse as sp

__all__ = [
    "INSTALLED",
    "UNUSED",
    "BaseEstimator",
    "InvalidParameterError",
    "NotFittedError",
    "OneToOneFeatureMixin",
    "TransformerMixin",
    "check_matrix",
    "sparse_result",
]

try:
    from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
    from sklearn.exceptions import NotFittedError
    from sklearn.utils import metadata_routing

    UNUSED = metadata_routing.UNUSED
    INSTALLED = True
except ImportError:
    INSTALLED = False
    UNUSED = None

    class NotFittedError(ValueError, AttributeError):  # type: ignore[no-redef]
        """An estimator was used before it was fitted."""

    class BaseEstimator:  # type: ignore[no-redef]
        """Parameters are the arguments of ``__init__``, kept under their names."""

        @classmethod
        def _get_param_names(cls) -> list[str]:
            signature = inspect.signature(cls.__init__)
            return sorted(name for name in signature.parameters if name != "self")

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The parameters and their values."""
            return {name: getattr(self, name) for name in self._get_param_names()}

        def set_params(self, **params: Any) -> Any:
            """Sets parameters; raises ``ValueError`` for a name that is none."""
            names = self._get_param_names()
            for name, value in params.items():
                if name not in names:
                    raise ValueError(
                        f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {names!r}."
                    )
                setattr(self, name, value)
            return self

        def __repr__(self) -> str:
            defaults = inspect.signature(type(self).__init__).parameters
            changed = (
                f"{name}={value!r}"
                for name, value in self.get_params().items()
                if repr(value) != repr(defaults[name].default)
            )
            return f"{type(self).__name__}({', '.join(changed)})"

    class TransformerMixin:  # type: ignore[no-redef]
        """``fit_transform`` by ``fit`` and ``transform``."""

        def __init_subclass__(cls, auto_wrap_output_keys: Any = None, **kwargs: Any) -> None:
            super().__init_subclass__(**kwargs)

        def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:  # noqa: N803
            """Fits to ``X`` and transforms it."""
            return self.fit(X, y, **fit_params).transform(X)  # type: ignore[attr-defined]

    class OneToOneFeatureMixin:  # type: ignore[no-redef]
        """Features come out as they went in."""

        def get_feature_names_out(self, input_features: Any = None) -> Any:
            """The names of the features."""
            count = getattr(self, "n_features_in_", None)
            if count is None:
                raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet.")
            if input_features is None:
                return np.asarray([f"x{i}" for i in range(count)], dtype=object)
            names = np.asarray(input_features, dtype=object)
            if len(names) != count:
                raise ValueError(f"input_features should have length equal to number of features ({count})")
            return names


class InvalidParameterError(ValueError, TypeError):
    """A parameter of an estimator has a value that is not allowed."""


def sparse_result(matrix: Any, given: Any = None) -> Any:
    """``matrix`` in the sparse interface that scikit-learn is configured for: by default SciPy's ``csr_matrix``.

    Before that could be configured (1.9), what was made of a sparse matrix ``given`` kept its interface.
    """
    wanted = "spmatrix"
    if INSTALLED:
        from sklearn import get_config

        of_given = "sparray" if sp.issparse(given) and not isinstance(given, sp.spmatrix) else wanted
        wanted = get_config().get("sparse_interface", of_given)
    kind = sp.csr_array if wanted == "sparray" else sp.csr_matrix
    return matrix if type(matrix) is kind else kind(matrix)


def check_matrix(estimator: Any, matrix: Any, *, reset: bool, accept: tuple[str, ...], **options: Any) -> Any:
    """``matrix`` checked as scikit-learn checks it: two dimensions, finite numbers, the features ``estimator`` knows.

    ``options``: ``dtype`` (a list of allowed types, the first is converted to) and ``copy``.
    """
    if not INSTALLED:
        return _check_matrix(estimator, matrix, reset=reset, accept=accept, **options)
    options = {"accept_sparse": accept, "accept_large_sparse": True, "reset": reset, **options}
    try:
        from sklearn.utils.validation import validate_data
    except ImportError:  # before scikit-learn 1.6
        return estimator._validate_data(matrix, **options)
    return validate_data(estimator, matrix, **options)


def _check_matrix(
    estimator: Any,
    matrix: Any,
    *,
    reset: bool,
    accept: tuple[str, ...],
    dtype: list[Any] | None = None,
    copy: bool = False,
) -> Any:
    given = matrix
    if sp.issparse(matrix):
        if matrix.format not in accept:
            matrix = matrix.asformat(accept[0])
        values = matrix.data
    else:
        matrix = np.asarray(matrix)
        if matrix.ndim != 2:
            raise ValueError(f"Expected 2D array, got {matrix.ndim}D array instead")
        if matrix.dtype.kind in "OUS":
            matrix = matrix.astype(np.float64)
        values = matrix
    if dtype is not None and matrix.dtype not in dtype:
        matrix = matrix.astype(dtype[0])
    elif copy and matrix is given:
        matrix = matrix.copy()
    name = type(estimator).__name__
    if matrix.shape[0] == 0:
        raise ValueError(f"Found array with 0 sample(s) (shape={matrix.shape}) while a minimum of 1 is required.")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"Input X contains NaN or infinity.\n{name} does not accept them.")
    if reset:
        estimator.n_features_in_ = matrix.shape[1]
    elif getattr(estimator, "n_features_in_", matrix.shape[1]) != matrix.shape[1]:
        raise ValueError(
            f"X has {matrix.shape[1]} features, but {name} is expecting {estimator.n_features_in_} features as input"
        )
    return matrix
