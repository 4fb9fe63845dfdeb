"""Which columns of a file become the corpus, and the rows they gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

__all__ = ["Batch", "Columns", "MissingColumns", "Sightings"]

ROLES = ("text", "id", "date", "title", "source")


class Batch(NamedTuple):
    """Rows of one file: their texts, and what metadata they came with."""

    text: pa.LargeBinaryArray
    id: pa.LargeStringArray | None = None
    date: pa.Array | None = None
    title: pa.LargeStringArray | None = None
    source: pa.LargeStringArray | None = None
    skipped: int = 0


@dataclass(frozen=True)
class Columns:
    """The name of the column for each role; ``None`` reads no such column. A dot leads into a nested value."""

    text: str = "text"
    id: str | None = "id"
    date: str | None = "date"
    title: str | None = "title"
    source: str | None = "source"

    def __post_init__(self) -> None:
        for role in ROLES:
            name = getattr(self, role)
            if not isinstance(name, str) and (name is not None or role == "text"):
                raise TypeError(f"{role} must name a column, got {name!r}")

    @property
    def names(self) -> dict[str, str]:
        """Role to column name, for the columns wanted."""
        return {role: name for role in ROLES if (name := getattr(self, role)) is not None}

    @property
    def required(self) -> dict[str, str]:
        """The columns that somebody asked for: the text, and all that have not the name they have by default."""
        return {role: name for role, name in self.names.items() if role == "text" or name != role}


def value_at(record: Mapping[str, Any], name: str) -> tuple[bool, Any]:
    """(found, value) of a column in a JSON object: a key of that name, or a path into nested objects."""
    if name in record:
        return True, record[name]
    value: Any = record
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False, None
        value = value[part]
    return True, value


class MissingColumns(ValueError):
    """A file lacks a column that was asked for."""


@dataclass
class Sightings:
    """Which columns of a file, or of all files together, were seen."""

    rows: int = 0
    roles: set[str] = field(default_factory=set)
    names: dict[str, None] = field(default_factory=dict)  # a set that keeps its order

    def add(self, rows: int, roles: Iterable[str], names: Iterable[str]) -> None:
        """Notes the roles that rows had a column for, and names of other columns met on the way."""
        self.rows += rows
        self.roles.update(roles)
        for name in names:
            if len(self.names) < 50:
                self.names[name] = None

    def demand(self, role: str, name: str, where: Path | str) -> None:
        """Raises :class:`MissingColumns` if there were rows but no such column in them."""
        if self.rows and role not in self.roles:
            existing = ", ".join(self.names) or "none"
            raise MissingColumns(f"{where}: no column {name!r} for {role}=; the columns are: {existing}")
