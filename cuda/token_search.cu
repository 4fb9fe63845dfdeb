#include "cuda/token_search.cuh"

#include "cuda/word_tables.cuh"
#include "cuda/words.cuh"

#include <iterator>
#include <vector>

namespace newsgpu::cuda {

namespace {

/// The bytes of missing documents, which a corpus may have though they are no text.
std::vector<byte_range> missing_ranges(corpus_view corpus) {
    std::vector<byte_range> ranges;
    auto const offsets = corpus.offsets();
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        if (corpus.is_missing(doc) && offsets[doc] < offsets[doc + 1]) {
            ranges.push_back({offsets[doc] - offsets[0], offsets[doc + 1] - offsets[0]});
        }
    }
    return ranges;
}

} // namespace

char const* missing_to_find(tokenizer const& how) {
    if (has_status(how.kind) && !word_tables_exist()) {
        return "the CUDA kernels do not know the word break rules of the installed ICU; use device 'cpu' or "
               "'auto'";
    }
    return nullptr;
}

cut_rule cuts_of(token_kind kind) {
    switch (kind) {
    case token_kind::characters:
        return cut_rule::code_points;
    case token_kind::whitespace:
        return cut_rule::spaces;
    default:
        return cut_rule::lines;
    }
}

std::function<void()> poll_at(char const* stage, std::int64_t first, corpus_view corpus,
                              execution const& run) {
    return [=] {
        if (run.monitor != nullptr) {
            run.monitor->poll(stage, static_cast<double>(first) / static_cast<double>(corpus.size()));
        }
    };
}

segments find_tokens(corpus_view documents, text_view text, token_kind kind,
                     std::function<void()> const& poll, device_stats& stats, stream const& on) {
    segments found{text.num_bytes, kind, on};
    if (has_status(kind)) {
        find_words(documents, text, kind, found.view(), poll, stats, on);
    } else {
        find_segments(text, kind, found.view(), on);
    }
    if (auto const missing = missing_ranges(documents); !missing.empty()) {
        auto const ranges = to_device(view{missing.data(), std::ssize(missing)}, on);
        drop_tokens(ranges.view(), found.view(), on);
        on.synchronize(); // before `missing` goes
    }
    return found;
}

} // namespace newsgpu::cuda
