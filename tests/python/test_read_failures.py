"""Reading what is missing, damaged or hostile: each a clear error or a documented result."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

import newsgpu as ng
from newsgpu.reading import BrokenRow


def test_paths_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "README.md").write_text("no news")
    (tmp_path / "folder" / "empty").mkdir()
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    for path, message in [
        (tmp_path / "none.jsonl", "no such file or folder"),
        (tmp_path / "folder", "holds no file to read .*jsonl"),
        (tmp_path / "folder" / "empty", "holds no file to read"),
        (f"{tmp_path}/*.parquet", "no file to read matches"),
        (tmp_path / "dangling.txt", "No such file"),
    ]:
        with pytest.raises(FileNotFoundError, match=message) as raised:
            ng.read(path)
        assert str(path) in str(raised.value)


def test_a_suffix_that_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_text("")
    with pytest.raises(ValueError, match=r"x.pdf: the suffix says no format .*\.jsonl.*format="):
        ng.read(tmp_path / "x.pdf")


@pytest.mark.skipif(os.name != "posix", reason="needs users and modes")
def test_a_file_that_may_not_be_read() -> None:
    # Not in tmp_path: some folders above it are for their owner alone.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = Path(folder, "x.txt")
        path.write_text("secret")
        path.chmod(0)
        user = os.geteuid()
        try:
            if user == 0:
                # Root may read every file; for this test the process is nobody.
                os.seteuid(65534)
            with pytest.raises(PermissionError, match=r"x\.txt"):
                ng.read(path)
        finally:
            os.seteuid(user)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"paths": []}, ValueError, "paths must name at least one file"),
        ({"paths": 3}, TypeError, "paths must be a path or a list of paths, got int"),
        ({"paths": [3]}, TypeError, "paths must hold strings or path objects, got int"),
        ({"paths": b"x.txt"}, TypeError, "paths must be a path"),
        ({"paths": io.StringIO("x.txt")}, TypeError, "paths must be a path or a list of paths, got StringIO"),
        ({"paths": "a\0b"}, ValueError, "NUL"),
        ({"format": "pdf"}, ValueError, "format must be one of jsonl, csv"),
        ({"clean": "yes"}, ValueError, "clean must be one of 'auto', 'never', 'always', got 'yes'"),
        ({"errors": "ignore"}, ValueError, "errors must be one of 'raise', 'skip', got 'ignore'"),
        ({"encoding": "klingon"}, ValueError, "encoding must name a text encoding .*'klingon'"),
        ({"encoding": "hex"}, ValueError, "encoding"),
        ({"text": None}, TypeError, "text must name a column, got None"),
        ({"title": 3}, TypeError, "title must name a column, got 3"),
        ({"num_threads": 0}, ValueError, "num_threads must be None or at least 1"),
        ({"max_expansion": 0}, ValueError, "max_expansion must be at least 1, got 0"),
        ({"max_expansion": "9"}, TypeError, "max_expansion must be None or a number"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], error: type[Exception], message: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text":"a"}\n')
    with pytest.raises(error, match=message):
        ng.read(**{"paths": tmp_path, **arguments})


def test_a_column_that_is_missing(tmp_path: Path) -> None:
    rows = [{"id": "a", "body": "x", "note": None}]
    (tmp_path / "x.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (tmp_path / "y.jsonl").write_text('{"body":1,"id":[1]}\n{"body":"x","note":"n"}\n')
    (tmp_path / "x.csv").write_text("id,body,note\na,x,\n")
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
    for name in ("x.jsonl", "x.csv", "x.parquet", "y.jsonl"):
        with pytest.raises(ValueError, match=rf"{name}: no column 'text' for text=; the columns are: ") as raised:
            ng.read(tmp_path / name)
        assert set(str(raised.value).rpartition(": ")[2].split(", ")) == {"id", "body", "note"}
    for name in ("x.jsonl", "x.csv", "x.parquet"):
        with pytest.raises(
            ValueError, match=rf"{name}: no column 'headline' for title=; the columns are: id, body, note"
        ):
            ng.read(tmp_path / name, text="body", title="headline")
    with pytest.raises(ValueError, match=r"^the files: no column 'headline' for title="):
        ng.read([tmp_path / "x.jsonl", tmp_path / "x.csv"], text="body", title="headline")
    # A column that holds nothing is there.
    assert ng.read(tmp_path / "x.jsonl", text="note", id="id")[0] is None
    assert ng.read(tmp_path / "x.jsonl", text="body", title="note").titles is None


def test_a_text_column_of_another_type(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pa.table({"text": [1, 2]}), tmp_path / "x.parquet")
    with pytest.raises(ValueError, match=r"x.parquet: the column 'text' for text= must hold strings, it holds int64"):
        ng.read(tmp_path / "x.parquet")


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,text\na,b\n")
    with pytest.raises(ValueError, match="'text' for text= is there 2 times"):
        ng.read(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text":"b"', r"no JSON \(.* at character 12\)"),
        (b"not json", r"no JSON \(Expecting value at character 1\)"),
        (b'{"text":"b"}{"text":"c"}', r"no JSON \(Extra data at character 13\)"),
        (b'{"text":"b"},', "Extra data"),
        (b'{"text":"a\tb"}', r"\(Invalid control character at character 11\)"),
        (b'{"text":"a\0b"}', "Invalid control character"),
        (b"\0", "Expecting value"),
        (b'{"text":"\\q"}', "Invalid .*escape"),
        (b'["text"]', "a line must hold one JSON object, got a list"),
        (b'"text"', "got a string"),
        (b'{"text":1}', "the text must be a string or null, got a number"),
        (b'{"text":{"body":"x"}}', "got an object"),
        (b'{"text":["x"]}', "got a list"),
        (b'{"text":true}', "got true or false"),
        (b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply|got a list"),
    ],
)
def test_a_broken_line_names_file_line_and_reason(line: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"text":"a"}\n\n' + line + b'\n{"text":"c"}\n')
    with pytest.raises(BrokenRow, match=rf"x\.jsonl, line 3: .*{reason}") as raised:
        ng.read(path)
    assert isinstance(raised.value, (ng.CorruptFile, ValueError))
    assert (raised.value.path, raised.value.line) == (path, 3)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    corpus = ng.read(path, errors="skip")
    assert list(corpus) == ["a", "c"]
    assert corpus.skipped == 1


def test_a_broken_line_far_down(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.xz"
    good = b'{"text":"' + b"word " * 200 + b'"}\n'
    path.write_bytes(lzma.compress(good * 20_000 + b'{"text":\n' + good * 5_000 + b"oops\n"))
    with pytest.raises(BrokenRow, match="line 20001: no JSON"):
        ng.read(path)
    corpus = ng.read(path, errors="skip")
    assert (len(corpus), corpus.skipped) == (25_000, 2)


def test_a_broken_csv_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'id,text\n1,"a\nb"\n\n2\n3,c\n4,d,e\n')
    with pytest.raises(BrokenRow, match=r"x\.csv, line 5: the row has 1 columns, the header 2"):
        ng.read(path)
    corpus = ng.read(path, errors="skip")
    assert list(corpus) == ["a\nb", "c"]
    assert corpus.skipped == 2


def test_a_quoted_field_that_is_never_closed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'id,text\n1,a\n2,"b\n3,c\n')
    with pytest.raises(BrokenRow, match=r"x\.csv.*quoted field.*never closed"):
        ng.read(path)
    # An odd number of marks inside unquoted fields is no such thing.
    path.write_bytes(b'id,text\n1,a 5" disk\n2,b\n')
    assert list(ng.read(path)) == ['a 5" disk', "b"]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.txt", "x.parquet"])
def test_truncated_and_damaged_files(name: str, suffix: str, tmp_path: Path) -> None:
    compress = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(
        suffix, lambda raw: pa.compress(raw, "zstd", asbytes=True)
    )
    whole = compress(b"text\n" + os.urandom(200_000).hex().encode() + b"\n")
    path = tmp_path / (name + suffix)
    for cut in (whole[: len(whole) // 2], whole[:-5], whole[:4], b""):
        path.write_bytes(cut)
        with pytest.raises(ng.CorruptFile, match=name) as raised:
            ng.read(path, clean="never", errors="skip")
        assert "truncated" in str(raised.value) or not cut, str(raised.value)
    damaged = bytearray(whole)
    # Arrow writes zstd without a checksum: there only its headers can be found wrong.
    damaged[len(whole) // 2 if suffix != ".zst" else 2] ^= 0xFF
    for content in (bytes(damaged), b"this is no compressed file at all"):
        path.write_bytes(content)
        with pytest.raises(ng.CorruptFile, match=name):
            ng.read(path, clean="never", errors="skip")


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow", "x.feather"])
@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"ARROW1\0\0", b"no such file" * 100, b"PAR1" + b"\0" * 100 + b"PAR1", b"\xff" * 64]
)
def test_files_that_are_not_what_their_name_says(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ng.CorruptFile, match=name):
        ng.read(tmp_path / name)


def test_truncated_columnar_files(tmp_path: Path) -> None:
    table = pa.table({"text": [os.urandom(100).hex() for _ in range(5000)]})
    pyarrow.parquet.write_table(table, tmp_path / "x.parquet")
    with pa.ipc.new_stream(tmp_path / "x.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    for name in ("x.parquet", "x.arrow"):
        raw = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(raw[: len(raw) // 2])
        with pytest.raises(ng.CorruptFile, match=name):
            ng.read(tmp_path / name)


def test_empty_files(tmp_path: Path) -> None:
    for name, content in [
        ("x.jsonl", b""),
        ("y.jsonl", b"\n \n"),
        ("x.csv", b""),
        ("y.csv", b"text\n"),
        ("z.csv", b"\n\n"),
    ]:
        (tmp_path / name).write_bytes(content)
        corpus = ng.read(tmp_path / name)
        assert len(corpus) == 0
        assert ng.Tokenizer().count(corpus).tolist() == []
    assert len(ng.read(tmp_path)) == 0


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.txt"])
def test_a_decompression_bomb_is_refused(
    name: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import newsgpu.reading.streams as streams

    monkeypatch.setattr(streams, "FREE_BYTES", 1 << 20)
    text = b"a" * 4_000_000
    content = {"x.jsonl": b'{"text":"' + text + b'"}', "x.csv": b"text\n" + text, "x.txt": text}[name]
    compress = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(
        suffix, lambda raw: pa.compress(raw, "zstd", asbytes=True)
    )
    path = tmp_path / (name + suffix)
    path.write_bytes(compress(content))
    with pytest.raises(
        ng.CorruptFile, match=rf"{name}.*unpacks to more than 1 MiB.*max_expansion= or NEWSGPU_MAX_EXPANSION"
    ):
        ng.read(path, clean="never")
    assert ng.read(path, clean="never", max_expansion=100_000).num_bytes == len(text)
    monkeypatch.setenv("NEWSGPU_MAX_EXPANSION", "1e5")
    assert ng.read(path, clean="never").num_bytes == len(text)
    monkeypatch.setenv("NEWSGPU_MAX_EXPANSION", "lots")
    with pytest.raises(ValueError, match="NEWSGPU_MAX_EXPANSION must be a number"):
        ng.read(path)


def test_a_real_bomb_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "bomb.txt.gz"
    member = gzip.compress(bytes(1 << 26))
    # 6 GB in 6 MB.
    path.write_bytes(member * 96)
    started = time.perf_counter()
    with pytest.raises(ng.CorruptFile, match="decompression bomb"):
        ng.read(path)
    assert time.perf_counter() - started < 10


def test_a_bomb_inside_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import newsgpu.reading.reader as reader

    monkeypatch.setattr(reader, "FREE_BYTES", 1 << 20)
    path = tmp_path / "x.parquet"
    pyarrow.parquet.write_table(pa.table({"text": ["a" * 10_000] * 5_000}), path, compression="zstd")
    with pytest.raises(ng.CorruptFile, match="decompression bomb"):
        ng.read(path)
    assert len(ng.read(path, max_expansion=1e6)) == 5_000


def test_a_million_short_documents(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"".join(b'{"text":"word%d"}\n' % i for i in range(1_000_000)))
    corpus = ng.read(path)
    assert len(corpus) == 1_000_000
    assert (corpus[999_999], corpus.ids[999_999].as_py()) == ("word999999", "x#1000000")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no file"):
        ng.read(tmp_path / "x.jsonl")
