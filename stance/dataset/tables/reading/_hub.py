"""What the datasets library reads: folders that it wrote and names on the hub, and its class labels."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stance.dataset.chunks._chunking import CHUNK_ROWS
from stance.dataset.tables._batches import Wanted
from stance.dataset.tables._cards import TableFile
from stance.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa


def load_splits(file: TableFile) -> dict[str, Any]:
    """Load a folder or hub name of the datasets library as its splits; a dataset without splits is one, "".

    A dataset whose only split is called train has been given the name by the library, and is one without splits.

    Raises InputError where the library cannot load it.
    """
    import datasets

    path = file.path
    try:
        if (path / "dataset_dict.json").is_file() or (path / "state.json").is_file():
            found = datasets.load_from_disk(str(path))
        else:
            found = datasets.load_dataset(str(path), None if file.name == path.name else file.name)
    except (datasets.exceptions.DatasetsError, OSError, ValueError) as error:
        said = str(error).splitlines()[0]
        raise InputError(f"{path}: the datasets library cannot load {file.name!r}: {said}") from error
    splits = {"": found} if isinstance(found, datasets.Dataset) else dict(found)
    return {"": splits["train"]} if list(splits) == ["train"] else splits


def dataset_tables(file: TableFile, wanted: Wanted) -> Iterator[tuple[TableFile, Iterator["pa.Table"]]]:
    """Read each split of a dataset as a file of its own."""
    for split, dataset in load_splits(file).items():
        inside = replace(file, name=f"{file.name}/{split}", split=file.split or split) if split else file
        chosen = dataset.select_columns(list(wanted.columns)).with_format("arrow")
        features = dict(dataset.features)
        yield inside, (name_labels(rows, features) for rows in chosen.iter(CHUNK_ROWS))


def name_labels(rows: "pa.Table", features: dict[str, Any]) -> "pa.Table":
    """Return a table whose class labels, alone or in lists, are names instead of codes."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, column in enumerate(rows.column_names):
        feature = features.get(column)
        inner = getattr(feature, "feature", feature)
        if inner is None or not hasattr(inner, "names"):
            continue
        codes = rows.column(column).combine_chunks()
        names = pa.array(inner.names, pa.string())
        if inner is feature:
            named = _names_of(codes, names)
        else:
            ends = np.cumsum(pc.fill_null(pc.list_value_length(codes), 0).to_numpy(zero_copy_only=False))
            offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
            named = pa.ListArray.from_arrays(offsets, _names_of(codes.flatten(), names))
        rows = rows.set_column(place, column, named)
    return rows


def _names_of(codes: "pa.Array", names: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    # the datasets library writes -1 where a label is not known
    return names.take(pc.if_else(pc.greater_equal(codes, 0), codes, None))


def features_of(schema: "pa.Schema") -> dict[str, Any]:
    """Return what the datasets library wrote of a schema's columns, nothing where it did not write it."""
    if b"huggingface" not in (schema.metadata or {}):
        return {}
    from datasets import Features

    return dict(Features.from_arrow_schema(schema))
