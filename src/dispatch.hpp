#pragma once

#include <newsgpu/device.hpp>

namespace newsgpu {

/// @throw device_unavailable if work cannot run on the device that was asked for.
void require_available(device const& wanted);

} // namespace newsgpu
