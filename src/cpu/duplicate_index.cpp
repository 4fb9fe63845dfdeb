#include "backend.hpp"
#include "cpu/index_batch.hpp"
#include "cpu/index_growth.hpp"
#include "cpu/index_search.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace newsgpu::cpu {

namespace {

/// A text that a batch has, new or not.
struct batch_text {
    std::uint32_t text;
    /// The first and the last document of the batch that has it.
    std::int64_t first_doc, last_doc;
};

std::vector<batch_text> list_batch_texts(buffer<std::uint32_t> const& texts) {
    std::vector<std::int64_t> order;
    for (std::int64_t doc = 0; doc < std::ssize(texts); ++doc) {
        if (texts[index(doc)] != no_text) {
            order.push_back(doc);
        }
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int64_t a, std::int64_t b) { return texts[index(a)] < texts[index(b)]; });
    std::vector<batch_text> listed;
    for (auto const doc : order) {
        if (listed.empty() || listed.back().text != texts[index(doc)]) {
            listed.push_back({texts[index(doc)], doc, doc});
        }
        listed.back().last_doc = doc;
    }
    return listed;
}

/// What a document may repeat.
struct partner {
    std::int64_t document;
    double similarity;
};

/// Lists the documents that have a text. One per thread.
class document_lister {
public:
    explicit document_lister(index_contents const& contents) : contents_{contents} {}

    /// Calls `visit(document)` for the first `count` documents below `end` that have `text`, ascending.
    template <class Visit>
    void list(std::uint32_t text, std::int64_t end, std::int64_t count, Visit visit) const {
        auto const& own = contents_.segment_of_text(text);
        auto const take = [&](std::int64_t document) {
            if (document >= end || count == 0) {
                return false;
            }
            visit(document);
            --count;
            return true;
        };
        if (!take(own.text_documents[std::int64_t{text} - own.first_text])) {
            return;
        }
        auto const wanted = static_cast<std::uint64_t>(text) << 32;
        for (auto const& segment : contents_.segments) {
            auto const copies = segment->copies;
            auto const* at = std::lower_bound(copies.begin(), copies.end(), wanted);
            for (; at != copies.end() && *at >> 32 == text; ++at) {
                if (!take(static_cast<std::uint32_t>(*at))) {
                    return;
                }
            }
        }
    }

    /// The number of documents below `end` that have `text`.
    std::int64_t count(std::uint32_t text, std::int64_t end) const {
        auto const& own = contents_.segment_of_text(text);
        if (own.text_documents[std::int64_t{text} - own.first_text] >= end) {
            return 0;
        }
        std::int64_t number = 1;
        auto const wanted = static_cast<std::uint64_t>(text) << 32;
        for (auto const& segment : contents_.segments) {
            auto const copies = segment->copies;
            auto const* first = std::lower_bound(copies.begin(), copies.end(), wanted);
            number += std::lower_bound(first, copies.end(), wanted + static_cast<std::uint64_t>(end)) - first;
        }
        return number;
    }

private:
    index_contents const& contents_;
};

/// Adds batches to the contents of an index, one after another, and collects what they repeat.
class index_adder {
public:
    index_adder(index_contents const& contents, match_limits const& limits, execution const& run)
        : contents_{contents}, limits_{limits}, run_{run} {
        if (!limits.within_corpus) {
            text_end_ = contents.num_texts();
            document_end_ = contents.num_documents();
        }
    }

    void add(index_batch const& batch, corpus_view ids) {
        auto const first_document = contents_.num_documents();
        auto const num_old_texts = contents_.num_texts();
        auto made = make_segment(contents_, batch, ids, run_);
        contents_.segments.push_back(std::move(made.segment));
        auto const texts = list_batch_texts(made.texts);
        auto const matches = search(batch, made.texts, texts, num_old_texts);
        list_matches(made.texts, texts, matches, first_document);
        num_rows_ += batch.size();
        merge_last_segments(contents_, run_);
    }

    index_addition finish() {
        return {std::make_shared<index_contents const>(std::move(contents_)), std::move(found_)};
    }

private:
    /// [texts]: the other texts that reach the threshold with each, as far as a document before its last one
    /// has them.
    std::vector<std::vector<text_match>> search(index_batch const& batch,
                                                buffer<std::uint32_t> const& text_of_doc,
                                                std::vector<batch_text> const& texts,
                                                std::int64_t num_old_texts) {
        constexpr std::int64_t texts_a_piece = 32;
        auto const& plan = contents_.plan;
        // How many texts there are before a document of the batch.
        std::vector<std::uint32_t> texts_before(index(batch.size()));
        auto next = static_cast<std::uint32_t>(num_old_texts);
        for (std::int64_t doc = 0; doc < batch.size(); ++doc) {
            texts_before[index(doc)] = next;
            next += text_of_doc[index(doc)] == next ? 1 : 0;
        }
        std::vector<std::vector<text_match>> matches(texts.size());
        per_worker<index_searcher> searchers{run_};
        auto const num_listed = std::ssize(texts);
        std::vector<std::int64_t> uncompared(index(num_slices(num_listed, texts_a_piece)), 0);
        for_each_slice("looking up", num_listed, texts_a_piece, run_, [&](slice const& some, worker& self) {
            auto& searcher = searchers.get(self, contents_);
            for (auto t = some.first; t < some.last; ++t) {
                self.checkpoint();
                auto const& [text, first_doc, last_doc] = texts[index(t)];
                sought_text const sought{
                    batch.sets[index(first_doc)],
                    {batch.sketches.data() + first_doc * plan.num_minima, plan.num_minima},
                    {batch.keys.data() + first_doc * plan.bands, plan.bands},
                    text,
                    static_cast<std::uint32_t>(
                        std::min(text_end_, std::int64_t{texts_before[index(last_doc)]}))};
                auto const before = searcher.num_uncompared();
                matches[index(t)] = searcher.search(sought, self);
                // Copies of a text were counted with it.
                uncompared[index(some.number)] +=
                    text >= num_old_texts ? searcher.num_uncompared() - before : 0;
            }
        });
        found_.uncompared_pairs += std::accumulate(uncompared.begin(), uncompared.end(), std::int64_t{0});
        return matches;
    }

    /// Appends what every document of the batch repeats to the matches found.
    void list_matches(buffer<std::uint32_t> const& text_of_doc, std::vector<batch_text> const& texts,
                      std::vector<std::vector<text_match>> const& matches, std::int64_t first_document) {
        constexpr std::int64_t documents_a_piece = 256;
        document_lister const lister{contents_};
        auto const most = limits_.top > 0 ? limits_.top : contents_.num_documents();
        // Calls `visit(text, similarity)` for the texts whose documents before `doc` it repeats.
        auto const for_each_text = [&](std::int64_t doc, auto visit) {
            auto const text = text_of_doc[index(doc)];
            if (text == no_text) {
                return;
            }
            visit(text, 1.0);
            auto const place =
                std::lower_bound(texts.begin(), texts.end(), text,
                                 [](batch_text const& t, std::uint32_t wanted) { return t.text < wanted; }) -
                texts.begin();
            for (auto const& [other, similarity] : matches[index(place)]) {
                visit(other, similarity);
            }
        };
        auto const end_for = [&](std::int64_t doc) { return std::min(document_end_, first_document + doc); };
        auto const num_documents = std::ssize(text_of_doc);
        std::vector<std::int64_t> offsets(index(num_slices(num_documents, documents_a_piece)) + 1, 0);
        auto const count_matches = [&](slice const& some, worker& self) {
            for (auto doc = some.first; doc < some.last; ++doc) {
                self.checkpoint();
                std::int64_t count = 0;
                for_each_text(doc,
                              [&](std::uint32_t text, double) { count += lister.count(text, end_for(doc)); });
                offsets[index(some.number) + 1] += std::min(count, most);
            }
        };
        for_each_slice("counting matches", num_documents, documents_a_piece, run_, count_matches);
        std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
        auto const old_size = found_.size();
        auto const new_size = old_size + offsets.back();
        if (limits_.max_matches > 0 && new_size > limits_.max_matches) {
            throw std::length_error{"there are " + std::to_string(new_size) +
                                    " matches or more; a limit of matches a document gives fewer"};
        }
        found_.row.resize(index(new_size));
        found_.match.resize(index(new_size));
        found_.similarity.resize(index(new_size));
        auto const list_partners = [&](slice const& some, worker& self) {
            std::vector<partner> partners;
            auto out = index(old_size + offsets[index(some.number)]);
            for (auto doc = some.first; doc < some.last; ++doc) {
                self.checkpoint();
                partners.clear();
                for_each_text(doc, [&](std::uint32_t text, double similarity) {
                    // Of one text, more than `most` are never taken.
                    lister.list(text, end_for(doc), most,
                                [&](std::int64_t document) { partners.push_back({document, similarity}); });
                });
                if (std::ssize(partners) > most) {
                    std::sort(partners.begin(), partners.end(), [](partner const& a, partner const& b) {
                        return a.similarity != b.similarity ? a.similarity > b.similarity
                                                            : a.document < b.document;
                    });
                    partners.resize(index(most));
                }
                std::sort(partners.begin(), partners.end(),
                          [](partner const& a, partner const& b) { return a.document < b.document; });
                for (auto const& [document, similarity] : partners) {
                    found_.row[out] = num_rows_ + doc;
                    found_.match[out] = document;
                    found_.similarity[out] = similarity;
                    ++out;
                }
            }
        };
        for_each_slice("listing matches", num_documents, documents_a_piece, run_, list_partners);
        for (auto m = old_size; m < new_size; ++m) {
            append_id(found_.ids, first_document + found_.row[index(m)] - num_rows_);
            append_id(found_.match_ids, found_.match[index(m)]);
        }
    }

    void append_id(string_column& ids, std::int64_t document) const {
        ids.push_back(contents_.segment_of_document(document).id(document));
    }

    index_contents contents_;
    match_limits limits_;
    execution run_;
    /// Texts and documents from these on are not what the others are held against.
    std::int64_t text_end_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t document_end_ = std::numeric_limits<std::int64_t>::max();
    duplicate_matches found_;
    std::int64_t num_rows_ = 0;
};

} // namespace

index_addition add_documents(index_contents const& contents, corpus_view corpus, corpus_view ids,
                             match_limits const& limits, execution const& run,
                             sketching_device const& device) {
    // Large enough to keep all workers busy, small enough for what is made of it to fit beside it.
    constexpr std::int64_t batch_bytes = std::int64_t{1} << 26;
    index_adder adder{contents, limits, run};
    for (auto const [first, last] : document_ranges(corpus, batch_bytes)) {
        auto const some = corpus.subview(first, last - first);
        auto const batch = device ? read_batch(some, device(some), contents.options, run)
                                  : read_batch(some, contents.options, contents.plan, run);
        adder.add(batch, ids.empty() ? ids : ids.subview(first, last - first));
    }
    return adder.finish();
}

index_addition add_documents(index_contents const& contents, index_contents const& other,
                             match_limits const& limits, execution const& run) {
    constexpr std::int64_t batch_documents = std::int64_t{1} << 16;
    index_adder adder{contents, limits, run};
    auto const texts = list_texts(other);
    for (std::int64_t first = 0; first < other.num_documents(); first += batch_documents) {
        auto const last = std::min(first + batch_documents, other.num_documents());
        string_column ids;
        for (auto doc = first; doc < last; ++doc) {
            ids.push_back(other.segment_of_document(doc).id(doc));
        }
        adder.add(read_batch(other, texts, first, last, run), ids);
    }
    return adder.finish();
}

} // namespace newsgpu::cpu
