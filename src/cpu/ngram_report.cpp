#include "backend.hpp"
#include "cpu/parallel.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

namespace {

/// Where terms go that ascend as n-grams are reported: those that have enough, by falling count. Nearly all
/// counts are small, so terms are dealt out by count; the few frequent ones are sorted.
class count_order {
public:
    count_order(view<std::int64_t const> counts, view<std::int64_t const> document_counts,
                ngram_selection const& which, execution const& run)
        : counts_{counts}, document_counts_{document_counts}, which_{which},
          limit_{which.top < 0 ? std::numeric_limits<std::size_t>::max()
                               : static_cast<std::size_t>(which.top)},
          pieces_(static_cast<std::size_t>((counts.size() + terms_a_piece - 1) / terms_a_piece)) {
        if (counts.size() > std::numeric_limits<std::int32_t>::max()) {
            throw std::length_error{"more than 2^31 - 1 n-grams to report"};
        }
        for_each_piece("selecting n-grams", std::ssize(pieces_), run, [&](std::int64_t number, worker&) {
            auto& mine = pieces_[static_cast<std::size_t>(number)];
            each_selected(number, [&](std::int64_t term, std::int64_t count) {
                if (count < frequent) {
                    ++mine.sizes[static_cast<std::size_t>(count)];
                } else {
                    mine.frequent_terms.push_back({term, 0});
                }
            });
        });
        place_frequent();
        while (least_ > 0 && size_ < limit_) {
            --least_;
            for (auto& each : pieces_) {
                each.places[static_cast<std::size_t>(least_)] = size_;
                size_ += each.sizes[static_cast<std::size_t>(least_)];
            }
        }
        size_ = std::min(size_, limit_);
    }

    std::size_t size() const { return size_; }

    /// Calls `visit(term, place, next)` for every term that has a place. A worker goes on to places up to
    /// `next`: terms are read, and those of one count written, from end to end.
    template <class Visit>
    void for_each(execution const& run, Visit visit) const {
        for_each_piece("selecting n-grams", std::ssize(pieces_), run, [&](std::int64_t number, worker&) {
            auto const& mine = pieces_[static_cast<std::size_t>(number)];
            auto places = mine.places;
            auto next_frequent = mine.frequent_terms.begin();
            each_selected(number, [&](std::int64_t term, std::int64_t count) {
                if (count >= frequent) {
                    auto const place = (next_frequent++)->second;
                    if (place < size_) {
                        visit(term, place, place + 1);
                    }
                } else if (count >= least_) {
                    auto const at = static_cast<std::size_t>(count);
                    auto const place = places[at]++;
                    if (place < size_) {
                        visit(term, place, std::min(size_, mine.places[at] + mine.sizes[at]));
                    }
                }
            });
        });
    }

private:
    static constexpr std::int64_t terms_a_piece = std::int64_t{1} << 16, frequent = std::int64_t{1} << 10;

    /// Of terms that are next to each other.
    struct piece {
        /// [count] how many terms have it, and where the first of them goes.
        std::array<std::size_t, frequent> sizes{}, places{};
        /// {term, where it goes}
        std::vector<std::pair<std::int64_t, std::size_t>> frequent_terms;
    };

    template <class Visit>
    void each_selected(std::int64_t number, Visit visit) const {
        auto const end = std::min(counts_.size(), (number + 1) * terms_a_piece);
        for (auto term = number * terms_a_piece; term < end; ++term) {
            if (counts_[term] >= which_.min_count &&
                (document_counts_.empty() || document_counts_[term] >= which_.min_documents)) {
                visit(term, counts_[term]);
            }
        }
    }

    void place_frequent() {
        std::vector<std::pair<std::int64_t, std::size_t>*> all;
        for (auto& each : pieces_) {
            for (auto& term : each.frequent_terms) {
                all.push_back(&term);
            }
        }
        std::stable_sort(all.begin(), all.end(),
                         [&](auto const* a, auto const* b) { return counts_[a->first] > counts_[b->first]; });
        for (auto* const each : all) {
            each->second = size_++;
        }
    }

    view<std::int64_t const> counts_, document_counts_;
    ngram_selection which_;
    std::size_t limit_, size_ = 0;
    /// Terms of smaller counts have no place.
    std::int64_t least_ = frequent;
    std::vector<piece> pieces_;
};

} // namespace

buffer<std::int32_t> select(view<std::int64_t const> counts, view<std::int64_t const> document_counts,
                            ngram_selection const& which, execution const& run) {
    count_order const order{counts, document_counts, which, run};
    buffer<std::int32_t> selected(order.size());
    order.for_each(run, [&](std::int64_t term, std::size_t place, std::size_t) {
        selected[place] = static_cast<std::int32_t>(term);
    });
    return selected;
}

ngram_counts report(term_counts const& counted, ngram_selection const& which, execution const& run) {
    auto const& terms = counted.terms;
    count_order const order{counted.counts, counted.document_counts, which, run};
    ngram_counts found;
    found.n.resize(order.size());
    found.counts.resize(order.size());
    found.document_counts.resize(order.size());
    auto& [bytes, offsets] = found.terms;
    offsets.resize(order.size() + 1);
    offsets[0] = 0;
    order.for_each(run, [&](std::int64_t term, std::size_t place, std::size_t) {
        found.n[place] = static_cast<std::int8_t>(terms.length(term));
        found.counts[place] = counted.counts[static_cast<std::size_t>(term)];
        found.document_counts[place] = counted.document_counts[static_cast<std::size_t>(term)];
        found.terms.offsets[place + 1] = static_cast<std::int64_t>(terms.text_size(term));
    });
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    bytes.resize(static_cast<std::size_t>(offsets.back()));
    order.for_each(run, [&](std::int64_t term, std::size_t place, std::size_t next) {
        auto* const text = found.terms.bytes.data();
        auto const* const starts = found.terms.offsets.data();
        terms.write_text(term, text + starts[place], text + starts[next]);
    });
    return found;
}

} // namespace newsgpu::cpu
