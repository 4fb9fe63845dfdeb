"""Reading news from files into a :class:`newsgpu.Corpus`."""

from .failures import BrokenRow
from .read import read

__all__ = ["BrokenRow", "read"]
