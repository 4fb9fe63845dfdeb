#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/weigh_row.hpp"
#include "instantiations.hpp"

namespace newsgpu::cpu {

template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm,
           execution const& run) {
    constexpr std::int64_t rows_a_piece = 1024;
    for_each_slice("weighing", matrix.num_rows(), rows_a_piece, run, [&](slice const& some, worker&) {
        for (auto row = some.first; row < some.last; ++row) {
            auto const begin = std::int64_t{matrix.indptr[row]};
            auto const end = std::int64_t{matrix.indptr[row + 1]};
            weigh_row(matrix.data.data() + begin, matrix.indices.data() + begin, end - begin, idf, norm);
        }
    });
}

#define NEWSGPU_INSTANTIATE(VALUE, OFFSET, INDEX)                                                            \
    template void weigh(csr_view<VALUE, OFFSET, INDEX>, view<VALUE const>, row_norm, execution const&);
NEWSGPU_FOR_WEIGHED_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu::cpu
