#include "cuda/sketch.cuh"

#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/launch.cuh"

#include "element/minhash.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr unsigned block_warps = block_threads / warp_size;
/// Units of a block: enough that what it does once, and once a document, does not count.
constexpr int tile_units = 2560;
/// Shingles that a thread reads at once.
constexpr int share_step = 16;

/// A block's units and those behind that its last shingles take, and the lower halves of its shingles.
struct tile {
    std::uint64_t units[tile_units + element::max_shingle_units];
    alignas(16) std::uint32_t shingles[tile_units];
    std::int64_t first_document, last_document;
};

/// Calls `visit(doc, from, to)` for the documents of a tile that have units from `begin` to `end`.
template <class Visit>
__device__ void for_each_document(tile const& own, unit_ranges const& ranges, std::int64_t begin,
                                  std::int64_t end, Visit visit) {
    if (begin >= end) {
        return;
    }
    auto doc = ranges.document_at(begin, own.first_document, own.last_document);
    for (auto at = begin; at < end; ++doc) {
        auto const document_begin = ranges.begins[doc];
        auto const document_end = ranges.end_of(doc);
        auto const from = at < document_begin ? document_begin : at;
        auto const to = end < document_end ? end : document_end;
        if (from < to) {
            visit(doc, from, to);
        }
        at = document_end;
    }
}

__device__ std::uint32_t lesser(std::uint32_t a, std::uint32_t b) {
    return a < b ? a : b;
}

/// The least value of a permutation over shingles `from` to `to`.
__device__ std::uint32_t least_value(element::permutation const& permute, std::uint32_t const* shingles,
                                     int from, int to) {
    auto least = element::no_minimum;
    for (; from < to && from % share_step != 0; ++from) {
        least = lesser(least, permute(shingles[from]));
    }
    for (; from + share_step <= to; from += share_step) {
        uint4 fours[share_step / 4];
        __builtin_memcpy(fours, __builtin_assume_aligned(shingles + from, sizeof(uint4)), sizeof fours);
        for (auto const& four : fours) {
            least = lesser(lesser(least, permute(four.x)), permute(four.y));
            least = lesser(lesser(least, permute(four.z)), permute(four.w));
        }
    }
    for (; from < to; ++from) {
        least = lesser(least, permute(shingles[from]));
    }
    return least;
}

/// Blocks that an SM is to hold: more would take registers that the loop over shingles needs.
[[maybe_unused]] constexpr int resident_blocks = 5; // the emulation has no launch bounds

/// A block a tile. Its units are hashed once, its shingles once; then each warp sums up the identities of a
/// share of the units, and each thread takes one permutation over a share of the shingles, so that nothing is
/// added up across threads but once a document and share.
template <class Units>
__global__ void __launch_bounds__(block_threads, resident_blocks)
    sketch_tiles(Units units, unit_ranges ranges, shingle_rule rule, std::int64_t num_minima,
                 view<std::uint32_t> minima, view<std::uint64_t> first_sums,
                 view<std::uint64_t> second_sums) {
    auto& own = shared<tile>();
    auto const first = block_rank() * tile_units;
    auto const left = units.size() - first;
    auto const count = static_cast<int>(left < tile_units ? left : tile_units);
    for (int i = static_cast<int>(thread_rank()); i < tile_units + rule.n - 1; i += block_threads) {
        own.units[i] = i < left ? units[first + i] : 0;
    }
    if (thread_rank() < 2) {
        auto const doc =
            ranges.document_at(thread_rank() == 0 ? first : first + count - 1, 0, ranges.num_documents() - 1);
        (thread_rank() == 0 ? own.first_document : own.last_document) = doc;
    }
    sync_block();

    view<std::uint32_t> const shingles{own.shingles, tile_units};
    // Over ends of documents too: nobody looks at those.
    for (int i = static_cast<int>(thread_rank()); i < tile_units; i += block_threads) {
        shingles[i] = static_cast<std::uint32_t>(shingle_at(own.units, i, rule.n, rule));
    }
    sync_block();

    // But where a document is shorter than a shingle.
    for (auto doc = own.first_document + thread_rank(); doc <= own.last_document; doc += block_threads) {
        auto const i = ranges.begins[doc] - first;
        auto const num_units = ranges.size_of(doc);
        if (i >= 0 && i < count && num_units > 0 && num_units < rule.n) {
            shingles[i] = static_cast<std::uint32_t>(shingle_at(own.units, i, num_units, rule));
        }
    }
    constexpr int warp_units = tile_units / block_warps;
    auto const warp_begin = static_cast<int>(warp_rank()) * warp_units;
    auto const warp_end = warp_begin + warp_units < count ? warp_begin + warp_units : count;
    for_each_document(own, ranges, first + warp_begin, first + warp_end,
                      [&](std::int64_t doc, std::int64_t from, std::int64_t to) {
                          std::uint64_t first_sum = 0, second_sum = 0;
                          for (auto u = from + lane_rank(); u < to; u += warp_size) {
                              auto const term = element::identity_term(
                                  own.units[u - first], static_cast<std::uint64_t>(u - ranges.begins[doc]));
                              first_sum += term;
                              second_sum += element::second_identity_part(term);
                          }
                          first_sum = sum_of_lanes(first_sum);
                          second_sum = element::finish_second_identity(sum_of_lanes(second_sum));
                          if (lane_rank() == 0) {
                              atomic_add(first_sums[doc], first_sum);
                              atomic_add(second_sums[doc], second_sum);
                          }
                      });
    sync_block();
    if (num_minima == 0) { // only the identities are wanted
        return;
    }

    auto const width = num_minima < block_threads ? static_cast<unsigned>(num_minima) : block_threads;
    auto const shares = static_cast<int>(block_threads / width);
    auto const share = static_cast<int>(thread_rank() / width);
    if (share >= shares) {
        return;
    }
    auto const share_units = static_cast<int>(parts_of(count, shares * share_step)) * share_step;
    auto const begin = share * share_units < count ? share * share_units : count;
    auto const end = begin + share_units < count ? begin + share_units : count;
    for (std::int64_t k = thread_rank() % width; k < num_minima; k += width) {
        auto const permute = element::make_permutation(rule.seed, k);
        for_each_document(own, ranges, first + begin, first + end,
                          [&](std::int64_t doc, std::int64_t from, std::int64_t to) {
                              auto const behind =
                                  ranges.begins[doc] + element::count_shingles(ranges.size_of(doc), rule.n);
                              auto const least =
                                  least_value(permute, own.shingles, static_cast<int>(from - first),
                                              static_cast<int>((to < behind ? to : behind) - first));
                              if (least != element::no_minimum) {
                                  atomic_min(minima[doc * num_minima + k], least);
                              }
                          });
    }
}

/// A thread a key.
__global__ void __launch_bounds__(block_threads)
    make_band_keys(view<std::uint32_t const> minima, element::lsh_plan plan, std::int64_t num_documents,
                   std::int64_t first, view<std::uint32_t> keys) {
    auto const band = global_rank() / num_documents;
    auto const doc = global_rank() % num_documents;
    if (band < plan.bands) {
        auto const rows = minima.subview(doc * plan.num_minima + band * plan.rows, plan.rows);
        keys[keys.size() / plan.bands * band + first + doc] = element::band_key(rows.data(), plan.rows);
    }
}

/// A thread a minimum.
__global__ void __launch_bounds__(block_threads)
    make_bytes(view<std::uint32_t const> minima, view<unsigned char> bytes) {
    if (global_rank() < minima.size()) {
        bytes[global_rank()] = element::minimum_byte(minima[global_rank()]);
    }
}

} // namespace

template <class Units>
document_sketches sketch(Units const& units, unit_ranges ranges, shingle_rule rule, std::int64_t num_minima,
                         stream const& on) {
    auto const num_documents = ranges.num_documents();
    document_sketches made{{num_documents * num_minima, on}, {num_documents, on}, {num_documents, on}};
    fill_bytes(made.minima.view(), 0xFF, on); // element::no_minimum
    fill_bytes(made.first_sums.view(), 0, on);
    fill_bytes(made.second_sums.view(), 0, on);
    launch(on, {parts_of(units.size(), tile_units), block_threads}, sketch_tiles<Units>, units, ranges, rule,
           num_minima, made.minima.view(), made.first_sums.view(), made.second_sums.view());
    return made;
}

template document_sketches sketch(hashed_characters const&, unit_ranges, shingle_rule, std::int64_t,
                                  stream const&);
template document_sketches sketch(view<std::uint64_t const> const&, unit_ranges, shingle_rule, std::int64_t,
                                  stream const&);

void bring_home(document_sketches const& made, unit_ranges ranges, std::int64_t first,
                duplicate_stages::summaries& all, stream const& on, staging& copies) {
    auto const count = ranges.num_documents();
    auto const bring = [&](auto from, auto& to) {
        copies.download(from, view{to.data() + first, count}, on);
    };
    bring(made.first_sums.view(), all.first_sums);
    bring(made.second_sums.view(), all.second_sums);
    bring(ranges.begins, all.num_units);
    buffer<std::int64_t> places(static_cast<std::size_t>(count + 1));
    copies.download<std::int64_t>(ranges.places, places, on);
    for (std::int64_t i = 0; i < count; ++i) {
        auto& num_units = all.num_units[static_cast<std::size_t>(first + i)];
        num_units = places[static_cast<std::size_t>(i + 1)] - num_units;
    }
}

void keep_sketches(document_sketches const& some, element::lsh_plan const& plan, std::int64_t first,
                   kept_sketches kept, stream const& on) {
    auto const num_documents = some.first_sums.size();
    auto const minima = some.minima.view();
    launch(on, threads_for(num_documents * plan.bands, block_threads), make_band_keys, minima, plan,
           num_documents, first, kept.keys);
    view<unsigned char> const bytes{
        reinterpret_cast<unsigned char*>(kept.bytes.data()) + first * plan.num_minima, minima.size()};
    launch(on, threads_for(minima.size(), block_threads), make_bytes, minima, bytes);
}

} // namespace newsgpu::cuda
