"""Predictions shard by shard: every comment once, whatever stopped the reading, and nobody's name."""

import json
import signal
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from stance.dataset import build_from_study
from stance.dataset.folder import write_dataset
from stance.errors import InputError, ReadError
from stance.estimates.predicting import Model, Reading, predict_pages

WORDS = ("late and dear", "a joy to use", "is there a timetable")
LABELS = ("against", "favor", "none")
ROOT = Path(__file__).resolve().parents[3]


def fitted(last=None):
    examples = pd.DataFrame({"text": WORDS * 3, "context": [""] * 9})
    words = ColumnTransformer(
        [("text", CountVectorizer(), "text"), ("context", CountVectorizer(token_pattern=r"\w+|^$"), "context")]
    )
    return make_pipeline(words, last or LogisticRegression()).fit(examples, LABELS * 3)


@pytest.fixture(scope="module")
def model():
    return Model("runs:/1/model", fitted())


@pytest.fixture
def pages(tmp_path):
    """Three pages of 7 comments each, two of them by one author; one of each is a ping."""
    folder = tmp_path / "crawl"
    folder.mkdir()
    for page in range(3):
        entries = [
            {
                "id": 100 * page + number,
                "post": page + 1,
                "parent": 0,
                "author_name": f"reader-{number // 2}",
                "date": f"2020-0{page + 1}-03T10:00:0{number}",
                "content": {"rendered": f"<p>{WORDS[number % 3]}</p>"},
                "link": f"https://blog.example.org/page-{page}/#comment-{number}",
                "type": "pingback" if number == 6 else "comment",
            }
            for number in range(7)
        ]
        (folder / f"page-{page}.json").write_text(json.dumps(entries))
    return folder


def read(folder):
    return pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("shard-*.parquet"))], ignore_index=True)


def test_every_comment_is_predicted_once_with_its_scores_and_without_its_words(model, pages, tmp_path):
    found = predict_pages(model, [pages], tmp_path / "out")
    table = read(tmp_path / "out")
    assert (found.rows, found.shards, found.rows_before, found.left_out) == (18, 1, 0, {"ping": 3})
    assert list(table) == [
        *("example_id", "thread_id", "comment_id", "author", "published", "target", "label"),
        *(f"score_{label}" for label in LABELS),
        *("model", "source"),
    ]
    assert table["label"].tolist() == ["against", "favor", "none"] * 6
    assert table["example_id"].nunique() == 18
    assert table[[f"score_{label}" for label in LABELS]].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-6)
    assert table["source"].unique().tolist() == ["page-0.json", "page-1.json", "page-2.json"]
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"reader-" not in written
    assert b"timetable" not in written


def test_an_author_is_one_pseudonym_on_all_pages_and_the_key_is_thrown_away(model, pages, tmp_path):
    predict_pages(model, [pages], tmp_path / "out", rows_in_shard=5)
    table = read(tmp_path / "out")
    assert sorted(Counter(table["author"]).values()) == [6, 6, 6]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "predictions.json",
        *(f"shard-0000{number}.parquet" for number in range(4)),
    ]


@pytest.mark.parametrize("stopped_after", [1, 2, 3])
def test_a_stopped_run_goes_on_after_its_last_shard(model, pages, tmp_path, stopped_after):
    class StopError(RuntimeError):
        pass

    def stop(told=[]):  # noqa: B006  # counts its calls
        told.append(1)
        if len(told) == 1 + stopped_after:  # the first call tells what was there before
            raise StopError

    out = tmp_path / "out"
    with pytest.raises(StopError):
        predict_pages(model, [pages], out, rows_in_shard=5, on_rows=lambda _: stop())
    there = {path.name: path.stat().st_mtime_ns for path in out.glob("shard-*")}
    assert len(there) == stopped_after
    found = predict_pages(model, [pages], out, rows_in_shard=5)
    assert (found.rows, found.rows_before, found.left_out) == (18, 5 * stopped_after, {"ping": 3})
    assert {name: (out / name).stat().st_mtime_ns for name in there} == there
    predict_pages(model, [pages], tmp_path / "whole", rows_in_shard=5)
    columns = ["example_id", "label", "score_against"]
    pd.testing.assert_frame_equal(read(out)[columns], read(tmp_path / "whole")[columns])
    assert sorted(Counter(read(out)["author"]).values()) == [6, 6, 6]


KILLED = """
import os, signal, sys
from stance.estimates.predicting import Model, predict_pages
from tests.estimates.predicting.test_predict import fitted

shards = []
def kill(n_rows):
    shards.append(n_rows)
    if len(shards) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
predict_pages(Model("runs:/1/model", fitted()), [sys.argv[1]], sys.argv[2], rows_in_shard=5, on_rows=kill)
"""


def test_a_killed_run_repeats_no_shard_and_doubles_none(model, pages, tmp_path):
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", KILLED, str(pages), str(out)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    # what a process leaves that is killed while it writes
    (out / ".shard-00002.parquet.half").write_bytes(b"PAR1")
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.glob("shard-*")}
    assert len(before) == 2
    found = predict_pages(model, [pages], out, rows_in_shard=5)
    assert (found.rows, found.rows_before, found.shards) == (18, 10, 4)
    assert {name: ((out / name).stat().st_mtime_ns, (out / name).read_bytes()) for name in before} == before
    whole = read(out)
    assert whole["example_id"].is_unique
    assert len(whole) == 18
    # one author is one pseudonym before and after
    assert sorted(Counter(whole["author"]).values()) == [6, 6, 6]


def test_a_finished_folder_is_left_as_it_is(model, pages, tmp_path):
    predict_pages(model, [pages], tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert predict_pages(model, [pages], tmp_path / "out").rows_before == 18
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


def test_a_damaged_page_leaves_the_shards_before_it(model, pages, tmp_path):
    (pages / "page-9.json").write_text("")
    with pytest.raises(ReadError, match="found an empty file"):
        predict_pages(model, [pages], tmp_path / "out", rows_in_shard=5)
    assert len(read(tmp_path / "out")) == 15


def test_the_examples_of_a_dataset_keep_their_ids_and_targets(model, study, tmp_path):
    folder = write_dataset(build_from_study(study, adjudication="annotator", annotator="a1"), tmp_path / "data")
    predict_pages(model, [folder], tmp_path / "out")
    table = read(tmp_path / "out")
    assert table["example_id"].tolist() == [f"blog.example.org/ferry#{number}" for number in (1, 2, 3, 4, 6)]
    assert set(table["target"]) == {"the ferry"}
    with pytest.raises(InputError, match="expected examples about 'the bus', found 'the ferry' at "):
        predict_pages(model, [folder], tmp_path / "other", Reading(target="the bus"))


def test_a_target_is_the_same_in_whichever_encoding_it_is_written(model, study, tmp_path):
    card = (study / "study.yaml").read_text().replace("target: the ferry", "target: die Fähre")
    (study / "study.yaml").write_text(card, encoding="utf-8")
    folder = write_dataset(build_from_study(study, adjudication="annotator", annotator="a1"), tmp_path / "data")
    predict_pages(model, [folder], tmp_path / "out", Reading(target=unicodedata.normalize("NFD", "die Fähre")))
    assert set(read(tmp_path / "out")["target"]) == {"die Fähre"}


def test_a_classifier_without_probabilities_scores_its_label_1(pages, tmp_path):
    predict_pages(Model("svm", fitted(LinearSVC())), [pages], tmp_path / "out")
    table = read(tmp_path / "out")
    assert (table["score_against"] == (table["label"] == "against")).all()


def test_context_and_masks_are_laid_before_the_model(pages, tmp_path):
    seen = []

    class Recorder:
        classes_ = ("against", "favor")

        def predict(self, frame):
            seen.append(frame)
            return ["against"] * len(frame)

    (pages / "page-0.json").write_text(
        (pages / "page-0.json").read_text().replace("late and dear", "see http://a.example/b")
    )
    predict_pages(Model("m", Recorder()), [pages], tmp_path / "out", Reading("title", 0, ("urls",), "the ferry"))
    assert seen[0]["text"][0] == "see [url]"
    assert set(seen[0]["target"]) == {"the ferry"}


def refused(tmp_path, said, model, pages, reading=None):
    with pytest.raises(InputError) as error:
        predict_pages(model, [pages], tmp_path / "out", reading)
    assert said in str(error.value)


def test_a_folder_of_something_else_is_refused(model, pages, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("x")
    refused(tmp_path, "expected predictions or nothing, found 'thesis.txt'; name another folder", model, pages)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_predictions_of_another_model_or_of_other_settings_are_not_gone_on_with(model, pages, tmp_path):
    predict_pages(model, [pages], tmp_path / "out")
    said = "expected predictions of the same model, pages and settings, found others in shard-00000.parquet"
    refused(tmp_path, said, Model("runs:/2/model", model.classifier), pages)
    refused(tmp_path, said, model, pages, Reading("parent"))
    refused(tmp_path, said, model, pages / "page-0.json")


def test_nothing_to_predict_is_said(model, tmp_path):
    (tmp_path / "empty").mkdir()
    said = "expected saved pages, exports, tables or a dataset's folder in"
    refused(tmp_path, said, model, tmp_path / "empty")
    (tmp_path / "out-file").write_text("")
    with pytest.raises(InputError, match="expected a folder for predictions, found a file"):
        predict_pages(model, [tmp_path / "out-file"], tmp_path / "out-file")


def test_how_much_is_read_is_told_within_a_crawl_and_to_its_end(model, pages, tmp_path):
    page = (
        "<html><body><h1>Post</h1><ol class='commentlist'><li class='comment' id='comment-1'><cite class='fn'>reader-1"
        f"</cite><div class='comment-content'><p>{WORDS[0]}</p></div></li></ol></body></html>{'<!-- more -->' * 2_000}"
    )
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}"
    record = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{}\r\nWARC-Date: 2016-09-20T15:30:00Z"
        "\r\nWARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-{:012}>\r\nContent-Type: application/http; "
        f"msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n{block}\r\n\r\n"
    )
    crawl = tmp_path / "crawl.warc"
    crawl.write_text("".join(record.format(number, number) for number in range(8)), newline="")
    told = []
    predict_pages(model, [pages, crawl], tmp_path / "out", on_bytes=lambda *read: told.append(read))
    total = crawl.stat().st_size + sum(path.stat().st_size for path in pages.iterdir())
    assert {of for _, of in told} == {total}
    read = [position for position, _ in told]
    assert read == sorted(read)
    assert (read[0], read[-1]) == (0, total)
    within = {position for position in read if total - crawl.stat().st_size < position < total}
    assert len(within) >= 2
