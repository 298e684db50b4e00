"""A lab's MLflow server: runs in PostgreSQL, files through the server, a password for each person, known hosts only.

    MLFLOW_AUTH_ADMIN_PASSWORD=… make server FOLDER=/srv/stance HOST=0.0.0.0 HOSTS=lab.example.org

All that it keeps is in one folder: the database, the files of runs, and the key of its sessions. docs/lab.md says how
people and clusters use it. PostgreSQL is that of Debian's package `postgresql`, and listens to no network.
"""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DATABASE, USERS = "stance", "stance_users"
LEAST_PASSWORD = 12
HERE = ("localhost", "127.0.0.1")


class Refused(Exception):
    """What is missing for a server, and how it is had."""


def main() -> int:
    """Run the server until Ctrl-C and return the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=Path("server"), help="where all is kept")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at; 0.0.0.0 for all of this machine")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--hosts", default="", help="names under which people may ask for it, between commas")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return serve(asked.folder.resolve(), asked.host, asked.port, [name for name in asked.hosts.split(",") if name])
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    except KeyboardInterrupt:
        return 0


def serve(folder: Path, host: str, port: int, hosts: Sequence[str]) -> int:
    """Serve from a folder, made if there is none; raises Refused if something is missing for that."""
    is_new = not (folder / "postgres").exists()
    password = os.environ.get("MLFLOW_AUTH_ADMIN_PASSWORD", "")
    if is_new and len(password) < LEAST_PASSWORD:
        raise Refused(
            f"MLFLOW_AUTH_ADMIN_PASSWORD: expected a password of {LEAST_PASSWORD} characters or more for the first "
            f"user, `admin`, found {'one of ' + str(len(password)) if password else 'none'}; make one with\n"
            "  openssl rand -hex 16"
        )
    for module in ("psycopg", "flask_wtf"):
        if subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False).returncode:
            raise Refused(f"the server needs {module}, which is not installed: pip install 'stance-threads[server]'")
    binaries = find_postgres()
    folder.mkdir(parents=True, exist_ok=True)
    with running_postgres(folder, binaries) as address:
        settings = folder / "users.ini"
        settings.write_text(
            f"[mlflow]\ndefault_permission = EDIT\ndatabase_uri = {address}{USERS}?host={folder / 'socket'}\n"
            # a password is checked slowly, on purpose, and a run sends some fifty files
            "auth_cache_ttl_seconds = 60\n"
            "admin_username = admin\nauthorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
        )
        names = (*HERE, *hosts)
        allowed = [*names, *(f"{name}:{port}" for name in names)]  # a proxy asks by the bare name
        # MLflow's pages ask by POST, which a server takes from no page but those of its own names
        origins = [f"http://{name}:{port}" for name in hosts]
        origins += [f"https://{name}{any_port}" for name in hosts for any_port in ("", ":*")]
        command = [
            *(sys.executable, "-m", "mlflow", "server", "--app-name", "basic-auth"),
            *("--host", host, "--port", str(port), "--workers", "2"),
            *("--artifacts-destination", str(folder / "files"), "--allowed-hosts", ",".join(allowed)),
            *(("--cors-allowed-origins", ",".join(origins)) if origins else ()),
        ]
        environment = os.environ | {
            "MLFLOW_BACKEND_STORE_URI": f"{address}{DATABASE}?host={folder / 'socket'}",
            "MLFLOW_AUTH_CONFIG_PATH": str(settings),
            "MLFLOW_FLASK_SERVER_SECRET_KEY": session_key(folder / "session.key"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            # else MLflow starts eight processes of 250 MB each, for jobs that judge language models
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        }
        environment.pop("MLFLOW_TRACKING_URI", None)
        with subprocess.Popen(command, env=environment) as server:
            try:
                server.wait()
            finally:
                server.terminate()
        return server.returncode


def session_key(path: Path) -> str:
    """Return the key that the server signs its sessions with, made at first and readable by this user only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's programs; raises Refused if there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        raise Refused("the server needs PostgreSQL, which is not installed: apt-get install postgresql")
    return Path(found).parent


@contextmanager
def running_postgres(folder: Path, binaries: Path) -> Iterator[str]:
    """Run PostgreSQL on a folder, made if there is none, and yield the beginning of its addresses.

    It listens at a socket in a folder of its owner's only, so that no password stands in an address.
    """
    # PostgreSQL refuses to be run by root
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data, socket = folder / "postgres", folder / "socket"

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*as_user, str(binaries / program), *arguments], cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise Refused(f"PostgreSQL's {program} in {folder}: {said[-1] if said else done.returncode}")

    is_new = not data.exists()
    for path in (data, socket):
        path.mkdir(mode=0o700, exist_ok=True)
        if as_user:
            shutil.chown(path, "postgres")
    if is_new:
        run("initdb", "-D", str(data), "-U", DATABASE, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust")
    options = f"-c listen_addresses= -c unix_socket_directories={socket} -c max_connections=200"
    run("pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
    try:
        if is_new:
            for name in (DATABASE, USERS):
                run("createdb", "-h", str(socket), "-U", DATABASE, name)
        yield f"postgresql://{DATABASE}@/"
    finally:
        run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop")


if __name__ == "__main__":
    sys.exit(main())
