#include "cuda/form_table.cuh"

#include "cuda/usual_han.cuh"

#include "element/utf8.hpp"
#include "unicode/normalization.hpp"

#include <algorithm>
#include <string_view>

namespace newsgpu::cuda {

namespace {

using element::normalization_table;

view<std::uint16_t const> index_of(normalization_table const& table) {
    constexpr std::int64_t num_code_points = 0x110000;
    return {table.entries.index, num_code_points / table.entries.block_size};
}

view<std::uint32_t const> blocks_of(normalization_table const& table) {
    auto const index = index_of(table);
    return {table.entries.blocks,
            (*std::max_element(index.begin(), index.end()) + std::int64_t{1}) * table.entries.block_size};
}

std::string_view replacement_of(normalization_table const& table) {
    auto const entry = table.entries[element::replacement_character];
    return (entry & normalization_table::changes) == 0
               ? std::string_view{"\uFFFD"}
               : std::string_view{table.mapping(entry), normalization_table::length(entry)};
}

/// All mappings and, behind them, what becomes of U+FFFD.
buffer<char> bytes_of(normalization_table const& table) {
    auto const replacement = replacement_of(table);
    std::int64_t size = 0;
    for (auto const entry : blocks_of(table)) {
        if ((entry & normalization_table::changes) != 0) {
            size = std::max<std::int64_t>(size, (entry >> normalization_table::offset_shift) +
                                                    normalization_table::length(entry));
        }
    }
    buffer<char> bytes(table.bytes, table.bytes + size);
    bytes.insert(bytes.end(), replacement.begin(), replacement.end());
    return bytes;
}

bool keeps_usual_han(normalization_table const& table) {
    for (auto c = first_usual_han; c <= last_usual_han; ++c) {
        if ((table.entries[c] & (normalization_table::changes | normalization_table::joins)) != 0) {
            return false;
        }
    }
    return true;
}

template <class T>
device_buffer<T> upload(view<T const> from, stream const& on) {
    auto made = to_device(from, on);
    on.synchronize();
    return made;
}

device_buffer<char> upload(buffer<char> const& from, stream const& on) {
    return upload(view<char const>{from.data(), std::ssize(from)}, on);
}

} // namespace

form_table::form_table(normalization form, stream const& on)
    : index_{upload(index_of(unicode::load_normalization(form).table()), on)},
      blocks_{upload(blocks_of(unicode::load_normalization(form).table()), on)},
      bytes_{upload(bytes_of(unicode::load_normalization(form).table()), on)},
      replacement_length_{
          static_cast<std::int32_t>(replacement_of(unicode::load_normalization(form).table()).size())},
      lowers_ascii_{unicode::load_normalization(form).lowers_ascii()},
      keeps_han_{keeps_usual_han(unicode::load_normalization(form).table())},
      has_final_sigma_{form == normalization::lower} {}

form_view form_table::view() const {
    normalization_table const table{{index_.view().data(), blocks_.view().data()}, bytes_.view().data()};
    return {table,
            static_cast<std::uint32_t>(bytes_.size() - replacement_length_),
            replacement_length_,
            lowers_ascii_,
            keeps_han_,
            has_final_sigma_};
}

} // namespace newsgpu::cuda
