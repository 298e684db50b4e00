"""Schemas of the commands: what the YAML of each may say, beside what its groups say."""

from dataclasses import dataclass, field
from typing import Any

from omegaconf import MISSING


@dataclass
class TrackingConfig:
    """Where runs are kept, under which name, and whether comment texts may go there.

    `experiment_name` None: the dataset's; `baseline`: what a sweep's others are compared with; `offline` keeps runs in
    the folder `unsent` only; `wait`: seconds that the store may be away; `model`: whether fitted classifiers are kept;
    `migrate`: an older store may be changed for good.
    """

    uri: str = MISSING
    experiment_name: str | None = None
    baseline: str = "majority"
    texts: bool = False
    model: bool = True
    offline: bool = False
    unsent: str = MISSING
    wait: float = MISSING
    migrate: bool = False


@dataclass
class BootstrapConfig:
    """How many times the groups are drawn for an interval, and from which seed."""

    n_resamples: int = 10_000
    random_state: int = 0


@dataclass
class WeightsConfig:
    """What an example weighs in training: its annotators' share, and more or less than the sources' examples."""

    label_share: bool = False
    own: float = 1.0


@dataclass
class EvaluationConfig:
    """What every evaluation needs: what is labelled, what predicts, what it is tested on, and what draws at random."""

    dataset: Any = MISSING
    classifier: Any = MISSING
    folds: Any = MISSING
    seed: int = 0
    trust: list[str] = field(default_factory=list)


@dataclass
class TrainConfig(EvaluationConfig):
    """One run, its weights, the sources that it also trains on, and where it is tracked."""

    tune: Any = None
    purge: list[str] = field(default_factory=list)
    sources: dict[str, Any] = field(default_factory=dict)
    label_maps: dict[str, dict[str, str | None]] = field(default_factory=dict)
    weights: WeightsConfig = field(default_factory=WeightsConfig)
    permutations: int = 0
    repeats: int = 0
    by: list[str] = field(default_factory=list)
    metrics: dict[str, str] = field(default_factory=dict)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)
    bootstrap: BootstrapConfig = field(default_factory=BootstrapConfig)


@dataclass
class BuildConfig:
    """One dataset, the folder that it is written into, and whom to leave out.

    The name in `erase` is kept nowhere. The store of `tracking` is asked which runs rest on an erased person.
    """

    dataset: Any = MISSING
    folder: str = MISSING
    num_proc: int = 1
    erase: str | None = None
    trust: list[str] = field(default_factory=list)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass
class CompareConfig:
    """Which tracked runs to compare: of an experiment name, of one sweep, or by an MLflow filter."""

    tracking: TrackingConfig = field(default_factory=TrackingConfig)
    experiment_name: str | None = None
    sweep: str | None = None
    filter: str | None = None
    baseline: str = "majority"
    metric: str | None = None
    margin: float | None = None
    bootstrap: BootstrapConfig = field(default_factory=BootstrapConfig)
    folder: str = MISSING


@dataclass
class SyncConfig:
    """Which runs are sent, and where to: both are said by tracking."""

    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass
class UiConfig:
    """Which store is shown, and at which port of this machine."""

    port: int = MISSING
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass
class AnnotateConfig:
    """What to do with a study's annotations (sheet, collect, check, disagreements, llm), and what each needs."""

    verb: str = MISSING
    study: str = MISSING
    annotator: str | None = None
    unit: str = "comment"
    context_limit: int = 2000
    files: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    base_url: str = MISSING
    model: str | None = None
    key_variable: str = MISSING
    temperature: float = 0.0
    seed: int = 0
    answer_tokens: int = 400
    longest: int = 8000
    budget: int | None = None
    concurrency: int = 8
    timeout: float = 60.0
    retries: int = 4
    answers: str = MISSING
    pool: bool = False
    folder: str = MISSING


@dataclass
class PowerConfig(EvaluationConfig):
    """Another classifier beside the one that is evaluated, and the difference whose power is wanted."""

    baseline: Any = MISSING
    effect: float = 0.10
    metric: str | None = None
    power: float = 0.80
    comparisons: int = 1
    n_simulations: int = 400
    n_pilots: int = 40
    folder: str = MISSING


@dataclass
class LearningCurveConfig(EvaluationConfig):
    """How often a classifier's training examples are halved; folds None: official or strictest."""

    folds: Any = None
    metric: str | None = None
    n_sizes: int = 6
    n_repeats: int = 5
    bootstrap: BootstrapConfig = field(default_factory=BootstrapConfig)
    folder: str = MISSING


@dataclass
class EstimateConfig:
    """Whose predictions and labels make shares, of what, by what, and how."""

    predictions: Any = MISSING
    study: str | None = None
    target: str | None = None
    labels: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    of: str = "comments"
    method: list[str] = field(default_factory=list)
    population: str | None = None
    group: str | None = "author"
    level: float = 0.95
    precision: float = 0.03
    adjudication: str = "majority"
    annotator: str | None = None
    folder: str = MISSING
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass
class SampleConfig:
    """How many of a study's comments to label, drawn how, and for whom the sheets are."""

    study: str = MISSING
    n: int = MISSING
    by: list[str] = field(default_factory=list)
    how: str | None = None
    model: str | None = None
    target: str | None = None
    annotator: str | None = None
    context_limit: int = 2000
    seed: int = 0
    trust: list[str] = field(default_factory=list)
    folder: str = MISSING
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


@dataclass
class PredictConfig:
    """Which model predicts which comments, and where its predictions go; context None: as the model was trained."""

    model: str = MISSING
    pages: Any = MISSING
    out: str = MISSING
    target: str | None = None
    context: str | None = None
    context_limit: int | None = None
    trust: list[str] = field(default_factory=list)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)


PRIMARIES: dict[str, type] = {
    "train": TrainConfig,
    "build": BuildConfig,
    "compare": CompareConfig,
    "sync": SyncConfig,
    "ui": UiConfig,
    "power": PowerConfig,
    "learning_curve": LearningCurveConfig,
    "annotate": AnnotateConfig,
    "predict": PredictConfig,
    "sample": SampleConfig,
    "estimate": EstimateConfig,
}
