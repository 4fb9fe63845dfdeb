#include "cpu/ngram_sorter.hpp"

#include <string>
#include <utility>

namespace newsgpu::cpu {

buffer<std::uint64_t> ngram_sorter::count(std::size_t num_prefixes, counted_ngrams::sums* sums) {
    ++length_;
    bool const is_last = length_ == max_n_;
    if (!is_last && sums != nullptr && documents_.empty()) {
        list_documents();
    }
    auto keys = sort(num_prefixes, is_last);
    if (sums != nullptr) {
        sums->counts.resize(keys.size());
        sums->document_counts.resize(keys.size());
    }
    numbers_.resize(is_last ? 0 : sequences_.tokens.size());
    each_partition([&](partition const& mine) {
        if (is_last) {
            add_up(mine, keys, *sums);
            return;
        }
        each_record(mine, key_writer(mine, keys));
        each_record(mine, number_writer(mine, numbers_));
        if (sums != nullptr) {
            each_record(mine, adder(mine, *sums));
        }
    });
    prefixes_ = numbers_.data();
    return keys;
}

buffer<std::uint64_t> ngram_sorter::place(std::size_t num_prefixes, buffer<std::uint32_t>& numbers) {
    ++length_;
    auto keys = sort(num_prefixes, false);
    numbers.resize(sequences_.tokens.size());
    each_partition([&](partition const& mine) {
        each_record(mine, key_writer(mine, keys));
        each_record(mine, number_writer(mine, numbers));
    });
    prefixes_ = numbers.data();
    return keys;
}

counted_ngrams count_sequences(token_sequences const& sequences, int min_n, int max_n, execution const& run) {
    counted_ngrams made;
    made.tree.parts = sequences.words;
    made.tree.separator = std::string(1, ' ');
    ngram_sorter sorter{sequences, max_n, run};
    auto size = static_cast<std::size_t>(sequences.words.size());
    for (int n = 1; n <= max_n && size > 0; ++n) {
        bool const is_term = n >= min_n;
        auto& sums = made.levels.emplace_back();
        if (n > 1) {
            made.tree.levels.push_back(sorter.count(size, is_term ? &sums : nullptr));
            size = made.tree.levels.back().size();
        } else if (is_term) {
            sums = sorter.count_words();
        }
        made.tree.is_term.emplace_back(size, is_term);
    }
    return made;
}

placed_ngrams place_sequences(token_sequences sequences, int min_n, int max_n, execution const& run) {
    placed_ngrams made;
    made.tree.separator = std::string(1, ' ');
    made.numbers.resize(static_cast<std::size_t>(max_n));
    ngram_sorter sorter{sequences, max_n, run};
    auto size = static_cast<std::size_t>(sequences.words.size());
    for (int n = 1; n <= max_n && size > 0; ++n) {
        if (n > 1) {
            made.tree.levels.push_back(sorter.place(size, made.numbers[static_cast<std::size_t>(n - 1)]));
            size = made.tree.levels.back().size();
        }
        made.tree.is_term.emplace_back(size, n >= min_n);
    }
    made.tree.parts = std::move(sequences.words);
    made.numbers.front() = std::move(sequences.tokens);
    for (auto const at : sequences.first_tokens) {
        made.numbers.front()[static_cast<std::size_t>(at)] |= placed_ngrams::first_bit;
    }
    return made;
}

} // namespace newsgpu::cpu
