#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <memory>

namespace newsgpu {

/// A corpus with a copy of its text on a device, for the calls that follow: they read it there instead of
/// copying it each time.
///
/// It takes the place of the corpus, of which `view()` and its subviews remember the copy. A call for that
/// device uses the copy; so does one for `device::automatic()` where the device can do it; any other uses the
/// text of the host, which must stay as long as this does. Results are the same.
///
/// Cost: the text and 8 bytes a document over the bus, and a ninth more than that of device memory.
/// @throw device_unavailable if the device is not there, cuda_error if the corpus does not fit into its
///   memory.
///
///     newsgpu::device_corpus const resident{corpus, newsgpu::device::cuda()};
///     auto const counts = newsgpu::count_tokens(resident, {.kind = newsgpu::token_kind::characters});
///     auto const found = newsgpu::tokenize(resident, {.kind = newsgpu::token_kind::whitespace});
class device_corpus {
public:
    /// @param run its device is `device::cuda(K)`, or `device::cpu()`, which copies nothing.
    device_corpus(corpus_view corpus, execution const& run);

    device where() const { return where_; }
    corpus_view view() const { return view_; }
    operator corpus_view() const { return view_; }

private:
    device where_;
    corpus_view view_;
    std::shared_ptr<resident_text const> copy_;
};

} // namespace newsgpu
