#pragma once

namespace newsgpu {

// The one place a version is written: CMake and pyproject.toml read it from here.
inline constexpr char version[] = "0.1.0";

} // namespace newsgpu
