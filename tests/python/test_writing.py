"""Writing tables: formats, whole files or none, tables on a terminal."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

import newsgpu as ng
from newsgpu.writing import atomic_file, render_table, write_table

TABLE = pa.table(
    {
        "id": ["a", "b", None],
        "text": ['with "quotes",\nand a line', "", "\u822a\u9053"],
        "count": pa.array([1, None, 3], pa.int64()),
        "score": [0.5, 1e-9, None],
        "date": pa.array([dt.date(2026, 4, 8), None, None]),
        "terms": [["x", "y"], [], None],
    }
)


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("name", ["x.parquet", "x.csv", "x.jsonl", "x.ndjson"])
def test_what_is_written_is_read(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / (name + suffix)
    write_table(TABLE, path)
    corpus = ng.read(path)
    assert list(corpus) == TABLE["text"].to_pylist()
    assert corpus.ids.to_pylist() == ["a", "b", "x#3"]
    assert corpus.dates is not None
    assert corpus.dates.to_pylist() == TABLE["date"].to_pylist()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    first = path.read_bytes()
    write_table(TABLE, path)
    assert path.read_bytes() == first, "the same table must give the same bytes"


def test_types_survive_parquet(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "x.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "x.parquet").equals(TABLE)


def test_json_lines(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {
        "id": "a",
        "text": 'with "quotes",\nand a line',
        "count": 1,
        "score": 0.5,
        "date": "2026-04-08",
        "terms": ["x", "y"],
    }
    assert rows[2]["text"] == "\u822a\u9053"


def test_format_by_name(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out", format="csv")
    assert (tmp_path / "out").read_bytes().startswith(b'"id","text"')
    with pytest.raises(ValueError, match=r"out: the suffix says no format; use \.parquet"):
        write_table(TABLE, tmp_path / "out")
    with pytest.raises(ValueError, match="format must be one of parquet, csv, jsonl, got 'xlsx'"):
        write_table(TABLE, tmp_path / "out", format="xlsx")


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("before")

    def write_half() -> None:
        with atomic_file(path) as out:
            out.write(b"half")
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_half()
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.jsonl"]


def test_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.csv").mkdir()
    for path, error in [
        (tmp_path / "none" / "x.csv", FileNotFoundError),
        (tmp_path / "file" / "x.csv", NotADirectoryError),
        (tmp_path / "folder.csv", IsADirectoryError),
    ]:
        with pytest.raises(error, match="cannot be written") as raised:
            write_table(TABLE, path)
        assert str(path) in str(raised.value)
        assert ".part" not in str(raised.value)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk() -> None:
    with pytest.raises(OSError, match="cannot be written: No space left on device") as raised:
        write_table(TABLE, "/dev/full", format="csv")
    assert raised.value.filename == "/dev/full"
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links and modes")
def test_links_and_modes(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_table(TABLE, tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes()
    mask = os.umask(0)
    os.umask(mask)
    write_table(TABLE, tmp_path / "new.csv")
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o666 & ~mask


def test_table_on_a_terminal() -> None:
    table = pa.table({"term": ["bridge", "\u5927\u6865"], "count": [12, 7], "score": [0.51239, None]})
    assert render_table(table, width=40).splitlines() == [
        "term    count   score",
        "\u2500" * 6 + "  " + "\u2500" * 5 + "  " + "\u2500" * 6,
        "bridge     12  0.5124",
        "\u5927\u6865        7",
    ]


def test_long_cells_are_cut_and_rows_counted() -> None:
    table = pa.table({"id": ["a"] * 30, "text": ["\u4e2d" * 50] * 30})
    lines = render_table(table, rows=3, width=20).splitlines()
    # id and two spaces take 4 of 20 columns: 7 characters of 2 columns, the ellipsis, and one column left over.
    assert lines[2] == "a   " + "\u4e2d" * 7 + "\u2026"
    assert lines[-1] == "\u2026 and 27 more rows"
    assert len(lines) == 6
    wide = pa.table({f"c{i}": ["x" * 100] for i in range(5)})
    assert max(map(len, render_table(wide, width=60).splitlines())) <= 60


def test_text_does_not_drive_the_terminal() -> None:
    shown = render_table(pa.table({"t": ["\x1b[2Jred\x07\n\tx\u202eabc", "e\u0301"]}), width=60)
    assert shown.splitlines()[2:] == ["\ufffd[2Jred\ufffd xabc", "e\u0301"]


def test_empty_tables() -> None:
    assert render_table(pa.table({"a": []}), width=20).splitlines() == ["a", "\u2500"]
    assert render_table(pa.table({}), width=20) == ""
