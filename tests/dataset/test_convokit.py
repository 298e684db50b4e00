"""Corpora of ConvoKit: what is written is what that library reads, and comes back as the same examples.

Where the library is installed it reads and writes them itself; it needs gigabytes of others, so it is no requirement,
and the format is held by its description too.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stance.dataset import build_dataset, build_from_study, load_table
from stance.dataset._study_units import Cutting
from stance.dataset.folder import to_convokit
from stance.errors import InputError
from stance.study.annotations import Annotation
from stance.thread import Comment, Thread

ROOT = Path(__file__).parents[2]
BACK = {
    "comment_id": "meta.comment_id",
    "thread_id": "conversation_id",
    "parent_id": "meta.parent_id",
    "author": "meta.author",
    "published": "meta.published",
    "split": "meta.split",
    "text": "text",
    "target": "meta.labels{}.key",
    "label": "meta.labels{}.value",
}
SAME = ["comment_id", "target", "thread_id", "parent_id", "author", "published", "text", "label", "split"]
# of the page "Data Format" of the library's documentation
FIELDS = {"id", "conversation_id", "text", "speaker", "meta", "reply-to", "timestamp", "vectors"}


@pytest.fixture(scope="module")
def two_targets():
    return build_from_study(ROOT / "seeds" / "sunday_opening")


def utterances_of(folder):
    return [json.loads(line) for line in (folder / "utterances.jsonl").read_text(encoding="utf-8").splitlines()]


def in_order(dataset):
    return dataset.to_frame()[SAME].sort_values(["comment_id", "target"], ignore_index=True)


def read_back(folder, dataset):
    return load_table(folder / "utterances.jsonl", dataset.labels, BACK, ordered=True)


def test_each_utterance_has_the_fields_of_the_format_and_each_conversation_is_one_tree(two_targets, tmp_path):
    folder = to_convokit(two_targets, tmp_path / "corpus")
    found = utterances_of(folder)
    assert all(set(utterance) == FIELDS for utterance in found)
    names = {utterance["id"]: utterance for utterance in found}
    assert len(names) == len(found)
    roots = [utterance for utterance in found if utterance["reply-to"] is None]
    assert [root["id"] for root in roots] == sorted({utterance["conversation_id"] for utterance in found})
    assert all(utterance["reply-to"] in names for utterance in found if utterance["reply-to"])
    assert all(isinstance(utterance["timestamp"], int) for utterance in found)
    for name, key in (("speakers.json", "speaker"), ("conversations.json", "conversation_id")):
        known = json.loads((folder / name).read_text(encoding="utf-8"))
        assert set(known) == {utterance[key] for utterance in found}
        assert all(entry == {"meta": {}, "vectors": []} for entry in known.values())
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    assert set(index) == {
        "utterances-index",
        "speakers-index",
        "conversations-index",
        "overall-index",
        "version",
        "vectors",
    }
    assert index["utterances-index"]["labels"] == ["<class 'dict'>"]
    assert set(index["utterances-index"]) == {key for utterance in found for key in utterance["meta"]}


def test_it_comes_back_as_the_same_examples(two_targets, tmp_path):
    back = read_back(to_convokit(two_targets, tmp_path / "corpus"), two_targets)
    assert in_order(back).equals(in_order(two_targets))
    # the post and a ping that somebody answers are no examples
    assert "records_without_rows: 2 records have no entry in the list that rows are made of" in back.stats["findings"]


def test_the_library_reads_it_and_what_the_library_writes_comes_back(two_targets, tmp_path):
    convokit = pytest.importorskip("convokit", reason="ConvoKit is not installed")
    corpus = convokit.Corpus(filename=str(to_convokit(two_targets, tmp_path / "corpus")))
    for conversation in corpus.iter_conversations():
        assert conversation.check_integrity(verbose=False)
        assert len(list(conversation.traverse("bfs"))) == len(list(conversation.iter_utterances()))
    corpus.dump("again", base_path=str(tmp_path))
    assert in_order(read_back(tmp_path / "again", two_targets)).equals(in_order(two_targets))


def small(*comments, unit="comment", targets=("x",)):
    annotations = [
        Annotation(
            "t", c.comment_id, "a1", "favor", target=targets[0] if len(targets) > 1 else "", start=start, end=end
        )
        for c in comments
        for start, end in ([(0, 4), (5, 9)] if unit == "sentence" else [(None, None)])
        if c.text
    ]
    threads = [Thread("t", None, "", comments)]
    return build_dataset(
        threads, annotations, targets=targets, labels=["against", "favor"], cutting=Cutting(unit=unit), name="small"
    )


def test_what_is_answered_and_is_no_example_stands_in_its_place_without_a_word(tmp_path):
    comments = (
        Comment("1", None, "reader-1", "2021-01-01T00:00:05Z", "Yes. No."),
        Comment("2", "1", None, None, ""),
        Comment("3", "2", None, "2021-01-01T00:00:09Z", "Why. So."),
        Comment("4", "1", "reader-1", None, "Aha. Oh."),
    )
    found = {u["id"]: u for u in utterances_of(to_convokit(small(*comments), tmp_path / "c"))}
    replies = {name: utterance["reply-to"] for name, utterance in found.items()}
    assert replies == {"t": None, "t#1": "t", "t#2": "t", "t#3": "t#2", "t#4": "t#1"}
    assert [found[name]["meta"]["in_dataset"] for name in replies] == [False, True, False, True, True]
    assert found["t#2"]["text"] == ""
    assert found["t#1"]["meta"]["label"] == "favor"
    # who is not known is nobody else either
    assert found["t#3"]["speaker"] == "unknown:t#3"
    times = [found[name]["timestamp"] for name in ("t", "t#1", "t#3")]
    assert times == [1609459205, 1609459205, 1609459209]
    assert found["t#4"]["meta"]["published"] is None


def test_parts_of_a_comment_are_utterances_and_are_answered_at_the_first(tmp_path):
    comments = (Comment("1", None, "r", None, "Yes. Nay."), Comment("2", "1", "s", None, "Why. So so."))
    annotated = small(comments[0], replace(comments[1], text="Aye. Nay."), unit="sentence")
    replies = {u["id"]: u["reply-to"] for u in utterances_of(to_convokit(annotated, tmp_path / "c"))}
    assert replies == {"t": None, "t#1[0:4]": "t", "t#1[5:9]": "t", "t#2[0:4]": "t#1[0:4]", "t#2[5:9]": "t#1[0:4]"}


def test_a_table_without_threads_has_a_conversation_for_each_comment(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text,label,likes\nLate.,against,3\nDear.,favor,0\n")
    table = load_table(path, ["against", "favor"], {"text": "text", "label": "label"}, target="x", extra=["likes"])
    found = utterances_of(to_convokit(table, tmp_path / "c"))
    assert [(u["id"], u["conversation_id"], u["reply-to"], u["meta"]["likes"]) for u in found] == [
        ("t:2", "t:2", None, 3),
        ("t:3", "t:3", None, 0),
    ]


def test_a_folder_of_something_else_is_left_as_it_is(two_targets, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=r"thesis\.txt"):
        to_convokit(two_targets, tmp_path)
