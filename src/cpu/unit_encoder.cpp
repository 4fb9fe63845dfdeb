#include "cpu/unit_encoder.hpp"

#include "cpu/unit_loops.hpp"
#include "element/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace newsgpu::cpu {

namespace {

/// Units looked at together: news is long runs of ASCII or of ideographs, with others strewn in.
constexpr int run_length = 8;

template <class Unit>
bool is_ascii_run(Unit const* units) {
    std::uint32_t bits = 0;
    for (int i = 0; i < run_length; ++i) {
        bits |= units[i];
    }
    return bits < 0x80;
}

/// Whether each unit becomes three bytes.
template <class Unit>
bool is_three_byte_run(Unit const* units) {
    unsigned outside = 0;
    for (int i = 0; i < run_length; ++i) {
        std::uint32_t const c = units[i];
        outside |= static_cast<unsigned>(c < 0x800) | static_cast<unsigned>(c > 0xFFFF);
    }
    return outside == 0;
}

template <class Unit>
void encode_units(Unit const* units, std::int64_t count, char* to) {
    std::int64_t i = 0;
    while (i < count) {
        for (; count - i >= run_length && is_ascii_run(units + i); i += run_length) {
            for (int k = 0; k < run_length; ++k) {
                to[k] = static_cast<char>(units[i + k]);
            }
            to += run_length;
        }
        if constexpr (sizeof(Unit) > 1) {
            for (; count - i >= run_length && is_three_byte_run(units + i); i += run_length) {
                for (int k = 0; k < run_length; ++k) {
                    std::uint32_t const c = units[i + k];
                    to[3 * k] = static_cast<char>(0xE0 | c >> 12);
                    to[3 * k + 1] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
                    to[3 * k + 2] = static_cast<char>(0x80 | (c & 0x3F));
                }
                to += 3 * run_length;
            }
        }
        for (auto const end = std::min(i + run_length, count); i < end; ++i) {
            to += element::encode(units[i], to);
        }
    }
}

void encode(unit_text text, char* to, std::int64_t) {
    if (text.unit == code_unit::utf8) {
        std::copy_n(static_cast<char const*>(text.units), text.size, to);
        return;
    }
    with_units(text, [&](auto const* units) { encode_units(units, text.size, to); });
}

utf8_size measure(unit_text text) {
    return measure_text(text);
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] utf8_size measure_avx2(unit_text text) {
    return measure_text(text);
}

#endif

} // namespace

unit_encoder const& unit_encoder_of([[maybe_unused]] simd_level level) {
    static constexpr unit_encoder plain{&measure, &encode};
#if defined(__x86_64__)
    static constexpr unit_encoder avx2{&measure_avx2, &encode};
    switch (level) {
    case simd_level::avx512:
        return avx512_unit_encoder;
    case simd_level::avx2:
        return avx2;
    case simd_level::baseline:
        break;
    }
#endif
    return plain;
}

std::int64_t find_no_code_point(unit_text text) {
    return with_units(text, [&](auto const* units) {
        std::int64_t i = 0;
        while (i < text.size && is_code_point(units[i])) {
            ++i;
        }
        return i;
    });
}

} // namespace newsgpu::cpu
