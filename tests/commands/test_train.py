"""Runs and sweeps, as a user launches them: what they track, print, skip, survive and refuse."""

import json
import os
import shutil
import signal
from pathlib import Path
from urllib.request import url2pathname

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from stance.commands import train as module
from stance.commands.config import shipped_configs
from stance.folds import held_out as choosing

QUICK = "bootstrap.n_resamples=200"
NAMES = ("Dr Paul", "Andrew Coates", "Jim Denham", "John Rogan")


def tracked(workspace: Path):
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    experiment = client.get_experiment_by_name("awl")
    # a sweep is a run as well, and has no config
    runs = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time"])
    return client, [found for found in runs if "config_sha" in found.data.tags]


def artifact(run, name: str) -> Path:
    return Path(run.info.artifact_uri.removeprefix("file://")) / name


@pytest.fixture
def one_run(run, workspace):
    code, output = run("train", QUICK, "classifier=logreg")
    assert code == 0, output
    client, (found,) = tracked(workspace)
    return client, found, output


def test_a_run_holds_params_scores_steps_tags_and_files(one_run, workspace):
    client, found, _ = one_run
    assert found.info.status == "FINISHED"
    assert found.info.run_name == f"awl-logreg-strictest-{found.data.tags['config_sha'][:8]}"
    assert found.data.params["classifier"] == "logreg"
    assert found.data.params["classifier.ngrams"] == "[1, 1]"
    assert found.data.params["classifier.C"] == "1"
    assert json.loads(found.data.params["labels"]) == ["against", "none", "favor"]
    assert not any("uri" in name for name in found.data.params)
    (local,) = workspace.glob("mlartifacts/**/metrics.json")
    kept = json.loads(local.read_text())
    for name in ("macro_f1", "favor_against_f1", "accuracy", "balanced_accuracy", "mcc", "f1/against", "log_loss"):
        assert name in found.data.metrics
        assert kept[f"low/{name}"] <= kept[name] <= kept[f"high/{name}"], name
    assert len(found.data.metrics) <= 20 < len(kept)
    for name in ("macro_f1", "favor_against_f1", "accuracy"):
        assert found.data.metrics[f"low/{name}"] == kept[f"low/{name}"]
    params = json.loads(local.with_name("params.json").read_text())
    assert len(found.data.params) <= 15 < len(params)
    assert {*found.data.params.items()} <= {*params.items()}
    for name in ("fit_seconds", "predict_seconds", "examples_per_second"):
        assert found.data.metrics[name] > 0, name
    assert {"config_sha", "dataset_sha", "code_sha", "folds"} <= set(found.data.tags)
    assert [metric.step for metric in client.get_metric_history(found.info.run_id, "fold_accuracy")] == list(range(9))
    names = {"config.json", "predictions.csv", "report.html", "report.md", "plots", "tables"}
    assert {file.path for file in client.list_artifacts(found.info.run_id)} >= names
    config = json.loads(artifact(found, "config.json").read_text())
    assert config["dataset_sha"] == found.data.tags["dataset_sha"]
    assert config["choices"]["folds"] == "strictest"
    assert f"code {found.data.tags['code_sha'][:8]}" in artifact(found, "report.html").read_text()
    assert config["classifier"]["_target_"] == "stance.classifiers.logreg"
    assert artifact(found, "report.html").is_relative_to(workspace / "mlartifacts" / "awl")


def test_a_run_names_its_dataset_with_digest_and_source(one_run):
    _, found, _ = one_run
    (described,) = found.inputs.dataset_inputs
    assert described.dataset.name == "awl"
    assert described.dataset.digest == found.data.tags["dataset_sha"][:8]
    assert "seeds/awl" in described.dataset.source


def test_the_tracked_model_labels_a_frame_of_texts(one_run, workspace):
    client, found, _ = one_run
    (model,) = client.search_logged_models([found.info.experiment_id])
    loaded = mlflow.pyfunc.load_model(model.artifact_location)
    labels = loaded.predict(pd.DataFrame({"text": ["AWL should be expelled", "I defend the AWL"]}))
    assert set(labels) <= {"against", "none", "favor"}
    assert loaded.metadata.signature.inputs.input_names() == ["text", "author", "context", "target"]
    assert loaded.metadata.flavors["sklearn"]["serialization_format"] == "skops"


def test_predictions_are_out_of_fold_one_row_a_comment(one_run):
    _, found, _ = one_run
    table = pd.read_csv(artifact(found, "predictions.csv"))
    assert len(table) == table["example_id"].nunique() == 16
    assert table["group"].nunique() == 9
    assert table.groupby("group")["fold"].nunique().max() == 1


def test_without_texts_no_name_and_no_comment_is_tracked(one_run, workspace):
    _, found, _ = one_run
    files = [path for path in artifact(found, "").rglob("*") if path.suffix in (".html", ".md", ".csv", ".json")]
    assert len(files) >= 5
    for path in files:
        content = path.read_text(encoding="utf-8")
        assert not [name for name in NAMES if name in content], path
        assert "wally" not in content, path
    assert "mlflow.note.content" in found.data.tags
    assert not [name for name in NAMES if name in str(found.data.tags)]
    local = next(workspace.glob("outputs/train/*/report/report.html")).read_text(encoding="utf-8")
    assert "this wally introduces himself" in local


def test_with_texts_the_tracked_report_shows_each_comment_and_its_evidence(run, workspace):
    assert run("train", QUICK, "classifier=majority", "tracking.texts=true")[0] == 0
    _, (found,) = tracked(workspace)
    report = artifact(found, "report.html").read_text(encoding="utf-8")
    assert "this wally introduces himself" in report
    assert "AWL should be expelled from the Labour Party and driven out of the left" in report
    assert "author-04" in report


def test_the_last_lines_say_where_the_report_is_and_how_to_open_the_ui(one_run):
    output = one_run[2].strip().splitlines()
    assert output[-2].startswith("report: outputs/train/")
    assert Path(output[-2].removeprefix("report: ")).is_file()
    assert output[-1].startswith("runs:   stance ui, then http://127.0.0.1:5000/#/experiments/")


def test_a_run_leaves_the_environment_as_it_was(one_run):
    assert "MLFLOW_TRACKING_URI" not in os.environ


def test_findings_of_the_page_are_shown(one_run):
    assert "Page: declared_count_differs: the page declares 17 comments, found 16" in one_run[2]


def test_a_finished_run_is_skipped_and_its_score_returned(run, workspace):
    first = run("train", QUICK, "classifier=majority")[1]
    second = run("train", QUICK, "classifier=majority")[1]
    assert "Skipping: run awl-majority-strictest-" in second
    assert "with macro_f1 0.24" in second
    assert "macro_f1 0.24" in first
    assert len(tracked(workspace)[1]) == 1


def test_1_and_1_0_are_the_same_run_and_2_is_another(run, workspace):
    run("train", QUICK, "classifier.C=1")
    assert "Skipping" in run("train", QUICK, "classifier.C=1.0")[1]
    assert "Skipping" not in run("train", QUICK, "classifier.C=2")[1]
    assert len(tracked(workspace)[1]) == 2


def test_without_a_model_a_run_is_whole_skipped_and_compared(run, workspace):
    modelless = (QUICK, "classifier=majority", "folds=leave_one_out", "tracking.model=false")
    code, output = run("train", *modelless)
    assert code == 0, output
    client, (found,) = tracked(workspace)
    assert found.outputs.model_outputs == []
    assert client.search_logged_models([found.info.experiment_id]) == []
    assert artifact(found, "report.html").is_file()
    assert "Skipping: run awl-majority" in run("train", *modelless)[1]
    code, output = run("compare")
    assert code == 0, output
    assert "majority (cheats)" in output


def test_a_failed_run_is_done_again(run, workspace, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("stance.evaluation.predictions.strongest_features", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run("train", QUICK)
    assert run("train", QUICK)[0] == 0
    _, (failed, done) = tracked(workspace)
    assert (failed.info.status, done.info.status) == ("FAILED", "FINISHED")
    assert failed.data.tags["exception"] == "ZeroDivisionError: division by zero"
    assert failed.data.params["classifier"] == "logreg"


def test_a_sweep_compares_at_its_end_and_repeated_it_skips_and_compares_again(run, workspace):
    sweep = ("-m", QUICK, "classifier=majority,author_prior,logreg", "folds=leave_one_out,leave_one_author_out")
    code, output = run("train", *sweep)
    assert code == 0
    assert "cannot tell any classifier from majority" in output
    assert "author_prior (cheats)" in output
    first = next(workspace.glob("outputs/sweeps/*/comparison/comparison.html")).read_text()
    assert "leave_one_author_out" in first
    _, runs = tracked(workspace)
    assert len(runs) == 6
    (sweep_id,) = {found.data.tags["sweep_id"] for found in runs}
    assert (workspace / "outputs" / "sweeps" / sweep_id.rpartition("-")[0]).is_dir()
    code, repeated = run("train", *sweep)
    assert repeated.count("Skipping:") == 6
    assert "author_prior (cheats)" in repeated
    assert len(tracked(workspace)[1]) == 6


def test_a_sweep_chooses_its_folds_once_and_says_where_they_hold_out_nothing(run, workspace, monkeypatch):
    chosen, choose = [], choosing._choose
    monkeypatch.setattr(choosing, "_choose", lambda *given: chosen.append(given) or choose(*given))
    rows = [f"c{number},The ferry is number {number} of {number + 9} today,{number % 2}" for number in range(20)]
    (workspace / "ferry.csv").write_text("\n".join(["id,text,label", *rows]))
    (workspace / "configs" / "dataset").mkdir(parents=True)
    (workspace / "configs" / "dataset" / "ferry.yaml").write_text(
        "defaults: [/schema/dataset/load_table@_here_, _self_]\nname: ferry\npath: ferry.csv\ntarget: the ferry\n"
        "columns: {comment_id: id, text: text, label: label}\nlabels: [against, favor]\n"
        "label_values: {'0': against, '1': favor}\n"
    )
    code, output = run("train", "-m", QUICK, "dataset=ferry", "classifier=majority,length_only")
    assert code == 0, output
    assert len(chosen) == 1
    assert "strictest (random)" in output
    report = next(workspace.glob("outputs/sweeps/*/*/report/report.md")).read_text()
    assert "These folds are random: strictest found no author, thread or target to hold out" in report
    assert "Held out: duplicates only" in report


def test_a_failing_job_is_told_at_once_and_the_others_go_on(run):
    code, output = run(
        "train", "-m", QUICK, "classifier=linear_svm,majority", "folds=repeated_stratified", "folds.n_folds=4"
    )
    assert code == 2
    told = output.index("Failed: repeated_stratified: label 'favor' has 3 example(s) for n_folds=4")
    assert told < output.index("#1 : bootstrap")


def test_one_failing_job_leaves_its_run_failed_and_the_sweep_compared(run, workspace, monkeypatch):
    def broken(*_, **__):
        raise OSError(28, "No space left on device", "report.html")

    real = module.report_run
    monkeypatch.setattr(
        module, "report_run", lambda plain, job, *rest: (broken if job.number == 1 else real)(plain, job, *rest)
    )
    code, output = run("train", "-m", QUICK, "classifier=majority,logreg,chance")
    assert code == 1
    assert "Failed: [Errno 28] No space left on device: 'report.html'" in output
    assert "cannot read or write report.html: No space left on device" in output
    _, runs = tracked(workspace)
    assert sorted(found.info.status for found in runs) == ["FAILED", "FINISHED", "FINISHED"]
    assert "chance (cheats)" in output


def test_every_classifier_is_tracked_with_its_model_tuned_or_not(run, workspace):
    names = sorted(path.stem for path in (shipped_configs() / "classifier").glob("*.yaml"))
    names.remove("linear_svm_context")  # the AWL dataset has no context
    for name in ("embedding", "ensemble", "finetuned", "kernel", "kernel_semeval2016", "llm", "nli", "setfit"):
        names.remove(name)  # they need a model, see below, or a server, see test_llm.py
    tuned = run("train", QUICK, "classifier=complement_nb", "tune=grid", "tune.n_folds=2", "folds=leave_one_author_out")
    assert tuned[0] == 0, tuned[1]
    code, output = run("train", "-m", QUICK, f"classifier={','.join(names)}")
    assert code == 0, output
    assert "classifier.reads: expected words" in run("train", QUICK, "classifier=linear_svm_context")[1]
    client, runs = tracked(workspace)
    runs = [found for found in runs if found.data.params["classifier"] != "linear_svm_context"]
    assert {found.info.status for found in runs} == {"FINISHED"}
    assert sorted(found.data.params["classifier"] for found in runs) == sorted([*names, "complement_nb"])
    models = client.search_logged_models([runs[0].info.experiment_id])
    assert len(models) == len(runs)


def test_a_kernel_of_words_is_tracked_without_a_model_of_language(run, workspace):
    code, output = run("train", QUICK, "classifier=kernel", "classifier.meaning=0", "classifier.encoders=[]")
    assert code == 0, output
    client, (found,) = tracked(workspace)
    (model,) = client.search_logged_models([found.info.experiment_id])
    loaded = mlflow.pyfunc.load_model(model.artifact_location)
    labels = loaded.predict(pd.DataFrame({"text": ["AWL should be expelled"], "target": ["the AWL"]}))
    assert set(labels) <= {"against", "none", "favor"}


def test_an_ensemble_is_composed_of_classifiers_and_tracked(run, workspace):
    members = ("~classifier@classifier.members.kernel", "+classifier@classifier.members.nb_svm=nb_svm")
    code, output = run("train", QUICK, "classifier=ensemble", *members, "classifier.members.nb_svm.C=0.5")
    assert code == 0, output
    client, (found,) = tracked(workspace)
    assert found.data.params["classifier.members.nb_svm.C"] == "0.5"
    assert "classifier.members.kernel.alpha" not in found.data.params
    (model,) = client.search_logged_models([found.info.experiment_id])
    loaded = mlflow.pyfunc.load_model(model.artifact_location)
    labels = loaded.predict(pd.DataFrame({"text": ["AWL should be expelled"], "target": ["the AWL"]}))
    assert set(labels) <= {"against", "none", "favor"}


def test_a_classifier_without_its_model_says_what_it_needs(run):
    code, output = run("train", QUICK, "classifier=embedding", "classifier.encoders=[no/such/folder]")
    assert code == 2
    assert "encoder: expected a folder with a model or a hub name owner/model, found 'no/such/folder'" in output


def test_ctrl_c_leaves_nothing_running(run, workspace, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("stance.evaluation.evaluate", interrupted)
    code, output = run("train", "-m", QUICK, "classifier=majority,logreg")
    assert code == 130
    assert "stopped; what had finished is kept" in output
    assert [found.info.status for found in tracked(workspace)[1]] == ["KILLED"]


def test_a_full_disk_leaves_no_half_report_and_no_finished_run(run, workspace, monkeypatch):
    written = []

    def full(path, content):
        written.append(path)
        if len(written) == 3:
            raise OSError(28, "No space left on device", str(path))
        with path.open("wb") as file:
            return file.write(content)

    monkeypatch.setattr(Path, "write_bytes", full)
    code, output = run("train", QUICK)
    assert code == 1
    assert "No space left on device" in output
    assert list(workspace.glob("outputs/train/*/*")) == [*workspace.glob("outputs/train/*/train.log")]
    assert [found.info.status for found in tracked(workspace)[1]] == ["FAILED"]


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("http://127.0.0.1:9", "no MLflow server answers at http://127.0.0.1:9"),
        ("mlruns", "expected sqlite:///<file>, http(s):// or a database's address, found 'mlruns'"),
        ("file:///tmp/mlruns", "MLflow's folder store is not supported"),
        ("sqlite:////proc/none/mlflow.db", "/proc/none cannot be made"),
    ],
)
def test_a_store_out_of_reach_is_refused_before_any_work(run, workspace, monkeypatch, uri, message):
    monkeypatch.setattr("stance.dataset._builders.read_study", lambda *_: pytest.fail("work was done"))
    code, output = run("train", QUICK, f"tracking.uri='{uri}'")
    assert code == 2
    assert message in output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_store_is_refused(run, workspace):
    (workspace / "mlflow.db").chmod(0o444)
    assert "cannot be written" in run("train", QUICK)[1]


def test_a_label_with_one_example_only_is_refused_by_name(run, workspace, study):
    annotations = (study / "annotations.csv").read_text().replace(",favor,", ",none,")
    (study / "annotations.csv").write_text(annotations)
    code, output = run("train", QUICK, f"dataset.study={study}", "folds=repeated_stratified", "folds.n_folds=3")
    assert code == 2
    assert "has 2 example(s) for n_folds=3" in output


def test_a_page_that_has_changed_is_refused_and_no_report_is_left(run, workspace, study):
    page = study / "pages" / "ferry.json"
    page.write_text(page.read_text().replace("reader-2", "reader-1"))
    code, output = run("train", QUICK, f"dataset.study={study}")
    assert code == 2
    assert "the page has changed since the card was written: expected sha256" in output
    assert not list(workspace.glob("outputs/train/*/report"))


def test_nothing_is_removed_that_was_there_before(run, workspace):
    """A report, a thesis and the seeds, of which the first two have the names that a command would write to."""
    for folder in ("report", "thesis"):
        (workspace / folder).mkdir()
        (workspace / folder / "main.tex").write_text("by hand")
    code, output = run("train", QUICK, "classifier=majority", "hydra.run.dir=.")
    assert code == 2
    assert "report: expected nothing, or a report as it was written before" in output
    assert "found 'main.tex'" in output
    assert run("train", QUICK, "classifier=majority", "tracking.experiment_name=thesis")[0] == 0
    code, output = run("compare", "experiment_name=thesis", "folder=.")
    assert code == 2
    assert "thesis: expected nothing, or a report" in output
    for folder in ("report", "thesis"):
        assert (workspace / folder / "main.tex").read_text() == "by hand"


@pytest.mark.parametrize(("verb", "key"), [("train", "tracking.experiment_name"), ("compare", "experiment_name")])
def test_an_experiment_name_is_no_path(run, workspace, verb, key):
    code, output = run(verb, f"{key}=../../seeds")
    assert code == 2
    assert f"{key}: expected a name without / and \\, found '../../seeds'. Did you mean 'seeds'?" in output
    assert (workspace / "seeds" / "awl" / "study.yaml").is_file()


def test_an_end_from_outside_leaves_the_run_killed(run, workspace, monkeypatch):
    monkeypatch.setattr("stance.evaluation.evaluate", lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))
    code, output = run("train", QUICK, "classifier=majority")
    assert code == 143
    assert "ended from outside; what had finished is kept" in output
    (found,) = tracked(workspace)[1]
    assert (found.info.status, found.data.tags["exception"]) == ("KILLED", "Terminated: SIGTERM")


def test_a_sweep_offline_is_compared_and_sent_once(run, workspace):
    sweep = ("-m", QUICK, "tracking=offline", "classifier=majority,chance", "folds=leave_one_out")
    code, output = run("train", *sweep)
    assert code == 0, output
    assert "chance (cheats)" in output
    code, output = run("train", *sweep)
    assert output.count("Skipping:") == 2
    assert "chance (cheats)" in output
    code, output = run("sync")
    assert code == 0, output
    assert "Sent: 2 run(s) from outputs/unsent to sqlite:///" in output
    client, children = tracked(workspace)
    assert [found.info.status for found in children] == ["FINISHED"] * 2
    (parent,) = (client.get_run(run_id) for run_id in {found.data.tags["mlflow.parentRunId"] for found in children})
    assert (parent.info.status, parent.data.tags["kind"]) == ("FINISHED", "sweep")
    assert parent.data.tags["mlflow.note.content"].startswith("16 comments in 9 groups")
    assert "comparison.html" in {file.path for file in client.list_artifacts(parent.info.run_id)}
    assert f"/runs/{parent.info.run_id}?" in output
    output = run("sync")[1]
    assert "Sent: 0 run(s)" in output
    assert "sweep:" not in output
    assert "Skipping: run awl-majority" in run("train", QUICK, "classifier=majority", "folds=leave_one_out")[1]


def test_a_project_that_was_moved_is_compared_and_goes_on_where_it_is(run, workspace, tmp_path_factory, monkeypatch):
    assert run("train", "-m", QUICK, "classifier=majority,chance", "folds=leave_one_out")[0] == 0
    elsewhere = tmp_path_factory.mktemp("moved") / "my project"
    shutil.copytree(workspace, elsewhere, symlinks=True)
    shutil.rmtree(workspace / "mlartifacts")
    monkeypatch.chdir(elsewhere)
    code, output = run("compare", "experiment_name=awl")
    assert code == 0, output
    assert "chance (cheats)" in output
    output = run("train", "-m", QUICK, "classifier=majority,author_prior", "folds=leave_one_out")[1]
    assert "Moved: the artifacts of 'awl' are beside the store now" in output
    assert output.count("Skipping:") == 1
    assert not (workspace / "mlartifacts").exists()
    _, runs = tracked(elsewhere)
    assert len(runs) == 3
    for found in runs:
        assert Path(url2pathname(artifact(found, "report.html").as_posix())).is_relative_to(elsewhere)


def test_two_sweeps_whose_folders_have_one_name_are_two(run, workspace):
    for folder in ("one", "two"):
        quick = (QUICK, "classifier=majority", "folds=leave_one_out", f"seed={len(folder) + ord(folder[0])}")
        assert run("train", "-m", *quick, f"hydra.sweep.dir={folder}/sweep")[0] == 0
    sweeps = {found.data.tags["sweep_id"] for found in tracked(workspace)[1]}
    assert len(sweeps) == 2
    code, output = run("compare", "sweep=sweep")
    assert code == 2
    assert f"sweep=sweep: there is more than one, from folders of the same name: {sorted(sweeps)}; name one" in output


def test_the_folder_of_a_job_is_not_gone_into(run):
    code, output = run("train", QUICK, "hydra.job.chdir=true")
    assert code == 2
    assert "hydra.job.chdir: expected false" in output


def test_scores_by_a_column_are_reported_and_tracked_and_an_unknown_one_is_refused_before_a_run(run, workspace):
    code, output = run("train", "classifier=majority", "by=[lenght]")
    assert code == 2
    assert "by: expected columns of" in output
    assert "Did you mean 'length'?" in output
    assert not run_pages(workspace)
    code, output = run("train", "classifier=majority", "by=[length]", "bootstrap.n_resamples=100")
    assert code == 0
    (page,) = run_pages(workspace)
    assert "By length: each beside all others" in page.read_text()
    (file,) = workspace.rglob("artifacts/metrics.json")
    assert "gap/length/accuracy" in file.read_text()


def run_pages(workspace):
    return sorted(workspace.rglob("report/report.html"))
