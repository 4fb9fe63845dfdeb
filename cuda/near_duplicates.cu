#include "backend.hpp"
#include "element_index.hpp"

#include "cuda/batch_units.cuh"
#include "cuda/candidates.cuh"
#include "cuda/set_join.cuh"
#include "cuda/set_list.cuh"
#include "cuda/shingle_sets.cuh"
#include "cuda/sketch.cuh"
#include "cuda/token_search.cuh"

#include <algorithm>
#include <bit>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace newsgpu::cuda {

namespace {

using element::packed_pair;

/// Makes the sketches of a batch. `Units` is batch_characters or batch_words.
template <class Units>
class sketch_job final : public batch_job {
public:
    sketch_job(batch const& part, unit_reader const& reader, std::function<void()> poll, stream const& on,
               staging& copies, element::lsh_plan const& plan, kept_sketches kept,
               duplicate_stages::summaries& all)
        : part_{part}, units_{part, reader, std::move(poll), on, copies}, reader_{reader}, plan_{plan},
          kept_{kept}, all_{all} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        units_.finish(on, copies, stats);
        auto const ranges = units_.ranges();
        auto const made = sketch(units_.units(), ranges, reader_.rule(), plan_.num_minima, on);
        keep_sketches(made, plan_, part_.first, kept_, on);
        bring_home(made, ranges, part_.first, all_, on, copies);
    }

private:
    batch const& part_;
    Units units_;
    unit_reader const& reader_;
    element::lsh_plan const& plan_;
    kept_sketches kept_;
    duplicate_stages::summaries& all_;
};

template <class Units>
class set_job final : public batch_job {
public:
    /// @param before documents of the corpus that come before those that batches are made of.
    set_job(batch const& part, std::int64_t before, unit_reader const& reader, std::function<void()> poll,
            stream const& on, staging& copies, set_list const& list, set_store sets)
        : reader_{reader}, sets_{sets} {
        auto const& all = list.documents;
        auto const first_document = before + part.first;
        auto const first = std::lower_bound(all.begin(), all.end(), first_document);
        auto const last = std::lower_bound(first, all.end(), first_document + part.documents.size());
        first_set_ = first - all.begin();
        for (auto each = first; each != last; ++each) {
            wanted_.push_back(*each - first_document);
        }
        auto const begin = list.begins.begin() + first_set_;
        for (auto each = begin; each <= begin + std::ssize(wanted_); ++each) {
            offsets_.push_back(*each - *begin);
        }
        if (!wanted_.empty()) {
            units_.emplace(part, reader, std::move(poll), on, copies);
        }
    }

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        if (wanted_.empty()) {
            return;
        }
        units_->finish(on, copies, stats);
        auto const documents = to_device(view<std::int64_t const>{wanted_}, on);
        auto const offsets = to_device(view<std::int64_t const>{offsets_}, on);
        make_sets(units_->units(), units_->ranges(), reader_.rule(),
                  {documents.view(), offsets.view(), offsets_.back()}, first_set_, sets_, on);
        on.synchronize();
    }

private:
    std::optional<Units> units_; ///< where any of them are wanted
    unit_reader const& reader_;
    set_store sets_;
    std::int64_t first_set_;
    std::vector<std::int64_t> wanted_, offsets_;
};

constexpr std::int64_t bytes_a_shingle = sizeof(std::uint64_t);
/// What a join takes for a shingle: its set, keys and their order, two postings, frequencies, as much again
/// for the pairs of a round.
constexpr std::int64_t joining_bytes_a_shingle = 160;
/// Meetings in a round, however little memory there is.
constexpr std::int64_t least_round = 1 << 10;

/// `Units` as above.
template <class Units>
class stages final : public duplicate_stages {
public:
    stages(corpus_view corpus, near_duplicate_options const& options, element::lsh_plan const& plan,
           execution const& run)
        : corpus_{corpus}, goal_{options.similarity, options.threshold}, plan_{plan}, run_{run},
          guard_{run.device.index}, on_{run.device.index}, reader_{options, on_},
          keys_{corpus.size() * plan.bands, on_},
          bytes_{corpus.size() * plan.num_minima / std::int64_t{sizeof(uint4)}, on_} {
        on_.synchronize(); // batches write to them in other streams
    }

    summaries read() override {
        summaries all;
        all.num_units.resize(index(corpus_.size()));
        all.product_sums.resize(index(corpus_.size()));
        all.placed_sums.resize(index(corpus_.size()));
        for_each_batch({"reading", cut_rule::nowhere, Units::bytes_per_byte,
                        [&](batch const& part, stream const& on, staging& copies) {
                            return std::make_unique<sketch_job<Units>>(
                                part, reader_, poll_at("reading", part), on, copies, plan_, kept(), all);
                        }},
                       corpus_, run_beside(kept_bytes()));
        num_units_ = all.num_units;
        return all;
    }

    std::vector<bucket> compare_buckets(view<std::uint32_t const> documents, std::int64_t most,
                                        pair_sink const& pairs) override {
        std::vector<bucket> large_buckets;
        auto const on_device = to_device(documents, on_);
        std::vector<device_pairs> lists;
        for (std::int32_t band = 0; band < plan_.bands; ++band) {
            poll("finding candidates", static_cast<double>(band) / plan_.bands);
            auto members = compare_band(kept(), plan_, band, on_device.view(), most, on_);
            lists.push_back(std::move(members.pairs));
            auto const keys = to_host(members.large_keys.view(), on_);
            auto const large = to_host(members.large_documents.view(), on_);
            for (std::size_t i = 0; i < keys.size(); ++i) {
                if (i == 0 || keys[i] != keys[i - 1]) {
                    large_buckets.emplace_back();
                }
                large_buckets.back().push_back(large[i]);
            }
        }
        hand_over(merge_pairs({lists.data(), std::ssize(lists)}, on_), pairs);
        return large_buckets;
    }

    void compare_all(std::vector<bucket> const& buckets, pair_sink const& pairs) override {
        std::vector<std::uint32_t> members;
        std::vector<std::int64_t> begins;
        for (auto const& each : buckets) {
            begins.insert(begins.end(), each.size(), std::ssize(members));
            members.insert(members.end(), each.begin(), each.end());
        }
        auto const list =
            compare_members(kept(), plan_, to_device(view<std::uint32_t const>{members}, on_).view(),
                            to_device(view<std::int64_t const>{begins}, on_).view(), on_);
        hand_over(merge_pairs({&list, 1}, on_), pairs);
    }

    void copy_minimum_bytes(std::int64_t first, view<std::uint8_t> to) override {
        auto const* bytes = reinterpret_cast<std::uint8_t const*>(bytes_.view().data());
        copy_to_host<std::uint8_t>({bytes + first * plan_.num_minima, to.size()}, to, on_);
        on_.synchronize();
    }

    buffer<double> verify(view<packed_pair const> pairs, double threshold) override {
        auto const most = memory_for_sets() / bytes_a_shingle;
        buffer<double> similarities(index(pairs.size()));
        for (std::int64_t first = 0; first < pairs.size();) {
            auto const list = list_sets(pairs, first, most);
            auto const some = pairs.subview(first, list.num_pairs);
            verify_some(list.sets, some, threshold, {similarities.data() + first, some.size()});
            first += some.size();
        }
        return similarities;
    }

    joined_pairs join(view<std::uint32_t const> documents) override {
        auto const most = memory_for_sets() / joining_bytes_a_shingle;
        set_list whole;
        for (auto const doc : documents) {
            whole.add(doc, count_shingles(doc));
        }
        auto const blocks = cut(whole, most);
        device_buffer<std::uint32_t> frequencies{frequency_slots(whole.begins.back(), most), on_};
        fill_bytes(frequencies.view(), 0, on_);
        std::optional<held_sets> all; // where they are one block
        for (auto const& block : blocks) {
            all.emplace(hold(block, "counting shingles"));
            add_frequencies(all->store(), frequencies.view(), on_);
        }
        found_pairs found;
        for (std::size_t a = 0; a < blocks.size(); ++a) {
            for (auto b = a; b < blocks.size(); ++b) {
                auto const list = a == b ? blocks[a] : both(blocks[a], blocks[b]);
                if (blocks.size() > 1) {
                    all.reset();
                    all.emplace(hold(list, "joining"));
                }
                set_join const what{all->store(), a == b ? 0 : std::ssize(blocks[a].documents),
                                    frequencies.const_view(), goal_,
                                    std::max<std::int64_t>(most, least_round)};
                join_sets(
                    what, on_, [&](double done) { poll("joining", done); },
                    [&](device_pairs const& pairs, device_buffer<double> const& similarities) {
                        found.add(to_host(pairs.view(), on_), to_host(similarities.view(), on_),
                                  list.documents);
                    });
            }
        }
        return found.take();
    }

private:
    void hand_over(device_pairs const& found, pair_sink const& pairs) const {
        auto const at_a_time = static_cast<std::int64_t>(std::min(pairs.batch_size, index(found.size())));
        for (std::int64_t first = 0; first < found.size(); first += at_a_time) {
            auto const count = std::min(at_a_time, found.size() - first);
            auto some = to_host(found.view().subview(first, count), on_);
            pairs.add(some);
        }
    }

    struct listed_sets {
        set_list sets;
        std::int64_t num_pairs;
    };

    /// The sets of as many pairs from `first` on as `most` shingles allow, at least one.
    listed_sets list_sets(view<packed_pair const> pairs, std::int64_t first, std::int64_t most) {
        is_listed_.resize(index(corpus_.size()), 0);
        listed_sets made{{}, 0};
        std::int64_t num_shingles = 0;
        auto const add = [&](std::int64_t doc) {
            if (is_listed_[index(doc)] == 0) {
                is_listed_[index(doc)] = 1;
                made.sets.documents.push_back(doc);
                num_shingles += count_shingles(doc);
            }
        };
        while (first + made.num_pairs < pairs.size() && (made.num_pairs == 0 || num_shingles < most)) {
            auto const pair = pairs[first + made.num_pairs++];
            add(element::left_of(pair));
            add(element::right_of(pair));
        }
        std::sort(made.sets.documents.begin(), made.sets.documents.end());
        for (auto const doc : made.sets.documents) {
            is_listed_[index(doc)] = 0;
            made.sets.begins.push_back(made.sets.begins.back() + count_shingles(doc));
        }
        return made;
    }

    void verify_some(set_list const& list, view<packed_pair const> pairs, double threshold,
                     view<double> similarities) {
        auto sets = hold(list, "verifying");
        auto const set_of = [&](std::uint32_t doc) {
            auto const at = std::lower_bound(list.documents.begin(), list.documents.end(), doc);
            return static_cast<std::uint32_t>(at - list.documents.begin());
        };
        std::vector<packed_pair> numbered;
        for (auto const pair : pairs) {
            numbered.push_back(
                element::pack(set_of(element::left_of(pair)), set_of(element::right_of(pair))));
        }
        auto const found =
            compare_sets(sets.store(), to_device(view<packed_pair const>{numbered}, on_).view(),
                         {goal_.kind, threshold}, on_);
        copy_to_host<double>(found.view(), similarities, on_);
        on_.synchronize();
    }

    /// Sets on the device.
    struct held_sets {
        device_buffer<std::uint64_t> hashes;
        device_buffer<std::int64_t> begins, sizes;

        set_store store() { return {hashes.view(), begins.const_view(), sizes.view()}; }
    };

    held_sets hold(set_list const& list, char const* stage) {
        held_sets made{{list.begins.back(), on_},
                       to_device(view<std::int64_t const>{list.begins}, on_),
                       {std::ssize(list.documents), on_}};
        on_.synchronize(); // batches write to them in other streams
        if (list.documents.empty()) {
            return made;
        }
        // What is on the device already is taken in the batches in which it lies there.
        auto const first = corpus_.resident() != nullptr ? 0 : list.documents.front();
        auto const last = corpus_.resident() != nullptr ? corpus_.size() : list.documents.back() + 1;
        for_each_batch({stage, cut_rule::nowhere, Units::bytes_per_byte + sorting_bytes_a_shingle,
                        [&](batch const& part, stream const& on, staging& copies) {
                            return std::make_unique<set_job<Units>>(
                                part, first, reader_, poll_at(stage, part), on, copies, list, made.store());
                        }},
                       corpus_.subview(first, last - first),
                       run_beside(kept_bytes() + made.hashes.size() * bytes_a_shingle));
        return made;
    }

    /// Two for each shingle, within what is allowed.
    static std::int64_t frequency_slots(std::int64_t num_shingles, std::int64_t most) {
        constexpr std::int64_t least_slots = 256;
        auto const wanted = static_cast<std::uint64_t>(std::min(num_shingles, most)) * 2;
        return std::max(static_cast<std::int64_t>(std::bit_ceil(wanted)), least_slots);
    }

    /// What the sets of one step may take.
    std::int64_t memory_for_sets() const { return bytes_beside_batches(run_beside(kept_bytes())); }
    std::int64_t kept_bytes() const {
        return keys_.size() * std::int64_t{sizeof(std::uint32_t)} +
               bytes_.size() * std::int64_t{sizeof(uint4)};
    }
    /// A run whose batches leave so many bytes of the budget alone, if there is one.
    execution run_beside(std::int64_t taken) const {
        auto run = run_;
        if (run.device_memory > 0) {
            run.device_memory = std::max<std::int64_t>(1, run.device_memory - taken);
        }
        return run;
    }
    std::function<void()> poll_at(char const* stage, batch const& part) const {
        return cuda::poll_at(stage, part.first, corpus_, run_);
    }
    std::int64_t count_shingles(std::int64_t doc) const {
        return element::count_shingles(num_units_[index(doc)], reader_.rule().n);
    }
    kept_sketches kept() { return {keys_.view(), bytes_.view()}; }
    void poll(char const* stage, double done) const {
        if (run_.monitor != nullptr) {
            run_.monitor->poll(stage, done);
        }
    }

    corpus_view corpus_;
    element::similarity_goal goal_;
    element::lsh_plan plan_;
    execution run_;
    device_guard guard_;
    stream on_;
    unit_reader reader_;
    device_buffer<std::uint32_t> keys_;
    device_buffer<uint4> bytes_;
    buffer<std::int64_t> num_units_;      ///< [D]
    std::vector<std::uint8_t> is_listed_; ///< [D]
};

} // namespace

char const* missing(shingle_unit unit) {
    return unit == shingle_unit::words ? missing_to_read(tokenizer{}) : missing(normalization::nfkc_casefold);
}

std::unique_ptr<duplicate_stages> make_duplicate_stages(corpus_view corpus,
                                                        near_duplicate_options const& options,
                                                        element::lsh_plan const& plan, execution const& run) {
    if (options.unit == shingle_unit::words) {
        return std::make_unique<stages<batch_words>>(corpus, options, plan, run);
    }
    return std::make_unique<stages<batch_characters>>(corpus, options, plan, run);
}

} // namespace newsgpu::cuda
