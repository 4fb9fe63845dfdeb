#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/device_tokens.cuh"
#include "cuda/repeated_runs.cuh"
#include "cuda/text_terms.cuh"
#include "cuda/token_search.cuh"

#include <functional>
#include <memory>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "reading";

/// Numbers the tokens of a batch.
class number_job final : public batch_job {
public:
    number_job(batch const& part, token_forms const& forms, std::function<void()> poll, text_terms& words,
               token_numbers& all)
        : part_{part}, forms_{forms}, poll_{std::move(poll)}, words_{words}, all_{all} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        device_tokens const tokens{part_, forms_, poll_, on, copies, stats};
        auto const known = words_.size();
        try {
            auto const numbered = words_.number(tokens.view(), on);
            take(tokens, numbered.ids.view(), on, copies);
        } catch (...) {
            words_.restore(known, on);
            throw;
        }
    }

private:
    void take(device_tokens const& tokens, view<std::uint32_t const> ids, stream const& on, staging& copies) {
        auto const before = to_host(tokens.view().before_document, on);
        auto const base = all_.offsets.back();
        all_.tokens.resize(static_cast<std::size_t>(base + tokens.size()));
        copies.download<std::uint32_t>(ids, {all_.tokens.data() + base, tokens.size()}, on);
        append_offsets(part_, before, all_.offsets);
    }

    batch const& part_;
    token_forms const& forms_;
    std::function<void()> poll_;
    text_terms& words_;
    token_numbers& all_;
};

class stages final : public passage_stages {
public:
    stages(corpus_view corpus, tokenizer const& how, execution const& run)
        : corpus_{corpus}, kind_{how.kind}, run_{run}, guard_{run.device.index}, on_{run.device.index},
          forms_{how, on_} {}

    token_numbers read() override {
        token_numbers all;
        all.offsets.push_back(0);
        text_terms words{on_};
        for_each_batch({stage, cuts_of(kind_), device_tokens::bytes_per_byte + term_slots::bytes_an_item,
                        [&](batch const& part, stream const&, staging&) {
                            return std::make_unique<number_job>(
                                part, forms_, poll_at(stage, part.first, corpus_, run_), words, all);
                        }},
                       corpus_, run_);
        return all;
    }

    buffer<hashed_run> find_repeated(token_numbers const& numbers, std::int64_t n) override {
        if (n > numbers.longest()) {
            return {};
        }
        return find_repeated_runs(numbers, n, bytes_beside_batches(run_), on_, [&](double done) {
            if (run_.monitor != nullptr) {
                run_.monitor->poll("finding repeated runs", done);
            }
        });
    }

private:
    corpus_view corpus_;
    token_kind kind_;
    execution run_;
    device_guard guard_;
    stream on_;
    token_forms forms_;
};

} // namespace

std::unique_ptr<passage_stages> make_passage_stages(corpus_view corpus, tokenizer const& how,
                                                    execution const& run) {
    return std::make_unique<stages>(corpus, how, run);
}

} // namespace newsgpu::cuda
