"""Models of runs: saved with the code that they need, and read back safely, from skops only: a pickle runs code."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.errors import InputError
from stance.study.annotations import unescape_formula
from stance.tracking._store import open_store
from stance.tracking.carried import copy_code

if TYPE_CHECKING:
    import pandas as pd

ENCODING = ("sentence-transformers", "onnxruntime", "tokenizers")
WITH_ENCODERS = (
    "stance.classifiers.embeddings._encoder",
    *(f"stance.classifiers.transformer_models.{name}" for name in ("_finetuned", "_nli", "_setfit")),
)
ENCODER = "stance.classifiers.embeddings._encoder.SentenceEncoder"
TWEETS = "stance.classifiers.ngrams.tokens.tokens_of_tweets"
WITH_TWEETS = "nltk.tokenize.casual"
# what a tracked classifier may hold beside scikit-learn's own
TRUSTED_TYPES = (
    "scipy.sparse._csr.csr_matrix",  # the n-grams of what a kernel compares with
    "stance.classifiers._ensemble.EnsembleClassifier",
    "stance.classifiers._group_prior.GroupPriorClassifier",
    "stance.classifiers._length.length_names",
    "stance.classifiers._length.text_lengths",
    "stance.classifiers._nb_svm.NBSVMClassifier",
    "stance.classifiers._per_target.PerTargetClassifier",
    TWEETS,
    "stance.classifiers.words.DigestedCountVectorizer",
    "stance.classifiers.words.DigestedTfidfVectorizer",
    ENCODER,
    "stance.classifiers.embeddings._features.SentenceFeatures",
    "stance.classifiers.embeddings._kernel.SummedKernel",
    "stance.classifiers.embeddings._kernel_ridge.KernelRidgeClassifier",
    "stance.classifiers.language_models._classifier.LLMClassifier",
    "stance.classifiers.transformer_models._finetuned.FinetunedClassifier",
    "stance.classifiers.transformer_models._nli.NLIClassifier",
    "stance.classifiers.transformer_models._setfit.SetFitClassifier",
)
PICKLES = (".pkl", ".pickle", ".joblib")
WHY_NO_PICKLE = (
    "is a pickle, and opening one runs whatever code is in it; only models in skops' format are read, as stance train "
    "logs them. Train it again, or predict where it was made and give the table to stance estimate"
)


@dataclass(frozen=True, slots=True, eq=False)
class TrackedModel:
    """A fitted classifier, the address it has, and the params of the run that logged it, empty where there is none."""

    address: str
    classifier: Any
    params: dict[str, str] = field(default_factory=dict)


def read_model(address: str, store_uri: str, trust: Sequence[str] = ()) -> TrackedModel:
    """Read a fitted classifier: `runs:/<run id>/model`, `models:/…`, a model's folder or a .skops file.

    `store_uri`: that of the MLflow store; `trust`: modules whose classes a model may hold beside the package's and
    scikit-learn's. Raises InputError where there is no such model, or where it cannot be opened safely.
    """
    if address.startswith(("runs:/", "models:/")):
        store = open_store(store_uri, "Default", create=False)
        with _downloaded(address, store.uri, store.shown) as folder:
            return TrackedModel(address, _read_folder(folder, address, trust), _params(store.client, address))
    path = Path(address)
    if path.suffix in PICKLES:
        raise InputError(f"model: {address} {WHY_NO_PICKLE}")
    if not path.exists():
        raise InputError(
            f"model: expected runs:/<run id>/model, a model's folder or a .skops file, found no {address!r}; a run's "
            "id stands on its page (mlflow ui)"
        )
    classifier = _read_folder(path, address, trust) if path.is_dir() else _read_skops(path, address, trust)
    return TrackedModel(path.name, classifier)


def trained_on(address: str, store_uri: str) -> frozenset[str]:
    """Return the ids of the examples that the run of a model has used, empty where the address is no run's.

    Raises InputError if the store or the run's predictions are not there.
    """
    import csv

    if not address.startswith("runs:/"):
        return frozenset()
    store = open_store(store_uri, "Default", create=False)
    run = "/".join(address.split("/")[:2])
    with _downloaded(f"{run}/predictions.csv", store.uri, store.shown) as path, path.open(encoding="utf-8") as file:
        return frozenset(unescape_formula(row["example_id"]) for row in csv.DictReader(file))


@contextmanager
def _downloaded(address: str, store_uri: str, shown: str) -> Iterator[Path]:
    import mlflow.artifacts
    from mlflow.exceptions import MlflowException

    with tempfile.TemporaryDirectory(prefix="stance-model-") as folder:
        try:
            path = mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=folder, tracking_uri=store_uri)
        except (MlflowException, OSError) as error:
            said = str(error).splitlines()[0]
            # the id of a run alone is what its page and its link show
            whole = not address.startswith("runs:/") or address.count("/") > 1
            meant = "" if whole else f". Did you mean {address + '/model'!r}?"
            raise InputError(f"model: expected a model at {address!r} in {shown}, found none ({said}){meant}") from None
        yield Path(path)


def _params(client: Any, address: str) -> dict[str, str]:
    if not address.startswith("runs:/"):
        return {}
    return dict(client.get_run(address.removeprefix("runs:/").split("/")[0]).data.params)


def _read_folder(folder: Path, address: str, trust: Sequence[str]) -> Any:
    import yaml

    about = folder / "MLmodel"
    if not about.is_file():
        raise InputError(f"model: expected a model's folder with a file MLmodel, found none in {address}")
    flavour = (yaml.safe_load(about.read_text(encoding="utf-8")) or {}).get("flavors", {}).get("sklearn")
    if flavour is None:
        raise InputError(f"model: expected a scikit-learn classifier, found another kind of model in {address}")
    if flavour.get("serialization_format") != "skops":
        raise InputError(f"model: {address} {WHY_NO_PICKLE}")
    return _read_skops(folder / flavour["pickled_model"], address, trust)


def _read_skops(path: Path, address: str, trust: Sequence[str]) -> Any:
    import zipfile

    import skops.io

    if not zipfile.is_zipfile(path):
        raise InputError(f"model: {address} is no file in skops' format; only those are read, since they hold no code")
    found = skops.io.get_untrusted_types(file=path)
    unknown = sorted(name for name in found if name not in TRUSTED_TYPES and name.rpartition(".")[0] not in trust)
    if unknown:
        modules = sorted({name.rpartition(".")[0] for name in unknown})
        raise InputError(
            f"model: {address} holds types that are neither scikit-learn's nor the package's: {unknown}. If they are "
            f"yours and their code is safe, say so: trust={modules}"
        )
    classifier = skops.io.load(path, trusted=found)
    if not hasattr(classifier, "classes_"):
        raise InputError(f"model: expected a fitted classifier, found {type(classifier).__name__} in {address}")
    return classifier


def save_model(classifier: Any, input_example: "pd.DataFrame", folder: Path, trust: Sequence[str] = ()) -> None:
    """Save a classifier in skops' format, which holds no code; what it may contain is named, not guessed.

    `trust`: modules whose classes it may hold beside. The code that it needs of this package goes with it.
    """
    import mlflow.sklearn
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    # which columns a classifier reads is its own affair; without the others it takes them for missing
    columns: list[ColSpec | TensorSpec] = [
        ColSpec("string", str(name), required=name == "text") for name in input_example
    ]
    types = _types(classifier) if _may_hold_more(trust) else []
    with_encoder = ENCODER in types or any(".transformer_models." in name for name in types)
    needed = ["pandas", "scikit-learn", "skops"]
    if with_encoder:  # of a model that was exported it is onnxruntime, and torch need not be there
        needed += [package for package in ENCODING if find_spec(package.replace("-", "_"))]
    if TWEETS in types:
        needed.append("nltk")
    if _splits_hashtags(classifier):
        needed.append("symspellpy")
    pinned = [f"{package}=={version(package)}" for package in needed]
    with tempfile.TemporaryDirectory(prefix="stance-code-") as code:
        mlflow.sklearn.save_model(
            classifier,
            folder,
            serialization_format="skops",
            skops_trusted_types=[*TRUSTED_TYPES, *(name for name in types if name.rpartition(".")[0] in trust)],
            signature=ModelSignature(Schema(columns), Schema([ColSpec("string", "label")])),
            input_example=input_example,
            pip_requirements=pinned,
            # and not this package: an index may have another one of its name
            code_paths=[str(copy_code(Path(code), TRUSTED_TYPES))],
        )


def _types(classifier: Any) -> list[str]:
    """Return the types in a model that are not of the libraries which skops knows."""
    import skops.io

    return list(skops.io.get_untrusted_types(data=skops.io.dumps(classifier)))


def _splits_hashtags(part: Any) -> bool:
    """Tell whether a classifier, one of its steps or one of its members reads hashtags as words."""
    if isinstance(part, list | tuple):
        return any(map(_splits_hashtags, part))
    if not hasattr(part, "get_params") or isinstance(part, type):
        return False
    settings = part.get_params(deep=False)
    return settings.get("split_hashtags") is True or any(map(_splits_hashtags, settings.values()))


def _may_hold_more(trust: Sequence[str]) -> bool:
    """Tell whether a model may hold types beside those that are always trusted, or a model of language.

    To look takes as long as to save it. A type whose module was never loaded in this process is in no model of it.
    """
    return bool(trust) or any(name.startswith((*WITH_ENCODERS, WITH_TWEETS)) for name in sys.modules)
