"""What a user would write without this project: the same cross-validation, logged with plain MLflow calls.

It has no intervals, no leak report and no checks: it trains each classifier once a fold, where a run trains it under
shuffled folds as well. It logs as many tables, pictures and pages as a run does, each made in a line or two, the way
a user would.

python experiments/benchmarks/bare_loop.py run
"""

import base64
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import datasets  # noqa: F401
import hydra  # noqa: F401
import jinja2  # noqa: F401
import matplotlib.figure
import mlflow
import mlflow.artifacts
import mlflow.sklearn
import numpy as np
import pandas as pd
import rich.progress
import rich.table  # noqa: F401
import skops.io  # noqa: F401
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.pandas_dataset import PandasDataset
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score, matthews_corrcoef
from sklearn.metrics import precision_recall_fscore_support as by_label
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

LABELS = ["against", "none", "favor"]


def make_classifiers() -> dict[str, Any]:
    """Return the five classifiers of the sweep; the author prior as the majority, which costs the same."""
    return {
        "majority": DummyClassifier(strategy="prior"),
        "author_prior": DummyClassifier(strategy="prior"),
        "complement_nb": make_pipeline(TfidfVectorizer(), ComplementNB()),
        "logreg": make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced", max_iter=1000)),
        "linear_svm": make_pipeline(TfidfVectorizer(), LinearSVC(class_weight="balanced", random_state=0)),
    }


def read_examples() -> pd.DataFrame:
    """Read texts, authors and labels from the predictions' neighbours: the study's own files."""
    from stance import build_from_study

    return build_from_study("seeds/awl").to_frame()


def write_files(examples: pd.DataFrame, predicted: np.ndarray, folder: Path) -> None:
    """Write the files of a run: its tables as CSV and LaTeX, its pictures as PNG and SVG, two pages and a report."""
    for part in ("plots", "tables"):
        (folder / part).mkdir()
    table = examples[["example_id", "label", "author", "text"]].assign(predicted=predicted)
    table["right"] = table["label"] == table["predicted"]
    table["words"] = [len(text.split()) for text in table["text"]]
    for name, frame in make_tables(table).items():
        frame.to_csv(folder / "tables" / f"{name}.csv")
        frame.to_latex(folder / "tables" / f"{name}.tex")
    for name, figure in make_figures(table).items():
        for kind in ("png", "svg"):
            figure.savefig(folder / "plots" / f"{name}.{kind}", dpi=120)
    pictures = [base64.b64encode(path.read_bytes()).decode() for path in sorted((folder / "plots").glob("*.png"))]
    images = "".join(f"<img src='data:image/png;base64,{picture}'>" for picture in pictures)
    (folder / "report.html").write_text(images + table.to_html())
    (folder / "comments.html").write_text(table.to_html())
    (folder / "report.md").write_text(table.to_string())
    table.drop(columns="text").to_csv(folder / "predictions.csv")
    for name in ("config", "metrics", "params"):
        (folder / f"{name}.json").write_text(json.dumps({"classifier": "bare"}))


def make_tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return as many tables as a run has, each made in one line."""
    crossed = pd.crosstab(table["label"], table["predicted"])
    by = {name: table.groupby(name, dropna=False)["right"].agg(["mean", "size"]) for name in ("author", "label")}
    lengths = table.assign(length=pd.cut(table["words"], 3).astype(str)).groupby("length")["right"].agg(["mean"])
    return {
        "scores": table[["right"]].mean().to_frame(),
        "leaks": table[["right"]].describe(),
        "confusion": crossed,
        "folds": by["author"],
        "fold_sides": by["author"],
        "by_length": lengths,
        "by_author": by["author"],
        "reliability": by["label"],
        "hardest": table[~table["right"]],
        "suspected": table[~table["right"]].drop(columns="text"),
        "features": by["label"],
        "annotators": by["label"],
        "comments": table,
    }


def make_figures(table: pd.DataFrame) -> dict[str, matplotlib.figure.Figure]:
    """Return as many figures as a run has: the confusion matrix, and bars of what is right by three groups."""
    figures = {name: matplotlib.figure.Figure(figsize=(4.6, 3.8)) for name in ("confusion", "folds", "leaks", "kinds")}
    axes = {name: figure.subplots() for name, figure in figures.items()}
    axes["confusion"].imshow(confusion_matrix(table["label"], table["predicted"], labels=LABELS))
    axes["confusion"].set_xticks(range(len(LABELS)), LABELS)
    axes["confusion"].set_yticks(range(len(LABELS)), LABELS)
    for name, column in (("folds", "author"), ("leaks", "label"), ("kinds", "predicted")):
        shares = table.assign(group=table[column].fillna("none")).groupby("group")["right"].mean()
        axes[name].barh(list(shares.index), list(shares))
    return figures


def log_one(name: str, scheme: str, examples: pd.DataFrame, experiment_id: str) -> None:
    """Cross-validate one classifier and log params, scores by metric and fold, files, dataset and model."""
    groups = examples["example_id"] if scheme == "leave_one_out" else examples["author"].fillna(examples["example_id"])
    texts, labels = examples["text"].to_numpy(dtype=object), examples["label"].to_numpy(dtype=object)
    predicted = labels.copy()
    classifier = make_classifiers()[name]
    steps = []
    for group in sorted(set(groups)):
        test = (groups == group).to_numpy()
        predicted[test] = classifier.fit(texts[~test], labels[~test]).predict(texts[test])
        steps.append(accuracy_score(labels[test], predicted[test]))
    scores = {
        "macro_f1": f1_score(labels, predicted, average="macro", zero_division=0),
        "accuracy": accuracy_score(labels, predicted),
        "balanced_accuracy": balanced_accuracy_score(labels, predicted),
        "mcc": matthews_corrcoef(labels, predicted),
    }
    for part, values in zip(
        ("precision", "recall", "f1"), by_label(labels, predicted, labels=LABELS, zero_division=0), strict=False
    ):
        scores |= {f"{part}/{label}": value for label, value in zip(LABELS, np.asarray(values), strict=True)}
    with mlflow.start_run(experiment_id=experiment_id, run_name=f"{name}-{scheme}"):
        mlflow.log_params({f"param_{number}": number for number in range(20)} | {"classifier": name, "folds": scheme})
        mlflow.log_metrics(
            scores | {f"{k}_low": v for k, v in scores.items()} | {f"{k}_high": v for k, v in scores.items()}
        )
        for step, value in enumerate(steps):
            mlflow.log_metrics({"fold_accuracy": value, "fold_macro_f1": value}, step=step)
        with TemporaryDirectory() as folder:
            write_files(examples, predicted, Path(folder))
            mlflow.log_artifacts(folder)
        mlflow.log_input(PandasDataset(examples[["example_id", "label"]], CodeDatasetSource(tags={}), name="awl"))
        mlflow.sklearn.log_model(
            classifier.fit(texts, labels),
            name="model",
            serialization_format="skops",
            signature=ModelSignature(Schema([ColSpec("string", "text")]), Schema([ColSpec("string", "label")])),
            input_example=pd.DataFrame({"text": ["These are the words of no one."]}),
            pip_requirements=["scikit-learn", "skops"],
        )


def main() -> None:
    """Log one run or ten; `imports` only imports, for what is beyond them."""
    if sys.argv[1] == "imports":
        return
    mlflow.set_tracking_uri(f"sqlite:///{Path.cwd()}/mlflow.db")
    experiment_id = mlflow.create_experiment("bare", artifact_location=(Path.cwd() / "mlartifacts").as_uri())
    names = list(make_classifiers()) if sys.argv[1] == "sweep" else ["logreg"]
    schemes = ["leave_one_out", "leave_one_author_out"] if sys.argv[1] == "sweep" else ["leave_one_author_out"]
    for name in names:
        for scheme in schemes:
            log_one(name, scheme, read_examples(), experiment_id)


if __name__ == "__main__":
    main()
