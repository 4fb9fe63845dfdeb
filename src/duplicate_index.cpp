#include <newsgpu/duplicate_index.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "index_file.hpp"
#include "index_segment.hpp"
#include "lsh_plan.hpp"
#include "require.hpp"

#include <limits>
#include <string>

namespace newsgpu {

namespace {

void check_size(index_contents const& contents, std::int64_t num_added) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max() - 1;
    if (num_added > most - contents.num_documents()) {
        throw invalid_input{"an index may have at most 2^32 - 2 documents, got " +
                            std::to_string(contents.num_documents()) + " and " + std::to_string(num_added)};
    }
}

void check_limits(match_limits const& limits) {
    require_at_least<std::int64_t>("top", limits.top, 0);
    require_at_least<std::int64_t>("max_matches", limits.max_matches, 0);
}

/// How a call of near_duplicates does what an index does.
near_duplicate_options as_of_one_call(duplicate_index_options const& options) {
    return {.threshold = options.threshold,
            .unit = options.unit,
            .n = options.n,
            .similarity = options.similarity,
            .recall = options.recall,
            .method = options.method,
            .seed = options.seed};
}

index_addition add_documents(index_contents const& contents, corpus_view corpus, corpus_view ids,
                             match_limits const& limits, execution const& run) {
    if (!ids.empty()) {
        require_one_each("ids", ids.size(), corpus.size(), "documents");
    }
    check_size(contents, corpus.size());
    check_limits(limits);
    auto const decided = decide_device(run, corpus, "duplicate_index", cuda::missing(contents.options.unit));
    cpu::sketching_device device;
    if (decided.device.type == device::kind::cuda) {
        device = [&, options = as_of_one_call(contents.options)](corpus_view some) {
            return cuda::read_sets(some, options, contents.plan, decided);
        };
    }
    return cpu::add_documents(contents, corpus, ids, limits, decided, device);
}

} // namespace

duplicate_index::duplicate_index(duplicate_index_options const& options) {
    auto contents = std::make_shared<index_contents>();
    contents->options = options;
    contents->plan = plan_candidates(as_of_one_call(options));
    contents_ = std::move(contents);
}

duplicate_index duplicate_index::load(std::filesystem::path const& path, bool verify, execution const& run) {
    return duplicate_index{read_index(path, verify, run)};
}

duplicate_matches duplicate_index::add(corpus_view corpus, corpus_view ids, match_limits const& limits,
                                       execution const& run) {
    auto added = add_documents(*contents_, corpus, ids, limits, run);
    contents_ = std::move(added.contents);
    return std::move(added.matches);
}

duplicate_matches duplicate_index::query(corpus_view corpus, corpus_view ids, match_limits const& limits,
                                         execution const& run) const {
    return add_documents(*contents_, corpus, ids, limits, run).matches;
}

duplicate_matches duplicate_index::merge(duplicate_index const& other, match_limits const& limits,
                                         execution const& run) {
    if (other.options() != options()) {
        throw invalid_input{"only an index with the same options can be merged into this one"};
    }
    check_size(*contents_, other.size());
    check_limits(limits);
    require_available(run.device, "duplicate_index::merge");
    // `other` may be this one.
    auto const others = other.contents_;
    auto added = cpu::add_documents(*contents_, *others, limits, run);
    contents_ = std::move(added.contents);
    return std::move(added.matches);
}

void duplicate_index::save(std::filesystem::path const& path, execution const& run) const {
    write_index(*contents_, path, run);
}

std::int64_t duplicate_index::size() const {
    return contents_->num_documents();
}

duplicate_index_options const& duplicate_index::options() const {
    return contents_->options;
}

duplicate_index_stats duplicate_index::stats() const {
    duplicate_index_stats stats;
    stats.documents = contents_->num_documents();
    stats.texts = contents_->num_texts();
    stats.segments = std::ssize(contents_->segments);
    for (auto const& segment : contents_->segments) {
        stats.shingles += segment->shingles.size();
        stats.num_bytes += segment->num_bytes();
    }
    stats.bands = contents_->plan.bands;
    stats.rows = contents_->plan.rows;
    stats.expected_recall = contents_->plan.expected_recall;
    return stats;
}

} // namespace newsgpu
