#pragma once

#include <newsgpu/code_units.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace newsgpu {

/// What a shingle is made of: word tokens (`tokenizer{}`), or code points of the NFKC_Casefold text with
/// every run of white space folded to one space and the ends trimmed.
enum class shingle_unit { words, characters };

/// Jaccard |A n B| / |A u B| or containment |A n B| / min(|A|, |B|) of two documents' shingle sets.
enum class set_similarity { jaccard, containment };

/// How pairs are looked for: `minhash` finds a pair at the threshold with probability `recall` or more,
/// `exact` (a set-similarity join) finds all of them.
enum class duplicate_method { minhash, exact };

/// `keeper`: every member of a cluster reaches the threshold with the cluster's keeper. `components`:
/// connected components of the pairs, in which two members may have little in common.
enum class cluster_rule { keeper, components };

/// Which document of a cluster is kept: the first; the longest (most code points); the one with the highest
/// priority. Ties fall to the smaller document.
enum class keep_rule { first, longest, priority };

/// Each reads the names of its values.
/// @throw invalid_input for anything else.
shingle_unit parse_shingle_unit(std::string_view name);
set_similarity parse_set_similarity(std::string_view name);
duplicate_method parse_duplicate_method(std::string_view name);
cluster_rule parse_cluster_rule(std::string_view name);
keep_rule parse_keep_rule(std::string_view name);

struct near_duplicate_options {
    /// Pairs of at least this similarity are reported; above 0, at most 1.
    double threshold = 0.8;
    shingle_unit unit = shingle_unit::words;
    /// Units a shingle, 1 to 64. A document with fewer units has one shingle, all of them.
    int n = 3;
    set_similarity similarity = set_similarity::jaccard;
    /// `duplicate_method::minhash`: the least probability of finding a pair exactly at the threshold; above
    /// 0, below 1.
    double recall = 0.99;
    duplicate_method method = duplicate_method::minhash;
    cluster_rule cluster = cluster_rule::keeper;
    keep_rule keep = keep_rule::first;
    /// `keep_rule::priority`: [D], none of them NaN; empty otherwise.
    view<double const> priorities = {};
    /// Bytes of working memory beyond the text, the result, and of documents in other units than UTF-8 one a
    /// thread; 0: as many as it takes. Sketches and candidate pairs that do not fit wait in temporary files
    /// (`TMPDIR` names their folder), which have no names and so are gone with the process however it ends;
    /// the exact join reads the text again instead, block by block. The result is the same, but for
    /// `stats.candidates` of the exact join. On a CUDA device it bounds what the host keeps: sketches are in
    /// the device's memory.
    std::int64_t memory_budget = 0;
    /// Changes every hash. A corpus written by somebody who knows the seed can make hashes collide; one who
    /// does not know it cannot.
    std::uint64_t seed = 0;
};

/// Pairs of documents, left < right, in order of (left, right).
struct duplicate_pairs {
    buffer<std::int64_t> left, right;
    buffer<double> similarity;

    std::int64_t size() const { return static_cast<std::int64_t>(left.size()); }
};

struct near_duplicate_stats {
    std::int64_t documents = 0;
    /// Documents that equal an earlier one.
    std::int64_t copies = 0;
    /// Shingles of all documents, repeats included.
    std::int64_t shingles = 0;
    /// Pairs of different documents that were verified.
    std::int64_t candidates = 0;
    /// Pairs found, those between copies included.
    std::int64_t pairs = 0;
    /// `duplicate_method::minhash`: how candidates were found; 0 otherwise.
    int bands = 0;
    int rows = 0;
    /// Of so many minima, so many at least agree where a pair is verified.
    int minima = 0;
    int least_agreement = 0;
    /// The probability that a pair exactly at the threshold is found.
    double expected_recall = 1;
    /// Pairs that share a heavy bucket and were not compared, counted once for each such bucket; see
    /// `near_duplicates`.
    std::int64_t uncompared_pairs = 0;
    /// Seconds a stage, in order.
    std::vector<std::pair<char const*, double>> seconds;
};

/// What repeats what in a corpus of D documents.
struct near_duplicates_result {
    /// [D] the first document with the same units in the same order; the document itself if it is the first.
    buffer<std::int64_t> copy_of;
    /// [D] 0 for a document without shingles, else 1.
    buffer<std::uint8_t> has_shingles;
    /// Pairs among the documents that are no copies.
    duplicate_pairs distinct_pairs;
    /// [D] the first document of the same cluster.
    buffer<std::int64_t> cluster_id;
    /// [D] the document that is kept for this one; itself for those kept.
    buffer<std::int64_t> keeper;
    /// [D] the similarity of a document to its keeper; 1 for those kept.
    buffer<double> similarity;
    near_duplicate_stats stats;
};

/// Finds documents that repeat others.
///
/// A pair is reported only if the exact similarity of its shingle sets, recomputed from the text, reaches the
/// threshold. Shingles are told apart by 64-bit hashes: in a corpus with S distinct shingles about S^2 / 2^65
/// pairs of them are mistaken for each other. Documents with equal units in equal order are collapsed first
/// (by a 128-bit hash), whatever their number. A document without shingles is near nothing and in no pair;
/// where such documents have equal normalized text that is not missing they are copies of each other all the
/// same. A missing document is a copy of nothing.
///
/// `duplicate_method::minhash` is MinHash (Broder 1997) with bands, of which each permutation gives two
/// minima, its least and its greatest value (min-max hash; Ji, Li, Yan, Tian, Zhang 2013). A pair at
/// threshold t is found with probability P or more, P = sum over x >= m of P[x minima agree, some band in all
/// its rows]: bands, rows and m follow from t and `recall`. Containment has no such bound (its sets may
/// differ in size as they like), so its candidates come from the exact join whatever the method. The exact
/// join is a prefix join (Bayardo, Ma, Srikant 2007; Xiao et al. 2008).
///
/// Most buckets are small, and all of their documents are compared. What larger ones may cost is limited to
/// some hundred estimates a document; in the buckets beyond that, which boilerplate and hostile text make, a
/// document is compared with the keepers before it, up to 64 of them without success. Pairs of two members of
/// a cluster may then be missing, and documents that share no other bucket may be missed; `uncompared_pairs`
/// says how many pairs were left.
///
/// Documents that are no corpus, but have each a place of their own, are read where they lie and as they are,
/// by the CPU.
///
/// Cost: one pass over the text, one more over the documents that have a candidate; about 200 bytes a
/// document, and 64 MB for the sets of documents that are being compared.
///
///     auto const found = newsgpu::near_duplicates(corpus, {.threshold = 0.8});
///     for (std::int64_t doc = 0; doc < corpus.size(); ++doc)
///         if (found.keeper[doc] == doc)
///             keep(doc);
///
/// @throw invalid_input if an option is outside its range, if a document in UCS-2 or UTF-32 has a unit that
///   is no code point, if no affordable number of minima reaches `recall` at so low a threshold, or if
///   `memory_budget` is less than the documents take in any case, about 100 bytes each.
/// @throw device_unavailable if a device is asked for that there is not, or that cannot read these documents.
/// @throw std::filesystem::filesystem_error if a temporary file cannot be written.
near_duplicates_result near_duplicates(unit_documents corpus, near_duplicate_options const& options = {},
                                       execution const& run = {});

/// Every pair of documents, those between copies included: a group of m copies alone gives m * (m - 1) / 2.
/// Cost: O(D + pairs); `result.stats.pairs` tells their number beforehand.
duplicate_pairs expand_pairs(near_duplicates_result const& result, execution const& run = {});

} // namespace newsgpu
