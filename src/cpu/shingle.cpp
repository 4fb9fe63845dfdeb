#include "cpu/shingle.hpp"

#include "cpu/kernels.hpp"
#include "cpu/unit_encoder.hpp"
#include "element/shingle.hpp"

#include <algorithm>
#include <cstring>

namespace newsgpu::cpu {

shingler::shingler(shingle_options const& how) : how_{how}, hash_token_{how.seed}, tokens_{tokenizer{}} {
    for (int j = 0; j < how.n; ++j) {
        multipliers_.push_back(element::shingle_multiplier(how.seed, j));
    }
}

document_summary shingler::read(unit_text document, worker& self, visitor const& visit) {
    summary_ = {};
    is_summarized_ = true;
    read_units(document, self, visit);
    if (num_units_ == 0) {
        identify_text(document, self);
    }
    auto& [first, second] = summary_.identity;
    first = element::combine(first, static_cast<std::uint64_t>(num_units_));
    return summary_;
}

void shingler::read_shingles(unit_text document, worker& self, visitor const& visit) {
    is_summarized_ = false;
    read_units(document, self, visit);
}

view<std::uint64_t const> shingler::read_set(unit_text document, worker& self) {
    set_.clear();
    read_shingles(document, self, [&](view<std::uint64_t const> block) {
        set_.insert(set_.end(), block.begin(), block.end());
    });
    sort_spread(set_, scratch_, [](std::uint64_t hash) { return hash; });
    set_.erase(std::unique(set_.begin(), set_.end()), set_.end());
    return set_;
}

std::string_view shingler::utf8_of(unit_text document) {
    if (document.unit == code_unit::utf8) {
        return {static_cast<char const*>(document.units), static_cast<std::size_t>(document.size)};
    }
    auto const& encoder = unit_encoder_of(simd_level_in_use());
    auto const measured = encoder.measure(document);
    summary_.is_text = measured.is_text;
    if (!measured.is_text) {
        return {};
    }
    // A worker keeps room for usual documents alone.
    constexpr std::size_t usual_bytes = std::size_t{1} << 20;
    auto const size = static_cast<std::size_t>(measured.bytes);
    if (encoded_.size() < size || encoded_.size() > std::max(size, usual_bytes)) {
        encoded_ = buffer<char>(std::max(size, usual_bytes));
    }
    encoder.encode(document, encoded_.data(), measured.bytes);
    return {encoded_.data(), size};
}

void shingler::read_characters(unit_text document, worker& self, character_reader::visitor const& visit) {
    if (document.unit != code_unit::ucs2) {
        characters_.read(utf8_of(document), self, visit);
        return;
    }
    // What most Chinese strings hold needs no other form in between.
    view const units{static_cast<std::uint16_t const*>(document.units), document.size};
    summary_.is_text = characters_.read(units, self, visit);
}

void shingler::read_units(unit_text document, worker& self, visitor const& visit) {
    carried_ = num_units_ = 0;
    if (how_.unit == shingle_unit::words) {
        tokens_.read_batches(utf8_of(document), self, [&](token_batch const& batch) {
            kernels_in_use().hash_tokens(batch.text, batch.starts.data(), batch.ends.data(), batch.size(),
                                         hash_token_, new_units(batch.size()));
            take_units(batch.size(), visit);
        });
    } else {
        read_characters(document, self, [&](view<char32_t const> block) {
            kernels_in_use().hash_code_points(block.data(), block.size(), how_.seed, new_units(block.size()));
            take_units(block.size(), visit);
        });
    }
    take_tail(visit);
}

std::uint64_t* shingler::new_units(std::int64_t count) {
    auto const needed = static_cast<std::size_t>(carried_ + count + kernel_padding + how_.n);
    if (units_.size() < needed) {
        units_.resize(needed);
    }
    return units_.data() + carried_;
}

void shingler::take_units(std::int64_t count, visitor const& visit) {
    if (is_summarized_) {
        auto const sums = kernels_in_use().sum_identity(units_.data() + carried_, count, num_units_);
        summary_.identity[0] += sums.products;
        summary_.identity[1] += sums.placed;
    }
    num_units_ += count;
    auto const held = carried_ + count;
    if (auto const made = held - how_.n + 1; made > 0) {
        if (shingles_.size() < static_cast<std::size_t>(made + kernel_padding)) {
            shingles_.resize(static_cast<std::size_t>(made + kernel_padding));
        }
        kernels_in_use().combine_units(units_.data(), made, multipliers_.data(), how_.n, shingles_.data());
        summary_.num_shingles += made;
        visit({shingles_.data(), made});
    }
    carried_ = std::min<std::int64_t>(held, how_.n - 1);
    std::memmove(units_.data(), units_.data() + (held - carried_),
                 static_cast<std::size_t>(carried_) * sizeof(units_[0]));
}

/// Fewer units than a shingle has make one shingle together; their number sets it apart.
void shingler::take_tail(visitor const& visit) {
    if (num_units_ == 0 || num_units_ >= how_.n) {
        return;
    }
    auto sum = element::combine(how_.seed, static_cast<std::uint64_t>(num_units_));
    for (std::int64_t j = 0; j < num_units_; ++j) {
        sum += units_[static_cast<std::size_t>(j)] * multipliers_[static_cast<std::size_t>(j)];
    }
    auto const shingle = element::finish_shingle(sum);
    summary_.num_shingles = 1;
    visit({&shingle, 1});
}

void shingler::identify_text(unit_text document, worker& self) {
    std::uint64_t position = 0;
    read_characters(document, self, [&](view<char32_t const> block) {
        for (auto const code_point : block) {
            auto const unit = element::hash_code_point(how_.seed, static_cast<std::uint64_t>(code_point));
            auto const placed = element::place_unit(unit, element::identity_offset(position++));
            summary_.identity[0] += element::identity_product(placed);
            summary_.identity[1] += placed;
        }
    });
}

} // namespace newsgpu::cpu
