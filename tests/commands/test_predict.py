"""Predicting as a user asks for it: a tracked model, pages, and Parquet with a line that says how many."""

import re

import pandas as pd


def test_a_tracked_model_predicts_pages(run, workspace):
    code, output = run("train", "dataset=sunday_opening", "folds=repeated_stratified", "bootstrap.n_resamples=20")
    assert code == 0, output
    (model,) = (workspace / "mlartifacts").rglob("model.skops")
    folder = model.parent.relative_to(workspace)
    asked = ["pages=seeds/sunday_opening/pages", "out=predictions", "target='opening on Sundays'"]
    code, output = run("predict", f"model={folder}", *asked)
    assert code == 0, output
    assert "29 comments predicted, 0 of them before; left out: 1 ping\npredictions: predictions (1 files)" in output
    table = pd.read_parquet(workspace / "predictions" / "shard-00000.parquet")
    assert table["target"].unique().tolist() == ["opening on Sundays"]
    assert table.filter(like="score_").sum(axis=1).between(0.999, 1.001).all()
    assert "29 comments predicted, 29 of them before" in run("predict", f"model={folder}", *asked)[1]
    run_id = re.search(r"[0-9a-f]{32}", str(next((workspace / "mlartifacts").rglob("report.html"))))[0]
    code, output = run("predict", f"model=runs:/{run_id}/model", *asked[:1], "out=by-address")
    assert code == 0, output
    there = pd.read_parquet(workspace / "by-address" / "shard-00000.parquet")
    assert there["model"].unique().tolist() == [f"runs:/{run_id}/model"]
    assert there["score_support"].tolist() == table["score_support"].tolist()
    code, output = run("predict", "model=runs:/0/model", *asked)
    assert (code, "expected a model at 'runs:/0/model' in" in output) == (2, True)
    code, output = run("predict", f"model=runs:/{run_id}", *asked)
    assert (code, f"Did you mean 'runs:/{run_id}/model'?" in output) == (2, True)
