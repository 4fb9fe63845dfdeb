#include "cuda/device_text.cuh"

#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

__global__ void __launch_bounds__(block_threads)
    mark_breaks(text_view documents, view<std::uint32_t> breaks) {
    auto const doc = global_rank();
    if (doc < documents.offsets.size()) {
        auto const at = documents.begin_of(doc);
        atomic_or(breaks[at / word_bits], 1u << (at % word_bits));
    }
}

} // namespace

void set_breaks(text_view documents, view<std::uint32_t> breaks, stream const& on) {
    fill_bytes(breaks, 0, on);
    launch(on, threads_for(documents.offsets.size(), block_threads), mark_breaks, documents, breaks);
}

device_text::device_text(corpus_view corpus, newsgpu::view<char const> there, stream const& on,
                         staging& copies)
    : num_bytes_{corpus.num_bytes()}, text_{parts_of(num_bytes_, word_bits) * units_per_word, on},
      breaks_{num_bytes_ / word_bits + 1, on}, offsets_{corpus.size() + 1, on} {
    auto const documents = corpus.offsets();
    if (!text_.view().empty()) {
        fill_bytes(text_.view().subview(text_.size() - units_per_word, units_per_word), 0, on);
    }
    newsgpu::view<char> const to{reinterpret_cast<char*>(text_.view().data()), num_bytes_};
    if (there.empty()) {
        copies.upload<char>(corpus.bytes().subview(documents.front(), num_bytes_), to, on);
    } else {
        copy_on_device(there, to, on);
    }
    copies.upload<std::int64_t>(documents, offsets_.view(), on);
    set_breaks(view(), breaks_.view(), on);
}

text_view device_text::view() const {
    return {text_.view(), num_bytes_, breaks_.view(), offsets_.view()};
}

} // namespace newsgpu::cuda
