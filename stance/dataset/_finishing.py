"""The finishing step that studies and published tables share: units become examples, in memory that stays flat."""

import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.dataset._digests import dataset_sha
from stance.dataset._source import Dropped, DroppedUnits, Source
from stance.dataset.chunks._chunking import take_back
from stance.dataset.chunks._workers import Workers
from stance.dataset.examples import StanceDataset, example_features
from stance.dataset.passes._counts import count_reasons, count_units
from stance.dataset.passes._deciding import Finishing, decide
from stance.dataset.passes._preparing import Prepared, ToPrepare, empty_ledger, prepare
from stance.dataset.passes._rewriting import Rewritten, ToRewrite, dropped_schema, rewrite
from stance.errors import InputError
from stance.study.agreement import measure_agreement, repeated_items
from stance.study.votes import Votes
from stance.thread.recogniser import PREFIX, identity_of, shown_kinds

if TYPE_CHECKING:
    import datasets
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

EXAMPLES = "examples-"  # files of these names stay with the dataset


def nothing(stage: str, n_rows: int) -> None:
    """Be told of progress and do nothing."""


def finish(
    source: Source, finishing: Finishing, workers: Workers, on_rows: Callable[[str, int], None] = nothing
) -> StanceDataset:
    """Make the dataset of a source: labels, pseudonyms, masks, duplicates, and what is dropped for what.

    More units than one chunk holds are kept in files between the two passes over them; those of the examples go
    with the dataset's examples, or with the process. `workers` never change what comes out. `on_rows` is told of
    the stage, "reading" or "finishing", and of the number of units that are through.

    Raises InputError as `decide` does; `check_finishing` is the caller's, before any work is done.
    """
    prepared = []
    for done in workers.in_order(prepare, _to_prepare(source, finishing, workers)):
        prepared.append(done)
        on_rows("reading", done.ledger.num_rows)
    dataset = _finish_prepared(source, finishing, workers, on_rows, prepared)
    if workers.folder is not None:
        for path in workers.folder.iterdir():
            if not path.name.startswith(EXAMPLES):
                path.unlink()
        # from here on the files belong to the examples
        weakref.finalize(dataset.examples, workers.keep_files())
    return dataset


def _to_prepare(source: Source, finishing: Finishing, workers: Workers) -> Iterator[ToPrepare]:
    for number, chunk in enumerate(workers.sized(source.chunks)):
        handed_over = chunk if callable(chunk) else workers.hand_over(chunk, f"read-{number:05}.arrow")
        aside = workers.path_of(f"units-{number:05}.arrow")
        yield ToPrepare(handed_over, aside, source.labels, finishing.mask, source.names)


def _finish_prepared(
    source: Source,
    finishing: Finishing,
    workers: Workers,
    on_rows: Callable[[str, int], None],
    prepared: list[Prepared],
) -> StanceDataset:
    import pyarrow as pa

    ledger = pa.concat_tables([entry.ledger for entry in prepared]) if prepared else empty_ledger()
    votes = _joined([entry.votes for entry in prepared], source.labels)
    ordered = bool(source.about.get("ordered", True))
    config = source.about.get("config") or {}
    columns = bool(config.get("annotator_columns")) and not config.get("annotations")
    kinds = dict(source.annotators)
    settings: dict[str, Any] = {"ordered": ordered, "columns": columns, **_repeated(ledger, votes)}
    voters = finishing.voters(votes.annotators, kinds)
    others = [name for name in votes.annotators if name not in voters]
    agreement = workers.begin(partial(measure_agreement, votes.by(voters) if others else votes, kinds, **settings))
    decided = decide(ledger, votes, finishing, partial(_texts, prepared), kinds)
    reasons = count_reasons(decided.rows, source.dropped)
    if decided.rows["reason"].null_count == 0:
        raise InputError(f"no example is left of {sum(reasons.values())} units, dropped for {reasons}")
    features = example_features(source.labels, source.extra)
    begun = [workers.begin(partial(rewrite, job)) for job in _to_rewrite(prepared, decided.rows, features, workers)]
    counts = count_units(source, ledger, decided.rows) | {"duplicates": decided.repeated.counts()}
    rewritten = []
    for result in begun:
        rewritten.append(result())
        on_rows("finishing", rewritten[-1].digests.size + rewritten[-1].dropped.num_rows)
    stats = _digested(source, rewritten) | counts
    about = dict(source.about)
    if finishing.mask:
        masked = sum((entry.masked for entry in prepared), Counter())
        stats["masked"] = {
            shown: masked[kind] for shown, kind in zip(shown_kinds(finishing.mask), finishing.mask, strict=True)
        }
        if recognisers := [identity_of(kind) for kind in finishing.mask if kind.startswith(PREFIX)]:
            about["recognisers"] = recognisers
    if len(votes.item):
        stats["agreement"] = agreement().to_dict()
    if len(others) > 1:
        stats["agreement_of_models"] = measure_agreement(votes.by(others), kinds, **settings).to_dict()
    if others:
        people, kinds = decided.rows["label"].to_numpy(), kinds | {"people": "person"}
        against = {name: votes.by([name]).beside(people, "people") for name in others}
        stats["agreement_with_models"] = {
            name: measure_agreement(pair, kinds, **settings).to_dict() for name, pair in against.items()
        }
    dropped = DroppedUnits(pa.concat_tables([_as_table(source.dropped), *(entry.dropped for entry in rewritten)]))
    examples = _as_examples([entry.examples for entry in rewritten], features, stats["sha"])
    return StanceDataset(source.name, source.targets, source.labels, examples, dropped, stats, about)


def _repeated(ledger: "pa.Table", votes: Votes) -> dict[str, Any]:
    """Return the code of each unit's text, and which units repeat another's: nothing where none does."""
    import numpy as np

    if not len(votes.item):
        return {}
    # counted: NumPy 2 hashes what it finds unique, which takes ten times as long for hundreds of thousands of numbers
    voted = np.flatnonzero(np.bincount(votes.item))
    codes = _codes(ledger["fingerprint"].take(voted))
    if codes.max() == len(voted) - 1:
        return {}
    target, ids = (ledger[name].take(voted) for name in ("target", "example_id"))
    texts = np.zeros(votes.n_items, dtype=np.int64)
    texts[voted] = codes
    repeats = np.zeros(votes.n_items, dtype=bool)
    repeats[voted] = repeated_items(codes, _codes(target), ids.to_pylist())
    return {"texts": texts, "repeats": repeats}


def _codes(values: "pa.Array | pa.ChunkedArray") -> "npt.NDArray[np.int64]":
    """Return a number for each distinct value."""
    import numpy as np
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        values = (values.unify_dictionaries() if pa.types.is_dictionary(values.type) else values).combine_chunks()
    whole = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return np.asarray(whole.indices, dtype=np.int64)


def _digested(source: Source, rewritten: Sequence[Rewritten]) -> dict[str, Any]:
    """Return the sha of all examples, and the revision that goes with it."""
    import numpy as np

    sha = dataset_sha(source.targets, source.labels, np.concatenate([entry.digests for entry in rewritten]))
    return {"sha": sha} | ({"revision": source.about["revision"]} if "revision" in source.about else {})


def _to_rewrite(
    prepared: Sequence[Prepared], rows: "pa.Table", features: "datasets.Features", workers: Workers
) -> Iterator[ToRewrite]:
    start = 0
    for number, entry in enumerate(prepared):
        decided = rows.slice(start, entry.ledger.num_rows)
        yield ToRewrite(
            entry.chunk,
            workers.hand_over(decided, f"decided-{number:05}.arrow"),
            features.arrow_schema,
            workers.path_of(f"{EXAMPLES}{number:05}.arrow"),
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
