"""Shares as a user asks for them: of a table of one's own, and what is refused of a study's predictions."""

import pandas as pd
import pytest

from tests.estimates.frames import make_frame

LABELS = "labels=[against,none,favor]"


@pytest.fixture
def table(workspace):
    frame = make_frame(300, 100).assign(month=[f"2020-0{1 + number % 2}" for number in range(300)])
    frame.drop(columns="truth").to_csv(workspace / "table.csv", index=False)
    return frame


def test_a_table_of_ones_own_has_shares_with_intervals_and_a_run(run, table, workspace):
    code, output = run("estimate", "predictions=table.csv", LABELS, "by=[month]")
    assert code == 0, output
    assert "against: " in output
    assert "counting predictions would say" in output
    (folder,) = (workspace / "outputs" / "estimates").iterdir()
    shares = pd.read_csv(folder / "tables" / "shares.csv")
    assert set(shares["method"]) == {"ppi++", "dsl", "labelled", "naive"}
    from stance.tracking import open_store

    store = open_store("sqlite:///mlflow.db", "awl")
    run_id = output.split("run:")[1].split()[0]
    tracked = store.client.get_run(run_id)
    assert tracked.info.status == "FINISHED"
    expected = shares[(shares["method"] == "ppi++") & (shares["label"] == "favor")]["share_low"].iloc[0]
    assert tracked.data.metrics["low/ppipp/favor"] == pytest.approx(expected)
    assert tracked.inputs.dataset_inputs[0].dataset.name == "table"


def test_a_table_whose_labels_were_chosen_by_hand_is_taken_and_said_to_be_no_sample(run, table, workspace):
    table.drop(columns=["truth", "probability"]).to_csv(workspace / "table.csv", index=False)
    code, output = run("estimate", "predictions=table.csv", LABELS)
    assert code == 0, output
    assert "nobody knows how its labelled rows were drawn: what stands here rests on assumptions" in output
    assert "only if what it rests on is so); it assumes that the classifier mistakes labels for each other" in output
    assert "Without a probability sample there is no plan" in output


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["predictions=table.csv"], "labels: expected the label set of the table, as in labels=[against,none,favor]"),
        (["predictions=gone.csv", LABELS], "expected a table (CSV or Parquet) where there is no study=, found none at"),
        (["predictions=table.csv", LABELS, "by=[mnth]"], "by: expected columns of table.csv, found no 'mnth'. Did you"),
        (["predictions=gone", "study=seeds/awl"], "expected a folder that stance predict wrote, found none at gone"),
        (
            ["predictions=gone", "study=seeds/sunday_opening"],
            "target: expected one of ['opening on Sundays', 'a yearly",
        ),
    ],
)
def test_what_cannot_be_estimated_is_refused(run, table, asked, said):
    code, output = run("estimate", *asked)
    assert (code, said in output) == (2, True), output


def shard(folder, ids, labels=("against", "none", "favor"), target=None):
    folder.mkdir()
    n = len(ids)
    columns = dict.fromkeys(("thread_id", "author", "published", "target"), [None] * n)
    frame = pd.DataFrame({"example_id": ids, **columns, "label": labels[0], "model": "m"}).astype(object)
    frame = frame.assign(target=target, **{f"score_{label}": 1 / len(labels) for label in labels})
    frame.to_parquet(folder / "shard-00000.parquet")


IDS = [f"blog.example.org/ferry#{number}" for number in (1, 2, 3, 4, 6, 7)]


@pytest.mark.parametrize(
    ("ids", "settings", "said"),
    [
        (IDS[1:], {}, "expected all 6 comments of the study in predictions, found none for 'blog.example.org/ferry#1'"),
        ([*IDS, "x#1"], {}, "expected the 6 comments of the study only, found 'x#1' in predictions"),
        ([*IDS, IDS[0]], {}, "expected each comment once in predictions, found some twice"),
        (IDS, {"labels": ("yes", "no")}, "found those of ['no', 'yes']: a model for another label set?"),
        (IDS, {"target": "the bus"}, "expected those about 'the ferry', found some about ['the bus']"),
    ],
)
def test_predictions_of_something_else_are_refused_with_ids(run, study, workspace, ids, settings, said):
    shard(workspace / "predictions", ids, **settings)
    code, output = run("estimate", "predictions=predictions", f"study={study}")
    assert (code, said in output) == (2, True), output


def test_labels_of_a_study_that_were_chosen_by_hand_are_said_to_be_no_sample(run, study, workspace):
    shard(workspace / "predictions", IDS)
    code, output = run("estimate", "predictions=predictions", f"study={study}")
    assert code == 0, output
    assert "labelled comments were chosen by hand, which is no probability sample" in output
