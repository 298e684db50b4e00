"""The jobs of a launch, in whatever process each runs: what Hydra knows of one, and how each of a sweep has ended."""

import json
import os
import secrets
import traceback
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stance.errors import InputError
from stance.files import write_whole

FOLDER = ".jobs-"  # in the sweep's folder: a file for each job that has ended
# what sets a launch apart from others into the same folder; in a worker too, which is told by `enter`
_LAUNCH: ContextVar[str] = ContextVar("launch", default="")


@dataclass(frozen=True, slots=True)
class Launched:
    """What Hydra knows of the job that is running: its group choices, its number in the sweep, its folders."""

    choices: dict[str, str]
    number: int
    output_dir: Path
    sweep_id: str | None
    sweep_dir: Path | None

    def on(self, plain: Mapping[str, Any], name: str) -> "Launched":
        """Return the same with the dataset's own name, where the choice says no more than that it is of a folder."""
        if not str(plain["dataset"].get("_target_")).endswith(".read_dataset"):
            return self
        return replace(self, choices=self.choices | {"dataset": name})


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job of a sweep has ended: its exit code, 0 if it is done, what is said of it, and whether it has begun."""

    number: int
    code: int
    said: str
    begun: bool = True


def new_launch() -> str:
    """Return what sets this launch apart from all others, on any machine."""
    return secrets.token_hex(4)


def enter(launch: str, place: Path) -> None:
    """Let this process, which may be a worker, know its launch, and stand where the command was started."""
    _LAUNCH.set(launch)
    if Path.cwd() != place:
        os.chdir(place)


def launched() -> Launched:
    """Return what Hydra knows of the job that is running."""
    from hydra.core.hydra_config import HydraConfig

    return launched_of(HydraConfig.get())


def launched_of(hydra: Any) -> Launched:
    """Return what a composed config says of its job under `hydra`; of one that no launcher has begun it is job 0."""
    from omegaconf import OmegaConf

    in_sweep = hydra.mode is not None and hydra.mode.name == "MULTIRUN"
    sweep_dir = Path(hydra.sweep.dir).resolve() if in_sweep else None
    begun = not OmegaConf.is_missing(hydra.runtime, "output_dir")
    return Launched(
        # `dataset@sources.semeval2016` is the choice of what stands at sources.semeval2016
        {
            group.split("@")[-1]: str(choice)
            for group, choice in hydra.runtime.choices.items()
            if not group.startswith("hydra/")
        },
        int(hydra.job.num) if in_sweep and begun else 0,
        Path(hydra.runtime.output_dir) if begun else Path(hydra.sweep.dir),
        f"{sweep_dir.name}-{_LAUNCH.get()}" if sweep_dir else None,
        sweep_dir,
    )


def note_end(job: Launched, error: Exception | None) -> None:
    """Note how a job of a sweep has ended, where the process that began the sweep reads it."""
    code, said = 0, ""
    if error is not None:
        code = error.exit_code if isinstance(error, InputError) else 1
        said = said_of(error)
    content = json.dumps({"number": job.number, "code": code, "said": said}, ensure_ascii=False)
    write_whole(_folder(job) / f"{job.number}.json", content.encode())


def said_of(error: Exception) -> str:
    """Return what a user is told of an error: what it says, or for an unforeseen one its name as well."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot read or write {error.filename or 'a file'}: {error.strerror or error}"
    return "".join(traceback.format_exception_only(error)).strip()


def read_ends(job: Launched, n_jobs: int) -> Sequence[Ended]:
    """Return how the jobs of a sweep have ended, those that were lost with their worker included."""
    ended = {}
    for path in _folder(job).glob("*.json"):
        found = Ended(**json.loads(path.read_text(encoding="utf-8")))
        ended[found.number] = found
    lost = "its worker ended without a word; to do it, repeat the command"
    return [ended.get(number) or Ended(number, 1, lost, begun=False) for number in range(n_jobs)]


def _folder(job: Launched) -> Path:
    assert job.sweep_dir is not None
    return job.sweep_dir / f"{FOLDER}{_LAUNCH.get()}"
