"""Published tables as datasets, by what one YAML declares of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.dataset._about import check_about
from stance.dataset._erasing import refuse_kept, without_author
from stance.dataset._finishing import finish, nothing
from stance.dataset._source import Dropped, Source
from stance.dataset._table_context import TableContext, check_context, with_contexts
from stance.dataset.chunks._chunking import even_chunks
from stance.dataset.chunks._workers import open_workers
from stance.dataset.examples import StanceDataset
from stance.dataset.passes._deciding import Finishing, check_finishing
from stance.dataset.tables._read_table import BadRows, read_table
from stance.dataset.tables._unit_table import UnitTable
from stance.errors import check_kinds
from stance.files import shown_path
from stance.study.adjudication import How
from stance.thread.names import by_thread
from stance.thread.privacy import Authors, Mask
from stance.thread.recogniser import shown_kinds

if TYPE_CHECKING:
    import datasets
    import pandas as pd

MOST_NAMED = 50
PASSED = ("path", "erase", "num_proc", "on_rows")  # what is no part of the config that a dataset keeps


def load_table(
    path: "str | Path | pd.DataFrame | datasets.Dataset",
    labels: Sequence[str | bool],
    columns: Mapping[str, str | int],
    name: str | None = None,
    about: Mapping[str, str] | None = None,
    target: str | None = None,
    label_values: Mapping[str, str] | None = None,
    split_values: Mapping[str, str] | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    annotator_columns: Sequence[str] = (),
    annotations: Mapping[str, str] | None = None,
    label_columns: Mapping[str, str] | None = None,
    separator: str | None = None,
    bins: Mapping[str, Sequence[float | None]] | None = None,
    join: Sequence[Mapping[str, Any]] = (),
    where: Mapping[str, Any] | None = None,
    extra: Sequence[str] = (),
    published_format: str | None = None,
    bad_rows: BadRows = "refuse",
    format: str | None = None,
    sheet: str | None = None,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    quoting: bool = True,
    context: TableContext = "column",
    context_limit: int = 0,
    ordered: bool = True,
    adjudication: How = "majority",
    annotator: str | None = None,
    authors: Authors = "sequential",
    mask: Sequence[Mask] = (),
    duplicates: str = "group",
    near_duplicates: float | None = None,
    metric: str = "macro_f1",
    *,
    erase: str | None = None,
    num_proc: int = 1,
    on_rows: Callable[[str, int], None] = nothing,
) -> StanceDataset:
    """Build a dataset from a table that somebody published: CSV, TSV, JSONL, Parquet or a HF dataset.

    `path` to `quoting` say where the table is and what its columns are: docs/tables.md has each of them. `name` is
    the dataset's, None for the path's. `about` is what the dataset's card says: title, licence, contact, language
    (ISO 639), source, dates, collected, labelled_by, annotators (person or model), sensitive, limits, and
    authors_kept_because. `context` is what the table's own `column` says (nothing where it has none), none, or made
    from the table itself: the parent, or the thread so far. It is cut to `context_limit` characters (0: no limit).
    For parent and thread the texts of the table are held in memory; rows still come in chunks. `ordered` says whether
    the labels have an order, for agreement. A label that the table publishes is the example's; where it publishes
    none, the annotators' labels are adjudicated. The other choices are those of `build_from_study`.

    Raises InputError where the table is not as declared, a choice does not exist, or no example is left.
    """
    given = locals()
    check_kinds(given, signature(load_table).parameters)
    # an array of numpy or pandas is kept as the list it says, for a config is JSON
    asked = {
        key: value.tolist() if hasattr(value, "tolist") else value for key, value in given.items() if key not in PASSED
    }
    reading = {key: value for key, value in asked.items() if key in signature(read_table).parameters}
    words = _words(columns, files, join)
    if context == "column" and "context" not in words:
        asked["context"] = "none"  # which is what comes of it, and what the card says
    if context == "none":
        reading["columns"] = {word: column for word, column in columns.items() if word != "context"}
    known: dict[str, Any] = check_about(about or {})
    check_context(context, context_limit, words)
    refuse_kept(authors, known.get("authors_kept_because"), "`about` of the table")
    finishing = Finishing(adjudication, annotator, authors, tuple(mask), duplicates, near_duplicates)
    check_finishing(finishing)
    with open_workers(num_proc) as workers:
        import datasets  # noqa: F401  # takes half a second: while the workers start it costs nothing

        in_memory = not isinstance(path, str | Path)
        reading["name"] = called = name or ("table" if in_memory else Path(str(path)).stem)
        table = read_table(path, workers=workers, on_rows=on_rows, **reading)
        known |= {"ordered": ordered, "metric": metric}
        place = "a table in memory" if in_memory else shown_path(Path(str(path)))
        config = {"_target_": "stance.dataset.load_table", "path": place, **asked, "mask": shown_kinds(mask)}
        described = about_table(table, known, config)
        source = _source(table, called, described, erase, context, context_limit)
        if "names" in finishing.mask:
            source = replace(source, names=_names(table))
        dataset = finish(source, finishing, workers, on_rows)
    if found := list(_outside(table.facts)):
        dataset.stats["findings"] = found
    return dataset


def _words(
    columns: Mapping[str, str | int], files: Sequence[Mapping[str, Any]], join: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return the words of a unit that are declared anywhere."""
    declared = [columns, *(entry.get("columns") or {} for entry in (*files, *join))]
    return list(dict.fromkeys(str(word) for words in declared for word in words))


def _outside(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a table refers to and does not hold, in words."""
    if missing := facts.get("parents_outside"):
        yield f"parents_outside: {missing} of {facts['parents']} parents are not in the table; are ids written alike?"
    if missing := facts.get("annotations_outside"):
        yield f"annotations_outside: {missing} annotations are of comments that are not in the table"
    for name, found in facts.get("joined", {}).items():
        if missing := found["rows_without"]:
            of = f"{missing} of {found['asked']} rows"
            yield f"rows_without_join: {of} have no row in {name}; are the keys written alike?"
    if empty := facts.get("records_without_rows"):
        yield f"records_without_rows: {empty} records have no entry in the list that rows are made of"


def about_table(table: UnitTable, about: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return as plain JSON what the dataset's card says of a table; `config` is what it is built with."""
    kind = about.get("annotators", "unknown")
    few = table.annotators if len(table.annotators) <= MOST_NAMED else ()
    language = about.get("language")
    return {
        **about,
        "language": [language] if language else [],
        "collected": about.get("collected", "Taken over from a published table."),
        "annotators": dict.fromkeys(few, kind),
        "kind": kind,
        "files": [_described(file) for file in table.facts.get("files", ())],
        "facts": {key: value for key, value in table.facts.items() if key != "files"},
        "config": dict(config),
    }


def _described(file: Mapping[str, Any]) -> str:
    """Return a file of the table as the card shows it."""
    sha = f", sha256 {file['sha256']}" if file.get("sha256") else ""
    return f"{file['name']}: {file['rows']} rows{sha}"


def _names(table: UnitTable) -> dict[str, tuple[str, ...]]:
    """Return the authors of each thread, those of comments too that have no unit of their own any more."""
    chunks = table.chunks(["thread_id", "author"])
    return by_thread(pair for chunk in chunks for pair in zip(*chunk.to_pydict().values(), strict=True))


def _source(
    table: UnitTable, name: str, about: dict[str, Any], erase: str | None, context: TableContext, limit: int
) -> Source:
    annotators = dict.fromkeys(table.annotators, about["kind"])
    rows, dropped = without_author(table, erase) if erase is not None else (table.chunks(), [])
    n_erased = len(dropped)
    # erased first: what a person wrote must not come back as the context of others
    erased = frozenset((unit.thread_id, unit.comment_id) for unit in dropped)
    has_it = context == "column" or (context == "none" and "context" not in table.card.columns)
    as_read = erase is None and has_it and not limit and table.known.is_small
    chunks = table.makers() if as_read else even_chunks(with_contexts(table, rows, context, limit, erased))
    dropped += [Dropped(**row) for row in table.left_out.to_pylist()]
    about |= {"erased": n_erased}
    return Source(name, table.targets, table.labels, chunks, dropped, annotators, about, table.known.extra)
