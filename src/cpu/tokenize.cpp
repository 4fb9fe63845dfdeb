#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/token_reader.hpp"

#include <bit>
#include <numeric>

namespace newsgpu::cpu {

namespace {

/// Counts a document at offsets[d + 1] become positions.
void counts_to_offsets(buffer<std::int64_t>& offsets) {
    offsets[0] = 0;
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
}

/// Calls `visit(piece, doc, reader, worker)` for every document.
template <class Visit>
void for_each_document(std::vector<document_range> const& ranges, tokenizer const& how, execution const& run,
                       Visit visit) {
    per_worker<token_reader> readers{run};
    for_each_piece("tokenizing", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto& reader = readers.get(self, how);
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        for (auto doc = first; doc < last; ++doc) {
            visit(static_cast<std::size_t>(piece), doc, reader, self);
        }
    });
}

/// Where the tokens of a piece of the corpus lie, three bits for each byte: positions take 18 bytes for each
/// token, and they are made only when it is known where they go.
class token_planes final : public part_visitor {
public:
    token_planes() = default;
    explicit token_planes(bool all_parts) : all_parts_{all_parts} {}

    /// @param base the position of the document in the corpus.
    void start_document(std::int64_t base) {
        base_ = base;
        count_ = 0;
    }
    std::int64_t count() const { return count_; }

    void visit(segment_window const& window) override {
        auto const words = (window.end - window.begin) / 64 + 1;
        windows_.push_back({base_ + window.begin, words, {}});
        for (auto const* plane : {window.cut, window.low, window.high}) {
            words_.insert(words_.end(), plane, plane + words);
        }
        for (std::int64_t w = 0; w < words; ++w) {
            count_ +=
                std::popcount(all_parts_ ? window.cut[w] : window.cut[w] & (window.low[w] | window.high[w]));
        }
    }

    void visit(std::int64_t begin, std::int64_t end, element::segment_kind kind) override {
        if (all_parts_ || kind != element::segment_kind::none) {
            windows_.push_back({base_ + begin, 0, {base_ + begin, base_ + end, kind}});
            ++count_;
        }
    }

    void place(tokens& into, std::size_t at, token_kind kind, segment_kernel const& kernel) const {
        std::uint16_t statuses[4];
        for (unsigned k = 0; k < 4; ++k) {
            statuses[k] = status_of(kind, static_cast<element::segment_kind>(k));
        }
        auto const* planes = words_.data();
        for (auto const& each : windows_) {
            if (each.num_words == 0) {
                into.starts[at] = each.part.begin;
                into.ends[at] = each.part.end;
                into.status[at++] = statuses[static_cast<std::size_t>(each.part.kind)];
                continue;
            }
            auto const place = all_parts_ ? kernel.place_segments : kernel.place_tokens;
            at += static_cast<std::size_t>(place(planes, each.num_words, each.begin, statuses,
                                                 into.starts.data() + at, into.ends.data() + at,
                                                 into.status.data() + at));
            planes += 3 * each.num_words;
        }
    }

private:
    struct part {
        std::int64_t begin = 0, end = 0;
        element::segment_kind kind = element::segment_kind::none;
    };
    struct saved_window {
        std::int64_t begin, num_words; ///< 0 words: `part` alone
        token_planes::part part;
    };

    bool all_parts_ = false;
    std::int64_t base_ = 0, count_ = 0;
    std::vector<saved_window> windows_;
    buffer<std::uint64_t> words_;
};

void resize(tokens& result) {
    auto const total = static_cast<std::size_t>(result.offsets.back());
    result.starts.resize(total);
    result.ends.resize(total);
    result.status.resize(total);
}

tokens tokenize_all(corpus_view corpus, std::vector<document_range> const& ranges, tokenizer const& how,
                    execution const& run) {
    std::vector<token_planes> found(ranges.size(), token_planes{how.kind == token_kind::segments});
    tokens result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    for_each_document(ranges, how, run,
                      [&](std::size_t piece, std::int64_t doc, token_reader& reader, worker& self) {
                          auto& planes = found[piece];
                          planes.start_document(corpus.offsets()[doc]);
                          reader.cutter().cut(corpus[doc], self, planes);
                          result.offsets[static_cast<std::size_t>(doc) + 1] = planes.count();
                      });
    counts_to_offsets(result.offsets);
    resize(result);
    auto const& kernel = segment_kernel_of(simd_level_in_use());
    for_each_piece("placing tokens", std::ssize(ranges), run, [&](std::int64_t piece, worker&) {
        auto& planes = found[static_cast<std::size_t>(piece)];
        auto const first = ranges[static_cast<std::size_t>(piece)].first;
        planes.place(result, static_cast<std::size_t>(result.offsets[static_cast<std::size_t>(first)]),
                     how.kind, kernel);
        planes = {};
    });
    return result;
}

tokens tokenize_kept(corpus_view corpus, std::vector<document_range> const& ranges, tokenizer const& how,
                     execution const& run) {
    std::vector<std::vector<token_span>> found(ranges.size());
    tokens result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    for_each_document(ranges, how, run,
                      [&](std::size_t piece, std::int64_t doc, token_reader& reader, worker& self) {
                          auto const base = corpus.offsets()[doc];
                          auto const& spans = reader.read(corpus[doc], self);
                          for (auto const& span : spans) {
                              found[piece].push_back({base + span.start, base + span.end, span.status});
                          }
                          result.offsets[static_cast<std::size_t>(doc) + 1] = std::ssize(spans);
                      });
    counts_to_offsets(result.offsets);
    resize(result);
    for_each_piece("placing tokens", std::ssize(ranges), run, [&](std::int64_t piece, worker&) {
        auto& spans = found[static_cast<std::size_t>(piece)];
        auto const first = ranges[static_cast<std::size_t>(piece)].first;
        auto at = static_cast<std::size_t>(result.offsets[static_cast<std::size_t>(first)]);
        for (auto const& span : spans) {
            result.starts[at] = span.start;
            result.ends[at] = span.end;
            result.status[at++] = span.status;
        }
        spans = {};
    });
    return result;
}

} // namespace

tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run) {
    auto const ranges = document_ranges(corpus);
    return how.stop_words.empty() ? tokenize_all(corpus, ranges, how, run)
                                  : tokenize_kept(corpus, ranges, how, run);
}

buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run) {
    buffer<std::int64_t> counts(static_cast<std::size_t>(corpus.size()));
    for_each_document(document_ranges(corpus), how, run,
                      [&](std::size_t, std::int64_t doc, token_reader& reader, worker& self) {
                          counts[static_cast<std::size_t>(doc)] = reader.count(corpus[doc], self);
                      });
    return counts;
}

token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how, execution const& run) {
    auto const ranges = document_ranges(corpus);
    std::vector<string_column> found(ranges.size());
    token_texts result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    for_each_document(ranges, how, run,
                      [&](std::size_t piece, std::int64_t doc, token_reader& reader, worker& self) {
                          std::int64_t count = 0;
                          reader.read_batches(corpus[doc], self, [&](token_batch const& batch) {
                              for (std::int64_t i = 0; i < batch.size(); ++i) {
                                  found[piece].push_back(batch[i]);
                              }
                              count += batch.size();
                          });
                          result.offsets[static_cast<std::size_t>(doc) + 1] = count;
                      });
    counts_to_offsets(result.offsets);
    result.texts = concatenate(std::move(found));
    return result;
}

} // namespace newsgpu::cpu
