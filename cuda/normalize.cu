#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/text_form.cuh"

#include <memory>

namespace newsgpu::cuda {

namespace {

class normalize_job final : public batch_job {
public:
    normalize_job(batch const& part, normalization form, form_view table, stream const& on, staging& copies,
                  string_column& all)
        : part_{part}, all_{all},
          form_{part.text, form, table, make_given_forms(part.documents, form, {}), on, copies} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        stats.interacting_runs += form_.finish([&](auto const&) { return part_.documents; }, on, copies);
        buffer<std::int64_t> before(static_cast<std::size_t>(form_.positions().size()));
        copies.download<std::int64_t>(form_.positions(), before, on);
        auto const base = all_.offsets.back();
        auto const total = form_.num_bytes();
        all_.bytes.resize(static_cast<std::size_t>(base + total));
        copies.download<char>(form_.bytes(), {all_.bytes.data() + base, total}, on);
        append_offsets(part_, before, all_.offsets);
    }

private:
    batch const& part_;
    string_column& all_;
    text_form form_;
};

/// Text, breaks, what is measured, and a form that is twice as long.
constexpr std::int64_t device_bytes_per_byte = 4;

} // namespace

string_column normalize(corpus_view corpus, normalization form, execution const& run) {
    string_column all;
    all.bytes.reserve(static_cast<std::size_t>(corpus.num_bytes()));
    all.offsets.reserve(static_cast<std::size_t>(corpus.size()) + 1);
    device_guard const guard{run.device.index};
    form_table const table{form, stream{run.device.index}};
    for_each_batch({"normalizing", cut_rule::lines, device_bytes_per_byte,
                    [&](batch const& part, stream const& on, staging& copies) {
                        return std::make_unique<normalize_job>(part, form, table.view(), on, copies, all);
                    }},
                   corpus, run);
    return all;
}

} // namespace newsgpu::cuda
