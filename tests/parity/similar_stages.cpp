#include "similar_stages.hpp"

#include <newsgpu/similar.hpp>

#include <algorithm>
#include <random>
#include <string>

namespace newsgpu::parity {

namespace {

tokenizer const words{.kind = token_kind::whitespace};

/// 1 where anything differs.
std::int64_t differences(corpus_view corpus, std::int64_t top, double threshold, execution const& run,
                         analyzer const& how = {.tokens = words}) {
    auto const a = similar(corpus, top, threshold, how, device::cpu());
    auto const b = similar(corpus, top, threshold, how, run);
    return a.left == b.left && a.right == b.right && a.similarities == b.similarities ? 0 : 1;
}

/// Some words are frequent, some are in one document alone; some documents are empty, some repeat others,
/// some have more words than a warp has lanes.
string_column drawn_documents(int count) {
    std::mt19937 random{21};
    std::vector<std::string> texts;
    for (int doc = 0; doc < count; ++doc) {
        std::string text;
        for (auto left = doc % 50 == 0 ? 90 : random() % 12; left > 0; --left) {
            text.append("w").append(std::to_string(400 / (1 + random() % 400))).append(" ");
        }
        auto const repeats = doc % 9 == 8;
        texts.push_back(repeats ? texts[random() % texts.size()] : text);
        if (doc % 31 == 0) {
            texts.back().append("only").append(std::to_string(doc));
        }
    }
    return make_corpus(texts);
}

std::int64_t drawn_differences(device where) {
    std::int64_t found = 0;
    // Around the edge of a tile; lists that have room for all, and for few of those that are met.
    for (int const count : {1, 2, 33, 511, 512, 513}) {
        found += differences(drawn_documents(count), 1, 0, where);
    }
    auto const some = drawn_documents(530);
    found += differences(some, 7, 0.25, where);
    found += differences(some, 240, 0, where); // room for 544, which is more than there are
    found += differences(some, 1000, 0, where);
    // Nobody is nearer than another: the first ones are taken, however many there are.
    auto const equal = make_corpus(std::vector<std::string>(150, "one and the same"));
    found += differences(equal, 3, 0, where);
    found += differences(equal, 3, 1, where);
    // Nearer and nearer ones: every row is listed, until the list is full.
    std::vector<std::string> texts{"a b c d e f g h"};
    for (int doc = 0; doc < 120; ++doc) {
        texts.push_back("a b c d e f g h" + std::string(static_cast<std::size_t>(120 - doc), ' ') + "x" +
                        std::to_string(doc / 3));
        for (int other = doc / 2; other < 60; ++other) {
            texts.back().append(" y").append(std::to_string(other));
        }
    }
    found += differences(make_corpus(texts), 2, 0, where);
    return found;
}

/// Rows and indexes block by block.
std::int64_t block_differences(device where) {
    execution run{where};
    run.device_memory = 40 << 10;
    auto const some = drawn_documents(300);
    return differences(some, 2, 0, run) + differences(some, 40, 0.1, run);
}

} // namespace

std::vector<stage> similar_stages() {
    auto const of_corpus = [](corpus_view corpus, device where) {
        // The work grows with the square of the number of documents.
        constexpr std::int64_t most = 300;
        return differences(corpus.subview(0, std::min(corpus.size(), most)), 3, 0.05, where, {});
    };
    return {{"similar words", of_corpus},
            {"similar, drawn", drawn_differences},
            {"similar, blocks", block_differences}};
}

} // namespace newsgpu::parity
