#include <newsgpu/tfidf.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "element/tfidf.hpp"
#include "instantiations.hpp"
#include "names.hpp"
#include "require.hpp"

#include <algorithm>
#include <cmath>

namespace newsgpu {

row_norm parse_row_norm(std::string_view name) {
    return parse_name<row_norm>("norm", name,
                                {{"none", row_norm::none}, {"l1", row_norm::l1}, {"l2", row_norm::l2}});
}

buffer<double> inverse_document_frequency(view<std::int64_t const> document_counts,
                                          std::int64_t num_documents, bool smooth) {
    buffer<double> idf(static_cast<std::size_t>(document_counts.size()));
    std::transform(document_counts.begin(), document_counts.end(), idf.begin(), [&](std::int64_t count) {
        return std::log(element::idf_ratio(num_documents, count, smooth)) + 1;
    });
    return idf;
}

template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm,
           execution const& run) {
    if (!idf.empty()) {
        for (auto const column : matrix.indices) {
            require_between<std::int64_t>("a column", column, 0, idf.size() - 1);
        }
    }
    // A matrix is the host's: only a command brings it to a device.
    auto const decided = decide_device(run, corpus_view{}, "weigh", nullptr);
    if (decided.device.type == device::kind::cuda) {
        cuda::weigh(matrix, idf, norm, decided);
    } else {
        cpu::weigh(matrix, idf, norm, decided);
    }
}

#define NEWSGPU_INSTANTIATE(VALUE, OFFSET, INDEX)                                                            \
    template void weigh(csr_view<VALUE, OFFSET, INDEX>, view<VALUE const>, row_norm, execution const&);
NEWSGPU_FOR_WEIGHED_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu
