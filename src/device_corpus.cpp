#include <newsgpu/device_corpus.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"

namespace newsgpu {

device_corpus::device_corpus(corpus_view corpus, execution const& run) : where_{run.device}, view_{corpus} {
    if (run.device.type == device::kind::automatic) {
        throw invalid_input{"the device of a device_corpus must be 'cpu', 'cuda' or 'cuda:K', got 'auto'"};
    }
    view_.resident_ = nullptr;
    if (run.device.type == device::kind::cuda) {
        require_device(run.device);
        copy_ = cuda::keep(view_, run);
        view_.resident_ = copy_.get();
    }
}

} // namespace newsgpu
