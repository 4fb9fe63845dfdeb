#include <newsgpu/vocabulary.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace newsgpu {

namespace {

/// As many bytes are copied at once; what lies behind a part may be read.
constexpr std::size_t copied_bytes = 16;

} // namespace

vocabulary::vocabulary(string_column parts, std::string separator, std::vector<buffer<std::uint64_t>> levels,
                       buffer<place> terms)
    : parts_{std::move(parts)}, separator_{std::move(separator)}, levels_{std::move(levels)},
      terms_{std::move(terms)} {
    parts_.bytes.insert(parts_.bytes.end(), copied_bytes, '\0');
}

/// Calls `visit` for the parts of a term, the last one first, and returns the first.
template <class Visit>
std::uint32_t vocabulary::visit_parts(std::int64_t term, Visit visit) const {
    auto [index, length] = terms_[static_cast<std::size_t>(term)];
    for (; length > 1; --length) {
        auto const key = levels_[static_cast<std::size_t>(length) - 2][index];
        visit(static_cast<std::uint32_t>(key));
        index = static_cast<std::uint32_t>(key >> 32);
    }
    return index;
}

std::size_t vocabulary::text_size(std::int64_t term) const {
    std::size_t size = 0;
    auto const first =
        visit_parts(term, [&](std::uint32_t part) { size += separator_.size() + parts_[part].size(); });
    return size + parts_[first].size();
}

char* vocabulary::write_text(std::int64_t term, char* to, char const* end) const {
    std::array<std::uint32_t, 256> last_parts;
    auto num_parts = std::size_t{0};
    auto const first = visit_parts(term, [&](std::uint32_t part) { last_parts[num_parts++] = part; });
    auto const write = [&](std::string_view text) {
        // A copy of one size needs no call.
        if (text.size() <= copied_bytes && static_cast<std::size_t>(end - to) >= copied_bytes) {
            std::memcpy(to, text.data(), copied_bytes);
        } else {
            std::memcpy(to, text.data(), text.size());
        }
        to += text.size();
    };
    write(parts_[first]);
    while (num_parts > 0) {
        to = std::copy(separator_.begin(), separator_.end(), to);
        write(parts_[last_parts[--num_parts]]);
    }
    return to;
}

std::string vocabulary::text(std::int64_t term) const {
    std::string made(text_size(term), '\0');
    write_text(term, made.data(), made.data() + made.size());
    return made;
}

string_column vocabulary::texts(view<std::int32_t const> terms, execution const& run) const {
    for (auto const term : terms) {
        if (term < 0 || term >= size()) {
            throw invalid_input{"term " + std::to_string(term) + " is outside a vocabulary of " +
                                std::to_string(size())};
        }
    }
    return cpu::texts(*this, terms.size(), terms.data(), run);
}

string_column vocabulary::texts(execution const& run) const {
    return cpu::texts(*this, size(), nullptr, run);
}

} // namespace newsgpu
