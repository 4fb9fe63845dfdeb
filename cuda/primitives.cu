#include "cuda/primitives.cuh"

#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_reduce.cuh>
#include <cub/device/device_run_length_encode.cuh>
#include <cub/device/device_scan.cuh>
#include <cub/device/device_select.cuh>

#include <type_traits>

namespace newsgpu::cuda {

namespace {

/// CUB asks twice: for the size of its temporary memory, and for the work.
template <class Call>
void with_temporary(stream const& on, char const* name, site where, Call call) {
    std::size_t bytes = 0;
    check(call(nullptr, bytes), name, where);
    device_buffer<unsigned char> temporary{bytes > 0 ? static_cast<std::int64_t>(bytes) : 1, on, where};
    check(call(temporary.view().data(), bytes), name, where);
}

} // namespace

template <class T>
void exclusive_sum(view<T const> in, view<T> out, stream const& on, site where) {
    if (in.empty()) {
        return;
    }
    with_temporary(on, "cub::DeviceScan::ExclusiveSum", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceScan::ExclusiveSum(temporary, bytes, in.data(), out.data(), in.size(), on.get());
    });
}

template <class T>
void inclusive_sum(view<T const> in, view<T> out, stream const& on, site where) {
    if (in.empty()) {
        return;
    }
    with_temporary(on, "cub::DeviceScan::InclusiveSum", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceScan::InclusiveSum(temporary, bytes, in.data(), out.data(), in.size(), on.get());
    });
}

template <class Key>
void sort_keys(view<Key const> in, view<Key> out, stream const& on, int num_bits, site where) {
    if (in.empty()) {
        return;
    }
    with_temporary(on, "cub::DeviceRadixSort::SortKeys", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceRadixSort::SortKeys(temporary, bytes, in.data(), out.data(), in.size(), 0, num_bits,
                                              on.get());
    });
}

template <class Key, class Value>
void sort_pairs(view<Key const> keys, view<Key> keys_out, view<Value const> values, view<Value> values_out,
                stream const& on, int num_bits, site where) {
    if (keys.empty()) {
        return;
    }
    with_temporary(on, "cub::DeviceRadixSort::SortPairs", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceRadixSort::SortPairs(temporary, bytes, keys.data(), keys_out.data(), values.data(),
                                               values_out.data(), keys.size(), 0, num_bits, on.get());
    });
}

template <class Key, class Count>
void run_length_encode(view<Key const> in, view<Key> keys, view<Count> counts, view<std::int64_t> num_runs,
                       stream const& on, site where) {
    if (in.empty()) {
        fill_bytes(num_runs, 0, on, where);
        return;
    }
    with_temporary(on, "cub::DeviceRunLengthEncode::Encode", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceRunLengthEncode::Encode(temporary, bytes, in.data(), keys.data(), counts.data(),
                                                  num_runs.data(), in.size(), on.get());
    });
}

template <class Key, class Value>
void reduce_by_key(view<Key const> keys, view<Value const> values, view<Key> keys_out, view<Value> sums,
                   view<std::int64_t> num_runs, stream const& on, site where) {
    if (keys.empty()) {
        fill_bytes(num_runs, 0, on, where);
        return;
    }
    with_temporary(on, "cub::DeviceReduce::ReduceByKey", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceReduce::ReduceByKey(temporary, bytes, keys.data(), keys_out.data(), values.data(),
                                              sums.data(), num_runs.data(), ::cuda::std::plus<>{},
                                              keys.size(), on.get());
    });
}

template <class T>
void unique(view<T const> in, view<T> out, view<std::int64_t> num_unique, stream const& on, site where) {
    if (in.empty()) {
        fill_bytes(num_unique, 0, on, where);
        return;
    }
    with_temporary(on, "cub::DeviceSelect::Unique", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceSelect::Unique(temporary, bytes, in.data(), out.data(), num_unique.data(),
                                         in.size(), on.get());
    });
}

template <class T, class Flag>
void select_flagged(view<T const> in, view<Flag const> flags, view<T> out, view<std::int64_t> num_selected,
                    stream const& on, site where) {
    if (in.empty()) {
        fill_bytes(num_selected, 0, on, where);
        return;
    }
    with_temporary(on, "cub::DeviceSelect::Flagged", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceSelect::Flagged(temporary, bytes, in.data(), flags.data(), out.data(),
                                          num_selected.data(), in.size(), on.get());
    });
}

template <class T>
void sum(view<T const> in, view<T> out, stream const& on, site where) {
    static_assert(std::is_integral_v<T>);
    if (in.empty()) {
        fill_bytes(out, 0, on, where);
        return;
    }
    with_temporary(on, "cub::DeviceReduce::Sum", where, [&](void* temporary, std::size_t& bytes) {
        return cub::DeviceReduce::Sum(temporary, bytes, in.data(), out.data(), in.size(), on.get());
    });
}

// ---- what the library uses

template void exclusive_sum(view<std::int64_t const>, view<std::int64_t>, stream const&, site);
template void exclusive_sum(view<std::uint32_t const>, view<std::uint32_t>, stream const&, site);
template void inclusive_sum(view<std::int64_t const>, view<std::int64_t>, stream const&, site);
template void sort_keys(view<std::uint64_t const>, view<std::uint64_t>, stream const&, int, site);
template void sort_pairs(view<std::uint32_t const>, view<std::uint32_t>, view<std::uint32_t const>,
                         view<std::uint32_t>, stream const&, int, site);
template void sort_pairs(view<std::uint32_t const>, view<std::uint32_t>, view<std::uint64_t const>,
                         view<std::uint64_t>, stream const&, int, site);
template void sort_pairs(view<std::uint64_t const>, view<std::uint64_t>, view<std::uint32_t const>,
                         view<std::uint32_t>, stream const&, int, site);
template void sort_pairs(view<std::uint64_t const>, view<std::uint64_t>, view<std::uint64_t const>,
                         view<std::uint64_t>, stream const&, int, site);
template void sort_pairs(view<std::uint64_t const>, view<std::uint64_t>, view<std::int64_t const>,
                         view<std::int64_t>, stream const&, int, site);
template void sort_pairs(view<std::int64_t const>, view<std::int64_t>, view<std::uint32_t const>,
                         view<std::uint32_t>, stream const&, int, site);
template void run_length_encode(view<std::uint64_t const>, view<std::uint64_t>, view<std::uint32_t>,
                                view<std::int64_t>, stream const&, site);
template void reduce_by_key(view<std::uint64_t const>, view<std::int64_t const>, view<std::uint64_t>,
                            view<std::int64_t>, view<std::int64_t>, stream const&, site);
template void unique(view<std::uint64_t const>, view<std::uint64_t>, view<std::int64_t>, stream const&, site);
template void select_flagged(view<std::int64_t const>, view<std::uint32_t const>, view<std::int64_t>,
                             view<std::int64_t>, stream const&, site);
template void select_flagged(view<std::uint32_t const>, view<std::uint8_t const>, view<std::uint32_t>,
                             view<std::int64_t>, stream const&, site);
template void select_flagged(view<std::uint64_t const>, view<std::uint8_t const>, view<std::uint64_t>,
                             view<std::int64_t>, stream const&, site);
template void sum(view<std::uint32_t const>, view<std::uint32_t>, stream const&, site);

} // namespace newsgpu::cuda
