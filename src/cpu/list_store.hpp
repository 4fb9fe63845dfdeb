#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace newsgpu::cpu {

/// Short lists that are appended and stay where they are; in large blocks, because fresh memory costs a fault
/// a page and growing would copy them.
template <class T>
class list_store {
public:
    using list = view<T const>;

    list push_back(list values) {
        auto* const at = room(static_cast<std::size_t>(values.size()));
        return keep(at, std::copy(values.begin(), values.end(), at));
    }

    /// Where a list of up to `size` values may be written, to be kept by `keep`.
    T* room(std::size_t size) {
        if (blocks_.empty() || blocks_.back().size() - used_ < size) {
            blocks_.emplace_back(std::max(size, block_bytes / sizeof(T)));
            used_ = 0;
        }
        return blocks_.back().data() + used_;
    }
    list keep(T* begin, T* end) {
        used_ += static_cast<std::size_t>(end - begin);
        return {begin, end - begin};
    }

    /// Bytes of memory in use.
    std::size_t memory() const { return blocks_.size() * block_bytes; }

private:
    static constexpr std::size_t block_bytes = newsgpu::detail::large_bytes;

    std::vector<buffer<T>> blocks_;
    std::size_t used_ = 0;
};

} // namespace newsgpu::cpu
