#include <newsgpu/vocabulary.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"

#include <array>
#include <utility>

namespace newsgpu {

vocabulary::vocabulary(string_column parts, std::string separator, std::vector<buffer<std::uint64_t>> levels,
                       buffer<place> terms)
    : parts_{std::move(parts)}, separator_{std::move(separator)}, levels_{std::move(levels)},
      terms_{std::move(terms)} {}

void vocabulary::append_text(std::int64_t term, buffer<char>& out) const {
    std::array<std::uint32_t, 256> last_parts;
    auto [index, length] = terms_[static_cast<std::size_t>(term)];
    auto num_parts = std::size_t{0};
    for (; length > 1; --length) {
        auto const key = levels_[static_cast<std::size_t>(length) - 2][index];
        last_parts[num_parts++] = static_cast<std::uint32_t>(key);
        index = static_cast<std::uint32_t>(key >> 32);
    }
    auto const append = [&](std::string_view text) { out.insert(out.end(), text.begin(), text.end()); };
    append(parts_[index]);
    while (num_parts > 0) {
        append(separator_);
        append(parts_[last_parts[--num_parts]]);
    }
}

std::string vocabulary::text(std::int64_t term) const {
    buffer<char> made;
    append_text(term, made);
    return {made.begin(), made.end()};
}

string_column vocabulary::texts(view<std::int32_t const> terms, execution const& run) const {
    for (auto const term : terms) {
        if (term < 0 || term >= size()) {
            throw invalid_input{"term " + std::to_string(term) + " is outside a vocabulary of " +
                                std::to_string(size())};
        }
    }
    return cpu::texts(*this, terms.size(), [&](std::int64_t i) { return std::int64_t{terms[i]}; }, run);
}

string_column vocabulary::texts(execution const& run) const {
    return cpu::texts(*this, size(), [](std::int64_t i) { return i; }, run);
}

} // namespace newsgpu
