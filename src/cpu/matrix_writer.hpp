#pragma once

#include <newsgpu/count.hpp>

#include "cpu/weigh_row.hpp"

#include <cstdint>
#include <numeric>
#include <type_traits>

namespace newsgpu::cpu {

/// Writes rows of known size to where they stay, each weighed as soon as it is whole. Rows may be written in
/// any order and by several threads.
template <class Value>
class matrix_writer {
public:
    struct open_row {
        std::int32_t* indices;
        Value* data;
        std::int64_t size;
        bool binary;

        template <class Count>
        void push_back(std::int32_t column, Count count) {
            indices[size] = column;
            data[size++] = binary ? Value{1} : static_cast<Value>(count);
        }
    };

    matrix_writer(std::int64_t num_rows, std::int64_t num_columns, matrix_options<Value> const& options)
        : options_{options} {
        made_.num_columns = num_columns;
        made_.indptr.resize(static_cast<std::size_t>(num_rows) + 1);
        made_.indptr[0] = 0;
    }

    void set_size(std::int64_t row, std::int64_t size) {
        made_.indptr[static_cast<std::size_t>(row) + 1] = size;
    }

    /// After all sizes have been set.
    void allocate() {
        std::partial_sum(made_.indptr.begin(), made_.indptr.end(), made_.indptr.begin());
        made_.indices.resize(static_cast<std::size_t>(made_.indptr.back()));
        made_.data.resize(made_.indices.size());
    }

    open_row begin_row(std::int64_t number) {
        auto const at = made_.indptr[static_cast<std::size_t>(number)];
        return {made_.indices.data() + at, made_.data.data() + at, 0, options_.binary};
    }

    void end_row(open_row const& whole) const {
        if constexpr (std::is_floating_point_v<Value>) {
            weigh_row(whole.data, whole.indices, whole.size, options_.idf, options_.norm);
        }
    }

    csr_matrix<Value> take() { return std::move(made_); }

private:
    matrix_options<Value> options_;
    csr_matrix<Value> made_;
};

} // namespace newsgpu::cpu
