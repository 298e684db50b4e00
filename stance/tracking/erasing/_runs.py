"""Runs and models of a store that rest on a person's comments, those too that were deleted and are still there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.tracking._address import parse_address
from stance.tracking._moved import local_path
from stance.tracking._store import Store, list_experiments, open_store
from stance.tracking.runs import search_runs

if TYPE_CHECKING:
    from mlflow.entities import Run


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run that may have seen what was erased, and its models; `to_delete` are those not marked as deleted yet.

    `folders` hold the files of the run and of its models, where they are on this machine.
    """

    name: str
    run_id: str
    active: bool
    models: tuple[str, ...]
    to_delete: tuple[str, ...]
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """What may have been made from erased comments: all on datasets with these shas, and all from the `places`.

    `places` are the study or table, and folders of datasets that were built from it. What is from there and has
    the data that is left `after` the erasure is not meant. `comments` are the erased ones, (thread_id, comment_id).
    """

    shas: frozenset[str]
    places: tuple[str, ...]
    after: str
    comments: frozenset[tuple[str, str]] = frozenset()

    def made(self, config: Mapping[str, Any]) -> bool:
        """Return whether what has this config, a report or a run that was kept, may hold the comments."""
        kept = config.get("shas")
        sha = (kept if isinstance(kept, Mapping) else config).get("dataset_sha")
        said = config.get("params") if isinstance(kept, Mapping) else config
        return isinstance(sha, str) and isinstance(said, Mapping) and self.saw(sha, said)

    def saw(self, sha: str, config: Mapping[str, Any]) -> bool:
        """Return whether a run on data of this sha (several joined by +) with this config may hold the comments."""
        shas = sha.split("+")  # a run that trains on other data sets names all of them
        if not self.shas.isdisjoint(shas):
            return True
        return self.after not in shas and any(self._is_here(Path(place)) for place in _places_in(config))

    def _is_here(self, place: Path) -> bool:
        return any(_same(place, Path(known)) or Path(known) in place.parents for known in self.places)


def _same(place: Path, other: Path) -> bool:
    # of an absolute path only its name is tracked
    only_named = 1 in (len(place.parts), len(other.parts))
    return place == other or (only_named and place.name == other.name)


def _places_in(config: Mapping[str, Any]) -> Iterator[str]:
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from _places_in(value)
        elif isinstance(value, str) and name.rpartition(".")[2] in ("study", "path"):
            yield value


def find_runs_on(uri: str, origin: Origin) -> list[SeenRun]:
    """Return all runs that may have seen what was erased, under every experiment name of the store at `uri`.

    None where there is no store yet. Raises InputError if there is one and it cannot be asked.
    """
    stores = [open_store(uri, name, create=False) for name in list_experiments(uri)]
    return [
        _seen(store, run)
        for store in stores
        for run in search_runs(store, with_deleted=True)
        if "dataset_sha" in run.data.tags and origin.saw(run.data.tags["dataset_sha"], run.data.params)
    ]


def files_of(uri: str) -> tuple[list[Path], Path | None]:
    """Return the folders of the artifacts of a store, one an experiment name, and its database, where they are here."""
    found = (local_path(open_store(uri, name, create=False).artifacts) for name in list_experiments(uri))
    return [folder for folder in found if folder is not None], parse_address(uri).database


def _seen(store: Store, run: "Run") -> SeenRun:
    active = _active_models(store, run)
    noted = [output.model_id for output in run.outputs.model_outputs] if run.outputs else []
    models = tuple(dict.fromkeys([*noted, *active]))
    root = local_path(store.artifacts)
    own = local_path(store.now(run.info.artifact_uri))
    folders = [*([own.parent] if own else []), *([root / "models" / model for model in models] if root else [])]
    is_active = run.info.lifecycle_stage == "active"
    return SeenRun(str(run.info.run_name), str(run.info.run_id), is_active, models, tuple(active), tuple(folders))


def _active_models(store: Store, run: "Run") -> list[str]:
    of_run = f"source_run_id = '{run.info.run_id}'"
    found = store.ask(lambda: store.client.search_logged_models([store.experiment_id], of_run))
    return [str(model.model_id) for model in found]
