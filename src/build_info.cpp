#include <newsgpu/build_info.hpp>

#include <newsgpu/version.hpp>

#include "backend.hpp"
#include "unicode/properties.hpp"

namespace newsgpu {

std::map<std::string, std::string> build_info() {
    return {{"version", version},
            {"icu", unicode::icu_version()},
            {"unicode", unicode::unicode_version()},
            {"simd", std::string{cpu::instruction_set()}},
            {"cuda", cuda::build_state()},
            {"cuda_architectures", cuda::architectures()}};
}

} // namespace newsgpu
