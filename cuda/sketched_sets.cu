#include "backend.hpp"
#include "element_index.hpp"

#include "cuda/batch_units.cuh"
#include "cuda/shingle_sets.cuh"
#include "cuda/sketch.cuh"
#include "cuda/token_search.cuh"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "reading";

/// Makes the sketches and the sets of a batch. `Units` is batch_characters or batch_words.
template <class Units>
class set_sketch_job final : public batch_job {
public:
    set_sketch_job(batch const& part, unit_reader const& reader, std::function<void()> poll, stream const& on,
                   staging& copies, element::lsh_plan const& plan, sketched_sets& all)
        : part_{part}, units_{part, reader, std::move(poll), on, copies}, reader_{reader}, plan_{plan},
          all_{all} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        units_.finish(on, copies, stats);
        bring_sketches(on, copies);
        bring_sets(on, copies);
    }

private:
    std::int64_t num_documents() const { return part_.documents.size(); }

    void bring_sketches(stream const& on, staging& copies) {
        auto const ranges = units_.ranges();
        auto const made = sketch(units_.units(), ranges, reader_.rule(), plan_.num_minima, on);
        bring_home(made, ranges, part_.first, all_.documents, on, copies);
        auto const bands = std::int64_t{plan_.bands}, minima = std::int64_t{plan_.num_minima};
        auto const count = num_documents();
        device_buffer<std::uint32_t> keys{count * bands, on};
        device_buffer<uint4> bytes{count * minima / std::int64_t{sizeof(uint4)}, on};
        keep_sketches(made, plan_, 0, {keys.view(), bytes.view()}, on);
        view<std::uint8_t const> const sketches{reinterpret_cast<std::uint8_t const*>(bytes.view().data()),
                                                count * minima};
        copies.download(sketches, view{all_.sketches.data() + part_.first * minima, sketches.size()}, on);
        buffer<std::uint32_t> by_band(index(keys.size()));
        copies.download<std::uint32_t>(keys.view(), by_band, on);
        auto* to = all_.keys.data() + part_.first * bands;
        for (std::int64_t doc = 0; doc < count; ++doc) {
            for (std::int64_t band = 0; band < bands; ++band) {
                *to++ = by_band[index(band * count + doc)];
            }
        }
    }

    void bring_sets(stream const& on, staging& copies) {
        for (std::int64_t doc = 0; doc < num_documents(); ++doc) {
            auto const num_units = all_.documents.num_units[index(part_.first + doc)];
            auto const num_shingles = element::count_shingles(num_units, reader_.rule().n);
            if (num_shingles > 0) {
                wanted_.push_back(doc);
                offsets_.push_back(offsets_.back() + num_shingles);
            }
        }
        auto const num_sets = std::ssize(wanted_);
        buffer<std::uint64_t> hashes(index(offsets_.back()));
        buffer<std::int64_t> sizes(index(num_sets));
        if (num_sets > 0) {
            device_buffer<std::uint64_t> all_hashes{offsets_.back(), on};
            device_buffer<std::int64_t> all_sizes{num_sets, on};
            auto const documents = to_device(view<std::int64_t const>{wanted_}, on);
            auto const begins = to_device(view<std::int64_t const>{offsets_}, on);
            make_sets(units_.units(), units_.ranges(), reader_.rule(),
                      {documents.view(), begins.view(), offsets_.back()}, 0,
                      {all_hashes.view(), begins.view(), all_sizes.view()}, on);
            copies.download<std::uint64_t>(all_hashes.view(), hashes, on);
            copies.download<std::int64_t>(all_sizes.view(), sizes, on);
        }
        // Sets have room for every repeat until here.
        std::int64_t set = 0;
        for (std::int64_t doc = 0; doc < num_documents(); ++doc) {
            if (set < num_sets && wanted_[index(set)] == doc) {
                auto const begin = hashes.begin() + offsets_[index(set)];
                all_.hashes.insert(all_.hashes.end(), begin, begin + sizes[index(set)]);
                ++set;
            }
            all_.offsets.push_back(std::ssize(all_.hashes));
        }
    }

    batch const& part_;
    Units units_;
    unit_reader const& reader_;
    element::lsh_plan const& plan_;
    sketched_sets& all_;
    /// Members, so that they are there until the stream has been waited for, whatever throws.
    std::vector<std::int64_t> wanted_, offsets_{0};
};

template <class Units>
void read_all(corpus_view corpus, unit_reader const& reader, element::lsh_plan const& plan,
              execution const& run, sketched_sets& all) {
    for_each_batch({stage, cut_rule::nowhere, Units::bytes_per_byte + sorting_bytes_a_shingle,
                    [&](batch const& part, stream const& on, staging& copies) {
                        return std::make_unique<set_sketch_job<Units>>(
                            part, reader, poll_at(stage, part.first, corpus, run), on, copies, plan, all);
                    }},
                   corpus, run);
}

} // namespace

sketched_sets read_sets(corpus_view corpus, near_duplicate_options const& options,
                        element::lsh_plan const& plan, execution const& run) {
    sketched_sets all;
    auto const count = index(corpus.size());
    all.documents.num_units.resize(count);
    all.documents.product_sums.resize(count);
    all.documents.placed_sums.resize(count);
    all.sketches.resize(count * index(plan.num_minima));
    all.keys.resize(count * index(plan.bands));
    device_guard const guard{run.device.index};
    unit_reader const reader{options, stream{run.device.index}};
    if (options.unit == shingle_unit::words) {
        read_all<batch_words>(corpus, reader, plan, run, all);
    } else {
        read_all<batch_characters>(corpus, reader, plan, run, all);
    }
    return all;
}

} // namespace newsgpu::cuda
