import codecs
import csv
import gzip
import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newsgpu as ng
from newsgpu.command_line import main
from newsgpu.writing import compressed

COMMANDS = ["analyze", "dedup", "ngrams", "keywords", "similar", "tfidf", "tokenize", "info", "bench"]

BRIDGE = "Engineers closed the old bridge over the river on Friday after divers found a long crack in its main pier."
NEWS = [
    {"id": "a", "date": "2026-04-09", "source": "Ledger", "title": "Bridge shut", "text": BRIDGE, "tags": ["x", 1]},
    {"id": "b", "date": "2026-04-10", "source": "Courier", "title": "Crack!", "text": BRIDGE.upper(), "tags": []},
    {"id": "c", "date": "2026-04-11", "source": "Courier", "title": "Ferry", "text": "The ferry is late, late, late."},
    {"id": "d", "date": None, "source": None, "title": None, "text": None},
    {"id": "e", "date": "2026-04-12", "source": "文澜日报", "title": "增长", "text": "中国经济增长。"},
]


@pytest.fixture
def news(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in NEWS), encoding="utf-8")
    return path


@pytest.fixture
def run(capfd):
    """Runs a command: its status, its output and the lines it wrote on stderr."""

    def call(*arguments):
        try:
            status = main(list(map(str, arguments)))
        except SystemExit as ending:
            status = ending.code
        output = capfd.readouterr()
        return status, output.out, output.err.splitlines()

    return call


def start(*arguments, **options):
    command = [sys.executable, "-m", "newsgpu", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_version(run):
    assert run("--version") == (0, f"newsgpu {ng.__version__}\n", [])


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(run, command):
    status, output, errors = run(command, "--help")
    assert (status, errors) == (0, [])
    assert f"examples:\n  newsgpu {command}" in output
    assert max(map(len, output.splitlines())) <= 110


def test_commands_load_no_library_that_they_may_not_need():
    libraries = "{'sklearn', 'matplotlib', 'trafilatura'}"
    code = f"import sys, newsgpu.command_line.commands; print(*{libraries} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


def test_help_lists_the_commands(run):
    status, output, _ = run("--help")
    assert status == 0
    assert all(f"\n    {command} " in output for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["COMMAND"]),
        (["nonsense"], ["nonsense"]),
        (["ngrams"], ["PATH"]),
        (["analyze", "NEWS"], ["-o"]),
        (["analyze", "NEWS", "-o", "out", "--threshold", "1.5"], ["--threshold", "1.5"]),
        (["dedup", "NEWS", "--keep", "best"], ["--keep", "best", "earliest"]),
        (["dedup", "NEWS", "-n", "0"], ["0", "at least 1"]),
        (["dedup", "NEWS", "--format", "parquet"], ["-o DIR"]),
        (["ngrams", "NEWS", "-n", "3", "2"], ["3 2"]),
        (["ngrams", "NEWS", "--top", "many"], ["--top", "many"]),
        (["ngrams", "NEWS", "-o", "table.xlsx"], ["table.xlsx", ".parquet"]),
        (["ngrams", "NEWS", "--format", "parquet"], ["-o FILE"]),
        (["ngrams", "NEWS", "--stop-words", "klingon"], ["klingon", "english"]),
        (["tfidf", "NEWS", "--max-df", "1.5"], ["--max-df", "1.5"]),
        (["ngrams", "NEWS", "--unknown"], ["--unknown", "newsgpu ngrams --help"]),
        (["ngrams", "NEWS", "--encoding", "klingon"], ["klingon", "utf-8"]),
        (["ngrams", "NEWS", "-n", "200"], ["200", "127"]),
        (["ngrams", "NEWS", "--memory-budget", "much"], ["--memory-budget", "much", "600MB"]),
        (["dedup", "NEWS", "-n", "65"], ["65", "64"]),
        (["dedup", "NEWS", "--recall", "1.0"], ["1.0", "--method exact"]),
    ],
)
def test_bad_usage_is_one_line_and_status_2(run, news, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    status, output, errors = run(*(news if argument == "NEWS" else argument for argument in arguments))
    assert (status, output, len(errors)) == (2, "", 1)
    assert all(word in errors[0] for word in words)
    assert "--help" in errors[0]


def truncated(folder):
    path = folder / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "one"}\n' * 1000)[:-20])
    return [path]


def broken_line(folder):
    path = folder / "broken.jsonl"
    path.write_text('{"text": "one"}\n{"text": \n')
    return [path]


def missing_column(folder):
    path = folder / "news.jsonl"
    path.write_text('{"body": "one"}\n')
    return [path]


def nothing_there(folder):
    return [folder / "absent.jsonl"]


def empty_folder(folder):
    (folder / "empty").mkdir()
    return [folder / "empty"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ngrams", "--threads", "2000"], "--threads must be at most 1024, got 2000"),
        (["ngrams", "--memory-budget", "1kB", "--threads", "1"], "--memory-budget must be at least"),
        (["dedup", "--keep", "earliest"], "--keep earliest needs a corpus with dates"),
        (
            ["dedup", "--threshold", "0.001"],
            "--threshold 0.001 with recall 0.99 would need more than 4096 minima; "
            "use --method exact, a higher threshold",
        ),
        (["similar", "--device", "cuda"], "cuda:0 was asked for, but"),
        (["ngrams", "--input-format", "xls"], "--input-format must be one of"),
        (["tfidf", "--max-df", "1", "--min-df", "2"], "--max-df"),
    ],
)
def test_failures_name_options(run, tmp_path, arguments, words):
    path = tmp_path / "news.jsonl"
    path.write_text('{"text": "one two"}\n{"text": "three"}\n')
    status, output, errors = run(arguments[0], path, *arguments[1:])
    assert (status, output, len(errors)) == (1, "", 1)
    assert words in errors[0]
    assert not re.search(r"\w_\w|\w='|None|device '", errors[0])


@pytest.mark.parametrize("command", ["ngrams", "dedup", "info"])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (truncated, ["cut.jsonl.gz"]),
        (broken_line, ["broken.jsonl", "line 2"]),
        (missing_column, ["text", "body"]),
        (nothing_there, ["absent.jsonl"]),
        (empty_folder, ["empty"]),
    ],
)
def test_failed_work_is_one_line_and_status_1(run, tmp_path, command, make, words):
    status, output, errors = run(command, *make(tmp_path))
    assert (status, output, len(errors)) == (1, "", 1)
    assert all(word in errors[0] for word in words)
    assert "unexpected" not in errors[0]


@pytest.mark.parametrize("command", ["analyze", "dedup"])
def test_a_folder_that_cannot_be_written_fails_before_the_work(run, news, monkeypatch, command):
    monkeypatch.setattr(f"newsgpu.command_line.{command}.read_corpus", lambda options: pytest.fail("work was done"))
    status, _, errors = run(command, news, "-o", news / "out")
    assert (status, len(errors)) == (1, 1)
    assert str(news) in errors[0]


def test_a_file_that_cannot_be_written(run, news, tmp_path):
    status, _, errors = run("ngrams", news, "-o", tmp_path / "absent" / "table.csv")
    assert (status, len(errors)) == (1, 1)
    assert errors[0].endswith(f"cannot be written: there is no folder {tmp_path / 'absent'}")


@pytest.mark.parametrize("command", ["analyze", "dedup"])
def test_a_file_where_a_folder_is_needed(run, news, command):
    for name in (news, news / "out"):
        status, output, errors = run(command, news, "-o", name)
        assert (status, output) == (1, "")
        assert errors == [f"newsgpu: {name}: cannot be a directory: there is something else"]


@pytest.mark.parametrize("command", ["ngrams", "keywords", "similar", "tfidf", "tokenize"])
def test_an_input_is_not_overwritten(run, news, tmp_path, command):
    before = news.read_bytes()
    for paths in ([news], [tmp_path]):
        status, output, errors = run(command, *paths, "-o", tmp_path / "." / news.name)
        assert (status, output, len(errors)) == (2, "", 1)
        assert "is an input and would be overwritten" in errors[0]
    assert news.read_bytes() == before


@pytest.mark.parametrize("command", ["analyze", "dedup"])
def test_what_is_written_inside_of_the_input_is_not_read(run, news, tmp_path, command):
    out = tmp_path / "out"
    first = run(command, tmp_path, "-o", out)
    assert first[0] == 0
    written = sorted(path.relative_to(out) for path in out.rglob("*"))
    status, output, errors = run(command, tmp_path, "-o", out)
    assert (status, output) == first[:2]
    assert any("not read: " in line and "where this run writes" in line for line in errors)
    assert sorted(path.relative_to(out) for path in out.rglob("*")) == written
    news.unlink()
    status, _, errors = run(command, tmp_path, "-o", out)
    assert (status, len(errors)) == (1, 1)
    assert "no file to read outside" in errors[0]


def test_control_characters_do_not_reach_the_terminal(run, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text("\x1b]0;title\x07,body\n1,text\n")
    status, _, errors = run("ngrams", path)
    assert status == 1
    assert "\x1b" not in errors[0]
    assert "\\x1b]0;title\\x07" in errors[0]


def test_a_bug_is_told_as_one(run, news, monkeypatch):
    def fail(*_, **__):
        raise KeyError("cluster")

    monkeypatch.setattr("newsgpu.command_line.ngrams.count_ngrams", fail)
    status, _, errors = run("ngrams", news)
    assert (status, len(errors)) == (1, 1)
    assert "unexpected KeyError" in errors[0]
    assert "NEWSGPU_TRACEBACK" in errors[0]


def test_interrupted(run, news, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("newsgpu.command_line.ngrams.count_ngrams", interrupt)
    assert run("ngrams", news) == (130, "", ["newsgpu: interrupted"])


@pytest.mark.parametrize(
    ("number", "status", "told"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_ends_within_a_second(tmp_path, number, status, told):
    # Every pair reaches the threshold: minutes of work.
    path = tmp_path / "long.jsonl"
    random = np.random.default_rng(1)
    words = np.array([f"word{number}" for number in range(400)])
    with open(path, "w") as file:
        for _ in range(6000):
            file.write(json.dumps({"text": " ".join(random.choice(words, 600))}) + "\n")
    # What the interpreter imports before it runs a command is its own: the command says when it begins.
    script = "import sys; from newsgpu.command_line import main; print(flush=True); sys.exit(main(sys.argv[1:]))"
    command = [
        sys.executable,
        "-c",
        script,
        "dedup",
        path,
        "--method",
        "exact",
        "-n",
        "1",
        "--threshold",
        "0.5",
        "--threads",
        "1",
        "-q",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"\n"
    time.sleep(1)
    assert process.poll() is None, process.communicate()
    process.send_signal(number)
    sent = time.monotonic()
    output, errors = process.communicate(timeout=30)
    assert time.monotonic() - sent < 2
    assert (process.returncode, output, errors) == (status, b"", f"newsgpu: {told}\n".encode())


def test_a_closed_pipe_is_quiet(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"text": f"word{row} and{row} more{row}"}) + "\n" for row in range(20_000)))
    process = start("ngrams", path, "--format", "jsonl")
    assert json.loads(process.stdout.readline())["n"] == 1
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 141
    process.stderr.close()


def test_ngrams(run, news):
    status, output, errors = run("ngrams", news, "-n", "1", "--top", "3", "--format", "jsonl")
    assert (status, errors) == (0, [])
    # "the" stands twice in each copy of the bridge story and once in that of the ferry.
    assert rows(output)[0] == {"term": "the", "n": 1, "count": 5, "document_count": 3}
    assert [row["term"] for row in rows(output)[1:]] == ["late", "a"]


def test_ngrams_without_stop_words(run, news):
    _, output, _ = run("ngrams", news, "-n", "1", "--top", "1", "--stop-words", "english", "--format", "csv")
    assert list(csv.reader(io.StringIO(output))) == [["term", "n", "count", "document_count"], ["late", "1", "3", "1"]]


def test_stop_words_of_a_file(run, news, tmp_path):
    (tmp_path / "stop.txt").write_text("late\nthe\n")
    _, output, _ = run(
        "ngrams", news, "-n", "1", "--top", "1", "--stop-words", tmp_path / "stop.txt", "--format", "jsonl"
    )
    assert rows(output) == [{"term": "a", "n": 1, "count": 2, "document_count": 2}]


def test_table_on_the_terminal_says_what_it_leaves_out(run, news):
    status, output, _ = run("ngrams", news, "--rows", "2")
    lines = output.splitlines()
    assert status == 0
    assert lines[0].split() == ["term", "n", "count", "document_count"]
    assert lines[2].split() == ["the", "1", "5", "3"]
    assert len(lines) == 6
    assert "more rows" in lines[4]
    assert "-o FILE" in lines[5]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_table_in_a_file(run, news, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    assert run("keywords", news, "--top", "1", "-o", path) == (0, "", [])
    if suffix == "parquet":
        table = pq.read_table(path).to_pylist()
    elif suffix == "csv":
        table = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    else:
        table = rows(path.read_text(encoding="utf-8"))
    assert [row["id"] for row in table] == ["a", "b", "c", "e"]
    assert table[2]["term"] == "late"
    assert {str(row["rank"]) for row in table} == {"1"}


def test_tokenize(run, news):
    _, output, _ = run("tokenize", news, "--format", "jsonl")
    assert rows(output)[2] == {"id": "c", "tokens": ["the", "ferry", "is", "late", "late", "late"]}
    assert rows(output)[3]["tokens"] == []
    assert rows(output)[4]["tokens"] == ["中国", "经济", "增长"]


def test_tokens_go_to_a_pipe_in_parts(run, news, tmp_path, monkeypatch):
    whole = tmp_path / "tokens.jsonl"
    assert run("tokenize", news, "-o", whole)[0] == 0
    module = importlib.import_module("newsgpu.command_line.tokenize")
    sizes = []
    put_table = module.put_table
    monkeypatch.setattr(
        module, "put_table", lambda table, options: (sizes.append(len(table)), put_table(table, options))
    )
    monkeypatch.setattr(module, "_PIPED_BYTES", ng.read(news).num_bytes * 2 // 5)
    output = run("tokenize", news, "--format", "jsonl", "--device", "cpu")[1]
    assert output == whole.read_text(encoding="utf-8")
    assert len(sizes) > 2
    assert sum(sizes) == 5


def test_tokenize_counts(run, news):
    _, output, _ = run("tokenize", news, "--count", "--format", "csv")
    assert list(csv.reader(io.StringIO(output)))[1:] == [["a", "20"], ["b", "20"], ["c", "6"], ["d", "0"], ["e", "3"]]


def test_tokenize_as_it_stands(run, news):
    _, output, _ = run("tokenize", news, "--kind", "whitespace", "--normalize", "none", "--format", "jsonl")
    assert rows(output)[2]["tokens"] == ["The", "ferry", "is", "late,", "late,", "late."]


def test_tfidf(run, news):
    _, output, _ = run("tfidf", news, "--norm", "none", "--min-df", "2", "--format", "jsonl")
    found = rows(output)
    # ln((1 + 5) / (1 + 3)) + 1 = 1.4055 for "the", which is in three of five documents.
    assert [(row["id"], round(row["weight"], 4)) for row in found if row["term"] == "the"] == [
        ("a", 2.8109),
        ("b", 2.8109),
        ("c", 1.4055),
    ]
    assert found[0]["term"] == "the"
    assert {row["id"] for row in found} == {"a", "b", "c"}


def test_similar(run, news):
    _, output, _ = run("similar", news, "--top", "1", "--threshold", "0.9", "--format", "jsonl")
    found = [(row["left_id"], row["right_id"], round(row["similarity"], 6)) for row in rows(output)]
    assert found == [("a", "b", 1.0), ("b", "a", 1.0)]


def test_info(run, news):
    _, output, _ = run("info", "--format", "jsonl")
    assert {"name": "version", "value": ng.__version__} in rows(output)
    _, output, _ = run("info", news, "--format", "jsonl")
    facts = {row["name"]: row["value"] for row in rows(output)}
    assert facts["documents"] == "5"
    assert facts["missing"] == "1"
    assert facts["tokens"] == "49"
    assert facts["dates"] == "2026-04-09 to 2026-04-12"
    assert facts["sources"] == "3"


def test_bench(run, news):
    status, output, _ = run("bench", news, "--repeat", 2, "--format", "jsonl")
    assert status == 0
    found = rows(output)
    assert [row["task"] for row in found][:2] == ["count words", "tokenize"]
    for row in found:
        assert 0 < row["seconds"] <= row["slowest"]
        assert row["megabytes_per_second"] > 0


def test_bench_without_text(run, tmp_path):
    path = tmp_path / "empty.jsonl"
    path.write_text('{"text": ""}\n')
    assert run("bench", path)[0] == 2


def test_a_table_from_a_pipe():
    process = start("ngrams", "/dev/stdin", "--input-format", "csv", "--format", "csv", stdin=subprocess.PIPE)
    output, errors = process.communicate(b'text\n"hello, hello"\n')
    assert (process.returncode, errors) == (0, b"")
    assert output.decode().replace('"', "").splitlines() == [
        "term,n,count,document_count",
        "hello,1,2,1",
        "hello hello,2,1,1",
    ]


def test_a_closed_stdout(news):
    command = f"{sys.executable} -m newsgpu info {news} >&-"
    assert subprocess.run(command, shell=True, stderr=subprocess.PIPE, check=False).returncode == 0


def test_dedup_prints_what_repeats_what(run, news):
    status, output, errors = run("dedup", news, "--format", "jsonl")
    assert status == 0
    assert rows(output) == [{"id": "b", "keeper_id": "a", "similarity": 1.0}]
    assert errors == ["newsgpu: 5 documents: 4 kept, 1 repeat one of them"]
    assert run("dedup", news, "--format", "jsonl", "-q")[2] == []


def test_dedup_writes_pairs_clusters_and_kept_lines(run, news, tmp_path):
    out = tmp_path / "out"
    assert run("dedup", news, "-o", out, "-q") == (0, "", [])
    assert pq.read_table(out / "pairs.parquet").to_pylist() == [
        {"left": 0, "right": 1, "left_id": "a", "right_id": "b", "similarity": 1.0}
    ]
    clusters = pq.read_table(out / "clusters.parquet")
    assert clusters["is_keeper"].to_pylist() == [True, False, True, True, True]
    lines = news.read_bytes().splitlines(keepends=True)
    assert (out / "kept" / "news.jsonl").read_bytes() == b"".join(lines[:1] + lines[2:])
    assert sorted(path.name for path in out.iterdir()) == ["clusters.parquet", "kept", "pairs.parquet"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_dedup_keeps_the_byte_order_mark_of_a_table(run, tmp_path, encoding):
    table = tmp_path / "news.csv"
    table.write_text("id,text\na,大桥开放\nb,大桥开放\nc,渡轮停航\n", encoding)
    assert run("dedup", table, "-o", tmp_path / "out", "-q")[0] == 0
    kept = (tmp_path / "out" / "kept" / "news.csv").read_bytes()
    mark = b"" if encoding == "utf-8" else codecs.BOM_UTF8
    assert kept == mark + "id,text\na,大桥开放\nc,渡轮停航\n".encode()


def test_dedup_remembers_earlier_runs(run, news, tmp_path):
    index, out = tmp_path / "state" / "news.index", tmp_path / "out"
    status, output, errors = run("dedup", news, "--index", index, "--format", "jsonl")
    assert (status, rows(output)) == (0, [{"id": "b", "keeper_id": "a", "similarity": 1.0}])
    assert errors == ["newsgpu: 5 documents: 4 kept, 0 repeat one of an earlier run, 1 one of this"]
    assert len(ng.DuplicateIndex.load(index)) == 4

    # The bridge again; a text that repeats itself within the day; one that is like none.
    tides = "The tide table for the outer harbour was printed with the wrong year."
    today = [("f", BRIDGE + " Again."), ("g", tides), ("h", tides.lower()), ("i", "The ferry is on time.")]
    second = tmp_path / "today.jsonl"
    second.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in today))
    status, _, errors = run("dedup", second, "--index", index, "-o", out, "--format", "jsonl")
    assert (status, errors) == (0, ["newsgpu: 4 documents: 2 kept, 1 repeat one of an earlier run, 1 one of this"])
    repeats = rows((out / "repeats.jsonl").read_text())
    assert [(row["id"], row["keeper_id"]) for row in repeats] == [("f", "a"), ("h", "g")]
    assert [row["id"] for row in rows((out / "kept" / "today.jsonl").read_text())] == ["g", "i"]
    assert len(ng.DuplicateIndex.load(index)) == 6

    status, _, errors = run("dedup", second, "--index", index, "--threshold", "0.7")
    assert status == 2
    assert "--threshold 0.8" in errors[-1]
    assert run("dedup", second, "--index", index, "--cluster", "components")[0] == 2
    index.write_bytes(index.read_bytes()[:-1])
    status, _, errors = run("dedup", second, "--index", index)
    assert (status, len(errors)) == (1, 1)
    assert "news.index" in errors[0]


def test_the_same_run_with_an_index_keeps_the_same_documents(run, tmp_path):
    index, out = tmp_path / "news.index", tmp_path / "out"
    ferry, fog = "The ferry is on time today, says the harbour master.", "Fog closed the airport until noon."
    # A copy in other letters, one with the same id, and one without an id.
    records = [("a", ferry), ("b", ferry.upper()), ("a", ferry), (None, fog), ("c", BRIDGE)]
    news = tmp_path / "news.jsonl"
    news.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in records))
    repeats = [{"id": name, "keeper_id": "a", "similarity": 1.0} for name in ("b", "a")]
    for _ in range(3):
        assert run("dedup", news, "--index", index, "-o", out, "-q") == (0, "", [])
        assert [row["id"] for row in rows((out / "kept" / "news.jsonl").read_text())] == ["a", None, "c"]
        assert pq.read_table(out / "repeats.parquet").to_pylist() == repeats
        assert len(ng.DuplicateIndex.load(index)) == 3
    assert run("dedup", news, "--index", index)[2] == [
        "newsgpu: 5 documents: 3 kept (3 again), 2 repeat one of an earlier run, 0 one of this"
    ]

    # Under the same id another text: a new document, or a repeat of the old one.
    records = [("a", "Fog lifted at noon, and the airport opened."), ("c", ferry)]
    news.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in records))
    assert run("dedup", news, "--index", index, "-o", out, "-q", "--format", "jsonl") == (0, "", [])
    assert [(row["id"], row["keeper_id"]) for row in rows((out / "repeats.jsonl").read_text())] == [("c", "a")]
    assert [row["id"] for row in rows((out / "kept" / "news.jsonl").read_text())] == ["a"]


def test_dedup_names_what_an_earlier_run_left(run, tmp_path):
    out, pages = tmp_path / "out", tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(BRIDGE)
    (pages / "b.txt").write_text("The ferry is on time today, says the harbour master.")
    assert run("dedup", pages, "-o", out, "-q", "--format", "csv") == (0, "", [])
    (out / "notes.csv").write_text("mine")
    status, output, notes = run("dedup", pages, "-o", out)
    assert (status, output) == (0, "")
    assert [line for line in notes if "not of this run" in line] == [
        f"newsgpu: not of this run: clusters.csv, pairs.csv in {out}"
    ]
    assert (out / "pairs.csv").exists()
    assert sorted(path.name for path in (out / "kept").iterdir()) == ["a.txt", "b.txt"]
    (pages / "b.txt").write_text(BRIDGE.upper())
    assert run("dedup", pages, "-o", out, "-q", "--index", tmp_path / "news.index") == (0, "", [])
    assert [path.name for path in (out / "kept").iterdir()] == ["a.txt"]

    # An input that is called like a table is nothing that a run left.
    mine = tmp_path / "pairs.csv"
    mine.write_text("id,text\n1,one\n")
    assert not any("not of this run" in line for line in run("dedup", mine, "-o", tmp_path)[2])
    assert mine.read_text() == "id,text\n1,one\n"


def test_runs_with_one_index_wait_for_each_other(news, tmp_path):
    index = tmp_path / "news.index"
    command = [sys.executable, "-m", "newsgpu", "dedup", "--index", str(index), "--format", "jsonl"]
    parts = []
    for number in range(4):
        parts.append(tmp_path / f"{number}.txt")
        parts[-1].write_text(" ".join(f"word{number}{i}" for i in range(40)))
    runs = [subprocess.Popen([*command, str(part)], stderr=subprocess.PIPE, text=True) for part in parts]
    errors = [process.communicate()[1] for process in runs]
    assert [process.returncode for process in runs] == [0] * 4, errors
    assert all("1 kept" in text for text in errors)
    assert len(ng.DuplicateIndex.load(index)) == 4


def test_dedup_leaves_all_or_nothing(run, news, tmp_path, monkeypatch):
    """What is beside each other is of one run."""
    out = tmp_path / "out"
    assert run("dedup", news, "-o", out, "-q") == (0, "", [])
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("newsgpu.command_line.kept._Writer.finish", fail)
    assert run("dedup", news, "-o", out, "-q", "--threshold", "0.1")[0] == 130
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_dedup_names_kept_files_of_an_earlier_run(run, news, tmp_path):
    other, out = tmp_path / "other.jsonl", tmp_path / "out"
    other.write_bytes(news.read_bytes())
    assert run("dedup", other, "-o", out, "-q") == (0, "", [])
    notes = run("dedup", news, "-o", out)[2]
    assert f"newsgpu: not of this run: 1 files in {out / 'kept'}, the first is other.jsonl" in notes


def test_dedup_does_not_write_into_what_it_reads(run, tmp_path, monkeypatch):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(BRIDGE)
    (pages / "a.csv").write_text(f"text\n{BRIDGE}\n")
    for command in ("dedup", "analyze"):
        status, _, errors = run(command, pages, "-o", pages)
        assert (status, len(errors)) == (2, 1)
        assert "cannot be written into as well: choose another folder with -o" in errors[0]
    monkeypatch.chdir(pages)
    assert run("dedup", "*.csv", "-o", ".", "--format", "csv", "-q")[0] == 0
    status, _, errors = run("dedup", "*.csv", "-o", ".", "--format", "csv", "-q", "--text", "text")
    assert status == 1
    assert "clusters.csv" in errors[0]
    assert sorted(path.name for path in pages.iterdir()) == ["a.csv", "a.txt", "clusters.csv", "kept", "pairs.csv"]


def test_dedup_within_a_memory_budget(run, news):
    expected = run("dedup", news, "--format", "jsonl")
    assert run("dedup", news, "--format", "jsonl", "--memory-budget", "600MB") == expected
    status, _, errors = run("dedup", news, "--memory-budget", "much")
    assert status == 2
    assert "--memory-budget: must be a number of bytes such as" in errors[-1]


def test_dedup_keeps_broken_rows_out_of_step(run, news, tmp_path):
    lines = news.read_bytes().splitlines(keepends=True)
    news.write_bytes(lines[0] + b"{broken\n\n" + b"".join(lines[1:]))
    status, _, errors = run("dedup", news, "-o", tmp_path / "out", "--errors", "skip")
    assert status == 0
    assert "skipped 1 broken row" in errors[0]
    assert (tmp_path / "out" / "kept" / "news.jsonl").read_bytes() == b"".join(lines[:1] + lines[2:])


def test_dedup_csv_keeps_records_as_they_are(run, tmp_path):
    record = f'1,"{BRIDGE}",  spaced ,"quoted ""x"", and\r\na line end"\r\n'
    content = f'id,text,other,more\r\n{record}2,{BRIDGE},,\r\n3,Another story altogether.,"",z\r\n4,,only,missing'
    path = tmp_path / "news.csv"
    path.write_bytes(content.encode())
    assert run("dedup", path, "-o", tmp_path / "out", "--format", "csv", "-q") == (0, "", [])
    expected = content.replace(f"2,{BRIDGE},,\r\n", "") + "\n"
    assert (tmp_path / "out" / "kept" / "news.csv").read_bytes() == expected.encode()


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_dedup_keeps_the_columns_of_a_table(run, tmp_path, suffix):
    table = pa.table({"text": [row["text"] for row in NEWS], "topics": [row.get("tags", []) and ["t"] for row in NEWS]})
    path = tmp_path / f"news.{suffix}"
    if suffix == "parquet":
        pq.write_table(table, path)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    assert run("dedup", path, "-o", tmp_path / "out", "-q")[0] == 0
    kept = tmp_path / "out" / "kept" / path.name
    found = pq.read_table(kept) if suffix == "parquet" else pa.ipc.open_file(kept).read_all()
    assert found.equals(table.filter(pa.array([True, False, True, True, True])))


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_dedup_compresses_as_the_input(run, news, tmp_path, suffix):
    path = tmp_path / f"news.jsonl{suffix}"
    with open(path, "wb") as raw, compressed(raw, suffix) as file:
        file.write(news.read_bytes())
    assert run("dedup", path, "-o", tmp_path / "out", "-q")[0] == 0
    kept = ng.read(tmp_path / "out" / "kept" / path.name)
    assert kept.ids.to_pylist() == ["a", "c", "d", "e"]


def test_dedup_copies_pages(run, tmp_path):
    pages = tmp_path / "pages"
    (pages / "old").mkdir(parents=True)
    (pages / "one.txt").write_text(BRIDGE)
    (pages / "old" / "one.txt").write_text(BRIDGE)
    (pages / "old" / "two.txt").write_text("Another story altogether, of a ferry.")
    assert run("dedup", pages, "-o", tmp_path / "out", "-q")[0] == 0
    kept = sorted(path.relative_to(tmp_path / "out" / "kept") for path in (tmp_path / "out" / "kept").rglob("*.txt"))
    assert [path.as_posix() for path in kept] == ["old/one.txt", "old/two.txt"]


def test_dedup_of_cleaned_rows_writes_articles(run, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": name, "text": f"<html><body><h1>Crack</h1><p>{BRIDGE}</p></body></html>"}) + "\n"
            for name in "ab"
        )
    )
    assert run("dedup", path, "-o", tmp_path / "out", "-q", "--clean", "always")[0] == 0
    (kept,) = rows((tmp_path / "out" / "kept.jsonl").read_text())
    assert kept["id"] == "a"
    assert BRIDGE in kept["text"]
    assert "<p>" not in kept["text"]


def test_analyze_writes_its_files(run, news, tmp_path):
    out = tmp_path / "new" / "out"
    status, output, errors = run("analyze", news, "-o", out)
    assert (status, errors) == (0, [])
    assert sorted(path.name for path in out.iterdir()) == [
        "duplicates.parquet",
        "keywords.parquet",
        "ngrams.parquet",
        "pairs.parquet",
        "report.html",
        "summary.json",
    ]
    assert str(out / "report.html") in output
    assert "Crack!" in output
    assert "2026-04-09 to 2026-04-12" in output
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["corpus"]["documents"] == 5
    assert summary["corpus"]["sources"] == {"Courier": 2, "Ledger": 1, "文澜日报": 1}
    assert summary["duplicates"]["largest_groups"] == [
        {"kept": "a", "repeats": [{"id": "b", "similarity": 1.0, "exact_copy": True, "days_after": 1}]}
    ]
    assert summary["duplicates"]["between_sources"] == [{"source": "Courier", "repeats": "Ledger", "documents": 1}]
    assert pq.read_table(out / "duplicates.parquet")["keeper_id"].to_pylist() == ["a", "a", "c", "d", "e"]


def test_control_characters_of_the_corpus_do_not_reach_the_terminal(run, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"title": "\x1b[2J\x9b\u202eevil", "text": BRIDGE}) + "\n" for _ in "ab"))
    for arguments in (["analyze", path, "-o", tmp_path / "out"], ["tokenize", path]):
        status, output, _ = run(*arguments)
        assert status == 0
        assert not set(output) & {"\x1b", "\x9b", "\u202e"}


def test_output_in_a_narrow_encoding(news, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = start("analyze", news, "-o", tmp_path / "out", env=environment)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    assert rb"\u589e\u957f" in output


@pytest.mark.parametrize("texts", [[], [""], ["word"] * 3])
def test_tiny_corpora_are_analyzed(run, tmp_path, texts):
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    status, output, errors = run("analyze", path, "-o", tmp_path / "out")
    assert (status, errors) == (0, [])
    assert f"documents  {len(texts)}" in output
