"""Features of a search: n-grams counted once, TF-IDF once for each inner fold, both to the last digit the same."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix  # type: ignore[import-untyped, unused-ignore]
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from stance.errors import InputError

# With these a count is a count whatever the other rows are; a vectorizer with other values is left as it is.
PLAIN = {"max_df": 1.0, "min_df": 1, "max_features": None, "vocabulary": None, "binary": False, "dtype": np.float64}
WEIGHTING = ("norm", "use_idf", "smooth_idf", "sublinear_tf")


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """N-grams of each row: (n_rows, n_terms), a row's terms in the order of first occurrence; and their alphabet.

    `rank`: the place of each term in alphabetical order. A copy is the same thing, so that clones share it.
    """

    matrix: Any
    rank: np.ndarray

    def __deepcopy__(self, memo: object) -> Self:
        return self


def count_ngrams(vectorizer: TfidfVectorizer, texts: Iterable[str]) -> Counts:
    """Return how often each text has each n-gram of a vectorizer; nothing is learned that one text tells of another."""
    analyze = vectorizer.build_analyzer()
    terms: defaultdict[str, int] = defaultdict()
    terms.default_factory = terms.__len__
    counts = [Counter(terms[term] for term in analyze(text)) for text in texts]
    indptr = np.concatenate([[0], np.cumsum([len(of_text) for of_text in counts])]).astype(np.int32)
    indices = np.fromiter((term for of_text in counts for term in of_text), np.int32, indptr[-1])
    data = np.fromiter((number for of_text in counts for number in of_text.values()), np.float64, indptr[-1])
    rank = np.empty(len(terms), dtype=np.int32)
    rank[[terms[term] for term in sorted(terms)]] = np.arange(len(terms), dtype=np.int32)
    return Counts(csr_matrix((data, indices, indptr), shape=(len(counts), len(terms))), rank)


class CountedTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """What a TfidfVectorizer makes of rows whose n-grams are counted; the index of a row is its number in `counts`.

    Vocabulary and document frequencies are those of the rows it is fitted on, as a vectorizer's would be, and the
    entries of a row stand in the order that a vectorizer's have, on which the last digit of a sum depends.
    """

    def __init__(self, vectorizer: TfidfVectorizer, counts: Counts) -> None:
        self.vectorizer = vectorizer
        self.counts = counts

    def fit(self, X: pd.Series, y: Any = None) -> Self:
        """Learn vocabulary and document frequencies of the rows."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.Series, y: Any = None) -> Any:
        """Return (n_rows, n_terms) weights of the rows that it is fitted on."""
        counted = self.counts.matrix[X.index.to_numpy()]
        first = np.full(len(self.counts.rank), -1, dtype=np.int64)
        # written from the end, so that what stays is where a term occurs first
        first[counted.indices[::-1]] = np.arange(counted.nnz)[::-1]
        found = np.flatnonzero(first >= 0)
        if not len(found):
            raise InputError("tune: expected words in the texts of an inner training fold, found none")
        alphabetical = found[np.argsort(self.counts.rank[found])]
        self.column_ = np.full(len(first), -1, dtype=np.int32)
        self.column_[alphabetical] = np.arange(len(found), dtype=np.int32)
        by_appearance = found[np.argsort(first[found])]
        place = np.empty(len(first), dtype=np.int32)
        place[by_appearance] = np.arange(len(found), dtype=np.int32)
        ordered = csr_matrix((counted.data, place[counted.indices], counted.indptr), (len(X), len(found)))
        ordered.sort_indices()
        columns = self.column_[by_appearance][ordered.indices]
        matrix = csr_matrix((ordered.data, columns, ordered.indptr), ordered.shape)
        weighting = {name: getattr(self.vectorizer, name) for name in WEIGHTING}
        self.tfidf_ = TfidfTransformer(**weighting).fit(matrix)
        return self.tfidf_.transform(matrix, copy=False)

    def transform(self, X: pd.Series) -> Any:
        """Return (n_rows, n_terms) weights of other rows; terms that were not there to learn are left out."""
        check_is_fitted(self)
        counted = self.counts.matrix[X.index.to_numpy()]
        columns = self.column_[counted.indices]
        known = columns >= 0
        indptr = np.concatenate([[0], np.cumsum(known)])[counted.indptr]
        shape = (len(X), int(self.column_.max()) + 1)
        matrix = csr_matrix((counted.data[known], columns[known], indptr.astype(np.int32)), shape)
        matrix.sort_indices()
        return self.tfidf_.transform(matrix, copy=False)


class Kept:
    """What a search has computed for the feature setting it is at; clones share it, a copy is the same thing.

    `rows`: all the rows that the search works on, by their number.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self.setting = ""
        self.counted: Any = None
        self.found: dict[tuple[bytes, bytes], Any] = {}

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def begin(self, setting: str, transformer: Any) -> Any:
        """Return an unfitted transformer that makes the features of a setting, of counted n-grams where it can."""
        if setting != self.setting:
            # a search goes through its settings one after the other: what is past is not asked for again
            self.setting, self.found = setting, {}
            self.counted = counted(transformer, self.rows)
        return clone(self.counted)

    def once(self, rows: tuple[bytes, bytes], make: Callable[[], Any]) -> Any:
        """Return what `make` makes of rows to fit on and rows to transform, computed at the first call only."""
        if rows not in self.found:
            self.found[rows] = make()
        return self.found[rows]


class KeptFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """A transformer whose results are kept for all candidates of a search that make the same features.

    `transformer`: what makes them; `setting`: its parameters as a text; `kept`: where a search keeps results. The
    index of a row is its number in `kept.rows`.
    """

    def __init__(self, transformer: Any, setting: str, kept: Kept) -> None:
        self.transformer = transformer
        self.setting = setting
        self.kept = kept

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Fit the transformer, unless it was fitted on these rows before."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None) -> Any:
        """Return the features of the rows that the transformer is fitted on."""
        fresh = self.kept.begin(self.setting, self.transformer)
        self.rows_ = _numbers(X)
        self.fitted_, features = self.kept.once((self.rows_, b""), lambda: (fresh, fresh.fit_transform(X, y)))
        return features

    def transform(self, X: pd.DataFrame) -> Any:
        """Return the features of rows by what was fitted."""
        check_is_fitted(self)
        return self.kept.once((self.rows_, _numbers(X)), lambda: self.fitted_.transform(X))


def counted(transformer: Any, rows: pd.DataFrame) -> Any:
    """Return a transformer that makes the same features of counted n-grams, or the same one where it cannot."""
    if type(transformer) is not ColumnTransformer:
        return transformer
    parts = [
        (name, CountedTfidf(made, count_ngrams(made, rows[column])) if _is_plain(made, column) else made, column)
        for name, made, column in transformer.transformers
    ]
    return clone(transformer).set_params(transformers=parts)


def _is_plain(made: Any, column: Any) -> bool:
    return (
        type(made) is TfidfVectorizer
        and isinstance(column, str)
        and all(getattr(made, name) == value for name, value in PLAIN.items())
    )


def _numbers(X: pd.DataFrame) -> bytes:
    return X.index.to_numpy().tobytes()
