#pragma once

#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/tokenize.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

// Near-duplicates by their definition: sets of strings, every pair, no hashes.

namespace newsgpu::oracle {

using shingle = std::vector<std::string>;
using pair = std::tuple<std::int64_t, std::int64_t, double>;

/// White space of ASCII and of Unicode as the tests use it.
inline bool is_space(std::string const& c) {
    static std::set<std::string> const spaces{" ",        "\t",           "\n",          "\v",   "\f",
                                              "\r",       "\x1C",         "\x1D",        "\x1E", "\x1F",
                                              "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    return spaces.contains(c);
}

/// The characters of well-formed text.
inline std::vector<std::string> characters(std::string_view text) {
    std::vector<std::string> found;
    for (char const byte : text) {
        if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) {
            found.emplace_back();
        }
        found.back().push_back(byte);
    }
    return found;
}

inline std::vector<std::string> folded_characters(std::string_view text) {
    std::vector<std::string> folded;
    bool pending = false;
    for (auto const& c : characters(text)) {
        if (is_space(c)) {
            pending = true;
            continue;
        }
        if (pending && !folded.empty()) {
            folded.emplace_back(" ");
        }
        pending = false;
        folded.push_back(c);
    }
    return folded;
}

inline std::vector<std::vector<std::string>> units(corpus_view corpus, shingle_unit unit) {
    std::vector<std::vector<std::string>> all(static_cast<std::size_t>(corpus.size()));
    if (unit == shingle_unit::words) {
        auto const found = tokenize_to_text(corpus);
        for (std::size_t doc = 0; doc < all.size(); ++doc) {
            for (auto t = found.offsets[doc]; t < found.offsets[doc + 1]; ++t) {
                all[doc].emplace_back(found.texts[t]);
            }
        }
    } else {
        auto const folded = normalize(corpus, normalization::nfkc_casefold);
        for (std::size_t doc = 0; doc < all.size(); ++doc) {
            all[doc] = folded_characters(folded[static_cast<std::int64_t>(doc)]);
        }
    }
    return all;
}

inline std::set<shingle> shingles(std::vector<std::string> const& units, std::size_t n) {
    std::set<shingle> set;
    if (units.empty()) {
        return set;
    }
    n = std::min(n, units.size());
    for (std::size_t i = 0; i + n <= units.size(); ++i) {
        set.insert(shingle(units.begin() + static_cast<std::ptrdiff_t>(i),
                           units.begin() + static_cast<std::ptrdiff_t>(i + n)));
    }
    return set;
}

inline double similarity(std::set<shingle> const& a, std::set<shingle> const& b, set_similarity kind) {
    std::vector<shingle> common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
    auto const whole =
        kind == set_similarity::jaccard ? a.size() + b.size() - common.size() : std::min(a.size(), b.size());
    return static_cast<double>(common.size()) / static_cast<double>(whole);
}

/// Every pair of documents with shingles that reaches the threshold, in order.
inline std::vector<pair> near_duplicates(corpus_view corpus, near_duplicate_options const& options) {
    std::vector<std::set<shingle>> sets;
    for (auto const& document : units(corpus, options.unit)) {
        sets.push_back(shingles(document, static_cast<std::size_t>(options.n)));
    }
    std::vector<pair> found;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        for (std::size_t j = i + 1; j < sets.size(); ++j) {
            if (sets[i].empty() || sets[j].empty()) {
                continue;
            }
            if (auto const s = similarity(sets[i], sets[j], options.similarity); s >= options.threshold) {
                found.emplace_back(i, j, s);
            }
        }
    }
    return found;
}

} // namespace newsgpu::oracle
