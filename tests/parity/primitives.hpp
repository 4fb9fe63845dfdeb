#pragma once

#include <newsgpu/device.hpp>

#include <cstdint>

namespace newsgpu::parity {

/// How many answers of the door's instructions, collectives and algorithms differ from plain loops.
std::int64_t primitive_differences(device where);

} // namespace newsgpu::parity
