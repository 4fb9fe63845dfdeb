#include <newsgpu/device.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"

#include <charconv>

namespace newsgpu {

device device::parse(std::string_view name) {
    if (name == "auto") {
        return automatic();
    }
    if (name == "cpu") {
        return cpu();
    }
    if (name == "cuda") {
        return cuda();
    }
    if (constexpr std::string_view prefix = "cuda:"; name.starts_with(prefix)) {
        int index = -1;
        auto const* end = name.data() + name.size();
        auto const parsed = std::from_chars(name.data() + prefix.size(), end, index);
        if (parsed.ec == std::errc{} && parsed.ptr == end && index >= 0) {
            return cuda(index);
        }
    }
    throw invalid_input{"device must be 'auto', 'cpu', 'cuda' or 'cuda:K', got '" + std::string{name} + "'"};
}

std::vector<std::string> available_devices() {
    std::vector<std::string> names{"cpu"};
    auto const count = cuda::find_devices().count;
    for (int index = 0; index < count; ++index) {
        names.push_back("cuda:" + std::to_string(index));
    }
    return names;
}

} // namespace newsgpu
