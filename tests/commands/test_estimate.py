"""Shares as a user asks for them: of a table of one's own, and what is refused of a study's predictions."""

import pandas as pd
import pytest

from stance.study import read_study
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


def test_shares_are_kept_offline_and_sent_later_once(run, table, workspace):
    code, output = run("estimate", "predictions=table.csv", LABELS, "tracking=offline")
    assert code == 0, output
    (kept,) = (workspace / "outputs" / "unsent").glob("shares-*")
    assert "(send them: stance sync)" in output.split("run: ")[1]
    assert (kept / "files" / "report.html").is_file()
    for _ in range(2):
        code, output = run("sync")
        assert code == 0, output
    assert not kept.exists()
    from stance.tracking import open_store

    store = open_store("sqlite:///mlflow.db", "table")
    (sent,) = store.client.search_runs([store.experiment_id])
    assert (sent.info.status, sent.data.tags["kind"]) == ("FINISHED", "shares")
    assert "config_sha" not in sent.data.tags
    assert {"ppipp/favor", "low/ppipp/favor", "high/ppipp/favor"} <= set(sent.data.metrics)
    assert sent.data.params["predictions"] == "table.csv"
    files = {file.path for file in store.client.list_artifacts(sent.info.run_id)}
    assert {"report.html", "metrics.json", "params.json"} <= files


def test_a_store_that_is_away_is_said_before_any_work(run, table, workspace):
    code, output = run(
        "estimate", "predictions=table.csv", LABELS, "tracking.uri=http://127.0.0.1:9", "tracking.wait=0"
    )
    assert code == 2
    assert "http://127.0.0.1:9" in output
    assert not (workspace / "outputs" / "estimates").exists()


def test_a_store_that_vanishes_leaves_the_shares_to_be_sent_and_they_are_finished_last(
    run, table, workspace, monkeypatch
):
    from stance.tracking import _sending
    from stance.tracking._asking import StoreGone

    def gone(*_):
        raise StoreGone("the store is away")

    with monkeypatch.context() as patched:
        patched.setattr(_sending, "_log_metrics", gone)
        code, output = run("estimate", "predictions=table.csv", LABELS)
    assert code != 0
    assert "the store is away. Run shares-" in output
    assert "is done, and kept whole in" in output
    from stance.tracking import open_store

    store = open_store("sqlite:///mlflow.db", "table")
    begun = [run.info.run_id for run in store.client.search_runs([store.experiment_id])]
    assert store.client.get_run(begun[0]).info.status == "RUNNING"
    code, output = run("sync")
    assert code == 0, output
    (sent,) = store.client.search_runs([store.experiment_id])
    assert (sent.info.run_id, sent.info.status) == (*begun, "FINISHED")
    assert "naive/favor" in sent.data.metrics


def test_the_model_that_shares_rest_on_is_linked_to_them(tmp_path):
    """The run says which model of the same store it was made from; an address elsewhere is only a param."""
    from mlflow.entities import LoggedModelOutput

    from stance.tracking import open_store, open_tracking
    from stance.tracking.lifecycle import log_shares

    tracking = open_tracking(f"sqlite:///{tmp_path}/mlflow.db", "ferry", tmp_path / "unsent")
    store = open_store(f"sqlite:///{tmp_path}/mlflow.db", "elsewhere")
    trained = store.client.create_run(store.experiment_id).info.run_id
    model = store.client.create_logged_model(store.experiment_id, "model", trained).model_id
    store.client.log_outputs(trained, [LoggedModelOutput(model, 0)])
    (tmp_path / "files").mkdir()
    addresses = [f"runs:/{trained}/model", "runs:/0123/model", "mine.skops"]
    run_id = log_shares(
        tracking, "shares-1", {}, {"labelled/favor": 0.2}, {"labels": "12"}, addresses, tmp_path / "files"
    )
    found = store.client.get_run(run_id).inputs
    assert [one.model_id for one in found.model_inputs] == [model]
    assert [one.dataset.digest for one in found.dataset_inputs] == ["12"]


def test_targets_of_a_table_are_compared_and_have_no_share_together(run, table, workspace):
    other = table.assign(label=table["label"].where(table["label"].isna(), "favor"), target="the toll")
    both = pd.concat([table.assign(target="the ferry"), other])
    both.drop(columns="truth").to_csv(workspace / "both.csv", index=False)
    code, output = run("estimate", "predictions=both.csv", LABELS, "by=[target]")
    assert code == 0, output
    assert "the ferry, against: " in output
    (folder,) = (workspace / "outputs" / "estimates").iterdir()
    shares = pd.read_csv(folder / "tables" / "shares.csv")
    assert len(shares) == 2 * 4 * 3
    found = pd.read_csv(folder / "tables" / "differences_by_target.csv").set_index("label")
    assert set(found["contrast"]) == {"the ferry against the toll"}
    first = shares[shares["method"] == "ppi++"].set_index(["target", "label"])["share"]
    expected = first["the ferry", "favor"] - first["the toll", "favor"]
    assert found.loc["favor", "difference"] == pytest.approx(expected)
    assert found.loc["favor", "told_apart"]
    assert (folder / "plots" / "by_target.png").is_file()


def test_targets_of_a_study_are_compared_by_a_folder_of_predictions_for_each(run, workspace):
    study = read_study("seeds/sunday_opening")
    comments = [(thread, one) for thread in study.threads for one in thread.comments if one.kind != "ping"]
    ids = [f"{thread.thread_id}#{one.comment_id}" for thread, one in comments]
    for number, target in enumerate(study.card.targets):
        shard(workspace / f"p{number}", ids, study.card.labels, target)
    code, output = run("estimate", "predictions=[p0,p1]", "study=seeds/sunday_opening", "by=[target]")
    assert code == 0, output
    assert "opening on Sundays, oppose: " in output
    assert "a yearly fee: The 25 labelled comments were chosen by hand" in output
    for asked, said in [
        (
            ["predictions=p0", "by=[target]"],
            "expected a folder for each of the targets ['opening on Sundays', 'a yearly",
        ),
        (["predictions=[p0,p0]", "by=[target]"], "expected a folder for each of the targets"),
        (["predictions=[p0,p1]", "by=[month]"], "expected one folder where by has no target, found ['p0', 'p1']"),
        (["predictions=[p0,p1]", "by=[target,month]"], "by: expected ['target'] alone, with group=author"),
        (["predictions=[p0,gone]", "by=[target]"], "found none at gone"),
    ]:
        code, output = run("estimate", *asked, "study=seeds/sunday_opening")
        assert (code, said in output) == (2, True), output


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "empty.csv",
            b"",
            "expected empty.csv to be a table as CSV in UTF-8, with commas and a header, found one that",
        ),
        ("latin.csv", "label,predicted\nagainst,n\xe4\n".encode("latin-1"), "latin.csv to be a table as CSV in UTF-8"),
        ("uneven.csv", b"label,predicted\nagainst,none,favor\n", "uneven.csv to be a table as CSV in UTF-8"),
        ("junk.parquet", b"PAR1junk", "expected junk.parquet to be a Parquet file, found one that cannot be read"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_the_reason(run, workspace, name, content, said):
    (workspace / name).write_bytes(content)
    code, output = run("estimate", f"predictions={name}", LABELS)
    assert (code, said in output) == (2, True), output


def test_a_shard_that_cannot_be_read_is_refused_by_its_name(run, study, workspace):
    shard(workspace / "predictions", IDS)
    (workspace / "predictions" / "shard-00000.parquet").write_bytes(b"junk")
    code, output = run("estimate", "predictions=predictions", f"study={study}")
    assert code == 2, output
    assert "expected Parquet as stance predict writes it in predictions/shard-00000.parquet, found" in output


def test_a_table_is_the_same_as_csv_and_as_parquet(run, table, workspace):
    table.drop(columns="truth").to_parquet(workspace / "table.parquet")
    tables = []
    for name in ("table.csv", "table.parquet"):
        code, output = run("estimate", f"predictions={name}", LABELS, "by=[month]", "tracking=offline")
        assert code == 0, output
        folder = workspace / output.split("report:")[1].split()[0]
        tables.append(pd.read_csv(folder.parent / "tables" / "by_month.csv"))
    pd.testing.assert_frame_equal(*tables, atol=1e-9)


def test_an_id_that_stands_twice_in_a_table_is_named(run, table, workspace):
    table.loc[5, "example_id"] = "t#4"
    table.to_csv(workspace / "twice.csv", index=False)
    code, output = run("estimate", "predictions=twice.csv", LABELS)
    assert (code, "expected each example_id once, found 't#4' again" in output) == (2, True), output


def test_a_group_without_labels_is_said_on_the_terminal_too(run, table, workspace):
    table.assign(label=table["label"].where(table["month"] == "2020-01")).to_csv(workspace / "half.csv", index=False)
    code, output = run("estimate", "predictions=half.csv", LABELS, "by=[month]")
    assert code == 0, output
    assert "Too few labels for an interval in 1 of 2: 2020-02. Only the naive count stands there" in output
