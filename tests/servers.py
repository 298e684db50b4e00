"""Waiting for a server of one's own that was just started."""

import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

SECONDS_TO_START = 300  # most of it imports MLflow and makes the store; a busy machine needs more than one minute


def wait_for(address: str, server: "subprocess.Popen[bytes] | subprocess.Popen[str]", log: Path | None = None) -> None:
    """Return when the server at an address says that it is well; fail, with its log, where it ends or never does."""
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=10).close()
            return
        except (urllib.error.URLError, OSError):
            said = log.read_text()[-2000:] if log else ""
            assert server.poll() is None, f"the server ended with {server.returncode}: {said}"
            assert time.monotonic() < end, f"no answer from {address} in {SECONDS_TO_START} s: {said}"
            time.sleep(0.1)
