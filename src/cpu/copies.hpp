#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include "cpu/shingle.hpp"
#include "duplicate_stages.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// 128 bits that stand for a document.
struct document_identity {
    std::uint64_t first, second;

    friend bool operator==(document_identity const&, document_identity const&) = default;
    friend auto operator<=>(document_identity const&, document_identity const&) = default;
};

/// [D] of documents that a device has read.
buffer<document_identity> identities_of(unit_documents corpus, shingle_options const& how,
                                        duplicate_stages::summaries const& read, execution const& run);

/// [D] the first document with the same identity; the document itself where `is_copyable` is 0. Linear in the
/// size of a group.
buffer<std::int64_t> find_copies(buffer<document_identity> const& identities,
                                 buffer<std::uint8_t> const& is_copyable);

} // namespace newsgpu::cpu
