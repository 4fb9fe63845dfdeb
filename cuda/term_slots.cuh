#pragma once

#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"

#include <cstdint>

// Numbers for distinct items, in the order in which they are first seen: a table by open addressing in which
// the items of a batch look for each other and for those of the batches before. A hash only finds the place
// where the search begins; whether two items are one is for `Items::same` to say.
//
// `Items` is what a kernel sees of them: `exists(i)` for item i of the batch, and `same(a, b)` for
// references. A reference below `num_known` is a known item, others are `num_known` + i.

namespace newsgpu::cuda {

inline constexpr std::uint32_t no_id = 0xFFFF'FFFF;

/// A slot holds (32 bits of hash, a reference + 1), 0 where it is free. Of references to equal items the
/// lowest one stays.
struct slots_view {
    view<std::uint64_t> slots; ///< a power of two
    std::uint64_t hash_mask;   ///< all ones, but where a test wants collisions

    __device__ std::int64_t home(std::uint64_t hash) const {
        return static_cast<std::int64_t>(hash & hash_mask) & (slots.size() - 1);
    }
    __device__ std::int64_t next(std::int64_t place) const { return (place + 1) & (slots.size() - 1); }
    __device__ std::uint64_t slot_of(std::uint64_t hash, std::int64_t reference) const {
        return ((hash & hash_mask) >> 32) << 32 | static_cast<std::uint64_t>(reference + 1);
    }
    __device__ static bool same_tag(std::uint64_t a, std::uint64_t b) { return a >> 32 == b >> 32; }
    __device__ static std::int64_t reference_in(std::uint64_t slot) {
        return static_cast<std::int64_t>(slot & 0xFFFF'FFFF) - 1;
    }
};

namespace detail {

inline constexpr unsigned slot_threads = 256;

/// Finds a place for every item of a batch; equal ones have the same.
template <class Items>
__global__ void __launch_bounds__(slot_threads)
    insert(Items items, view<std::uint64_t const> hashes, std::int64_t num_known, slots_view table,
           view<std::uint32_t> places) {
    auto const item = global_rank();
    if (item >= hashes.size()) {
        return;
    }
    if (!items.exists(item)) {
        places[item] = no_id;
        return;
    }
    auto const mine = table.slot_of(hashes[item], num_known + item);
    auto at = table.home(hashes[item]);
    for (;; at = table.next(at)) {
        auto& slot = table.slots[at];
        auto seen = atomic_load(slot);
        if (seen == 0) {
            seen = atomic_cas(slot, std::uint64_t{0}, mine);
        }
        if (seen == 0) {
            break;
        }
        if (slots_view::same_tag(seen, mine) &&
            items.same(slots_view::reference_in(seen), num_known + item)) {
            // Frequent items come here again and again; only the first ones have something to say.
            if (mine < seen) {
                atomic_min(slot, mine);
            }
            break;
        }
    }
    places[item] = static_cast<std::uint32_t>(at);
}

} // namespace detail

/// What numbering a batch of items gives.
struct numbered_items {
    device_buffer<std::uint32_t> ids; ///< [T] `no_id` for one that does not exist
    /// [number of new ones] which item is the first of each new number; they ascend. (There may be more
    /// room.)
    device_buffer<std::uint32_t> firsts;
    std::int64_t num_new;
};

/// The bits of hashes that are looked at: see weaken_term_hashes.
std::uint64_t term_hash_mask();

class term_slots {
public:
    /// Device memory for an item of a batch, at most: slots, twice as many as items and up to twice that, the
    /// item's hash, and what numbering has beside them.
    static constexpr std::int64_t bytes_an_item = 32 + 4 + 16 + 16;

    explicit term_slots(stream const& on) : slots_{0, on} {}

    /// Makes room for `num_items` items, of which those of `known` hashes are in the table. Throws with
    /// nothing changed.
    /// @throw invalid_input if there are more than 2^30.
    void reserve(std::int64_t num_items, view<std::uint64_t const> known, stream const& on);

    /// Numbers the items of a batch; waits for the device. Room has been made. What throws leaves the table
    /// to be restored.
    template <class Items>
    numbered_items number(Items items, view<std::uint64_t const> hashes, std::int64_t num_known,
                          stream const& on) {
        device_buffer<std::uint32_t> places{hashes.size(), on};
        launch(on, {parts_of(hashes.size(), detail::slot_threads), detail::slot_threads},
               detail::insert<Items>, items, hashes, num_known, view_of_slots(), places.view());
        return number_places(places.const_view(), num_known, on);
    }

    /// Leaves the items of `known` hashes alone in the table. Allocates nothing.
    void restore(view<std::uint64_t const> known, stream const& on);

private:
    slots_view view_of_slots();
    numbered_items number_places(view<std::uint32_t const> places, std::int64_t num_known, stream const& on);

    device_buffer<std::uint64_t> slots_;
};

} // namespace newsgpu::cuda
