#include "cpu/index_growth.hpp"

#include "cpu/index_keys.hpp"
#include "cpu/index_search.hpp"
#include "cpu/parallel.hpp"
#include "cpu/sort_hashes.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <string>

namespace newsgpu::cpu {

namespace {

/// The arrays of a segment in memory.
struct segment_arrays {
    string_column ids;
    buffer<std::uint32_t> text_documents;
    buffer<std::int64_t> set_offsets;
    buffer<std::uint64_t> shingles;
    buffer<std::uint8_t> sketches;
    buffer<identified_text> identities;
    buffer<std::uint64_t> copies;
    std::vector<buffer<keyed_text>> tables;
};

std::shared_ptr<index_segment const> own_arrays(std::int64_t first_document, std::int64_t first_text,
                                                std::shared_ptr<segment_arrays> arrays) {
    auto segment = std::make_shared<index_segment>();
    segment->first_document = static_cast<std::uint32_t>(first_document);
    segment->first_text = static_cast<std::uint32_t>(first_text);
    segment->id_offsets = arrays->ids.offsets;
    segment->id_bytes = arrays->ids.bytes;
    segment->text_documents = arrays->text_documents;
    segment->set_offsets = arrays->set_offsets;
    segment->shingles = arrays->shingles;
    segment->sketches = arrays->sketches;
    segment->identities = arrays->identities;
    segment->copies = arrays->copies;
    segment->tables.assign(arrays->tables.begin(), arrays->tables.end());
    segment->owner = std::move(arrays);
    return segment;
}

string_column make_ids(corpus_view ids, std::int64_t count, std::int64_t first_document) {
    string_column made;
    for (std::int64_t doc = 0; doc < count; ++doc) {
        if (ids.empty() || ids.is_missing(doc)) {
            made.push_back(std::to_string(first_document + doc));
        } else {
            made.push_back(ids[doc]);
        }
    }
    return made;
}

/// The documents of a batch whose text is not in the index, ordered so that equal texts are neighbours.
std::vector<std::int64_t> order_new_texts(index_batch const& batch, buffer<std::uint32_t> const& texts) {
    std::vector<std::int64_t> order;
    for (std::int64_t doc = 0; doc < batch.size(); ++doc) {
        if (!batch.sets[index(doc)].empty() && texts[index(doc)] == no_text) {
            order.push_back(doc);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        auto const order_of_identities = batch.identities[index(a)] <=> batch.identities[index(b)];
        return order_of_identities != 0 ? order_of_identities < 0 : a < b;
    });
    return order;
}

/// Gives numbers to new texts, in order of the documents in which they first occur, and returns those
/// documents.
std::vector<std::int64_t> number_new_texts(index_batch const& batch, std::int64_t first_text,
                                           buffer<std::uint32_t>& texts) {
    auto const order = order_new_texts(batch, texts);
    std::vector<std::int64_t> same_as(index(batch.size()), -1);
    std::vector<std::int64_t> firsts;
    for (std::size_t i = 0; i < order.size(); ++i) {
        bool const is_first =
            i == 0 || batch.identities[index(order[i])] != batch.identities[index(order[i - 1])];
        same_as[index(order[i])] = is_first ? order[i] : same_as[index(order[i - 1])];
        if (is_first) {
            firsts.push_back(order[i]);
        }
    }
    std::sort(firsts.begin(), firsts.end());
    for (std::size_t t = 0; t < firsts.size(); ++t) {
        texts[index(firsts[t])] = static_cast<std::uint32_t>(first_text + static_cast<std::int64_t>(t));
    }
    for (auto const doc : order) {
        texts[index(doc)] = texts[index(same_as[index(doc)])];
    }
    return firsts;
}

void sort_keyed(buffer<std::uint64_t>& entries) {
    sort_scratch<std::uint64_t> scratch;
    sort_spread(entries, scratch, [](std::uint64_t entry) { return entry; });
}

/// Makes the arrays of new texts: a piece of work each.
class segment_maker {
public:
    segment_maker(index_contents const& contents, index_batch const& batch,
                  std::vector<std::int64_t> const& firsts, segment_arrays& arrays)
        : batch_{batch}, firsts_{firsts}, arrays_{arrays}, plan_{contents.plan},
          goal_{contents.options.similarity, contents.options.threshold}, first_text_{contents.num_texts()} {
        arrays.tables.resize(index(num_tables(contents.options, contents.plan)));
    }

    void make(execution const& run) {
        auto const num_banded = plan_.bands > 0 ? std::ssize(arrays_.tables) : 1;
        for_each_piece("sorting keys", num_banded + 2, run, [&](std::int64_t piece, worker&) {
            if (piece == num_banded) {
                copy_sets();
            } else if (piece == num_banded + 1) {
                sort_identities();
            } else if (plan_.bands > 0) {
                enter_band(piece);
            } else {
                enter_shingles();
            }
        });
    }

private:
    std::uint32_t text(std::size_t t) const {
        return static_cast<std::uint32_t>(first_text_ + static_cast<std::int64_t>(t));
    }

    void copy_sets() {
        std::int64_t size = 0;
        arrays_.set_offsets.push_back(0);
        for (auto const doc : firsts_) {
            size += batch_.sets[index(doc)].size();
            arrays_.set_offsets.push_back(size);
        }
        arrays_.shingles.reserve(index(size));
        arrays_.sketches.reserve(firsts_.size() * index(plan_.num_minima));
        for (auto const doc : firsts_) {
            auto const set = batch_.sets[index(doc)];
            arrays_.shingles.insert(arrays_.shingles.end(), set.begin(), set.end());
            auto const* sketch = batch_.sketches.data() + doc * plan_.num_minima;
            arrays_.sketches.insert(arrays_.sketches.end(), sketch, sketch + plan_.num_minima);
        }
    }

    void sort_identities() {
        for (std::size_t t = 0; t < firsts_.size(); ++t) {
            auto const& identity = batch_.identities[index(firsts_[t])];
            arrays_.identities.push_back({identity.first, identity.second, text(t), 0});
        }
        sort_scratch<identified_text> scratch;
        sort_spread(arrays_.identities, scratch, [](identified_text const& entry) { return entry.first; });
    }

    void enter_band(std::int64_t band) {
        auto& table = arrays_.tables[index(band)];
        table.reserve(firsts_.size());
        for (std::size_t t = 0; t < firsts_.size(); ++t) {
            table.push_back(key_text(batch_.keys[index(firsts_[t] * plan_.bands + band)], text(t)));
        }
        sort_keyed(table);
    }

    void enter_shingles() {
        for (std::size_t t = 0; t < firsts_.size(); ++t) {
            for_each_key(goal_, batch_.sets[index(firsts_[t])], {},
                         [&](std::int64_t table, std::uint32_t key) {
                             arrays_.tables[index(table)].push_back(key_text(key, text(t)));
                         });
        }
        for (auto& table : arrays_.tables) {
            sort_keyed(table);
            // Two shingles of one set may have the same key.
            table.erase(std::unique(table.begin(), table.end()), table.end());
        }
    }

    index_batch const& batch_;
    std::vector<std::int64_t> const& firsts_;
    segment_arrays& arrays_;
    element::lsh_plan const& plan_;
    similarity_goal goal_;
    std::int64_t first_text_;
};

template <class T>
buffer<T> append(view<T const> a, view<T const> b) {
    buffer<T> joined(index(a.size() + b.size()));
    std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), joined.begin()));
    return joined;
}

/// Offsets of `a`, then those of `b` behind them.
buffer<std::int64_t> append_offsets(view<std::int64_t const> a, view<std::int64_t const> b) {
    auto joined = append(a, b.subview(1, b.size() - 1));
    auto const end = a.back() - b.front();
    std::for_each(joined.begin() + a.size(), joined.end(), [end](std::int64_t& offset) { offset += end; });
    return joined;
}

template <class T>
buffer<T> merge_sorted(view<T const> a, view<T const> b) {
    buffer<T> merged(index(a.size() + b.size()));
    std::merge(a.begin(), a.end(), b.begin(), b.end(), merged.begin());
    return merged;
}

std::shared_ptr<index_segment const> merge_segments(index_segment const& a, index_segment const& b,
                                                    execution const& run) {
    auto arrays = std::make_shared<segment_arrays>();
    auto const num_tables = std::ssize(a.tables);
    arrays->tables.resize(a.tables.size());
    for_each_piece("merging", num_tables + 4, run, [&](std::int64_t piece, worker&) {
        switch (piece - num_tables) {
        case 0:
            arrays->ids.offsets = append_offsets(a.id_offsets, b.id_offsets);
            arrays->ids.bytes = append(a.id_bytes, b.id_bytes);
            arrays->text_documents = append(a.text_documents, b.text_documents);
            break;
        case 1:
            arrays->set_offsets = append_offsets(a.set_offsets, b.set_offsets);
            arrays->shingles = append(a.shingles, b.shingles);
            break;
        case 2:
            arrays->sketches = append(a.sketches, b.sketches);
            arrays->copies = merge_sorted(a.copies, b.copies);
            break;
        case 3:
            arrays->identities = merge_sorted(a.identities, b.identities);
            break;
        default:
            arrays->tables[index(piece)] = merge_sorted(a.tables[index(piece)], b.tables[index(piece)]);
        }
    });
    return own_arrays(a.first_document, a.first_text, std::move(arrays));
}

} // namespace

batch_segment make_segment(index_contents const& contents, index_batch const& batch, corpus_view ids,
                           execution const& run) {
    constexpr std::int64_t documents_a_piece = 1024;
    batch_segment made;
    made.texts.resize(index(batch.size()), no_text);
    for_each_slice("finding copies", batch.size(), documents_a_piece, run,
                   [&](slice const& some, worker& self) {
                       for (auto doc = some.first; doc < some.last; ++doc) {
                           self.checkpoint();
                           if (!batch.sets[index(doc)].empty()) {
                               made.texts[index(doc)] = find_text(contents, batch.identities[index(doc)]);
                           }
                       }
                   });
    auto const first_document = contents.num_documents();
    auto const firsts = number_new_texts(batch, contents.num_texts(), made.texts);
    auto arrays = std::make_shared<segment_arrays>();
    for (auto const doc : firsts) {
        arrays->text_documents.push_back(static_cast<std::uint32_t>(first_document + doc));
    }
    std::size_t next = 0;
    for (std::int64_t doc = 0; doc < batch.size(); ++doc) {
        if (next < firsts.size() && firsts[next] == doc) {
            ++next;
        } else if (made.texts[index(doc)] != no_text) {
            arrays->copies.push_back(static_cast<std::uint64_t>(made.texts[index(doc)]) << 32 |
                                     static_cast<std::uint64_t>(first_document + doc));
        }
    }
    std::sort(arrays->copies.begin(), arrays->copies.end());
    arrays->ids = make_ids(ids, batch.size(), first_document);
    segment_maker{contents, batch, firsts, *arrays}.make(run);
    made.segment = own_arrays(first_document, contents.num_texts(), std::move(arrays));
    return made;
}

void merge_last_segments(index_contents& contents, execution const& run) {
    auto& segments = contents.segments;
    while (segments.size() > 1) {
        auto const& last = *segments.back();
        auto const& before = *segments[segments.size() - 2];
        if (before.is_file || before.num_documents() >= 2 * last.num_documents()) {
            break;
        }
        auto merged = merge_segments(before, last, run);
        segments.pop_back();
        segments.back() = std::move(merged);
    }
}

} // namespace newsgpu::cpu
