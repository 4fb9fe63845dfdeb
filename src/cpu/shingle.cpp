#include "cpu/shingle.hpp"

#include "cpu/unit_encoder.hpp"
#include "element/shingle.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace newsgpu::cpu {

template <class Hash>
shingle_window<Hash>::shingle_window(int n, std::uint64_t seed) : seed_{seed} {
    for (int j = 0; j < n; ++j) {
        multipliers_.push_back(static_cast<Hash>(element::shingle_multiplier(seed, j)));
    }
}

template <class Hash>
Hash* shingle_window<Hash>::new_units(std::int64_t count) {
    auto const needed = static_cast<std::size_t>(carried_ + count + kernel_padding) + multipliers_.size();
    if (units_.size() < needed) {
        units_.resize(needed);
    }
    return units_.data() + carried_;
}

template <class Hash>
view<Hash const> shingle_window<Hash>::combine(std::int64_t count) {
    auto const n = std::ssize(multipliers_);
    auto const held = carried_ + count;
    auto const made = std::max<std::int64_t>(held - n + 1, 0);
    if (shingles_.size() < static_cast<std::size_t>(made + kernel_padding)) {
        shingles_.resize(static_cast<std::size_t>(made + kernel_padding));
    }
    if constexpr (sizeof(Hash) == sizeof(std::uint64_t)) {
        kernels_->combine_units(units_.data(), made, multipliers_.data(), n, shingles_.data());
    } else {
        kernels_->combine_low_units(units_.data(), made, multipliers_.data(), n, shingles_.data());
    }
    carried_ = std::min<std::int64_t>(held, n - 1);
    std::memmove(units_.data(), units_.data() + (held - carried_),
                 static_cast<std::size_t>(carried_) * sizeof(Hash));
    return {shingles_.data(), made};
}

template <class Hash>
Hash shingle_window<Hash>::tail(std::int64_t num_units) const {
    // Their number sets it apart.
    auto sum = static_cast<Hash>(element::combine(seed_, static_cast<std::uint64_t>(num_units)));
    for (std::size_t j = 0; j < static_cast<std::size_t>(num_units); ++j) {
        sum += units_[j] * multipliers_[j];
    }
    if constexpr (sizeof(Hash) == sizeof(std::uint64_t)) {
        return element::finish_shingle(sum);
    } else {
        return element::finish_low_shingle(sum);
    }
}

shingler::shingler(shingle_options const& how)
    : how_{how}, hash_token_{how.seed}, tokens_{tokenizer{}}, whole_{how.n, how.seed}, low_{how.n, how.seed} {
}

document_summary shingler::read(unit_text document, worker& self, visitor<std::uint64_t> const& visit) {
    return read_and_summarize(document, self, whole_, visit);
}

document_summary shingler::read_low(unit_text document, worker& self, visitor<std::uint32_t> const& visit) {
    return read_and_summarize(document, self, low_, visit);
}

template <class Hash>
document_summary shingler::read_and_summarize(unit_text document, worker& self, shingle_window<Hash>& window,
                                              visitor<Hash> const& visit) {
    summary_ = {};
    is_summarized_ = true;
    read_units(document, self, window, visit);
    if (num_units_ == 0) {
        identify_text(document, self);
    }
    auto& [first, second] = summary_.identity;
    first = element::combine(first, static_cast<std::uint64_t>(num_units_));
    return summary_;
}

void shingler::read_shingles(unit_text document, worker& self, visitor<std::uint64_t> const& visit) {
    is_summarized_ = false;
    read_units(document, self, whole_, visit);
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

template <class Hash>
void shingler::read_units(unit_text document, worker& self, shingle_window<Hash>& window,
                          visitor<Hash> const& visit) {
    num_units_ = 0;
    window.start();
    auto const take = [&](auto const& block) {
        hash(block, window.new_units(block.size()));
        num_units_ += block.size();
        if (auto const shingles = window.combine(block.size()); !shingles.empty()) {
            summary_.num_shingles += shingles.size();
            visit(shingles);
        }
    };
    // By reference: a function's copy of `take` would need memory of its own for each document.
    if (how_.unit == shingle_unit::words) {
        tokens_.read_batches(utf8_of(document), self, std::ref(take));
    } else {
        read_characters(document, self, std::ref(take));
    }
    if (num_units_ > 0 && num_units_ < how_.n) {
        auto const shingle = window.tail(num_units_);
        summary_.num_shingles = 1;
        visit({&shingle, 1});
    }
}

void shingler::hash(token_batch const& tokens, std::uint64_t* units) {
    kernels_->hash_tokens(tokens.text, tokens.starts.data(), tokens.ends.data(), tokens.size(), hash_token_,
                          units);
    if (is_summarized_) {
        add(kernels_->sum_identity(units, tokens.size(), num_units_));
    }
}

void shingler::hash(token_batch const& tokens, std::uint32_t* units) {
    add(kernels_->identify_tokens(tokens.text, tokens.starts.data(), tokens.ends.data(), tokens.size(),
                                  hash_token_, num_units_, units));
}

void shingler::hash(view<char32_t const> code_points, std::uint64_t* units) {
    kernels_->hash_code_points(code_points.data(), code_points.size(), how_.seed, units);
    if (is_summarized_) {
        add(kernels_->sum_identity(units, code_points.size(), num_units_));
    }
}

void shingler::hash(view<char32_t const> code_points, std::uint32_t* units) {
    add(kernels_->identify_code_points(code_points.data(), code_points.size(), how_.seed, num_units_, units));
}

void shingler::add(identity_sums const& sums) {
    summary_.identity[0] += sums.products;
    summary_.identity[1] += sums.placed;
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
