"""The steps of the dataset benchmark, each in a process of its own.

python dataset_steps.py <step> <table> <out>
"""

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LABELS = ("against", "none", "favor")
ANNOTATORS = ("a1", "a2", "a3")
COLUMNS = {
    "comment_id": "id",
    "thread_id": "thread",
    "parent_id": "parent",
    "author": "author",
    "published": "published",
    "text": "text",
}
ROWS_AT_ONCE = 50_000


def make(table: str, n_comments: str) -> None:
    """Write generated comments as Parquet: 200 to 300 characters each, 50 to a thread, 10 to an author."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(5000)]
    words += ["café", "naïve", "don’t", "it’s", "–"]
    schema = pa.schema([(name, pa.string()) for name in (*COLUMNS.values(), *ANNOTATORS)])
    total = int(n_comments)
    with pq.ParquetWriter(table, schema) as writer:
        for start in range(0, total, ROWS_AT_ONCE):
            rows = [_comment(number, total, draw, words) for number in range(start, min(start + ROWS_AT_ONCE, total))]
            writer.write_table(pa.table([pa.array(column) for column in zip(*rows, strict=True)], schema=schema))


def _comment(number: int, total: int, draw: random.Random, words: list[str]) -> tuple[str | None, ...]:
    thread, place = divmod(number, 50)
    # a crowd agrees more often than not
    label = draw.choice(LABELS)
    given = [label if draw.random() < 0.8 else draw.choice(LABELS) for _ in ANNOTATORS]
    parent = f"c{number - draw.randint(1, place)}" if place and draw.random() < 0.6 else None
    text = " ".join(draw.choices(words, k=draw.randint(33, 45)))
    author = f"reader-{draw.randrange(total // 10)}"
    return f"c{number}", f"t{thread}", parent, author, f"2020-01-{1 + thread % 28:02}T10:00", text, *given


def make_csv(table: str, path: str) -> None:
    """Write the same comments as CSV."""
    import pyarrow.csv
    import pyarrow.parquet as pq

    pyarrow.csv.write_csv(pq.read_table(table), path)


def part(table: str, labels: str, texts: str) -> None:
    """Write the same comments as two tables, all but texts in one, ids and texts in another order in the other."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    whole = pq.read_table(table)
    pq.write_table(whole.drop_columns("text"), labels)
    pq.write_table(whole.select(["id", "text"]).take(pc.sort_indices(whole["text"])), texts)


def join(labels: str, texts: str) -> None:
    """Join them by pyarrow, with the checks that a build promises: no key twice, rows without a text, texts unasked."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    asking, giving = pq.read_table(labels), pq.read_table(texts)
    joined = asking.join(giving, keys="id", join_type="left outer")
    counts = giving.group_by("id").aggregate([([], "count_all")])["count_all"]
    used = pc.sum(pc.is_in(giving["id"], value_set=asking["id"].combine_chunks())).as_py()
    assert (pc.max(counts).as_py(), joined["text"].null_count, used) == (1, 0, giving.num_rows)


def read(table: str, out: str) -> None:
    """Read the whole table by pyarrow."""
    import pyarrow.parquet as pq

    assert pq.read_table(table).num_rows


def build_joined(labels: str, out: str, texts: str) -> None:
    """Build the dataset from both tables and write its folder."""
    from stance import load_table, write_dataset

    join = [{"path": texts, "key": {"comment_id": "id"}, "columns": {"text": "text"}}]
    columns = {word: column for word, column in COLUMNS.items() if word != "text"}
    dataset = load_table(
        labels, LABELS, columns, "generated", target="the ferry", annotator_columns=ANNOTATORS, join=join
    )
    write_dataset(dataset, out)


def build(table: str, out: str, num_proc: str = "1") -> None:
    """Build the dataset and write its folder."""
    from stance import load_table, write_dataset

    dataset = load_table(
        table, LABELS, COLUMNS, "generated", target="the ferry", annotator_columns=ANNOTATORS, num_proc=int(num_proc)
    )
    write_dataset(dataset, out, num_proc=int(num_proc))


def bare(table: str, out: str) -> None:
    """Do what a user would do with the datasets library alone: the table as it is, to Parquet."""
    import datasets
    import pandas as pd

    datasets.disable_progress_bars()
    frame = pd.read_parquet(table) if table.endswith(".parquet") else pd.read_csv(table)
    datasets.Dataset.from_pandas(frame).to_parquet(f"{out}/bare.parquet")


def hashing(table: str, out: str) -> None:
    """Do the hashing alone: a fingerprint of each text, a digest of each row, the sha over all of them."""
    import numpy as np
    import pyarrow as pa

    from stance.dataset._digests import dataset_sha, row_digests
    from stance.dataset.duplicates import fingerprint_column

    digests = []
    with pa.OSFile(table, "rb") as file:
        for batch in pa.ipc.open_stream(file):
            fingerprint_column(batch.column("text"))
            digests.append(row_digests(pa.Table.from_batches([batch])))
    print(dataset_sha(["the ferry"], LABELS, np.concatenate(digests)), file=sys.stderr)


def examples(table: str, out: str) -> None:
    """Write the examples of a dataset folder as one Arrow stream, for the hashing to read without decoding."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted(Path(table).glob("*/data/*.parquet"))
    with pa.OSFile(out, "wb") as file, pa.ipc.new_stream(file, pq.read_schema(files[0])) as writer:
        for path in files:
            writer.write_table(pq.read_table(path), max_chunksize=ROWS_AT_ONCE)


def convokit(table: str, out: str) -> None:
    """Build ConvoKit's corpus of the same comments and write it."""
    from importlib import import_module

    import pandas as pd

    library = import_module("convokit")
    rows = pd.read_parquet(table).to_dict("records")
    speakers = {name: library.Speaker(id=name) for name in {row["author"] for row in rows}}
    first: dict[str, str] = {}
    utterances = []
    for row in rows:
        top = first.setdefault(row["thread"], row["id"])
        parent = row["parent"] if isinstance(row["parent"], str) else top
        utterances.append(
            library.Utterance(
                id=row["id"],
                speaker=speakers[row["author"]],
                conversation_id=top,
                reply_to=None if row["id"] == top else parent,
                text=row["text"],
                meta={name: row[name] for name in ANNOTATORS},
            )
        )
    library.Corpus(utterances=utterances).dump("corpus", base_path=out)


STEPS: dict[str, Callable[..., None]] = {
    step.__name__: step
    for step in (make, make_csv, part, build, join, read, build_joined, bare, hashing, examples, convokit)
}


def main() -> None:
    """Run one step and print as JSON its seconds, CPU seconds and the most memory that it held."""
    step, *arguments = sys.argv[1:]
    if cores := os.environ.get("STANCE_CORES"):
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    began = time.perf_counter()
    STEPS[step](*arguments)
    print(json.dumps({"seconds": time.perf_counter() - began, **_spent()}))


def _spent() -> dict[str, Any]:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        "peak": max(own.ru_maxrss, children.ru_maxrss) * 1024,
    }


if __name__ == "__main__":
    main()
