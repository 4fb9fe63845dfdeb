#include "cuda/batch_units.cuh"

#include "cuda/token_hashes.cuh"

#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr auto character_form = normalization::nfkc_casefold;

} // namespace

unit_reader::unit_reader(near_duplicate_options const& options, stream const& on)
    : rule_{make_shingle_rule(options.seed, options.n)} {
    if (options.unit == shingle_unit::characters) {
        form_.emplace(character_form, on);
    } else {
        tokens_.emplace(tokenizer{}, on);
    }
}

batch_characters::batch_characters(batch const& part, unit_reader const& reader, std::function<void()>,
                                   stream const& on, staging& copies)
    : part_{part}, seed_{reader.rule().seed}, form_{part.text,
                                                    character_form,
                                                    reader.form().view(),
                                                    make_given_forms(part.documents, character_form, {}),
                                                    on,
                                                    copies} {}

void batch_characters::finish(stream const& on, staging& copies, device_stats& stats) {
    stats.interacting_runs += form_.finish([&](auto const&) { return part_.documents; }, on, copies);
    device_buffer<std::uint32_t> breaks{form_.num_bytes() / word_bits + 1, on};
    text_view const text{form_.text(), form_.num_bytes(), breaks.view(), form_.positions()};
    set_breaks(text, breaks.view(), on);
    units_.emplace(find_characters(text, on));
}

batch_words::batch_words(batch const& part, unit_reader const& reader, std::function<void()> poll,
                         stream const&, staging&)
    : part_{part}, reader_{reader}, poll_{std::move(poll)} {}

void batch_words::finish(stream const& on, staging& copies, device_stats& stats) {
    tokens_.emplace(part_, reader_.tokens(), poll_, on, copies, stats);
    hashes_.emplace(hash_tokens(tokens_->view(), reader_.rule().seed, on));
}

unit_ranges batch_words::ranges() const {
    auto const places = tokens_->view().before_document;
    return {places.subview(0, places.size() - 1), places};
}

} // namespace newsgpu::cuda
