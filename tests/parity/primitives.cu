#include "primitives.hpp"

#include "cuda/bits.cuh"
#include "cuda/block_collectives.cuh"
#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <vector>

namespace newsgpu::parity {

namespace {

using namespace newsgpu::cuda;

/// Small numbers, so that there are runs, in any order.
std::vector<std::uint64_t> random_keys(std::int64_t count, std::uint64_t below) {
    std::mt19937_64 random{static_cast<std::uint64_t>(count)};
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(count));
    std::generate(keys.begin(), keys.end(), [&] { return random() % below; });
    return keys;
}

/// 1 where the first elements of a device's array are not those wanted.
template <class T>
std::int64_t differs(device_buffer<T> const& found, std::vector<T> const& wanted, stream const& on) {
    auto const size = static_cast<std::int64_t>(wanted.size());
    if (found.size() < size) {
        return 1;
    }
    auto const got = to_host(found.view().subview(0, size), on);
    return std::equal(got.begin(), got.end(), wanted.begin()) ? 0 : 1;
}

struct runs {
    std::vector<std::uint64_t> keys;
    std::vector<std::int64_t> sums;
    std::vector<std::uint32_t> counts;
    std::vector<std::int64_t> number;
};

runs find_runs(std::vector<std::uint64_t> const& keys, std::vector<std::int64_t> const& values) {
    runs found;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i == 0 || keys[i] != keys[i - 1]) {
            found.keys.push_back(keys[i]);
            found.sums.push_back(0);
            found.counts.push_back(0);
        }
        found.sums.back() += values[i];
        ++found.counts.back();
    }
    found.number = {static_cast<std::int64_t>(found.keys.size())};
    return found;
}

/// Exclusive sums, which wrap around in 32 bits, and the sum of all.
std::int64_t check_words(std::vector<std::uint32_t> const& in, stream const& on) {
    auto const size = static_cast<std::int64_t>(in.size());
    auto const input = to_device(view{in.data(), size}, on);
    device_buffer<std::uint32_t> out{size, on}, total{1, on};
    std::vector<std::uint32_t> wanted(in.size());
    exclusive_sum<std::uint32_t>(input.view(), out.view(), on);
    std::exclusive_scan(in.begin(), in.end(), wanted.begin(), 0u);
    sum<std::uint32_t>(input.view(), total.view(), on);
    return differs(out, wanted, on) + differs(total, {std::accumulate(in.begin(), in.end(), 0u)}, on);
}

std::int64_t check_sums(std::vector<std::uint64_t> const& keys, stream const& on) {
    std::vector<std::int64_t> const in{keys.begin(), keys.end()};
    auto const size = static_cast<std::int64_t>(in.size());
    auto const input = to_device(view{in.data(), size}, on);
    device_buffer<std::int64_t> out{size, on};
    std::vector<std::int64_t> wanted(in.size());
    exclusive_sum<std::int64_t>(input.view(), out.view(), on);
    std::exclusive_scan(in.begin(), in.end(), wanted.begin(), std::int64_t{0});
    auto const differences = differs(out, wanted, on);
    inclusive_sum<std::int64_t>(input.view(), out.view(), on);
    std::inclusive_scan(in.begin(), in.end(), wanted.begin());
    return differences + differs(out, wanted, on) + check_words({keys.begin(), keys.end()}, on);
}

std::int64_t check_sorts(std::vector<std::uint64_t> const& keys, stream const& on) {
    auto const size = static_cast<std::int64_t>(keys.size());
    std::vector<std::uint32_t> order(keys.size());
    std::iota(order.begin(), order.end(), 0u);
    auto const input = to_device(view{keys.data(), size}, on);
    auto const values = to_device(view{order.data(), size}, on);
    device_buffer<std::uint64_t> sorted{size, on};
    device_buffer<std::uint32_t> moved{size, on};
    auto wanted_order = order; // `order` itself may be copied later
    std::stable_sort(wanted_order.begin(), wanted_order.end(),
                     [&](auto a, auto b) { return keys[a] < keys[b]; });
    auto wanted = keys;
    std::sort(wanted.begin(), wanted.end());
    sort_keys<std::uint64_t>(input.view(), sorted.view(), on);
    auto const differences = differs(sorted, wanted, on);
    sort_pairs<std::uint64_t, std::uint32_t>(input.view(), sorted.view(), values.view(), moved.view(), on);
    auto const by_all = differences + differs(sorted, wanted, on) + differs(moved, wanted_order, on);

    // By some of the bits: two passes and a part of one.
    constexpr int num_bits = 19;
    auto const low = [](std::uint64_t key) { return key & ((std::uint64_t{1} << num_bits) - 1); };
    auto order_by_some = order;
    std::stable_sort(order_by_some.begin(), order_by_some.end(),
                     [&](auto a, auto b) { return low(keys[a]) < low(keys[b]); });
    auto by_some = keys;
    std::stable_sort(by_some.begin(), by_some.end(), [&](auto a, auto b) { return low(a) < low(b); });
    sort_keys<std::uint64_t>(input.view(), sorted.view(), on, num_bits);
    auto const of_keys = differs(sorted, by_some, on);
    sort_pairs<std::uint64_t, std::uint32_t>(input.view(), sorted.view(), values.view(), moved.view(), on,
                                             num_bits);
    return by_all + of_keys + differs(sorted, by_some, on) + differs(moved, order_by_some, on);
}

std::int64_t check_runs(std::vector<std::uint64_t> const& keys, stream const& on) {
    auto const size = static_cast<std::int64_t>(keys.size());
    auto const drawn = random_keys(size, 1000);
    std::vector<std::int64_t> const numbers{drawn.begin(), drawn.end()};
    auto const wanted = find_runs(keys, numbers);
    auto const input = to_device(view{keys.data(), size}, on);
    auto const values = to_device(view{numbers.data(), size}, on);
    device_buffer<std::uint64_t> found{size, on};
    device_buffer<std::int64_t> sums{size, on};
    device_buffer<std::uint32_t> counts{size, on};
    device_buffer<std::int64_t> number{1, on};
    run_length_encode<std::uint64_t, std::uint32_t>(input.view(), found.view(), counts.view(), number.view(),
                                                    on);
    auto differences = differs(number, wanted.number, on) + differs(found, wanted.keys, on) +
                       differs(counts, wanted.counts, on);
    reduce_by_key<std::uint64_t, std::int64_t>(input.view(), values.view(), found.view(), sums.view(),
                                               number.view(), on);
    differences +=
        differs(number, wanted.number, on) + differs(found, wanted.keys, on) + differs(sums, wanted.sums, on);
    unique<std::uint64_t>(input.view(), found.view(), number.view(), on);
    return differences + differs(number, wanted.number, on) + differs(found, wanted.keys, on);
}

std::int64_t check_selection(std::vector<std::uint64_t> const& in, stream const& on) {
    auto const size = static_cast<std::int64_t>(in.size());
    std::vector<std::uint8_t> flags;
    std::vector<std::uint64_t> wanted;
    for (auto const value : in) {
        flags.push_back(static_cast<std::uint8_t>(value % 3 == 0 ? 1 : 0));
        if (flags.back() != 0) {
            wanted.push_back(value);
        }
    }
    auto const input = to_device(view{in.data(), size}, on);
    auto const chosen = to_device(view{flags.data(), size}, on);
    device_buffer<std::uint64_t> out{size, on};
    device_buffer<std::int64_t> number{1, on};
    select_flagged<std::uint64_t, std::uint8_t>(input.view(), chosen.view(), out.view(), number.view(), on);
    return differs(number, {static_cast<std::int64_t>(wanted.size())}, on) + differs(out, wanted, on);
}

// ---- single instructions, and what a block does together

constexpr unsigned block_threads = 128;

struct instruction_results {
    std::uint32_t selected, majority, right, left, permuted, ones, lowest, highest;
};

__host__ __device__ instruction_results run_instructions(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return {select_bits(a, b, c),
            ternary < (0xF0 & 0xCC) | (0xF0 & 0xAA) | (0xCC & 0xAA) > (a, b, c),
            funnel_right(a, b, c & 31),
            funnel_left(a, b, c & 31),
            permute_bytes(a, b, c & 0x7777),
            static_cast<std::uint32_t>(count_ones(a)),
            static_cast<std::uint32_t>(lowest_one(a | 0x100)),
            static_cast<std::uint32_t>(highest_one(a | 0x100))};
}

/// The same without any of the functions under test.
instruction_results expect_instructions(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    auto const both = std::uint64_t{b} << 32 | a;
    instruction_results wanted{(a & b) | (~a & c),
                               (a & b) | (a & c) | (b & c),
                               static_cast<std::uint32_t>(both >> (c & 31)),
                               static_cast<std::uint32_t>(both << (c & 31) >> 32),
                               0,
                               0,
                               0,
                               0};
    for (unsigned k = 0; k < 4; ++k) {
        wanted.permuted |= static_cast<std::uint32_t>(both >> (8 * (c >> (4 * k) & 7)) & 0xFF) << (8 * k);
    }
    for (unsigned i = 0; i < 32; ++i) {
        wanted.ones += a >> i & 1;
        wanted.highest = ((a | 0x100) >> i & 1) != 0 ? i : wanted.highest;
        wanted.lowest = ((a | 0x100) >> (31 - i) & 1) != 0 ? 31 - i : wanted.lowest;
    }
    return wanted;
}

bool same(instruction_results const& x, instruction_results const& y) {
    return x.selected == y.selected && x.majority == y.majority && x.right == y.right && x.left == y.left &&
           x.permuted == y.permuted && x.ones == y.ones && x.lowest == y.lowest && x.highest == y.highest;
}

__global__ void __launch_bounds__(block_threads)
    instructions(view<std::uint32_t const> words, view<instruction_results> results) {
    auto const i = global_rank();
    if (i < results.size()) {
        results[i] = run_instructions(words[3 * i], words[3 * i + 1], words[3 * i + 2]);
    }
}

struct block_results {
    std::uint64_t prefix, total, reduced;
    std::int32_t counted;
    std::uint32_t any, votes, up, down, crossed;
};

__global__ void __launch_bounds__(block_threads) collectives(view<block_results> results) {
    struct scratch {
        block_scan<std::uint64_t, block_threads>::storage scan;
        block_reduce<std::uint64_t, block_threads>::storage reduce;
    };
    auto& mine = shared<scratch>();
    auto const rank = thread_rank();
    auto const scanned = block_scan<std::uint64_t, block_threads>::exclusive_sum(mine.scan, rank + 1);
    auto const reduced = block_reduce<std::uint64_t, block_threads>::sum(mine.reduce, rank);
    results[rank] = {scanned.prefix,
                     scanned.total,
                     rank == 0 ? reduced : 0,
                     sync_block_count(rank % 3 == 0),
                     sync_block_or(rank == 77) ? 1u : 0u,
                     ballot(rank % 5 == 0),
                     shuffle_up(rank, 1),
                     shuffle_down(rank, 1),
                     shuffle_xor(rank, 5)};
}

std::int64_t check_instructions(stream const& on) {
    constexpr std::int64_t count = 1000;
    std::mt19937 random{11};
    std::vector<std::uint32_t> words(3 * count);
    std::generate(words.begin(), words.end(), random);
    auto const input = to_device(view{words.data(), 3 * count}, on);
    device_buffer<instruction_results> results{count, on};
    launch(on, {parts_of(count, block_threads), block_threads}, instructions, input.const_view(),
           results.view());
    auto const found = to_host(results.view(), on);
    std::int64_t differences = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const [a, b, c] = std::array{words[3 * i], words[3 * i + 1], words[3 * i + 2]};
        auto const wanted = expect_instructions(a, b, c);
        // The host's twin is checked beside the device's instruction.
        differences += same(found[i], wanted) && same(run_instructions(a, b, c), wanted) ? 0 : 1;
    }
    return differences;
}

std::int64_t check_collectives(stream const& on) {
    device_buffer<block_results> results{block_threads, on};
    launch(on, {1, block_threads}, collectives, results.view());
    auto const found = to_host(results.view(), on);
    std::int64_t differences = 0;
    for (unsigned rank = 0; rank < block_threads; ++rank) {
        auto const& r = found[rank];
        auto const lane = rank % 32;
        std::uint32_t votes = 0;
        for (unsigned i = 0; i < 32; ++i) {
            votes |= (rank - lane + i) % 5 == 0 ? 1u << i : 0;
        }
        bool const right = r.prefix == std::uint64_t{rank} * (rank + 1) / 2 && r.total == 128 * 129 / 2 &&
                           r.reduced == (rank == 0 ? 127 * 128 / 2 : 0) && r.counted == 43 && r.any == 1 &&
                           r.votes == votes && r.up == (lane == 0 ? rank : rank - 1) &&
                           r.down == (lane == 31 ? rank : rank + 1) && r.crossed == (rank ^ 5);
        differences += right ? 0 : 1;
    }
    return differences;
}

} // namespace

std::int64_t primitive_differences(device where) {
    device_guard const guard{where.index};
    stream const on{where.index};
    std::int64_t differences = check_instructions(on) + check_collectives(on);
    // Around the sizes of a warp, a block and a tile of CUB.
    for (std::int64_t const size : {0, 1, 31, 32, 33, 255, 256, 257, 5000, 100'000}) {
        auto const many = random_keys(size, 1'000'000'007);
        auto const few = random_keys(size, 3);
        differences += check_sums(many, on) + check_sorts(many, on) + check_sorts(few, on) +
                       check_runs(few, on) + check_selection(many, on);
    }
    return differences;
}

} // namespace newsgpu::parity
