"""A dataset as a corpus of ConvoKit: its five files, as that library reads and writes them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from stance.cells import read_times
from stance.dataset.examples import StanceDataset, extra_columns
from stance.files import write_files

# what the library says of a value's type in index.json
TYPES = {str: "str", dict: "dict", int: "int", float: "float", bool: "bool"}
ABOUT = ("title", "licence", "source", "labelled_by", "contact")


def to_convokit(dataset: StanceDataset, folder: str | Path) -> Path:
    """Write a dataset as a corpus that `convokit.Corpus(filename=folder)` opens, and return its folder.

    An utterance is a comment (or the part of one that is an example), a conversation a thread, a speaker an author; who
    is not known is a speaker of their own. `meta` of an utterance has `labels` by target, `annotations` by target and
    annotator, `example_ids` by target, `comment_id`, `parent_id`, `published`, `author`, `split` and what the table
    kept beside; of a dataset with one target also its `label`. A conversation begins with an utterance without text,
    which stands for the post, and a comment that is answered and is no example is one too: both have `in_dataset`
    false. Times are in
    seconds since 1970; what shows none (`published` null) has that of the utterance before, since the library orders
    answers by time. The format is ConvoKit's "Data Format" (Chang and others 2020). The way
    back is `load_table`: docs/tables.md.

    Raises InputError where the folder holds anything that was not written so.
    """
    utterances = _utterances(dataset)
    speakers = {utterance["speaker"]: _empty() for utterance in utterances}
    conversations = {utterance["conversation_id"]: _empty() for utterance in utterances}
    known = {key: dataset.about.get(key) for key in ABOUT}
    corpus = {"name": dataset.name, "targets": list(dataset.targets), "labels": list(dataset.labels), **known}
    index = {
        "utterances-index": _index(utterance["meta"] for utterance in utterances),
        "speakers-index": {},
        "conversations-index": {},
        "overall-index": _index([corpus]),
        "version": 1,
        "vectors": [],
    }
    lines = "".join(json.dumps(utterance, ensure_ascii=False) + "\n" for utterance in utterances)
    files: dict[str, object] = {
        "speakers.json": speakers,
        "conversations.json": conversations,
        "corpus.json": corpus,
        "index.json": index,
    }
    content = {name: json.dumps(said, ensure_ascii=False).encode() for name, said in files.items()}
    return write_files({"utterances.jsonl": lines.encode(), **content}, Path(folder))


def _empty() -> dict[str, Any]:
    return {"meta": {}, "vectors": []}


def _index(metas: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the types of the values of each key, as the library notes them."""
    types: dict[str, Counter[str]] = {}
    for meta in metas:
        for key, value in meta.items():
            found = types.setdefault(key, Counter())
            if value is not None:
                found[f"<class '{TYPES.get(type(value), type(value).__name__)}'>"] += 1
    return {key: list(found) for key, found in types.items()}


def _utterances(dataset: StanceDataset) -> list[dict[str, Any]]:
    """Return the utterances of a dataset, those of a thread behind the one that stands for its post."""
    by_id = _comments(dataset)
    # a comment that is cut into parts is answered at its first
    first: dict[tuple[str, str], str] = {}
    for name, utterance in by_id.items():
        first.setdefault((utterance["conversation_id"], utterance["meta"]["comment_id"]), name)
    found: dict[str, dict[str, Any]] = {}
    for name, utterance in by_id.items():
        thread, parent = utterance["conversation_id"], utterance["meta"]["parent_id"]
        if name == thread:  # a comment without a thread
            found[name] = utterance
            continue
        found.setdefault(thread, _absent(thread, thread, None))
        answered = thread if parent is None else first.get((thread, parent), f"{thread}#{parent}")
        if answered not in by_id:
            found.setdefault(answered, _absent(answered, thread, thread if answered != thread else None))
        utterance["reply-to"] = answered
        found[name] = utterance
    order = {thread: place for place, thread in enumerate(dict.fromkeys(u["conversation_id"] for u in found.values()))}
    placed = sorted(found.values(), key=lambda u: (order[u["conversation_id"]], u["reply-to"] is not None))
    _fill_times(placed)
    return placed


def _fill_times(utterances: list[dict[str, Any]]) -> None:
    """Give each utterance without a time that of the one before, the first of a thread the earliest: trees need one."""
    last: dict[str, int] = {}
    for utterance in utterances:
        at, thread = utterance["timestamp"], utterance["conversation_id"]
        if at is not None:
            last[thread] = min(at, last.get(thread, at))
    for utterance in utterances:
        thread = utterance["conversation_id"]
        if utterance["timestamp"] is None:
            utterance["timestamp"] = last.get(thread, 0)
        last[thread] = utterance["timestamp"]


def _absent(name: str, thread: str, answered: str | None) -> dict[str, Any]:
    """Return an utterance for what is answered and is no example."""
    return _utterance(name, thread, None, "", None, {"in_dataset": False}) | {"reply-to": answered}


def _utterance(
    name: str, thread: str, author: str | None, text: str, at: int | None, meta: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": name,
        "conversation_id": thread,
        "text": text,
        "speaker": author or f"unknown:{name}",
        "meta": meta,
        "reply-to": None,
        "timestamp": at,
        "vectors": [],
    }


def _comments(dataset: StanceDataset) -> dict[str, dict[str, Any]]:
    """Return an utterance for each comment, or part of one, with the labels toward each target."""
    frame = dataset.to_frame()
    extra = extra_columns(frame)
    frame["at"] = read_times(frame["published"])
    found: dict[str, dict[str, Any]] = {}
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        name = row["example_id"].removesuffix(f"@{row['target']}")
        if name not in found:
            meta = {key: row[key] for key in ("comment_id", "parent_id", "published", "author", "split", *extra)}
            meta |= {"in_dataset": True, "labels": {}, "annotations": {}, "example_ids": {}}
            at = None if row["at"] is None else int(row["at"].timestamp())
            found[name] = _utterance(name, row["thread_id"], row["author"], row["text"], at, meta)
        meta, target = found[name]["meta"], row["target"]
        meta["labels"][target] = row["label"]
        meta["example_ids"][target] = row["example_id"]
        meta["annotations"][target] = dict(zip(row["annotators"], row["annotator_labels"], strict=True))
        if len(dataset.targets) == 1:
            meta["label"] = row["label"]
    return found
