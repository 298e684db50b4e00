"""Tables in memory: DataFrames of pandas, Datasets of the datasets library and Tables of Arrow."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import whole_characters
from stance.dataset.tables.reading._hub import name_labels
from stance.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def frame_of(table: Any) -> "pa.Table | None":
    """Return a table in memory as Arrow's, None for a path.

    Raises InputError for what is neither, for a dataset of several splits, and for a column that stands twice.
    """
    if isinstance(table, str | Path):
        return None
    import datasets
    import pandas as pd
    import pyarrow as pa

    if isinstance(table, datasets.DatasetDict):
        splits = ", ".join(table)
        raise InputError(f"expected one Dataset, found a DatasetDict of {splits}; concatenate them, with their split")
    if isinstance(table, datasets.Dataset):
        found = table.with_format("arrow")[:]
        return name_labels(found, dict(table.features))
    if isinstance(table, pd.DataFrame):
        names = [str(name) for name in table.columns]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(f"expected columns of different names, found {doubled} more than once")
        return pa.table({name: _column(table.iloc[:, place]) for place, name in enumerate(names)})
    if isinstance(table, pa.Table):
        return table
    kind = type(table).__name__
    raise InputError(f"expected a path, a DataFrame, or a Dataset of the datasets library, found {kind}")


def _column(series: "pd.Series") -> "pa.Array":
    import pandas as pd
    import pyarrow as pa
    from pandas.api.types import is_list_like

    try:
        made = pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, UnicodeEncodeError):
        # text and numbers in one column, as 3 beside "3b", or half a character
        several = next((place for place, value in enumerate(series) if is_list_like(value)), None)
        if several is not None:
            raise InputError(
                f"column {series.name!r}: expected one value in each cell, or a list in each, found "
                f"{type(series.iloc[several]).__name__} in row {several + 1} beside others that are none"
            ) from None
        made = pa.array([None if pd.isna(value) else whole_characters(str(value)) for value in series], pa.string())
    if pa.types.is_binary(made.type) or pa.types.is_large_binary(made.type):
        raise InputError(f"column {series.name!r}: expected text, found bytes; decode them, as in .str.decode('utf-8')")
    return made
