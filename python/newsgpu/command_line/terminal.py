"""The terminal, for text from a corpus that may hold anything."""

from __future__ import annotations

import re
import sys

from rich.console import Console
from rich.text import Text

# A control character from a page could move the cursor or recolour the screen, a bidirectional control turn a line
# around.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PIPE_WIDTH = 120


class Terminal(Console):
    """A console on stdout; a broken pipe is an exception, not an end of the process."""

    def __init__(self) -> None:
        super().__init__(file=sys.stdout, highlight=False, markup=False, emoji=False)
        if not self.is_terminal and "COLUMNS" not in self._environ:
            self.width = _PIPE_WIDTH

    def on_broken_pipe(self) -> None:
        """Leaves the decision to the caller."""
        raise BrokenPipeError


def plain(value: object, style: str = "") -> Text:
    """``value`` on one line, without control characters."""
    return Text(_CONTROLS.sub(" ", str(value)), style=style, no_wrap=True, overflow="ellipsis")
