#include "cpu/merged_terms.hpp"

#include "cpu/radix_sort.hpp"
#include "cpu/sorted_union.hpp"
#include "cpu/text_order.hpp"
#include "ngram_tree.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace newsgpu::cpu {

namespace {

/// An n-gram of one worker: (rank of its first n - 1 parts, rank of its last part), and its number there.
struct ngram_item {
    std::uint64_t key;
    std::uint32_t term;

    std::uint32_t number() const { return term; }
    friend bool operator<(ngram_item const& a, ngram_item const& b) { return a.key < b.key; }
};

/// One worker's parts in order.
buffer<text_item> sorted_parts(term_reader const& reader, buffer<std::uint32_t> const& terms) {
    std::string scratch;
    return sorted_texts(terms, [&](std::uint32_t term) { return reader.part(term, scratch); });
}

/// Sorts one worker's n-grams of one length. Key and term share a word where they fit, which is nearly
/// always.
buffer<ngram_item> sorted_ngrams(term_set const& terms, buffer<std::uint32_t> const& of_length,
                                 buffer<std::uint32_t> const& ranks, std::size_t num_prefixes,
                                 std::size_t num_parts) {
    auto const part_bits = std::bit_width(num_parts), prefix_bits = std::bit_width(num_prefixes),
               term_bits = std::bit_width(std::size_t{terms.size()});
    buffer<ngram_item> items(of_length.size());
    auto const key_of = [&](std::uint32_t term) {
        auto const& [prefix, part] = terms[term];
        return std::pair{std::uint64_t{ranks[prefix]}, std::uint64_t{ranks[part]}};
    };
    if (part_bits + prefix_bits + term_bits > 64) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            auto const [prefix, part] = key_of(of_length[i]);
            items[i] = {prefix << 32 | part, of_length[i]};
        }
        radix_sort(items, [](ngram_item const& item) { return item.key; });
        return items;
    }
    buffer<std::uint64_t> packed(of_length.size());
    for (std::size_t i = 0; i < packed.size(); ++i) {
        auto const [prefix, part] = key_of(of_length[i]);
        packed[i] = (prefix << part_bits | part) << term_bits | of_length[i];
    }
    radix_sort(packed, [&](std::uint64_t each) { return each >> term_bits; });
    for (std::size_t i = 0; i < packed.size(); ++i) {
        auto const term = packed[i] & ((std::uint64_t{1} << term_bits) - 1);
        auto const key = packed[i] >> term_bits;
        items[i] = {key >> part_bits << 32 | (key & ((std::uint64_t{1} << part_bits) - 1)),
                    static_cast<std::uint32_t>(term)};
    }
    return items;
}

/// The distinct n-grams of all workers, by length.
class term_tree {
public:
    term_tree(counted_pieces const& counted, execution const& run) : counted_{counted}, run_{run} {
        group_by_length();
        merge_parts();
        for (std::size_t length = 2; length <= max_length_; ++length) {
            merge_length(length);
        }
    }

    ngram_tree& tree() { return tree_; }

    vocabulary::place place_of(std::size_t worker, std::uint32_t term) const {
        return {ranks_[worker][term], counted_.workers[worker].reader.terms().length(term)};
    }

private:
    void group_by_length() {
        by_length_.resize(counted_.workers.size());
        ranks_.resize(counted_.workers.size());
        for_each_piece("merging terms", std::ssize(by_length_), run_, [&](std::int64_t piece, worker&) {
            auto const id = static_cast<std::size_t>(piece);
            auto const& terms = counted_.workers[id].reader.terms();
            ranks_[id].resize(terms.size());
            for (std::uint32_t term = 0; term < terms.size(); ++term) {
                auto const length = std::size_t{terms.length(term)};
                if (by_length_[id].size() < length) {
                    by_length_[id].resize(length);
                }
                by_length_[id][length - 1].push_back(term);
            }
        });
        for (auto const& lengths : by_length_) {
            max_length_ = std::max(max_length_, lengths.size());
        }
        for (auto& lengths : by_length_) {
            lengths.resize(max_length_);
        }
        tree_.is_term.resize(max_length_);
    }

    void merge_parts() {
        if (max_length_ == 0) {
            return;
        }
        std::vector<buffer<text_item>> lists(by_length_.size());
        for_each_piece("sorting terms", std::ssize(lists), run_, [&](std::int64_t piece, worker&) {
            auto const id = static_cast<std::size_t>(piece);
            lists[id] = sorted_parts(counted_.workers[id].reader, by_length_[id][0]);
        });
        tree_.parts = texts_of(place_all(1, std::move(lists)));
    }

    void merge_length(std::size_t length) {
        std::vector<buffer<ngram_item>> lists(by_length_.size());
        for_each_piece("sorting terms", std::ssize(lists), run_, [&](std::int64_t piece, worker&) {
            auto const id = static_cast<std::size_t>(piece);
            lists[id] = sorted_ngrams(counted_.workers[id].reader.terms(), by_length_[id][length - 1],
                                      ranks_[id], tree_.size(length - 1), tree_.size(1));
        });
        auto const items = place_all(length, std::move(lists));
        tree_.levels.emplace_back(items.size());
        std::transform(items.begin(), items.end(), tree_.levels.back().begin(),
                       [](auto const& item) { return item.key; });
    }

    /// Merges the workers' sorted terms of one length; notes their ranks.
    template <class Item>
    buffer<Item> place_all(std::size_t length, std::vector<buffer<Item>> lists) {
        std::vector<buffer<std::uint32_t>> order(lists.size());
        for (std::size_t id = 0; id < lists.size(); ++id) {
            order[id].resize(lists[id].size());
            std::transform(lists[id].begin(), lists[id].end(), order[id].begin(),
                           [](Item const& item) { return item.number(); });
        }
        auto merged =
            sorted_union(std::move(lists), [](Item const& a, Item const& b) { return a < b; }, run_);
        for_each_piece("merging terms", std::ssize(order), run_, [&](std::int64_t piece, worker&) {
            auto const id = static_cast<std::size_t>(piece);
            for (std::size_t i = 0; i < order[id].size(); ++i) {
                ranks_[id][order[id][i]] = merged.ranks[id][i];
            }
        });
        note_terms(length, order, merged.ranks, merged.items.size());
        return std::move(merged.items);
    }

    /// Says which n-grams of a length are terms.
    void note_terms(std::size_t length, std::vector<buffer<std::uint32_t>> const& order,
                    std::vector<buffer<std::uint32_t>> const& ranks, std::size_t size) {
        auto& is_term = tree_.is_term[length - 1];
        bool const all_are = counted_.workers.front().reader.are_terms(length);
        is_term.assign(size, std::uint8_t{all_are});
        for (std::size_t id = 0; id < order.size() && !all_are; ++id) {
            auto const& reader = counted_.workers[id].reader;
            for (std::size_t i = 0; i < order[id].size(); ++i) {
                is_term[ranks[id][i]] |= static_cast<std::uint8_t>(reader.is_term(order[id][i]));
            }
        }
    }

    counted_pieces const& counted_;
    execution const& run_;
    std::size_t max_length_ = 0;
    /// [worker][length - 1]: its terms of that length.
    std::vector<std::vector<buffer<std::uint32_t>>> by_length_;
    /// [worker][term]: its index among all workers' terms of its length.
    std::vector<buffer<std::uint32_t>> ranks_;
    ngram_tree tree_;
};

/// The columns in order of first appearance. A worker numbers its terms in that order, and its pieces follow
/// each other in the corpus, so the first piece in which any worker met a term is the one where it appears
/// first.
buffer<std::int32_t> order_of_appearance(counted_pieces const& counted,
                                         std::vector<std::vector<std::uint32_t>> const& columns,
                                         std::size_t num_columns) {
    buffer<std::int32_t> order;
    order.reserve(num_columns);
    std::vector<bool> seen(num_columns, false);
    for (auto const& piece : counted.pieces) {
        for (auto term = piece.first_term; term < piece.last_term; ++term) {
            auto const column = columns[piece.worker][term];
            if (column != merged_terms::none && !seen[column]) {
                seen[column] = true;
                order.push_back(static_cast<std::int32_t>(column));
            }
        }
    }
    return order;
}

} // namespace

merged_terms merge_terms(counted_pieces const& counted, term_identity identity, execution const& run) {
    term_tree merger{counted, run};
    auto& tree = merger.tree();
    if (!counted.workers.empty()) {
        tree.separator = std::string{counted.workers.front().reader.separator()};
    }
    auto arranged = arrange_terms(tree, identity);

    merged_terms merged;
    merged.several_places = arranged.several_places;
    merged.columns.resize(counted.workers.size());
    for_each_piece("merging terms", std::ssize(merged.columns), run, [&](std::int64_t piece, worker&) {
        auto const id = static_cast<std::size_t>(piece);
        merged.columns[id].resize(counted.workers[id].num_terms());
        for (std::uint32_t term = 0; term < merged.columns[id].size(); ++term) {
            auto const [index, length] = merger.place_of(id, term);
            merged.columns[id][term] = arranged.columns[length - 1u][index];
        }
    });

    merged.terms.appearance = order_of_appearance(counted, merged.columns, arranged.terms.size());
    merged.terms.terms = {std::move(tree.parts), std::move(tree.separator), std::move(tree.levels),
                          std::move(arranged.terms)};
    return merged;
}

void add_up_columns(merged_terms& merged, counted_pieces const& counted) {
    auto& [terms, counts, document_counts, appearance] = merged.terms;
    counts.assign(static_cast<std::size_t>(terms.size()), 0);
    document_counts.assign(counts.size(), 0);
    for (std::size_t id = 0; id < merged.columns.size(); ++id) {
        auto const& mine = counted.workers[id];
        for (std::size_t term = 0; term < merged.columns[id].size(); ++term) {
            if (auto const column = merged.columns[id][term]; column != merged_terms::none) {
                counts[column] += static_cast<std::int64_t>(mine.sums[term].count);
                document_counts[column] += mine.sums[term].document_count;
            }
        }
    }
}

} // namespace newsgpu::cpu
