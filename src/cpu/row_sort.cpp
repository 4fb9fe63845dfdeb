// How vectors are passed between functions does not matter here: every function that takes one is always
// inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "cpu/row_sort.hpp"

#include "cpu/simd.hpp"

#include <array>
#include <utility>

// Batcher's bitonic sort (1968) on registers. A block that is sorted and its mirror image beside it make a
// bitonic sequence, so every merge begins by comparing element i with element size - 1 - i; the half cleaners
// behind it all sort the same way. Registers that a row does not have count as filled with the largest
// number, and comparisons with them are left out.

namespace newsgpu::cpu {

namespace {

template <int Bytes>
struct network {
    using words = simd<std::uint32_t, Bytes>;
    using vector = typename words::vector;
    static constexpr int lanes = Bytes / 4;
    using lane_numbers = std::make_integer_sequence<int, lanes>;
    /// Registers sorted without going through memory.
#if defined(NEWSGPU_SANITIZED)
    static constexpr int most_registers = 4; // compilers take minutes to instrument more
#else
    static constexpr int most_registers = 16;
#endif

    [[gnu::always_inline]] static inline vector smaller(vector const& a, vector const& b) {
        return a < b ? a : b;
    }
    [[gnu::always_inline]] static inline vector larger(vector const& a, vector const& b) {
        return a < b ? b : a;
    }

    template <int... I>
    [[gnu::always_inline]] static inline vector mirrored(vector const& v, std::integer_sequence<int, I...>) {
        return __builtin_shufflevector(v, v, (lanes - 1 - I)...);
    }
    [[gnu::always_inline]] static inline vector mirrored(vector const& v) {
        return mirrored(v, lane_numbers{});
    }

    /// Compares lane i with lane i ^ Partner; the one with the bit `High` gets the larger.
    template <int Partner, int High, int... I>
    [[gnu::always_inline]] static inline vector compare(vector const& v, std::integer_sequence<int, I...>) {
        vector const other = __builtin_shufflevector(v, v, (I ^ Partner)...);
        return __builtin_shufflevector(smaller(v, other), larger(v, other),
                                       ((I & High) != 0 ? I + lanes : I)...);
    }

    /// Half cleaners over `Distance` lanes and less.
    template <int Distance>
    [[gnu::always_inline]] static inline vector clean_lanes(vector const& v) {
        if constexpr (Distance >= 1) {
            return clean_lanes<Distance / 2>(compare<Distance, Distance>(v, lane_numbers{}));
        } else {
            return v;
        }
    }

    /// Sorts the lanes, given that blocks of half of `Size` are sorted.
    template <int Size>
    [[gnu::always_inline]] static inline vector sort_lanes(vector const& v) {
        if constexpr (Size <= lanes) {
            return sort_lanes<2 * Size>(
                clean_lanes<Size / 4>(compare<Size - 1, Size / 2>(v, lane_numbers{})));
        } else {
            return v;
        }
    }

    /// Half cleaners over `Distance` registers and less.
    template <int Count, int Distance>
    [[gnu::always_inline]] static inline void clean(vector* registers) {
        if constexpr (Distance >= 1) {
#pragma GCC unroll 16
            for (int i = 0; i < Count; ++i) {
                if ((i & Distance) == 0 && (i | Distance) < Count) {
                    auto const a = registers[i], b = registers[i | Distance];
                    registers[i] = smaller(a, b);
                    registers[i | Distance] = larger(a, b);
                }
            }
            clean<Count, Distance / 2>(registers);
        }
    }

    /// Merges sorted blocks of half of `Size` registers into one.
    template <int Count, int Size>
    [[gnu::always_inline]] static inline void merge(vector* registers) {
        if constexpr (Size / 2 < Count) {
#pragma GCC unroll 16
            for (int first = 0; first < Count; first += Size) {
#pragma GCC unroll 16
                for (int i = 0; i < Size / 2; ++i) {
                    auto const a = first + i, b = first + Size - 1 - i;
                    if (b < Count) {
                        auto const mirror = mirrored(registers[b]);
                        registers[b] = mirrored(larger(registers[a], mirror));
                        registers[a] = smaller(registers[a], mirror);
                    }
                }
            }
            clean<Count, Size / 4>(registers);
#pragma GCC unroll 16
            for (int i = 0; i < Count; ++i) {
                registers[i] = clean_lanes<lanes / 2>(registers[i]);
            }
            merge<Count, 2 * Size>(registers);
        }
    }

    template <int Count>
    [[gnu::always_inline]] static inline void sort_registers(std::uint32_t* values) {
        vector registers[Count];
#pragma GCC unroll 16
        for (int i = 0; i < Count; ++i) {
            registers[i] = sort_lanes<2>(words::load(values + i * lanes));
        }
        merge<Count, 2>(registers);
#pragma GCC unroll 16
        for (int i = 0; i < Count; ++i) {
            words::store(registers[i], values + i * lanes);
        }
    }

    /// The end of a merge of more registers: what a half cleaner over 16 registers left.
    template <int Count>
    [[gnu::always_inline]] static inline void clean_registers(std::uint32_t* values) {
        vector registers[Count];
#pragma GCC unroll 16
        for (int i = 0; i < Count; ++i) {
            registers[i] = words::load(values + i * lanes);
        }
        clean<Count, most_registers / 2>(registers);
#pragma GCC unroll 16
        for (int i = 0; i < Count; ++i) {
            words::store(clean_lanes<lanes / 2>(registers[i]), values + i * lanes);
        }
    }

    /// `sort_registers<count>` or, to `clean`, `clean_registers<count>`.
    template <bool Clean, int Count = most_registers>
    [[gnu::always_inline]] static inline void do_registers(std::uint32_t* values, std::int64_t count) {
        if (count == Count) {
            if constexpr (Clean) {
                clean_registers<Count>(values);
            } else {
                sort_registers<Count>(values);
            }
        } else if constexpr (Count > 1) {
            do_registers<Clean, Count - 1>(values, count);
        }
    }

    [[gnu::always_inline]] static inline void compare_registers(std::uint32_t* a, std::uint32_t* b) {
        auto const x = words::load(a), y = words::load(b);
        words::store(smaller(x, y), a);
        words::store(larger(x, y), b);
    }

    [[gnu::always_inline]] static inline void sort(std::uint32_t* values, std::int64_t count) {
        static_assert(lanes <= sort_padding);
        auto const num = (count + lanes - 1) / lanes;
        for (auto i = count; i < num * lanes; ++i) {
            values[i] = 0xFFFF'FFFF;
        }
        // A long run of registers: blocks of `most_registers`, then merges through memory.
        for (std::int64_t first = 0; first < num; first += most_registers) {
            do_registers<false>(values + first * lanes, std::min<std::int64_t>(most_registers, num - first));
        }
        for (std::int64_t size = 2 * most_registers; size / 2 < num; size *= 2) {
            for (std::int64_t first = 0; first < num; first += size) {
                for (std::int64_t i = 0; i < size / 2; ++i) {
                    auto const a = first + i, b = first + size - 1 - i;
                    if (b < num) {
                        auto const x = words::load(values + a * lanes),
                                   y = mirrored(words::load(values + b * lanes));
                        words::store(smaller(x, y), values + a * lanes);
                        words::store(mirrored(larger(x, y)), values + b * lanes);
                    }
                }
            }
            for (auto distance = size / 4; distance >= most_registers; distance /= 2) {
                for (std::int64_t i = 0; i < num; ++i) {
                    if ((i & distance) == 0 && (i | distance) < num) {
                        compare_registers(values + i * lanes, values + (i | distance) * lanes);
                    }
                }
            }
            for (std::int64_t first = 0; first < num; first += most_registers) {
                do_registers<true>(values + first * lanes,
                                   std::min<std::int64_t>(most_registers, num - first));
            }
        }
    }
};

void sort_baseline(std::uint32_t* values, std::int64_t count) {
    network<16>::sort(values, count);
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] void sort_avx2(std::uint32_t* values, std::int64_t count) {
    network<32>::sort(values, count);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void sort_avx512(std::uint32_t* values,
                                                                       std::int64_t count) {
    network<64>::sort(values, count);
}

#endif

} // namespace

sort_function& sorting_network([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512:
        return sort_avx512;
    case simd_level::avx2:
        return sort_avx2;
    case simd_level::baseline:
        break;
    }
#endif
    return sort_baseline;
}

void row_sorter::radix_sort(std::uint32_t* values, std::size_t count) {
    scattered_.resize(std::max(scattered_.size(), count));
    cpu::radix_sort(values, scattered_.data(), count, 0, 32, [](std::uint32_t value) { return value; });
}

} // namespace newsgpu::cpu
