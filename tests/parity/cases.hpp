#pragma once

#include <newsgpu/corpus.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace newsgpu::parity {

/// A corpus made to be difficult.
struct test_case {
    std::string name;
    string_column column;
    /// Empty where no document is missing; else a bit a document.
    std::vector<std::uint8_t> validity = {};
    /// Documents that are left out at the front, so that the offsets do not begin with 0.
    std::int64_t skipped = 0;
    /// Bytes a batch, 0 for the usual number.
    std::int64_t batch_bytes = 0;

    /// Where the documents lie is beyond 4 GiB of their buffer: no offset fits into 32 bits.
    static test_case far_away(test_case near);

    corpus_view view() const;

private:
    std::shared_ptr<char const> far_bytes_;
    std::int64_t far_size_ = 0;
};

/// Some of many: every `of`-th, from the `number`-th on, counted from 1.
struct share {
    std::size_t number = 1, of = 1;

    /// @param index counted from 0.
    bool has(std::size_t index) const { return index % of == number - 1; }
};

/// @param scale 1 for all of them in full size; larger for quicker ones, as the sanitizers want them.
/// @param places which of the places around the edges of tiles to put something at: most of the time goes to
/// them.
std::vector<test_case> all_cases(int scale, share places);

/// A text as one document, and with a document a line.
std::vector<test_case> cases_of(std::string const& text);

/// As many of the first documents as have so many bytes.
corpus_view beginning_of(corpus_view corpus, std::int64_t num_bytes);

} // namespace newsgpu::parity
