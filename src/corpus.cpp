#include <newsgpu/corpus.hpp>

#include <newsgpu/error.hpp>

#include <algorithm>
#include <utility>

namespace newsgpu {

string_column concatenate(std::vector<string_column> columns) {
    if (columns.size() == 1) {
        return std::move(columns.front());
    }
    string_column whole;
    std::size_t strings = 1;
    std::size_t bytes = 0;
    for (auto const& column : columns) {
        strings += static_cast<std::size_t>(column.size());
        bytes += column.bytes.size();
    }
    whole.offsets.reserve(strings);
    whole.bytes.reserve(bytes);
    for (auto& column : columns) {
        auto const base = static_cast<std::int64_t>(whole.bytes.size());
        whole.bytes.insert(whole.bytes.end(), column.bytes.begin(), column.bytes.end());
        for (std::int64_t i = 1; i <= column.size(); ++i) {
            whole.offsets.push_back(base + column.offsets[static_cast<std::size_t>(i)]);
        }
        column = {};
    }
    return whole;
}

corpus_view::corpus_view(view<char const> bytes, view<std::int64_t const> offsets,
                         std::uint8_t const* validity, std::int64_t validity_offset)
    : bytes_{bytes}, offsets_{offsets}, validity_{validity}, validity_offset_{validity_offset} {
    if (offsets.empty()) {
        return;
    }
    if (!std::is_sorted(offsets.begin(), offsets.end()) || offsets.front() < 0 ||
        offsets.back() > bytes.size()) {
        throw invalid_input{"offsets must ascend and lie inside the bytes of the corpus"};
    }
}

corpus_view::corpus_view(string_column const& column) : bytes_{column.bytes}, offsets_{column.offsets} {}

corpus_view corpus_view::subview(std::int64_t first, std::int64_t count) const {
    if (first < 0 || count < 0 || count > size() - first) {
        throw invalid_input{"documents " + std::to_string(first) + " to " + std::to_string(first + count) +
                            " are outside a corpus of " + std::to_string(size())};
    }
    corpus_view part = *this;
    part.validity_offset_ += first;
    if (!offsets_.empty()) {
        part.offsets_ = offsets_.subview(first, count + 1);
    }
    return part;
}

string_column make_corpus(std::span<std::string const> texts) {
    string_column column;
    for (auto const& text : texts) {
        column.push_back(text);
    }
    return column;
}

} // namespace newsgpu
