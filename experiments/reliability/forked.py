"""Commands in processes of their own that begin at once: they are forked from one that has imported everything."""

import atexit
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

UNHANDLED = 70


@dataclass
class Child:
    """A command that runs or has run: its process, where it writes to, its exit code (None while it runs)."""

    process: int
    pipe: int
    code: int | None = None
    written: bytearray = field(default_factory=bytearray)

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        if self.code is None:
            self._read()  # a pipe that is full would stop it
            found, status = os.waitpid(self.process, os.WNOHANG)
            if found:
                self.code = os.waitstatus_to_exitcode(status)
                self._read()
                os.close(self.pipe)
        return self.code is None

    def _read(self) -> None:
        with suppress(BlockingIOError):
            while piece := os.read(self.pipe, 1 << 16):
                self.written += piece

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, at most some seconds."""
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            time.sleep(0.005)

    def end_within(self, seconds: float) -> None:
        """Wait until it has ended; one that still runs then is killed, and counts as one that ended in a traceback."""
        self.wait(seconds)
        if self.running:
            self.send(signal.SIGKILL)
            self.wait(10)
            self.written += f"\nTraceback: it still ran after {seconds:g} s and was killed\n".encode()

    def send(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.running:
            os.kill(self.process, number)

    def output(self) -> str:
        """Return all that it has written until now."""
        return self.written.decode("utf-8", "replace")


def start(call: Callable[[], int], folder: Path, limit: int | None = None) -> Child:
    """Start a call in a folder; no file that it writes may grow beyond `limit` bytes, as on a disk that is full.

    What it returns is the exit code.
    """
    # a pipe, as a terminal is: the limit would hold for a file
    pipe, written = os.pipe()
    os.set_blocking(pipe, False)
    sys.stdout.flush()
    process = os.fork()
    if process:
        os.close(written)
        return Child(process, pipe)
    code = UNHANDLED
    try:
        os.close(pipe)
        _become(written, folder, limit)
        code = _ended(call)
    finally:
        os._exit(code)


def command(*arguments: str) -> Callable[[], int]:
    """Return the call of `stance` with these arguments."""

    def call() -> int:
        from stance.commands.main import main

        sys.argv = ["stance", *arguments]
        return main()

    return call


def _become(written: int, folder: Path, limit: int | None) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(written, 1)
    os.dup2(written, 2)
    # whatever stood there before, such as what a test reads
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    os.chdir(folder)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _ended(call: Callable[[], int]) -> int:
    try:
        code = call()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = UNHANDLED
    # what libraries do when Python ends belongs to what is tried
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code
