"""A launcher that cannot be used is refused before Hydra is loaded: unknown, not installed, or nobody behind it."""

import os
import shutil
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from stance.errors import InputError, did_you_mean

# what launches the jobs of a sweep, by the plugin of Hydra that brings it
LAUNCHERS = {
    "basic": "",
    "joblib": "hydra_joblib_launcher",
    "ray_local": "hydra_ray_launcher",
    "ray_cluster": "hydra_ray_launcher",
    "slurm": "hydra_submitit_launcher",
    "submitit_local": "hydra_submitit_launcher",
    "submitit_slurm": "hydra_submitit_launcher",
}
RAY = "hydra.launcher.ray.init.address"
SECONDS_TO_ANSWER = 20


def refuse_launcher(name: str, arguments: list[str]) -> None:
    """Refuse a launcher that is not known, whose plugin is not installed, or whose cluster does not answer."""
    if name not in LAUNCHERS:
        raise InputError(
            f"hydra/launcher: expected one of {[*LAUNCHERS]}, found {name!r}.{did_you_mean(name, LAUNCHERS)}"
        )
    _refuse_missing(name)
    if name == "ray_cluster":
        given = [said.partition("=")[2] for said in arguments if said.startswith(f"{RAY}=")]
        _refuse_ray([*given, os.environ.get("RAY_ADDRESS", "")][0])
    if name in ("slurm", "submitit_slurm"):
        _refuse_slurm(name)


def _refuse_missing(name: str) -> None:
    """Refuse a launcher whose plugin of Hydra is not installed, with the extra that brings it."""
    plugin = LAUNCHERS[name]
    plugins = find_spec("hydra_plugins") if plugin else None
    there = [Path(folder) / plugin for folder in (plugins.submodule_search_locations or ())] if plugins else []
    if plugin and not any(folder.is_dir() for folder in there):
        raise InputError(
            f"hydra/launcher={name}: needs {plugin.replace('_', '-')}, which is not installed: "
            "pip install 'stance-threads[scale]'"
        )


def _refuse_ray(address: str) -> None:
    """Refuse the address of a Ray cluster at which nothing answers; Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if address in ("auto", "local"):
        return
    if not host or not port.isdecimal():
        raise InputError(
            f"RAY_ADDRESS: expected the address of a Ray cluster, as in RAY_ADDRESS=10.0.0.1:6379, found "
            f"{address or 'none'!r}; `ray start --head` says its own, and hydra/launcher=ray_local needs none"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, OverflowError) as error:
        raise InputError(
            f"RAY_ADDRESS: no Ray cluster answers at {address} ({error}); start one with `ray start --head`, or use "
            "the cores of this machine with hydra/launcher=ray_local"
        ) from None


def _refuse_slurm(name: str) -> None:
    """Refuse Slurm where it is not, or does not answer: what sends jobs to it would say so by a traceback."""
    if shutil.which("sbatch") is None:
        raise InputError(
            f"hydra/launcher={name}: there is no `sbatch` here; start the sweep on a machine that sends jobs to Slurm, "
            "or use the cores of this one with hydra/launcher=joblib"
        )
    if said := _refusal_of("sinfo", "--noheader"):
        raise InputError(f"hydra/launcher={name}: Slurm does not answer ({said}); ask who keeps it, or try `sinfo`")


def _refusal_of(*command: str) -> str:
    """Return the last line of what a program of Slurm says when it fails, "" where it does not."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_TO_ANSWER)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = (done.stderr or done.stdout).strip().splitlines()
    return (said[-1] if said else f"exit code {done.returncode}") if done.returncode else ""
