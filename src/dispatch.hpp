#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <string_view>

namespace newsgpu {

/// @throw device_unavailable if `wanted` is a CUDA device that is not there.
void require_device(device const& wanted);

/// For calls that have no CUDA kernels: they run on the CPU.
/// @param call the name of the function, for the message.
/// @throw device_unavailable if a CUDA device was asked for.
void require_available(device const& wanted, std::string_view call);

/// Where a call that has CUDA kernels runs: `run` with its device decided.
///
/// `cpu` and `cuda:K` are commands. `automatic` takes the device that has a copy of the corpus
/// (device_corpus), or the first CUDA device where there is one and the input is large enough to pay, but
/// never the emulation, which is for tests; and the CPU where kernels are missing.
/// @param missing what keeps the kernels from doing the call, or null.
/// @throw device_unavailable if a CUDA device was asked for that is not there or cannot do the call.
execution decide_device(execution const& run, corpus_view corpus, std::string_view call, char const* missing);

/// The same for documents that need not be a corpus: for those that are none, a null, `automatic` takes the
/// CPU.
execution decide_device(execution const& run, corpus_view const* corpus, std::string_view call,
                        char const* missing);

/// Documents as a corpus, which devices read: a copy of those that are none.
class gathered_documents {
public:
    /// @throw invalid_input if a document has 2^31 bytes or more: counts fit into 31 bits.
    explicit gathered_documents(documents_view documents);
    gathered_documents(gathered_documents const&) = delete;
    gathered_documents& operator=(gathered_documents const&) = delete;

    operator corpus_view() const { return corpus_; }

private:
    string_column copy_;
    corpus_view corpus_;
};

} // namespace newsgpu
