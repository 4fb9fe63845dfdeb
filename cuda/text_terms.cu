#include "cuda/text_terms.cuh"

#include "cuda/aligned_text.cuh"
#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/token_hashes.cuh"

#include <algorithm>
#include <string_view>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// The terms before and the tokens of a batch, told apart by their bytes.
struct text_items {
    view<uint4 const> known_text;
    view<std::int64_t const> known_offsets;
    std::int64_t num_known;
    device_tokens_view batch;

    __device__ bool exists(std::int64_t) const { return true; }
    __device__ bool same(std::int64_t known_or_not, std::int64_t of_batch) const {
        auto const token = of_batch - num_known;
        bool const known = known_or_not < num_known;
        auto const other = known ? known_or_not : known_or_not - num_known;
        return same_bytes(part_of_batch(token),
                          known ? text_part{known_text, known_offsets[other], known_offsets[other + 1]}
                                : part_of_batch(other));
    }

private:
    __device__ text_part part_of_batch(std::int64_t token) const {
        return {batch.text, batch.begins[token], batch.ends[token]};
    }
};

__global__ void __launch_bounds__(block_threads)
    measure_new(device_tokens_view tokens, view<std::uint32_t const> firsts, view<std::int64_t> lengths) {
    auto const term = global_rank();
    if (term < firsts.size()) {
        lengths[term] = tokens.ends[firsts[term]] - tokens.begins[firsts[term]];
    }
}

/// A thread a new term. `offsets` are those of the new ones in `text`.
__global__ void __launch_bounds__(block_threads)
    copy_texts(device_tokens_view tokens, view<std::uint64_t const> hashes, view<std::uint32_t const> firsts,
               view<std::int64_t const> offsets, view<char> text, view<std::uint64_t> new_hashes) {
    auto const term = global_rank();
    if (term < firsts.size()) {
        auto const token = firsts[term];
        new_hashes[term] = hashes[token];
        auto const from = tokens.begins[token];
        auto const size = tokens.ends[token] - from;
        for (std::int64_t i = 0; i < size; ++i) {
            text[offsets[term] + i] = tokens.bytes()[from + i];
        }
    }
}

/// Adds to offsets that count from 0.
__global__ void __launch_bounds__(block_threads) shift(view<std::int64_t> offsets, std::int64_t by) {
    if (global_rank() < offsets.size()) {
        offsets[global_rank()] += by;
    }
}

/// Whether the first `count` bytes are equal, with zeros behind the texts.
bool same_head(std::string_view a, std::string_view b, std::int64_t count) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        if ((i < a.size() ? a[i] : '\0') != (i < b.size() ? b[i] : '\0')) {
            return false;
        }
    }
    return true;
}

/// Eight bytes of each text as a number that grows with them: from byte `from` on, zeros behind the text.
__global__ void __launch_bounds__(block_threads)
    read_eight_bytes(view<uint4 const> text, view<std::int64_t const> offsets,
                     view<std::uint32_t const> terms, std::int64_t from, view<std::uint64_t> keys) {
    auto const i = global_rank();
    if (i < terms.size()) {
        auto const term = terms[i];
        auto const bytes = aligned_text{text}.load(offsets[term] + from, offsets[term + 1]);
        auto const low = static_cast<std::uint32_t>(bytes), high = static_cast<std::uint32_t>(bytes >> 32);
        keys[i] = std::uint64_t{permute_bytes(low, 0, 0x0123)} << 32 | permute_bytes(high, 0, 0x0123);
    }
}

} // namespace

numbered_items text_terms::number(device_tokens_view tokens, stream const& on) {
    auto const hashes = hash_tokens(tokens, 0, on);
    slots_.reserve(size_ + tokens.size(), std::as_const(hashes_).view().subview(0, size_), on);
    auto const known_offsets = std::as_const(offsets_).view().subview(0, size_ > 0 ? size_ + 1 : 0);
    text_items const items{std::as_const(text_).view(), known_offsets, size_, tokens};
    auto found = slots_.number(items, hashes.view(), size_, on);
    if (found.num_new > 0) {
        append(tokens, hashes.view(), found, on);
    }
    return found;
}

void text_terms::append(device_tokens_view tokens, view<std::uint64_t const> hashes,
                        numbered_items const& found, stream const& on) {
    auto const num_new = found.num_new;
    auto const firsts = found.firsts.view().subview(0, num_new);
    launch_config const config{parts_of(num_new, block_threads), block_threads};
    device_buffer<std::int64_t> lengths{num_new, on};
    launch(on, config, measure_new, tokens, firsts, lengths.view());

    offsets_.reserve(size_ + num_new + 1, size_ > 0 ? size_ + 1 : 0, on);
    if (size_ == 0) {
        fill_bytes(offsets_.view().subview(0, 1), 0, on);
    }
    // The end of the terms before is theirs: what fails from here on must find it.
    auto const begins = offsets_.view().subview(size_, num_new + 1), ends = begins.subview(1, num_new);
    inclusive_sum(lengths.const_view(), ends, on);
    launch(on, config, shift, ends, num_bytes_);
    auto const total = to_host(std::as_const(offsets_).view(), size_ + num_new, on);

    constexpr auto unit = static_cast<std::int64_t>(sizeof(uint4));
    text_.reserve(parts_of(total, unit), parts_of(num_bytes_, unit), on);
    hashes_.reserve(size_ + num_new, size_, on);
    view<char> const text{reinterpret_cast<char*>(text_.view().data()), total};
    launch(on, config, copy_texts, tokens, hashes, firsts, view<std::int64_t const>{begins}, text,
           hashes_.view().subview(size_, num_new));
    size_ += num_new;
    num_bytes_ = total;
}

void text_terms::restore(std::int64_t size, stream const& on) {
    num_bytes_ = size > 0 ? to_host(std::as_const(offsets_).view(), size, on) : 0;
    size_ = size;
    slots_.restore(std::as_const(hashes_).view().subview(0, size), on);
}

buffer<std::uint32_t> text_terms::order(string_column const& texts, stream const& on) const {
    constexpr std::int64_t sorted_bytes = 16;
    launch_config const config{parts_of(size_, block_threads), block_threads};
    device_buffer<std::uint32_t> terms{size_, on}, sorted{size_, on};
    device_buffer<std::uint64_t> keys{size_, on}, sorted_keys{size_, on};
    write_numbers(terms.view(), on);
    // The last bytes first: sorting keeps the order of what is equal.
    for (auto from = sorted_bytes - 8; from >= 0; from -= 8) {
        launch(on, config, read_eight_bytes, text_.view(), offsets_.view(), terms.const_view(), from,
               keys.view());
        sort_pairs(keys.const_view(), sorted_keys.view(), terms.const_view(), sorted.view(), on);
        std::swap(terms, sorted);
    }
    auto order = to_host(terms.const_view(), on);
    // What these bytes do not tell apart is little.
    for (auto run = order.begin(); run != order.end();) {
        auto const first = run++;
        while (run != order.end() && same_head(texts[*first], texts[*run], sorted_bytes)) {
            ++run;
        }
        if (run - first > 1) {
            std::sort(first, run, [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
        }
    }
    return order;
}

string_column text_terms::texts(stream const& on) const {
    string_column made;
    if (size_ > 0) {
        made.offsets = to_host(offsets_.view().subview(0, size_ + 1), on);
        made.bytes =
            to_host(view<char const>{reinterpret_cast<char const*>(text_.view().data()), num_bytes_}, on);
    }
    return made;
}

} // namespace newsgpu::cuda
