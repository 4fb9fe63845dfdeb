#pragma once

#include <map>
#include <string>

namespace newsgpu {

/// What this build is made of: `version`, `icu` and `unicode` (versions of the ICU in use), `cuda` (`no`).
std::map<std::string, std::string> build_info();

} // namespace newsgpu
