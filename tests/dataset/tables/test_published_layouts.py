"""The configs of published tables whose files are not here, on invented rows in the same layout."""

import json

import pyarrow as pa
import pytest

from stance.dataset.tables import read_table
from stance.errors import InputError
from tests.dataset.tables.test_layouts import in_json, write
from tests.dataset.tables.test_tables import shipped


def found_in(folder, name):
    table = read_table(folder, **shipped(name))
    return table, pa.concat_tables(table.chunks()).to_pylist()


def seen(rows, *columns):
    return [tuple(row[column] for column in columns) for row in rows]


def in_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_covid19_stance_has_ids_and_joins_texts(tmp_path):
    for number, entry in enumerate(shipped("covid19_stance")["files"]):
        write(tmp_path / entry["path"], [[str(number), "x", "FAVOR"]], ("Tweet Id", "Target", "Stance"))
    in_lines(tmp_path / "texts.jsonl", [{"id": str(number), "text": f"Words {number}."} for number in range(11)])
    table, rows = found_in(tmp_path, "covid19_stance")
    assert table.facts["without_text"] == 1
    assert len(table.targets) == 4
    assert seen(rows, "text", "split", "label")[:2] == [
        ("Words 0.", "train", "favor"),
        ("Words 1.", "validation", "favor"),
    ]


def test_wt_wt_has_ids_and_joins_texts(tmp_path):
    in_json(tmp_path / "wtwt_ids.json", [{"tweet_id": n, "merger": "A_B", "stance": "refute"} for n in (1, 2)])
    in_lines(tmp_path / "texts.jsonl", [{"id": "2", "text": "No deal."}])
    _, rows = found_in(tmp_path, "wt_wt")
    assert seen(rows, "comment_id", "target", "text", "label") == [
        ("1", "A_B", "", "refute"),
        ("2", "A_B", "No deal.", "refute"),
    ]


def test_vast_keeps_what_is_said_of_its_topics(tmp_path):
    header = ("author", "post", "new_topic", "topic_str", "label", "new_id", "type_idx", "seen?")
    for number, name in enumerate(("train", "dev", "test")):
        row = ["reader-1", "Build it.", "bridge", "bridge", str(number), f"{number}a", "1", "0"]
        write(tmp_path / f"vast_{name}.csv", [row], header)
    _, rows = found_in(tmp_path, "vast")
    assert seen(rows, "target", "label", "split", "seen?", "type_idx") == [
        ("bridge", "against", "train", 0, 1),
        ("bridge", "favor", "validation", 0, 1),
        ("bridge", "none", "test", 0, 1),
    ]


def test_x_stance_has_a_question_for_each_comment(tmp_path):
    row = {"question": "Mehr Fähren?", "comment": "Ja.", "label": "FAVOR", "author": "reader-1", "topic": "Verkehr"}
    for number, name in enumerate(("train", "valid", "test")):
        in_lines(tmp_path / f"{name}.jsonl", [row | {"id": number, "language": "de"}])
    _, rows = found_in(tmp_path, "x_stance")
    assert seen(rows, "comment_id", "target", "label", "language")[0] == ("0", "Mehr Fähren?", "favor", "de")


def test_ibm_claim_stance_has_dots_in_its_columns(tmp_path):
    header = ("split", "topicText", "claims.claimId", "claims.stance", "claims.claimCorrectedText")
    path = write(tmp_path / "t.csv", [["train", "Ban it.", "7", "PRO", "It is dear."]], header)
    _, rows = found_in(path, "ibm_claim_stance")
    assert seen(rows, "comment_id", "target", "text", "label", "split") == [
        ("7", "Ban it.", "It is dear.", "pro", "train")
    ]


def test_mpchi_has_a_folder_for_each_question_and_files_without_a_header(tmp_path):
    for number, entry in enumerate(shipped("mpchi")["files"]):
        question = entry["prefix"]
        (tmp_path / question).mkdir(exist_ok=True)
        (tmp_path / entry["path"]).write_text(f'{number}\tDoes {question} help ?\tit helps " a lot\tFAVOR\n')
    table, rows = found_in(tmp_path, "mpchi")
    assert (len(rows), len(table.targets), {row["label"] for row in rows}) == (10, 5, {"favor"})
    assert seen(rows, "comment_id", "target", "text", "split")[1] == (
        "EC/1",
        "Does EC help ?",
        'it helps " a lot',
        "test",
    )


def test_ruarg_has_a_column_for_each_target(tmp_path):
    header = ("text_id", "text", "masks_stance", "quarantine_stance", "vaccines_stance")
    for number, entry in enumerate(shipped("ruarg2022")["files"]):
        write(tmp_path / entry["path"], [[str(number), "Да.", "2", "-1", "0"]], header, "\t")
    _, rows = found_in(tmp_path, "ruarg2022")
    assert seen(rows, "example_id", "label")[:3] == [
        ("0@Wearing masks", "favor"),
        ("0@Quarantine", None),
        ("0@Vaccination", "against"),
    ]


def tweet(number, answers=None):
    return {
        "id_str": str(number),
        "in_reply_to_status_id_str": answers,
        "text": f"Words {number}.",
        "created_at": "Wed Jan 07 11:06:08 +0000 2015",
        "user": {"screen_name": f"reader-{number}"},
    }


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    return in_json(path, content)


def test_rumoureval_2017_has_its_trees_and_the_labels_of_three_files(tmp_path):
    data = tmp_path / "semeval2017-task8-dataset"
    put(data / "rumoureval-data" / "flood" / "1" / "source-tweet" / "1.json", tweet(1))
    put(data / "rumoureval-data" / "flood" / "1" / "replies" / "2.json", tweet(2, "1"))
    put(tmp_path / "semeval2017-task8-test-data" / "3" / "source-tweet" / "3.json", tweet(3))
    put(tmp_path / "semeval2017-task8-test-data" / "3" / "replies" / "4.json", tweet(4, "3"))
    put(data / "traindev" / "rumoureval-subtaskA-train.json", {"1": "support"})
    put(data / "traindev" / "rumoureval-subtaskA-dev.json", {"2": "deny"})
    put(tmp_path / "subtaska.json", {"3": "query", "4": "comment"})
    table, rows = found_in(tmp_path, "rumoureval2017")
    assert seen(rows, "comment_id", "thread_id", "parent_id", "label", "split") == [
        ("1", "1", None, "support", "train"),
        ("2", "1", "1", "deny", "validation"),
        ("3", "3", None, "query", "test"),
        ("4", "3", "3", "comment", "test"),
    ]
    assert rows[0]["published"] == "2015-01-07T11:06:08+00:00"
    assert (table.facts["parents"], table.facts["parents_outside"]) == (2, 0)


def test_rumoureval_2019_has_tweets_and_reddit_in_one_table(tmp_path):
    data = tmp_path / "rumoureval-2019-training-data"
    put(data / "twitter-english" / "flood" / "1" / "source-tweet" / "1.json", tweet(1))
    put(data / "twitter-english" / "flood" / "1" / "replies" / "2.json", tweet(2, "1"))
    source = {"id": "a", "name": "t3_a", "title": "Is it so?", "author": "reader-3"}
    reply = {"id": "b", "name": "t1_b", "parent_id": "t3_a", "body": "No.", "author": "reader-4"}
    put(data / "reddit-dev-data" / "a" / "source-tweet" / "a.json", {"data": {"children": [{"data": source}]}})
    put(data / "reddit-dev-data" / "a" / "replies" / "b.json", {"data": reply})
    put(data / "train-key.json", {"subtaskaenglish": {"1": "support", "2": "deny"}})
    put(data / "dev-key.json", {"subtaskaenglish": {"a": "query", "b": "deny"}})
    put(tmp_path / "final-eval-key.json", {"subtaskaenglish": {"9": "comment"}})
    _, rows = found_in(tmp_path, "rumoureval2019")
    assert seen(rows, "comment_id", "thread_id", "parent_id", "text", "label", "split") == [
        ("1", "1", None, "Words 1.", "support", "train"),
        ("2", "1", "1", "Words 2.", "deny", "train"),
        ("t3_a", "t3_a", None, "Is it so?", "query", "validation"),
        ("t1_b", "t3_a", "t3_a", "No.", "deny", "validation"),
    ]


@pytest.mark.parametrize("name", ["cic_ca", "perspectrum", "fnc1", "vast", "wt_wt", "rumoureval2019", "x_stance"])
def test_a_folder_without_the_files_is_told_which_are_missing(name, tmp_path):
    with pytest.raises(InputError, match="found none"):
        read_table(tmp_path, **shipped(name))
