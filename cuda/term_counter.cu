#include "cuda/term_counter.cuh"

#include "cuda/document_rows.cuh"
#include "cuda/primitives.cuh"

#include <algorithm>
#include <optional>
#include <utility>

namespace newsgpu::cuda {

namespace {

template <class T>
view<T const> first_of(growing_buffer<T> const& of, std::int64_t size) {
    return of.view().subview(0, size);
}

/// Keys in order, and the numbers beside them.
template <class Key>
struct numbered_keys {
    device_buffer<Key> keys;
    device_buffer<std::uint32_t> numbers;
};
/// @param num_bits the lowest bits of a key, which alone it has.
template <class Key>
numbered_keys<Key> sort_numbered(view<Key const> keys, int num_bits, stream const& on) {
    device_buffer<std::uint32_t> numbers{keys.size(), on};
    write_numbers(numbers.view(), on);
    numbered_keys<Key> sorted{{keys.size(), on}, {keys.size(), on}};
    sort_pairs(keys, sorted.keys.view(), numbers.const_view(), sorted.numbers.view(), on, num_bits);
    return sorted;
}

/// Sets the total of new terms to 0.
void clear(growing_buffer<std::int64_t>& totals, std::int64_t used, std::int64_t num_new, stream const& on) {
    totals.reserve(used + num_new, used, on);
    fill_bytes(totals.view().subview(used, num_new), 0, on);
}

/// The length of the shortest terms: of a padded word of one character at least.
int least_length(analyzer const& how) {
    constexpr int shortest_padded_word = 3;
    return how.unit == ngram_unit::characters_in_words ? std::min(how.min_n, shortest_padded_word)
                                                       : how.min_n;
}

} // namespace

term_counter::term_counter(analyzer const& how, stream const& on)
    : min_n_{how.min_n}, max_n_{how.max_n}, least_n_{least_length(how)},
      separator_{how.unit == ngram_unit::words ? " " : ""}, parts_{on}, counts_{on}, document_counts_{on} {
    for (int n = 2; n <= max_n_; ++n) {
        longer_.emplace_back(on);
    }
    for (int n = least_n_; n < min_n_; ++n) {
        short_words_.emplace_back(on);
    }
    for (int n = least_n_; n <= max_n_ && least_n_ < max_n_; ++n) {
        ranks_.emplace_back(on);
    }
}

std::int64_t term_counter::bytes_per_byte(analyzer const& how) {
    // An entry, unsorted, sorted and counted, and what sorting takes.
    constexpr std::int64_t row = 4 * 8 + 4;
    auto const num_levels = how.max_n - least_length(how) + 1, num_short = how.min_n - least_length(how);
    auto const of_part = (how.max_n + num_short) * term_slots::bytes_an_item + num_levels * row;
    return analyzed_batch::bytes_per_byte(how) + analyzed_batch::parts_per_byte(how) * of_part;
}

std::int64_t term_counter::sizes::of_terms(int n, int min_n, int least_n) const {
    return n < min_n ? short_words[static_cast<std::size_t>(n - least_n)]
           : n == 1  ? parts
                     : longer[static_cast<std::size_t>(n) - 2];
}

term_counter::sizes term_counter::current() const {
    sizes now{parts_.size(), {}, {}};
    for (auto const& level : longer_) {
        now.longer.push_back(level.size());
    }
    for (auto const& level : short_words_) {
        now.short_words.push_back(level.size());
    }
    return now;
}

void term_counter::restore(sizes const& before, stream const& on) {
    parts_.restore(before.parts, on);
    for (std::size_t i = 0; i < longer_.size(); ++i) {
        longer_[i].restore(before.longer[i], on);
    }
    for (std::size_t i = 0; i < short_words_.size(); ++i) {
        short_words_[i].restore(before.short_words[i], on);
    }
}

void term_counter::add(parts_of_terms const& parts, row_visitor const& keep, stream const& on) {
    auto const before = current();
    try {
        count(parts, before, keep, on);
    } catch (...) {
        restore(before, on);
        throw;
    }
}

void term_counter::count(parts_of_terms const& parts, sizes const& before, row_visitor const& keep,
                         stream const& on) {
    auto const& tokens = parts.tokens;
    auto const documents = groups_of(tokens.before_document, tokens.size(), on);
    std::optional<device_buffer<std::uint32_t>> words;
    if (!parts.before_group.empty()) {
        words.emplace(groups_of(parts.before_group, tokens.size(), on));
    }
    auto const groups = words ? std::as_const(*words).view() : documents.view();
    auto const found = number(parts, groups, on);
    auto const num_documents = tokens.before_document.size() - 1;
    auto const num_groups = words ? parts.before_group.size() - 1 : num_documents;
    auto const num_new = rank_new(found, before, groups, num_groups, on);
    auto const made = make_rows(found, documents.view(), num_documents, on);
    auto const entries = made.entries.view().subview(0, made.size);
    auto const counts = made.counts.view().subview(0, made.size);
    auto const offsets = find_rows(entries, num_documents, on);
    clear(counts_, num_terms_, num_new, on);
    clear(document_counts_, num_terms_, num_new, on);
    keep({offsets.view(), entries, counts});
    // From here on nothing takes memory.
    add_entries(entries, counts, counts_.view(), document_counts_.view(), on);
    on.synchronize();
    num_terms_ += num_new;
}

/// @param groups the one that each part is in.
term_counter::numbered_batch term_counter::number(parts_of_terms const& parts,
                                                  view<std::uint32_t const> groups, stream const& on) {
    numbered_batch found;
    found.ngrams.push_back(parts_.number(parts.tokens, on));
    for (int n = 2; n <= max_n_; ++n) {
        auto const prefixes = found.ngrams.back().ids.const_view(),
                   last_parts = found.ngrams.front().ids.const_view();
        auto& of_length = longer_[static_cast<std::size_t>(n) - 2];
        found.ngrams.push_back(of_length.number(prefixes, last_parts, groups, n, on));
        if (least_n_ <= n && n < min_n_) {
            device_buffer<std::uint32_t> whole{groups.size(), on};
            write_whole_groups(found.ngrams.back().ids.const_view(), groups, parts.before_group, n,
                               whole.view(), on);
            found.short_words.push_back(short_words_[level_of(n)].number(
                whole.const_view(), found.ngrams.front().ids.const_view(), groups, 1, on));
        }
    }
    return found;
}

/// The n-grams of a length that are terms.
numbered_items const& term_counter::terms_of(numbered_batch const& found, int n) const {
    return n < min_n_ ? found.short_words[level_of(n)] : found.ngrams[static_cast<std::size_t>(n) - 1];
}

/// Gives the n-grams that were met for the first time their places among the terms. Returns how many.
std::int64_t term_counter::rank_new(numbered_batch const& found, sizes const& before,
                                    view<std::uint32_t const> groups, std::int64_t num_groups,
                                    stream const& on) {
    std::int64_t num_new = 0;
    for (int n = least_n_; n <= max_n_; ++n) {
        num_new += terms_of(found, n).num_new;
    }
    if (ranks_.empty() || num_new == 0) {
        return num_new;
    }
    // Those of one length are in the order of the text, so only their groups are to be compared.
    device_buffer<std::uint32_t> first_groups{num_new, on}, ranks{num_new, on};
    std::int64_t at = 0;
    for (int n = least_n_; n <= max_n_; at += terms_of(found, n++).num_new) {
        auto const count = terms_of(found, n).num_new;
        write_first_groups(terms_of(found, n).firsts.view().subview(0, count), groups,
                           first_groups.view().subview(at, count), on);
    }
    auto const order = sort_numbered(first_groups.const_view(), bits_up_to(num_groups), on);
    write_inverse(order.numbers.view(), static_cast<std::uint32_t>(num_terms_), ranks.view(), on);
    at = 0;
    for (int n = least_n_; n <= max_n_; at += terms_of(found, n++).num_new) {
        auto const count = terms_of(found, n).num_new;
        auto const known = before.of_terms(n, min_n_, least_n_);
        auto& of_level = ranks_[level_of(n)];
        of_level.reserve(known + count, known, on);
        copy_on_device(ranks.const_view().subview(at, count), of_level.view().subview(known, count), on);
    }
    return num_new;
}

term_counter::rows term_counter::make_rows(numbered_batch const& found, view<std::uint32_t const> documents,
                                           std::int64_t num_documents, stream const& on) const {
    auto const num_tokens = documents.size();
    device_buffer<std::uint64_t> unsorted{num_tokens * (max_n_ - least_n_ + 1), on},
        sorted{unsorted.size(), on};
    for (int n = least_n_; n <= max_n_; ++n) {
        auto const ranks = ranks_.empty() ? view<std::uint32_t const>{} : ranks_[level_of(n)].view();
        write_entries(terms_of(found, n).ids.view(), ranks, documents,
                      unsorted.view().subview((n - least_n_) * num_tokens, num_tokens), on);
    }
    sort_keys(unsorted.const_view(), sorted.view(), on, bits_of_entries(num_documents));
    rows made{std::move(unsorted), {sorted.size(), on}, 0};
    device_buffer<std::int64_t> num_runs{1, on};
    run_length_encode(sorted.const_view(), made.entries.view(), made.counts.view(), num_runs.view(), on);
    made.size = to_host(num_runs.const_view(), 0, on);
    // Behind all others is what is none.
    if (made.size > 0 && to_host(sorted.const_view(), sorted.size() - 1, on) == no_entry) {
        --made.size;
    }
    return made;
}

buffer<std::int64_t> term_counter::counts(stream const& on) const {
    return to_host(first_of(counts_, num_terms_), on);
}

buffer<std::int64_t> term_counter::document_counts(stream const& on) const {
    return to_host(first_of(document_counts_, num_terms_), on);
}

std::int64_t term_counter::size_of(int n) const {
    return n == 1 ? parts_.size() : longer_[static_cast<std::size_t>(n) - 2].size();
}

term_counter::sorted_terms term_counter::sort(stream const& on) const {
    sorted_terms made;
    made.places.resize(static_cast<std::size_t>(num_terms_));
    made.tree.separator = separator_;
    std::optional<device_buffer<std::uint32_t>> part_ranks, ranks; // [number] its index in the tree
    for (int n = 1; n <= max_n_; ++n) {
        auto const size = size_of(n);
        device_buffer<std::uint32_t> of_length{size, on};
        if (n == 1) {
            auto const texts = parts_.texts(on);
            auto const order = parts_.order(texts, on);
            for (auto const part : order) {
                made.tree.parts.push_back(texts[part]);
            }
            auto const there = to_device(view<std::uint32_t const>{order}, on);
            write_inverse(there.view(), 0, of_length.view(), on);
            on.synchronize(); // before `order` goes
        } else {
            auto const keys = longer_[static_cast<std::size_t>(n) - 2].keys();
            device_buffer<std::uint64_t> ranked{size, on};
            write_ranked_keys(keys, n == 2 ? part_ranks->view() : ranks->view(), part_ranks->view(),
                              ranked.view(), on);
            auto const sorted =
                sort_numbered(ranked.const_view(), all_bits<std::uint32_t> + bits_up_to(size_of(n - 1)), on);
            made.tree.levels.push_back(to_host(sorted.keys.view(), on));
            write_inverse(sorted.numbers.view(), 0, of_length.view(), on);
        }
        auto& is_term = made.tree.is_term.emplace_back(static_cast<std::size_t>(size), n >= min_n_ ? 1 : 0);
        if (n >= least_n_) {
            auto const index = to_host(std::as_const(of_length).view(), on);
            // [terms of this length] which n-gram each is.
            auto const numbers =
                n < min_n_ ? to_host(short_words_[level_of(n)].keys(), on) : buffer<std::uint64_t>{};
            auto const num_terms = n < min_n_ ? short_words_[level_of(n)].size() : size;
            buffer<std::uint32_t> terms;
            if (!ranks_.empty()) {
                terms = to_host(first_of(ranks_[level_of(n)], num_terms), on);
            }
            for (std::size_t i = 0; i < static_cast<std::size_t>(num_terms); ++i) {
                auto const ngram = numbers.empty() ? i : static_cast<std::size_t>(numbers[i] >> 32);
                is_term[index[ngram]] = 1;
                made.places[terms.empty() ? i : terms[i]] = {index[ngram], static_cast<std::uint8_t>(n)};
            }
        }
        (n == 1 ? part_ranks : ranks) = std::move(of_length);
    }
    return made;
}

} // namespace newsgpu::cuda
