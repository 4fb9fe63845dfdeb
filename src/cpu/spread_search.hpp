#pragma once

#include <newsgpu/view.hpp>

#include <algorithm>
#include <cstdint>

namespace newsgpu::cpu {

/// The first place whose `key(value)`, a 64-bit number, is not below `wanted`; keys ascend and are spread
/// evenly, as those of hashes are. A guess from the density of keys is off by about the square root of their
/// number, one from there by the square root of that (Perl, Itai, Avni, Interpolation search, 1978). Keys
/// spread otherwise are searched all the same, in O(log n).
template <class T, class Key>
std::int64_t lower_bound_spread(view<T const> values, std::uint64_t wanted, Key key) {
    auto const n = values.size();
    if (n == 0) {
        return 0;
    }
    auto const places = [n](std::uint64_t distance) {
        __extension__ using wide = unsigned __int128;
        return static_cast<std::int64_t>(static_cast<wide>(distance) * static_cast<std::uint64_t>(n) >> 64);
    };
    auto guess = places(wanted);
    constexpr int corrections = 2;
    for (int step = 0; step < corrections; ++step) {
        auto const met = key(values[guess]);
        guess = met < wanted ? std::min(guess + places(wanted - met), n - 1)
                             : std::max(guess - places(met - wanted), std::int64_t{0});
    }
    auto first = guess;
    auto last = guess;
    std::int64_t stride = 4;
    if (key(values[guess]) < wanted) {
        first = guess + 1;
        while (stride <= n - first && key(values[first + stride - 1]) < wanted) {
            first += stride;
            stride *= 2;
        }
        last = first + std::min(stride, n - first);
    } else {
        while (stride <= last && !(key(values[last - stride]) < wanted)) {
            last -= stride;
            stride *= 2;
        }
        first = std::max(last - stride, std::int64_t{0});
    }
    auto const* found =
        std::lower_bound(values.data() + first, values.data() + last, wanted,
                         [&](T const& value, std::uint64_t sought) { return key(value) < sought; });
    return found - values.data();
}

} // namespace newsgpu::cpu
