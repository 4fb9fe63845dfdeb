"""The command line: ``newsgpu analyze``, ``dedup``, ``ngrams`` and the others."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# The shell's custom: 128 and the signal's number.
_INTERRUPTED, _TERMINATED = 130, 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status: 0 done, 1 failed, 2 wrongly called, 130 interrupted, 143 terminated.

    A failure is one line on stderr. ``NEWSGPU_TRACEBACK=1`` shows where it came from.
    """
    try:
        with _ended_by_sigterm():
            # The commands import much: Ctrl-C then ends them as it does later.
            from .commands import run

            return run(arguments)
    except _Terminated:
        print("newsgpu: terminated", file=sys.stderr)
        return _TERMINATED
    except KeyboardInterrupt:
        print("newsgpu: interrupted", file=sys.stderr)
        return _INTERRUPTED


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does: half-written files go."""


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return

    def end(*_: object) -> None:
        raise _Terminated

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


__all__ = ["main"]
