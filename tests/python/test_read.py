"""Reading files: formats, compressions, columns, order."""

from __future__ import annotations

import bz2
import csv
import datetime as dt
import gzip
import io
import json
import lzma
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

import newsgpu as ng

READS_AS_FFFD = pytest.mark.filterwarnings("ignore:.*they read as U.FFFD")
ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": 'first, with a "quote"\nand a line', "date": "2026-04-08", "title": "T\u00e9", "source": "s1"},
    {"id": "b", "text": None, "date": None, "title": None, "source": None},
    {
        "id": "c",
        "text": "\u822a\u9053\u6062\u590d\u901a\u822a\u3002",
        "date": "2026-04-10",
        "title": "\u822a",
        "source": "s2",
    },
    {"id": "d", "text": "", "date": "2026-04-11", "title": "", "source": "s1"},
]


def json_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def delimited(rows: list[dict[str, Any]], delimiter: str) -> bytes:
    out = io.StringIO()
    out.write(delimiter.join(rows[0]) + "\n")
    for row in rows:
        # csv writes None and "" alike; a quoted empty field is a text.
        fields = ["" if v is None else '"' + str(v).replace('"', '""') + '"' for v in row.values()]
        out.write(delimiter.join(fields) + "\n")
    return out.getvalue().encode()


def parquet(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), out, row_group_size=2)
    return out.getvalue()


def arrow_file(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pyarrow.feather.write_feather(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def arrow_stream(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    table = pa.Table.from_pylist(rows)
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return out.getvalue()


WRITERS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "x.jsonl": json_lines,
    "x.ndjson": json_lines,
    "x.csv": lambda rows: delimited(rows, ","),
    "x.tsv": lambda rows: delimited(rows, "\t"),
    "x.parquet": parquet,
    "x.arrow": arrow_file,
    "x.feather": arrow_stream,
}
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda raw: raw,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda raw: pa.compress(raw, "zstd", asbytes=True),
    ".GZ": gzip.compress,
}


@pytest.mark.parametrize("compression", COMPRESSORS)
@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_corpus(name: str, compression: str, tmp_path: Path) -> None:
    path = tmp_path / (name + compression)
    path.write_bytes(COMPRESSORS[compression](WRITERS[name](ROWS)))
    corpus = ng.read(path)
    assert list(corpus) == [row["text"] for row in ROWS]
    assert corpus.ids.to_pylist() == ["a", "b", "c", "d"]
    assert corpus.dates is not None
    assert corpus.dates.to_pylist() == [dt.date(2026, 4, 8), None, dt.date(2026, 4, 10), dt.date(2026, 4, 11)]
    assert corpus.titles is not None
    assert corpus.titles.to_pylist() == [row["title"] for row in ROWS]
    assert corpus.sources is not None
    assert corpus.sources.to_pylist() == [row["source"] for row in ROWS]
    assert corpus.skipped == 0


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_several_members_of_a_compressed_file(compression: str, tmp_path: Path) -> None:
    compress = COMPRESSORS[compression]
    path = tmp_path / f"x.jsonl{compression}"
    path.write_bytes(compress(json_lines(ROWS[:2])) + compress(json_lines(ROWS[2:])))
    assert ng.read(path).ids.to_pylist() == ["a", "b", "c", "d"]


@READS_AS_FFFD
def test_a_text_file_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    (tmp_path / "two.v2.txt.gz").write_bytes(gzip.compress(b"ill \xff formed \0"))
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "page.html").write_bytes(b"<p>raw</p>")
    corpus = ng.read(tmp_path, clean="never")
    assert corpus.ids.to_pylist() == ["empty", "one", "page", "two.v2"]
    assert list(corpus) == ["", "one\r\ntwo", "<p>raw</p>", "ill \ufffd formed \0"]
    assert corpus.dates is None
    assert corpus.titles is None


def test_folders_and_globs_leave_out_what_is_not_news(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.txt",
        "README.md",
        ".hidden.txt",
        "sub/c.txt",
        "sub/.git/d.txt",
        "x.jsonl.zip",
        "Z.TXT",
        "noext",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert ng.read(tmp_path, clean="never").ids.to_pylist() == ["Z", "a", "b", "c"]
    assert ng.read(f"{tmp_path}/*", clean="never").ids.to_pylist() == ["Z", "a", "b", "c"]
    assert ng.read(f"{tmp_path}/**/*.txt", clean="never").ids.to_pylist() == ["a", "b", "c"]
    assert ng.read([tmp_path / "b.txt", f"{tmp_path}/a*"], clean="never").ids.to_pylist() == ["b", "a"]
    assert ng.read(tmp_path / "README.md", format="txt", clean="never").ids.to_pylist() == ["README.md"]


def test_a_path_that_looks_like_a_glob(tmp_path: Path) -> None:
    path = tmp_path / "odd [1].txt"
    path.write_text("text")
    assert ng.read(path, clean="never").ids.to_pylist() == ["odd [1]"]


def test_the_sample_news_are_found(sample_news: Path) -> None:
    corpus = ng.read(sample_news, clean="never")
    ids = corpus.ids.to_pylist()
    assert "courier-0410-fish-auction" in ids
    assert "HJ-2026040804" in ids
    assert not any("README" in name for name in ids)
    assert ids == ng.read(str(sample_news) + "/", clean="never", num_threads=1).ids.to_pylist()


def test_ids_of_rows_without_one(tmp_path: Path) -> None:
    path = tmp_path / "wire.v1.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text":"a"}\n{"text":"b","id":"own"}\n{"text":"c","id":null}\n'))
    assert ng.read(path).ids.to_pylist() == ["wire.v1#1", "own", "wire.v1#3"]
    (tmp_path / "copy").mkdir()
    copy = shutil.copy(path, tmp_path / "copy")
    assert ng.read([path, copy]).ids.to_pylist() == ["wire.v1#1", "own", "wire.v1#3"] * 2
    assert ng.read(path, id=None).ids.to_pylist() == ["wire.v1#1", "wire.v1#2", "wire.v1#3"]


def test_files_of_different_columns(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(b'{"text":"a","id":1,"date":20260408}\n')
    (tmp_path / "2.csv").write_bytes(b"title,text\nT,b\n")
    (tmp_path / "3.jsonl").write_bytes(b"")
    pyarrow.parquet.write_table(
        pa.table({"text": ["c"], "id": [3], "date": [dt.date(2026, 4, 9)], "title": [None], "source": ["s"]}),
        tmp_path / "4.parquet",
    )
    corpus = ng.read(tmp_path)
    assert list(corpus) == ["a", "b", "c"]
    assert corpus.ids.to_pylist() == ["1", "2#1", "3"]
    assert corpus.dates is not None
    assert corpus.dates.to_pylist() == [dt.date(2026, 4, 8), None, dt.date(2026, 4, 9)]
    assert corpus.titles is not None
    assert corpus.titles.to_pylist() == [None, "T", None]
    assert corpus.sources is not None
    assert corpus.sources.to_pylist() == [None, None, "s"]


def test_named_and_nested_columns(tmp_path: Path) -> None:
    rows = [
        {"_id": {"$oid": "x"}, "article": {"body": "a", "head": {"line": "H"}}, "when.at": "2026-04-08"},
        {"_id": {"$oid": "y"}, "article": {"body": None, "head": None}, "when.at": None},
    ]
    (tmp_path / "n.jsonl").write_bytes(json_lines(rows))
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "n.parquet")
    (tmp_path / "n.arrow").write_bytes(arrow_file(rows))
    for name in ("n.jsonl", "n.parquet", "n.arrow"):
        corpus = ng.read(tmp_path / name, text="article.body", id="_id.$oid", title="article.head.line", date="when.at")
        assert list(corpus) == ["a", None]
        assert corpus.ids.to_pylist() == ["x", "y"]
        assert corpus.titles is not None
        assert corpus.titles.to_pylist() == ["H", None]
        assert corpus.dates is not None
        assert corpus.dates.to_pylist() == [dt.date(2026, 4, 8), None]


def test_one_column_for_two_purposes(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text":"a","url":"u"}\n')
    (tmp_path / "x.csv").write_bytes(b"text,url\na,u\n")
    for name in ("x.jsonl", "x.csv"):
        corpus = ng.read(tmp_path / name, id="url", source="url")
        assert corpus.ids.to_pylist() == ["u"]
        assert corpus.sources is not None
        assert corpus.sources.to_pylist() == ["u"]


@READS_AS_FFFD
@pytest.mark.parametrize("line", ['{"text":"%s"}', '{"text":"%s","id":{"n":1}}'], ids=["arrow", "python"])
def test_json_values(line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    # One line a case; the second parameter sends each down the slow road.
    cases = [
        (b"plain", "plain"),
        (b"tab\\t nul\\u0000 \\u4e2d", "tab\t nul\0 \u4e2d"),
        (b"pair \\ud83d\\ude00", "pair \U0001f600"),
        (b"half \\ud83d pair", "half \ufffd pair"),
        (b"half \\udc80 pair", "half \ufffd pair"),
        # A maximal ill-formed subpart is one replacement (Unicode 15.0, section 3.9).
        (b"ill \xe4\xb8 formed \xff", "ill \ufffd formed \ufffd"),
    ]
    for raw, expected in cases:
        path.write_bytes(line.encode().replace(b"%s", raw))
        corpus = ng.read(path)
        assert list(corpus) == [expected], raw
        assert corpus.ids.to_pylist() == (['{"n": 1}'] if "id" in line else ["x#1"])


def test_ids_and_dates_of_other_json_types(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        b'{"text":"a","id":1,"date":1775606400}\n{"text":"b","id":"two","date":"2026-04-08T00:00:00Z"}\n'
        b'{"text":"c","id":1.5,"date":null,"title":["p","q"],"source":true}\n{"text":"d","id":123456789012345678901234567890}\n'
    )
    corpus = ng.read(path)
    assert corpus.ids.to_pylist() == ["1", "two", "1.5", "123456789012345678901234567890"]
    assert corpus.dates is not None
    midnight = dt.datetime(2026, 4, 8, tzinfo=dt.timezone.utc)
    assert corpus.dates.to_pylist() == [midnight, midnight, None, None]
    assert corpus.titles is not None
    assert corpus.titles.to_pylist() == [None, None, '["p", "q"]', None]
    assert corpus.sources is not None
    assert corpus.sources.to_pylist() == [None, None, "true", None]


def test_line_ends_blank_lines_and_byte_order_marks(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for raw in (
        b'\xef\xbb\xbf{"text":"a"}\r\n{"text":"b"}\r\n',
        b'\n\n{"text":"a"}\n  \n\r\n{"text":"b"}',
        b'null\n{"text":"a"}\n{"text":"b"}\n',
        '\ufeff{"text":"a"}\n{"text":"b"}\n'.encode("utf-16-le"),
        '\ufeff{"text":"a"}\n{"text":"b"}\n'.encode("utf-16-be"),
    ):
        path.write_bytes(raw)
        assert [text for text in ng.read(path) if text is not None] == ["a", "b"]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "shift_jis", "utf-16", "UTF8", "utf-8-sig"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = "\u65b0\u805e\u793e4\u67088\u65e5\u96fb " * 50_000
    lines = json.dumps({"text": text}, ensure_ascii=False) + "\n" + json.dumps({"text": "x"}) + "\n"
    (tmp_path / "x.jsonl").write_bytes(lines.encode(encoding))
    (tmp_path / "x.csv").write_bytes(f'text\n"{text}"\nx\n'.encode(encoding))
    (tmp_path / "x.txt").write_bytes(text.encode(encoding))
    (tmp_path / "y.txt").write_bytes(b"x" if encoding != "utf-16" else "x".encode(encoding))
    assert list(ng.read(tmp_path / "x.jsonl", encoding=encoding)) == [text, "x"]
    assert list(ng.read(tmp_path / "x.csv", encoding=encoding)) == [text, "x"]
    assert list(ng.read([tmp_path / "x.txt", tmp_path / "y.txt"], clean="never", encoding=encoding)) == [text, "x"]


def test_another_encoding_is_told(tmp_path: Path) -> None:
    text = "\u4e2d\u56fd\u7ecf\u6d4e\u6062\u590d\u589e\u957f\uff0c\u4eca\u5929\u62a5\u9053\u3002" * 20
    files = {"a.txt": text, "b.txt": text, "c.csv": f"text\n{text}\n", "d.jsonl": f'{{"text": "{text}"}}'}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode("gb18030"))
    (tmp_path / "e.txt").write_bytes(text.encode())
    assert told_by(tmp_path) == [
        "4 of 5 documents hold bytes that are not in utf-8: they read as U+FFFD; the first is 'a'; "
        f"{tmp_path / 'a.txt'} and 3 more may be in gb18030: then give encoding='gb18030'"
    ]
    # Nothing can be guessed of a few bytes, and what is cut has no other encoding.
    (tmp_path / "f.csv").write_bytes(b"id,text\nx,caf\xe9\n")
    told = ["the document holds bytes that are not in utf-8: they read as U+FFFD; the first is 'x'"]
    assert told_by(tmp_path / "f.csv") == told
    (tmp_path / "cut.txt").write_bytes(text.encode()[:-1])
    assert told_by(tmp_path / "cut.txt") == [told[0].replace("'x'", "'cut'")]
    assert told_by(tmp_path / "e.txt", encoding="ascii") == [
        "the document holds bytes that are not in ascii: they read as U+FFFD; the first is 'e'"
    ]
    assert told_by(tmp_path / "e.txt") == told_by(tmp_path / "c.csv", encoding="gb18030") == []


def told_by(path: Path, encoding: str = "utf-8") -> list[str]:
    """What reading says."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ng.read(path, clean="never", encoding=encoding)
    return [str(each.message) for each in told]


@READS_AS_FFFD
def test_ill_formed_text_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes("\u65b0".encode("gb18030") + b"\xff" + b" ok")
    assert ng.read(tmp_path / "x.txt", clean="never", encoding="gb18030")[0] == "\u65b0\ufffd ok"


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.csv.gz"])
def test_a_row_of_fifty_megabytes(name: str, tmp_path: Path) -> None:
    text = "\u4e2d\u6587 abc " * 5_000_000
    raw = WRITERS[name.removesuffix(".gz")](
        [{"id": "s", "text": "short"}, {"id": "l", "text": text}, {"id": "t", "text": "end"}]
    )
    (tmp_path / name).write_bytes(COMPRESSORS[".gz" if name.endswith(".gz") else ""](raw))
    corpus = ng.read(tmp_path / name)
    assert [len(text or "") for text in corpus] == [5, len(text), 3]
    assert corpus[1] == text


def test_blocks_are_joined_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import newsgpu.reading.delimited as delimited_module
    import newsgpu.reading.json_lines as json_module

    rows = [{"id": str(i), "text": f"text {i} " * (1 + i % 50)} for i in range(2000)]
    (tmp_path / "x.jsonl").write_bytes(json_lines(rows))
    (tmp_path / "x.csv").write_bytes(delimited(rows, ","))
    expected = [row["text"] for row in rows]
    for size in (100, 1000, 1 << 16):
        monkeypatch.setattr(json_module, "BLOCK_BYTES", size)
        # Rows longer than a block start the file again; those already given do not come twice.
        monkeypatch.setattr(delimited_module, "_BLOCK_BYTES", size)
        for threads in (1, 3):
            for name in ("x.jsonl", "x.csv"):
                corpus = ng.read(tmp_path / name, num_threads=threads)
                assert list(corpus) == expected
                assert corpus.ids.to_pylist() == [row["id"] for row in rows]


@READS_AS_FFFD
def test_csv_dialect(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        b'id,text\r\n1,plain\r\n2,"a ""quoted"", text\r\nwith a line"\r\n3,\r\n4,""\r\n5,NA\r\n6,in "the" middle\r\n'
    )
    assert list(ng.read(path)) == ["plain", 'a "quoted", text\r\nwith a line', None, "", "NA", 'in "the" middle']
    path.write_bytes(b"text\na\n\nb\n")
    assert list(ng.read(path)) == ["a", None, "b"]
    path.write_bytes(b"id,text\n1,\xff\0\n")
    assert list(ng.read(path)) == ["\ufffd\0"]


def test_csv_agrees_with_pythons_reader(tmp_path: Path) -> None:
    rows = [[f"{i}", ('x,"y"\n' * (i % 7)) + "\u4e2d" * (i % 5)] for i in range(500)]
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["id", "text"], *rows])
    corpus = ng.read(path)
    assert list(corpus) == [text for _, text in rows]
    assert corpus.ids.to_pylist() == [name for name, _ in rows]


def test_kinds_of_text_columns_in_parquet(tmp_path: Path) -> None:
    texts = ["a", None, "\u4e2d", "a"]
    array = pa.array(texts)
    for number, column in enumerate(
        [
            array,
            array.cast(pa.large_string()),
            array.cast(pa.binary()),
            array.dictionary_encode(),
            array.cast(pa.string_view()),
        ]
    ):
        path = tmp_path / f"{number}.arrow"
        pyarrow.feather.write_feather(pa.table({"text": column}), path)
        assert list(ng.read(path)) == texts
    pyarrow.parquet.write_table(pa.table({"text": pa.nulls(2)}), tmp_path / "n.parquet")
    assert list(ng.read(tmp_path / "n.parquet")) == [None, None]


def test_dates_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"text":"a","id":"k","date":"soon"}\n{"text":"b","date":"2026-04-08"}\n{"text":"c","date":""}\n')
    with pytest.warns(
        UserWarning, match="1 of 3 dates could not be read and are null; the first is 'soon', of document 'k'"
    ):
        corpus = ng.read(path)
    assert corpus.dates is not None
    assert corpus.dates.to_pylist() == [None, dt.date(2026, 4, 8), None]


def test_real_corpora(data: Path) -> None:
    corpus = ng.read(data / "xwlb-zh.jsonl.xz")
    assert len(corpus) == 41_058
    assert corpus.dates is not None
    assert corpus.dates.type == pa.date32()
    with lzma.open(data / "xwlb-zh.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert corpus.to_arrow()["text"].to_pylist() == [row["text"] for row in rows]
    assert corpus.ids.to_pylist() == [row["id"] for row in rows]
    assert [day.isoformat() for day in corpus.dates.to_pylist()] == [row["date"] for row in rows]
    assert corpus.titles is not None
    assert corpus.titles.to_pylist() == [row["title"] for row in rows]
    wire = ng.read(data / "reuters-en.jsonl.xz")
    assert wire.dates is not None
    assert wire.dates.null_count == 0
    assert wire.dates[0].as_py() == dt.datetime(1987, 2, 26, 15, 1, 1, 790000)


PEAK = """
import resource, sys, newsgpu as ng
ng.read(sys.argv[1])
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
corpus = ng.read(sys.argv[2])
print((peak() - before) / corpus.num_bytes)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has other units elsewhere")
def test_peak_memory_is_about_the_text(data: Path) -> None:
    # The small corpus loads what is loaded once.
    command = [
        sys.executable,
        "-c",
        PEAK,
        str(data / "eventstoryline-stories-en.jsonl.xz"),
        str(data / "xwlb-zh.jsonl.xz"),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert float(run.stdout) < 2.5


def test_progress_moves_to_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(json_lines(ROWS)))
    ng.read(path, progress=True)
    assert "100%" in capsys.readouterr().err
    ng.read(path, progress=False)
    assert capsys.readouterr().err == ""


def test_sample_news_become_the_articles_that_they_hold(sample_news: Path, sample_news_truth: dict[str, Any]) -> None:
    corpus = ng.read(sample_news)
    assert sorted(corpus.ids.to_pylist()) == sorted(sample_news_truth["articles"])
    assert corpus.dates is not None
    assert corpus.dates.null_count == 0


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text('{"text": "one"}\n{"text": "two"}\n', encoding="utf-8")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "news.jsonl")
    paths = [tmp_path / "news.jsonl", tmp_path, str(tmp_path / "*.jsonl")]
    assert list(ng.read(paths)) == ["one", "two"]


def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xd0\xc2.txt"
    with open(name, "wb") as file:
        file.write(b"Rain.")
    assert ng.read(tmp_path).ids.to_pylist() == ["\ufffd\ufffd"]


def test_a_header_that_never_ends(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(b"x" * 1_000_000)
    with pytest.raises(ng.CorruptFile, match=r"wide\.csv: its first line is no header"):
        ng.read(path)
