#pragma once

#include "cuda/forms.cuh"
#include "cuda/interacting.cuh"

#include <newsgpu/execution.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace newsgpu::cuda {

/// Parts of the text whose form is given, on the device.
class given_on_device {
public:
    given_on_device(given_forms const& given, std::int64_t num_bytes, stream const& on, staging& copies);
    given_forms_view view() const {
        return {begins_.view(), form_ends_.view(), forms_.view(), heads_.view(), rest_.view()};
    }

private:
    device_buffer<std::int64_t> begins_, form_ends_;
    device_buffer<char> forms_;
    device_buffer<std::uint32_t> heads_, rest_;
};

/// The form of a text in device memory: what each of its pieces becomes by itself. Pieces are documents, or
/// whatever else `breaks` of the text part.
class text_form {
public:
    /// The pieces that hold some places of the text and all text between them, in host memory: documents of
    /// which the first begins where the text does. They stay until `finish` returns.
    using find_pieces = std::function<corpus_view(buffer<std::int64_t> const& places)>;

    /// Puts the first pass into the stream and does not wait.
    /// @param offsets of the text: where positions in the form are wanted, each the beginning or the end of a
    ///   piece, in any order.
    /// @param missing pieces that are missing; of them nothing remains.
    text_form(text_view text, normalization form, form_view table, given_forms const& missing,
              stream const& on, staging& copies);

    /// Makes the form; waits.
    /// @return how many runs of interacting code points the host has made.
    std::int64_t finish(find_pieces const& pieces, stream const& on, staging& copies);

    std::int64_t num_bytes() const { return total_.view()[0]; }
    /// Zeros behind the form, to a multiple of 32 bytes.
    view<uint4 const> text() const { return form_->view(); }
    view<char const> bytes() const { return {reinterpret_cast<char const*>(text().data()), num_bytes()}; }
    /// [text.offsets.size()] where in the form the pieces begin or end.
    view<std::int64_t const> positions() const { return sums_->documents.view(); }

    /// The same, to be kept.
    device_buffer<uint4> take_text() { return std::move(*form_); }
    device_buffer<std::int64_t> take_positions() { return std::move(sums_->documents); }

private:
    given_forms_view given() const { return given_ ? given_->view() : given_forms_view{}; }
    void measure(stream const& on);
    void close_sigmas(device_buffer<open_sigma> const& sigmas, find_pieces const& pieces, stream const& on);

    text_view text_;
    normalization form_name_;
    form_view table_;
    std::optional<given_on_device> given_;
    measured found_;
    std::optional<form_offsets> sums_;
    mutable pinned_buffer<std::uint32_t> special_;
    mutable pinned_buffer<std::int64_t> total_;
    std::optional<device_buffer<uint4>> form_;
};

/// What keeps the kernels from making a form, or null: they take it that ASCII stays as it is or has its
/// letters lowered.
char const* missing(normalization form);

} // namespace newsgpu::cuda
