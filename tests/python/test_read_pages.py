"""Pages: which are cleaned, what they are called, and the processes that clean them."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import fake_cleaning
import pytest

import newsgpu as ng
from newsgpu.reading import BrokenRow, workers
from newsgpu.reading.pages import Page

HERE = str(Path(__file__).parent)
FAKE_COMMAND = (
    f"import sys; sys.path[:0] = [{HERE!r}, *sys.argv[1:]]; import fake_cleaning; fake_cleaning.install();"
    "from newsgpu.reading.worker import serve; serve()"
)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "newsgpu.cleaning", fake_cleaning)
    monkeypatch.setattr(ng, "cleaning", fake_cleaning, raising=False)
    monkeypatch.setattr(workers, "_COMMAND", FAKE_COMMAND)


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cleans in other processes from the first page on."""
    monkeypatch.setattr(workers, "_SECONDS_ALONE", -1.0)


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(content, encoding="utf-8")
    return folder


def test_what_is_cleaned(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_txt="plain text\nof two lines",
        b_txt="PAGEone article",
        c_html="from html",
        d_txt="PAGET1|2026-04-08|first\n\nT2||second",
        e_html="",
        f_jsonl='{"id":"row","text":"PAGEkept as it is"}\n',
    )
    corpus = ng.read(tmp_path)
    assert corpus.ids.to_pylist() == ["a", "b", "c", "d#1", "d#2", "e", "row"]
    assert list(corpus) == [
        "plain text\nof two lines",
        "one article",
        "from html",
        "first",
        "second",
        None,
        "PAGEkept as it is",
    ]
    assert corpus.titles is not None
    assert corpus.titles.to_pylist() == [None, None, None, "T1", "T2", None, None]
    assert corpus.dates is not None
    assert corpus.dates.to_pylist() == [None, None, None, dt.date(2026, 4, 8), None, None, None]


def test_never_and_always(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_txt="two\nlines",
        b_html="<p>raw",
        c_jsonl='{"id":"row","text":"T|2026-04-08|x\\nU|2026-04-09|y","title":"own"}\n{"text":null}\n{"text":"z"}\n',
    )
    assert list(ng.read(tmp_path, clean="never"))[:2] == ["two\nlines", "<p>raw"]
    corpus = ng.read(tmp_path, clean="always")
    assert corpus.ids.to_pylist() == ["a#1", "a#2", "b", "row#1", "row#2", "c#2", "c#3"]
    assert list(corpus) == ["two", "lines", "<p>raw", "x", "y", None, "z"]
    assert corpus.titles is not None
    # What the row says wins over what its text shows.
    assert corpus.titles.to_pylist()[3:5] == ["own", "own"]
    assert corpus.dates is not None
    assert corpus.dates.to_pylist()[3:5] == [dt.date(2026, 4, 8), dt.date(2026, 4, 9)]


def test_encoding_of_pages(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes("\u65b0\u95fb".encode("gb18030"))
    (tmp_path / "b.txt").write_bytes("PAGE\u65b0\u95fb".encode("gb18030"))
    assert list(ng.read(tmp_path, encoding="gb18030")) == ["\u65b0\u95fb"] * 2


@pytest.mark.usefixtures("in_processes")
def test_processes_give_what_one_gives(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.txt").write_text(f"PAGEpage {number} PRINT\n" + "second\n" * (number % 3))
    expected = ng.read(tmp_path, num_threads=1)
    for threads in (2, 5):
        corpus = ng.read(tmp_path, num_threads=threads)
        assert corpus.to_arrow().equals(expected.to_arrow())


@pytest.mark.usefixtures("in_processes")
def test_pages_are_cleaned_elsewhere_when_there_are_many(tmp_path: Path) -> None:
    for number in range(64):
        (tmp_path / f"{number}.txt").write_text("PAGE PID")
    pids = {int(text or 0) for text in ng.read(tmp_path, num_threads=2)}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2
    assert {int(text or 0) for text in ng.read(tmp_path, num_threads=1)} == {os.getpid()}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.usefixtures("in_processes")
def test_a_page_that_cannot_be_cleaned(threads: int, tmp_path: Path) -> None:
    write(tmp_path, a_txt="PAGEgood", b_txt="PAGE FAIL", c_txt="PAGEgood too")
    with pytest.raises(
        BrokenRow,
        match=r"b\.txt: the page cannot be cleaned \(RuntimeError: no such page; fake_cleaning\.py, line \d+\)",
    ):
        ng.read(tmp_path, num_threads=threads)
    corpus = ng.read(tmp_path, num_threads=threads, errors="skip")
    assert list(corpus) == ["good", "good too"]
    assert corpus.skipped == 1


@pytest.mark.usefixtures("in_processes")
def test_a_page_that_kills_its_process_is_named(tmp_path: Path) -> None:
    write(tmp_path, a_txt="PAGEgood", b_txt="PAGE DIE", c_txt="PAGEgood too")
    with pytest.raises(BrokenRow, match=r"b\.txt: the process that cleaned the page ended with status 7"):
        ng.read(tmp_path, num_threads=2)
    corpus = ng.read(tmp_path, num_threads=2, errors="skip")
    assert list(corpus) == ["good", "good too"]
    assert corpus.skipped == 1


@pytest.mark.usefixtures("in_processes")
def test_a_page_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PAGE_SECONDS", 1.0)
    write(tmp_path, a_txt="PAGEgood", b_txt="PAGE HANG", c_txt="PAGEgood too")
    with pytest.raises(BrokenRow, match=r"b\.txt: cleaning the page took more than 1 s"):
        ng.read(tmp_path, num_threads=2)


@pytest.mark.usefixtures("in_processes")
def test_an_error_ends_the_processes(tmp_path: Path) -> None:
    cleaner = workers.PageCleaner(2)
    with cleaner:
        cleaner.submit([Page(b"PAGE PID", "a", "a")]).result()
        (process,) = cleaner._processes
        slow = cleaner.submit([Page(b"PAGE HANG", "b", "b")])
        time.sleep(0.2)
        started = time.perf_counter()
    assert time.perf_counter() - started < 5
    assert process._child.poll() is not None
    assert slow.done()


@pytest.mark.usefixtures("in_processes")
def test_a_process_that_cannot_start_is_no_broken_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_COMMAND", "import sys; sys.exit(3)")
    write(tmp_path, a_txt="PAGEgood")
    with pytest.raises(RuntimeError, match=r"no process to clean pages: .* ended with status 3 at its start"):
        ng.read(tmp_path, num_threads=2, errors="skip")


def run_python(code: str, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([HERE, *(path for path in sys.path if path)])}
    prologue = "import fake_cleaning, newsgpu as ng, sys; fake_cleaning.install()\n"
    prologue += f"from newsgpu.reading import workers; workers._COMMAND = {FAKE_COMMAND!r}\n"
    return subprocess.Popen(
        [sys.executable, *more.pop("how", ["-c"]), prologue + textwrap.dedent(code), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


SCRIPT = """
workers._SECONDS_ALONE = -1.0
print("start")
print(len(ng.read(sys.argv[1], num_threads=2)))
"""


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for number in range(40):
        (tmp_path / "pages" / f"{number}.txt").write_text("PAGEtext")
    # From -c; multiprocessing would run a script without "if __name__ ..." once more in each process.
    run = run_python(SCRIPT, str(tmp_path / "pages"))
    assert run.communicate(timeout=60) == ("start\n40\n", "")
    assert run.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_ends_within_a_second(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number}.txt").write_text("PAGE HANG")
    code = """
    import threading, time
    workers._SECONDS_ALONE = -1.0
    def report():
        time.sleep(2.0)
        print("under way", flush=True)
    threading.Thread(target=report, daemon=True).start()
    try:
        ng.read(sys.argv[1], num_threads=2)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    """
    run = run_python(code, str(tmp_path), start_new_session=True)
    assert run.stdout is not None
    assert run.stdout.readline() == "under way\n"
    # What Ctrl-C in a terminal does: the whole group of processes hears it.
    os.killpg(run.pid, signal.SIGINT)
    started = time.perf_counter()
    out, err = run.communicate(timeout=30)
    assert time.perf_counter() - started < 2
    assert (out, err, run.returncode) == ("interrupted\n", "", 0)
