#include "cpu/repeated_runs.hpp"

#include <newsgpu/error.hpp>

#include "cpu/parallel.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"
#include "element/hash.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace newsgpu::cpu {

namespace {

/// Hashes of all runs of n tokens of a sequence, each from the one before (Karp, Rabin 1987): a polynomial
/// modulo the prime 2^61 - 1.
class rolling_hash {
public:
    rolling_hash(std::int64_t n, std::uint64_t mask) : n_{n}, mask_{mask} {
        for (auto left = n; left > 0; --left) {
            power_ = multiply(power_, base);
        }
    }

    /// Calls `visit(i, hash)` for the runs that begin at i; hashes are spread over 64 bits.
    template <class Visit>
    void for_each(view<std::uint32_t const> tokens, Visit visit) const {
        std::uint64_t hash = 0;
        for (std::int64_t i = 0; i < tokens.size(); ++i) {
            hash = reduce(multiply(hash, base) + value(tokens[i]));
            if (i >= n_) {
                hash = reduce(hash + prime - multiply(power_, value(tokens[i - n_])));
            }
            if (i + 1 >= n_) {
                visit(i + 1 - n_, element::mix(hash) & mask_);
            }
        }
    }

private:
    static constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;
    static constexpr std::uint64_t base = 0x1A2B'3C4D'5E6F'7081 % prime;

    /// Tokens are numbered from 0, which would not tell runs of different lengths apart.
    static std::uint64_t value(std::uint32_t token) { return std::uint64_t{token} + 1; }

    /// Below 2 * prime before, below prime afterwards.
    static std::uint64_t reduce(std::uint64_t x) { return x >= prime ? x - prime : x; }

    static std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
        __extension__ using wide = unsigned __int128;
        auto const product = static_cast<wide>(a) * b;
        return reduce((static_cast<std::uint64_t>(product) & prime) +
                      static_cast<std::uint64_t>(product >> 61));
    }

    std::int64_t n_;
    std::uint64_t mask_;
    std::uint64_t power_ = 1;
};

void check_number(buffer<hashed_run> const& entries) {
    if (entries.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw invalid_input{"the corpus has 2^32 or more repeated runs of tokens; divide it"};
    }
}

/// Tells runs of equal hashes apart by their tokens.
class run_grouper {
public:
    run_grouper(token_numbers const& numbers, std::int64_t n, execution const& run)
        : numbers_{numbers}, n_{n}, run_{run} {}

    /// @param entries ascending.
    repeated_runs group(buffer<hashed_run> const& entries) const {
        check_number(entries);
        auto const bounds = cut_between_hashes(entries);
        std::vector<repeated_runs> parts(bounds.size() - 1);
        for_each_piece("comparing runs", std::ssize(parts), run_, [&](std::int64_t piece, worker& self) {
            buffer<std::int64_t> places;
            auto const last = bounds[index(piece) + 1];
            for (auto first = bounds[index(piece)]; first < last;) {
                self.checkpoint();
                places.clear();
                auto const hash = entries[first].hash;
                while (first < last && entries[first].hash == hash) {
                    places.push_back(entries[first++].position);
                }
                take_equal(places, parts[index(piece)]);
            }
        });
        repeated_runs joined;
        for (auto& part : parts) {
            auto const base = joined.positions.size();
            joined.positions.insert(joined.positions.end(), part.positions.begin(), part.positions.end());
            std::transform(part.offsets.begin() + 1, part.offsets.end(), std::back_inserter(joined.offsets),
                           [base](std::size_t offset) { return base + offset; });
            part = {};
        }
        return joined;
    }

private:
    /// Where pieces of work begin, and the end; equal hashes are in one piece.
    static std::vector<std::size_t> cut_between_hashes(buffer<hashed_run> const& entries) {
        constexpr std::size_t entries_a_piece = std::size_t{1} << 14;
        std::vector<std::size_t> bounds{0};
        while (bounds.back() < entries.size()) {
            auto at = std::min(bounds.back() + entries_a_piece, entries.size());
            while (at < entries.size() && entries[at].hash == entries[at - 1].hash) {
                ++at;
            }
            bounds.push_back(at);
        }
        return bounds;
    }

    bool are_equal(std::int64_t a, std::int64_t b) const {
        auto const* tokens = numbers_.tokens.data();
        return std::equal(tokens + a, tokens + a + n_, tokens + b);
    }

    /// Adds the runs among places whose hashes are equal: one, unless different runs have the same hash.
    void take_equal(buffer<std::int64_t>& places, repeated_runs& runs) const {
        while (places.size() > 1) {
            auto const first = places.front();
            auto const rest = std::stable_partition(
                places.begin(), places.end(), [&](std::int64_t place) { return are_equal(first, place); });
            if (numbers_.document_of(first) != numbers_.document_of(*(rest - 1))) {
                runs.positions.insert(runs.positions.end(), places.begin(), rest);
                runs.offsets.push_back(runs.positions.size());
            }
            places.erase(places.begin(), rest);
        }
    }

    token_numbers const& numbers_;
    std::int64_t n_;
    execution run_;
};

/// Finds the runs whose hashes occur twice.
class run_finder {
public:
    run_finder(token_numbers const& numbers, std::int64_t n, execution const& run, std::uint64_t hash_mask)
        : numbers_{numbers}, n_{n}, run_{run}, hash_{n, hash_mask} {
        // Runs of whole documents of about as many tokens each.
        constexpr std::int64_t tokens_a_piece = std::int64_t{1} << 16;
        for (std::int64_t first = 0; first < numbers.num_documents();) {
            auto last = first + 1;
            while (last < numbers.num_documents() &&
                   numbers.offsets[index(last)] - numbers.offsets[index(first)] < tokens_a_piece) {
                ++last;
            }
            pieces_.push_back({first, last});
            first = last;
        }
    }

    repeated_runs find() {
        auto entries = read_repeated();
        sort_scratch<hashed_run> scratch;
        sort_spread(entries, scratch, [](hashed_run const& each) { return each.hash; });
        scratch = {};
        return run_grouper{numbers_, n_, run_}.group(entries);
    }

private:
    template <class Visit>
    void for_each_run(std::int64_t piece, worker& self, Visit visit) const {
        auto const [first, last] = pieces_[index(piece)];
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            auto const begin = numbers_.offsets[index(doc)];
            auto const size = numbers_.offsets[index(doc) + 1] - begin;
            hash_.for_each({numbers_.tokens.data() + begin, size},
                           [&](std::int64_t i, std::uint64_t hash) { visit(begin + i, hash); });
        }
    }

    /// Enters all runs into a table. Hashes are first parted by their highest bits, and each part is entered
    /// by one worker, which has a stretch of the table for itself.
    void enter_runs(twice_table& seen) const {
        constexpr std::int64_t pieces_a_round = 64;
        constexpr int part_bits = twice_table::independent_bits;
        constexpr std::int64_t num_parts = std::int64_t{1} << part_bits;
        using parted_hashes = std::array<buffer<std::uint64_t>, num_parts>;
        std::vector<parted_hashes> parted(pieces_a_round);
        for (std::int64_t done = 0; done < std::ssize(pieces_); done += pieces_a_round) {
            auto const in_round = std::min(pieces_a_round, std::ssize(pieces_) - done);
            for_each_piece("hashing runs", in_round, run_, [&](std::int64_t piece, worker& self) {
                for_each_run(done + piece, self, [&](std::int64_t, std::uint64_t hash) {
                    parted[index(piece)][hash >> (64 - part_bits)].push_back(hash);
                });
            });
            for_each_piece("hashing runs", num_parts, run_, [&](std::int64_t part, worker&) {
                for (std::int64_t piece = 0; piece < in_round; ++piece) {
                    auto& hashes = parted[index(piece)][index(part)];
                    for (auto const hash : hashes) {
                        seen.insert(hash);
                    }
                    hashes.clear();
                }
            });
        }
    }

    /// The runs whose hash was seen twice: most occur once, and they go before anything is sorted.
    buffer<hashed_run> read_repeated() const {
        twice_table seen{numbers_.size()};
        enter_runs(seen);
        std::vector<buffer<hashed_run>> found(pieces_.size());
        for_each_piece("finding repeated runs", std::ssize(pieces_), run_,
                       [&](std::int64_t piece, worker& self) {
                           for_each_run(piece, self, [&](std::int64_t position, std::uint64_t hash) {
                               if (seen.is_twice(hash)) {
                                   found[index(piece)].push_back({hash, position});
                               }
                           });
                       });
        buffer<hashed_run> joined;
        for (auto& part : found) {
            joined.insert(joined.end(), part.begin(), part.end());
            part = {};
        }
        check_number(joined);
        return joined;
    }

    token_numbers const& numbers_;
    std::int64_t n_;
    execution run_;
    rolling_hash hash_;
    std::vector<document_range> pieces_;
};

} // namespace

repeated_runs find_repeated_runs(token_numbers const& numbers, std::int64_t n, execution const& run,
                                 std::uint64_t hash_mask) {
    return n > numbers.longest() ? repeated_runs{} : run_finder{numbers, n, run, hash_mask}.find();
}

repeated_runs group_repeated_runs(token_numbers const& numbers, std::int64_t n,
                                  buffer<hashed_run> const& repeated, execution const& run) {
    return repeated.empty() ? repeated_runs{} : run_grouper{numbers, n, run}.group(repeated);
}

} // namespace newsgpu::cpu
