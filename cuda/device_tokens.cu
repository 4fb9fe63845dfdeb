#include "cuda/device_tokens.cuh"

#include "cuda/formed_documents.cuh"
#include "cuda/segment_pieces.cuh"
#include "cuda/text_form.cuh"
#include "cuda/token_filter.cuh"
#include "cuda/token_search.cuh"

#include <utility>

namespace newsgpu::cuda {

namespace {

/// Segments in host memory, found as they are asked for.
class host_segments {
public:
    /// @param bytes the text's bytes in host memory; empty where only the device has them.
    host_segments(text_view pieces, view<char const> bytes, stream const& on)
        : pieces_{pieces}, bytes_{bytes}, on_{on} {}

    /// The segments that hold some places, and what lies between these.
    corpus_view around(buffer<std::int64_t> const& places) {
        if (bytes_.empty()) {
            copied_ = to_host(view<char const>{pieces_.bytes(), pieces_.num_bytes}, on_);
            bytes_ = copied_;
        }
        offsets_ = cut_around(pieces_, places, on_);
        return {bytes_, offsets_};
    }

private:
    text_view pieces_;
    view<char const> bytes_;
    stream const& on_;
    buffer<char> copied_;
    buffer<std::int64_t> offsets_;
};

} // namespace

token_forms::token_forms(tokenizer const& how, stream const& on)
    : kind_{how.kind}, form_{how.form}, min_length_{how.kind == token_kind::word_runs ? how.min_length : 1} {
    if (kind_ == token_kind::sklearn) {
        before_.emplace(normalization::lower, on);
    }
    // Lowering has left well-formed text, to which this form does nothing.
    if (kind_ != token_kind::sklearn || form_ != normalization::none) {
        after_.emplace(form_, on);
    }
    if (!how.stop_words.empty()) {
        stops_.emplace(how.stop_words, on);
    }
}

char const* missing_to_read(tokenizer const& how) {
    if (auto const* const found = missing_to_find(how); found != nullptr) {
        return found;
    }
    if (auto const* const formed = missing(how.form); formed != nullptr) {
        return formed;
    }
    return how.kind == token_kind::sklearn ? missing(normalization::lower) : nullptr;
}

device_tokens::device_tokens(batch const& part, token_forms const& forms, std::function<void()> const& poll,
                             stream const& on, staging& copies, device_stats& stats)
    : text_{0, on}, bounds_{0, on}, before_document_{0, on} {
    std::optional<formed_documents> formed;
    if (auto const* const table = forms.before(); table != nullptr) {
        formed.emplace(part, normalization::lower, table->view(), on, copies);
        stats.interacting_runs += formed->num_interacting();
    }
    auto const text = formed ? formed->text() : part.text;
    // In the form of missing documents there is nothing to find.
    auto found = find_tokens(formed ? corpus_view{} : part.documents, text, forms.kind(), poll, stats, on);
    before_document_ = count_before_documents(text, found.view(), on);
    num_tokens_ = to_host(before_document_.const_view(), before_document_.size() - 1, on);

    bounds_ = {1 + 2 * num_tokens_, on};
    fill_bytes(bounds_.view().subview(0, 1), 0, on);
    list_tokens(found.view(), 0, bounds_.view().subview(1, num_tokens_),
                bounds_.view().subview(1 + num_tokens_, num_tokens_), {}, on);
    if (forms.after() != nullptr) {
        stats.interacting_runs +=
            form_segments(part, forms, found.view(), text, formed.has_value(), on, copies);
    } else {
        text_ = formed->take_text();
    }
    if (forms.min_length() > 1) {
        keep(drop_short_tokens(view(), forms.min_length(), on), on);
    }
    if (forms.stops() != nullptr) {
        keep(drop_stop_words(view(), *forms.stops(), on), on);
    }
}

std::int64_t device_tokens::form_segments(batch const& part, token_forms const& forms,
                                          segments_view const& found, text_view text, bool is_formed,
                                          stream const& on, staging& copies) {
    auto const breaks = breaks_of_segments(found.ends, text.num_bytes, on);
    text_view const pieces{text.text, text.num_bytes, breaks.view(), bounds_.view()};
    auto const documents = part.documents.bytes().subview(
        part.documents.empty() ? 0 : part.documents.offsets().front(), part.documents.num_bytes());
    host_segments at_home{pieces, is_formed ? newsgpu::view<char const>{} : documents, on};
    text_form form{pieces, forms.form(), forms.after()->view(), {}, on, copies};
    auto const num_interacting =
        form.finish([&](buffer<std::int64_t> const& places) { return at_home.around(places); }, on, copies);
    text_ = form.take_text();
    bounds_ = form.take_positions();
    return num_interacting;
}

void device_tokens::keep(token_places kept, stream const& on) {
    num_tokens_ = kept.begins.size();
    bounds_ = {1 + 2 * num_tokens_, on};
    fill_bytes(bounds_.view().subview(0, 1), 0, on);
    copy_on_device<std::int64_t>(kept.begins.view(), bounds_.view().subview(1, num_tokens_), on);
    copy_on_device<std::int64_t>(kept.ends.view(), bounds_.view().subview(1 + num_tokens_, num_tokens_), on);
    before_document_ = std::move(kept.before_document);
}

device_tokens_view device_tokens::view() const {
    auto const bounds = bounds_.view();
    return {text_.view(), bounds.subview(1, num_tokens_), bounds.subview(1 + num_tokens_, num_tokens_),
            before_document_.view()};
}

} // namespace newsgpu::cuda
