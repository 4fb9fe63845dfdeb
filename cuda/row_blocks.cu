#include "cuda/row_blocks.cuh"

namespace newsgpu::cuda {

row_block upload_rows(csr_matrix<double> const& matrix, std::int64_t first, std::int64_t last,
                      stream const& on, staging& copies) {
    auto const begin = matrix.indptr[static_cast<std::size_t>(first)];
    buffer<std::int64_t> offsets;
    for (auto row = first; row <= last; ++row) {
        offsets.push_back(matrix.indptr[static_cast<std::size_t>(row)] - begin);
    }
    auto const size = offsets.back();
    row_block made{std::move(offsets), {last - first + 1, on}, {size, on}, {size, on}};
    copies.upload<std::int64_t>(made.host_offsets, made.offsets.view(), on);
    // Columns are not negative.
    auto const* const columns = reinterpret_cast<std::uint32_t const*>(matrix.indices.data() + begin);
    copies.upload<std::uint32_t>({columns, size}, made.columns.view(), on);
    copies.upload<double>({matrix.data.data() + begin, size}, made.values.view(), on);
    return made;
}

} // namespace newsgpu::cuda
