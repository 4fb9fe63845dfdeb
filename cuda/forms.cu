#include "cuda/forms.cuh"

#include "cuda/bits.cuh"
#include "cuda/byte_planes.cuh"
#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/search.cuh"
#include "cuda/segments.cuh"

#include "element/utf8.hpp"

namespace newsgpu::cuda {

namespace {

using element::normalization_table;

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;
constexpr std::uint32_t high_bits = 0x8080'8080;
constexpr int word_end = word_bits;
constexpr int interacting = 0, sigma = 1; ///< of measured_view::num_special

__device__ bool bit_at(view<std::uint32_t const> words, std::int64_t i) {
    return (words[i / word_bits] >> (i % word_bits) & 1) != 0;
}

/// The bytes of word `word` that are text, as bits.
__device__ std::uint32_t bits_inside(std::int64_t word, std::int64_t num_bytes) {
    auto const left = num_bytes - word * word_bits;
    return left >= word_bits ? 0xFFFF'FFFF : left <= 0 ? 0 : (1u << left) - 1;
}

/// What becomes of a code point, or of a given part.
struct piece {
    char const* bytes;
    std::int64_t length;
    bool interacts; ///< what becomes of it is not known here
    bool is_sigma;
};

/// The table's entry of the code point that ends before byte `at`: 0, that of U+FFFD, where ill-formed bytes
/// or no others of the document do.
__device__ std::uint32_t entry_before(text_view text, form_view const& form, std::int64_t at) {
    if (bit_at(text.breaks, at)) {
        return 0;
    }
    auto begin = at - 1;
    while (begin > 0 && at - begin < 4 &&
           element::is_continuation(static_cast<unsigned char>(text.bytes()[begin])) &&
           !bit_at(text.breaks, begin)) {
        --begin;
    }
    auto const before = element::decode(text.bytes(), begin, at);
    return before.well_formed && begin + before.length == at ? form.table.entries[before.code_point] : 0;
}

/// What becomes of what begins with byte `at`. Bit i of `behind`: byte at + 1 + i goes on with a sequence.
__device__ piece piece_at(text_view text, form_view const& form, given_forms_view const& given,
                          std::int64_t at, std::uint32_t behind) {
    if (!given.empty() && bit_at(given.heads, at)) {
        auto const part = range_of(given.begins, at);
        auto const from = given.ends[part];
        return {given.bytes.data() + from, given.ends[part + 1] - from, false, false};
    }
    auto const bytes = text_in_steps{text, at}.next();
    auto const length = 1 + lowest_one(~behind);
    auto const code_point = (bytes & 0x80) == 0 ? bytes & 0xFF : element::join_subpart(bytes, length);
    // Ill-formed bytes, which `behind` tells as it does the end of a document; U+FFFD itself becomes the
    // same.
    if (code_point == element::replacement_character) {
        return {form.replacement_bytes(), form.replacement_length, false, false};
    }
    auto const entry = form.table.entries[code_point];
    bool const joins = (entry & normalization_table::joins) != 0;
    if (!joins && (entry & normalization_table::changes) != 0) {
        return {form.table.mapping(entry), normalization_table::length(entry), false,
                form.has_final_sigma && code_point == element::capital_sigma};
    }
    bool const interacts = joins && !normalization_table::stays_behind(entry, entry_before(text, form, at));
    return {text.bytes() + at, length, interacts, false};
}

/// Bit i: byte `at + 1 + i` of a word goes on with a sequence; at least three are right.
__device__ std::uint32_t bits_behind(std::uint32_t continued, std::uint32_t next, int at) {
    return funnel_right(continued, next, static_cast<unsigned>(at)) >> 1;
}

/// Blocks that an SM is to hold: more would take registers that the kernels need.
[[maybe_unused]] constexpr unsigned measuring_blocks = 5,
                                    writing_blocks = 4; // the emulation has no launch bounds

/// A warp a chunk; lanes 1 to 30 have its words.
__global__ void __launch_bounds__(block_threads, measuring_blocks)
    measure(text_view text, form_view form, given_forms_view given, measured_view found) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.chunk_lengths.size()) { // the whole warp
        return;
    }
    auto const lane = lane_rank();
    auto const word = chunk * chunk_words + lane - 1;
    std::uint32_t bytes[8];
    read_bytes(text.text, word, bytes);
    auto const heads = word_at(given.heads, word);
    auto const rest = word_at(given.rest, word);
    if (!any_of_warp(!is_ascii(bytes) || (heads | rest) != 0)) {
        if (lane == 0) {
            auto const left = text.num_bytes - chunk * chunk_bytes;
            found.chunk_lengths[chunk] = left < chunk_bytes ? left : chunk_bytes;
            found.plain[chunk] = 1;
        }
        return;
    }

    auto const planes = to_planes(bytes);
    auto const continued = continued_bytes(planes, word_at(text.breaks, word));
    auto const next = shuffle_down(continued, 1);
    bool const mine = lane > 0 && lane < warp_size - 1;
    auto const starts = mine ? ~continued & ~rest & bits_inside(word, text.num_bytes) : 0;
    // Without a look-up each.
    auto const han =
        form.keeps_han ? whole_han(planes, usual_han_leads(planes) & starts & ~heads, continued) : 0;
    auto const looked_at = starts & (planes.bit[7] | heads) & ~han;
    auto copied = (starts & ~looked_at) | han << 1 | han << 2;
    auto kept = copied;
    auto length = static_cast<std::uint32_t>(count_ones(starts & ~looked_at) + 2 * count_ones(han));
    std::uint32_t num_interacting = 0, num_sigma = 0;
    for (auto left = looked_at; left != 0; left &= left - 1) {
        auto const i = lowest_one(left);
        auto const behind = bits_behind(continued, next, i);
        auto const made = piece_at(text, form, given, word * word_bits + i, behind);
        length += static_cast<std::uint32_t>(made.length);
        auto const num_behind = lowest_one(~behind);
        auto const own = ((2u << num_behind) - 1) << i;
        kept |= made.length == 1 + num_behind ? own : 0;
        copied |= made.bytes == text.bytes() + word * word_bits + i && !made.interacts ? own : 0;
        num_interacting += made.interacts;
        num_sigma += made.is_sigma;
    }
    auto const before = sum_before_lane(length);
    if (mine && word < found.lengths.size()) {
        found.continued[word] = continued;
        found.kept[word] = kept;
        found.copied[word] = copied;
        found.lengths[word] = before;
    }
    if (lane == warp_size - 1) {
        found.chunk_lengths[chunk] = before;
        found.plain[chunk] = 0;
    }
    if (num_interacting != 0) {
        atomic_add(found.num_special[interacting], num_interacting);
    }
    if (num_sigma != 0) {
        atomic_add(found.num_special[sigma], num_sigma);
    }
}

/// A lane's word of a chunk that is not plain, once it has been measured.
struct measured_word {
    std::int64_t word;
    std::uint32_t continued, next, copied;
    std::uint32_t others; ///< bit i: something that is not copied begins with byte i

    __device__ measured_word(text_view text, given_forms_view const& given, measured_view const& found,
                             std::int64_t chunk)
        : word{chunk * chunk_words + lane_rank()}, continued{0}, next{0}, copied{0}, others{0} {
        bool const mine = lane_rank() < chunk_words && word < found.continued.size();
        continued = mine ? found.continued[word] : 0;
        copied = mine ? found.copied[word] : 0;
        next = shuffle_down(continued, 1);
        // The first bytes of the next chunk; those of a plain one begin code points.
        if (lane_rank() == chunk_words - 1 && chunk + 1 < found.plain.size() && found.plain[chunk + 1] == 0) {
            next = found.continued[word + 1];
        }
        others =
            mine ? ~continued & ~copied & ~word_at(given.rest, word) & bits_inside(word, text.num_bytes) : 0;
    }

    /// Copied bytes from byte `from` on to byte `to`, which lie side by side, with those of the next words
    /// that go on with the last one's code point.
    struct run {
        int begin, size;
    };
    __device__ run copied_from(int from, int to) const {
        auto const bits =
            copied & static_cast<std::uint32_t>((std::uint64_t{1} << to) - (std::uint64_t{1} << from));
        if (bits == 0) {
            return {from, 0};
        }
        bool const goes_on = to == word_end && copied >> (word_bits - 1) != 0;
        return {lowest_one(bits), count_ones(bits) + (goes_on ? lowest_one(~next) : 0)};
    }

    __device__ piece piece_of(text_view text, form_view const& form, given_forms_view const& given,
                              int i) const {
        return piece_at(text, form, given, word * word_bits + i, bits_behind(continued, next, i));
    }
};

__global__ void __launch_bounds__(block_threads)
    list_places(text_view text, form_view form, given_forms_view given, measured_view found,
                view<std::uint32_t> num_listed, view<std::int64_t> places) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.plain.size() || found.plain[chunk] != 0) { // the whole warp
        return;
    }
    measured_word const own{text, given, found, chunk};
    for (auto left = own.others; left != 0; left &= left - 1) {
        auto const i = lowest_one(left);
        if (own.piece_of(text, form, given, i).interacts) {
            places[atomic_add(num_listed[0], 1u)] = own.word * word_bits + i;
        }
    }
}

/// A thread a document.
__global__ void __launch_bounds__(block_threads)
    sum_before_documents(text_view text, form_view form, given_forms_view given, measured_view found,
                         view<std::int64_t const> before_chunk, view<std::int64_t> before_document) {
    auto const doc = global_rank();
    if (doc >= before_document.size()) {
        return;
    }
    auto const at = text.begin_of(doc);
    if (at == text.num_bytes) {
        before_document[doc] = before_chunk[before_chunk.size() - 1];
        return;
    }
    auto const word = at / word_bits;
    auto const chunk = word / chunk_words;
    auto sum = before_chunk[chunk];
    if (found.plain[chunk] != 0) {
        sum += at - chunk * chunk_bytes;
    } else {
        sum += found.lengths[word];
        // What begins before the document ends before it, so what the next word has does not matter.
        auto const continued = found.continued[word];
        auto const kept = found.kept[word];
        auto const before = (1u << (at % word_bits)) - 1;
        sum += count_ones(kept & before);
        for (auto left = ~continued & ~word_at(given.rest, word) & ~kept & before; left != 0;
             left &= left - 1) {
            auto const i = lowest_one(left);
            sum += piece_at(text, form, given, word * word_bits + i, bits_behind(continued, 0, i)).length;
        }
    }
    before_document[doc] = sum;
}

/// Lower case of the ASCII letters among four bytes.
__device__ std::uint32_t lower_ascii(std::uint32_t bytes) {
    auto const low = bytes & ~high_bits; // so that no sum reaches the next byte
    auto const letters = (low + 0x3F3F'3F3F) & ~(low + 0x2525'2525) & ~bytes & high_bits;
    return bytes | letters >> 2;
}

/// How bytes of a form lie in words of four: the whole ones are `[first, last)`, counted from that in which
/// the form begins, at place `shift`.
struct form_words {
    int shift, size, first, last;

    __device__ form_words(std::int64_t begin, std::int64_t end)
        : shift{static_cast<int>(begin % 4)}, size{static_cast<int>(end - begin)}, first{shift == 0 ? 0 : 1},
          last{(shift + size) / 4} {}

    /// Which byte of what is left at both ends, at most three each, a lane has; -1 for none.
    __device__ int end_byte(int lane) const {
        auto const before = 4 * first - shift < size ? 4 * first - shift : size;
        auto const behind = 4 * last - shift > before ? 4 * last - shift : before;
        auto const at = lane < 4 ? lane : behind + lane - 4;
        return (lane < 4 ? at < before : at < size) ? at : -1;
    }
};

/// The chunk's bytes, lowered if that is the form, to wherever the form begins.
__global__ void __launch_bounds__(block_threads)
    write_plain(text_view text, bool lowers, measured_view found, view<std::int64_t const> before_chunk,
                view<char> out) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.plain.size() || found.plain[chunk] == 0) { // the whole warp
        return;
    }
    constexpr int chunk_units = chunk_bytes / 4;
    auto const begin = before_chunk[chunk];
    form_words const whole{begin, before_chunk[chunk + 1]};
    auto const units = 4 * text.text.size() - chunk * chunk_units;
    view<std::uint32_t const> const from{
        reinterpret_cast<std::uint32_t const*>(text.text.data()) + chunk * chunk_units, units};
    view<std::uint32_t> const to{reinterpret_cast<std::uint32_t*>(out.data() + begin - whole.shift),
                                 (out.size() - begin + whole.shift) / 4};
    auto const lane = static_cast<int>(lane_rank());
    // Text and form begin at unlike places of a word, so that each word of the form is of two of the text.
    for (int round = 0; round < parts_of(chunk_units, warp_size); ++round) {
        auto const i = whole.first + lane + round * static_cast<int>(warp_size);
        if (i < whole.last) {
            auto const bytes =
                funnel_left(from[i - whole.first], from[i], static_cast<unsigned>(8 * whole.shift));
            to[i] = lowers ? lower_ascii(bytes) : bytes;
        }
    }
    if (auto const at = whole.end_byte(lane); at >= 0) {
        auto const byte = static_cast<unsigned char>(text.bytes()[chunk * chunk_bytes + at]);
        out[begin + at] = static_cast<char>(lowers ? lower_ascii(byte) : byte);
    }
}

/// Forms of chunks are put together in shared memory where they are not much longer than the chunk.
constexpr std::int64_t staged_bytes = 2048;

/// Where a warp puts a chunk's form together.
struct staged_forms {
    std::uint32_t words[block_warps][staged_bytes / 4];
};

/// Copies bytes of the text, lowered if that is the form.
__device__ void copy_text(text_in_steps from, bool lowers, view<char> to) {
    auto const size = static_cast<int>(to.size());
    auto const next = [&] {
        auto const four = from.next();
        return lowers ? lower_ascii(four) : four;
    };
    int at = 0;
    for (; at + 4 <= size; at += 4) {
        auto const four = next();
        for (int k = 0; k < 4; ++k) {
            to[at + k] = static_cast<char>(four >> 8 * k);
        }
    }
    if (at < size) {
        for (auto four = next(); at < size; four >>= 8) {
            to[at++] = static_cast<char>(four);
        }
    }
}

__global__ void __launch_bounds__(block_threads, writing_blocks)
    write_pieces(text_view text, form_view form, given_forms_view given, measured_view found,
                 view<std::int64_t const> before_chunk, view<char> out, view<std::uint32_t> num_listed,
                 view<open_sigma> sigmas) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.plain.size() || found.plain[chunk] != 0) { // the whole warp
        return;
    }
    auto const begin = before_chunk[chunk];
    auto const end = before_chunk[chunk + 1];
    auto const shift = begin % 4;
    bool const staged = shift + end - begin <= staged_bytes;
    auto& words = shared<staged_forms>().words[warp_rank()];
    // Either has the byte `begin` of the form at place `shift`.
    view<char> const to = staged ? view<char>{reinterpret_cast<char*>(words), shift + end - begin}
                                 : view<char>{out.data() + begin - shift, shift + end - begin};

    measured_word const own{text, given, found, chunk};
    auto at = shift;
    if ((own.copied | own.others) != 0) {
        at += found.lengths[own.word];
    }
    // What is copied up to the next code point that is not, then what becomes of that one.
    auto left = own.others;
    for (int from = 0; from < word_end; left &= left - 1) {
        auto const i = left != 0 ? lowest_one(left) : word_end;
        auto const copied = own.copied_from(from, i);
        copy_text({text, own.word * word_bits + copied.begin}, form.lowers_ascii,
                  to.subview(at, copied.size));
        at += copied.size;
        from = i + 1;
        if (left != 0) {
            auto const made = own.piece_of(text, form, given, i);
            if (made.is_sigma) {
                sigmas[atomic_add(num_listed[0], 1u)] = {own.word * word_bits + i, begin - shift + at};
            }
            for (std::int64_t k = 0; k < made.length; ++k) {
                to[at++] = made.bytes[k];
            }
        }
    }
    if (!staged) {
        return;
    }
    sync_warp();
    form_words const whole{begin, end};
    view<std::uint32_t> const aligned{reinterpret_cast<std::uint32_t*>(out.data() + begin - shift),
                                      (out.size() - begin + shift) / 4};
    auto const lane = static_cast<int>(lane_rank());
    for (auto i = whole.first + lane; i < whole.last; i += static_cast<int>(warp_size)) {
        aligned[i] = words[i];
    }
    if (auto const byte = whole.end_byte(lane); byte >= 0) {
        out[begin + byte] = to[shift + byte];
    }
}

__global__ void __launch_bounds__(block_threads)
    put_final_sigmas(view<std::int64_t const> places, view<char> out) {
    if (global_rank() < places.size()) {
        auto const at = places[global_rank()];
        out[at] = '\xCF';
        out[at + 1] = '\x82';
    }
}

/// A block a part.
__global__ void __launch_bounds__(block_threads)
    mark_parts(view<std::int64_t const> begins, view<std::int64_t const> ends, view<std::uint32_t> heads,
               view<std::uint32_t> rest) {
    auto const begin = begins[block_rank()];
    auto const end = ends[block_rank()];
    if (thread_rank() == 0) {
        atomic_or(heads[begin / word_bits], 1u << (begin % word_bits));
    }
    // Two parts may share a word.
    for (auto word = (begin + 1) / word_bits + thread_rank(); word * word_bits < end; word += block_threads) {
        auto const from = begin + 1 - word * word_bits;
        auto const bits = bits_inside(word, end) & (from > 0 ? 0xFFFF'FFFF << from : 0xFFFF'FFFF);
        atomic_or(rest[word], bits);
    }
}

std::int64_t blocks_for(measured_view found) {
    return parts_of(found.plain.size(), block_warps);
}

} // namespace

measured::measured(std::int64_t num_bytes, stream const& on)
    : chunk_lengths{parts_of(num_bytes, chunk_bytes), on}, plain{parts_of(num_bytes, chunk_bytes), on},
      continued{parts_of(num_bytes, word_bits), on}, kept{parts_of(num_bytes, word_bits), on},
      copied{parts_of(num_bytes, word_bits), on}, lengths{parts_of(num_bytes, word_bits), on},
      num_special{2, on} {}

void measure_form(text_view text, form_view form, given_forms_view given, measured_view found,
                  stream const& on) {
    fill_bytes(found.num_special, 0, on);
    launch(on, {blocks_for(found), block_threads}, measure, text, form, given, found);
}

void list_interacting(text_view text, form_view form, given_forms_view given, measured_view found,
                      view<std::int64_t> places, stream const& on) {
    device_buffer<std::uint32_t> num_listed{1, on};
    fill_bytes(num_listed.view(), 0, on);
    launch(on, {blocks_for(found), block_threads}, list_places, text, form, given, found, num_listed.view(),
           places);
}

form_offsets sum_lengths(text_view text, form_view form, given_forms_view given, measured_view found,
                         stream const& on) {
    auto const chunks = found.chunk_lengths.size();
    form_offsets sums{{text.offsets.size(), on}, {chunks + 1, on}};
    fill_bytes(sums.chunks.view().subview(0, 1), 0, on);
    inclusive_sum<std::int64_t>({found.chunk_lengths.data(), chunks}, sums.chunks.view().subview(1, chunks),
                                on);
    launch(on, threads_for(text.offsets.size(), block_threads), sum_before_documents, text, form, given,
           found, sums.chunks.const_view(), sums.documents.view());
    return sums;
}

void write_form(text_view text, form_view form, given_forms_view given, measured_view found,
                view<std::int64_t const> before_chunk, view<char> out, view<open_sigma> sigmas,
                stream const& on) {
    device_buffer<std::uint32_t> num_listed{1, on};
    fill_bytes(num_listed.view(), 0, on);
    launch(on, {blocks_for(found), block_threads}, write_plain, text, form.lowers_ascii, found, before_chunk,
           out);
    launch(on, {blocks_for(found), block_threads}, write_pieces, text, form, given, found, before_chunk, out,
           num_listed.view(), sigmas);
}

void write_final_sigmas(view<std::int64_t const> places, view<char> out, stream const& on) {
    launch(on, threads_for(places.size(), block_threads), put_final_sigmas, places, out);
}

void mark_given(view<std::int64_t const> begins, view<std::int64_t const> text_ends,
                view<std::uint32_t> heads, view<std::uint32_t> rest, stream const& on) {
    fill_bytes(heads, 0, on);
    fill_bytes(rest, 0, on);
    launch(on, {begins.size(), block_threads}, mark_parts, begins, text_ends, heads, rest);
}

} // namespace newsgpu::cuda
