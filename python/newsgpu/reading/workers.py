"""Processes that clean pages, on all cores.

They are plain subprocesses rather than ``multiprocessing``'s: those run the caller's script a second time where it has
no ``if __name__ == "__main__"``, and cannot start from ``python -c`` or a notebook on every system.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .pages import CleanedPage, Page
from .worker import READY, clean_bundle

__all__ = ["PageCleaner", "WorkerDied"]

Answers = list["list[CleanedPage] | str"]

# Starting processes takes about a second of each core: work that is done by then needs none.
_SECONDS_ALONE = 1.0
#: Seconds that a page may take, and as many more for each of its megabytes.
PAGE_SECONDS = 60.0

_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
_COMMAND = "import sys; sys.path[:0] = sys.argv[1:]; from newsgpu.reading.worker import serve; serve()"


class WorkerDied(RuntimeError):
    """A process that cleaned pages ended before it answered."""


class PageCleaner:
    """Cleans bundles of pages: here as long as there are few, then in ``num_workers`` processes.

    A page that makes a process crash or takes too long is found by sending the pages of its bundle again one by one,
    and is reported like any other that cannot be cleaned.
    """

    def __init__(self, num_workers: int) -> None:
        self._num_workers = num_workers if sys.executable and not getattr(sys, "frozen", False) else 1
        self._seconds_alone = 0.0
        self._executor: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._processes: list[_Process] = []
        self._lock = threading.Lock()

    def __enter__(self) -> PageCleaner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ahead(self) -> int:
        """Bundles to keep under way."""
        return 2 * self._num_workers if self._executor is not None else 0

    def submit(self, pages: Sequence[Page]) -> Future[Answers]:
        """The articles of each page, or a string that says what went wrong with it."""
        if self._executor is None and self._num_workers > 1 and self._seconds_alone > _SECONDS_ALONE:
            self._executor = ThreadPoolExecutor(self._num_workers, "newsgpu-clean")
        if self._executor is not None:
            return self._executor.submit(self._remotely, pages)
        from .. import cleaning  # noqa: F401 - what it takes to import is no measure of the pages

        start = time.perf_counter()
        done: Future[Answers] = Future()
        done.set_result(clean_bundle(pages))
        self._seconds_alone += time.perf_counter() - start
        return done

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        with self._lock:
            processes, self._processes = self._processes, []
            self._num_workers = 0
        for process in processes:
            process.kill()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        for process in processes:
            process.close()

    def _remotely(self, pages: Sequence[Page]) -> Answers:
        try:
            return self._ask(pages)
        except WorkerDied as death:
            if len(pages) == 1:
                return [str(death)]
        answers: Answers = []
        for page in pages:
            answers += self._remotely([page])
        return answers

    def _ask(self, pages: Sequence[Page]) -> Answers:
        process: _Process | None = getattr(self._local, "process", None)
        if process is None or not process.alive:
            process = self._local.process = self._start()
        try:
            return process.ask(pages)
        except WorkerDied:
            process.close()
            raise

    def _start(self) -> _Process:
        with self._lock:
            if self._num_workers == 0:
                raise RuntimeError("the processes that clean pages were stopped")
        process = _Process()
        with self._lock:
            if self._num_workers > 0:
                self._processes = [*(other for other in self._processes if other.alive), process]
                return process
        process.kill()
        process.close()
        raise RuntimeError("the processes that clean pages were stopped")


class _Process:
    """A process that cleans pages, and the thread's end of its pipes."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, _PACKAGE_ROOT, *(path for path in sys.path if path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal goes to every process of the session; this one is ended by its parent.
            start_new_session=True,
        )
        self.alive = True
        self._timed_out = False
        try:
            assert self._child.stdout is not None
            ready: Any = pickle.load(self._child.stdout)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            ready = None
        if ready != READY:
            self.kill()
            self.close()
            # No fault of a page: without this every page would be reported as broken.
            status = self._child.returncode
            raise RuntimeError(f"no process to clean pages: {sys.executable} ended with status {status} at its start")

    def ask(self, pages: Sequence[Page]) -> Answers:
        """The answers for ``pages``."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        seconds = sum(PAGE_SECONDS * (1 + len(page.content or b"") / 1e6) for page in pages)
        timer = threading.Timer(seconds, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            pickle.dump(list(pages), self._child.stdin, pickle.HIGHEST_PROTOCOL)
            self._child.stdin.flush()
            answers: Any = pickle.load(self._child.stdout)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            self.kill()
            raise WorkerDied(self._reason(seconds)) from None
        finally:
            timer.cancel()
        return answers

    def kill(self) -> None:
        """Ends the process."""
        self.alive = False
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        """Closes the pipes, when no thread waits on them any more."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _time_out(self) -> None:
        self._timed_out = True
        self._child.kill()

    def _reason(self, seconds: float) -> str:
        if self._timed_out:
            return f"cleaning the page took more than {seconds:.0f} s"
        status = self._child.returncode
        ended = f"by signal {-status}" if os.name == "posix" and status < 0 else f"with status {status}"
        return f"the process that cleaned the page ended {ended}; it may have run out of memory"
