#include "cuda/analyzed_batch.cuh"

#include "cuda/text_form.cuh"
#include "cuda/token_search.cuh"

#include "analyzer.hpp"

namespace newsgpu::cuda {

analyzer_forms::analyzer_forms(analyzer const& how, stream const& on) : unit_{how.unit}, form_{how.form} {
    if (unit_ == ngram_unit::characters) {
        of_documents_.emplace(form_, on);
        on.synchronize();
    } else {
        of_tokens_.emplace(tokens_of(how), on);
    }
}

analyzed_batch::analyzed_batch(batch const& part, analyzer_forms const& forms,
                               std::function<void()> const& poll, stream const& on, staging& copies,
                               device_stats& stats) {
    if (auto const* const table = forms.of_documents(); table != nullptr) {
        formed_documents const documents{part, forms.form(), table->view(), on, copies};
        stats.interacting_runs += documents.num_interacting();
        characters_.emplace(characters_of_documents(documents, on));
        return;
    }
    tokens_.emplace(part, *forms.of_tokens(), poll, on, copies, stats);
    if (forms.unit() == ngram_unit::characters_in_words) {
        characters_.emplace(characters_of_words(*tokens_, on));
        tokens_.reset();
    }
}

parts_of_terms analyzed_batch::parts() const {
    return characters_ ? parts_of_terms{characters_->view(), characters_->before_group.view()}
                       : parts_of_terms{tokens_->view(), {}};
}

std::int64_t analyzed_batch::bytes_per_byte(analyzer const& how) {
    // Where characters lie in the text and where they are taken from then, and bitmaps.
    constexpr std::int64_t of_characters = 2 * 16 + 4;
    return how.unit == ngram_unit::words
               ? device_tokens::bytes_per_byte
               : device_tokens::bytes_per_byte + parts_per_byte(how) * of_characters;
}

std::int64_t analyzed_batch::parts_per_byte(analyzer const& how) {
    // Words of one byte: with two spaces, three parts for it and the white space behind it.
    return how.unit == ngram_unit::characters_in_words ? 2 : 1;
}

} // namespace newsgpu::cuda
