"""A Label Studio server on loopback that two annotators work on through its SDK; runs in the server's environment.

Usage: python server.py <folder>, where the folder holds tasks.json, label-config.xml and answers.json; the export
is written into it as export.json. `answers.json` is a list with an entry per annotator: from a row's name to the
results that are submitted for it, or to null for a comment that is skipped.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SECONDS_TO_START = 400  # most of it migrates the store, on one core
USERS = ("first@example.org", "second@example.org")
# neither reports of use, nor errors, nor a look for newer versions
SILENT = {
    "COLLECT_ANALYTICS": "False",
    "LATEST_VERSION_CHECK": "False",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "FEATURE_FLAGS_OFFLINE": "True",
}


class Trap:
    """A proxy that lets nothing through and counts who tried: what does not stay on loopback ends here."""

    def __init__(self):
        self.tried = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                connection.settimeout(5)
                self.tried.append(connection.recv(200).split(b"\r\n")[0].decode("utf-8", "replace"))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def started(home, port, token, proxy):
    """Start the server with its SQLite store under `home`, as the leader of a process group of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LABEL_STUDIO_BASE_DATA_DIR": str(home),
        "PYTHONWARNINGS": "ignore",
        "NO_PROXY": "127.0.0.1,localhost",
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), proxy),
        **SILENT,
    }
    command = [str(Path(sys.executable).with_name("label-studio")), "start", "--no-browser"]
    command += ["--internal-host", "127.0.0.1", "--port", str(port), "--data-dir", str(home)]
    command += ["--database", str(home / "store.sqlite3"), "--enable-legacy-api-token"]
    command += ["--username", USERS[0], "--password", token, "--user-token", token]
    log = (home / "server.log").open("wb")
    return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home, start_new_session=True)


def wait_until_up(process, url):
    import httpx

    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with code {process.returncode} before it answered")
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit(f"the server did not answer within {SECONDS_TO_START} s")


def ended(process):
    """End the server and everything that it has started."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
            process.wait(10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue


def sign_up(url, client):
    """Sign the second annotator up with the first one's invitation, as a person would; return their token."""
    import httpx

    invitation = client.organizations.invites.get_invite_link().invite_url
    with httpx.Client(base_url=url, follow_redirects=False) as browser:
        browser.get(invitation)
        form = {"email": USERS[1], "password": "a-long-word-7", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        signed = browser.post(invitation, data=form, headers={"Referer": url + invitation})
        assert signed.status_code == 302, signed.text[:500]
        return browser.get("/api/current-user/token").json()["token"]


def annotate(url, token, folder):
    """Import the tasks, submit every annotator's answers, and export the project; return the users' numbers."""
    from label_studio_sdk import LabelStudio

    first = LabelStudio(base_url=url, api_key=token)
    clients = [first, LabelStudio(base_url=url, api_key=sign_up(url, first))]
    config = (folder / "label-config.xml").read_text(encoding="utf-8")
    project = first.projects.create(title="round trip", label_config=config, maximum_annotations=len(clients))
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    numbers = first.projects.import_tasks(id=project.id, request=tasks, return_task_ids=True).task_ids
    task_of = {task["data"]["row"]: number for task, number in zip(tasks, numbers, strict=True)}
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for client, given in zip(clients, answers, strict=True):
        for row, result in given.items():
            client.annotations.create(id=task_of[row], result=result or [], was_cancelled=result is None)
    exported = first.projects.exports.as_json(project.id)
    (folder / "export.json").write_text(json.dumps(exported, ensure_ascii=False), encoding="utf-8")
    return [client.users.whoami().id for client in clients]


def main():
    folder = Path(sys.argv[1]).resolve()
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    # whoever stops this program stops the server too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    trap, port = Trap(), free_port()
    url, token = f"http://127.0.0.1:{port}", "invented-token-0001"
    with tempfile.TemporaryDirectory(prefix="label-studio-") as home:
        process = started(Path(home), port, token, trap.url)
        try:
            begun = time.monotonic()
            wait_until_up(process, url)
            print(f"server up after {time.monotonic() - begun:.0f} s", file=sys.stderr)
            users = annotate(url, token, folder)
        except BaseException:
            print((Path(home) / "server.log").read_text(errors="replace")[-3000:], file=sys.stderr)
            raise
        finally:
            ended(process)
    if trap.tried:
        raise SystemExit(f"the server tried to reach {sorted(set(trap.tried))}; it must not leave this machine")
    print(json.dumps(users))


if __name__ == "__main__":
    main()
