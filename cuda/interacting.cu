#include "cuda/interacting.cuh"

#include "element/utf8.hpp"
#include "unicode/normalization.hpp"

#include <algorithm>
#include <string>

namespace newsgpu::cuda {

namespace {

using element::normalization_table;

/// A document's code points, in both directions.
class code_points {
public:
    code_points(std::string_view text, normalization_table const& table) : text_{text}, table_{table} {}

    bool joins(std::int64_t at) const {
        auto const here = element::decode(text_.data(), at, size());
        return here.well_formed && (table_.entries[here.code_point] & normalization_table::joins) != 0;
    }
    std::int64_t next(std::int64_t at) const { return at + element::decode(text_.data(), at, size()).length; }
    /// Where the code point begins that ends before byte `at`; `at` itself where ill-formed bytes do, or
    /// none.
    std::int64_t previous(std::int64_t at) const {
        for (auto begin = at - 1; begin >= 0 && at - begin <= 4; --begin) {
            if (!element::is_continuation(
                    static_cast<unsigned char>(text_[static_cast<std::size_t>(begin)]))) {
                auto const here = element::decode(text_.data(), begin, at);
                return here.well_formed && begin + here.length == at ? begin : at;
            }
        }
        return at;
    }
    std::int64_t size() const { return std::ssize(text_); }

private:
    std::string_view text_;
    normalization_table table_;
};

} // namespace

void given_forms::push_back(std::int64_t begin, std::int64_t end, std::string_view form) {
    begins.push_back(begin);
    ends.push_back(end);
    forms.insert(forms.end(), form.begin(), form.end());
    form_ends.push_back(std::ssize(forms));
}

given_forms make_given_forms(corpus_view documents, normalization form, buffer<std::int64_t> places) {
    auto const& data = unicode::load_normalization(form);
    auto const offsets = documents.offsets();
    std::sort(places.begin(), places.end());
    given_forms made;
    std::string result;
    auto place = places.begin();
    for (std::int64_t doc = 0; doc < documents.size(); ++doc) {
        auto const begin = offsets[doc] - offsets[0];
        auto const end = offsets[doc + 1] - offsets[0];
        if (documents.is_missing(doc)) {
            if (begin < end) {
                made.push_back(begin, end, {});
            }
            continue;
        }
        auto const text = documents[doc];
        code_points const of{text, data.table()};
        while (place != places.end() && *place < end) {
            // Back to the one that is joined, which joins nothing itself, and on over all that join.
            auto first = *place - begin;
            while (first > 0 && of.joins(first)) {
                auto const before = of.previous(first);
                if (before == first) {
                    break;
                }
                first = before;
            }
            auto last = of.next(*place - begin);
            while (last < of.size() && of.joins(last)) {
                last = of.next(last);
            }
            result.clear();
            data.append_run(
                text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)), result);
            made.push_back(begin + first, begin + last, result);
            place = std::lower_bound(place, places.end(), begin + last);
        }
    }
    return made;
}

} // namespace newsgpu::cuda
