#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/device_text.cuh"
#include "cuda/token_search.cuh"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "tokenizing";

/// What is under way for the tokens of a batch.
class token_job : public batch_job {
protected:
    token_job(batch const& part, token_kind kind, std::function<void()> poll, stream const& on)
        : part_{part}, kind_{kind}, poll_{std::move(poll)}, before_{part.text.offsets.size()} {
        // The search for words waits for the device between its steps. It is left to the end, so that the
        // next batch is copied meanwhile.
        if (!has_status(kind)) {
            device_stats nothing;
            search(on, nothing);
        }
    }

    batch const& part() const { return part_; }
    segments_view found() { return found_->view(); }

    /// Tokens before each document, and behind the last one; waited for.
    view<std::int64_t const> wait(stream const& on, device_stats& stats) {
        if (!found_) {
            search(on, stats);
        }
        on.synchronize();
        return before_.view();
    }

private:
    void search(stream const& on, device_stats& stats) {
        found_.emplace(find_tokens(part_.documents, part_.text, kind_, poll_, stats, on));
        auto const counts = count_before_documents(part_.text, found(), on);
        copy_to_host<std::int64_t>(counts.view(), before_.view(), on);
    }

    batch const& part_;
    token_kind kind_;
    std::function<void()> poll_;
    std::optional<segments> found_;
    pinned_buffer<std::int64_t> before_;
};

class count_job final : public token_job {
public:
    count_job(batch const& part, token_kind kind, std::function<void()> poll, stream const& on,
              buffer<std::int64_t>& counts)
        : token_job{part, kind, std::move(poll), on}, counts_{counts} {}

    void finish(stream const& on, staging&, device_stats& stats) override {
        auto const before = wait(on, stats);
        for (std::int64_t doc = 0; doc < part().documents.size(); ++doc) {
            auto& count = counts_[static_cast<std::size_t>(part().first + doc)];
            count = (part().goes_on ? count : 0) + before[doc + 1] - before[doc];
        }
    }

private:
    buffer<std::int64_t>& counts_;
};

class tokenize_job final : public token_job {
public:
    tokenize_job(batch const& part, token_kind kind, std::function<void()> poll, stream const& on,
                 tokens& all)
        : token_job{part, kind, std::move(poll), on}, all_{all} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        auto const before = wait(on, stats);
        auto const base = all_.offsets.back();
        auto const made = before.back();
        auto const listed = list_tokens(found(), made, part().documents.offsets().front(), on);
        auto const bring = [&](auto const& from, auto& to) {
            to.resize(static_cast<std::size_t>(base + made));
            copies.download(from.view(), view{to.data() + base, made}, on);
        };
        bring(listed.starts, all_.starts);
        bring(listed.ends, all_.ends);
        if (listed.status.size() > 0) {
            bring(listed.status, all_.status);
        }
        append_offsets(part(), before, all_.offsets);
    }

private:
    tokens& all_;
};

/// Text, breaks and bitmaps; and two positions and a status a token, of which there may be one a byte.
constexpr std::int64_t counting_bytes_per_byte = 4, finding_bytes_per_byte = 22;

} // namespace

char const* missing(tokenizer const& how) {
    if (!how.stop_words.empty()) {
        return "there are no CUDA kernels for the places of tokens without stop words; use device 'cpu' or 'auto'";
    }
    if (how.kind == token_kind::word_runs && how.min_length > 1) {
        return "there are no CUDA kernels for the places of tokens without short ones; use device 'cpu' or 'auto'";
    }
    return missing_to_find(how);
}

buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run) {
    buffer<std::int64_t> counts(static_cast<std::size_t>(corpus.size()));
    for_each_batch({stage, cuts_of(how.kind), counting_bytes_per_byte,
                    [&](batch const& part, stream const& on, staging&) {
                        return std::make_unique<count_job>(
                            part, how.kind, poll_at(stage, part.first, corpus, run), on, counts);
                    }},
                   corpus, run);
    return counts;
}

tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run) {
    tokens all;
    all.offsets.assign(1, 0);
    for_each_batch({stage, cuts_of(how.kind), finding_bytes_per_byte,
                    [&](batch const& part, stream const& on, staging&) {
                        return std::make_unique<tokenize_job>(
                            part, how.kind, poll_at(stage, part.first, corpus, run), on, all);
                    }},
                   corpus, run);
    if (!has_status(how.kind)) {
        all.status.assign(static_cast<std::size_t>(all.size()), 0);
    }
    return all;
}

} // namespace newsgpu::cuda
