#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/token_hashes.cuh"
#include "cuda/token_search.cuh"

#include <functional>
#include <memory>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "hashing tokens";

class hash_job final : public batch_job {
public:
    hash_job(batch const& part, token_forms const& forms, std::uint64_t seed, std::function<void()> poll,
             token_hashes& all)
        : part_{part}, forms_{forms}, seed_{seed}, poll_{std::move(poll)}, all_{all} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        device_tokens const tokens{part_, forms_, poll_, on, copies, stats};
        auto const hashes = hash_tokens(tokens.view(), seed_, on);
        auto const before = to_host(tokens.view().before_document, on);
        auto const base = all_.offsets.back();
        all_.hashes.resize(static_cast<std::size_t>(base + tokens.size()));
        copies.download<std::uint64_t>(hashes.view(), {all_.hashes.data() + base, tokens.size()}, on);
        append_offsets(part_, before, all_.offsets);
    }

private:
    batch const& part_;
    token_forms const& forms_;
    std::uint64_t seed_;
    std::function<void()> poll_;
    token_hashes& all_;
};

} // namespace

token_hashes hash_tokens(corpus_view corpus, tokenizer const& how, std::uint64_t seed, execution const& run) {
    token_hashes all;
    device_guard const guard{run.device.index};
    token_forms const forms{how, stream{run.device.index}};
    for_each_batch({stage, cuts_of(how.kind), device_tokens::bytes_per_byte,
                    [&](batch const& part, stream const&, staging&) {
                        return std::make_unique<hash_job>(part, forms, seed,
                                                          poll_at(stage, part.first, corpus, run), all);
                    }},
                   corpus, run);
    return all;
}

} // namespace newsgpu::cuda
