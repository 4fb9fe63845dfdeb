"""The bytes of a file: decompressed as they are read, bounded, and as UTF-8."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import gzip
import io
import lzma
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

import pyarrow as pa

from .failures import corrupt
from .paths import InputFile

__all__ = ["ByteStream", "Utf8Stream", "check_encoding", "expansion_limit", "reopenable", "seekable", "utf8_stream"]

#: So much may come out of any file, whatever it was compressed from.
FREE_BYTES = 128 << 20
#: Beyond :data:`FREE_BYTES`, what came out may be this many times what went in so far. Text grows 3 to 20 times; a bomb
#: of DEFLATE, whose codes cannot do better, 1,030 times.
DEFAULT_EXPANSION = 200.0
EXPANSION_VARIABLE = "NEWSGPU_MAX_EXPANSION"

_PIECE = 1 << 20
# As much as an encoding is guessed from.
_START_BYTES = 1 << 16
_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)


def expansion_limit(max_expansion: float | None) -> float:
    """How many times its size a compressed file may grow: the argument, else the environment, else the default."""
    name, value = "max_expansion", max_expansion
    if value is None:
        setting = os.environ.get(EXPANSION_VARIABLE)
        if not setting:
            return DEFAULT_EXPANSION
        name = EXPANSION_VARIABLE
        try:
            value = float(setting)
        except ValueError:
            raise ValueError(f"{name} must be a number of at least 1, got {setting!r}") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be None or a number, got {value!r}")
    if not value >= 1:
        raise ValueError(f"{name} must be at least 1, got {value}")
    return float(value)


class ByteStream(io.RawIOBase):
    """Reads a file, decompressed by its suffix.

    What leaves it is bounded: where more than :data:`FREE_BYTES`, and more than ``max_expansion`` times the bytes read
    so far, came out, it raises :class:`newsgpu.CorruptFile`, as it does at damage and truncation. Memory is the codec's
    window.

    ``on_bytes`` hears how many bytes of the file, as it lies on disk, were consumed.
    """

    def __init__(self, file: InputFile, max_expansion: float, on_bytes: Callable[[int], None] | None = None) -> None:
        super().__init__()
        self.file = file
        self._on_bytes = on_bytes
        self._reported = 0
        self._raw = open(file.path, "rb")  # noqa: SIM115 - closed by close()
        size = os.fstat(self._raw.fileno()).st_size
        self._max_expansion = max_expansion
        self._delivered = 0
        self._source: _Source = (
            self._raw if not file.compression else _decompressed(self._raw, file.compression.lower())
        )
        if file.compression and size == 0 and os.path.isfile(file.path):
            self.close()
            raise corrupt(file.path, f"is empty, which no {file.compression} file is")

    def readable(self) -> bool:
        """Always true."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, fewer only at the end; all that is left for -1."""
        pieces = []
        wanted = size if size >= 0 else None
        while wanted is None or wanted > 0:
            piece = self._piece(_PIECE if wanted is None else min(wanted, _PIECE))
            if not piece:
                break
            pieces.append(piece)
            if wanted is not None:
                wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readinto(self, target: object) -> int:
        """Fills a buffer as far as there are bytes."""
        view = memoryview(target).cast("B")  # type: ignore[arg-type]
        piece = self._piece(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Closes the file."""
        source = getattr(self, "_source", None)
        if source is not None and source is not self._raw:
            source.close()
        if hasattr(self, "_raw"):
            self._raw.close()
        super().close()

    def _piece(self, size: int) -> bytes:
        try:
            piece: bytes = self._source.read(size)
        except _DAMAGED as error:
            raise self._damaged(error) from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise self._damaged(error) from error
        self._delivered += len(piece)
        if self.file.compression:
            self._check_growth()
        self._report()
        return piece

    def _damaged(self, error: BaseException) -> Exception:
        truncated = isinstance(error, EOFError) or "truncated" in str(error).lower()
        what = "ends early, it is truncated" if truncated else f"is damaged: {error}"
        return corrupt(self.file.path, f"the {self.file.compression} file {what}")

    def _check_growth(self) -> None:
        if self._delivered > FREE_BYTES and self._delivered > self._max_expansion * self._raw.tell():
            raise corrupt(
                self.file.path,
                f"unpacks to more than {FREE_BYTES >> 20} MiB and {self._max_expansion:g} times its size; if it is no "
                f"decompression bomb, raise max_expansion= or {EXPANSION_VARIABLE}",
            )

    def _report(self) -> None:
        if self._on_bytes is not None:
            at = self._raw.tell() if self.file.compression and not self._raw.closed else self._delivered
            if at > self._reported:
                self._on_bytes(at - self._reported)
                self._reported = at


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


def _decompressed(raw: BinaryIO, compression: str) -> _Source:
    if compression == ".gz":
        return gzip.GzipFile(fileobj=raw, mode="rb")
    if compression == ".bz2":
        return bz2.BZ2File(raw)
    if compression == ".xz":
        return lzma.LZMAFile(raw)
    return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")


def check_encoding(encoding: str) -> str:
    """The normal name of a text encoding."""
    try:
        # Codecs such as hex turn bytes into bytes; str() refuses those.
        str(b"?", encoding, "replace")
        found = codecs.lookup(encoding)
    except (LookupError, TypeError, ValueError):
        found = None
    if found is None or found.incrementaldecoder is None:
        raise ValueError(f"encoding must name a text encoding such as 'utf-8' or 'gb18030', got {encoding!r}")
    return "utf-8" if found.name == "utf-8-sig" else found.name


class Utf8Stream(io.RawIOBase):
    """A file's text as UTF-8: that stays as it is, what is ill-formed in another encoding becomes U+FFFD.

    ``is_marked`` says whether a byte order mark stood before it, which is not part of the text.
    """

    def __init__(self, first: bytes, source: ByteStream, encoding: str, is_marked: bool) -> None:
        super().__init__()
        self.is_marked = is_marked
        self._first = first
        self._source = source
        # UTF-8 stays as it is, for the core reads ill-formed bytes itself.
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        """Always true."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, fewer only at the end; all that is left for -1."""
        if self._decoder is None:
            if size < 0:
                head, self._first = self._first, b""
                return head + self._source.read()
            head, self._first = self._first[:size], self._first[size:]
            return head + self._source.read(size - len(head)) if len(head) < size else head
        pieces, have = [self._ready], len(self._ready)
        while not self._ended and (size < 0 or have < size):
            encoded = self._first or self._source.read(_PIECE)
            self._first = b""
            self._ended = not encoded
            pieces.append(self._decoder.decode(encoded, self._ended).encode("utf-8", "replace"))
            have += len(pieces[-1])
        whole = b"".join(pieces)
        if size < 0:
            size = len(whole)
        self._ready = whole[size:]
        return whole[:size]

    def readinto(self, target: object) -> int:
        """Fills a buffer as far as there are bytes."""
        view = memoryview(target).cast("B")  # type: ignore[arg-type]
        piece = self.read(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Closes the file."""
        self._source.close()
        super().close()


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def utf8_stream(source: ByteStream, encoding: str, on_doubt: Callable[[str], None] | None = None) -> Utf8Stream:
    """The text of a file as UTF-8, without its byte order mark.

    A mark wins over ``encoding``, as on the web. ``on_doubt`` hears what the encoding of a file seems to be that is
    said to be UTF-8 and begins as no UTF-8 can.
    """
    start = source.read(_START_BYTES)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return Utf8Stream(start[len(mark) :], source, name, is_marked=True)
    if on_doubt is not None and encoding == "utf-8" and (guess := _guessed(start)):
        on_doubt(guess)
    return Utf8Stream(start, source, encoding, is_marked=False)


def _guessed(start: bytes) -> str | None:
    """What the encoding of a file may be that begins as no UTF-8 can."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last character may be cut
    except UnicodeDecodeError:
        # Cleaning imports much.
        from ..cleaning.encodings import guess_encoding

        return guess_encoding(start)
    return None


@contextlib.contextmanager
def reopenable(file: InputFile, open_stream: Callable[[], BinaryIO]) -> Iterator[Callable[[], BinaryIO]]:
    """``open_stream``, or where a file can be read only once, as a pipe, streams from a temporary copy of it."""
    if file.path.is_file():
        yield open_stream
        return
    with tempfile.NamedTemporaryFile(prefix="newsgpu-") as copy:
        with open_stream() as stream:
            shutil.copyfileobj(stream, copy)
        copy.flush()
        yield lambda: open(copy.name, "rb")  # noqa: SIM115 - the caller closes it


def seekable(source: ByteStream) -> BinaryIO:
    """The file itself, or its decompressed bytes in a temporary file: Parquet and Arrow files are read from the end."""
    if not source.file.compression and source._raw.seekable():
        return source._raw
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        shutil.copyfileobj(source, spooled, _PIECE)
        spooled.seek(0)
    except BaseException:
        spooled.close()
        raise
    return spooled
