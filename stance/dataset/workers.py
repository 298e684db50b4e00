"""Work on chunks in one process or several: the same results in the same order, and few chunks under way."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TypeVar

from stance.errors import InputError

Job = TypeVar("Job")
Result = TypeVar("Result")
UNDER_WAY = 2  # jobs for each process: one in work, one waiting
# imported once in a process of its own, which workers are forks of
LOADED = ["__main__", "numpy", "pyarrow.compute", "pyarrow.parquet", "stance.dataset.rewriting"]


class Workers:
    """Processes that work on jobs, or this process alone where `pool` is None.

    What a function raises comes through. Large tables are best handed over as files.
    """

    def __init__(self, pool: ProcessPoolExecutor | None, num_proc: int) -> None:
        self.pool = pool
        self.num_proc = num_proc

    def in_order(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield `function(job)` of each job in their order; two jobs for each process at most are taken ahead."""
        if self.pool is None:
            yield from map(function, jobs)
            return
        waiting: deque[Future[Result]] = deque()
        try:
            for job in jobs:
                waiting.append(self.pool.submit(function, job))
                if len(waiting) >= UNDER_WAY * self.num_proc:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def begin(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Begin a job beside others and return what gives its result; alone, the job is done when that is called."""
        return function if self.pool is None else self.pool.submit(function).result


@contextmanager
def open_workers(num_proc: int) -> Iterator[Workers]:
    """Start `num_proc` processes, none where it is 1, and end them at the end.

    Raises InputError if `num_proc` is below 1.
    """
    check_num_proc(num_proc)
    if num_proc == 1:
        yield Workers(None, 1)
        return
    # not forked from this process, whose threads may hold locks of Arrow's
    context = get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    with ProcessPoolExecutor(num_proc, context, initializer=_end_with_parent) as pool:
        yield Workers(pool, num_proc)


def check_num_proc(num_proc: int) -> None:
    """Raise InputError if a number of processes is below 1."""
    if num_proc < 1:
        raise InputError(f"num_proc: expected 1 or more processes, found {num_proc}")


def _end_with_parent() -> None:
    """End this process when its parent is killed; it would wait for jobs for ever."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
