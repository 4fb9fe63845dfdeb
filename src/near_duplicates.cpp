#include <newsgpu/near_duplicates.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "lsh_plan.hpp"
#include "names.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace newsgpu {

namespace {

void check(bool holds, std::string const& message) {
    if (!holds) {
        throw invalid_input{message};
    }
}

void check_options(corpus_view corpus, near_duplicate_options const& options) {
    if (options.keep == keep_rule::priority) {
        check(options.priorities.size() == corpus.size(),
              "keep must have one priority for each of " + std::to_string(corpus.size()) +
                  " documents, got " + std::to_string(options.priorities.size()));
        for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
            check(!std::isnan(options.priorities[doc]), "keep[" + std::to_string(doc) + "] is not a number");
        }
    }
    check(corpus.size() < std::numeric_limits<std::uint32_t>::max(),
          "a corpus may have at most 2^32 - 2 documents, got " + std::to_string(corpus.size()));
}

} // namespace

shingle_unit parse_shingle_unit(std::string_view name) {
    return parse_name<shingle_unit>(
        "unit", name, {{"words", shingle_unit::words}, {"characters", shingle_unit::characters}});
}

set_similarity parse_set_similarity(std::string_view name) {
    return parse_name<set_similarity>(
        "similarity", name,
        {{"jaccard", set_similarity::jaccard}, {"containment", set_similarity::containment}});
}

duplicate_method parse_duplicate_method(std::string_view name) {
    return parse_name<duplicate_method>(
        "method", name, {{"minhash", duplicate_method::minhash}, {"exact", duplicate_method::exact}});
}

cluster_rule parse_cluster_rule(std::string_view name) {
    return parse_name<cluster_rule>(
        "cluster", name, {{"keeper", cluster_rule::keeper}, {"components", cluster_rule::components}});
}

keep_rule parse_keep_rule(std::string_view name) {
    return parse_name<keep_rule>(
        "keep", name,
        {{"first", keep_rule::first}, {"longest", keep_rule::longest}, {"priority", keep_rule::priority}});
}

near_duplicates_result near_duplicates(corpus_view corpus, near_duplicate_options const& options,
                                       execution const& run) {
    auto const plan = plan_candidates(options);
    check_options(corpus, options);
    auto const decided = decide_device(run, corpus, "near_duplicates", cuda::missing(options));
    check(options.memory_budget >= 0,
          "memory_budget must not be negative, got " + std::to_string(options.memory_budget));
    auto const device = decided.device.type == device::kind::cuda
                            ? cuda::make_duplicate_stages(corpus, options, plan, decided)
                            : nullptr;
    return cpu::near_duplicates(corpus, options, plan, decided, device.get());
}

duplicate_pairs expand_pairs(near_duplicates_result const& result, execution const& run) {
    return cpu::expand_pairs(result, run);
}

} // namespace newsgpu
