"""The finishing step that studies and published tables share: units become examples, in memory that stays flat."""

import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.agreement import measure_agreement
from stance.dataset.counts import count_reasons, count_units
from stance.dataset.deciding import Finishing, check_finishing, decide
from stance.dataset.digests import dataset_sha
from stance.dataset.examples import StanceDataset, example_features
from stance.dataset.preparing import Prepared, ToPrepare, empty_ledger, even_chunks, prepare, put_aside, take_back
from stance.dataset.rewriting import Rewritten, ToRewrite, dropped_schema, rewrite
from stance.dataset.source import Dropped, DroppedUnits, Source
from stance.dataset.unfinished import unfinished_folder
from stance.dataset.workers import Workers, check_num_proc, open_workers
from stance.errors import InputError
from stance.votes import Votes

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

TEMPORARY = "stance-dataset-"


def nothing(stage: str, n_rows: int) -> None:
    """Be told of progress and do nothing."""


@dataclass(frozen=True, slots=True)
class Work:
    """How the work is done, which never changes what comes out: by how many processes, and who is told of it.

    `on_rows` is called with the stage, "reading" or "finishing", and the number of units that are through.
    """

    num_proc: int = 1
    on_rows: Callable[[str, int], None] = nothing


def finish(source: Source, finishing: Finishing, work: Work) -> StanceDataset:
    """Make the dataset of a source: labels, pseudonyms, masks, duplicates, and what is dropped for what.

    More units than one chunk holds are kept in files of the system's temporary folder between the two passes
    over them; the files go when the dataset's examples do, or with the process.

    Raises InputError as `decide` does, and for choices that do not exist.
    """
    check_finishing(finishing)
    check_num_proc(work.num_proc)
    with ExitStack() as stack:
        chunks, folder = _peeked(even_chunks(source.chunks), stack)
        with open_workers(1 if folder is None else work.num_proc) as workers:
            prepared = _prepare_all(chunks, source, finishing, work, workers, folder)
            dataset = _finish_prepared(source, finishing, work, workers, prepared, folder)
        # from here on the files belong to the examples
        weakref.finalize(dataset.examples, stack.pop_all().close)
    return dataset


def _prepare_all(
    chunks: Iterator["pa.Table"],
    source: Source,
    finishing: Finishing,
    work: Work,
    workers: Workers,
    folder: Path | None,
) -> list[Prepared]:
    jobs = (
        ToPrepare(
            _handed_over(chunk, workers, folder, f"read-{number:05}.arrow"),
            folder and folder / f"units-{number:05}.arrow",
            source.labels,
            finishing.mask,
        )
        for number, chunk in enumerate(chunks)
    )
    prepared = []
    for done in workers.in_order(prepare, jobs):
        prepared.append(done)
        work.on_rows("reading", done.ledger.num_rows)
    return prepared


def _handed_over(table: "pa.Table", workers: Workers, folder: Path | None, name: str) -> "pa.Table | Path":
    """Return a table as another process takes it best: as a file; as it is where this process does the work."""
    return put_aside(table, None if workers.pool is None or folder is None else folder / name)


def _peeked(chunks: Iterator["pa.Table"], stack: ExitStack) -> "tuple[Iterator[pa.Table], Path | None]":
    """Return the chunks and, if there are two or more, a temporary folder to put them aside in."""
    first = list(islice(chunks, 2))
    if len(first) < 2:
        return iter(first), None
    folder = stack.enter_context(unfinished_folder(Path(tempfile.gettempdir()), TEMPORARY))
    return chain(first, chunks), folder


def _finish_prepared(
    source: Source,
    finishing: Finishing,
    work: Work,
    workers: Workers,
    prepared: list[Prepared],
    folder: Path | None,
) -> StanceDataset:
    import pyarrow as pa

    ledger = pa.concat_tables([entry.ledger for entry in prepared]) if prepared else empty_ledger()
    votes = _joined([entry.votes for entry in prepared], source.labels)
    ordered = bool(source.about.get("ordered", True))
    agreement = workers.begin(partial(measure_agreement, votes, dict(source.annotators), ordered))
    decided = decide(ledger, votes, finishing, partial(_texts, prepared))
    reasons = count_reasons(decided.rows, source.dropped)
    if decided.rows["reason"].null_count == 0:
        raise InputError(f"no example is left of {sum(reasons.values())} units, dropped for {reasons}")
    features = example_features(source.labels)
    begun = [
        workers.begin(partial(rewrite, job)) for job in _to_rewrite(prepared, decided.rows, features, workers, folder)
    ]
    counts = count_units(source, ledger, decided.rows) | {"duplicates": decided.repeated.counts()}
    rewritten = []
    for result in begun:
        rewritten.append(result())
        work.on_rows("finishing", rewritten[-1].digests.size + rewritten[-1].dropped.num_rows)
    stats = _digested(source, rewritten) | counts
    if len(votes.item):
        stats["agreement"] = agreement().to_dict()
    dropped = DroppedUnits(pa.concat_tables([_as_table(source.dropped), *(entry.dropped for entry in rewritten)]))
    examples = _as_examples([entry.examples for entry in rewritten], features, stats["sha"])
    return StanceDataset(source.name, source.targets, source.labels, examples, dropped, stats, source.about)


def _digested(source: Source, rewritten: Sequence[Rewritten]) -> dict[str, Any]:
    """Return the sha of all examples, and the revision that goes with it."""
    import numpy as np

    sha = dataset_sha(source.targets, source.labels, np.concatenate([entry.digests for entry in rewritten]))
    return {"sha": sha} | ({"revision": source.about["revision"]} if "revision" in source.about else {})


def _to_rewrite(
    prepared: Sequence[Prepared], rows: "pa.Table", features: "datasets.Features", workers: Workers, folder: Path | None
) -> Iterator[ToRewrite]:
    start = 0
    for number, entry in enumerate(prepared):
        decided = rows.slice(start, entry.ledger.num_rows)
        yield ToRewrite(
            entry.chunk,
            _handed_over(decided, workers, folder, f"decided-{number:05}.arrow"),
            features.arrow_schema,
            folder and folder / f"examples-{number:05}.arrow",
        )
        start += entry.ledger.num_rows


def _texts(prepared: Sequence[Prepared]) -> list[str]:
    return [text for entry in prepared for text in take_back(entry.chunk)["text"].to_pylist()]


def _joined(parts: Sequence[Votes], labels: tuple[str, ...]) -> Votes:
    """Join the votes of chunks: items are numbered on, annotators by the names of all chunks."""
    import numpy as np

    annotators = tuple(sorted({name for votes in parts for name in votes.annotators}))
    number = {name: place for place, name in enumerate(annotators)}
    starts = np.cumsum([0, *(votes.n_items for votes in parts)]).tolist()
    places = [np.array([number[name] for name in votes.annotators], dtype=np.int64) for votes in parts]
    none = np.zeros(0, np.int64)
    return Votes(
        np.concatenate([none, *(votes.item + start for votes, start in zip(parts, starts, strict=False))]),
        np.concatenate([none, *(place[votes.annotator] for votes, place in zip(parts, places, strict=True))]),
        np.concatenate([none, *(votes.label for votes in parts)]),
        starts[-1],
        annotators,
        labels,
    )


def _as_examples(parts: "Sequence[pa.Table | Path]", features: "datasets.Features", sha: str) -> "datasets.Dataset":
    """Make the HF dataset of tables in memory or of files, which are mapped."""
    from datasets import Dataset, DatasetInfo
    from datasets.table import InMemoryTable, MemoryMappedTable, concat_tables

    tables = [
        MemoryMappedTable.from_file(str(part)) if isinstance(part, Path) else InMemoryTable(part) for part in parts
    ]
    return Dataset(concat_tables(tables), info=DatasetInfo(features=features), fingerprint=sha[:16])


def _as_table(dropped: Sequence[Dropped]) -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist([asdict(entry) for entry in dropped], schema=dropped_schema())
