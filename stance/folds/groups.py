"""Groups: examples that belong together because they share an author, a thread, a target or their text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DUPLICATES, TARGET = "duplicate_group", "target"


def connected_groups(examples: "pd.DataFrame", columns: Sequence[str] = ()) -> "pd.Series":
    """Return the group of each example: all that a chain of shared values links, in any of `columns`.

    Duplicates of one another (`duplicate_group`, where the examples have it) are linked too, but for two: a text that
    says little, such as a laugh (`says_little`), joins nobody who has a value in `columns`, and no text joins
    targets, which are asked about and not found. A missing or empty value links nothing. A group is called by its
    smallest value in the first of `columns`, or by its smallest example id. The result has the index of `examples`.

    Raises InputError if `examples` has no such column.

    >>> import pandas as pd
    >>> examples = pd.DataFrame(
    ...     {"example_id": ["t#1", "t#2", "u#3", "u#4"], "author": ["p", "q", "p", None], "thread_id": list("ttuv")}
    ... )
    >>> connected_groups(examples, ["author", "thread_id"]).tolist()
    ['p', 'p', 'p', 'u#4']
    """
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    _require_columns(examples, columns)
    size = n_nodes = len(examples)
    rows, values = [np.arange(size)], [np.arange(size)]
    linking = [value_codes(examples[column]) for column in dict.fromkeys(columns)]
    if DUPLICATES in examples and TARGET not in columns:
        linking.append(np.where(_joined_by_text(examples, linking), value_codes(examples[DUPLICATES]), -1))
    for codes in linking:
        known = np.flatnonzero(codes >= 0)
        rows.append(known)
        values.append(codes[known] + n_nodes)
        n_nodes += int(codes.max(initial=-1)) + 1
    edges = np.concatenate(rows), np.concatenate(values)
    graph = coo_matrix((np.ones(len(edges[0]), dtype=bool), edges), shape=(n_nodes, n_nodes))
    components = connected_components(graph, directed=False)[1][:size]
    return _named(examples, components, columns)


def author_groups(examples: "pd.DataFrame") -> "pd.Series":
    """Return the group of each example: its author, or itself where the page shows no author; with duplicates."""
    return connected_groups(examples, ["author"])


def value_codes(values: "pd.Series") -> "np.ndarray":
    """Return a number from 0 for each distinct value in the order of first appearance, -1 for none or an empty one."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.factorize(values.where(is_given(values)))[0], dtype=np.int64)


def is_given(values: "pd.Series") -> "pd.Series":
    """Return for each value whether it is there: neither missing nor empty."""
    return values.notna() & (values != "")


def all_single(examples: "pd.DataFrame") -> bool:
    """Return whether every thread is a single comment, which is no thread: to hold it out holds out nothing."""
    if "thread_id" not in examples:
        return False
    threads = examples["thread_id"]
    comments = examples["comment_id"] if "comment_id" in examples else examples["example_id"]
    given = is_given(threads)
    # parts of one comment, or one comment under several targets, do not make a thread of it
    return bool(given.any()) and bool((comments[given].groupby(threads[given]).nunique() == 1).all())


def short_duplicates(examples: "pd.DataFrame") -> "np.ndarray":
    """Return for each example whether it has a duplicate that joins nobody, since its text says little."""
    import numpy as np

    from stance.dataset.duplicates import says_little

    short = np.zeros(len(examples), dtype=bool)
    if DUPLICATES not in examples or "text" not in examples:
        return short
    doubled = np.flatnonzero(is_given(examples[DUPLICATES]).to_numpy(dtype=bool))
    short[doubled] = [says_little(text) for text in examples["text"].iloc[doubled]]
    return short


def _joined_by_text(examples: "pd.DataFrame", linking: "Sequence[np.ndarray]") -> "np.ndarray":
    """Return for each example whether its text may join it with duplicates; `linking`: the codes of the columns."""
    import numpy as np

    nobody = np.ones(len(examples), dtype=bool)
    for codes in linking:
        nobody &= codes < 0
    joined: np.ndarray = nobody | ~short_duplicates(examples)
    return joined


def _require_columns(examples: "pd.DataFrame", columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in examples]
    if missing:
        known = list(map(str, examples.columns))
        near = "".join(did_you_mean(column, known) for column in missing)
        raise InputError(f"expected examples with the column(s) {missing}, found {known}.{near}")


def _named(examples: "pd.DataFrame", components: "np.ndarray", columns: Sequence[str]) -> "pd.Series":
    """Return the name of each row's component: names do not depend on the order of rows, and no two are alike."""
    import numpy as np
    import pandas as pd

    ids = examples["example_id"].to_numpy(dtype=object)
    names = np.empty(int(components.max(initial=-1)) + 1, dtype=object)
    _write_smallest(names, components, ids)
    if columns:
        values = examples[columns[0]]
        # an author who is called like an example must not lend its name to that example's group
        usable = (is_given(values) & ~values.isin(examples["example_id"])).to_numpy(dtype=bool)
        _write_smallest(names, components[usable], values.to_numpy(dtype=object)[usable])
    words = np.array([str(name) for name in names], dtype=object)  # authors of one's own may be numbers
    return pd.Series(words[components], index=examples.index, name="group")


def _write_smallest(names: "np.ndarray", components: "np.ndarray", values: "np.ndarray") -> None:
    """Write the smallest of each component's values into its place among `names`."""
    import numpy as np

    if len({type(value) for value in values}) > 1:
        order = np.argsort(values.astype(str), kind="stable")
    else:
        order = np.argsort(values, kind="stable")
    found, first = np.unique(components[order], return_index=True)
    names[found] = values[order[first]]
