#include "cuda/character_tokens.cuh"

#include "cuda/character_units.cuh"
#include "cuda/collectives.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/search.cuh"

#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

std::int64_t bytes_of(view<uint4 const> text) {
    return text.size() * std::int64_t{sizeof(uint4)};
}

/// A text with a space behind it, where `bytes_of(text)` says.
device_buffer<uint4> with_space(view<uint4 const> text, stream const& on) {
    device_buffer<uint4> made{text.size() + units_per_word, on};
    copy_on_device(text, made.view().subview(0, text.size()), on);
    auto const behind = made.view().subview(text.size(), units_per_word);
    fill_bytes(behind, 0, on);
    fill_bytes(view<char>{reinterpret_cast<char*>(behind.data()), 1}, ' ', on);
    return made;
}

struct token_bounds {
    view<std::int64_t> begins, ends;
};

/// A thread a character. White space that was left out lies before the space that stands for all of it.
__global__ void __launch_bounds__(block_threads)
    fold_spaces(view<std::int64_t const> begins, view<std::int64_t const> ends, std::int64_t space,
                token_bounds out) {
    auto const i = global_rank();
    if (i < begins.size()) {
        auto const is_folded = begins[i] != (i > 0 ? ends[i - 1] : 0);
        out.begins[i] = is_folded ? space : begins[i];
        out.ends[i] = is_folded ? space + 1 : ends[i];
    }
}

/// A thread a word, and one behind them all: how many characters it has with its spaces.
/// @param before how many characters come before the beginning of each word, then before the end of each.
__global__ void __launch_bounds__(block_threads)
    measure_words(view<std::int64_t const> before, view<std::int64_t> lengths) {
    auto const word = global_rank();
    auto const num_words = lengths.size() - 1;
    if (word < num_words) {
        lengths[word] = before[num_words + word] - before[word] + 2;
    } else if (word == num_words) {
        lengths[word] = 0;
    }
}

/// A thread a character of a padded word.
/// @param before as above
__global__ void __launch_bounds__(block_threads)
    pad_words(view<std::int64_t const> before_word, view<std::int64_t const> before,
              view<std::int64_t const> begins, view<std::int64_t const> ends, std::int64_t space,
              token_bounds out) {
    auto const i = global_rank();
    if (i < out.begins.size()) {
        auto const word = range_of(before_word, i);
        auto const is_space = i == before_word[word] || i + 1 == before_word[word + 1];
        auto const character = before[word] + i - before_word[word] - 1;
        out.begins[i] = is_space ? space : begins[character];
        out.ends[i] = is_space ? space + 1 : ends[character];
    }
}

/// Where the characters of a text lie.
struct character_spans {
    device_buffer<std::int64_t> begins, ends;
};

character_spans list_characters(marked_characters& marked, std::int64_t count, stream const& on) {
    character_spans made{{count, on}, {count, on}};
    list_tokens(marked.view(), 0, made.begins.view(), made.ends.view(), {}, on);
    return made;
}

} // namespace

grouped_tokens characters_of_documents(formed_documents const& documents, stream const& on) {
    marked_characters marked{documents.text(), kept_spaces::last_of_run, on};
    auto before_document = count_before_documents(documents.text(), marked.view(), on);
    auto const count = to_host(before_document.const_view(), before_document.size() - 1, on);
    auto const listed = list_characters(marked, count, on);
    grouped_tokens made{
        with_space(documents.text().text, on), {count, on}, {count, on}, std::move(before_document), {0, on}};
    launch(on, threads_for(count, block_threads), fold_spaces, listed.begins.view(), listed.ends.view(),
           bytes_of(documents.text().text), token_bounds{made.begins.view(), made.ends.view()});
    return made;
}

grouped_tokens characters_of_words(device_tokens const& words, stream const& on) {
    auto const tokens = words.view();
    auto const num_words = words.size();
    auto const num_bytes = bytes_of(tokens.text);
    device_buffer<std::uint32_t> breaks{num_bytes / word_bits + 1, on};
    fill_bytes(breaks.view(), 0, on); // the text is well-formed: no character goes over the end of a word
    text_view const text{tokens.text, num_bytes, breaks.view(), words.bounds()};
    marked_characters marked{text, kept_spaces::all, on};
    // Of what is no word, too. The bounds begin with a 0.
    auto const before_bounds = count_before_documents(text, marked.view(), on);
    auto const before = before_bounds.view().subview(1, 2 * num_words);
    auto const num_characters =
        to_host(count_before_chunks(marked.view(), on).view(), marked.view().chunk_tokens.size(), on);
    auto const listed = list_characters(marked, num_characters, on);

    device_buffer<std::int64_t> before_word{num_words + 1, on},
        before_document{tokens.before_document.size(), on};
    launch(on, threads_for(num_words + 1, block_threads), measure_words, before, before_word.view());
    exclusive_sum<std::int64_t>(before_word.const_view(), before_word.view(), on);
    recount_documents(before_word.const_view(), tokens.before_document, before_document.view(), on);
    auto const count = to_host(before_word.const_view(), num_words, on);
    grouped_tokens made{with_space(tokens.text, on),
                        {count, on},
                        {count, on},
                        std::move(before_document),
                        std::move(before_word)};
    launch(on, threads_for(count, block_threads), pad_words, made.before_group.const_view(), before,
           listed.begins.view(), listed.ends.view(), num_bytes,
           token_bounds{made.begins.view(), made.ends.view()});
    return made;
}

} // namespace newsgpu::cuda
