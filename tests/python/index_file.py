"""The file format of docs/index-format.md, read and written again in plain Python."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
HEAD = struct.Struct("<8sIIQQddQiiiiiiiid24sQ")
ENTRY = struct.Struct("<IIQQQ")
NAMES = [
    "id_offsets",
    "id_bytes",
    "text_documents",
    "set_offsets",
    "shingles",
    "sketches",
    "identities",
    "copies",
]


def mix(x: int) -> int:
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def combine(seed: int, value: int) -> int:
    return mix((seed * GOLDEN + value + 0x632BE59BD9B4E019) & MASK)


def checksum(content: bytes) -> int:
    assert len(content) % 64 == 0
    lanes = list(range(1, 9))
    for words in struct.iter_unpack("<8Q", content):
        for lane, word in enumerate(words):
            x = (lanes[lane] ^ word) * GOLDEN & MASK
            lanes[lane] = (x << 31 | x >> 33) & MASK
    total = combine(0, len(content))
    for lane in lanes:
        total = combine(total, lane)
    return total


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 64)


@dataclass
class IndexFile:
    """The parts of an index file; ``to_bytes`` gives one with right checksums, whatever they hold."""

    head: list[int | float | bytes]
    sections: list[bytes]

    @classmethod
    def parse(cls, content: bytes) -> IndexFile:
        head = list(HEAD.unpack_from(content))
        count = head[2]
        sections = []
        at = -(-(HEAD.size + count * ENTRY.size) // 64) * 64
        assert checksum(content[: HEAD.size - 8] + bytes(8) + content[HEAD.size : at]) == head[-1]
        for i in range(count):
            kind, number, offset, size, expected = ENTRY.unpack_from(content, HEAD.size + i * ENTRY.size)
            assert (kind, number) == ((i + 1, 0) if i < len(NAMES) else (len(NAMES) + 1, i - len(NAMES)))
            assert offset == at
            at += -(-size // 64) * 64
            assert checksum(content[offset:at]) == expected
            sections.append(content[offset : offset + size])
        assert head[3] == len(content) == at
        return cls(head, sections)

    def to_bytes(self) -> bytes:
        count = len(self.sections)
        at = -(-(HEAD.size + count * ENTRY.size) // 64) * 64
        directory = b""
        body = b""
        for i, section in enumerate(self.sections):
            kind, number = (i + 1, 0) if i < len(NAMES) else (len(NAMES) + 1, i - len(NAMES))
            whole = padded(section)
            directory += ENTRY.pack(kind, number, at + len(body), len(section), checksum(whole))
            body += whole
        self.head[2] = count
        self.head[3] = at + len(body)
        self.head[-1] = 0
        self.head[-1] = checksum(padded(HEAD.pack(*self.head) + directory))
        return padded(HEAD.pack(*self.head) + directory) + body
