#pragma once

#include <newsgpu/count.hpp>

#include "cpu/key_runs.hpp"
#include "cpu/weigh_row.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

/// Writes rows whose sizes nobody knows before they are made, each weighed as soon as it is whole. A piece of
/// rows is written where it stays if all pieces before it are done; else it is made elsewhere and moved by
/// whoever finishes the last of those: no thread waits for another.
template <class Value>
class matrix_stream {
public:
    class piece;

    /// @param most_entries entries are at most so many. Memory is taken for all of them and used for those
    ///   that there are.
    matrix_stream(std::int64_t num_rows, std::int64_t num_columns, std::int64_t num_pieces,
                  std::size_t most_entries, matrix_options<Value> const& options)
        : options_{options}, pieces_(static_cast<std::size_t>(num_pieces)) {
        made_.num_columns = num_columns;
        made_.indptr.resize(static_cast<std::size_t>(num_rows) + 1);
        made_.indptr[0] = 0;
        made_.indices.resize(most_entries);
        made_.data.resize(most_entries);
    }

    /// The rows from `first_row` on, with at most `most_entries` entries. Each piece is opened and closed
    /// once, by one thread.
    piece open(std::int64_t number, std::int64_t first_row, std::size_t most_entries) {
        std::lock_guard const lock{mutex_};
        if (static_cast<std::size_t>(number) == num_placed_) {
            return piece{*this, number, first_row, made_.indices.data() + size_, made_.data.data() + size_};
        }
        row_buffers room;
        if (!spare_.empty()) {
            room = std::move(spare_.back());
            spare_.pop_back();
        }
        return piece{*this, number, first_row, std::move(room), most_entries};
    }

    csr_matrix<Value> take() {
        std::partial_sum(made_.indptr.begin(), made_.indptr.end(), made_.indptr.begin());
        made_.indices.resize(size_);
        made_.data.resize(size_);
        return std::move(made_);
    }

private:
    struct row_buffers {
        buffer<std::int32_t> indices;
        buffer<Value> data;
    };
    /// A piece that is done.
    struct closed_piece {
        bool is_closed = false, is_elsewhere = false;
        std::size_t size = 0;
        row_buffers entries;
    };
    struct pending_copy {
        row_buffers entries;
        std::size_t size, to;
    };

    void close(std::int64_t number, closed_piece done) {
        std::vector<pending_copy> copies;
        {
            std::lock_guard const lock{mutex_};
            pieces_[static_cast<std::size_t>(number)] = std::move(done);
            for (; num_placed_ < pieces_.size() && pieces_[num_placed_].is_closed; ++num_placed_) {
                auto& next = pieces_[num_placed_];
                if (next.is_elsewhere) {
                    copies.push_back({std::move(next.entries), next.size, size_});
                }
                size_ += next.size;
            }
        }
        for (auto& [entries, size, to] : copies) {
            std::copy_n(entries.indices.data(), size, made_.indices.data() + to);
            std::copy_n(entries.data.data(), size, made_.data.data() + to);
            std::lock_guard const lock{mutex_};
            spare_.push_back(std::move(entries));
        }
    }

    matrix_options<Value> options_;
    csr_matrix<Value> made_;
    std::mutex mutex_;
    std::vector<closed_piece> pieces_;
    std::vector<row_buffers> spare_;
    /// The first pieces, which have their place, and their entries.
    std::size_t num_placed_ = 0, size_ = 0;
};

/// One piece of a matrix_stream: rows one after another.
template <class Value>
class matrix_stream<Value>::piece {
public:
    /// A row that is being made of counts that ascend by key.
    class open_row {
    public:
        /// Adds `count` to the entry of `key`, below 2^32 - 1. Without a branch: whether a key is another
        /// than the one before is unpredictable.
        void add(std::uint32_t key, std::int64_t count) {
            std::int64_t const is_new = key != key_before_;
            sum_ = (sum_ & (is_new - 1)) + count; // compilers make a jump of a choice
            size_ += is_new;
            key_before_ = key;
            indices_[size_ - 1] = static_cast<std::int32_t>(key);
            data_[size_ - 1] = static_cast<Value>(sum_);
        }

        /// Makes a whole row: an entry counts how often a key is there.
        void count(key_runs const& runs) {
            for (std::size_t i = 0; i < runs.size; ++i) {
                indices_[i] = static_cast<std::int32_t>(runs.key(i));
                data_[i] = static_cast<Value>(runs.length(i));
            }
            size_ = static_cast<std::int64_t>(runs.size);
        }

    private:
        friend class piece;
        open_row(std::int32_t* indices, Value* data) : indices_{indices}, data_{data} {}

        std::int32_t* indices_;
        Value* data_;
        std::int64_t size_ = 0, sum_ = 0;
        std::uint32_t key_before_ = 0xFFFF'FFFF;
    };

    open_row begin_row() const { return {indices_ + size_, data_ + size_}; }

    /// Ends a row. `column_of(key)` says where an entry goes; with `MayDrop`, negative where nowhere.
    template <bool MayDrop, class ColumnOf>
    void end_row(open_row const& whole, ColumnOf column_of) {
        auto* const indices = whole.indices_;
        auto* const data = whole.data_;
        std::int64_t size = 0;
        for (std::int64_t i = 0; i < whole.size_; ++i) {
            auto const column = column_of(static_cast<std::uint32_t>(indices[i]));
            indices[size] = column;
            if constexpr (MayDrop) {
                data[size] = data[i];
            }
            size += !MayDrop || column >= 0;
        }
        if (stream_->options_.binary) {
            std::fill_n(data, size, Value{1});
        }
        if constexpr (std::is_floating_point_v<Value>) {
            weigh_row(data, indices, size, stream_->options_.idf, stream_->options_.norm);
        }
        stream_->made_.indptr[static_cast<std::size_t>(++row_)] = size;
        size_ += static_cast<std::size_t>(size);
    }

    void close() { stream_->close(number_, {true, is_elsewhere_, size_, std::move(entries_)}); }

private:
    friend class matrix_stream;

    piece(matrix_stream& stream, std::int64_t number, std::int64_t first_row, std::int32_t* indices,
          Value* data)
        : stream_{&stream}, number_{number}, row_{first_row}, indices_{indices}, data_{data} {}

    piece(matrix_stream& stream, std::int64_t number, std::int64_t first_row, row_buffers room,
          std::size_t most_entries)
        : stream_{&stream}, number_{number}, row_{first_row}, is_elsewhere_{true}, entries_{std::move(room)} {
        if (entries_.indices.size() < most_entries) {
            // Growing would copy what nobody reads again.
            entries_.indices.clear();
            entries_.data.clear();
            entries_.indices.resize(most_entries);
            entries_.data.resize(most_entries);
        }
        indices_ = entries_.indices.data();
        data_ = entries_.data.data();
    }

    matrix_stream* stream_;
    std::int64_t number_, row_;
    bool is_elsewhere_ = false;
    row_buffers entries_;
    std::int32_t* indices_;
    Value* data_;
    std::size_t size_ = 0;
};

} // namespace newsgpu::cpu
