#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/sort_bits.cuh"
#include "tests/emulation/device.hpp"
#include "tests/emulation/enqueue.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <type_traits>
#include <vector>

// The face of cuda/primitives.cuh for the host: plain loops, late as everything in a stream.

namespace newsgpu::cuda {

namespace detail {

template <class A, class B>
void forbid_overlap(view<A> a, view<B> b, site where) { // CUB: undefined
    void const* const ends[] = {a.begin(), a.end(), b.begin(), b.end()};
    if (std::less<>{}(ends[0], ends[3]) && std::less<>{}(ends[2], ends[1])) {
        emulation::raise_fault("a primitive's input and output overlap, at line " +
                               std::to_string(where.line));
    }
}

/// CUB takes temporary memory, and the test of a machine that runs out of it wants to see that.
template <class Work>
void with_temporary(stream const& on, site where, Work work) {
    device_buffer<unsigned char> const temporary{256, on, where};
    emulation::enqueue_on(on.get(), work);
}

/// Tells a tracer what CUB reads and writes.
inline void trace(char const* name, std::int64_t bytes) {
    if (emulation::primitive_tracer != nullptr) {
        emulation::primitive_tracer(name, static_cast<std::uint64_t>(bytes));
    }
}

/// CUB's radix sort takes eight bits of the keys a pass, and reads all keys before to count their digits.
template <class Key>
void trace_sort(char const* name, std::int64_t size, std::int64_t value_bytes, int num_bits) {
    constexpr std::int64_t key_bytes = sizeof(Key);
    auto const num_passes = (num_bits + 7) / 8;
    trace(name, size * (key_bytes + num_passes * 2 * (key_bytes + value_bytes)));
}

/// Orders keys by their lowest bits, of which a sign is none unless all are looked at.
template <class Key>
auto by_lowest_bits(int num_bits) {
    using bits = std::make_unsigned_t<Key>;
    auto const unseen = all_bits<Key> - num_bits;
    return [unseen](Key a, Key b) {
        return unseen == 0 ? a < b
                           : static_cast<bits>(static_cast<bits>(a) << unseen) <
                                 static_cast<bits>(static_cast<bits>(b) << unseen);
    };
}

/// Calls `visit(first, last)` for each run of equal neighbours.
template <class Key, class Visit>
void for_each_run(view<Key const> keys, Visit visit) {
    for (std::int64_t first = 0, last; first < keys.size(); first = last) {
        last = first;
        while (last < keys.size() && keys[last] == keys[first]) {
            ++last;
        }
        visit(first, last);
    }
}

} // namespace detail

template <class T>
void exclusive_sum(view<T const> in, view<T> out, stream const& on, site where = site::current()) {
    detail::trace("CUB_scan", in.size() * std::int64_t{2 * sizeof(T)});
    detail::with_temporary(on, where, [=] {
        T sum{};
        for (std::int64_t i = 0; i < in.size(); ++i) {
            T const value = in[i];
            out[i] = sum;
            sum += value;
        }
    });
}

template <class T>
void inclusive_sum(view<T const> in, view<T> out, stream const& on, site where = site::current()) {
    detail::trace("CUB_scan", in.size() * std::int64_t{2 * sizeof(T)});
    detail::with_temporary(on, where, [=] {
        T sum{};
        for (std::int64_t i = 0; i < in.size(); ++i) {
            sum += in[i];
            out[i] = sum;
        }
    });
}

template <class Key>
void sort_keys(view<Key const> in, view<Key> out, stream const& on, int num_bits = all_bits<Key>,
               site where = site::current()) {
    detail::forbid_overlap(in, out, where);
    detail::trace_sort<Key>("CUB_sort", in.size(), 0, num_bits);
    detail::with_temporary(on, where, [=] {
        for (std::int64_t i = 0; i < in.size(); ++i) {
            out[i] = in[i];
        }
        std::stable_sort(out.begin(), out.begin() + in.size(), detail::by_lowest_bits<Key>(num_bits));
    });
}

template <class Key, class Value>
void sort_pairs(view<Key const> keys, view<Key> keys_out, view<Value const> values, view<Value> values_out,
                stream const& on, int num_bits = all_bits<Key>, site where = site::current()) {
    detail::forbid_overlap(keys, keys_out, where);
    detail::forbid_overlap(values, values_out, where);
    detail::trace_sort<Key>("CUB_sort", keys.size(), sizeof(Value), num_bits);
    detail::with_temporary(on, where, [=] {
        std::vector<std::int64_t> order(static_cast<std::size_t>(keys.size()));
        std::iota(order.begin(), order.end(), 0);
        auto const is_before = detail::by_lowest_bits<Key>(num_bits);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::int64_t a, std::int64_t b) { return is_before(keys[a], keys[b]); });
        std::int64_t at = 0;
        for (auto const i : order) {
            keys_out[at] = keys[i];
            values_out[at++] = values[i];
        }
    });
}

template <class Key, class Count>
void run_length_encode(view<Key const> in, view<Key> keys, view<Count> counts, view<std::int64_t> num_runs,
                       stream const& on, site where = site::current()) {
    detail::forbid_overlap(in, keys, where);
    detail::with_temporary(on, where, [=] {
        std::int64_t runs = 0;
        detail::for_each_run(in, [&](std::int64_t first, std::int64_t last) {
            keys[runs] = in[first];
            counts[runs++] = static_cast<Count>(last - first);
        });
        num_runs[0] = runs;
        detail::trace("CUB_runs", in.size() * std::int64_t{sizeof(Key)} +
                                      runs * std::int64_t{sizeof(Key) + sizeof(Count)});
    });
}

template <class Key, class Value>
void reduce_by_key(view<Key const> keys, view<Value const> values, view<Key> keys_out, view<Value> sums,
                   view<std::int64_t> num_runs, stream const& on, site where = site::current()) {
    detail::forbid_overlap(keys, keys_out, where);
    detail::forbid_overlap(values, sums, where);
    detail::with_temporary(on, where, [=] {
        std::int64_t runs = 0;
        detail::for_each_run(keys, [&](std::int64_t first, std::int64_t last) {
            Value sum{};
            for (auto i = first; i < last; ++i) {
                sum += values[i];
            }
            keys_out[runs] = keys[first];
            sums[runs++] = sum;
        });
        num_runs[0] = runs;
        detail::trace("CUB_runs", (keys.size() + runs) * std::int64_t{sizeof(Key) + sizeof(Value)});
    });
}

template <class T>
void unique(view<T const> in, view<T> out, view<std::int64_t> num_unique, stream const& on,
            site where = site::current()) {
    detail::forbid_overlap(in, out, where);
    detail::with_temporary(on, where, [=] {
        std::int64_t runs = 0;
        detail::for_each_run(in, [&](std::int64_t first, std::int64_t) { out[runs++] = in[first]; });
        num_unique[0] = runs;
        detail::trace("CUB_select", (in.size() + runs) * std::int64_t{sizeof(T)});
    });
}

template <class T, class Flag>
void select_flagged(view<T const> in, view<Flag const> flags, view<T> out, view<std::int64_t> num_selected,
                    stream const& on, site where = site::current()) {
    detail::forbid_overlap(in, out, where);
    detail::with_temporary(on, where, [=] {
        std::int64_t selected = 0;
        for (std::int64_t i = 0; i < in.size(); ++i) {
            if (flags[i]) {
                out[selected++] = in[i];
            }
        }
        num_selected[0] = selected;
        detail::trace("CUB_select", in.size() * std::int64_t{sizeof(T) + sizeof(Flag)} +
                                        selected * std::int64_t{sizeof(T)});
    });
}

template <class T>
void sum(view<T const> in, view<T> out, stream const& on, site where = site::current()) {
    static_assert(std::is_integral_v<T>);
    detail::with_temporary(on, where, [=] {
        T total{};
        for (auto const value : in) {
            total += value;
        }
        out[0] = total;
        detail::trace("CUB_sum", in.size() * std::int64_t{sizeof(T)});
    });
}

} // namespace newsgpu::cuda
