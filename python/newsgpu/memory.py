"""Memory between calls."""

from __future__ import annotations

from . import _core
from ._arguments import byte_count


def keep_memory(limit: int | str) -> None:
    """Keeps the memory of large results that are gone for the next ones, up to a limit; 256 MiB if never called.

    The system clears memory before it hands it out, and a virtual machine may have to be given it first. A loop over
    large corpora spends no time on that where as much is kept as one of its calls takes. What is kept is given up
    before more is asked for, and on Linux the system takes it back when it runs short, but tools that look at the
    resident size of a process count it. On other systems nothing is kept.

    Parameters
    ----------
    limit
        Bytes, or ``"4GB"``; 0 keeps nothing. What is kept beyond goes back to the system at once.

    Raises
    ------
    TypeError, ValueError
        ``limit`` is no number of bytes.
    """
    _core.keep_memory(byte_count("limit", limit, least=0))
