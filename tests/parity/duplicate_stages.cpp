#include "duplicate_stages.hpp"

#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/shared_passages.hpp>

#include "backend.hpp"
#include "cases.hpp"
#include "differences.hpp"
#include "file.hpp"
#include "unicode/written_by_icu.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace newsgpu::parity {

namespace {

using parity::count_differences; // which those below would hide

buffer<std::int64_t> counts_of(near_duplicate_stats const& stats) {
    buffer<std::int64_t> counts;
    // Which pairs an exact join compares is a matter of the device.
    auto const candidates = stats.bands > 0 ? stats.candidates : 0;
    for (auto const count : {stats.copies, stats.shingles, candidates, stats.pairs, stats.uncompared_pairs}) {
        counts.push_back(count);
    }
    return counts;
}

stage finding_near_duplicates(std::string const& name, near_duplicate_options const& options) {
    return {"near_duplicates " + name,
            [options](corpus_view corpus, device where) {
                auto of_cpu = options;
                of_cpu.memory_budget = 0;
                auto const a = near_duplicates(corpus, of_cpu, device::cpu());
                auto const b = near_duplicates(corpus, options, where);
                auto const& p = a.distinct_pairs;
                auto const& q = b.distinct_pairs;
                return count_differences(a.copy_of, b.copy_of) +
                       count_differences(a.has_shingles, b.has_shingles) + count_differences(p.left, q.left) +
                       count_differences(p.right, q.right) + count_differences(p.similarity, q.similarity) +
                       count_differences(a.cluster_id, b.cluster_id) + count_differences(a.keeper, b.keeper) +
                       count_differences(a.similarity, b.similarity) +
                       count_differences(counts_of(a.stats), counts_of(b.stats));
            },
            name.find(',') == std::string::npos};
}

std::int64_t count_differences(duplicate_matches const& a, duplicate_matches const& b) {
    return count_differences(a.row, b.row) + count_differences(a.match, b.match) +
           count_differences(a.similarity, b.similarity) + count_differences(a.ids, b.ids) +
           count_differences(a.match_ids, b.match_ids) + (a.uncompared_pairs == b.uncompared_pairs ? 0 : 1);
}

/// The bytes of the file in which an index is saved; none under MemorySanitizer, which does not know what the
/// standard library has written into a path.
std::string saved([[maybe_unused]] duplicate_index const& index, [[maybe_unused]] char const* name) {
#if defined(NEWSGPU_MEMORY_SANITIZER)
    return {};
#else
    auto const path =
        std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + ".newsgpu_parity." + name);
    index.save(path);
    std::string bytes{as_string(mapped_file{path}.bytes())};
    std::filesystem::remove(path);
    return bytes;
#endif
}

/// Documents that are added in two batches, and the second one looked up before.
std::int64_t index_differences(corpus_view corpus, duplicate_index_options const& options, device where) {
    duplicate_index ours{options}, theirs{options};
    auto const half = corpus.size() / 2;
    auto const first = corpus.subview(0, half), second = corpus.subview(half, corpus.size() - half);
    auto const cpu = device::cpu();
    auto const differences =
        count_differences(theirs.add(first, {}, {}, cpu), ours.add(first, {}, {}, where)) +
        count_differences(theirs.query(second, {}, {}, cpu), ours.query(second, {}, {}, where)) +
        count_differences(theirs.add(second, {}, {}, cpu), ours.add(second, {}, {}, where));
    auto const a = theirs.stats(), b = ours.stats();
    bool const same_size = a.texts == b.texts && a.shingles == b.shingles && a.num_bytes == b.num_bytes;
    bool const same_file = saved(theirs, "theirs") == saved(ours, "ours");
    return differences + (same_size ? 0 : 1) + (same_file ? 0 : 1);
}

stage indexing(std::string const& name, duplicate_index_options const& options) {
    return {"duplicate_index " + name,
            [options](corpus_view corpus, device where) { return index_differences(corpus, options, where); },
            name.find(',') == std::string::npos};
}

/// Sketches at the ends of tiles: documents shorter than a shingle lie across them. And as many minima as a
/// warp takes at once.
std::int64_t differences_in_tiles(device where) {
    std::mt19937 random{8};
    auto const texts = [&](std::size_t num_letters, std::size_t longest) {
        std::vector<std::string> made;
        for (std::size_t left = num_letters; left > 0; left -= made.back().size()) {
            std::string text(std::min<std::size_t>(left, 1 + random() % longest), ' ');
            for (auto& letter : text) {
                letter = static_cast<char>('a' + random() % 26);
            }
            made.push_back(text);
        }
        return make_corpus(made);
    };
    constexpr auto characters = shingle_unit::characters;
    cuda::limit_batches(0); // several tiles in a batch, whatever the stage before has left
    auto const short_ones = texts(60'000, 7);
    auto const long_ones = texts(20'000, 300);
    return index_differences(short_ones, {.unit = characters, .n = 5}, where) +
           index_differences(long_ones, {.unit = characters, .n = 5}, where) +
           index_differences(long_ones, {.threshold = 0.02, .unit = characters, .n = 5}, where);
}

std::int64_t passage_differences(corpus_view corpus, std::int64_t min_tokens, tokenizer const& how,
                                 execution const& run) {
    passage_options options;
    options.min_tokens = min_tokens;
    auto const a = shared_passages(corpus, options, how, device::cpu());
    auto const b = shared_passages(corpus, options, how, run);
    return count_differences(a.left, b.left) + count_differences(a.right, b.right) +
           count_differences(a.left_start, b.left_start) + count_differences(a.left_end, b.left_end) +
           count_differences(a.right_start, b.right_start) + count_differences(a.right_end, b.right_end) +
           count_differences(a.num_tokens, b.num_tokens) +
           count_differences(a.num_documents, b.num_documents) +
           count_differences(a.source_documents, b.source_documents) +
           (a.crowded_runs == b.crowded_runs ? 0 : 1);
}

/// Several stretches of tokens, several ranges of hashes, a document in several pieces.
std::int64_t differences_in_little_memory(device where) {
    std::mt19937 random{5};
    std::vector<std::string> texts;
    for (int doc = 0; doc < 60; ++doc) {
        std::string text;
        for (auto left = random() % 120; left > 0; --left) {
            text += std::to_string(random() % 30) + (random() % 40 == 0 ? "\n" : " ");
        }
        texts.push_back(doc % 7 == 6 ? text + texts[random() % texts.size()] : text);
        if (doc == 20) {
            for (int line = 0; line < 20; ++line) {
                texts.back() += texts[random() % texts.size()] + "\n";
            }
        }
    }
    execution run{where};
    run.device_memory = 96 << 10;
    auto const corpus = make_corpus(texts);
    cuda::limit_batches(2000);
    auto const found = passage_differences(corpus, 2, {.kind = token_kind::sklearn}, run) +
                       passage_differences(corpus, 13, {}, run);
    cuda::limit_batches(0);
    return found;
}

} // namespace

stage finding_passages(std::string const& name, std::int64_t min_tokens, tokenizer const& how) {
    return {"shared_passages " + name,
            [min_tokens, how](corpus_view corpus, device where) {
                // Tiny documents that are alike make as many passages as there are pairs of them.
                return passage_differences(beginning_of(corpus, 3000), min_tokens, how, where);
            },
            name.find(',') == std::string::npos};
}

std::vector<stage> duplicate_stages() {
    std::vector<stage> stages;
    constexpr auto characters = shingle_unit::characters;
    stages.push_back(finding_near_duplicates("characters", {.unit = characters, .n = 5}));
    // Many pairs, shingles longer than most documents, and clusters whose members are compared again.
    stages.push_back(finding_near_duplicates(
        "characters, long",
        {.threshold = 0.2, .unit = characters, .n = 64, .cluster = cluster_rule::components, .seed = 7}));
    stages.push_back(finding_near_duplicates(
        "characters, single",
        {.threshold = 0.5, .unit = characters, .n = 1, .cluster = cluster_rule::components}));
    stages.push_back(finding_near_duplicates("words", {.threshold = 0.6}));
    stages.push_back(finding_near_duplicates(
        "words, single", {.threshold = 0.3, .n = 1, .cluster = cluster_rule::components, .seed = 9}));
    stages.push_back(finding_near_duplicates("words, within a budget",
                                             {.threshold = 0.3, .n = 1, .memory_budget = 40'000'000}));
    constexpr auto exact = duplicate_method::exact;
    stages.push_back(finding_near_duplicates(
        "exact characters", {.threshold = 0.5, .unit = characters, .n = 5, .method = exact}));
    stages.push_back(finding_near_duplicates("exact words, single",
                                             {.threshold = 0.4, .n = 1, .method = exact, .seed = 3}));
    stages.push_back(finding_near_duplicates(
        "contained characters",
        {.threshold = 0.7, .unit = characters, .n = 4, .similarity = set_similarity::containment}));
    stages.push_back(indexing("words", {.threshold = 0.6, .n = 2, .seed = 5}));
    stages.push_back(indexing("characters, exact", {.threshold = 0.5, .unit = characters, .method = exact}));
    stages.push_back(finding_passages("words", 5, {}));
    stages.push_back(finding_passages("characters, single", 1, {.kind = token_kind::characters}));
    stages.push_back({"duplicate_index, ends of tiles", differences_in_tiles});
    stages.push_back({"shared_passages, little memory", differences_in_little_memory});
    return stages;
}

} // namespace newsgpu::parity
