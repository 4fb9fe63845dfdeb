"""A pytest plugin that puts newsgpu's vectorizers in the place of scikit-learn's.

``pytest -p sklearn_drop_in --pyargs sklearn.feature_extraction.tests.test_text`` then judges them by scikit-learn's own
tests: the four names are rebound before the test module imports them.
"""

import sklearn.feature_extraction.text as original

import newsgpu as ng

REBOUND = ("CountVectorizer", "HashingVectorizer", "TfidfTransformer", "TfidfVectorizer")

for name in REBOUND:
    setattr(original, name, getattr(ng, name))
