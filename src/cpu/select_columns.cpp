#include "backend.hpp"
#include "cpu/row_pieces.hpp"

namespace newsgpu::cpu {

template <class Value>
csr_matrix<Value> select_columns(csr_matrix<Value> const& matrix, view<std::uint8_t const> kept,
                                 execution const& run) {
    constexpr std::int32_t dropped = -1;
    constexpr std::int64_t rows_a_piece = 1024;
    std::vector<std::int32_t> renumbered(static_cast<std::size_t>(kept.size()), dropped);
    std::int32_t num_columns = 0;
    for (std::int64_t column = 0; column < kept.size(); ++column) {
        if (kept[column] != 0) {
            renumbered[static_cast<std::size_t>(column)] = num_columns++;
        }
    }
    auto const num_rows = matrix.num_rows();
    std::vector<row_piece<Value>> pieces(
        static_cast<std::size_t>((num_rows + rows_a_piece - 1) / rows_a_piece));
    for_each_piece("selecting columns", std::ssize(pieces), run, [&](std::int64_t number, worker&) {
        auto& piece = pieces[static_cast<std::size_t>(number)];
        auto const last_row = std::min(num_rows, (number + 1) * rows_a_piece);
        for (auto row = number * rows_a_piece; row < last_row; ++row) {
            auto const begin = piece.indices.size();
            for (auto k = static_cast<std::size_t>(matrix.indptr[static_cast<std::size_t>(row)]);
                 k < static_cast<std::size_t>(matrix.indptr[static_cast<std::size_t>(row) + 1]); ++k) {
                auto const column = renumbered[static_cast<std::size_t>(matrix.indices[k])];
                if (column != dropped) {
                    piece.indices.push_back(column);
                    piece.data.push_back(matrix.data[k]);
                }
            }
            piece.row_sizes.push_back(static_cast<std::int64_t>(piece.indices.size() - begin));
        }
    });
    return stitch(pieces, num_columns, run);
}

template csr_matrix<std::int32_t> select_columns(csr_matrix<std::int32_t> const&, view<std::uint8_t const>,
                                                 execution const&);
template csr_matrix<std::int64_t> select_columns(csr_matrix<std::int64_t> const&, view<std::uint8_t const>,
                                                 execution const&);
template csr_matrix<float> select_columns(csr_matrix<float> const&, view<std::uint8_t const>,
                                          execution const&);
template csr_matrix<double> select_columns(csr_matrix<double> const&, view<std::uint8_t const>,
                                           execution const&);

} // namespace newsgpu::cpu
