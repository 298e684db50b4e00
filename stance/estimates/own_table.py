"""A table of one's own, with labels and predictions made anywhere, read for shares: ten million rows fit."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.estimates.joining import TARGET, Inputs, check_by_target

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = ".parquet"
NUMBERS = ("probability", "weight")
# beside the columns that are asked for
USED = ("example_id", "label", "predicted", "stratum", "author", *NUMBERS)
NOT_DRAWN = (
    "The table has no column probability, so nobody knows how its labelled rows were drawn: what stands here rests on "
    "assumptions."
)


def from_table(plain: Mapping[str, Any]) -> Inputs:
    """Return a table of one's own, CSV or Parquet, with labels and predictions, as it is.

    Raises InputError that says what it lacks, or why it cannot be read.
    """
    if TARGET in plain["by"]:
        check_by_target(plain)
    path = Path(str(plain["predictions"]))
    if not plain["labels"]:
        raise InputError("labels: expected the label set of the table, as in labels=[against,none,favor], or study=")
    if not path.is_file():
        raise InputError(
            f"predictions: expected a table (CSV or Parquet) where there is no study=, found none at {path}"
        )
    group = plain["group"]
    asked = {"by": list(plain["by"]), "group": [group] if group not in (None, "author") else []}
    frame = _read(path, asked)
    held_back = frame.get("probability")
    notes = () if held_back is not None else (NOT_DRAWN,)
    with path.open("rb") as file:
        digests = {"table": hashlib.file_digest(file, "sha256").hexdigest()[:12]}
    frame = frame if "author" in frame else frame.assign(author=None)
    labels, name = tuple(map(str, plain["labels"])), plain["target"] or path.stem
    if TARGET not in plain["by"]:
        return Inputs(frame, labels, name, held_back, notes, (), digests)
    targets = tuple(sorted(map(str, frame[TARGET].dropna().unique())))
    return Inputs(_about_each(frame), labels, name, held_back, notes, (), digests, targets)


def _about_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with a row for each comment and target, whose rows of a person, or of a comment, go together."""
    alone = frame["example_id"] if "example_id" in frame else frame.index.to_series()
    frame = frame.assign(author=frame["author"].astype(object).where(frame["author"].notna(), alone.astype(str)))
    if "stratum" in frame:
        stratum = frame["stratum"].astype(object)
        frame["stratum"] = (frame[TARGET].astype(str) + " " + stratum).where(stratum.notna())
    return frame.drop(columns="example_id", errors="ignore")


def _read(path: Path, asked: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the columns of a table that are used, texts that repeat as categories; `asked`: others, by setting."""
    import pyarrow as pa

    try:
        found = _columns_of(path)
        for setting, columns in asked.items():
            for column in columns:
                if column not in found:
                    raise InputError(
                        f"{setting}: expected columns of {path.name}, found no {column!r}.{did_you_mean(column, found)}"
                    )
        wanted = {*USED, *(column for columns in asked.values() for column in columns)}
        used = [column for column in found if column in wanted or column.startswith("score_")]
        table = _table(path, used)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        said = str(error).splitlines()[0]
        kind = "a Parquet file" if path.suffix == PARQUET else "a table as CSV in UTF-8, with commas and a header"
        raise InputError(f"predictions: expected {path} to be {kind}, found one that cannot be read: {said}") from None
    for number, column in enumerate(table.schema):
        if column.name != "example_id" and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            table = table.set_column(number, column.name, table[column.name].dictionary_encode())
    table = table.unify_dictionaries()
    compact = {kind: pd.ArrowDtype(kind) for kind in (pa.string(), pa.large_string())}
    frame: pd.DataFrame = table.to_pandas(types_mapper=compact.get, split_blocks=True, self_destruct=True)
    return frame.reset_index(drop=True)


def _columns_of(path: Path) -> list[str]:
    """Return the names of a table's columns."""
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    if path.suffix == PARQUET:
        return list(pq.read_schema(path).names)
    with pc.open_csv(path) as reader:
        return list(reader.schema.names)


def _table(path: Path, columns: Sequence[str]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    if path.suffix == PARQUET:
        repeating = [name for name in columns if name != "example_id"]
        return pq.read_table(path, columns=list(columns), read_dictionary=repeating).replace_schema_metadata(None)
    # an id is no number, and a month no date, however they look
    texts: dict[str, pa.DataType] = {
        name: pa.string() if name == "example_id" else pa.dictionary(pa.int32(), pa.string())
        for name in columns
        if name not in NUMBERS and not name.startswith("score_")
    }
    convert = pc.ConvertOptions(
        column_types=texts, include_columns=list(columns), null_values=[""], strings_can_be_null=True
    )
    return pc.read_csv(path, parse_options=pc.ParseOptions(newlines_in_values=True), convert_options=convert)
