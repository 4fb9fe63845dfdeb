"""The bugs that mutation.py plants: each is a place in a source, and what stands there instead."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, SEGMENTS, SPACES, TOKENIZE = "cuda/device_text.cu", "cuda/segments.cu", "cuda/spaces.cu", "cuda/tokenize.cu"
PLANES, TEXT_HEADER, SEGMENTS_HEADER = "cuda/byte_planes.cuh", "cuda/device_text.cuh", "cuda/segments.cuh"
# The sources that a header's bug is compiled into.
USERS = {
    PLANES: (SPACES,),
    TEXT_HEADER: (TEXT, SEGMENTS, SPACES, TOKENIZE),
    SEGMENTS_HEADER: (SEGMENTS, SPACES, TOKENIZE),
}


@dataclass(frozen=True)
class Mutant:
    """A bug. ``old`` occurs once in ``file``."""

    name: str
    file: str
    old: str
    new: str

    @property
    def units(self) -> tuple[str, ...]:
        """The sources to compile again."""
        return USERS.get(self.file, (self.file,))

    def apply(self, source: str) -> str:
        """The source with the bug in it."""
        if source.count(self.old) != 1:
            raise SystemExit(f"{self.name}: its place occurs {source.count(self.old)} times in {self.file}")
        return source.replace(self.old, self.new)


MUTANTS = [
    # tiles and halos
    Mutant("the left halo lane writes", SPACES, "mine = lane > 0 && lane", "mine = lane"),
    Mutant("the right halo lane writes", SPACES, "lane < warp_size - 1 && word", "lane < warp_size && word"),
    Mutant("tile shifted by a lane", SPACES, "chunk * chunk_words + lane - 1", "chunk * chunk_words + lane"),
    Mutant("tile one lane too long", SEGMENTS_HEADER, "chunk_words = 30", "chunk_words = 31"),
    Mutant(
        "edge of a lane not passed on", PLANES, "return funnel_left(shuffle_up(mask, 1), mask, 1);", "return mask << 1;"
    ),
    Mutant(
        "edge of a lane taken from the wrong side",
        PLANES,
        "funnel_right(mask, shuffle_down(mask, 1), 1)",
        "funnel_right(mask, shuffle_up(mask, 1), 1)",
    ),
    Mutant(
        "wide space not carried to the next lane",
        SPACES,
        "static_cast<std::uint32_t>(found) | shuffle_up(static_cast<std::uint32_t>(found >> 32), 1)",
        "static_cast<std::uint32_t>(found)",
    ),
    Mutant("filter of wide spaces blind at the edge", SPACES, "near >> 1 | 0x8000'0000", "near >> 1"),
    # ends of arrays
    Mutant(
        "bits behind the text kept", SPACES, "found.tokens[word] = tokens & inside;", "found.tokens[word] = tokens;"
    ),
    Mutant("last word masked to nothing", SPACES, "in_word >= lane_bytes ?", "in_word > lane_bytes ?"),
    Mutant(
        "one warp too many", SPACES, "if (chunk >= found.chunk_tokens.size())", "if (chunk > found.chunk_tokens.size())"
    ),
    Mutant("text read one unit past the end", SPACES, "unit < text.size()", "unit <= text.size()"),
    Mutant(
        "grid rounded down",
        SPACES,
        "parts_of(found.chunk_tokens.size(), block_warps)",
        "found.chunk_tokens.size() / block_warps",
    ),
    Mutant(
        "no bit for the end of the text",
        TEXT,
        "breaks_{num_bytes_ / word_bits + 1, on}",
        "breaks_{parts_of(num_bytes_, word_bits), on}",
    ),
    Mutant("offsets one short", TEXT, "if (doc < documents.offsets.size())", "if (doc + 1 < documents.offsets.size())"),
    Mutant("one offset too many", TEXT, "if (doc < documents.offsets.size())", "if (doc <= documents.offsets.size())"),
    # divergence
    Mutant("shuffle under a divergent if", SPACES, "if (any_of_warp(possible != 0))", "if (possible != 0)"),
    Mutant(
        "vote replaced by a lane's own view", SPACES, "if (any_of_warp(planes.bit[7] != 0))", "if (planes.bit[7] != 0)"
    ),
    Mutant(
        "a lane returns before the sum",
        SPACES,
        "auto const count = sum_of_inner_lanes(",
        "if (!mine) return;\n    auto const count = sum_of_inner_lanes(",
    ),
    Mutant("sum over half of the lanes", SPACES, "by = warp_size / 2; by > 0", "by = warp_size / 4; by > 0"),
    # atomics
    Mutant(
        "atomic_or replaced by |=",
        TEXT,
        "atomic_or(breaks[at / word_bits], 1u << (at % word_bits));",
        "breaks[at / word_bits] |= 1u << (at % word_bits);",
    ),
    Mutant(
        "atomic_and replaced by &=",
        SEGMENTS,
        "auto const before = atomic_and(found.tokens[word], ~dropped);",
        "auto const before = found.tokens[word];\n        found.tokens[word] &= ~dropped;",
    ),
    Mutant(
        "atomic_add replaced by +=",
        SEGMENTS,
        "atomic_add(found.chunk_tokens[word / chunk_words], -count_ones(before & dropped));",
        "found.chunk_tokens[word / chunk_words] += -count_ones(before & dropped);",
    ),
    # uninitialised memory
    Mutant("padding of the text not zeroed", TEXT, "if (!text_.view().empty())", "if (false)"),
    Mutant("breaks not zeroed", TEXT, "    fill_bytes(breaks_.view(), 0, on);\n", ""),
    Mutant("sum does not begin with 0", SEGMENTS, "    fill_bytes(before.view().subview(0, 1), 0, on);\n", ""),
    Mutant(
        "sum ends one early",
        SEGMENTS,
        "before.view().subview(1, chunks), on);\n    return",
        "before.view().subview(0, chunks), on);\n    return",
    ),
    # streams and lifetimes
    Mutant(
        "copy on another stream, no event",
        TEXT,
        "num_bytes_}, on);\n    copy_to_device",
        "num_bytes_}, stream{on.device()});\n    copy_to_device",
    ),
    Mutant(
        "buffer freed before its kernel",
        SEGMENTS,
        "auto const before_chunk = count_before_chunks(found, on);\n"
        "    token_spans listed{{num_tokens, on}, {num_tokens, on}};\n"
        "    launch(on, {parts_of(found.chunk_tokens.size(), block_warps), block_threads}, list, found,\n"
        "           before_chunk.view(),",
        "auto const before = std::as_const(*std::make_unique<device_buffer<std::int64_t>>(\n"
        "        count_before_chunks(found, on))).view();\n"
        "    token_spans listed{{num_tokens, on}, {num_tokens, on}};\n"
        "    launch(on, {parts_of(found.chunk_tokens.size(), block_warps), block_threads}, list, found,\n"
        "           before,",
    ),
    Mutant("host's array dies before the copy", TOKENIZE, "        on.synchronize(); // before `missing` goes\n", ""),
    Mutant(
        "results read before the copy", TOKENIZE, "on);\n        on.synchronize();\n        for", "on);\n        for"
    ),
    # arithmetic
    Mutant("32-bit position", SEGMENTS, "before_chunk, std::int64_t base,", "before_chunk, std::int32_t base,"),
    Mutant(
        "32-bit offset of a document",
        TEXT_HEADER,
        "return offsets[doc] - offsets[0];",
        "return static_cast<int>(offsets[doc]) - offsets[0];",
    ),
    Mutant(
        "part of a corpus read from its front", TEXT_HEADER, "return offsets[doc] - offsets[0];", "return offsets[doc];"
    ),
    Mutant("positions in the batch, not in the corpus", TOKENIZE, "made, part.offsets().front(), on)", "made, 0, on)"),
    Mutant("rank counts a word too many", SEGMENTS, "word < last; ++word", "word <= last; ++word"),
    Mutant(
        "long segment found a word late", SEGMENTS, "auto before = word - 1; before", "auto before = word - 2; before"
    ),
    Mutant(
        "scan of a warp without its last step",
        SEGMENTS,
        "by = 1; by < warp_size; by *= 2",
        "by = 1; by < warp_size / 2; by *= 2",
    ),
    # the rules
    Mutant(
        "sequence goes on into the next document",
        SPACES,
        "continued_bytes(planes, breaks)",
        "continued_bytes(planes, 0)",
    ),
    Mutant(
        "wide space over the end of a document",
        SPACES,
        "bool const whole =\n            here.well_formed && ((",
        "bool const whole =\n            here.well_formed || ((",
    ),
    Mutant("surrogates accepted", PLANES, " | (k2 & k1 & k0 & b5)", ""),
    Mutant("overlong three bytes accepted", PLANES, "(~k2 & k1 & k0 & ~b5) | ", ""),
    Mutant("beyond U+10FFFF accepted", PLANES, " | (k2 & k1 & ~k0 & high)", ""),
    Mutant(
        "fourth byte after three of three",
        PLANES,
        "previous_byte(wants_fourth)",
        "previous_byte(wants_third | wants_fourth)",
    ),
    Mutant("missing documents have tokens", TOKENIZE, "corpus.is_missing(doc) && offsets", "false && offsets"),
]
