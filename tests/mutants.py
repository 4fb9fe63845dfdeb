"""The bugs that mutation.py plants: each is a place in a source, and what stands there instead."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, SEGMENTS, SPACES, TOKENIZE = "cuda/device_text.cu", "cuda/segments.cu", "cuda/spaces.cu", "cuda/tokenize.cu"
RUNS, WORDS, ASCII, RULES = "cuda/word_runs.cu", "cuda/words.cu", "cuda/words_ascii.cu", "cuda/words_rules.cu"
DICTIONARY, PIECES, EXACT = "cuda/words_dictionary.cu", "cuda/words_pieces.cu", "cuda/words_exact.cu"
PLANES, TEXT_HEADER, SEGMENTS_HEADER = "cuda/byte_planes.cuh", "cuda/device_text.cuh", "cuda/segments.cuh"
CHUNK_LANES, WORD_LANES, LANE_TEXT = "cuda/chunk_lanes.cuh", "cuda/word_lanes.cuh", "cuda/lane_text.cuh"
LANE_SUM = "cuda/lane_sum.cuh"
WORD_STEPS = (WORDS, ASCII, RULES, DICTIONARY, PIECES, EXACT)
STAGING, BATCHES, RESIDENT, SURE = "cuda/staging.cu", "cuda/batches.cu", "cuda/resident_corpus.cu", "cuda/sure_place.cu"
FORMS, NORMALIZE, FORM_ARITHMETIC = "cuda/forms.cu", "cuda/normalize.cu", "src/element/normalize.hpp"
CHARACTERS, SKETCH, CANDIDATES = "cuda/character_units.cu", "cuda/sketch.cu", "cuda/candidates.cu"
SETS, NEAR, SHINGLE_UNITS = "cuda/shingle_sets.cu", "cuda/near_duplicates.cu", "cuda/shingle_units.cuh"
JOIN, LISTS, STOPS = "cuda/set_join.cu", "cuda/set_list.cu", "cuda/stop_words.cu"
TOKEN_FILTER, CHARACTER_TOKENS = "cuda/token_filter.cu", "cuda/character_tokens.cu"
INTERACTING, FORM_TABLE, ONCE, BUFFER = (
    "cuda/interacting.cu",
    "cuda/form_table.cu",
    "cuda/once_per_device.cuh",
    "cuda/device_buffer.cuh",
)
SEARCH, TEXT_FORM = "cuda/token_search.cu", "cuda/text_form.cu"
TOKENS, PIECES_OF_SEGMENTS, HASHES = "cuda/device_tokens.cu", "cuda/segment_pieces.cu", "cuda/token_hashes.cu"
ALIGNED, SLOTS, SLOT_STEPS = "cuda/aligned_text.cuh", "cuda/term_slots.cuh", "cuda/term_slots.cu"
TEXT_TERMS, NGRAM_TERMS, COUNTER = "cuda/text_terms.cu", "cuda/ngram_terms.cu", "cuda/term_counter.cu"
GROWING, ROWS, MATRIX = "cuda/growing_buffer.cuh", "cuda/document_rows.cu", "cuda/matrix.cu"
WEIGH, WEIGH_ROW, RANKS = "cuda/weigh.cu", "cuda/weigh_row.cuh", "cuda/row_ranks.cu"
COUNT, COUNTED = "cuda/count.cu", "cuda/counted_rows.cu"
BLOCKS, INDEX, NEIGHBOURS, SIMILAR = (
    "cuda/row_blocks.cu",
    "cuda/cosine_index.cu",
    "cuda/neighbour_search.cu",
    "cuda/similar.cu",
)
REPEATED, SKETCHED = "cuda/repeated_runs.cu", "cuda/sketched_sets.cu"
DUPLICATES = (CHARACTERS, SKETCH, CANDIDATES, SETS, NEAR, SHINGLE_UNITS)
# Parts of the names of the stages of newsgpu_parity that run a source; all of them where it is not named.
STAGES = {
    **dict.fromkeys((FORMS, NORMALIZE, FORM_ARITHMETIC, INTERACTING, FORM_TABLE), ("normalize", "stopped")),
    **dict.fromkeys((*WORD_STEPS, WORD_LANES), ("words",)),
    **dict.fromkeys((SPACES, SEGMENTS, CHUNK_LANES), ("characters", "whitespace")),
    ONCE: ("tables",),
    **dict.fromkeys((TEXT, TOKENIZE, BATCHES, RESIDENT, BUFFER), ("characters", "stopped")),
    **dict.fromkeys((PLANES, LANE_TEXT, TEXT_HEADER), ("characters", "words")),
    **dict.fromkeys(DUPLICATES, ("near_duplicates characters",)),
    **dict.fromkeys((JOIN, LISTS), ("exact", "contained")),
    STOPS: ("without stop words",),
    TOKEN_FILTER: ("word_runs", "without stop words"),
    CHARACTER_TOKENS: ("count char",),
    **dict.fromkeys((TOKENS, PIECES_OF_SEGMENTS, HASHES), ("hash_tokens",)),
    ALIGNED: ("hash_tokens", "count "),
    **dict.fromkeys((SLOTS, SLOT_STEPS, NGRAM_TERMS, COUNTER, GROWING, COUNTED), ("count ", "count_ngrams")),
    **dict.fromkeys((TEXT_TERMS, ROWS), ("count ", "count_ngrams")),
    **dict.fromkeys((MATRIX, COUNT), ("count ", "tfidf")),
    **dict.fromkeys((WEIGH, WEIGH_ROW), ("weigh", "tfidf")),
    RANKS: ("keywords",),
    **dict.fromkeys((BLOCKS, INDEX, NEIGHBOURS, SIMILAR), ("similar",)),
    SEARCH: ("characters", "stopped"),
    TEXT_FORM: ("normalize", "stopped"),
    RUNS: ("sklearn",),
    STAGING: ("characters", "staging", "stopped"),
    "cuda/device_buffer.cu": ("characters",),
    REPEATED: ("shared_passages", "stopped"),
    SKETCHED: ("duplicate_index",),
    LANE_SUM: ("characters", "normalize lower"),
}
# The sources that a header's bug is compiled into.
USERS = {
    PLANES: (SPACES, RUNS, ASCII, RULES, DICTIONARY, FORMS),
    TEXT_HEADER: (TEXT, SEGMENTS, SPACES, RUNS, TOKENIZE, *WORD_STEPS),
    SEGMENTS_HEADER: (SEGMENTS, SPACES, RUNS, TOKENIZE, *WORD_STEPS),
    CHUNK_LANES: (SPACES, RUNS),
    WORD_LANES: (WORDS, ASCII, RULES, DICTIONARY),
    LANE_TEXT: (SPACES, RUNS, FORMS, *WORD_STEPS),
    FORM_ARITHMETIC: (FORMS,),
    LANE_SUM: (SEGMENTS, FORMS, CHARACTERS, SKETCH, SETS),
    SHINGLE_UNITS: (SKETCH, SETS),
    ALIGNED: (HASHES, TEXT_TERMS, STOPS),
    SLOTS: (TEXT_TERMS, NGRAM_TERMS),
    GROWING: (TEXT_TERMS, NGRAM_TERMS, COUNTER),
    WEIGH_ROW: (MATRIX, WEIGH),
    ONCE: (SPACES, RUNS, "cuda/word_tables.cu"),
    BUFFER: (TEXT, SEGMENTS, RUNS, TOKENIZE, FORMS, NORMALIZE, *WORD_STEPS),
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

    @property
    def stages(self) -> tuple[str, ...]:
        """Parts of the names of the stages of newsgpu_parity that can find it; empty for all."""
        if self.name.startswith("duplicates: "):
            # An index too: of documents without a shingle only equal ones are found, with any sketch.
            return ("near_duplicates characters", "ends of tiles")
        if self.name.startswith("joins: "):
            return ("exact", "contained")
        if self.name.startswith("copied: "):
            return ("normalize",)
        if self.name.startswith("passages: "):
            return ("shared_passages",)
        if self.name.startswith("index: "):
            return ("duplicate_index",)
        if self.name.startswith("stop words: "):
            return ("without stop words",)
        if self.name.startswith("parts: "):
            return ("count char", "word_runs")
        return STAGES.get(self.file, ())

    def apply(self, source: str) -> str:
        """The source with the bug in it."""
        if source.count(self.old) != 1:
            raise SystemExit(f"{self.name}: its place occurs {source.count(self.old)} times in {self.file}")
        return source.replace(self.old, self.new)


MUTANTS = [
    # tiles and halos
    Mutant("the left halo lane writes", CHUNK_LANES, "mine = lane > 0 && lane", "mine = lane"),
    Mutant("the right halo lane writes", CHUNK_LANES, "lane < warp_size - 1 && word", "lane < warp_size && word"),
    Mutant(
        "tile shifted by a lane", SPACES, "chunk * chunk_words + lane_rank() - 1", "chunk * chunk_words + lane_rank()"
    ),
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
        "bits behind the text kept",
        CHUNK_LANES,
        "found.tokens[word] = tokens & inside;",
        "found.tokens[word] = tokens;",
    ),
    Mutant("last word masked to nothing", CHUNK_LANES, "in_word >= lane_bytes ?", "in_word > lane_bytes ?"),
    Mutant(
        "one warp too many", SPACES, "if (chunk >= found.chunk_tokens.size())", "if (chunk > found.chunk_tokens.size())"
    ),
    Mutant("text read one unit past the end", LANE_TEXT, "unit < text.size()", "unit <= text.size()"),
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
        CHUNK_LANES,
        "auto const count = sum_of_inner_lanes(",
        "if (!mine) return;\n    auto const count = sum_of_inner_lanes(",
    ),
    Mutant("sum over half of the lanes", CHUNK_LANES, "by = warp_size / 2; by > 0", "by = warp_size / 4; by > 0"),
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
    Mutant("breaks not zeroed", TEXT, "    fill_bytes(breaks, 0, on);\n", ""),
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
        "copies.upload<std::int64_t>(documents, offsets_.view(), on);",
        "stream const other{on.device()};\n    copies.upload<std::int64_t>(documents, offsets_.view(), other);",
    ),
    Mutant(
        "buffer freed before its kernel",
        SEGMENTS,
        "    auto const before_chunk = count_before_chunks(found, on);\n"
        "    launch(on, {parts_of(found.chunk_tokens.size(), block_warps), block_threads}, list, found,\n"
        "           before_chunk.view(),",
        "    auto const before = std::as_const(*std::make_unique<device_buffer<std::int64_t>>(\n"
        "        count_before_chunks(found, on))).view();\n"
        "    launch(on, {parts_of(found.chunk_tokens.size(), block_warps), block_threads}, list, found,\n"
        "           before,",
    ),
    Mutant("host's array dies before the copy", SEARCH, "        on.synchronize(); // before `missing` goes\n", ""),
    Mutant(
        "results read before the copy",
        TOKENIZE,
        "        on.synchronize();\n        return before_.view();",
        "        return before_.view();",
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
    Mutant("positions in the batch, not in the corpus", TOKENIZE, "part().documents.offsets().front(), on)", "0, on)"),
    Mutant("rank counts a word too many", SEGMENTS, "word < last; ++word", "word <= last; ++word"),
    Mutant(
        "long segment found a word late", SEGMENTS, "auto before = word - 1; before", "auto before = word - 2; before"
    ),
    Mutant(
        "scan of a warp without its last step",
        LANE_SUM,
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
    Mutant("missing documents have tokens", SEARCH, "corpus.is_missing(doc) && offsets", "false && offsets"),
    # words: tiles of two chunks, and what their lanes hand on
    Mutant("words: tile shifted by a lane", ASCII, "tile * tile_lanes + lane - 1", "tile * tile_lanes + lane"),
    Mutant("words: a lane too few writes", WORD_LANES, "lane_rank() - 1 < tile_lanes", "lane_rank() < tile_lanes"),
    Mutant("words: the right halo lane writes", WORD_LANES, "lane_rank() - 1 < tile_lanes", "lane_rank() > 0"),
    Mutant("words: last lane counted in the next chunk", WORD_LANES, "lane <= tile_lanes /", "lane < tile_lanes /"),
    Mutant("words: bits behind the text kept", WORD_LANES, "mine.ends & bytes_inside(num_bytes, word)", "mine.ends"),
    Mutant("words: one tile listed by two", WORD_LANES, "atomic_add(list.count[0], 1u)", "list.count[0]++"),
    Mutant("words: vote on ASCII by each lane", ASCII, "if (any_of_warp(!bytes.is_ascii()))", "if (!bytes.is_ascii())"),
    Mutant("words: letter of the next document joins", ASCII, "c.letter & ~breaks & 1", "c.letter & 1"),
    Mutant("words: rules go over documents", ASCII, "unsure, breaks);", "unsure);"),
    Mutant(
        "words: Mid at the end of a lane does not join", ASCII, "(cuts.cut & ~joined) | breaks", "cuts.cut | breaks"
    ),
    Mutant(
        "words: only a lane itself is open",
        RULES,
        "any_of_warp(is_open(c.extend | unknown, c.regional))",
        "is_open(c.extend | unknown, c.regional)",
    ),
    Mutant("words: a lane of Extend is closed", RULES, "return one_base ||", "return"),
    Mutant(
        "words: a lane of one base is closed", RULES, "one_base = (bases & (bases - 1)) == 0", "one_base = bases == 0"
    ),
    Mutant(
        "words: a lane of flags is closed", RULES, "return one_base || (bases & ~regional) == 0;", "return one_base;"
    ),
    Mutant(
        "words: open tiles not handed to ICU",
        RULES,
        "open ? bytes_inside(text.num_bytes, word) : (c.exact",
        "open ? 0 : (c.exact",
    ),
    Mutant(
        "words: rules do not go on in the next lane", RULES, "shuffle_up(rules_behind(c, breaks).carried(), 1)", "0"
    ),
    Mutant(
        "words: Mid does not look into the next lane",
        RULES,
        "carry = shuffle_down(static_cast<std::uint32_t>(carry), 1);",
        "carry = 0;",
    ),
    Mutant("words: character over the edge without a class", RULES, "lane == 0 ? 0 : from_before", "0"),
    Mutant("words: character over the edge cut short", RULES, " | std::uint64_t{behind} << (63 - i)", ""),
    Mutant("words: status of a character over the edge", RULES, "high.finish(before >> 1 & 1)", "high.finish(0)"),
    Mutant(
        "words: rules of any text go over documents",
        RULES,
        "auto const cuts = rules.apply(c, reached, unsure, breaks);",
        "auto const cuts = rules.apply(c, reached, unsure);",
    ),
    Mutant(
        "words: four bytes read from one word",
        LANE_TEXT,
        "funnel_right(word(at / word_bytes), word(at / word_bytes + 1), bit_of(at))",
        "funnel_right(word(at / word_bytes), word(at / word_bytes), bit_of(at))",
    ),
    Mutant(
        "words: first bytes of the halo taken for known",
        RULES,
        "lane_rank() == 0 ? std::uint64_t{7} : 0",
        "std::uint64_t{0}",
    ),
    Mutant("words: Han from E4 80 on", PLANES, "(~e4 | from_b8)", "second"),
    Mutant("words: Han cut short taken for whole", PLANES, " & next_byte(second) & ~edge;", " & ~edge;"),
    # words: the dictionary
    Mutant(
        "words: word ends at the lane's edge",
        DICTIONARY,
        "return bits.mine | (lane_rank() > 0 ? before : 0);",
        "return bits.mine | (before & 0);",
    ),
    Mutant(
        "words: no look at the lane before",
        DICTIONARY,
        " | (lane_rank() > 0 ? before >> (64 - char_bytes) : 0)",
        " | (before & 0)",
    ),
    Mutant("words: no look at the lane behind", DICTIONARY, " | shuffle_down(mask, 1) << (64 - char_bytes)", ""),
    Mutant(
        "words: a long word crosses a place too few",
        DICTIONARY,
        "            reach.set(at);\n            auto const entry",
        "            auto const entry",
    ),
    Mutant("words: groups are like words", DICTIONARY, "            found.grouped |= reach;\n", ""),
    Mutant("words: third character beyond the lane forgotten", DICTIONARY, " | inside.behind << (64 - char_bytes)", ""),
    Mutant("words: pieces read before they are listed", PIECES, "    sync_block();\n", ""),
    Mutant("words: pieces too long for their keys", PIECES, "if (p.length > max_length) {", "if (p.length > 1000) {"),
    Mutant(
        "words: a piece begins in the middle",
        PIECES,
        "mine & ~funnel_left(word_at(open, word - 1), mine, char_bytes)",
        "mine & ~(mine << char_bytes)",
    ),
    Mutant(
        "words: ends of pieces without an atomic",
        PIECES,
        "atomic_or(found.ends[last / word_bits], 1u << (last % word_bits));",
        "found.ends[last / word_bits] |= 1u << (last % word_bits);",
    ),
    Mutant("words: a group begins anywhere", PIECES, "bit_at(planes.katakana, place(i - 1))", "false"),
    Mutant(
        "words: last tile of a block forgotten",
        PIECES,
        "block_words = block_tiles * tile_words",
        "block_words = (block_tiles - 1) * tile_words",
    ),
    # words: what ICU divides
    Mutant(
        "words: span found twice",
        EXACT,
        "highest_one(marks) > highest_one(ends)",
        "highest_one(marks) < highest_one(ends)",
    ),
    Mutant(
        "words: span begins at a cut of the dictionary",
        EXACT,
        "word_at(found.ends, word) & ~joined",
        "word_at(found.ends, word)",
    ),
    Mutant("words: spans counted twice", EXACT, "        fill_bytes(num_spans.view(), 0, on);\n", ""),
    Mutant(
        "words: tokens of a span counted twice", EXACT, "-std::int64_t{count_ones(tokens & cleared)}", "std::int64_t{0}"
    ),
    Mutant(
        "words: span cleared without an atomic",
        EXACT,
        "atomic_and(found.ends[word], ~cleared);",
        "found.ends[word] &= ~cleared;",
    ),
    Mutant(
        "words: segment set without an atomic", EXACT, "atomic_or(found.ends[word], bit);", "found.ends[word] |= bit;"
    ),
    Mutant(
        "words: tokens counted without an atomic",
        EXACT,
        "atomic_add(found.chunk_tokens[word / chunk_words], std::int64_t{1});",
        "found.chunk_tokens[word / chunk_words] += 1;",
    ),
    Mutant("words: span one byte too far", EXACT, "span.begin + next - 1", "span.begin + next"),
    Mutant("words: ends die before the copy", EXACT, "    on.synchronize(); // before `divided` goes\n", ""),
    Mutant("words: planes not zeroed", WORDS, "        fill_bytes(words_.view(), 0, on);\n", ""),
    Mutant("words: number of tiles not zeroed", WORDS, "    fill_bytes(counts.view(), 0, on);\n", ""),
    Mutant(
        "words: pieces never cut",
        WORDS,
        "    cut_pieces(text, tables.dictionary, with_pieces, found, planes, on);\n",
        "",
    ),
    # scikit-learn's tokens
    Mutant("runs: last byte of four not reached", RUNS, "i < 3", "i < 2"),
    Mutant("runs: capital I with a dot does not split", RUNS, "c.word & ~c.splits", "c.word"),
    Mutant(
        "runs: character over the edge without a class",
        RUNS,
        "low_word(words) | words_before",
        "low_word(words) | (words_before & 0)",
    ),
    Mutant("runs: tokens go over documents", RUNS, " & ~continued & ~breaks;", " & ~continued;"),
    # batches and copies
    Mutant("chunk filled again before its copy", STAGING, "        found.copied.synchronize();\n", ""),
    Mutant("chunk's copy not recorded", STAGING, "size), on);\n        through.copied.record(on);", "size), on);"),
    Mutant("batch counted from the next document", BATCHES, "which.first = from.doc;", "which.first = from.doc + 1;"),
    Mutant("parts of a document not added up", TOKENIZE, "(part().goes_on ? count : 0)", "0"),
    Mutant("part of a document taken for a document", BATCHES, "    if (part.goes_on) {", "    if (false) {"),
    Mutant(
        "document cut inside a sequence",
        SURE,
        "return !element::is_continuation(",
        "return 1 + element::is_continuation(",
    ),
    Mutant("part of a resident corpus read from its front", RESIDENT, " - corpus_.offsets()[held.first]", " * 0"),
    Mutant("resident piece of the next documents", BATCHES, "piece_of(index + from.doc).last", "piece_of(index).last"),
    # forms
    Mutant("right halo lane measures", FORMS, "lane > 0 && lane < warp_size - 1;", "lane > 0;"),
    Mutant("form's sum does not begin with 0", FORMS, "    fill_bytes(sums.chunks.view().subview(0, 1), 0, on);\n", ""),
    Mutant("special code points not counted from 0", FORMS, "    fill_bytes(found.num_special, 0, on);\n", ""),
    Mutant("marks of parts not zeroed", FORMS, "    fill_bytes(rest, 0, on);\n", ""),
    Mutant(
        "special code points counted by +=",
        FORMS,
        "atomic_add(found.num_special[interacting], num_interacting);",
        "found.num_special[interacting] += num_interacting;",
    ),
    Mutant("parts marked by |=", FORMS, "atomic_or(rest[word], bits);", "rest[word] |= bits;"),
    Mutant("places listed by ++", FORMS, "places[atomic_add(num_listed[0], 1u)]", "places[num_listed[0]++]"),
    Mutant("form read before the warp has written it", FORMS, "    sync_warp();\n", ""),
    Mutant("first bytes of the next chunk not looked at", FORMS, "found.plain[chunk + 1] == 0", "false"),
    Mutant("word of two written from one", FORMS, "from[i - whole.first], from[i]", "from[i], from[i]"),
    Mutant("last bytes of a form not written", FORMS, "at < before : at < size", "at < before : false"),
    Mutant("first bytes of a form not written", FORMS, "at < before : at < size", "false : at < size"),
    Mutant("copied: Han that goes on in the next word cut short", FORMS, "(goes_on ? lowest_one(~next) : 0)", "0"),
    Mutant(
        "copied: Han over the end of a document", FORMS, "usual_han_leads(planes) & starts", "usual_han_leads(planes)"
    ),
    Mutant("copied: what is given", FORMS, "& starts & ~heads, continued", "& starts, continued"),
    Mutant("copied: letters as they are", FORMS, "return lowers ? lower_ascii(four) : four;", "return four;"),
    Mutant(
        "copied: whole words alone",
        FORMS,
        "for (auto four = next(); at < size; four >>= 8)",
        "for (auto four = next(); false;)",
    ),
    Mutant("copied: each time the same four bytes", LANE_TEXT, "        low_ = high;\n", ""),
    Mutant(
        "copied: text from the word's beginning", FORMS, "own.word * word_bits + copied.begin}", "own.word * word_bits}"
    ),
    Mutant("copied: Han of two bytes", FORMS, "| han << 1 | han << 2;", "| han << 1;"),
    Mutant("copied: what interacts", FORMS, " && !made.interacts ? own : 0;", " ? own : 0;"),
    Mutant("given form found a part late", FORMS, "range_of(given.begins, at)", "range_of(given.begins, at - 1)"),
    Mutant("form's sequence goes on into the next document", FORMS, "1 + lowest_one(~behind);", "4;"),
    Mutant(
        "what a mark joins not looked at",
        FORMS,
        "form.table.entries[before.code_point] : 0;",
        "form.table.entries[0] : 0;",
    ),
    Mutant("form as long as its code point, whatever it is", FORMS, "made.length == 1 + num_behind", "true"),
    Mutant(
        "kept code points without their last byte",
        FORMS,
        "((2u << num_behind) - 1) << i",
        "((1u << num_behind) - 1) << i",
    ),
    Mutant("bytes kept behind the document counted", FORMS, "count_ones(kept & before)", "count_ones(kept)"),
    Mutant("end of the text is no sum", FORMS, "if (at == text.num_bytes) {", "if (at > text.num_bytes) {"),
    Mutant("letters lowered one too few", FORMS, "(low + 0x2525'2525)", "(low + 0x2626'2626)"),
    Mutant("marks out of order stay", FORM_ARITHMETIC, "own >= combining_class(before)", "own != 0"),
    Mutant("marks that compose stay", FORM_ARITHMETIC, " && (entry & composes) == 0", ""),
    Mutant(
        "marks on what changes stay", FORM_ARITHMETIC, "((entry | before) & changes) == 0", "(entry & changes) == 0"
    ),
    Mutant("final sigma not looked at", TEXT_FORM, "if (unicode::is_final_sigma(", "if (!unicode::is_final_sigma("),
    # near-duplicates: characters
    Mutant("duplicates: white space at the end of a document kept", CHARACTERS, "before & ~last_of_document", "before"),
    Mutant(
        "duplicates: the next word not looked at",
        CHARACTERS,
        "auto const next_tokens = word_at(maps.tokens, word + 1);",
        "std::uint32_t const next_tokens = 0;",
    ),
    Mutant(
        "duplicates: a character of four bytes not reached",
        CHARACTERS,
        "for (unsigned by = 4;",
        "for (unsigned by = 3;",
    ),
    Mutant("duplicates: a code point cut short", CHARACTERS, "second >= 0xC0 ? 3 : 4", "second >= 0xC0 ? 3 : 3"),
    Mutant("duplicates: places read before they are there", CHARACTERS, "    sync_warp();\n", ""),
    Mutant("duplicates: a document begins with a space", CHARACTERS, "== U' ' ? 1 : 0)", "== U' ' ? 0 : 0)"),
    Mutant(
        "duplicates: a character counts itself", CHARACTERS, "below = (1u << lane) - 1;", "below = (2u << lane) - 1;"
    ),
    # near-duplicates: sketches
    Mutant(
        "duplicates: sums of products without an atomic",
        SKETCH,
        "atomic_add(product_sums[part.doc], product_sum);",
        "product_sums[part.doc] += product_sum;",
    ),
    Mutant(
        "duplicates: sums of units without an atomic",
        SKETCH,
        "atomic_add(placed_sums[part.doc], placed_sum);",
        "placed_sums[part.doc] += placed_sum;",
    ),
    Mutant(
        "duplicates: minima without an atomic",
        SKETCH,
        "atomic_min(least[k + p * groups], mine.least[p]);",
        "auto& at = least[k + p * groups];\n                at = mine.least[p] < at ? mine.least[p] : at;",
    ),
    Mutant(
        "duplicates: units read before they are there",
        SKETCH,
        "    sync_block();\n\n    make_shingles<N>(own, rule);",
        "    make_shingles<N>(own, rule);",
    ),
    Mutant(
        "duplicates: shingles read before they are there",
        SKETCH,
        "    sync_block();\n\n    // A thread's products",
        "    // A thread's products",
    ),
    Mutant(
        "duplicates: units behind the tile forgotten",
        SKETCH,
        "i < tile_units + num_behind; i +=",
        "i < tile_units; i +=",
    ),
    Mutant(
        "duplicates: units overwritten before neighbours read them",
        SKETCH,
        "    sync_block(); // neighbours have read what is overwritten\n",
        "",
    ),
    Mutant(
        "duplicates: documents searched before they are there",
        SKETCH,
        "    sync_block();\n\n    // Those behind",
        "    // Those behind",
    ),
    Mutant(
        "duplicates: what lies before a document is its",
        SKETCH,
        "auto const begin = (part.begin < part.to ? part.begin : part.to) - first;",
        "auto const begin = part.from - first;",
    ),
    Mutant(
        "duplicates: shingles of what lies before a document",
        SKETCH,
        "auto const from = part.from < part.begin ? part.begin : part.from;",
        "auto const from = part.from;",
    ),
    Mutant(
        "duplicates: short documents of other tiles",
        SKETCH,
        "if (i >= 0 && i < count && num_units",
        "if (i < count && num_units",
    ),
    Mutant(
        "duplicates: short documents have no shingle",
        SKETCH,
        "num_units > 0 && num_units < rule.n",
        "num_units > rule.n && num_units < rule.n",
    ),
    Mutant(
        "duplicates: short documents overwritten", SKETCH, "    sync_block();\n\n    // But where", "    // But where"
    ),
    Mutant(
        "duplicates: shingles go over ends of documents",
        SKETCH,
        "part.to < behind ? part.to : behind;",
        "part.to < behind + rule.n ? part.to : behind;",
    ),
    Mutant(
        "duplicates: positions count from the tile",
        SKETCH,
        "static_cast<std::uint64_t>(first + i - part.begin)",
        "static_cast<std::uint64_t>(i)",
    ),
    Mutant(
        "duplicates: minima not begun",
        SKETCH,
        "    fill_bytes(made.minima.view(), 0xFF, on); // element::no_minimum\n",
        "",
    ),
    Mutant("duplicates: sums not begun", SKETCH, "    fill_bytes(made.placed_sums.view(), 0, on);\n", ""),
    Mutant(
        "duplicates: the last share forgotten",
        SKETCH,
        "if (begin >= end) {\n        return;",
        "if (begin >= end || end == first + count) {\n        return;",
    ),
    Mutant("duplicates: the beginning of a part forgotten", SKETCH, "end == 0 ? from : to - four;", "to - four;"),
    Mutant("duplicates: the end of a part forgotten", SKETCH, "end == 0 ? from : to - four;", "from;"),
    Mutant("duplicates: a stream alone takes one end", SKETCH, "end < 2; end += streams", "end < 2; end += 2"),
    Mutant("duplicates: fours of other streams", SKETCH, "four + four * stream;", "four + 2 * four * stream;"),
    Mutant(
        "duplicates: a few shingles, all but one",
        SKETCH,
        "take_anywhere(from, second, last, last);",
        "take_anywhere(from, second, second, from);",
    ),
    Mutant(
        "duplicates: sixteen shingles, twelve of them",
        SKETCH,
        "            take(load_four(shingles + at + 3 * stride));\n",
        "",
    ),
    Mutant(
        "duplicates: the rest of a part forgotten",
        SKETCH,
        "at + four <= to; at += stride",
        "at + 2 * four <= to; at += stride",
    ),
    Mutant(
        "duplicates: greatest values not turned around",
        SKETCH,
        "k + p * groups], ~mine.greatest[p]);",
        "k + p * groups], mine.greatest[p]);",
    ),
    Mutant(
        "duplicates: units side by side, one too few",
        SKETCH,
        "if (i >= 0 && i < thread_units) {",
        "if (i >= 0 && i < thread_units - 1) {",
    ),
    Mutant("duplicates: keys at the front of the corpus", SKETCH, "* band + first + doc]", "* band + doc]"),
    Mutant(
        "duplicates: a unit is of the next document",
        SHINGLE_UNITS,
        "range_of(places, u, first, last);",
        "range_of(places, u + 1, first, last);",
    ),
    Mutant(
        "duplicates: sum over half of the lanes",
        LANE_SUM,
        "by = warp_size / 2; by > 0; by /= 2) {\n        value",
        "by = warp_size / 4; by > 0; by /= 2) {\n        value",
    ),
    # near-duplicates: candidates
    Mutant(
        "duplicates: estimate stricter by one",
        CANDIDATES,
        "if (agreement >= min_agreement) {",
        "if (agreement > min_agreement) {",
    ),
    Mutant("duplicates: seven bits compared", CANDIDATES, " | differing | low_bits)", " | low_bits)"),
    Mutant("duplicates: pairs without room lost", CANDIDATES, "        if (found < room) {", "        if (true) {"),
    Mutant(
        "duplicates: pairs counted without an atomic",
        CANDIDATES,
        "atomic_add(num_pairs[0], std::uint64_t{1})",
        "num_pairs[0]++",
    ),
    Mutant("duplicates: number of pairs not begun", CANDIDATES, "        fill_bytes(num_pairs.view(), 0, on);\n", ""),
    Mutant("duplicates: neighbours not compared", CANDIDATES, "before; k > 0; --k", "before; k > 1; --k"),
    Mutant(
        "duplicates: one band for all",
        CANDIDATES,
        "kept.keys.subview(band * num_kept, num_kept)",
        "kept.keys.subview(0, num_kept)",
    ),
    Mutant("duplicates: large buckets forgotten", CANDIDATES, "in_large[i] = is_large ? 1 : 0;", "in_large[i] = 0;"),
    # near-duplicates: sets
    Mutant("duplicates: repeats are members", SETS, "hashes[i] != hashes[i - 1] || owners", "true || owners"),
    Mutant("duplicates: members of two documents are one", SETS, " || owners[i] != owners[i - 1] ?", " ?"),
    Mutant(
        "duplicates: a hash beyond the largest is looked at",
        SETS,
        "return at < set.size() && set[at]",
        "return set[at]",
    ),
    Mutant(
        "duplicates: the threshold is not reached by itself",
        SETS,
        "similarity >= goal.threshold ?",
        "similarity > goal.threshold ?",
    ),
    Mutant("duplicates: each lane counts for itself", SETS, "    common = sum_of_lanes(common);\n", ""),
    Mutant("duplicates: sets of a batch at the front", SETS, "sets.begins[first + owner]", "sets.begins[owner]"),
    Mutant(
        "duplicates: documents counted in the corpus",
        NEAR,
        "wanted_.push_back(*each - first_document);",
        "wanted_.push_back(*each);",
    ),
    Mutant(
        "duplicates: sets begun in another stream",
        NEAR,
        "on_.synchronize(); // batches write to them in other streams\n        if (list",
        "if (list",
    ),
    # stop words
    Mutant("stop words: a hash is taken for a word", STOPS, "found = same_bytes(", "found = true || same_bytes("),
    Mutant(
        "stop words: only the first slot is looked at", STOPS, "at = (at + 1) & mask) {", "at = at, found = true) {"
    ),
    Mutant(
        "stop words: documents keep their places",
        ROWS,
        "num_before[before_document[doc]]",
        "before_document[doc]",
    ),
    # characters and runs as the parts of n-grams
    Mutant(
        "parts: bytes of a run counted", TOKEN_FILTER, "? 0 : 1;\n    }\n    is_kept", "? 1 : 1;\n    }\n    is_kept"
    ),
    Mutant("parts: runs just long enough dropped", TOKEN_FILTER, "length >= min_length ?", "length > min_length ?"),
    Mutant("parts: one character is no run", RUNS, "ends & (are_sklearns ? joined : c.word)", "ends & joined"),
    Mutant(
        "parts: runs split as scikit-learn's words",
        RUNS,
        "are_sklearns ? c.word & ~c.splits : c.word;",
        "c.word & ~c.splits;",
    ),
    Mutant("parts: white space at the end of a document lost", CHARACTERS, "before | last_of_document", "before"),
    Mutant(
        "parts: folded white space stays what it was", CHARACTER_TOKENS, "is_folded ? space : begins[i]", "begins[i]"
    ),
    Mutant(
        "parts: white space before the first character lost",
        CHARACTER_TOKENS,
        "(i > 0 ? ends[i - 1] : 0)",
        "(i > 0 ? ends[i - 1] : begins[i])",
    ),
    Mutant("parts: one space a word", CHARACTER_TOKENS, "- before[word] + 2;", "- before[word] + 1;"),
    Mutant(
        "parts: characters one behind their own", CHARACTER_TOKENS, "- before_word[word] - 1;", "- before_word[word];"
    ),
    Mutant(
        "parts: last character of a word for its space", CHARACTER_TOKENS, " || i + 1 == before_word[word + 1];", ";"
    ),
    Mutant("parts: n-grams go on into the next word", COUNTER, "if (!parts.before_group.empty()) {", "if (false) {"),
    Mutant(
        "parts: beginnings of words are short words",
        ROWS,
        "before_group[group + 1] == token + n;",
        "before_group[group + 1] >= token + n;",
    ),
    # near-duplicates: the exact join
    Mutant(
        "joins: frequencies without an atomic",
        JOIN,
        "atomic_add(frequencies[slot_of(sets.hashes[i], frequencies.size())], 1U);",
        "++frequencies[slot_of(sets.hashes[i], frequencies.size())];",
    ),
    Mutant("joins: frequencies not begun", NEAR, "        fill_bytes(frequencies.view(), 0, on_);\n", ""),
    Mutant("joins: shingles of two sets dropped", JOIN, "is_shared[i] = frequency > 1", "is_shared[i] = frequency > 2"),
    Mutant(
        "joins: places without a shingle", JOIN, "begins[set] < sets.sizes[set]}", "begins[set] <= sets.sizes[set]}"
    ),
    Mutant("joins: a posting is its own partner", JOIN, "is_partner) - (p + 1)", "is_partner) - p"),
    Mutant(
        "joins: partners that just fit lost",
        JOIN,
        "sets.num_shared(rank);\n        };",
        "sets.num_shared(rank) - 1;\n        };",
    ),
    Mutant("joins: prefixes a shingle short", JOIN, "in_prefix < sets.probing", "in_prefix + 1 < sets.probing"),
    Mutant("joins: larger sets listed too short", JOIN, "= lengths.listed;", "= lengths.probing;"),
    Mutant(
        "joins: bits that differ counted twice", JOIN, "is_candidate = differing <=", "is_candidate = 2 * differing <="
    ),
    Mutant("joins: bitmaps of other sets", JOIN, "bitmaps[b * bitmap_words", "bitmaps[(b / 2) * bitmap_words"),
    Mutant("joins: ranks taken for sets", JOIN, "left = sets.order[a];", "left = static_cast<std::uint32_t>(a);"),
    Mutant("joins: pairs in order of size", JOIN, ": element::pack(right, left);", ": element::pack(left, right);"),
    Mutant(
        "joins: ranks begin with 1",
        JOIN,
        "write_inverse(order.const_view(), 0,",
        "write_inverse(order.const_view(), 1,",
    ),
    Mutant(
        "joins: similarities of sets taken for documents'",
        LISTS,
        "document(element::left_of(pairs[p]))",
        "element::left_of(pairs[p])",
    ),
    # the texts of tokens
    Mutant(
        "texts: no break before the first segment", PIECES_OF_SEGMENTS, "(word_bits - 1) : 1);", "(word_bits - 1) : 0);"
    ),
    Mutant(
        "texts: a piece ends where it begins", PIECES_OF_SEGMENTS, "<< ((at + 1) % word_bits)", "<< (at % word_bits)"
    ),
    Mutant("texts: a piece begins a word late", PIECES_OF_SEGMENTS, "bits = breaks[--word];", "bits = 1; --word;"),
    Mutant(
        "texts: form of the whole text, not of each token",
        TOKENS,
        "breaks.view(), bounds_.view()}",
        "text.breaks, bounds_.view()}",
    ),
    Mutant("texts: words of the text as given", TOKENS, "formed ? formed->text() : part.text", "part.text"),
    Mutant(
        "texts: ends taken for begins",
        TOKENS,
        "bounds.subview(1, num_tokens_), bounds",
        "bounds.subview(0, num_tokens_), bounds",
    ),
    Mutant("texts: the other half of eight bytes lost", ALIGNED, "if (shift != 0 && end", "if (false && end"),
    Mutant("texts: bytes behind a token kept", ALIGNED, "return count >= 8 ? bytes :", "return true ? bytes :"),
    Mutant("texts: hashed in steps of eight", HASHES, "end - at > 16; at += 16", "end - at > 16; at += 8"),
    # counting: which tokens and n-grams are one
    Mutant(
        "counting: a hash is enough",
        SLOTS,
        "if (slots_view::same_tag(seen, mine) &&\n"
        "            items.same(slots_view::reference_in(seen), num_known + item)) {",
        "if (slots_view::same_tag(seen, mine)) {",
    ),
    Mutant("counting: any of equal items is the first", SLOTS, "if (mine < seen) {", "if (false) {"),
    Mutant(
        "counting: free slots taken by two", SLOTS, "seen = atomic_cas(slot, std::uint64_t{0}, mine);", "slot = mine;"
    ),
    Mutant(
        "counting: known items put into slots without an atomic",
        SLOT_STEPS,
        "atomic_cas(table.slots[at], std::uint64_t{0}, mine) != 0;",
        "table.slots[at] != 0 || ((table.slots[at] = mine), false);",
    ),
    Mutant("counting: slots looked at one by one less", SLOTS, "return (place + 1) &", "return (place + 2) &"),
    Mutant(
        "counting: known items forgotten",
        SLOT_STEPS,
        "    restore(known, on);\n",
        "    fill_bytes(slots_.view(), 0, on);\n",
    ),
    Mutant("counting: slots not cleared", SLOT_STEPS, "    fill_bytes(slots_.view(), 0, on);\n", ""),
    Mutant("counting: lengths not compared", ALIGNED, "if (a.size() != b.size()) {", "if (a.size() > b.size()) {"),
    Mutant("counting: eight bytes compared", ALIGNED, "at < a.size(); at += 8", "at < 1; at += 8"),
    Mutant(
        "counting: texts of a batch at the front",
        TEXT_TERMS,
        "shift, ends, num_bytes_);",
        "shift, ends, std::int64_t{0});",
    ),
    Mutant("counting: order of the first bytes", TEXT_TERMS, "if (run - first > 1) {", "if (false) {"),
    Mutant("counting: eight bytes the wrong way around", TEXT_TERMS, "permute_bytes(low, 0, 0x0123)", "low"),
    Mutant(
        "counting: n-grams go on into the next document", NGRAM_TERMS, " && documents[token] == documents[last];", ";"
    ),
    Mutant("counting: n-grams beyond the last token", NGRAM_TERMS, " && last < parts.size() &&", " &&"),
    Mutant(
        "counting: only the last parts compared",
        NGRAM_TERMS,
        "return other == batch[of_batch - num_known];",
        "return static_cast<std::uint32_t>(other) == static_cast<std::uint32_t>(batch[of_batch - num_known]);",
    ),
    Mutant(
        "counting: memory given back in another stream",
        GROWING,
        "        on.synchronize(); // the memory",
        "        // the memory",
    ),
    # counting: rows and totals
    Mutant(
        "counting: tokens in the document before",
        ROWS,
        "range_of(before_document, token)",
        "range_of(before_document, token - 1)",
    ),
    Mutant("counting: what is none is counted", COUNTER, "        --made.size;\n", ""),
    Mutant("counting: totals not begun", COUNTER, "    fill_bytes(totals.view().subview(used, num_new), 0, on);\n", ""),
    Mutant(
        "counting: longer n-grams first",
        COUNTER,
        "write_inverse(order.numbers.view(), static_cast",
        "write_numbers(ranks.view(), on);\n    write_inverse(order.numbers.view().subview(0, 0), static_cast",
    ),
    Mutant(
        "counting: the next batch does not wait",
        COUNTER,
        "    on.synchronize();\n    num_terms_ += num_new;",
        "    num_terms_ += num_new;",
    ),
    Mutant("counting: texts that are one are two", COUNTED, "if (columns_.several_places) {", "if (false) {"),
    Mutant("counting: dropped columns kept", MATRIX, "columns[terms[i]] >= 0 ? 1 : 0;", "1;"),
    Mutant("counting: signs dropped", MATRIX, "(target & 1) != 0 ? -std", "false ? -std"),
    Mutant("counting: rows begin in the batch", MATRIX, "        offset += entries_before;\n", ""),
    Mutant("counting: idf not there yet", MATRIX, "    on.synchronize(); // other streams read the copy\n", ""),
    # weights and ranks
    Mutant(
        "weights: norm of the row before",
        WEIGH,
        "std::int64_t{offsets[row]} - std::int64_t{offsets[0]}",
        "std::int64_t{offsets[row > 0 ? row - 1 : 0]} - std::int64_t{offsets[0]}",
    ),
    Mutant(
        "weights: no root", WEIGH_ROW, "sqrt(element::sum_of_squares(row, size))", "element::sum_of_squares(row, size)"
    ),
    Mutant("weights: divided before multiplied", WEIGH_ROW, "    if (!idf.empty()) {", "    if (false) {"),
    Mutant("weights: smallest first", RANKS, "keys[i] = ~bits;", "keys[i] = bits;"),
    Mutant(
        "weights: equal scores in any order",
        RANKS,
        "    sort_by(columns.view(), order, on);\n",
        "",
    ),
    # similar: blocks of rows
    Mutant(
        "similar: offsets of the matrix",
        BLOCKS,
        "static_cast<std::size_t>(row)] - begin",
        "static_cast<std::size_t>(row)]",
    ),
    Mutant(
        "similar: index of the first rows for all",
        SIMILAR,
        "if (!index_ || first_of_index_ != first) {",
        "if (!index_) {",
    ),
    Mutant("similar: rows counted in the block", SIMILAR, "count, first + static_cast", "count, static_cast"),
    # similar: the index
    Mutant(
        "similar: postings of the column before",
        INDEX,
        "return posted[at] < column; });",
        "return posted[at] + 1 < column; });",
    ),
    Mutant("similar: rows of the entries as they came", INDEX, "range_of(offsets, order[i])", "range_of(offsets, i)"),
    # similar: sums
    Mutant(
        "similar: the next entry does not wait",
        NEIGHBOURS,
        "            sync_warp(); // what the next entry adds to may be another lane's\n",
        "",
    ),
    Mutant("similar: sums not begun", NEIGHBOURS, "        sums[i] = 0;\n", ""),
    Mutant(
        "similar: postings of the next column",
        NEIGHBOURS,
        "i < stop ? listed.rows[i] : at.last",
        "i < listed.rows.size() ? listed.rows[i] : at.last",
    ),
    Mutant("similar: a posting a lane", NEIGHBOURS, "while (num_added == warp_size);", "while (false);"),
    Mutant("similar: tiles begin with the first posting", NEIGHBOURS, "searching.postings.begins[mine] = next;", ""),
    Mutant("similar: sums not divided", NEIGHBOURS, "element::cosine(sum, root)", "sum"),
    # similar: candidates
    Mutant(
        "similar: candidates read before they are there",
        NEIGHBOURS,
        "        sync_warp(); // others have",
        "        // others have",
    ),
    Mutant(
        "similar: candidates overwritten before they are read",
        NEIGHBOURS,
        "            sync_warp(); // all lanes have read\n",
        "",
    ),
    Mutant(
        "similar: rows are neighbours of their own",
        NEIGHBOURS,
        " && other != searching.first + row",
        "",
    ),
    Mutant(
        "similar: rows of another block are a row's own",
        NEIGHBOURS,
        "other != searching.first + row",
        "other != row",
    ),
    Mutant("similar: rows without a common column", NEIGHBOURS, "sum > 0 && sum >=", "sum >="),
    Mutant(
        "similar: the threshold is not reached by itself",
        NEIGHBOURS,
        "auto const near = ballot(may_be_near && similarity >= least_);",
        "auto const near = ballot(may_be_near && similarity > least_);",
    ),
    Mutant("similar: lists beyond their room", NEIGHBOURS, "if (count_of(near) > room_ - size_) {", "if (false) {"),
    Mutant(
        "similar: the bound's highest bit not tried", NEIGHBOURS, "std::uint64_t{1} << 61", "std::uint64_t{1} << 60"
    ),
    Mutant(
        "similar: the bound a bit too high",
        NEIGHBOURS,
        "if (num_reaching >= top_) {",
        "if (num_reaching + 1 >= top_) {",
    ),
    Mutant("similar: of equal ones the last", NEIGHBOURS, "num_equal += count_of(equal);", "num_equal += warp_size;"),
    Mutant(
        "similar: candidates begin again with each index", NEIGHBOURS, "        nearest.sizes[row] = mine.size();\n", ""
    ),
    Mutant(
        "similar: thresholds gone before the copy", NEIGHBOURS, "    on.synchronize(); // the host's array goes\n", ""
    ),
    Mutant("similar: lists of the rows before", NEIGHBOURS, "row * nearest.room + i", "row * (nearest.room - 1) + i"),
    # sets of shingles
    Mutant("duplicates: owners of a block read before they are there", SETS, "    sync_block();\n", ""),
    Mutant(
        "duplicates: owners of the next block's shingles",
        SETS,
        "? begin_of_block : last",
        "? begin_of_block : begin_of_block",
    ),
    Mutant(
        "duplicates: the last owner of a block not looked at",
        SETS,
        "of_block.first, of_block.last);",
        "of_block.first, of_block.last - 1);",
    ),
    # an index, and shared passages
    Mutant("index: keys of a document are those of a band", SKETCHED, "band * count + doc", "doc * bands + band"),
    Mutant(
        "index: sketches of the batch before",
        SKETCHED,
        "all_.sketches.data() + part_.first * minima",
        "all_.sketches.data()",
    ),
    Mutant(
        "index: sets with their repeats",
        SKETCHED,
        "begin + sizes[index(set)]",
        "begin + offsets_[index(set + 1)] - offsets_[index(set)]",
    ),
    Mutant(
        "index: documents without shingles have sets", SKETCHED, "if (num_shingles > 0) {", "if (num_shingles >= 0) {"
    ),
    Mutant(
        "passages: runs go on into the next document",
        REPEATED,
        "first + i + n <= offsets[document + 1]",
        "first + i < offsets[document + 1]",
    ),
    Mutant(
        "passages: the last run of a document",
        REPEATED,
        "first + i + n <= offsets[document + 1]",
        "first + i + n < offsets[document + 1]",
    ),
    Mutant("passages: runs joined a token late", REPEATED, "parts[i + distance]", "parts[i + distance + 1]"),
    Mutant("passages: runs of whole steps alone", REPEATED, "std::min(length, n_ - length)", "length"),
    Mutant("passages: the first of equal runs", REPEATED, "like_before || like_next", "like_before"),
    Mutant("passages: the last of equal runs", REPEATED, "like_before || like_next", "like_next"),
    Mutant(
        "passages: places begin with each stretch", REPEATED, "positions.empty() ? first + i", "positions.empty() ? i"
    ),
    Mutant(
        "passages: documents of the first stretch", REPEATED, "range_of(offsets, first + i)", "range_of(offsets, i)"
    ),
    Mutant(
        "passages: runs of the stretch before overwritten",
        REPEATED,
        "hashes.reserve(before + count, before, on_)",
        "hashes.reserve(before + count, 0, on_)",
    ),
    Mutant("passages: a run in several ranges", REPEATED, ">> 32 == number", ">> 32 >= number"),
    Mutant("passages: one run more than there are", REPEATED, "made.view().subview(0, num_runs)", "made.view()"),
    Mutant(
        "passages: a stretch without what its last runs take",
        REPEATED,
        "auto const num_tokens = num_runs + n_ - 1;",
        "auto const num_tokens = num_runs;",
    ),
    Mutant("passages: a document's pieces are documents", BATCHES, "        offsets.pop_back();\n", ""),
    Mutant(
        "passages: tokens counted from each batch on",
        BATCHES,
        "offsets.push_back(base + count);",
        "offsets.push_back(count);",
    ),
]
