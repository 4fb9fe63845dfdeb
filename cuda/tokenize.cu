#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/device_text.cuh"
#include "cuda/segments.cuh"
#include "cuda/word_tables.cuh"
#include "cuda/words.cuh"

#include <functional>
#include <vector>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "tokenizing";

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

/// Lets a call be stopped while a batch is at work.
std::function<void()> poll_at(std::int64_t first, corpus_view corpus, execution const& run) {
    return [=] {
        if (run.monitor != nullptr) {
            run.monitor->poll(stage, static_cast<double>(first) / static_cast<double>(corpus.size()));
        }
    };
}

/// The segments of the documents, with those of missing documents no tokens.
segments find(corpus_view corpus, text_view text, token_kind kind, std::function<void()> const& poll,
              stream const& on) {
    segments found{text.num_bytes, kind, on};
    if (has_status(kind)) {
        find_words(corpus, text, kind, found.view(), poll, on);
    } else {
        find_segments(text, kind, found.view(), on);
    }
    if (auto const missing = missing_ranges(corpus); !missing.empty()) {
        auto const ranges = to_device(view{missing.data(), std::ssize(missing)}, on);
        drop_tokens(ranges.view(), found.view(), on);
        on.synchronize(); // before `missing` goes
    }
    return found;
}

} // namespace

char const* missing(tokenizer const& how) {
    if (has_status(how.kind) && !word_tables_exist()) {
        return "the CUDA kernels do not know the word break rules of the installed ICU; use device 'cpu' or "
               "'auto'";
    }
    if (!how.stop_words.empty()) {
        return "there are no CUDA kernels for stop words; use device 'cpu' or 'auto'";
    }
    return nullptr;
}

buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run) {
    buffer<std::int64_t> counts(static_cast<std::size_t>(corpus.size()));
    for_each_batch(stage, corpus, run, [&](corpus_view part, std::int64_t first, stream const& on) {
        device_text const text{part, on};
        auto found = find(part, text.view(), how.kind, poll_at(first, corpus, run), on);
        auto const before = to_host(count_before_documents(text.view(), found.view(), on).view(), on);
        for (std::size_t doc = 0; doc + 1 < before.size(); ++doc) {
            counts[static_cast<std::size_t>(first) + doc] = before[doc + 1] - before[doc];
        }
    });
    return counts;
}

tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run) {
    tokens all;
    all.offsets.assign(1, 0);
    for_each_batch(stage, corpus, run, [&](corpus_view part, std::int64_t first, stream const& on) {
        device_text const text{part, on};
        auto found = find(part, text.view(), how.kind, poll_at(first, corpus, run), on);
        auto const before = to_host(count_before_documents(text.view(), found.view(), on).view(), on);
        auto const base = all.size();
        auto const made = before.back();
        auto const listed = list_tokens(found.view(), made, part.offsets().front(), on);
        all.starts.resize(static_cast<std::size_t>(base + made));
        all.ends.resize(static_cast<std::size_t>(base + made));
        copy_to_host<std::int64_t>(listed.starts.view(), {all.starts.data() + base, made}, on);
        copy_to_host<std::int64_t>(listed.ends.view(), {all.ends.data() + base, made}, on);
        if (has_status(how.kind)) {
            all.status.resize(static_cast<std::size_t>(base + made));
            copy_to_host<std::uint16_t>(listed.status.view(), {all.status.data() + base, made}, on);
        }
        on.synchronize();
        for (std::size_t doc = 1; doc < before.size(); ++doc) {
            all.offsets.push_back(base + before[doc]);
        }
    });
    if (!has_status(how.kind)) {
        all.status.assign(static_cast<std::size_t>(all.size()), 0);
    }
    return all;
}

} // namespace newsgpu::cuda
