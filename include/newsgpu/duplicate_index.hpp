#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/near_duplicates.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace newsgpu {

/// What an index holds its documents against each other by; each as in `near_duplicate_options`.
struct duplicate_index_options {
    double threshold = 0.8;
    shingle_unit unit = shingle_unit::words;
    int n = 3;
    set_similarity similarity = set_similarity::jaccard;
    double recall = 0.99;
    duplicate_method method = duplicate_method::minhash;
    std::uint64_t seed = 0;

    friend bool operator==(duplicate_index_options const&, duplicate_index_options const&) = default;
};

/// How much of what documents repeat is listed.
struct match_limits {
    /// At most this many matches a document: the most similar ones, of equal ones the oldest; 0 for all.
    std::int64_t top = 0;
    /// More matches than this in one call are refused before the index changes; 0 for any number.
    std::int64_t max_matches = 0;
    /// Whether matches with earlier documents of the same corpus count, or those with the index alone.
    bool within_corpus = true;
};

/// What documents repeat, M matches in order of (row, match).
struct duplicate_matches {
    /// [M] the document's place in the corpus of the call.
    buffer<std::int64_t> row;
    /// [M] the older document's place in the index. A query's own documents are numbered as if they were
    /// added.
    buffer<std::int64_t> match;
    /// [M] exact, and no lower than the threshold.
    buffer<double> similarity;
    /// [M] the ids of both.
    string_column ids, match_ids;
    /// Pairs that were left uncompared because their buckets are crowded, counted once for each such bucket;
    /// see `duplicate_index`.
    std::int64_t uncompared_pairs = 0;

    std::int64_t size() const { return static_cast<std::int64_t>(row.size()); }
};

struct duplicate_index_stats {
    std::int64_t documents = 0;
    /// Different texts that have shingles.
    std::int64_t texts = 0;
    /// Of the texts, each once a text.
    std::int64_t shingles = 0;
    /// Sorted parts that a look-up visits: at most one for each doubling of the number of documents added.
    std::int64_t segments = 0;
    /// What the index takes in memory or in its file.
    std::int64_t num_bytes = 0;
    /// `duplicate_method::minhash`: how candidates are found; 0 otherwise.
    int bands = 0;
    int rows = 0;
    double expected_recall = 1;
};

struct index_contents; ///< of the library alone

/// Documents of many days, and which of them a new one repeats.
///
/// Adding a corpus in any number of batches gives the pairs that `near_duplicates` gives for the whole, with
/// the same similarities, each with the batch that its later document is in. Verification is as exact: the
/// index keeps the shingle hashes of every different text (8 bytes each), 1 byte a minimum for the estimate
/// filter and 8 bytes for each of its keys; a copy of a text costs 8 bytes.
///
/// `duplicate_method::minhash` holds a text against the first 4,096 texts of each bucket it falls into, by
/// estimate, and against the sets of those that pass until 2,048 of them have not reached the threshold. What
/// is beyond that, which boilerplate and hostile text make, stays uncompared
/// (`duplicate_matches::uncompared_pairs`), as pairs do in `near_duplicates`, though not the same ones.
/// `duplicate_method::exact` and containment find every pair; their keys are the hashes of a prefix of each
/// set (containment: of the whole set), in a fixed order.
///
/// Batches become sorted segments, and two of about the same size are merged (O'Neil et al., The
/// log-structured merge-tree, 1996): a document is rewritten and a look-up multiplied at most once for each
/// doubling of the index. A segment that lies in a file is never merged.
///
/// Copying an index is cheap: copies share what they have in common, and changes to one are not seen by the
/// others. Calls that fail or are stopped leave the index as it was. Const calls may run at the same time.
///
///     newsgpu::duplicate_index index{{.threshold = 0.8}};
///     index.add(yesterday, yesterday_ids);
///     auto const repeats = index.add(today, today_ids);
///     index.save("news.index");
class duplicate_index {
public:
    /// @throw invalid_input if an option is outside its range; see `near_duplicates`.
    explicit duplicate_index(duplicate_index_options const& options = {});

    /// Opens a file that `save` wrote. Its pages are mapped and read when they are needed.
    ///
    /// @param verify reads the whole file once and checks every byte of it against checksums; otherwise only
    ///   its head is checked, which takes no time, and damage is found where it leads astray a later call.
    /// @throw corrupt_file if the file is damaged, truncated or no index of this version.
    /// @throw invalid_input if it was made with other hashes or another ICU.
    /// @throw std::filesystem::filesystem_error if it cannot be read.
    static duplicate_index load(std::filesystem::path const& path, bool verify = true,
                                execution const& run = {});

    /// Adds documents, and tells which of the ones before each of them repeats, those of the same corpus too.
    /// @param ids one a document, or empty: a document without an id has its place in the index as id.
    /// @throw invalid_input if `ids` has another size, or the index would have 2^32 - 1 documents.
    /// @throw std::length_error if there are more matches than `limits` allows.
    /// @throw corrupt_file if the file that the index was loaded from turns out to be damaged.
    duplicate_matches add(corpus_view corpus, corpus_view ids = {}, match_limits const& limits = {},
                          execution const& run = {});

    /// What `add` would tell, without adding.
    duplicate_matches query(corpus_view corpus, corpus_view ids = {}, match_limits const& limits = {},
                            execution const& run = {}) const;

    /// Adds the documents of `other` with their ids, as if their corpus were added.
    /// @throw invalid_input if `other` has other options.
    /// @throw device_unavailable if `run` asks for a CUDA device: no text is read.
    duplicate_matches merge(duplicate_index const& other, match_limits const& limits = {},
                            execution const& run = {});

    /// Writes the index to a file beside `path` and renames it: whatever happens meanwhile, `path` is the old
    /// file or the new one. The format is described in docs/index-format.md.
    /// @throw std::filesystem::filesystem_error if it cannot be written, or another process is saving it.
    void save(std::filesystem::path const& path, execution const& run = {}) const;

    /// The number of documents added.
    std::int64_t size() const;
    duplicate_index_options const& options() const;
    duplicate_index_stats stats() const;

private:
    explicit duplicate_index(std::shared_ptr<index_contents const> contents)
        : contents_{std::move(contents)} {}

    std::shared_ptr<index_contents const> contents_;
};

} // namespace newsgpu
