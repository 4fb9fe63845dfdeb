#include "dispatch.hpp"

#include <newsgpu/error.hpp>

#include "backend.hpp"

#include <string>

namespace newsgpu {

namespace {

/// Below this, the way to the device and back takes longer than the work on the CPU. An estimate from the
/// transfer rates of PCIe and the start-up time of a CUDA context, not a measurement.
constexpr std::int64_t smallest_automatic_bytes = std::int64_t{64} << 20;

[[noreturn]] void refuse(device const& wanted, std::string const& reason) {
    throw device_unavailable{"cuda:" + std::to_string(wanted.index) + " was asked for, but " + reason};
}

device choose_device(corpus_view corpus) {
    if (corpus.resident() != nullptr) {
        return device::cuda(corpus.resident()->device());
    }
    auto const worth_it = corpus.num_bytes() >= smallest_automatic_bytes &&
                          std::string_view{cuda::build_state()} == "yes" && cuda::find_devices().count > 0;
    return worth_it ? device::cuda() : device::cpu();
}

} // namespace

void require_device(device const& wanted) {
    auto const found = cuda::find_devices();
    if (found.count == 0) {
        refuse(wanted, found.why_none);
    }
    if (wanted.index >= found.count) {
        refuse(wanted, "there are " + std::to_string(found.count) + " CUDA devices");
    }
}

void require_available(device const& wanted, std::string_view call) {
    if (wanted.type == device::kind::cuda) {
        require_device(wanted);
        refuse(wanted, std::string{call} + " runs on the CPU only; use device 'cpu' or 'auto'");
    }
}

execution decide_device(execution const& run, corpus_view corpus, std::string_view call,
                        char const* missing) {
    auto decided = run;
    switch (run.device.type) {
    case device::kind::cpu:
        break;
    case device::kind::cuda:
        require_device(run.device);
        if (missing != nullptr) {
            refuse(run.device, std::string{call} + ": " + missing);
        }
        break;
    case device::kind::automatic:
        decided.device = missing == nullptr ? choose_device(corpus) : device::cpu();
        break;
    }
    return decided;
}

execution decide_device(execution const& run, corpus_view const* corpus, std::string_view call,
                        char const* missing) {
    if (corpus != nullptr) {
        return decide_device(run, *corpus, call, missing);
    }
    if (run.device.type == device::kind::automatic) {
        auto decided = run;
        decided.device = device::cpu();
        return decided;
    }
    return decide_device(run, corpus_view{}, call, missing);
}

gathered_documents::gathered_documents(documents_view documents) {
    constexpr std::size_t max_document_bytes = 0x7FFF'FFFF;
    for (std::int64_t doc = 0; doc < documents.size(); ++doc) {
        if (documents[doc].size() > max_document_bytes) {
            throw invalid_input{"a document has " + std::to_string(documents[doc].size()) +
                                " bytes; one of 2^31 bytes or more cannot be counted"};
        }
    }
    if (documents.corpus() != nullptr) {
        corpus_ = *documents.corpus();
        return;
    }
    for (std::int64_t doc = 0; doc < documents.size(); ++doc) {
        copy_.push_back(documents[doc]);
    }
    corpus_ = copy_;
}

} // namespace newsgpu
