#include "cuda/word_tables.cuh"

#include "cuda/once_per_device.cuh"
#include "cuda/word_classes.cuh"

#include "unicode/segmentation.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace newsgpu::cuda {

namespace {

using element::word_class;

std::uint32_t flags_of_value(std::uint8_t value) {
    auto const flags = element::flags_of(static_cast<word_class>(value & element::class_mask));
    return word_flag::first(flags.first) | word_flag::second(flags.second) | word_flag::third(flags.third) |
           ((value & element::katakana_mark) != 0 ? word_flag::katakana_group : 0) |
           ((value & element::exact_mark) != 0 ? word_flag::exact : 0);
}

ascii_variant variant_of(element::code_point_table<std::uint8_t> classes) {
    auto const is = [&](char32_t c, word_class k) { return classes[c] == static_cast<std::uint8_t>(k); };
    return {is(U'@', word_class::letter), is(U':', word_class::mid_letter)};
}

/// The flags of `code_point` as ascii_classes has them.
std::uint32_t flags_of_ascii(std::uint32_t code_point, ascii_variant variant) {
    wide_byte_planes p{};
    for (int k = 0; k < 8; ++k) {
        p.bit[k] = code_point >> k & 1;
    }
    auto const c = ascii_classes(p, variant);
    namespace flag = element::flag;
    std::uint32_t made = 0;
    auto const put = [&made](std::uint64_t mask, std::uint32_t bit) { made |= (mask & 1) != 0 ? bit : 0; };
    put(c.letter, word_flag::first(flag::letter));
    put(c.numeric, word_flag::first(flag::numeric));
    put(c.connector, word_flag::first(flag::connector));
    put(c.mid_letter, word_flag::first(flag::mid_letter));
    put(c.mid_number, word_flag::first(flag::mid_number));
    put(c.space, word_flag::first(flag::space));
    put(c.carriage_return, word_flag::first(flag::carriage_return));
    put(c.line_feed, word_flag::first(flag::line_feed));
    put(c.single_quote, word_flag::third(flag::single_quote));
    put(c.double_quote, word_flag::third(flag::double_quote));
    put(c.newline, word_flag::third(flag::newline));
    return made;
}

/// The flags of every code point, in the blocks of ICU's classes.
struct host_tables {
    std::vector<std::uint16_t> index;
    std::vector<std::uint32_t> flags;
    element::dictionary dictionary;
    ascii_variant ascii;
    bool han_is_uniform = true;

    explicit host_tables(unicode::segmentation const& data)
        : dictionary{data.words.table()}, ascii{variant_of(data.rules.classes.table())} {
        constexpr auto block_size = element::code_point_table<std::uint8_t>::block_size;
        auto const classes = data.rules.classes.table();
        index.assign(classes.index, classes.index + 0x110000 / block_size);
        auto const num_blocks = *std::max_element(index.begin(), index.end()) + 1u;
        flags.resize(std::size_t{num_blocks} * block_size);
        std::transform(classes.blocks, classes.blocks + flags.size(), flags.begin(), flags_of_value);
        auto const han = flags_of_value(static_cast<std::uint8_t>(word_class::han));
        for (auto c = first_usual_han; c <= last_usual_han; ++c) {
            han_is_uniform = han_is_uniform && table()[c] == han;
        }
    }

    element::code_point_table<std::uint32_t> table() const { return {index.data(), flags.data()}; }
};

/// Null where the kernels do not know the form of ICU's data.
host_tables const* tables_of_host() {
    static auto const made = []() -> std::unique_ptr<host_tables const> {
        auto const* data = unicode::load_segmentation();
        if (data == nullptr) {
            return nullptr;
        }
        auto tables = std::make_unique<host_tables const>(*data);
        for (std::uint32_t c = 0; c < 0x80; ++c) {
            if (flags_of_ascii(c, tables->ascii) != tables->table()[c]) {
                return nullptr;
            }
        }
        return tables;
    }();
    return made.get();
}

template <class Slot>
struct device_pilot_table {
    device_buffer<std::uint8_t> pilots;
    device_buffer<Slot> slots;
    std::uint32_t bucket_mask, slot_shift;

    device_pilot_table(element::pilot_table<Slot> from, stream const& on)
        : pilots{to_device(newsgpu::view{from.pilots, std::int64_t{from.bucket_mask} + 1}, on)},
          slots{to_device(newsgpu::view{from.slots, std::int64_t{1} << (32 - from.slot_shift)}, on)},
          bucket_mask{from.bucket_mask}, slot_shift{from.slot_shift} {}

    element::pilot_table<Slot> table() const {
        return {pilots.view().data(), slots.view().data(), bucket_mask, slot_shift};
    }
};

struct device_tables {
    device_buffer<std::uint16_t> index;
    device_buffer<std::uint32_t> flags;
    device_buffer<std::uint8_t> costs;
    device_pilot_table<std::uint32_t> pairs;
    device_pilot_table<std::uint64_t> edges;
    ascii_variant ascii;
    bool han_is_uniform;

    explicit device_tables(stream const& on) : device_tables{*tables_of_host(), on} {}

    device_tables(host_tables const& from, stream const& on)
        : index{to_device(newsgpu::view{from.index.data(), std::ssize(from.index)}, on)},
          flags{to_device(newsgpu::view{from.flags.data(), std::ssize(from.flags)}, on)},
          costs{to_device(newsgpu::view{from.dictionary.costs, std::int64_t{0x10000}}, on)},
          pairs{from.dictionary.pairs, on}, edges{from.dictionary.edges, on}, ascii{from.ascii},
          han_is_uniform{from.han_is_uniform} {}

    word_tables_view view() const {
        return {{index.view().data(), flags.view().data()},
                {costs.view().data(), pairs.table(), edges.table()},
                ascii,
                han_is_uniform};
    }
};

} // namespace

bool word_tables_exist() {
    return tables_of_host() != nullptr;
}

word_tables_view word_tables(stream const& on) {
    static auto& tables = *new once_per_device<device_tables>;
    return tables.get(on).view();
}

} // namespace newsgpu::cuda
