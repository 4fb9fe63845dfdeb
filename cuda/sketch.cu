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
/// Numbers of shared memory that are loaded and stored together.
constexpr int four = 4;
/// Units of a thread: where their fours lie in shared memory, eight neighbours meet no bank twice.
constexpr int thread_units = 7 * four;
/// Units of a block: enough that what it does once, and once a document, does not count.
constexpr int tile_units = static_cast<int>(block_threads) * thread_units;
/// Products of a shingle that a thread takes together: what is loaded of one serves all of them, and their
/// minima in both orders.
constexpr int thread_products = 4;
static_assert(element::minima_group / 2 % thread_products == 0);

/// Units of a shingle that a kernel is not compiled for.
constexpr int any_n = 0;
/// Those that it is compiled for besides: what callers ask for by default.
template <class Units>
constexpr int usual_n = 3;
template <>
constexpr int usual_n<hashed_characters> = 5;

/// A block's units and those behind that its last shingles take, lower halves alone: sketches take no more of
/// a shingle. Then its shingles, in place.
struct tile {
    alignas(16) std::uint32_t hashes[tile_units + element::max_shingle_units];
    std::int64_t first_document, last_document;
};

__device__ uint4 load_four(std::uint32_t const* from) {
    uint4 loaded;
    __builtin_memcpy(&loaded, __builtin_assume_aligned(from, sizeof loaded), sizeof loaded);
    return loaded;
}

__device__ void store_four(uint4 const& made, std::uint32_t* to) {
    *reinterpret_cast<uint4*>(to) = made;
}

/// Part of a document: units `from` to `to` of the corpus. `begin` is the document's first unit; units before
/// that are of no document.
struct document_part {
    std::int64_t doc, begin, end, from, to;
};

/// Calls `visit` for each part of a document in this warp's share of a tile, of which there are `count` units
/// from `first` on. All lanes come to the same parts.
template <class Visit>
__device__ void for_each_part(tile const& own, unit_ranges const& ranges, std::int64_t first, int count,
                              Visit visit) {
    constexpr int share = tile_units / static_cast<int>(block_warps);
    auto const warp_begin = static_cast<int>(warp_rank()) * share;
    auto const begin = first + warp_begin;
    auto const end = first + (warp_begin + share < count ? warp_begin + share : count);
    if (begin >= end) {
        return;
    }
    auto doc = ranges.document_at(begin, own.first_document, own.last_document);
    for (auto at = begin; at < end; ++doc) {
        auto const document_end = ranges.end_of(doc);
        auto const to = end < document_end ? end : document_end;
        if (at < to) {
            visit(document_part{doc, ranges.begins[doc], document_end, at, to});
        }
        at = document_end;
    }
}

/// Hashes the units of a tile, the first of which is `first`, and sums up identities. Zeros where there are
/// none.
template <class Units>
__device__ void read_units(tile& own, Units const& units, unit_ranges const& ranges, std::int64_t first,
                           int count, int num_behind, view<std::uint64_t> product_sums,
                           view<std::uint64_t> placed_sums) {
    auto const here = units.subview(first, units.size() - first);
    for_each_part(own, ranges, first, count, [&](document_part const& part) {
        auto i = part.from - first + lane_rank();
        auto const begin = (part.begin < part.to ? part.begin : part.to) - first;
        auto const end = part.to - first;
        for (; i < begin; i += warp_size) {
            own.hashes[i] = 0;
        }
        auto offset = element::identity_offset(static_cast<std::uint64_t>(first + i - part.begin));
        std::uint64_t product_sum = 0, placed_sum = 0;
        for (; i < end; i += warp_size) {
            auto const unit = here[i];
            own.hashes[i] = static_cast<std::uint32_t>(unit);
            auto const placed = element::place_unit(unit, offset);
            product_sum += element::identity_product(placed);
            placed_sum += placed;
            offset += element::identity_offset(warp_size);
        }
        product_sum = sum_of_lanes(product_sum);
        placed_sum = sum_of_lanes(placed_sum);
        if (lane_rank() == 0) {
            atomic_add(product_sums[part.doc], product_sum);
            atomic_add(placed_sums[part.doc], placed_sum);
        }
    });
    for (auto i = count + static_cast<int>(thread_rank()); i < tile_units + num_behind; i += block_threads) {
        own.hashes[i] = i < here.size() ? static_cast<std::uint32_t>(here[i]) : 0;
    }
}

/// Adds the products of N positions of a thread's shingles to their sums. The units lie side by side, so that
/// each is loaded once for all of its shingles.
template <int N>
__device__ void add_products(std::uint32_t const* mine, std::uint64_t const* multipliers,
                             std::uint32_t (&sums)[thread_units]) {
    for (int first = 0; first < thread_units + N - 1; first += four) {
        auto const loaded = load_four(mine + first);
        std::uint32_t const units[four] = {loaded.x, loaded.y, loaded.z, loaded.w};
        for (int k = 0; k < four; ++k) {
            for (int j = 0; j < N; ++j) {
                auto const i = first + k - j;
                if (i >= 0 && i < thread_units) {
                    sums[i] += units[k] * static_cast<std::uint32_t>(multipliers[j]);
                }
            }
        }
    }
}

/// Puts shingles in the place of all units of a tile, over ends of documents too: nobody looks at those.
template <int N>
__device__ void make_shingles(tile& own, shingle_rule const& rule) {
    auto* const mine = own.hashes + static_cast<int>(thread_rank()) * thread_units;
    std::uint32_t sums[thread_units] = {};
    if constexpr (N == any_n) {
        // Behind the last multiplier are zeros.
        for (int j = 0; j < rule.n; j += four) {
            add_products<four>(mine + j, rule.multipliers + j, sums);
        }
    } else {
        add_products<N>(mine, rule.multipliers, sums);
    }
    sync_block(); // neighbours have read what is overwritten

    for (int i = 0; i < thread_units; i += four) {
        uint4 const made{element::finish_low_shingle(sums[i]), element::finish_low_shingle(sums[i + 1]),
                         element::finish_low_shingle(sums[i + 2]), element::finish_low_shingle(sums[i + 3])};
        store_four(made, mine + i);
    }
}

/// Some products of each shingle of a part: the least and the greatest values.
struct minima_of_thread {
    std::uint32_t multiplier[thread_products], least[thread_products], greatest[thread_products];

    /// Takes those of shingles `from` to `to` that are of one of several streams: a warp's, fours in turn.
    __device__ void take_part(std::uint32_t const* shingles, int from, int to, int stream, int streams) {
        for (int p = 0; p < thread_products; ++p) {
            least[p] = element::no_minimum;
            greatest[p] = ~element::no_minimum;
        }
        // What is taken twice counts once: fours at both ends may reach into those between.
        auto const take_anywhere = [&](int x, int y, int z, int w) {
            take({shingles[x], shingles[y], shingles[z], shingles[w]});
        };
        auto const last = to - 1;
        if (to - from < four) {
            auto const second = from + 1 < last ? from + 1 : last;
            take_anywhere(from, second, last, last);
            return;
        }
        for (int end = stream; end < 2; end += streams) {
            auto const at = end == 0 ? from : to - four;
            take_anywhere(at, at + 1, at + 2, at + 3);
        }
        auto const stride = four * streams;
        auto at = static_cast<int>(static_cast<unsigned>(from + four - 1) / four) * four + four * stream;
        for (; at + 3 * stride + four <= to; at += 4 * stride) {
            take(load_four(shingles + at));
            take(load_four(shingles + at + stride));
            take(load_four(shingles + at + 2 * stride));
            take(load_four(shingles + at + 3 * stride));
        }
        for (; at + four <= to; at += stride) {
            take(load_four(shingles + at));
        }
    }

private:
    __device__ void take(uint4 const& shingles) {
        for (int p = 0; p < thread_products; ++p) {
            auto const x = shingles.x * multiplier[p], y = shingles.y * multiplier[p];
            auto const z = shingles.z * multiplier[p], w = shingles.w * multiplier[p];
            least[p] = lesser(lesser(lesser(lesser(least[p], x), y), z), w);
            greatest[p] = greater(greater(greater(greater(greatest[p], x), y), z), w);
        }
    }

    __device__ static std::uint32_t lesser(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }
    __device__ static std::uint32_t greater(std::uint32_t a, std::uint32_t b) { return a > b ? a : b; }
};

/// A thread a multiplier.
__global__ void __launch_bounds__(block_threads)
    make_multipliers(std::uint64_t seed, view<std::uint32_t> multipliers) {
    if (global_rank() < multipliers.size()) {
        multipliers[global_rank()] = element::permutation_multiplier(seed, global_rank());
    }
}

/// Blocks that an SM is to hold: more would take registers that the loop over shingles needs.
[[maybe_unused]] constexpr int resident_blocks = 4; // the emulation has no launch bounds

/// A block a tile. Its units are hashed once, its shingles made once. A warp has a share of them: its lanes
/// go through the documents of the share together, in `streams` of `width` lanes that take all products of a
/// shingle.
template <class Units, int N>
__global__ void __launch_bounds__(block_threads, resident_blocks)
    sketch_tiles(Units units, unit_ranges ranges, shingle_rule rule, std::int64_t width, std::int64_t streams,
                 view<std::uint32_t const> multipliers, view<std::uint32_t> minima,
                 view<std::uint64_t> product_sums, view<std::uint64_t> placed_sums) {
    auto& own = shared<tile>();
    auto const first = block_rank() * tile_units;
    auto const left = units.size() - first;
    auto const count = static_cast<int>(left < tile_units ? left : tile_units);
    if (thread_rank() < 2) {
        auto const doc =
            ranges.document_at(thread_rank() == 0 ? first : first + count - 1, 0, ranges.num_documents() - 1);
        (thread_rank() == 0 ? own.first_document : own.last_document) = doc;
    }
    sync_block();

    // Those behind the tile are read in fours too.
    auto const num_behind = (rule.n + four - 1) / four * four;
    read_units(own, units, ranges, first, count, num_behind, product_sums, placed_sums);
    sync_block();

    make_shingles<N>(own, rule);
    sync_block();

    // But where a document is shorter than a shingle. Its units are gone here.
    view<std::uint32_t> const shingles{own.hashes, tile_units};
    for (auto doc = own.first_document + thread_rank(); doc <= own.last_document; doc += block_threads) {
        auto const i = ranges.begins[doc] - first;
        auto const num_units = ranges.size_of(doc);
        if (i >= 0 && i < count && num_units > 0 && num_units < rule.n) {
            shingles[i] = static_cast<std::uint32_t>(shingle_at(units, first + i, num_units, rule));
        }
    }
    sync_block();

    // A thread's products lie apart, so that neighbours have neighbouring ones.
    auto const num_minima = 2 * multipliers.size();
    auto const groups = static_cast<int>(multipliers.size()) / thread_products;
    auto const stream = static_cast<int>(lane_rank() / static_cast<unsigned>(width));
    if (stream >= streams) { // lanes are left where the width is no divisor
        return;
    }
    for (auto k = static_cast<int>(lane_rank() % static_cast<unsigned>(width)); k < groups;
         k += static_cast<int>(width)) {
        minima_of_thread mine;
        for (int p = 0; p < thread_products; ++p) {
            mine.multiplier[p] = multipliers[k + p * groups];
        }
        for_each_part(own, ranges, first, count, [&](document_part const& part) {
            auto const from = part.from < part.begin ? part.begin : part.from;
            auto const behind = part.begin + element::count_shingles(part.end - part.begin, rule.n);
            auto const to = part.to < behind ? part.to : behind;
            // A stream has its four, or one of the ends, if there is something behind those before it.
            if (from + four * stream >= to) {
                return;
            }
            mine.take_part(own.hashes, static_cast<int>(from - first), static_cast<int>(to - first), stream,
                           static_cast<int>(streams));
            auto const least = minima.subview(part.doc * num_minima, num_minima);
            for (int p = 0; p < thread_products; ++p) {
                atomic_min(least[k + p * groups], mine.least[p]);
                atomic_min(least[multipliers.size() + k + p * groups], ~mine.greatest[p]);
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
    auto const num_products = num_minima / 2;
    device_buffer<std::uint32_t> multipliers{num_products, on};
    launch(on, threads_for(num_products, block_threads), make_multipliers, rule.seed, multipliers.view());
    auto const groups = num_products / thread_products;
    // Of 64 bits: two numbers side by side in eight bytes can look like a host's address to the emulation.
    auto const width = std::clamp<std::int64_t>(groups, 1, warp_size);
    auto const streams = warp_size / width;
    auto const kernel =
        rule.n == usual_n<Units> ? sketch_tiles<Units, usual_n<Units>> : sketch_tiles<Units, any_n>;
    launch(on, {parts_of(units.size(), tile_units), block_threads}, kernel, units, ranges, rule, width,
           streams, multipliers.view(), made.minima.view(), made.product_sums.view(),
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
