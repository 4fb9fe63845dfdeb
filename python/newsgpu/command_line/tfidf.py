"""``newsgpu tfidf``."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pyarrow as pa

from ..corpus import Corpus
from .output import check_output, put_table
from .parser import (
    add_command,
    add_execution,
    add_ngram_range,
    add_output,
    add_reading,
    add_tokenizer,
    count_or_fraction,
    ngram_range,
    positive,
)
from .reading import execution, read_corpus, tokenizer


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "tfidf",
        _run,
        summary="weigh the terms of each document by TF-IDF, as scikit-learn does",
        details="Columns: id, term, weight; documents in input order, the heaviest term first. Rows have unit length\n"
        "unless --norm none.",
        examples="  newsgpu tfidf news.jsonl --min-df 2 --max-df 0.5 -o tfidf.parquet\n"
        "  newsgpu tfidf news/ -n 1 2 --max-features 10000 --sublinear -o tfidf.parquet",
    )
    add_reading(parser)
    add_ngram_range(parser, (1, 1))
    parser.add_argument(
        "--min-df",
        metavar="X",
        type=count_or_fraction,
        default=1,
        help="drop terms of fewer documents: a number, or a share such as 0.01 (default: 1)",
    )
    parser.add_argument(
        "--max-df",
        metavar="X",
        type=count_or_fraction,
        default=1.0,
        help="drop terms of more documents, likewise (default: 1.0, all)",
    )
    parser.add_argument("--max-features", metavar="N", type=positive, help="keep the N most frequent terms")
    parser.add_argument("--norm", choices=("l2", "l1", "none"), default="l2", help="length of a row (default: l2)")
    parser.add_argument("--sublinear", action="store_true", help="1 + ln(tf) in place of tf")
    add_tokenizer(parser)
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    from ..vectorizers import TfidfVectorizer

    check_output(options)
    vectorizer = TfidfVectorizer(
        tokenizer=tokenizer(options),
        token_pattern=None,
        lowercase=False,
        ngram_range=ngram_range(options),
        min_df=options.min_df,
        max_df=options.max_df,
        max_features=options.max_features,
        norm=None if options.norm == "none" else options.norm,
        sublinear_tf=options.sublinear,
        **execution(options),
    )
    corpus = read_corpus(options)
    put_table(_weights(corpus, vectorizer.fit_transform(corpus), vectorizer.get_feature_names_out()), options)


def _weights(corpus: Corpus, matrix: Any, terms: Any) -> pa.Table:
    """The entries of ``matrix`` as rows; terms are dictionary-encoded: there are many rows of few terms."""
    docs = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, docs))
    term = pa.DictionaryArray.from_arrays(pa.array(matrix.indices[order], pa.int32()), pa.array(terms, pa.string()))
    return pa.table({"id": corpus.ids.take(pa.array(docs[order])), "term": term, "weight": matrix.data[order]})
