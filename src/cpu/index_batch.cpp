#include "cpu/index_batch.hpp"

#include "backend.hpp"
#include "cpu/minhash.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "element/lsh.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <string_view>

namespace newsgpu::cpu {

namespace {

shingle_options shingling(duplicate_index_options const& options) {
    return {options.unit, options.n, options.seed};
}

/// Where the minima of a batch go.
class sketch_rows {
public:
    sketch_rows(index_batch& batch, element::lsh_plan const& plan) : plan_{plan}, batch_{batch} {
        batch.sketches.resize(batch.sets.size() * index(plan.num_minima));
        batch.keys.resize(batch.sets.size() * index(plan.bands));
    }

    void fill(std::int64_t doc, sketcher& sketch) const {
        if (plan_.bands == 0) {
            return;
        }
        sketch.start();
        sketch.add(batch_.sets[index(doc)]);
        auto const minima = sketch.minima();
        auto* bytes = batch_.sketches.data() + doc * plan_.num_minima;
        for (std::int32_t k = 0; k < plan_.num_minima; ++k) {
            bytes[k] = element::minimum_byte(minima[k]);
        }
        auto* keys = batch_.keys.data() + doc * plan_.bands;
        for (std::int32_t band = 0; band < plan_.bands; ++band) {
            keys[band] = element::band_key(minima.data() + band * plan_.rows, plan_.rows);
        }
    }

private:
    element::lsh_plan const& plan_;
    index_batch& batch_;
};

/// Reads the sets of documents. One per thread.
class set_reader {
public:
    set_reader(duplicate_index_options const& options, element::lsh_plan const& plan)
        : sketch{options.seed, plan.num_minima}, shingler_{shingling(options)} {}

    /// Appends the set of a document to `sets`.
    document_identity read(std::string_view document, worker& self, buffer<std::uint64_t>& sets) {
        set_.clear();
        auto const summary = shingler_.read(document, self, [&](view<std::uint64_t const> block) {
            set_.insert(set_.end(), block.begin(), block.end());
        });
        sort_spread(set_, scratch_, [](std::uint64_t hash) { return hash; });
        sets.insert(sets.end(), set_.begin(), std::unique(set_.begin(), set_.end()));
        return {summary.identity[0], summary.identity[1]};
    }

    sketcher sketch;

private:
    shingler shingler_;
    buffer<std::uint64_t> set_;
    sort_scratch<std::uint64_t> scratch_;
};

} // namespace

index_batch read_batch(corpus_view corpus, duplicate_index_options const& options,
                       element::lsh_plan const& plan, execution const& run) {
    index_batch batch;
    batch.identities.resize(index(corpus.size()));
    batch.sets.resize(index(corpus.size()));
    sketch_rows const rows{batch, plan};
    auto const ranges = document_ranges(corpus);
    batch.memory.resize(ranges.size());
    per_worker<set_reader> readers{run};
    for_each_piece("reading", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto& reader = readers.get(self, options, plan);
        auto& memory = batch.memory[index(piece)];
        auto const [first, last] = ranges[index(piece)];
        std::vector<std::size_t> ends;
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            batch.identities[index(doc)] = reader.read(corpus[doc], self, memory);
            ends.push_back(memory.size());
        }
        std::size_t begin = 0;
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            auto const end = ends[index(doc - first)];
            batch.sets[index(doc)] = {memory.data() + begin, static_cast<std::int64_t>(end - begin)};
            rows.fill(doc, reader.sketch);
            begin = end;
        }
    });
    return batch;
}

index_batch read_batch(corpus_view corpus, sketched_sets read, duplicate_index_options const& options,
                       execution const& run) {
    index_batch batch;
    batch.identities = identities_of(corpus, shingling(options), read.documents, run);
    batch.sketches = std::move(read.sketches);
    batch.keys = std::move(read.keys);
    auto const& hashes = batch.memory.emplace_back(std::move(read.hashes));
    for (std::size_t doc = 0; doc + 1 < read.offsets.size(); ++doc) {
        auto const begin = read.offsets[doc];
        batch.sets.emplace_back(hashes.data() + begin, read.offsets[doc + 1] - begin);
    }
    return batch;
}

indexed_texts list_texts(index_contents const& contents) {
    indexed_texts texts;
    texts.text_of_document.resize(index(contents.num_documents()), no_text);
    texts.identities.resize(index(contents.num_texts()));
    auto const check = [](bool holds) {
        if (!holds) {
            throw corrupt_file{"an index names a document or text that it does not have"};
        }
    };
    auto const enter = [&](std::uint32_t document, std::uint32_t text) {
        check(document < texts.text_of_document.size() && text < texts.identities.size());
        texts.text_of_document[document] = text;
    };
    for (auto const& segment : contents.segments) {
        for (std::int64_t t = 0; t < segment->num_texts(); ++t) {
            enter(segment->text_documents[t], segment->first_text + static_cast<std::uint32_t>(t));
        }
        for (auto const copy : segment->copies) {
            enter(static_cast<std::uint32_t>(copy), static_cast<std::uint32_t>(copy >> 32));
        }
        for (auto const& known : segment->identities) {
            check(known.text < texts.identities.size());
            texts.identities[known.text] = {known.first, known.second};
        }
    }
    return texts;
}

index_batch read_batch(index_contents const& contents, indexed_texts const& texts, std::int64_t first,
                       std::int64_t last, execution const& run) {
    constexpr std::int64_t documents_a_piece = 256;
    index_batch batch;
    batch.identities.resize(index(last - first));
    batch.sets.resize(index(last - first));
    sketch_rows const rows{batch, contents.plan};
    per_worker<sketcher> sketchers{run};
    for_each_slice("reading", batch.size(), documents_a_piece, run, [&](slice const& some, worker& self) {
        auto& sketch = sketchers.get(self, contents.options.seed, contents.plan.num_minima);
        for (auto doc = some.first; doc < some.last; ++doc) {
            self.checkpoint();
            auto const text = texts.text_of_document[index(first + doc)];
            if (text != no_text) {
                batch.sets[index(doc)] = contents.segment_of_text(text).set(text);
                batch.identities[index(doc)] = texts.identities[text];
            }
            rows.fill(doc, sketch);
        }
    });
    return batch;
}

std::uint64_t index_fingerprint(duplicate_index_options const& options, element::lsh_plan const& plan) {
    // Words of several lengths and scripts, case, compatibility forms, more units than a shingle may have.
    constexpr std::string_view sample =
        "The committee\xE2\x80\x99s 14 members met in \xEF\xBC\xA8\xEF\xBD\x8F\xEF\xBD\x8E\xEF\xBD\x87 Kong; "
        "internationalisation \xE4\xB8\xAD\xE5\x9B\xBD\xE7\xBB\x8F\xE6\xB5\x8E\xE6\x81\xA2\xE5\xA4\x8D"
        "\xE5\xA2\x9E\xE9\x95\xBF\xE3\x80\x82 Caf\xC3\xA9, cafe\xCC\x81. ";
    std::string text;
    for (int repeat = 0; repeat < 4; ++repeat) {
        text += sample;
        text += std::to_string(repeat);
    }
    auto const column = make_corpus(std::vector<std::string>{text, "Rain"});
    auto const batch = read_batch(column, options, plan, execution{device::cpu(), 1});
    std::uint64_t sum = 0;
    auto const take = [&](std::uint64_t value) { sum = element::combine(sum, value); };
    for (std::size_t doc = 0; doc < batch.sets.size(); ++doc) {
        take(batch.identities[doc].first);
        take(batch.identities[doc].second);
        std::for_each(batch.sets[doc].begin(), batch.sets[doc].end(), take);
    }
    std::for_each(batch.sketches.begin(), batch.sketches.end(), take);
    std::for_each(batch.keys.begin(), batch.keys.end(), take);
    return sum;
}

} // namespace newsgpu::cpu
