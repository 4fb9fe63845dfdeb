#include "backend.hpp"

#include "cuda/batches.cuh"
#include "cuda/forms.cuh"
#include "cuda/interacting.cuh"

#include "unicode/normalization.hpp"
#include "unicode/properties.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace newsgpu::cuda {

namespace {

/// Parts of the text whose form is given, on the device.
struct given_on_device {
    device_buffer<std::int64_t> begins, form_ends;
    device_buffer<char> forms;
    device_buffer<std::uint32_t> heads, rest;

    given_on_device(given_forms const& given, std::int64_t num_bytes, stream const& on, staging& copies)
        : begins{std::ssize(given.begins), on}, form_ends{std::ssize(given.form_ends), on},
          forms{std::ssize(given.forms), on}, heads{parts_of_words(num_bytes), on},
          rest{parts_of_words(num_bytes), on} {
        device_buffer<std::int64_t> ends{begins.size(), on};
        copies.upload<std::int64_t>(given.begins, begins.view(), on);
        copies.upload<std::int64_t>(given.ends, ends.view(), on);
        copies.upload<std::int64_t>(given.form_ends, form_ends.view(), on);
        copies.upload<char>(given.forms, forms.view(), on);
        mark_given(begins.const_view(), ends.const_view(), heads.view(), rest.view(), on);
    }

    given_forms_view view() const {
        return {begins.view(), form_ends.view(), forms.view(), heads.view(), rest.view()};
    }

private:
    static std::int64_t parts_of_words(std::int64_t num_bytes) { return (num_bytes + 31) / 32; }
};

class normalize_job final : public batch_job {
public:
    normalize_job(batch const& part, normalization form, form_view table, stream const& on, staging& copies,
                  string_column& all)
        : part_{part}, form_{form}, table_{table}, all_{all}, found_{part.text.num_bytes, on}, special_{2},
          before_{part.text.offsets.size()} {
        if (auto const missing = make_given_forms(part.documents, form, {}); !missing.begins.empty()) {
            given_.emplace(missing, part.text.num_bytes, on, copies);
        }
        measure(on);
    }

    void finish(stream const& on, staging& copies, device_stats* stats) override {
        on.synchronize();
        if (auto const count = special_.view()[0]; count > 0) {
            device_buffer<std::int64_t> places{count, on};
            list_interacting(part_.text, table_, given(), found_.view(), places.view(), on);
            buffer<std::int64_t> home(count);
            copies.download<std::int64_t>(places.view(), home, on);
            auto const made = make_given_forms(part_.documents, form_, std::move(home));
            given_.emplace(made, part_.text.num_bytes, on, copies);
            if (stats != nullptr) {
                stats->interacting_runs += std::ssize(made.begins);
            }
            measure(on);
            on.synchronize();
        }
        auto const before = before_.view();
        auto const total = before.back();
        auto const num_sigmas = static_cast<std::int64_t>(special_.view()[1]);
        device_buffer<char> out{(total + 3) / 4 * 4, on};
        device_buffer<open_sigma> sigmas{num_sigmas, on};
        write_form(part_.text, table_, given(), found_.view(), sums_->chunks.const_view(), out.view(),
                   sigmas.view(), on);

        auto const base = all_.bytes.size();
        all_.bytes.resize(base + static_cast<std::size_t>(total));
        copies.download<char>(out.const_view().subview(0, total), {all_.bytes.data() + base, total}, on);
        if (num_sigmas > 0) {
            close_sigmas(to_host(sigmas.view(), on), all_.bytes.data() + base);
        }
        if (part_.goes_on) {
            all_.offsets.pop_back();
        }
        for (auto const length : before.subview(1, part_.documents.size())) {
            all_.offsets.push_back(static_cast<std::int64_t>(base) + length);
        }
    }

private:
    given_forms_view given() const { return given_ ? given_->view() : given_forms_view{}; }

    void measure(stream const& on) {
        measure_form(part_.text, table_, given(), found_.view(), on);
        sums_.emplace(sum_lengths(part_.text, table_, given(), found_.view(), on));
        copy_to_host<std::uint32_t>(found_.num_special.view(), special_.view(), on);
        copy_to_host<std::int64_t>(sums_->documents.view(), before_.view(), on);
    }

    /// Both forms of U+03A3 have two bytes; which one it is the text says.
    void close_sigmas(buffer<open_sigma> const& sigmas, char* form) const {
        constexpr std::string_view final_sigma = "\u03C2";
        auto const offsets = part_.documents.offsets();
        for (auto const& each : sigmas) {
            auto const at = offsets[0] + each.from;
            auto const doc = std::upper_bound(offsets.begin(), offsets.end(), at) - offsets.begin() - 1;
            if (unicode::is_final_sigma(part_.documents[doc], at - offsets[doc])) {
                std::copy(final_sigma.begin(), final_sigma.end(), form + each.to);
            }
        }
    }

    batch const& part_;
    normalization form_;
    form_view table_;
    string_column& all_;
    std::optional<given_on_device> given_;
    measured found_;
    std::optional<form_offsets> sums_;
    pinned_buffer<std::uint32_t> special_;
    pinned_buffer<std::int64_t> before_;
};

/// Text, breaks, what is measured, and a form that is twice as long.
constexpr std::int64_t device_bytes_per_byte = 4;

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

string_column normalize(corpus_view corpus, normalization form, execution const& run) {
    string_column all;
    all.bytes.reserve(static_cast<std::size_t>(corpus.num_bytes()));
    all.offsets.reserve(static_cast<std::size_t>(corpus.size()) + 1);
    device_guard const guard{run.device.index};
    form_table const table{form, stream{run.device.index}};
    for_each_batch({"normalizing", cut_rule::lines, device_bytes_per_byte,
                    [&](batch const& part, stream const& on, staging& copies) {
                        return std::make_unique<normalize_job>(part, form, table.view(), on, copies, all);
                    }},
                   corpus, run);
    return all;
}

} // namespace newsgpu::cuda
