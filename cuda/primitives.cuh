#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/sort_bits.cuh"

#include <cstdint>

// Algorithms of the whole device, in the order of a stream. Inputs and outputs do not overlap (only the sums
// may work in place). `num_...` is one element of device memory that takes the size of the output.
//
// CUB does them, in primitives.cu, once for each of the types that are named at its end: its headers take
// longer to compile than most kernels.

namespace newsgpu::cuda {

/// out[i] = in[0] + ... + in[i - 1]
template <class T>
void exclusive_sum(view<T const> in, view<T> out, stream const& on, site where = site::current());

/// out[i] = in[0] + ... + in[i]
template <class T>
void inclusive_sum(view<T const> in, view<T> out, stream const& on, site where = site::current());

/// The keys in ascending order.
/// @param num_bits the lowest bits, which are looked at: a pass over the keys for each eight of them.
template <class Key>
void sort_keys(view<Key const> in, view<Key> out, stream const& on, int num_bits = all_bits<Key>,
               site where = site::current());

/// Keys in ascending order and the values beside them; equal keys keep their order.
template <class Key, class Value>
void sort_pairs(view<Key const> keys, view<Key> keys_out, view<Value const> values, view<Value> values_out,
                stream const& on, int num_bits = all_bits<Key>, site where = site::current());

/// Each run of equal neighbours as its key and its length.
template <class Key, class Count>
void run_length_encode(view<Key const> in, view<Key> keys, view<Count> counts, view<std::int64_t> num_runs,
                       stream const& on, site where = site::current());

/// The sum of the values over each run of equal neighbouring keys.
template <class Key, class Value>
void reduce_by_key(view<Key const> keys, view<Value const> values, view<Key> keys_out, view<Value> sums,
                   view<std::int64_t> num_runs, stream const& on, site where = site::current());

/// The first of each run of equal neighbours.
template <class T>
void unique(view<T const> in, view<T> out, view<std::int64_t> num_unique, stream const& on,
            site where = site::current());

/// The elements whose flag is not 0, in order.
template <class T, class Flag>
void select_flagged(view<T const> in, view<Flag const> flags, view<T> out, view<std::int64_t> num_selected,
                    stream const& on, site where = site::current());

/// out[0] = in[0] + ... + in[n - 1]. For integers alone: the order of the additions is not fixed.
template <class T>
void sum(view<T const> in, view<T> out, stream const& on, site where = site::current());

} // namespace newsgpu::cuda
