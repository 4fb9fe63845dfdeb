#pragma once

#include "cuda/device_text.cuh"

#include "resident_text.hpp"

#include <newsgpu/execution.hpp>

#include <cstdint>
#include <vector>

namespace newsgpu::cuda {

/// A corpus in device memory, cut into batches of whole documents as kernels want them.
class resident_corpus final : public resident_text {
public:
    struct piece {
        std::int64_t first, last; ///< documents
        device_text text;
    };

    /// @throw out_of_device_memory
    resident_corpus(corpus_view corpus, execution const& run);
    ~resident_corpus() override;

    /// Which document of this corpus the first one of `part` is.
    std::int64_t index_of(corpus_view part) const { return part.offsets().data() - corpus_.offsets().data(); }
    /// The piece that holds document `doc`.
    piece const& piece_of(std::int64_t doc) const;
    /// The bytes of `part` on the device: documents, or a part of one, from document `doc` on, of one piece.
    view<char const> bytes_of(corpus_view part, std::int64_t doc) const;

private:
    corpus_view corpus_;
    std::vector<piece> pieces_;
};

} // namespace newsgpu::cuda
