#include "cuda/ngram_terms.cuh"

#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"

#include "element/hash.hpp"

#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
/// No key: the number of a part is never that high.
constexpr std::uint64_t no_key = ~std::uint64_t{0};

struct key_items {
    view<std::uint64_t const> known;
    view<std::uint64_t const> batch;

    __device__ bool exists(std::int64_t item) const { return batch[item] != no_key; }
    __device__ bool same(std::int64_t known_or_not, std::int64_t of_batch) const {
        auto const num_known = known.size();
        auto const other = known_or_not < num_known ? known[known_or_not] : batch[known_or_not - num_known];
        return other == batch[of_batch - num_known];
    }
};

__global__ void __launch_bounds__(block_threads)
    make_keys(view<std::uint32_t const> prefixes, view<std::uint32_t const> parts,
              view<std::uint32_t const> documents, std::int64_t n, view<std::uint64_t> keys,
              view<std::uint64_t> hashes) {
    auto const token = global_rank();
    if (token >= keys.size()) {
        return;
    }
    auto const last = token + n - 1;
    // The first n - 1 parts are of one document; the last one may be of the next.
    bool const whole = prefixes[token] != no_id && last < parts.size() && documents[token] == documents[last];
    auto const key = whole ? std::uint64_t{prefixes[token]} << 32 | parts[last] : no_key;
    keys[token] = key;
    hashes[token] = element::mix(key);
}

__global__ void __launch_bounds__(block_threads)
    copy_keys(view<std::uint64_t const> keys, view<std::uint64_t const> hashes,
              view<std::uint32_t const> firsts, view<std::uint64_t> new_keys,
              view<std::uint64_t> new_hashes) {
    auto const term = global_rank();
    if (term < firsts.size()) {
        new_keys[term] = keys[firsts[term]];
        new_hashes[term] = hashes[firsts[term]];
    }
}

} // namespace

numbered_items ngram_terms::number(view<std::uint32_t const> prefixes, view<std::uint32_t const> parts,
                                   view<std::uint32_t const> documents, int n, stream const& on) {
    device_buffer<std::uint64_t> keys{parts.size(), on}, hashes{parts.size(), on};
    launch(on, {parts_of(parts.size(), block_threads), block_threads}, make_keys, prefixes, parts, documents,
           std::int64_t{n}, keys.view(), hashes.view());
    slots_.reserve(size_ + parts.size(), std::as_const(hashes_).view().subview(0, size_), on);
    key_items const items{this->keys(), keys.view()};
    auto found = slots_.number(items, hashes.const_view(), size_, on);
    auto const num_new = found.num_new;
    keys_.reserve(size_ + num_new, size_, on);
    hashes_.reserve(size_ + num_new, size_, on);
    launch(on, {parts_of(num_new, block_threads), block_threads}, copy_keys, keys.const_view(),
           hashes.const_view(), found.firsts.const_view().subview(0, num_new),
           keys_.view().subview(size_, num_new), hashes_.view().subview(size_, num_new));
    size_ += num_new;
    return found;
}

void ngram_terms::restore(std::int64_t size, stream const& on) {
    size_ = size;
    slots_.restore(std::as_const(hashes_).view().subview(0, size), on);
}

} // namespace newsgpu::cuda
