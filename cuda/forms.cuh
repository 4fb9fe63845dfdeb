#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/device_text.cuh"
#include "cuda/form_table.cuh"

#include <cstdint>

// The form of a text in two passes: how long the form of each chunk of 960 bytes is, and, behind the sum of
// these, the bytes. A chunk of ASCII alone is plain: its form is as long as it is.

namespace newsgpu::cuda {

/// Parts of the text whose form is given, ascending and apart from each other.
struct given_forms_view {
    view<std::int64_t const> begins; ///< [R] in the text
    view<std::int64_t const> ends; ///< [R + 1] where a form ends in `bytes`, behind the end of the one before
    view<char const> bytes;
    view<std::uint32_t const> heads; ///< bit i: a part begins with byte i; empty where there are none
    view<std::uint32_t const> rest;  ///< bit i: byte i is another byte of a part

    __host__ __device__ bool empty() const { return heads.empty(); }
};

/// What the first pass finds.
struct measured_view {
    view<std::int64_t> chunk_lengths; ///< bytes of a chunk's form
    view<std::uint8_t> plain;         ///< of a chunk
    // Of the words of chunks that are not plain.
    view<std::uint32_t> continued; ///< bit i: byte i goes on with a sequence
    view<std::uint32_t> kept;    ///< bit i: byte i is of a code point, begun here, that becomes as many bytes
    view<std::uint32_t> copied;  ///< and these bytes are its own, but for ASCII letters that are lowered
    view<std::uint32_t> lengths; ///< bytes of the form of the chunk's words before
    view<std::uint32_t> num_special; ///< [2] code points that interact with those before, and U+03A3
};

struct measured {
    device_buffer<std::int64_t> chunk_lengths;
    device_buffer<std::uint8_t> plain;
    device_buffer<std::uint32_t> continued, kept, copied, lengths, num_special;

    measured(std::int64_t num_bytes, stream const& on);
    measured_view view() {
        return {chunk_lengths.view(), plain.view(),   continued.view(),  kept.view(),
                copied.view(),        lengths.view(), num_special.view()};
    }
};

/// A code point that one form of U+03A3 stands for until its neighbours are known.
struct open_sigma {
    std::int64_t from, to; ///< in the text and in its form
};

/// The first pass.
void measure_form(text_view text, form_view form, given_forms_view given, measured_view found,
                  stream const& on);

/// Where the code points are that interact with those before them, in any order.
void list_interacting(text_view text, form_view form, given_forms_view given, measured_view found,
                      view<std::int64_t> places, stream const& on);

/// [D + 1] bytes of form before each document, and behind the last one; [C + 1] before each chunk. (Of the
/// offsets of a text no more is asked here than that each is at a break of it.)
struct form_offsets {
    device_buffer<std::int64_t> documents, chunks;
};
form_offsets sum_lengths(text_view text, form_view form, given_forms_view given, measured_view found,
                         stream const& on);

/// The second pass. `sigmas` has room for as many as were counted.
void write_form(text_view text, form_view form, given_forms_view given, measured_view found,
                view<std::int64_t const> before_chunk, view<char> out, view<open_sigma> sigmas,
                stream const& on);

/// Puts the other form of U+03A3, which is as long, to some places of a form.
void write_final_sigmas(view<std::int64_t const> places, view<char> out, stream const& on);

/// Marks bytes of the given parts.
void mark_given(view<std::int64_t const> begins, view<std::int64_t const> text_ends,
                view<std::uint32_t> heads, view<std::uint32_t> rest, stream const& on);

} // namespace newsgpu::cuda
