#include "cuda/sketch.cuh"

#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/launch.cuh"

#include "element/minhash.hpp"

#include <algorithm>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr unsigned block_warps = block_threads / warp_size;
/// Units of a block: enough that what it does once, and once a document, does not count.
constexpr int tile_units = 2560;
constexpr int thread_units = tile_units / block_threads;
/// Minima that a thread takes together: what is loaded of a shingle serves all of them.
constexpr int thread_minima = 4;
static_assert(element::minima_group % thread_minima == 0);
/// Shingles that are loaded together.
constexpr int four = 4;

/// Units of a shingle that a kernel is not compiled for.
constexpr int any_n = 0;
/// Those that it is compiled for besides: what callers ask for by default.
template <class Units>
constexpr int usual_n = 3;
template <>
constexpr int usual_n<hashed_characters> = 5;

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

/// The units of a tile from unit `first` on, `wanted` of them; zeros where there are no more.
template <class Units>
__device__ void load_units(tile& own, Units const& units, std::int64_t first, int wanted) {
    auto const left = units.size() - first;
    auto const available = static_cast<int>(left < wanted ? left : wanted);
    auto const here = units.subview(first, available);
    auto i = static_cast<int>(thread_rank());
    for (; i < available; i += block_threads) {
        own.units[i] = here[i];
    }
    for (; i < wanted; i += block_threads) {
        own.units[i] = 0;
    }
}

/// A sum of products mod 2^64: with the parts that count 2^32 fold by themselves, a product is three
/// instructions.
struct sum_of_products {
    std::uint64_t low = 0;
    std::uint32_t high = 0;

    __device__ void add(std::uint64_t a, std::uint64_t b) {
        uint2 x, y; // shifts and casts would leave products with halves that are 0
        __builtin_memcpy(&x, &a, sizeof a);
        __builtin_memcpy(&y, &b, sizeof b);
        low += std::uint64_t{x.x} * y.x;
        high += x.y * y.x;
        high += x.x * y.y;
    }
    __device__ std::uint64_t sum() const { return low + (std::uint64_t{high} << 32); }
};

/// The shingles at all units of a tile, over ends of documents too: nobody looks at those.
template <int N>
__device__ void make_shingles(tile& own, shingle_rule const& rule) {
    if constexpr (N == any_n) {
        for (int i = static_cast<int>(thread_rank()); i < tile_units; i += block_threads) {
            own.shingles[i] = static_cast<std::uint32_t>(shingle_at(own.units, i, rule.n, rule));
        }
    } else {
        // A thread's units lie side by side, so that each is loaded once for all of its shingles.
        auto const first = static_cast<int>(thread_rank()) * thread_units;
        sum_of_products sums[thread_units];
        for (int i = 0; i < thread_units + N - 1; ++i) {
            auto const unit = own.units[first + i];
            for (int j = 0; j < N; ++j) {
                if (i - j >= 0 && i - j < thread_units) {
                    sums[i - j].add(unit, rule.multipliers[j]);
                }
            }
        }
        for (int i = 0; i < thread_units; ++i) {
            own.shingles[first + i] = static_cast<std::uint32_t>(element::finish_shingle(sums[i].sum()));
        }
    }
}

/// Some permutations and the least value of each over a range of shingles.
struct minima_of_thread {
    std::uint32_t multiplier[thread_minima], least[thread_minima];

    /// Takes shingles `from` to `to`, of which there is one at least.
    __device__ void take_range(std::uint32_t const* shingles, int from, int to) {
        constexpr int step = 4 * four;
        // What is taken twice counts once: the first shingle stands for those outside.
        auto const first = shingles[from];
        auto const load = [&](int at) {
            uint4 loaded;
            __builtin_memcpy(&loaded, __builtin_assume_aligned(shingles + at, sizeof loaded), sizeof loaded);
            return loaded;
        };
        auto const load_inside = [&](int at) {
            auto const inside = [&](int i, std::uint32_t shingle) {
                return i >= from && i < to ? shingle : first;
            };
            auto const all = load(at);
            return uint4{inside(at, all.x), inside(at + 1, all.y), inside(at + 2, all.z),
                         inside(at + 3, all.w)};
        };
        for (auto& value : least) {
            value = element::no_minimum;
        }
        auto at = static_cast<int>(static_cast<unsigned>(from) / four) * four;
        take(load_inside(at));
        for (at += four; at + step <= to; at += step) {
            for (int i = 0; i < step; i += four) {
                take(load(at + i));
            }
        }
        for (; at + four <= to; at += four) {
            take(load(at));
        }
        if (at < to) {
            take(load_inside(at));
        }
    }

private:
    __device__ void take(uint4 const& shingles) {
        for (int p = 0; p < thread_minima; ++p) {
            element::permutation const permute{multiplier[p]};
            least[p] = lesser(lesser(least[p], permute(shingles.x)), permute(shingles.y));
            least[p] = lesser(lesser(least[p], permute(shingles.z)), permute(shingles.w));
        }
    }

    __device__ static std::uint32_t lesser(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }
};

/// A thread a minimum.
__global__ void __launch_bounds__(block_threads)
    make_multipliers(std::uint64_t seed, view<std::uint32_t> multipliers) {
    if (global_rank() < multipliers.size()) {
        multipliers[global_rank()] = element::make_permutation(seed, global_rank()).multiplier;
    }
}

/// Blocks that an SM is to hold: more would take registers that the loop over shingles needs.
[[maybe_unused]] constexpr int resident_blocks = 5; // the emulation has no launch bounds

/// A block a tile. Its units are hashed once, its shingles once; then each warp sums up the identities of a
/// share of the units, and each thread takes some permutations over a share of the shingles, so that nothing
/// is added up across threads but once a document and share. A share is of `share_units`, for `width`
/// threads.
template <class Units, int N>
__global__ void __launch_bounds__(block_threads, resident_blocks)
    sketch_tiles(Units units, unit_ranges ranges, shingle_rule rule, int width, int share_units,
                 view<std::uint32_t const> multipliers, view<std::uint32_t> minima,
                 view<std::uint64_t> product_sums, view<std::uint64_t> placed_sums) {
    auto& own = shared<tile>();
    auto const first = block_rank() * tile_units;
    auto const left = units.size() - first;
    auto const count = static_cast<int>(left < tile_units ? left : tile_units);
    load_units(own, units, first, tile_units + rule.n - 1);
    if (thread_rank() < 2) {
        auto const doc =
            ranges.document_at(thread_rank() == 0 ? first : first + count - 1, 0, ranges.num_documents() - 1);
        (thread_rank() == 0 ? own.first_document : own.last_document) = doc;
    }
    sync_block();

    make_shingles<N>(own, rule);
    sync_block();

    // But where a document is shorter than a shingle.
    view<std::uint32_t> const shingles{own.shingles, tile_units};
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
                          auto i = static_cast<int>(from - first) + static_cast<int>(lane_rank());
                          auto const end = static_cast<int>(to - first);
                          auto offset = element::identity_offset(
                              static_cast<std::uint64_t>(first + i - ranges.begins[doc]));
                          std::uint64_t product_sum = 0, placed_sum = 0;
                          for (; i < end; i += warp_size) {
                              auto const placed = element::place_unit(own.units[i], offset);
                              product_sum += element::identity_product(placed);
                              placed_sum += placed;
                              offset += element::identity_offset(warp_size);
                          }
                          product_sum = sum_of_lanes(product_sum);
                          placed_sum = sum_of_lanes(placed_sum);
                          if (lane_rank() == 0) {
                              atomic_add(product_sums[doc], product_sum);
                              atomic_add(placed_sums[doc], placed_sum);
                          }
                      });
    sync_block();

    // A thread's permutations lie apart, so that neighbours have neighbouring ones.
    auto const num_minima = multipliers.size();
    auto const groups = static_cast<int>(num_minima) / thread_minima;
    auto const share = static_cast<int>(thread_rank() / static_cast<unsigned>(width));
    auto const begin = share * share_units;
    auto const end = begin + share_units < count ? begin + share_units : count;
    if (begin >= end) { // threads are left where the width is no divisor
        return;
    }
    for (auto k = static_cast<int>(thread_rank()) - share * width; k < groups; k += width) {
        minima_of_thread mine;
        for (int p = 0; p < thread_minima; ++p) {
            mine.multiplier[p] = multipliers[k + p * groups];
        }
        for_each_document(
            own, ranges, first + begin, first + end,
            [&](std::int64_t doc, std::int64_t from, std::int64_t to) {
                auto const behind = ranges.begins[doc] + element::count_shingles(ranges.size_of(doc), rule.n);
                to = to < behind ? to : behind;
                if (from >= to) {
                    return;
                }
                mine.take_range(own.shingles, static_cast<int>(from - first), static_cast<int>(to - first));
                auto const least = minima.subview(doc * num_minima, num_minima);
                for (int p = 0; p < thread_minima; ++p) {
                    atomic_min(least[k + p * groups], mine.least[p]);
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
    fill_bytes(made.product_sums.view(), 0, on);
    fill_bytes(made.placed_sums.view(), 0, on);
    device_buffer<std::uint32_t> multipliers{num_minima, on};
    launch(on, threads_for(num_minima, block_threads), make_multipliers, rule.seed, multipliers.view());
    auto const width =
        static_cast<int>(std::clamp<std::int64_t>(num_minima / thread_minima, 1, block_threads));
    auto const shares = static_cast<int>(block_threads) / width;
    auto const share_units = static_cast<int>(parts_of(tile_units, shares * four)) * four;
    auto const kernel =
        rule.n == usual_n<Units> ? sketch_tiles<Units, usual_n<Units>> : sketch_tiles<Units, any_n>;
    launch(on, {parts_of(units.size(), tile_units), block_threads}, kernel, units, ranges, rule, width,
           share_units, multipliers.view(), made.minima.view(), made.product_sums.view(),
           made.placed_sums.view());
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
    bring(made.product_sums.view(), all.product_sums);
    bring(made.placed_sums.view(), all.placed_sums);
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
    auto const num_documents = some.product_sums.size();
    auto const minima = some.minima.view();
    launch(on, threads_for(num_documents * plan.bands, block_threads), make_band_keys, minima, plan,
           num_documents, first, kept.keys);
    view<unsigned char> const bytes{
        reinterpret_cast<unsigned char*>(kept.bytes.data()) + first * plan.num_minima, minima.size()};
    launch(on, threads_for(minima.size(), block_threads), make_bytes, minima, bytes);
}

} // namespace newsgpu::cuda
