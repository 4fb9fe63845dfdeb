#pragma once

#include "cuda/device_tokens.cuh"
#include "cuda/formed_documents.cuh"

#include <cstdint>

// Characters as the parts of n-grams: tokens of one code point each. What a space stands for is one byte
// behind the text.

namespace newsgpu::cuda {

/// Tokens, and the groups that no n-gram leaves.
struct grouped_tokens {
    device_buffer<uint4> text;
    device_buffer<std::int64_t> begins, ends, before_document;
    device_buffer<std::int64_t> before_group; ///< as `before_document`

    device_tokens_view view() const {
        return {text.view(), begins.view(), ends.view(), before_document.view()};
    }
};

/// ngram_unit::characters: the code points of documents, of which runs of two or more white spaces are one
/// space. Documents are their own groups, so there are none beside them. Waits for the device.
grouped_tokens characters_of_documents(formed_documents const& documents, stream const& on);

/// ngram_unit::characters_in_words: the code points of words, each word a group with a space before and
/// behind it. Waits for the device.
grouped_tokens characters_of_words(device_tokens const& words, stream const& on);

} // namespace newsgpu::cuda
