#include <newsgpu/device.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"

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

namespace {

/// Below this, the way to the device and back takes longer than the work on the CPU. An estimate from the
/// transfer rates of PCIe and the start-up time of a CUDA context, not a measurement.
constexpr std::int64_t smallest_automatic_bytes = std::int64_t{64} << 20;

[[noreturn]] void refuse(device const& wanted, std::string const& reason) {
    throw device_unavailable{"cuda:" + std::to_string(wanted.index) + " was asked for, but " + reason};
}

void require_device(device const& wanted) {
    auto const found = cuda::find_devices();
    if (found.count == 0) {
        refuse(wanted, found.why_none);
    }
    if (wanted.index >= found.count) {
        refuse(wanted, "there are " + std::to_string(found.count) + " CUDA devices");
    }
}

} // namespace

void require_available(device const& wanted) {
    if (wanted.type == device::kind::cuda) {
        require_device(wanted);
        refuse(wanted, "this call runs on the CPU only; use device 'cpu' or 'auto'");
    }
}

execution decide_device(execution const& run, std::int64_t num_bytes, char const* missing) {
    auto decided = run;
    switch (run.device.type) {
    case device::kind::cpu:
        break;
    case device::kind::cuda:
        require_device(run.device);
        if (missing != nullptr) {
            refuse(run.device, missing);
        }
        break;
    case device::kind::automatic: {
        auto const worth_it = missing == nullptr && num_bytes >= smallest_automatic_bytes &&
                              std::string_view{cuda::build_state()} == "yes" &&
                              cuda::find_devices().count > 0;
        decided.device = worth_it ? device::cuda() : device::cpu();
        break;
    }
    }
    return decided;
}

} // namespace newsgpu
