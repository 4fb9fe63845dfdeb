#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/token_reader.hpp"

#include <numeric>

namespace newsgpu::cpu {

namespace {

/// Counts a document at offsets[d + 1] become positions.
void counts_to_offsets(buffer<std::int64_t>& offsets) {
    offsets[0] = 0;
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
}

/// Reads every document and calls `visit(piece, doc, reader, spans)`.
template <class Visit>
void for_each_document(corpus_view corpus, std::vector<document_range> const& ranges, tokenizer const& how,
                       execution const& run, Visit visit) {
    per_worker<token_reader> readers{run};
    for_each_piece("tokenizing", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto& reader = readers.get(self, how);
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        for (auto doc = first; doc < last; ++doc) {
            auto const& spans = reader.read(corpus[doc], self);
            visit(static_cast<std::size_t>(piece), doc, reader, spans);
        }
    });
}

} // namespace

tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run) {
    auto const ranges = document_ranges(corpus);
    std::vector<std::vector<token_span>> found(ranges.size());
    tokens result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    for_each_document(corpus, ranges, how, run,
                      [&](std::size_t piece, std::int64_t doc, token_reader&, std::vector<token_span> const& spans) {
                          found[piece].insert(found[piece].end(), spans.begin(), spans.end());
                          result.offsets[static_cast<std::size_t>(doc) + 1] = std::ssize(spans);
                      });
    counts_to_offsets(result.offsets);
    auto const total = static_cast<std::size_t>(result.offsets.back());
    result.starts.resize(total);
    result.ends.resize(total);
    result.status.resize(total);
    for_each_piece("placing tokens", std::ssize(ranges), run, [&](std::int64_t piece, worker&) {
        auto& spans = found[static_cast<std::size_t>(piece)];
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        auto out = static_cast<std::size_t>(result.offsets[static_cast<std::size_t>(first)]);
        auto next = spans.begin();
        for (auto doc = first; doc < last; ++doc) {
            auto const base = corpus.offsets()[doc];
            auto const end = static_cast<std::size_t>(result.offsets[static_cast<std::size_t>(doc) + 1]);
            for (; out < end; ++out, ++next) {
                result.starts[out] = base + next->start;
                result.ends[out] = base + next->end;
                result.status[out] = next->status;
            }
        }
        spans = {};
    });
    return result;
}

buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run) {
    buffer<std::int64_t> counts(static_cast<std::size_t>(corpus.size()));
    for_each_document(corpus, document_ranges(corpus), how, run,
                      [&](std::size_t, std::int64_t doc, token_reader&, std::vector<token_span> const& spans) {
                          counts[static_cast<std::size_t>(doc)] = std::ssize(spans);
                      });
    return counts;
}

token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how, execution const& run) {
    auto const ranges = document_ranges(corpus);
    std::vector<string_column> found(ranges.size());
    token_texts result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    for_each_document(corpus, ranges, how, run,
                      [&](std::size_t piece, std::int64_t doc, token_reader& reader,
                          std::vector<token_span> const& spans) {
                          for (std::size_t i = 0; i < spans.size(); ++i) {
                              found[piece].push_back(reader.text(i));
                          }
                          result.offsets[static_cast<std::size_t>(doc) + 1] = std::ssize(spans);
                      });
    counts_to_offsets(result.offsets);
    result.texts = concatenate(found);
    return result;
}

} // namespace newsgpu::cpu
