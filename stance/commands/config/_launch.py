"""The launch of an entry point under Hydra: jobs, sweeps, failures, and what is said of a config that is refused."""

import dataclasses
import hashlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from stance.cells import visible
from stance.commands.config._folders import shipped_configs
from stance.commands.config._help import ASKED, print_help
from stance.commands.config._overrides import explain, refuse_unknown
from stance.commands.config._own import take_own
from stance.commands.config._task import fill_task
from stance.commands.config._values import refuse_ranges
from stance.errors import InputError, did_you_mean

INTERRUPTED = 130
TERMINATED = 143
MOST_KEPT = 100  # composed configs of a sweep, each below 1 MB

log = logging.getLogger(__name__)


class Terminated(KeyboardInterrupt):
    """The process was asked to end: by `kill`, a scheduler's time limit, or a terminal that was closed."""


@dataclass(frozen=True, slots=True)
class Launched:
    """What Hydra knows of the job that is running: its group choices, its number in the sweep, its folders."""

    choices: dict[str, str]
    number: int
    output_dir: Path
    sweep_id: str | None
    sweep_dir: Path | None


def launched() -> Launched:
    """Return what Hydra knows of the job that is running."""
    from hydra.core.hydra_config import HydraConfig

    hydra = HydraConfig.get()
    in_sweep = hydra.mode is not None and hydra.mode.name == "MULTIRUN"
    sweep_dir = Path(hydra.sweep.dir).resolve() if in_sweep else None
    return Launched(
        # `dataset@sources.semeval2016` is the choice of what stands at sources.semeval2016
        {
            group.split("@")[-1]: str(choice)
            for group, choice in hydra.runtime.choices.items()
            if not group.startswith("hydra/")
        },
        int(hydra.job.num) if in_sweep else 0,
        Path(hydra.runtime.output_dir),
        _sweep_id(sweep_dir) if sweep_dir else None,
        sweep_dir,
    )


def _refuse_chdir() -> None:
    from hydra.core.hydra_config import HydraConfig

    if HydraConfig.get().job.chdir:
        raise InputError(
            "hydra.job.chdir: expected false; paths in configs stand for where the command was started, and would be "
            "looked for in the job's folder"
        )


def _sweep_id(folder: Path) -> str:
    """Return a name for a sweep that no other has: its folder's, and a digest of where it is."""
    return f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def launch(
    task: Callable[[Any], object],
    config_name: str,
    after_sweep: Callable[[Any, Launched], object] | None = None,
) -> int:
    """Run an entry point's task under Hydra, once or as a sweep, and return the process's exit code.

    `after_sweep` is called once with the last job's config when a sweep is through, whether or not a job
    failed. What a user can cause ends in a message: code 2 for a config or an input that cannot be used, 1 for
    a run that failed on the way, 130 for Ctrl-C.
    """
    _prepare_terminal()
    try:
        refuse_unknown(config_name, sys.argv[1:])
    except InputError as error:
        return _say(str(error), 2)
    # from here on Hydra is loaded, which takes longer than all before
    import hydra

    from stance.commands.config._source import register

    # Hydra prints errors itself and exits, unless this is set: then it raises, and the message can be ours
    os.environ["HYDRA_FULL_ERROR"] = "1"
    register()
    if any(said in ASKED for said in sys.argv[1:]):
        return _exit_code(partial(print_help, config_name, sys.argv[1:]), config_name)
    _compose_jobs_once()
    _listen_to_ends()
    jobs: list[tuple[Any, Launched]] = []
    failures: list[Exception] = []

    def job(config: Any) -> object:
        _refuse_chdir()
        jobs.append((config, launched()))
        try:
            return task(fill_task(take_own(refuse_ranges(_refuse_added(config)))))
        except Exception as error:
            # kept until all jobs are through: Hydra would print the overrides, in which a name may stand, before it
            if jobs[-1][1].sweep_id is not None:
                log.error("Failed: %s", error)
            failures.append(error)
            return None

    def run() -> None:
        main(job)()
        if failures:
            raise failures[0]

    main = hydra.main(version_base="1.3", config_path=str(shipped_configs()), config_name=config_name)
    code = _exit_code(run, config_name)
    if after_sweep is not None and jobs and jobs[-1][1].sweep_id is not None and code not in (INTERRUPTED, TERMINATED):
        code = max(code, _exit_code(partial(after_sweep, *jobs[-1]), config_name))
    return code


def _listen_to_ends() -> None:
    """Let an end from outside be told as Ctrl-C is, so that what has begun is ended and said."""

    def end(number: int, _: object) -> None:
        raise Terminated(signal.Signals(number).name)

    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP; `nohup` has it ignored
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, end)


def _prepare_terminal() -> None:
    """Let -m stand anywhere, and print what a terminal of few letters lacks by its code."""
    sweep = [said for said in sys.argv[1:] if said in ("-m", "--multirun")]
    sys.argv[1:] = [*sweep[:1], *(said for said in sys.argv[1:] if said not in sweep)]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _compose_jobs_once() -> None:
    """Let Hydra keep the config of a sweep's job between the check before the first job and the job itself.

    Hydra composes every job twice, which is most of what a sweep takes whose runs have finished before. Each
    config is handed out once more and then forgotten; a long sweep keeps the first of them only.
    """
    from hydra._internal.config_loader_impl import ConfigLoaderImpl

    compose = ConfigLoaderImpl.load_sweep_config
    if compose.__module__ == __name__:
        return
    kept: dict[tuple[str, ...], Any] = {}

    def load_sweep_config(self: Any, master_config: Any, sweep_overrides: list[str]) -> Any:
        job = (str(master_config.hydra.sweep.dir), *sweep_overrides)
        if job in kept:
            return kept.pop(job)
        config = compose(self, master_config, sweep_overrides)
        if len(kept) < MOST_KEPT:
            kept[job] = config
        return config

    ConfigLoaderImpl.load_sweep_config = load_sweep_config  # type: ignore[method-assign]


def _exit_code(call: Callable[[], object], config_name: str) -> int:
    from hydra.errors import HydraException

    try:
        call()
    except InputError as error:
        return _say(str(error), error.exit_code)
    except (HydraException, OmegaConfBaseException) as error:
        return _say(explain(error, config_name), 2)
    except BrokenPipeError:
        # the reader of the pipe, `head` for one, has seen enough; nothing must be flushed into it at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _say(f"cannot read or write {error.filename or 'a file'}: {error.strerror or error}", 1)
    except Terminated:
        return _say("ended from outside; what had finished is kept", TERMINATED)
    except KeyboardInterrupt:
        return _say("stopped; what had finished is kept", INTERRUPTED)
    return 0


def _refuse_added(config: Any, above: str = "") -> Any:
    """Refuse keys that `+key=value` has added to what the schemas know; Hydra itself lets them in."""
    schema = OmegaConf.get_type(config)
    known = [column.name for column in dataclasses.fields(schema)] if dataclasses.is_dataclass(schema) else list(config)
    for key in config:
        if key not in known:
            found = f"{above}{key}"
            raise InputError(
                f"expected keys of {known}, found {found!r}, which nothing reads.{did_you_mean(key, known)}"
            )
        if OmegaConf.is_dict(OmegaConf.select(config, key)):
            _refuse_added(config[key], f"{above}{key}.")
    return config


def _say(message: str, code: int) -> int:
    print(visible(message), file=sys.stderr)
    return code
