"""JSON lines: blocks of whole lines, parsed by pyarrow on several threads; by Python's own parser where that fails."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from .._texts import json_text, large_binary, text_column
from .columns import Batch, Columns, value_at
from .failures import BrokenRow
from .paths import InputFile

__all__ = ["Block", "LineParser", "blocks"]

#: Large enough that a call for each costs nothing, small enough that a few at a time are no memory.
BLOCK_BYTES = 2 << 20


class Block(NamedTuple):
    """Whole lines, and the number of the first of them."""

    content: bytes
    line: int


class Parsed(NamedTuple):
    """The rows of a block, the roles they had a column for, and names of columns, for an error to list."""

    batch: Batch
    roles: set[str]
    names: list[str]


def blocks(stream: BinaryIO) -> Iterator[Block]:
    """A file in blocks that end with a line; one longer than a block makes a block of its own."""
    line = 1
    pieces: list[bytes] = []
    while piece := stream.read(BLOCK_BYTES):
        end = piece.rfind(b"\n") + 1
        if end == 0:
            pieces.append(piece)
            continue
        content = b"".join([*pieces, piece[:end]])
        pieces = [piece[end:]] if end < len(piece) else []
        yield Block(content, line)
        line += content.count(b"\n")
    if pieces:
        yield Block(b"".join(pieces), line)


@dataclass(frozen=True)
class LineParser:
    """Parses blocks of JSON lines; safe to call from several threads."""

    file: InputFile
    columns: Columns
    skip_broken: bool

    def __call__(self, block: Block) -> Parsed:
        """The rows of a block.

        Raises
        ------
        BrokenRow
            A line is no JSON object, or its text is no string; unless such rows are skipped.
        """
        parsed = self._by_arrow(block)
        return self._by_line(block) if parsed is None else parsed

    def _by_arrow(self, block: Block) -> Parsed | None:
        """The fast way; ``None`` for whatever is not plain: the slow way then says what it is."""
        kinds = self._kinds(block.content)
        if kinds is None:
            return None
        try:
            table = pyarrow.json.read_json(
                pa.BufferReader(block.content),
                read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(block.content) + 1),
                parse_options=pyarrow.json.ParseOptions(
                    explicit_schema=pa.schema(kinds), unexpected_field_behavior="ignore"
                ),
            )
        except (pa.ArrowException, OverflowError):
            return None
        # pyarrow takes two objects on a line for two rows.
        if table.num_rows != _num_lines(block.content):
            return None
        found = {role: _column(table, name) for role, name in self.columns.names.items()}
        roles = {role for role, column in found.items() if column.null_count < len(column)}
        names: list[str] = []
        if missing := [role for role in self.columns.required if role not in roles]:
            names = self._look_for(missing, block.content, roles)
        metadata = {role: text_column(column) for role, column in found.items() if role != "text"}
        return Parsed(Batch(large_binary(found["text"]), **metadata), roles, names)

    def _kinds(self, content: bytes) -> dict[str, pa.DataType] | None:
        """The types of the wanted columns, judged by the first line; ``None`` where pyarrow cannot have them."""
        end = content.find(b"\n")
        try:
            first = json.loads(content[:end] if end >= 0 else content)
        except (ValueError, RecursionError):
            return None
        if not isinstance(first, dict):
            return None
        kinds: dict[str, pa.DataType] = {}
        for role, name in self.columns.names.items():
            found, value = value_at(first, name)
            kind = _KINDS.get(type(value))
            if kind is None or (role == "text" and kind != pa.string()) or (not found and "." in name):
                return None
            if name not in first and found:
                top, *path = name.split(".")
                for part in reversed(path):
                    kind = pa.struct([(part, kind)])
                if kinds.setdefault(top, kind) != kind:
                    return None
            else:
                kinds[name] = kind
        return kinds

    def _look_for(self, missing: list[str], content: bytes, roles: set[str]) -> list[str]:
        """Looks for columns that hold nothing in a block: their key may be there with null. Names of others."""
        wanted = {role: self.columns.names[role] for role in missing}
        names: dict[str, None] = {}
        for number, line in enumerate(content.split(b"\n")):
            # Past the first lines, a key that a block does not hold is not searched for line by line.
            if number == 100 and not any(name.rpartition(".")[2].encode() in content for name in wanted.values()):
                break
            record = json.loads(line) if line.strip() else None
            if isinstance(record, dict):
                names.update(dict.fromkeys(record))
                for role in [role for role, name in wanted.items() if value_at(record, name)[0]]:
                    roles.add(role)
                    del wanted[role]
            if not wanted:
                break
        return list(names)

    def _by_line(self, block: Block) -> Parsed:
        rows: dict[str, list[Any]] = {role: [] for role in self.columns.names}
        roles: set[str] = set()
        names: dict[str, None] = {}
        skipped = 0
        for number, line in enumerate(block.content.split(b"\n"), block.line):
            if not line.strip():
                continue
            try:
                record = self._record(line)
                row = {role: value_at(record, name) for role, name in self.columns.names.items()}
                text = _text(row["text"][1])
            except ValueError as error:
                if not self.skip_broken:
                    raise BrokenRow(self.file.path, number, str(error)) from None
                skipped += 1
                continue
            names.update(dict.fromkeys(record) if len(names) < 50 else {})
            roles.update(role for role, (found, _) in row.items() if found)
            rows["text"].append(text)
            for role, (_, value) in row.items():
                if role != "text":
                    rows[role].append(_label(value))
        batch = Batch(
            pa.array(rows.pop("text"), pa.large_binary()),
            **{role: pa.array(values, pa.large_string()) for role, values in rows.items()},
            skipped=skipped,
        )
        return Parsed(batch, roles, list(names))

    def _record(self, line: bytes) -> Mapping[str, Any]:
        try:
            # Ill-formed bytes go through as surrogates and come out as they were.
            record = json.loads(line.decode("utf-8", "surrogateescape"))
        except json.JSONDecodeError as error:
            raise ValueError(f"no JSON ({error.msg.removesuffix(' at')} at character {error.pos + 1})") from None
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None
        if record is None:
            return {}
        if not isinstance(record, dict):
            array = "; of a JSON array, write each element on a line of its own" if isinstance(record, list) else ""
            raise ValueError(f"a line must hold one JSON object, got {_json_name(record)}{array}")
        return record


_KINDS: dict[type, pa.DataType] = {
    str: pa.string(),
    type(None): pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
}


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name in table.column_names:
        return table.column(name)
    top, *path = name.split(".")
    column = table.column(top)
    return pc.struct_field(column, path)


def _num_lines(content: bytes) -> int:
    """Lines that hold something."""
    if not any(start in content for start in (b"\n\n", b"\n\r", b"\n ", b"\n\t")) and not content[:1].isspace():
        return content.count(b"\n") + (not content.endswith(b"\n"))
    return sum(1 for line in content.split(b"\n") if line and not line.isspace())


def _restored(error: UnicodeError) -> tuple[bytes, int]:
    # U+DC80 to U+DCFF stand for ill-formed bytes, any other surrogate was written as \uXXXX without its partner.
    assert isinstance(error, UnicodeEncodeError)
    surrogates = error.object[error.start : error.end]
    units = (bytes([ord(c) - 0xDC00]) if 0xDC80 <= ord(c) <= 0xDCFF else b"\xef\xbf\xbd" for c in surrogates)
    return b"".join(units), error.end


codecs.register_error("newsgpu.restore", _restored)


def _text(value: Any) -> bytes | None:
    if value is None or isinstance(value, str):
        return None if value is None else value.encode("utf-8", "newsgpu.restore")
    raise ValueError(f"the text must be a string or null, got {_json_name(value)}")


def _label(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json_text(value)
    return text if text.isascii() else text.encode("utf-8", "newsgpu.restore").decode("utf-8", "replace")


def _json_name(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "an object", list: "a list", str: "a string", int: "a number", float: "a number"}
    return names.get(type(value), "null")
