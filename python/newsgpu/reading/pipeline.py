"""Work done ahead on other threads, taken in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["in_order"]

Task = TypeVar("Task")
Result = TypeVar("Result")


def in_order(
    submit: Callable[[Task], Future[Result]], tasks: Iterable[Task], ahead: Callable[[], int]
) -> Iterator[Result]:
    """The results of ``tasks`` in their order, while up to ``ahead()`` later ones are under way."""
    pending: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            pending.append(submit(task))
            while len(pending) > ahead():
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
