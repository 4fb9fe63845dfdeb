#include "cuda/text_form.cuh"

#include "cuda/launch.cuh"

#include "unicode/normalization.hpp"
#include "unicode/properties.hpp"

#include <algorithm>
#include <utility>

namespace newsgpu::cuda {

namespace {

/// Kernels take it that ASCII stays as it is or has its letters lowered.
bool maps_ascii_simply(normalization form) {
    using table = element::normalization_table;
    auto const& data = unicode::load_normalization(form);
    auto const mappings = data.table();
    for (std::uint32_t c = 0; c < 0x80; ++c) {
        auto const lowers = data.lowers_ascii() && c >= 'A' && c <= 'Z';
        auto const entry = mappings.entries[c];
        bool const as_expected = lowers ? (entry & table::changes) != 0 && table::length(entry) == 1 &&
                                              mappings.mapping(entry)[0] == static_cast<char>(c + ('a' - 'A'))
                                        : entry == 0;
        if (!as_expected) {
            return false;
        }
    }
    return true;
}

} // namespace

char const* missing(normalization form) {
    return maps_ascii_simply(form)
               ? nullptr
               : "the kernels do not know what the installed ICU makes of ASCII; use device "
                 "'cpu' or 'auto'";
}

given_on_device::given_on_device(given_forms const& given, std::int64_t num_bytes, stream const& on,
                                 staging& copies)
    : begins_{std::ssize(given.begins), on}, form_ends_{std::ssize(given.form_ends), on},
      forms_{std::ssize(given.forms), on}, heads_{parts_of(num_bytes, word_bits), on},
      rest_{heads_.size(), on} {
    device_buffer<std::int64_t> ends{begins_.size(), on};
    copies.upload<std::int64_t>(given.begins, begins_.view(), on);
    copies.upload<std::int64_t>(given.ends, ends.view(), on);
    copies.upload<std::int64_t>(given.form_ends, form_ends_.view(), on);
    copies.upload<char>(given.forms, forms_.view(), on);
    mark_given(begins_.const_view(), ends.const_view(), heads_.view(), rest_.view(), on);
}

text_form::text_form(text_view text, normalization form, form_view table, given_forms const& missing,
                     stream const& on, staging& copies)
    : text_{text}, form_name_{form}, table_{table}, found_{text.num_bytes, on}, special_{2}, total_{1} {
    if (!missing.begins.empty()) {
        given_.emplace(missing, text.num_bytes, on, copies);
    }
    measure(on);
}

void text_form::measure(stream const& on) {
    measure_form(text_, table_, given(), found_.view(), on);
    sums_.emplace(sum_lengths(text_, table_, given(), found_.view(), on));
    copy_to_host<std::uint32_t>(found_.num_special.view(), special_.view(), on);
    copy_to_host<std::int64_t>(sums_->chunks.view().subview(sums_->chunks.size() - 1, 1), total_.view(), on);
}

std::int64_t text_form::finish(find_pieces const& pieces, stream const& on, staging& copies) {
    on.synchronize();
    std::int64_t num_made = 0;
    if (auto const count = special_.view()[0]; count > 0) {
        device_buffer<std::int64_t> places{count, on};
        list_interacting(text_, table_, given(), found_.view(), places.view(), on);
        buffer<std::int64_t> home(count);
        copies.download<std::int64_t>(places.view(), home, on);
        auto const documents = pieces(home);
        auto const made = make_given_forms(documents, form_name_, std::move(home));
        num_made = std::ssize(made.begins);
        given_.emplace(made, text_.num_bytes, on, copies);
        measure(on);
        on.synchronize();
    }
    auto const words = parts_of(num_bytes(), word_bits);
    form_.emplace(words * units_per_word, on);
    if (words > 0) {
        fill_bytes(form_->view().subview((words - 1) * units_per_word, units_per_word), 0, on);
    }
    device_buffer<open_sigma> sigmas{special_.view()[1], on};
    view<char> const out{reinterpret_cast<char*>(form_->view().data()), (num_bytes() + 3) / 4 * 4};
    write_form(text_, table_, given(), found_.view(), sums_->chunks.const_view(), out, sigmas.view(), on);
    if (sigmas.size() > 0) {
        close_sigmas(sigmas, pieces, on);
    }
    return num_made;
}

/// Which form of U+03A3 it is the text says.
void text_form::close_sigmas(device_buffer<open_sigma> const& sigmas, find_pieces const& pieces,
                             stream const& on) {
    auto const open = to_host(sigmas.view(), on);
    buffer<std::int64_t> places;
    for (auto const& each : open) {
        places.push_back(each.from);
    }
    auto const documents = pieces(places);
    auto const offsets = documents.offsets();
    buffer<std::int64_t> final_ones;
    for (auto const& each : open) {
        auto const at = offsets[0] + each.from;
        auto const doc = std::upper_bound(offsets.begin(), offsets.end(), at) - offsets.begin() - 1;
        if (unicode::is_final_sigma(documents[doc], at - offsets[doc])) {
            final_ones.push_back(each.to);
        }
    }
    if (!final_ones.empty()) {
        auto const at = to_device(view<std::int64_t const>{final_ones}, on);
        view<char> const out{reinterpret_cast<char*>(form_->view().data()), num_bytes()};
        write_final_sigmas(at.view(), out, on);
        on.synchronize(); // before `final_ones` goes
    }
}

} // namespace newsgpu::cuda
