"""The comments that are predicted: those of pages, exports, crawls and tables, or the examples of datasets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.cells import same_letters
from stance.errors import InputError
from stance.pages import find_pages, group_pages, open_page, read_group, read_stream
from stance.thread import Thread
from stance.thread.context import ContextKind, contexts_of
from stance.thread.names import names_in
from stance.thread.privacy import Mask, fold_name, mask_text

# what a dataset's folder has for each example, and no other table has together
EXAMPLE_COLUMNS = ("example_id", "thread_id", "comment_id", "text")
ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How a comment is laid before the model: as it was in training.

    `context` and `context_limit` as in a study's dataset; `mask`: what is masked in texts; `target`: what the stance
    is about, None where the data says it itself or the model does not ask.
    """

    context: ContextKind = "none"
    context_limit: int = 0
    mask: tuple[Mask, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Files that are read together, and whether they are a dataset's."""

    files: tuple[Path, ...]
    is_dataset: bool

    @property
    def name(self) -> str:
        """The name of its first file."""
        return self.files[0].name

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(file.stat().st_size for file in self.files)


@dataclass(frozen=True, slots=True)
class Left:
    """A comment that is not predicted, and why: `ping` or `no_text`."""

    reason: str


def find_parts(paths: Sequence[str | Path]) -> list[Part]:
    """Return the files of paths in their order, those together that complete each other.

    Of a dataset's folder these are its Parquet files. Raises ReadError where there is no such path, InputError where
    there is nothing in it.
    """
    parts: list[Part] = []
    for path in map(Path, paths):
        shards = sorted((path / "data").glob("*.parquet")) if path.is_dir() else [path]
        if shards and all(_has_examples(shard) for shard in shards):
            parts += [Part((shard,), True) for shard in shards]
        else:
            parts += [Part(files, False) for files in group_pages(list(find_pages(path)))]
    if not parts:
        raise InputError(
            f"pages: expected saved pages, exports, tables or a dataset's folder in {list(map(str, paths))}, "
            "found no file"
        )
    return parts


def _has_examples(path: Path) -> bool:
    if path.suffix != ".parquet" or not path.is_file():
        return False
    import pyarrow.parquet as pq

    return set(EXAMPLE_COLUMNS) <= set(pq.read_schema(path).names)


def read_part(
    part: Part, reading: Reading, on_bytes: Callable[[int], object] = lambda _: None
) -> Iterator[dict[str, Any] | Left]:
    """Yield the comments of a part in their order: what the model reads of each, or why it does not.

    `on_bytes` is told after each thread of a file how far in the file the reading is.
    """
    if part.is_dataset:
        yield from _examples(part.files[0], reading)
    elif len(part.files) > 1:
        for thread in read_group(part.files):
            yield from thread_rows(thread, reading)
    else:
        with open_page(part.files[0]) as stream:
            for thread in read_stream(stream, str(part.files[0])):
                yield from thread_rows(thread, reading)
                on_bytes(stream.tell())


def thread_rows(thread: Thread, reading: Reading) -> Iterator[dict[str, Any] | Left]:
    """Yield the comments of a thread in their order: what the model reads of each, or why it does not."""
    contexts = contexts_of(thread, reading.context, reading.context_limit)
    names = names_in([thread]).get(thread.thread_id, ())
    for comment, context in zip(thread.comments, contexts, strict=True):
        if comment.kind == "ping" or not comment.text.strip():
            yield Left("ping" if comment.kind == "ping" else "no_text")
            continue
        yield {
            "example_id": f"{thread.thread_id}#{comment.comment_id}",
            "thread_id": thread.thread_id,
            "comment_id": comment.comment_id,
            "author": fold_name(comment.author or "") or None,
            "published": comment.published,
            "target": reading.target,
            "text": mask_text(comment.text, reading.mask, names).text if reading.mask else comment.text,
            "context": mask_text(context, reading.mask, names).text if reading.mask else context,
        }


def _examples(path: Path, reading: Reading) -> Iterator[dict[str, Any] | Left]:
    """Yield the examples of a dataset's file; their texts are as the dataset was built."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    optional = [name for name in ("author", "published", "target", "context") if name in file.schema_arrow.names]
    for batch in file.iter_batches(ROWS_AT_ONCE, columns=[*EXAMPLE_COLUMNS, *optional]):
        for row in batch.to_pylist():
            row = {"author": None, "published": None, "target": None, "context": ""} | row
            about = None if row["target"] is None else same_letters(row["target"])
            if reading.target is not None and about not in (None, reading.target):
                raise InputError(
                    f"{path}: expected examples about {reading.target!r}, found {row['target']!r} at "
                    f"{row['example_id']!r}; predict without target="
                )
            yield row if (row["text"] or "").strip() else Left("no_text")
