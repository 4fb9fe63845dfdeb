#include "cuda/term_slots.cuh"

#include <newsgpu/error.hpp>

#include "backend.hpp"

#include <atomic>
#include <utility>

namespace newsgpu::cuda {

namespace {

using detail::slot_threads;

constexpr std::int64_t max_items = std::int64_t{1} << 30;
constexpr std::int64_t least_slots = std::int64_t{1} << 10;

std::atomic<std::uint64_t> chosen_hash_mask = ~std::uint64_t{0};

/// Items that are known to differ from each other.
__global__ void __launch_bounds__(slot_threads)
    insert_known(view<std::uint64_t const> hashes, slots_view table) {
    auto const item = global_rank();
    if (item >= hashes.size()) {
        return;
    }
    auto const mine = table.slot_of(hashes[item], item);
    for (auto at = table.home(hashes[item]); atomic_cas(table.slots[at], std::uint64_t{0}, mine) != 0;) {
        at = table.next(at);
    }
}

/// Which items of a batch are the first of their kind.
__global__ void __launch_bounds__(slot_threads)
    mark_firsts(view<std::uint32_t const> places, std::int64_t num_known, view<std::uint64_t const> slots,
                view<std::uint32_t> is_first) {
    auto const item = global_rank();
    if (item < places.size()) {
        auto const place = places[item];
        is_first[item] = place != no_id && slots_view::reference_in(slots[place]) == num_known + item ? 1 : 0;
    }
}

/// Puts numbers to where references to items of the batch were.
__global__ void __launch_bounds__(slot_threads)
    settle(view<std::uint32_t const> places, view<std::uint32_t const> is_first,
           view<std::uint32_t const> before, std::int64_t num_known, view<std::uint64_t> slots,
           view<std::uint32_t> firsts) {
    auto const item = global_rank();
    if (item < places.size() && is_first[item] != 0) {
        auto& slot = slots[places[item]];
        slot = (slot >> 32 << 32) | static_cast<std::uint64_t>(num_known + before[item] + 1);
        firsts[before[item]] = static_cast<std::uint32_t>(item);
    }
}

__global__ void __launch_bounds__(slot_threads)
    look_up(view<std::uint32_t const> places, view<std::uint64_t const> slots, view<std::uint32_t> ids) {
    auto const item = global_rank();
    if (item < places.size()) {
        auto const place = places[item];
        ids[item] =
            place == no_id ? no_id : static_cast<std::uint32_t>(slots_view::reference_in(slots[place]));
    }
}

} // namespace

void weaken_term_hashes(std::uint64_t mask) {
    chosen_hash_mask = mask;
}

std::uint64_t term_hash_mask() {
    return chosen_hash_mask;
}

slots_view term_slots::view_of_slots() {
    return {slots_.view(), term_hash_mask()};
}

void term_slots::reserve(std::int64_t num_items, view<std::uint64_t const> known, stream const& on) {
    if (num_items > max_items) {
        throw invalid_input{"a batch's n-grams and the distinct ones before are " +
                            std::to_string(num_items) + ", more than the 2^30 that a device can count"};
    }
    if (slots_.size() >= 2 * num_items && slots_.size() > 0) {
        return;
    }
    auto size = std::max(least_slots, slots_.size());
    while (size < 2 * num_items) {
        size *= 2;
    }
    device_buffer<std::uint64_t> grown{size, on};
    slots_ = std::move(grown);
    restore(known, on);
}

void term_slots::restore(view<std::uint64_t const> known, stream const& on) {
    fill_bytes(slots_.view(), 0, on);
    launch(on, {parts_of(known.size(), slot_threads), slot_threads}, insert_known, known, view_of_slots());
}

numbered_items term_slots::number_places(view<std::uint32_t const> places, std::int64_t num_known,
                                         stream const& on) {
    auto const count = places.size();
    numbered_items made{{count, on}, {count, on}, 0};
    if (count == 0) {
        return made;
    }
    device_buffer<std::uint32_t> is_first{count, on}, before{count, on};
    launch_config const config{parts_of(count, slot_threads), slot_threads};
    launch(on, config, mark_firsts, places, num_known, slots_.const_view(), is_first.view());
    exclusive_sum(is_first.const_view(), before.view(), on);
    launch(on, config, settle, places, is_first.const_view(), before.const_view(), num_known, slots_.view(),
           made.firsts.view());
    launch(on, config, look_up, places, slots_.const_view(), made.ids.view());
    made.num_new = std::int64_t{to_host(before.const_view(), count - 1, on)} +
                   to_host(is_first.const_view(), count - 1, on);
    return made;
}

} // namespace newsgpu::cuda
