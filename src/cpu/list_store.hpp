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
        auto const size = static_cast<std::size_t>(values.size());
        if (blocks_.empty() || blocks_.back().size() - used_ < size) {
            blocks_.emplace_back(std::max(size, block_bytes / sizeof(T)));
            used_ = 0;
        }
        auto* const at = blocks_.back().data() + used_;
        std::copy(values.begin(), values.end(), at);
        used_ += size;
        return {at, values.size()};
    }

    /// Bytes of memory in use.
    std::size_t memory() const { return blocks_.size() * block_bytes; }

private:
    static constexpr std::size_t block_bytes = std::size_t{1} << 22;

    std::vector<buffer<T>> blocks_;
    std::size_t used_ = 0;
};

} // namespace newsgpu::cpu
