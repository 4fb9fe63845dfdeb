#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "element/hash.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <random>

namespace newsgpu::cpu {

/// Finds the place of a shingle. Drawn anew in every process, so that nobody can write text whose shingles
/// lie in each other's way; no answer depends on it. A template argument of the table, so that a test can
/// make every shingle collide.
class secret_hash {
public:
    std::uint64_t of(std::uint64_t shingle) const {
        return element::fold_multiply(shingle ^ secrets_.mask, secrets_.factor);
    }

private:
    struct secrets {
        std::uint64_t mask, factor;
    };
    static secrets draw() {
        std::random_device source;
        auto const word = [&] { return std::uint64_t{source()} << 32 | source(); };
        return {word(), word() | 1};
    }
    static secrets const& of_this_process() {
        static secrets const drawn = draw();
        return drawn;
    }

    secrets secrets_ = of_this_process();
};

/// The shingles of documents that are read one after another, and how many of each document's earlier ones
/// have too, those that were made leaders. Nothing is sorted: a shingle costs one look.
///
/// Linear probing. A slot holds a shingle, which leaders have it, and the last document that has it; it is
/// free where there is none.
template <class Hash = secret_hash>
class basic_shingle_table {
public:
    static constexpr int max_leaders = 32;
    static constexpr int no_leader = -1;

    /// What a table takes at the most for each distinct shingle of its leaders and of one more document.
    static constexpr std::int64_t bytes_a_shingle = 7 * 16 + 4;

    /// Forgets everything. About `num_shingles` are expected: so many have room without another look at all.
    void start(std::int64_t num_shingles) {
        resize(slots_for(static_cast<std::size_t>(num_shingles)));
        document_ = 0;
    }

    /// What is added from now on belongs to another document.
    /// @param leader which leader it becomes, each at most once since `start`, or `no_leader`.
    void begin_document(int leader) {
        ++document_;
        own_bit_ = leader == no_leader ? 0 : std::uint32_t{1} << leader;
        num_met_ = 0;
    }

    /// Adds shingles to the document; one may come more than once.
    void add(view<std::uint64_t const> shingles) {
        met_.resize(std::max(met_.size(), num_met_ + static_cast<std::size_t>(shingles.size())));
        for (std::int64_t first = 0; first < shingles.size(); first += block) {
            auto const count = std::min(block, shingles.size() - first);
            make_room(static_cast<std::size_t>(count));
            add_block(shingles.data() + first, count);
        }
    }

    /// How many distinct shingles the document has.
    std::int64_t size() const { return static_cast<std::int64_t>(num_met_); }

    /// How many of those an earlier leader has too.
    std::int64_t count_common(int leader) const {
        std::uint32_t common = 0;
        for (std::size_t i = 0; i < num_met_; ++i) {
            common += met_[i] >> leader & 1;
        }
        return common;
    }

private:
    struct slot {
        std::uint64_t shingle;
        std::uint32_t leaders, last;
    };
    // Slots, of which a sixth is taken at the least, what is kept while the table grows, and what is met.
    static_assert(bytes_a_shingle == 7 * sizeof(slot) + sizeof(std::uint32_t));

    static constexpr std::int64_t block = 64;

    /// At most a third of the slots are taken at first, and half of them later.
    static std::size_t slots_for(std::size_t num_shingles) {
        return std::bit_ceil(3 * (num_shingles + static_cast<std::size_t>(block)));
    }

    /// All slots are free afterwards.
    void resize(std::size_t num_slots) {
        if (slots_.size() < num_slots) {
            slots_ = {}; // the old ones first: both need not have room
            slots_.resize(num_slots);
        }
        std::fill_n(slots_.begin(), num_slots, slot{});
        mask_ = num_slots - 1;
        shift_ = 64 - std::countr_zero(num_slots);
        num_taken_ = 0;
    }

    std::size_t home(std::uint64_t shingle) const { return hash_.of(shingle) >> shift_; }

    /// The slot of a shingle, or the free one where it belongs.
    slot& find(std::uint64_t shingle) {
        auto at = home(shingle);
        while (slots_[at].last != 0 && slots_[at].shingle != shingle) {
            at = (at + 1) & mask_;
        }
        return slots_[at];
    }

    void add_block(std::uint64_t const* shingles, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            auto& found = find(shingles[i]);
            num_taken_ += found.last == 0 ? 1 : 0;
            met_[num_met_] = found.leaders;
            num_met_ += found.last != document_ ? 1 : 0;
            found = {shingles[i], found.leaders | own_bit_, document_};
        }
    }

    /// Sees to it that at most half of the slots are taken when `count` more are. What no leader has goes
    /// before the table grows.
    void make_room(std::size_t count) {
        if (2 * (num_taken_ + count) <= mask_ + 1) {
            return;
        }
        buffer<slot> kept;
        std::copy_if(
            slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(mask_ + 1), std::back_inserter(kept),
            [this](slot const& s) { return s.leaders != 0 || (s.last == document_ && s.last != 0); });
        resize(std::max(mask_ + 1, slots_for(kept.size() + count)));
        for (auto const& s : kept) {
            find(s.shingle) = s;
        }
        num_taken_ = kept.size();
    }

    Hash hash_;
    buffer<slot> slots_;
    std::size_t mask_ = 0, num_taken_ = 0;
    int shift_ = 0;
    std::uint32_t document_ = 0, own_bit_ = 0;
    /// Of each distinct shingle of the document, the leaders that had it before.
    buffer<std::uint32_t> met_;
    std::size_t num_met_ = 0;
};

using shingle_table = basic_shingle_table<>;

} // namespace newsgpu::cpu
