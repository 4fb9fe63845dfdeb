#pragma once

#include "cuda/bits.cuh"
#include "cuda/device_buffer.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// Which code points beyond ASCII are white space.
struct space_view {
    view<std::uint32_t const> bits; ///< one a code point
    /// Whether white space may begin with any byte. Else it begins with C2, E1, E2 80, E2 81, E3 80 or E3 81:
    /// true of all versions of Unicode so far, and looked up when the table is made.
    bool any_lead;

    __host__ __device__ bool contains(char32_t code_point) const {
        return (bits[code_point / 32] >> (code_point % 32) & 1) != 0;
    }
};

class space_table {
public:
    explicit space_table(stream const& on);

    space_view view() const { return {bits_.view(), any_lead_}; }

private:
    device_buffer<std::uint32_t> bits_;
    bool any_lead_;
};

} // namespace newsgpu::cuda
