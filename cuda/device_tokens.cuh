#pragma once

#include "cuda/batches.cuh"
#include "cuda/device_buffer.cuh"
#include "cuda/form_table.cuh"
#include "cuda/stop_words.cuh"

#include <newsgpu/tokenize.hpp>

#include <cstdint>
#include <functional>
#include <optional>

// Tokens as they are counted, hashed and shingled: their normalized text. It is made for all segments of a
// batch in one pass, as the form of a text is, so that tokens are places in one long text.

namespace newsgpu::cuda {

/// Token i is `bytes()[begins[i], ends[i])`, well-formed UTF-8.
struct device_tokens_view {
    view<uint4 const> text; ///< zeros behind it, to a multiple of 32 bytes
    view<std::int64_t const> begins, ends;
    view<std::int64_t const> before_document; ///< [D + 1] tokens before each document, and behind the last

    __host__ __device__ std::int64_t size() const { return begins.size(); }
    __host__ __device__ char const* bytes() const { return reinterpret_cast<char const*>(text.data()); }
};

/// The forms that tokens of some kind are brought to, and which of them are dropped then, on a device.
class token_forms {
public:
    /// Waits for the stream, so that any other one may use them.
    token_forms(tokenizer const& how, stream const& on);

    token_kind kind() const { return kind_; }
    /// What text is brought to before its tokens are looked for: scikit-learn's words are those of the
    /// lowered text.
    form_table const* before() const { return before_ ? &*before_ : nullptr; }
    /// What tokens are brought to one by one.
    form_table const* after() const { return after_ ? &*after_ : nullptr; }
    normalization form() const { return form_; }
    /// Tokens of fewer code points are dropped.
    int min_length() const { return min_length_; }
    stop_words const* stops() const { return stops_ ? &*stops_ : nullptr; }

private:
    token_kind kind_;
    normalization form_;
    int min_length_;
    std::optional<form_table> before_, after_;
    std::optional<stop_words> stops_;
};

/// What of normalized tokens the kernels cannot make, or null.
char const* missing_to_read(tokenizer const& how);

struct segments_view;

class device_tokens {
public:
    /// Finds the tokens of a batch and makes their text. Waits for the device.
    /// @param poll called every few milliseconds.
    /// @param stats where what is left to the host is counted.
    device_tokens(batch const& part, token_forms const& forms, std::function<void()> const& poll,
                  stream const& on, staging& copies, device_stats& stats);

    std::int64_t size() const { return num_tokens_; }
    device_tokens_view view() const;
    /// 0, where tokens begin, and where they end.
    newsgpu::view<std::int64_t const> bounds() const { return bounds_.view(); }

    /// Device memory for a byte of text, its copy included, at most: there may be a token a byte.
    static constexpr std::int64_t bytes_per_byte = 48;

private:
    /// @return runs of interacting code points whose form the host has made.
    std::int64_t form_segments(batch const& part, token_forms const& forms, segments_view const& found,
                               text_view text, bool is_formed, stream const& on, staging& copies);
    void keep(token_places kept, stream const& on);

    std::int64_t num_tokens_ = 0;
    device_buffer<uint4> text_;
    device_buffer<std::int64_t> bounds_;
    device_buffer<std::int64_t> before_document_;
};

} // namespace newsgpu::cuda
