#pragma once

#include "cuda/segments.cuh"
#include "cuda/sure_place.cuh"

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <functional>

namespace newsgpu::cuda {

/// What of finding tokens as `how` says the kernels cannot do, or null.
char const* missing_to_find(tokenizer const& how);

/// Where a document may be cut so that its parts have its tokens.
cut_rule cuts_of(token_kind kind);

/// Lets a call be stopped while a batch is at work.
std::function<void()> poll_at(char const* stage, std::int64_t first, corpus_view corpus,
                              execution const& run);

/// The segments of the documents, with those of missing documents no tokens. Waits, for some kinds.
/// @param documents those of `text`, in host memory.
/// @param stats where the tiles of words are counted.
segments find_tokens(corpus_view documents, text_view text, token_kind kind,
                     std::function<void()> const& poll, device_stats& stats, stream const& on);

} // namespace newsgpu::cuda
