"""How a call runs: its device, its threads, its progress bar."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from numbers import Integral
from typing import Any

from . import _core

# A bar that appears and is gone at once is noise.
_BAR_DELAY_SECONDS = 1.5

# More than any machine has cores; each takes memory of its own.
_MAX_THREADS = 1024


@contextlib.contextmanager
def run(
    device: str = "auto",
    num_threads: int | None = None,
    progress: bool | None = None,
    description: str = "newsgpu",
    call: str | None = None,
) -> Iterator[_core.Execution]:
    """The core's view of how to run, for the time of one ``with`` block.

    ``progress=None`` shows a bar in a terminal or notebook once the work has taken a moment; ``True`` and ``False``
    force it. ``call`` is the public name where the core knows another one, for messages.
    """
    check_num_threads(num_threads)
    if not isinstance(device, str):
        raise TypeError(f"device must be a string, got {device!r}")
    with Progress(progress, description) as bar:
        try:
            yield _core.Execution(device, num_threads or 0, bar.update if bar.wanted else None)
        except _core.DeviceUnavailable as error:
            if call is None:
                raise
            raise _core.DeviceUnavailable(f"{call}: {error}") from None


def check_num_threads(num_threads: int | None) -> None:
    """Raises unless ``num_threads`` is ``None`` or a count."""
    if num_threads is None:
        return
    if isinstance(num_threads, bool) or not isinstance(num_threads, Integral):
        raise TypeError(f"num_threads must be None or an int, got {num_threads!r}")
    if num_threads < 1:
        raise ValueError(f"num_threads must be None or at least 1, got {num_threads}")
    if num_threads > _MAX_THREADS:
        raise ValueError(f"num_threads must be None or at most {_MAX_THREADS}, got {num_threads}")


def require_cpu(device: str, num_threads: int | None, what: str) -> None:
    """Checks how to run ``what``, which runs in Python and so on the CPU alone.

    Raises
    ------
    DeviceUnavailable
        Another device was asked for.
    """
    with run(device, num_threads):
        if device.startswith("cuda"):
            raise _core.DeviceUnavailable(f"{device} was asked for, but {what} runs on the CPU only")


class Progress:
    """A tqdm bar that is made when the work turns out to be long."""

    def __init__(self, wanted: bool | None, description: str) -> None:
        self._delay = 0.0 if wanted else _BAR_DELAY_SECONDS
        self.wanted = _can_show_bar() if wanted is None else wanted
        self._description = description
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def update(self, stage: str, fraction: float) -> None:
        """Moves the bar to ``fraction`` (0 to 1) of ``stage``."""
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(
                total=1.0,
                delay=self._delay,
                leave=False,
                bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}",
            )
        self._bar.set_description_str(f"{self._description}: {stage}", refresh=False)
        self._bar.n = fraction
        self._bar.refresh()


def _can_show_bar() -> bool:
    return (sys.stderr is not None and sys.stderr.isatty()) or "ipykernel" in sys.modules
