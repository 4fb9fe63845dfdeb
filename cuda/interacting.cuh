#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/normalize.hpp>

#include <cstdint>
#include <vector>

// Code points whose form depends on those around them, in the way of the installed ICU.

namespace newsgpu::cuda {

/// Parts of a text and their forms: part i is bytes `[begins[i], ends[i])`, counted from the first document's
/// first, and its form the bytes of `forms` from `form_ends[i]` to `form_ends[i + 1]`.
struct given_forms {
    buffer<std::int64_t> begins, ends;
    buffer<std::int64_t> form_ends = buffer<std::int64_t>(1, 0);
    buffer<char> forms;

    void push_back(std::int64_t begin, std::int64_t end, std::string_view form);
};

/// The documents that are missing, whose form is nothing, and the forms of the code points at `places` and of
/// those that they interact with: one and all that join it.
/// @param places bytes where code points that join begin, in any order.
given_forms make_given_forms(corpus_view documents, normalization form, buffer<std::int64_t> places);

} // namespace newsgpu::cuda
