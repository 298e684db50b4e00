"""The launch of an entry point under Hydra: jobs, sweeps, failures, and what is said of a config that is refused."""

import atexit
import dataclasses
import gc
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from stance.cells import say, visible
from stance.commands.config._folders import shipped_configs
from stance.commands.config._help import ASKED, print_help
from stance.commands.config._jobs import (
    Ended,
    Launched,
    enter,
    launched,
    launched_of,
    new_launch,
    note_end,
    read_ends,
    said_of,
)
from stance.commands.config._overrides import explain, refuse_unknown
from stance.commands.config._own import take_own
from stance.commands.config._task import fill_task
from stance.commands.config._values import name_tables, refuse_ranges, same_names
from stance.commands.config.launchers import outlive_lost, said_of_launcher
from stance.errors import InputError, did_you_mean

INTERRUPTED = 130
TERMINATED = 143
COLLECTIONS = (50_000, 20, 100)  # objects made until Python looks for rings among the young, and how often among all
MOST_KEPT = 100  # composed configs of a sweep, each below 1 MB
# what a user can cause; anything else is a fault of ours, whose place is to be seen
FORESEEN = (InputError, OmegaConfBaseException, OSError)

log = logging.getLogger(__name__)


class Terminated(KeyboardInterrupt):
    """The process was asked to end: by `kill`, a scheduler's time limit, or a terminal that was closed."""


def _refuse_chdir() -> None:
    from hydra.core.hydra_config import HydraConfig

    if HydraConfig.get().job.chdir:
        raise InputError(
            "hydra.job.chdir: expected false; paths in configs stand for where the command was started, and would be "
            "looked for in the job's folder"
        )


def launch(
    task: Callable[[Any], object],
    config_name: str,
    after_sweep: Callable[[Any, Launched], object] | None = None,
) -> int:
    """Run an entry point's task under Hydra, once or as a sweep, and return the process's exit code.

    The jobs of a sweep run wherever its launcher has them run, and leave word of how they ended. `after_sweep` is
    called once with the last job's config when all are through, whether or not a job failed. What a user can cause
    ends in a message: code 2 for a config or an input that cannot be used, 1 for a run that failed on the way, 130
    for Ctrl-C.
    """
    _prepare_terminal()
    try:
        refuse_unknown(config_name, sys.argv[1:])
    except InputError as error:
        return _say(str(error), 2)
    _collect_rarely()
    # from here on Hydra is loaded, which takes longer than all before
    import hydra

    from stance.commands.config._source import register

    # Hydra prints errors itself and exits, unless this is set: then it raises, and the message can be ours
    os.environ["HYDRA_FULL_ERROR"] = "1"
    register()
    if any(said in ASKED for said in sys.argv[1:]):
        return _exit_code(partial(print_help, config_name, sys.argv[1:]), config_name)
    _compose_jobs_once()
    outlive_lost(sys.argv[1:])
    _listen_to_ends()
    COMPOSED.forget()
    this, place = new_launch(), Path.cwd()
    failures: list[Exception] = []  # of a single run: those of a sweep may be in another process

    def job(config: Any) -> object:
        _collect_rarely()  # a launcher may have it run in a process of its own
        enter(this, place)
        here = launched()
        _keep_log_visible()
        try:
            _refuse_chdir()
            named = same_names(name_tables(_refuse_added(config), here.choices))
            returned = task(fill_task(take_own(refuse_ranges(named))))
        except Exception as error:
            # kept until all jobs are through: Hydra would print the overrides, in which a name may stand, before it
            if here.sweep_id is None:
                failures.append(error)
                return None
            log.error("Failed: %s", error, exc_info=None if isinstance(error, FORESEEN) else error)
            note_end(here, error)
            return None
        if here.sweep_id is not None:
            note_end(here, None)
        return returned

    def run() -> None:
        main(job)()
        if failures:
            raise failures[0]

    main = hydra.main(version_base="1.3", config_path=str(shipped_configs()), config_name=config_name)
    code = _exit_code(run, config_name)
    if COMPOSED.last is None or code in (INTERRUPTED, TERMINATED):
        return code
    enter(this, place)
    sweep = launched_of(COMPOSED.last.hydra)
    ends = read_ends(sweep, COMPOSED.n_jobs)
    if code and not any(ended.begun for ended in ends):
        return code
    code = max(code, _say_ends(ends))
    if after_sweep is not None:
        code = max(code, _exit_code(partial(after_sweep, COMPOSED.last, sweep), config_name))
    return code


def _say_ends(ends: Sequence[Ended]) -> int:
    """Say why jobs of a sweep are not done, each reason once, and return the exit code of the first."""
    failed = [ended for ended in ends if ended.code]
    for said in dict.fromkeys(ended.said for ended in failed):
        numbers = ", ".join(f"#{ended.number}" for ended in failed if ended.said == said)
        _say(f"not done: {numbers} of {len(ends)}: {said}", 1)
    return failed[0].code if failed else 0


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


def _collect_rarely() -> None:
    """Let Python look for rings among its objects seldom, and not when it ends.

    Libraries make hundreds of thousands of objects that live as long as the process: to go through all of them again
    and again takes a fifth of the CPU of a run.
    """
    gc.set_threshold(*COLLECTIONS)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


class Composed:
    """The configs of the sweep that is launched: how many jobs have one, the last of them, and those kept for later."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, as a launch does."""
        self.kept: dict[tuple[str, ...], Any] = {}
        self.jobs: set[tuple[str, ...]] = set()
        self.last: Any = None

    @property
    def n_jobs(self) -> int:
        """How many jobs the sweep has."""
        return len(self.jobs)


COMPOSED = Composed()


def _compose_jobs_once() -> None:
    """Let Hydra keep the config of a sweep's job between the check before the first job and the job itself.

    Hydra composes every job twice, which is most of what a sweep takes whose runs have finished before. Each
    config is handed out once more and then forgotten; a long sweep keeps the first of them only.
    """
    from hydra._internal.config_loader_impl import ConfigLoaderImpl

    compose = ConfigLoaderImpl.load_sweep_config
    if compose.__module__ == __name__:
        return

    def load_sweep_config(self: Any, master_config: Any, sweep_overrides: list[str]) -> Any:
        job = (str(master_config.hydra.sweep.dir), *sweep_overrides)
        if job in COMPOSED.kept:
            return COMPOSED.kept.pop(job)
        config = compose(self, master_config, sweep_overrides)
        if job not in COMPOSED.jobs and len(COMPOSED.kept) < MOST_KEPT:
            COMPOSED.kept[job] = config
        COMPOSED.jobs.add(job)
        COMPOSED.last = config
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
        return _say(said_of(error), 1)
    except Terminated:
        return _say("ended from outside; what had finished is kept", TERMINATED)
    except KeyboardInterrupt:
        return _say("stopped; what had finished is kept", INTERRUPTED)
    except Exception as error:
        said = said_of_launcher(error)
        if said is None:
            raise
        return _say(said, 1)
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


def _keep_log_visible() -> None:
    for handler in logging.getLogger().handlers:
        handler.addFilter(_make_visible)
        handler.handleError = _say_unlogged  # type: ignore[method-assign]


def _make_visible(record: logging.LogRecord) -> bool:
    """Let a line of the log steer no terminal, neither that of the command nor one that shows its file."""
    record.msg, record.args = visible(record.getMessage()), None
    return True


def _say_unlogged(record: logging.LogRecord) -> None:
    """Say that a line of the log could not be written, on a full disk for one; logging would show a traceback."""
    error = sys.exception()
    reason = said_of(error) if isinstance(error, Exception) else "no reason is known"
    say(f"the log cannot be written ({reason}); the line was: {record.getMessage()}", file=sys.stderr)


def _say(message: str, code: int) -> int:
    say(message, file=sys.stderr)
    return code
