#pragma once

#include <newsgpu/view.hpp>

#include "cpu/key_runs.hpp"
#include "cpu/radix_sort.hpp"
#include "cpu/simd_level.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// Sorts `count` numbers in place; `sort_padding` numbers behind them may be overwritten.
using sort_function = void(std::uint32_t* values, std::int64_t count);
inline constexpr std::int64_t sort_padding = 16;
/// Numbers behind a list of keys that may be read.
inline constexpr std::int64_t list_padding = 8;
static_assert(run_padding <= sort_padding && list_padding <= sort_padding);

/// A sorting network over whole registers: 1 to 2 ns a number for rows of news, where std::sort takes 25.
sort_function& sorting_network(simd_level level);

/// Brings the entries of one row after another into the order of their keys. Key and payload share one number
/// of 32 bits where both fit, as they do for all but the largest vocabularies and counts.
class row_sorter {
public:
    struct entry {
        std::uint32_t key, payload;
    };

    /// @param num_keys keys are below it.
    explicit row_sorter(std::uint64_t num_keys)
        : network_{&sorting_network(simd_level_in_use())}, find_runs_{&key_run_finder(simd_level_in_use())},
          payload_bits_{32 - static_cast<int>(std::bit_width(std::max<std::uint64_t>(num_keys, 1) - 1))} {}

    /// Sorts `entry_of(0)` to `entry_of(count - 1)` and calls `visit(key, payload)` for each in ascending
    /// order of keys; those of one key come in ascending order of payloads.
    template <class EntryOf, class Visit>
    void sort(std::size_t count, EntryOf entry_of, Visit visit) {
        make_room(count);
        std::uint64_t payloads = 0;
        auto* const narrow = narrow_.data();
        for (std::size_t i = 0; i < count; ++i) {
            entry const each = entry_of(i);
            payloads |= each.payload;
            narrow[i] = static_cast<std::uint32_t>(std::uint64_t{each.key} << payload_bits_) | each.payload;
        }
        if (payloads >> payload_bits_ != 0) {
            sort_wide(count, entry_of, visit);
            return;
        }
        visit_narrow(count, visit);
    }

    /// Keys that share a payload. `list_padding` numbers behind them may be read.
    struct list {
        view<std::uint32_t const> keys;
        std::uint32_t payload;
    };

    /// The same for the `count` keys of lists.
    template <class Visit>
    void sort(std::size_t count, std::vector<list> const& lists, Visit visit) {
        std::uint32_t payloads = 0;
        for (auto const& each : lists) {
            payloads |= each.payload;
        }
        if (std::uint64_t{payloads} >> payload_bits_ != 0) {
            wide_.clear();
            for (auto const& [keys, payload] : lists) {
                for (auto const key : keys) {
                    wide_.push_back(std::uint64_t{key} << 32 | payload);
                }
            }
            visit_wide(visit);
            return;
        }
        make_room(count);
        auto* to = narrow_.data();
        auto const shift = payload_bits_ % 32; // one of 32 bits leaves none for keys: all are 0
        for (auto const& [keys, payload] : lists) {
            // Whole blocks: how many keys a list has is hard to foretell.
            for (std::int64_t i = 0; i < keys.size(); i += list_padding) {
                for (std::int64_t k = i; k < i + list_padding; ++k) {
                    to[k] = keys.data()[k] << shift | payload;
                }
            }
            to += keys.size();
        }
        visit_narrow(count, visit);
    }

    /// Sorts `key_of(0)` to `key_of(count - 1)` and finds the equal ones. Valid until the next row.
    template <class KeyOf>
    key_runs sort_keys(std::size_t count, KeyOf key_of) {
        make_room(count);
        auto* const narrow = narrow_.data();
        for (std::size_t i = 0; i < count; ++i) {
            narrow[i] = key_of(i);
        }
        sort_narrow(count);
        if (starts_.size() < count + 1 + run_padding) {
            starts_.resize(2 * (count + 1 + run_padding));
        }
        auto const size = find_runs_(narrow, static_cast<std::int64_t>(count), starts_.data() + 1);
        return {narrow, starts_.data(), static_cast<std::size_t>(size)};
    }

private:
    /// From here on the network's n log^2 n steps cost more than three passes.
    static constexpr std::size_t max_network = 8192;

    template <class EntryOf, class Visit>
    void sort_wide(std::size_t count, EntryOf entry_of, Visit visit) {
        wide_.clear();
        for (std::size_t i = 0; i < count; ++i) {
            entry const each = entry_of(i);
            wide_.push_back(std::uint64_t{each.key} << 32 | each.payload);
        }
        visit_wide(visit);
    }

    template <class Visit>
    void visit_narrow(std::size_t count, Visit& visit) {
        sort_narrow(count);
        auto const* const narrow = narrow_.data();
        auto const payload_bits = payload_bits_;
        auto const mask = (std::uint64_t{1} << payload_bits) - 1;
        for (std::size_t i = 0; i < count; ++i) {
            visit(static_cast<std::uint32_t>(std::uint64_t{narrow[i]} >> payload_bits),
                  static_cast<std::uint32_t>(narrow[i] & mask));
        }
    }

    template <class Visit>
    void visit_wide(Visit& visit) {
        cpu::radix_sort(wide_, [](std::uint64_t value) { return value; });
        for (auto const value : wide_) {
            visit(static_cast<std::uint32_t>(value >> 32), static_cast<std::uint32_t>(value));
        }
    }

    void make_room(std::size_t count) {
        if (narrow_.size() < count + sort_padding) {
            narrow_.resize(std::max(2 * narrow_.size(), count + sort_padding));
        }
    }

    void sort_narrow(std::size_t count) {
        if (count <= max_network) {
            network_(narrow_.data(), static_cast<std::int64_t>(count));
        } else {
            radix_sort(narrow_.data(), count);
        }
    }

    void radix_sort(std::uint32_t* values, std::size_t count);

    sort_function* network_;
    run_function* find_runs_;
    int payload_bits_;
    std::vector<std::uint32_t> narrow_, scattered_;
    /// Of runs; the first is 0.
    std::vector<std::uint32_t> starts_;
    std::vector<std::uint64_t> wide_;
};

} // namespace newsgpu::cpu
