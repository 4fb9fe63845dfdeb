#pragma once

#include <cstdint>

namespace newsgpu::cuda {

/// Han of which nothing is to be told apart: nearly all that news has.
inline constexpr std::uint32_t first_usual_han = 0x4E00, last_usual_han = 0x9FFF;

} // namespace newsgpu::cuda
