#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/counted_rows.cuh"
#include "cuda/device_tokens.cuh"
#include "cuda/term_counter.cuh"
#include "cuda/token_search.cuh"

#include <newsgpu/error.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "counting";

class count_job final : public batch_job {
public:
    count_job(batch const& part, token_forms const& forms, std::function<void()> poll, term_counter& counter,
              row_sink const* rows)
        : part_{part}, forms_{forms}, poll_{std::move(poll)}, counter_{counter}, rows_{rows} {}

    void finish(stream const& on, staging& copies, device_stats* stats) override {
        device_tokens const tokens{part_, forms_, poll_, on, copies};
        counter_.add(
            tokens.view(),
            [&](counted_batch const& counted) {
                if (rows_ != nullptr) {
                    (*rows_)(counted, on, copies);
                }
            },
            on);
        if (stats != nullptr) {
            stats->interacting_runs += tokens.num_interacting();
        }
    }

private:
    batch const& part_;
    token_forms const& forms_;
    std::function<void()> poll_;
    term_counter& counter_;
    row_sink const* rows_;
};

/// Rows of documents are whole, so a document is never cut.
void count_batches(corpus_view corpus, analyzer const& how, term_counter& counter, row_sink const* rows,
                   execution const& run) {
    token_forms const forms{how.tokens, stream{run.device.index}};
    for_each_batch({stage, cut_rule::nowhere, term_counter::bytes_per_byte(how.min_n, how.max_n),
                    [&](batch const& part, stream const&, staging&) {
                        return std::make_unique<count_job>(
                            part, forms, poll_at(stage, part.first, corpus, run), counter, rows);
                    }},
                   corpus, run);
}

} // namespace

char const* missing(analyzer const& how) {
    if (how.unit != ngram_unit::words) {
        return "there are no CUDA kernels for n-grams of characters; use device 'cpu' or 'auto'";
    }
    if (!how.tokens.stop_words.empty()) {
        return "there are no CUDA kernels for stop words; use device 'cpu' or 'auto'";
    }
    return missing_to_read(how.tokens);
}

term_counts count_terms(corpus_view corpus, analyzer const& how, term_identity identity,
                        execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    term_counter counter{how.min_n, how.max_n, on};
    count_batches(corpus, how, counter, nullptr, run);
    auto columns = arrange_columns(counter, identity, on);
    if (columns.several_places) {
        // Only the rows can tell how many documents hold one n-gram of a term or another.
        auto const counted = count_rows(corpus, how, identity, run);
        counted->add_up(run);
        return counted->take_terms();
    }
    add_up_columns(columns, counter.counts(on), counter.document_counts(on));
    return std::move(columns.terms);
}

std::unique_ptr<counted_rows> count_rows(corpus_view corpus, analyzer const& how, term_identity identity,
                                         execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    term_counter counter{how.min_n, how.max_n, on};
    std::vector<host_rows> rows;
    row_sink const keep = [&](counted_batch const& counted, stream const& of_batch, staging& copies) {
        rows.push_back(bring_home(counted, of_batch, copies));
    };
    count_batches(corpus, how, counter, &keep, run);
    return make_counted_rows(arrange_columns(counter, identity, on), std::move(rows), run.device.index);
}

} // namespace newsgpu::cuda
