"""The command line: ``newsgpu analyze``, ``dedup``, ``ngrams`` and the others."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status: 0 done, 1 failed, 2 wrongly called, 130 interrupted.

    A failure is one line on stderr. ``NEWSGPU_TRACEBACK=1`` shows where it came from.
    """
    import sys

    try:
        # The commands import much: Ctrl-C then ends them as it does later.
        from .commands import run

        return run(arguments)
    except KeyboardInterrupt:
        print("newsgpu: interrupted", file=sys.stderr)
        return 130


__all__ = ["main"]
