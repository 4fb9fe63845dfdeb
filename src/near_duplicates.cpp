#include <newsgpu/near_duplicates.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "lsh_plan.hpp"
#include "names.hpp"
#include "require.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace newsgpu {

namespace {

void check_options(unit_documents corpus, near_duplicate_options const& options) {
    if (options.keep == keep_rule::priority) {
        require_one_each("keep", options.priorities.size(), corpus.size(), "documents");
        for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
            if (std::isnan(options.priorities[doc])) {
                throw invalid_input{"keep[" + std::to_string(doc) + "] is not a number"};
            }
        }
    }
    require_between("the number of documents", corpus.size(), std::int64_t{0},
                    std::int64_t{std::numeric_limits<std::uint32_t>::max()} - 1);
    require_at_least<std::int64_t>("memory_budget", options.memory_budget, 0);
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

near_duplicates_result near_duplicates(unit_documents corpus, near_duplicate_options const& options,
                                       execution const& run) {
    auto const plan = plan_candidates(options);
    check_options(corpus, options);
    auto const missing =
        corpus.corpus() == nullptr ? "documents that are no corpus" : cuda::missing(options.unit);
    auto const decided = decide_device(run, corpus.corpus(), "near_duplicates", missing);
    auto const device = decided.device.type == device::kind::cuda
                            ? cuda::make_duplicate_stages(*corpus.corpus(), options, plan, decided)
                            : nullptr;
    return cpu::near_duplicates(corpus, options, plan, decided, device.get());
}

duplicate_pairs expand_pairs(near_duplicates_result const& result, execution const& run) {
    return cpu::expand_pairs(result, run);
}

} // namespace newsgpu
