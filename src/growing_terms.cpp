#include <newsgpu/growing_terms.hpp>

#include <newsgpu/error.hpp>

#include "element/hash.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace newsgpu {

growing_terms::growing_terms() : slots_(1 << 10, 0) {}

void growing_terms::add(term_counts const& batch, std::int64_t num_documents, execution const& run) {
    auto const texts = batch.terms.texts(batch.appearance, run);
    for (std::int64_t i = 0; i < texts.size(); ++i) {
        auto const term = static_cast<std::size_t>(batch.appearance[static_cast<std::size_t>(i)]);
        add(texts[i], batch.counts[term], batch.document_counts[term]);
    }
    num_documents_ += num_documents;
}

void growing_terms::add(corpus_view terms, view<std::int64_t const> counts,
                        view<std::int64_t const> document_counts, std::int64_t num_documents) {
    if (counts.size() != terms.size() || document_counts.size() != terms.size()) {
        throw invalid_input{"counts and document_counts must have one entry for each of " +
                            std::to_string(terms.size()) + " terms"};
    }
    for (std::int64_t i = 0; i < terms.size(); ++i) {
        add(terms[i], counts[i], document_counts[i]);
    }
    num_documents_ += num_documents;
}

void growing_terms::add(std::string_view term, std::int64_t count, std::int64_t document_count) {
    auto const mask = slots_.size() - 1;
    auto const hash = element::hash_bytes(term) >> 32;
    auto at = hash & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
        auto const number = static_cast<std::uint32_t>(slots_[at]) - 1;
        if (slots_[at] >> 32 == hash && terms_[number] == term) {
            counts_[number] += count;
            document_counts_[number] += document_count;
            return;
        }
    }
    if (terms_.size() == std::numeric_limits<std::int32_t>::max()) {
        throw invalid_input{"more than 2^31 - 1 distinct terms"};
    }
    terms_.push_back(term);
    counts_.push_back(count);
    document_counts_.push_back(document_count);
    slots_[at] = hash << 32 | static_cast<std::uint64_t>(terms_.size());
    if (static_cast<std::size_t>(terms_.size()) * 2 > mask) {
        grow();
    }
}

void growing_terms::grow() {
    buffer<std::uint64_t> grown(slots_.size() * 4, 0);
    auto const mask = grown.size() - 1;
    for (auto const slot : slots_) {
        if (slot != 0) {
            auto at = slot >> 32 & mask;
            while (grown[at] != 0) {
                at = (at + 1) & mask;
            }
            grown[at] = slot;
        }
    }
    slots_ = std::move(grown);
}

buffer<std::int32_t> growing_terms::sorted() const {
    buffer<std::int32_t> order(static_cast<std::size_t>(size()));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](std::int32_t a, std::int32_t b) { return terms_[a] < terms_[b]; });
    return order;
}

} // namespace newsgpu
