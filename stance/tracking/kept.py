"""Runs that are kept whole in a folder: each is written there first, and sent to a store from there."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.errors import InputError
from stance.files import MARKER, unfinished_folder, write_whole
from stance.tracking.columns import METRICS_FILE, PARAMS_FILE, metrics_json, params_json
from stance.tracking.identity import RunIdentity, key_of
from stance.tracking.models import save_model

if TYPE_CHECKING:
    import pandas as pd

    from stance.evaluation.comparison import ComparedRun
    from stance.evaluation.scores import Score

RUN_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All that a run logs: `files` is the folder that is uploaded, `steps` has one row a fold.

    `model` is the classifier fitted on all `examples`, None where none is kept; `input_example` shows what it takes.
    `metric` is the one that the run is shown by, `cheats` whether its classifier never reads the comment; `cost` what
    its predictions cost, by the names of COST_METRICS.
    """

    scores: Sequence["Score"]
    steps: "pd.DataFrame"
    files: Path
    summary: str
    examples: "pd.DataFrame"
    dataset_name: str
    dataset_source: str
    dataset_sha: str
    model: Any
    input_example: "pd.DataFrame"
    trust: Sequence[str] = ()
    metric: str = "macro_f1"
    cheats: bool = False
    cost: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run in a folder: what it tracks as plain values, and beside them its `files` and, if it has one, its `model`.

    `metrics`: name, value, step. `dataset`: what MLflow's dataset says of itself. Times are milliseconds since 1970.
    `run_id`: in the store that it was begun in or sent to, None where there is none yet. A run of shares has no dataset
    of its own but `inputs`, by name and digest, and the addresses of the `models` that it rests on.
    """

    folder: Path
    name: str
    shas: dict[str, str]
    experiment_name: str
    tags: dict[str, str]
    params: dict[str, str]
    metrics: list[tuple[str, float, int]]
    dataset: dict[str, str]
    started: int
    ended: int
    run_id: str | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)

    @property
    def identity(self) -> RunIdentity:
        """What makes it the same run as another."""
        return RunIdentity(self.name, **self.shas)

    @property
    def files(self) -> Path:
        """The folder of its report and predictions."""
        return self.folder / "files"

    @property
    def model(self) -> Path:
        """The folder of its model, in MLflow's format."""
        return self.folder / "model"

    def compared(self) -> "ComparedRun":
        """Return it as a comparison needs it."""
        from stance.evaluation.comparison import ComparedRun

        return ComparedRun(
            run_id=self.run_id or self.folder.name,
            name=self.name,
            dataset_sha=self.shas["dataset_sha"],
            config_sha=self.shas["config_sha"],
            started=time.strftime("%Y-%m-%d %H:%M", time.localtime(self.started / 1000)),
            sweep_id=self.tags.get("sweep_id"),
            artifacts=self.files.resolve().as_uri(),
            params=self.params,
            metrics={name: value for name, value, step in self.metrics if step == 0 or not name.startswith("fold_")},
        )

    def begun(self, run_id: str) -> "KeptRun":
        """Return it as begun in a store, noted in its folder."""
        return _noted(replace(self, run_id=run_id))


def keep_run(
    record: RunRecord,
    identity: RunIdentity,
    experiment_name: str,
    tags: Mapping[str, str],
    params: Mapping[str, object],
    started: float,
    folder: Path,
    run_id: str | None = None,
) -> KeptRun:
    """Write a run whole into a folder of its own in `folder`; `started`: seconds since 1970."""
    kept = KeptRun(
        folder=_folder_of(folder, identity),
        name=identity.name,
        shas=identity.shas,
        experiment_name=experiment_name,
        tags={**identity.shas, **tags, **_shown(record), "mlflow.note.content": record.summary},
        params={name: str(value) for name, value in params.items()},
        metrics=list(_flat_metrics(record)),
        dataset=_described(record),
        started=int(started * 1000),
        ended=int(time.time() * 1000),
        run_id=run_id,
    )
    save = partial(save_model, record.model, record.input_example, trust=record.trust)
    return _write(kept, record.files, save if record.model is not None else None)


def keep_shares(
    name: str,
    experiment_name: str,
    params: Mapping[str, str],
    metrics: Mapping[str, float],
    inputs: Mapping[str, str],
    models: Sequence[str],
    files: Path,
    folder: Path,
) -> KeptRun:
    """Write a run of shares whole into a folder of its own in `folder`: metrics, files, inputs by name and digest.

    It is tagged with no config_sha, so that no comparison of classifiers takes it for one.
    """
    digest = hashlib.sha256(json.dumps(sorted(inputs.items())).encode()).hexdigest()
    # the name ends in a digest of the config
    identity = RunIdentity(name, name, digest, "")
    now = int(time.time() * 1000)
    kept = KeptRun(
        folder=_folder_of(folder, identity),
        name=name,
        shas=identity.shas,
        experiment_name=experiment_name,
        tags={"kind": "shares"},
        params=dict(params),
        metrics=[(metric, value, 0) for metric, value in metrics.items() if value == value],
        dataset={},
        started=now,
        ended=now,
        inputs=dict(inputs),
        models=list(models),
    )
    return _write(kept, files, None)


def _write(kept: KeptRun, files: Path, save: Callable[[Path], object] | None) -> KeptRun:
    """Write a run with its files, and the model that `save` saves into a folder, whole or not at all."""
    folder = kept.folder.parent
    folder.mkdir(parents=True, exist_ok=True)
    with unfinished_folder(folder, ".unsent-") as unfinished:
        shutil.copytree(files, unfinished / "files", ignore=shutil.ignore_patterns(MARKER))
        (unfinished / "files" / METRICS_FILE).write_bytes(metrics_json(kept.metrics))
        (unfinished / "files" / PARAMS_FILE).write_bytes(params_json(kept.params))
        if save is not None:
            save(unfinished / "model")
        (unfinished / RUN_FILE).write_bytes(_as_json(kept))
        if kept.folder.exists():
            shutil.rmtree(kept.folder)
        unfinished.replace(kept.folder)
    return kept


def read_kept(folder: Path) -> list[KeptRun]:
    """Read the runs that are kept in `folder`, the oldest first; none where there is no such folder.

    Raises InputError if one cannot be read.
    """
    return sorted((_read(path) for path in folder.glob(f"*/{RUN_FILE}")), key=lambda kept: (kept.started, kept.name))


def find_kept(folder: Path, identity: RunIdentity) -> KeptRun | None:
    """Return the run of this identity that is kept in `folder`, None where there is none."""
    path = _folder_of(folder, identity) / RUN_FILE
    return _read(path) if path.exists() else None


def write_tags(kept: KeptRun, tags: Mapping[str, str]) -> KeptRun:
    """Return a kept run with more tags, noted in its folder."""
    return _noted(replace(kept, tags={**kept.tags, **tags}))


def _noted(kept: KeptRun) -> KeptRun:
    write_whole(kept.folder / RUN_FILE, _as_json(kept))
    return kept


def _folder_of(folder: Path, identity: RunIdentity) -> Path:
    return folder / f"{identity.name}-{key_of(identity.shas)[:12]}"


def _as_json(kept: KeptRun) -> bytes:
    values = {name: value for name, value in asdict(kept).items() if name != "folder"}
    return json.dumps(values, indent=2, ensure_ascii=False).encode()


def _read(path: Path) -> KeptRun:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        values["metrics"] = [(name, value, step) for name, value, step in values["metrics"]]
        return KeptRun(folder=path.parent, **values)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}: expected a run that was kept for `stance sync`, found: {error}") from None


def _shown(record: RunRecord) -> dict[str, str]:
    """Return the tags that are columns of MLflow's table: a score with its interval is no number there."""
    from stance.evaluation.comparison import tracked_name
    from stance.evaluation.scores import show_interval

    scores = {tracked_name(score.metric): score for score in record.scores}
    found = scores.get(record.metric)
    score = {} if found is None else {"score": show_interval(found.value, found.low, found.high)}
    return score | {"cheats": "yes" if record.cheats else "no"}


def _flat_metrics(record: RunRecord) -> Iterator[tuple[str, float, int]]:
    from stance.evaluation.comparison import tracked_name

    for score in record.scores:
        for end, value in (("", score.value), ("low/", score.low), ("high/", score.high)):
            # a score that is not a number is left out: the store keeps it as 0 with a flag that the UI does not show
            if value == value:
                yield f"{end}{tracked_name(score.metric)}", float(value), 0
    for name, amount in record.cost.items():
        yield name, float(amount), 0
    for name in ("accuracy", "macro_f1"):
        for step, value in enumerate(record.steps[name]):
            yield f"fold_{name}", float(value), step


def _described(record: RunRecord) -> dict[str, str]:
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.pandas_dataset import PandasDataset

    described = PandasDataset(
        record.examples[["example_id", "label"]],
        CodeDatasetSource(tags={"study": record.dataset_source}),
        targets="label",
        name=record.dataset_name,
        digest=record.dataset_sha[:8],
    )
    return {name: str(value) for name, value in described.to_dict().items()}
