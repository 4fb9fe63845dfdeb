"""scikit-learn's text vectorizers on the core: the same columns, numbers and errors, on all cores."""

from .count import CountVectorizer
from .hashing import HashingVectorizer
from .tfidf import TfidfTransformer, TfidfVectorizer

__all__ = ["CountVectorizer", "HashingVectorizer", "TfidfTransformer", "TfidfVectorizer"]
