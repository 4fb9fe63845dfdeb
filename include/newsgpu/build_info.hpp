#pragma once

#include <map>
#include <string>

namespace newsgpu {

/// What this build is made of: `version`, `icu` and `unicode` (versions of the ICU in use), `simd`, `cuda`
/// (`yes`, `no` or `emulated`: kernels run on the host, for tests) and `cuda_architectures` (what the kernels
/// are compiled for, in CMake's words: `80-real` is machine code for sm_80, `120-virtual` PTX for that and
/// later ones).
std::map<std::string, std::string> build_info();

} // namespace newsgpu
