#pragma once

#include "cpu/counted_ngrams.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/radix_sort.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

/// All occurrences of n-grams of one length are sorted by (number of the first n - 1 parts, number of the
/// last part), which is the order of their text: no string is made or compared, and equal ones lie together.
/// They are dealt out to partitions that fit the second-level cache first. The place of an n-gram among the
/// distinct ones is the number that n-grams one part longer begin with.
class ngram_sorter {
public:
    ngram_sorter(token_sequences const& sequences, int max_n, execution const& run)
        : sequences_{sequences}, max_n_{max_n}, run_{run},
          part_bits_{bits_below(index(sequences.words.size()))}, prefixes_{sequences.tokens.data()} {
        auto const wanted = sequences.size() / (std::int64_t{4} * num_workers(run)) + 1;
        for (std::int64_t first = 0; first < sequences.num_documents();) {
            auto last = first;
            auto const begin = sequences.offsets[index(first)];
            while (last < sequences.num_documents() && sequences.offsets[index(last)] - begin < wanted) {
                ++last;
            }
            chunks_.push_back({{first, last}, {}, {}});
            first = last;
        }
    }

    /// How often each word occurs, and in how many documents.
    counted_ngrams::sums count_words() const {
        struct total {
            std::int64_t count = 0;
            std::uint32_t document_count = 0;
            std::uint32_t last_document = 0; ///< the one that was counted last, from 1 on
        };
        auto const num_words = index(sequences_.words.size());
        std::vector<std::vector<total>> workers(index(num_workers(run_)));
        for_each_piece("counting", std::ssize(chunks_), run_, [&](std::int64_t number, worker& self) {
            auto& mine = workers[index(self.id())];
            mine.resize(num_words);
            auto const& range = chunks_[index(number)].documents;
            for (auto doc = range.first; doc < range.last; ++doc) {
                auto const document = static_cast<std::uint32_t>(doc + 1);
                for (auto at = sequences_.offsets[index(doc)]; at < sequences_.offsets[index(doc) + 1];
                     ++at) {
                    auto& each = mine[sequences_.tokens[index(at)]];
                    ++each.count;
                    each.document_count += each.last_document != document;
                    each.last_document = document;
                }
            }
        });
        counted_ngrams::sums sums;
        sums.counts.assign(num_words, 0);
        sums.document_counts.assign(num_words, 0);
        for (auto const& mine : workers) {
            for (std::size_t word = 0; word < mine.size(); ++word) {
                sums.counts[word] += mine[word].count;
                sums.document_counts[word] += mine[word].document_count;
            }
        }
        return sums;
    }

    /// Sorts the n-grams of the next length, from 2 on.
    /// @param num_prefixes n-grams one part shorter.
    /// @return their keys, as `ngram_tree::levels` has them; counts go to `sums` unless it is null.
    buffer<std::uint64_t> count(std::size_t num_prefixes, counted_ngrams::sums* sums);

    /// The same with the number of every n-gram at its place, as placed_ngrams has them.
    buffer<std::uint64_t> place(std::size_t num_prefixes, buffer<std::uint32_t>& numbers);

private:
    static std::size_t index(std::int64_t place) { return static_cast<std::size_t>(place); }

    /// Bits that hold every number below `count`.
    static int bits_below(std::size_t count) {
        return static_cast<int>(std::bit_width(count - (count != 0)));
    }

    /// Records of 8 bytes: with what sorting needs besides, half of a second-level cache of 1 MB.
    static constexpr std::size_t partition_records = std::size_t{1} << 15;
    /// Partitions begin at blocks of prefixes.
    static constexpr int block_bits = 14;

    struct chunk {
        document_range documents;
        buffer<std::uint32_t> block_sizes;
        /// [partitions] where its next record goes.
        buffer<std::uint64_t> places;
    };
    /// The records of neighbouring prefixes.
    struct partition {
        std::size_t first_prefix, begin, end;
        std::size_t num_distinct = 0, first_distinct = 0;
    };

    /// @param payload_is_document else records say where n-grams are.
    /// @return room for the keys.
    buffer<std::uint64_t> sort(std::size_t num_prefixes, bool payload_is_document) {
        payload_bits_ =
            bits_below(payload_is_document ? index(sequences_.num_documents()) : sequences_.tokens.size());
        make_partitions(num_prefixes);
        scatter(payload_is_document);
        sort_partitions();
        std::size_t size = 0;
        for (auto& each : partitions_) {
            each.first_distinct = size;
            size += each.num_distinct;
        }
        if (size >= placed_ngrams::first_bit) {
            throw std::length_error{"2^31 or more distinct n-grams"};
        }
        return buffer<std::uint64_t>(size);
    }

    void list_documents() {
        documents_.resize(sequences_.tokens.size());
        for_each_piece("sorting n-grams", std::ssize(chunks_), run_, [&](std::int64_t number, worker&) {
            auto const& range = chunks_[index(number)].documents;
            for (auto doc = range.first; doc < range.last; ++doc) {
                std::fill(documents_.begin() + sequences_.offsets[index(doc)],
                          documents_.begin() + sequences_.offsets[index(doc) + 1],
                          static_cast<std::uint32_t>(doc));
            }
        });
    }

    /// Calls `visit(position, document)` for every n-gram of a chunk.
    template <class Visit>
    void each_ngram(chunk const& part, Visit visit) const {
        auto const longer = static_cast<std::int64_t>(length_ - 1);
        for (auto doc = part.documents.first; doc < part.documents.last; ++doc) {
            auto const end = sequences_.offsets[index(doc) + 1] - longer;
            for (auto at = sequences_.offsets[index(doc)]; at < end; ++at) {
                visit(index(at), index(doc));
            }
        }
    }

    void make_partitions(std::size_t num_prefixes) {
        // Key and payload share 64 bits, which bounds how far prefixes of one partition may lie apart.
        auto const span_bits = std::min(63 - part_bits_ - payload_bits_, 32);
        block_shift_ = std::clamp(bits_below(num_prefixes) - block_bits, 0, span_bits);
        auto const num_blocks = (num_prefixes >> block_shift_) + 1;
        for_each_piece("sorting n-grams", std::ssize(chunks_), run_, [&](std::int64_t number, worker&) {
            auto& mine = chunks_[index(number)];
            mine.block_sizes.assign(num_blocks, 0);
            auto* const sizes = mine.block_sizes.data();
            each_ngram(mine, [=, prefixes = prefixes_, shift = block_shift_](std::size_t at, std::size_t) {
                ++sizes[(prefixes[at] & ~placed_ngrams::first_bit) >> shift];
            });
        });
        std::vector<std::size_t> sizes(num_blocks, 0);
        for (auto const& each : chunks_) {
            std::transform(sizes.begin(), sizes.end(), each.block_sizes.begin(), sizes.begin(),
                           [](std::size_t sum, std::uint32_t size) { return sum + size; });
        }
        partitions_.clear();
        partition_of_.resize(num_blocks);
        std::size_t first_block = 0, filled = 0;
        for (std::size_t block = 0; block < num_blocks; ++block) {
            if (block == 0 || filled + sizes[block] > partition_records ||
                (block - first_block) >> (span_bits - block_shift_) != 0) {
                auto const begin = partitions_.empty() ? 0 : partitions_.back().end;
                partitions_.push_back({block << block_shift_, begin, begin});
                first_block = block;
                filled = 0;
            }
            filled += sizes[block];
            partitions_.back().end += sizes[block];
            partition_of_[block] = static_cast<std::uint32_t>(partitions_.size() - 1);
        }
    }

    void scatter(bool payload_is_document) {
        // A partition holds the records of one chunk after those of another: positions ascend.
        for_each_piece("sorting n-grams", std::ssize(chunks_), run_, [&](std::int64_t number, worker&) {
            auto& mine = chunks_[index(number)];
            mine.places.assign(partitions_.size(), 0);
            for (std::size_t block = 0; block < mine.block_sizes.size(); ++block) {
                mine.places[partition_of_[block]] += mine.block_sizes[block];
            }
        });
        for (std::size_t p = 0; p < partitions_.size(); ++p) {
            auto next = std::uint64_t{partitions_[p].begin};
            for (auto& each : chunks_) {
                next += std::exchange(each.places[p], next);
            }
        }
        records_.resize(partitions_.back().end);
        for_each_piece("sorting n-grams", std::ssize(chunks_), run_, [&](std::int64_t number, worker& self) {
            self.checkpoint();
            auto& mine = chunks_[index(number)];
            auto* const places = mine.places.data();
            auto* const records = records_.data();
            auto const* const prefixes = prefixes_;
            auto const* const last_parts = sequences_.tokens.data() + length_ - 1;
            auto const* const partition_of = partition_of_.data();
            auto const* const partitions = partitions_.data();
            auto const key_shift = part_bits_, payload_bits = payload_bits_, block_shift = block_shift_;
            each_ngram(mine, [=](std::size_t at, std::size_t document) {
                auto const prefix = prefixes[at] & ~placed_ngrams::first_bit;
                auto const p = partition_of[prefix >> block_shift];
                auto const key =
                    (prefix - std::uint64_t{partitions[p].first_prefix}) << key_shift | last_parts[at];
                records[places[p]++] = key << payload_bits | (payload_is_document ? document : at);
            });
        });
    }

    void sort_partitions() {
        per_worker<buffer<std::uint64_t>> scratches{run_};
        for_each_piece("sorting n-grams", std::ssize(partitions_), run_,
                       [&](std::int64_t number, worker& self) {
                           auto& mine = partitions_[index(number)];
                           auto const count = mine.end - mine.begin;
                           auto& scratch = scratches.get(self);
                           if (scratch.size() < count) {
                               scratch.resize(std::max(count, partition_records));
                           }
                           auto* const records = records_.data() + mine.begin;
                           auto const end_prefix = index(number) + 1 < partitions_.size()
                                                       ? partitions_[index(number) + 1].first_prefix
                                                       : partition_of_.size() << block_shift_;
                           auto const key_bits = bits_below(end_prefix - mine.first_prefix) + part_bits_;
                           radix_sort(records, scratch.data(), count, payload_bits_, payload_bits_ + key_bits,
                                      [](std::uint64_t record) { return record; });
                           std::size_t num_distinct = count != 0;
                           for (std::size_t i = 1; i < count; ++i) {
                               num_distinct += (records[i - 1] ^ records[i]) >> payload_bits_ != 0;
                           }
                           mine.num_distinct = num_distinct;
                       });
    }

    template <class Work>
    void each_partition(Work work) const {
        for_each_piece("sorting n-grams", std::ssize(partitions_), run_, [&](std::int64_t number, worker&) {
            if (auto const& mine = partitions_[index(number)]; mine.begin != mine.end) {
                work(mine);
            }
        });
    }

    /// The records of a partition one by one: `visit(number of its n-gram, record)`.
    template <class Visit>
    void each_record(partition const& mine, Visit visit) const {
        auto const* const records = records_.data();
        auto const payload_bits = payload_bits_;
        auto number = mine.first_distinct;
        auto before = records[mine.begin];
        for (auto i = mine.begin; i < mine.end; ++i) {
            number += (records[i] ^ before) >> payload_bits != 0;
            before = records[i];
            visit(number, before);
        }
    }

    auto key_writer(partition const& mine, buffer<std::uint64_t>& level) const {
        return [keys = level.data(), first_prefix = mine.first_prefix, part_bits = part_bits_,
                payload_bits = payload_bits_,
                part_mask = mask(part_bits_)](std::size_t number, std::uint64_t record) {
            auto const key = record >> payload_bits;
            keys[number] = ((key >> part_bits) + first_prefix) << 32 | (key & part_mask);
        };
    }

    /// Says at every position which n-gram begins there.
    auto number_writer(partition const& mine, buffer<std::uint32_t>& numbers) const {
        return [before = mine.first_distinct - 1, to = numbers.data(),
                payload_mask = mask(payload_bits_)](std::size_t number, std::uint64_t record) mutable {
            to[record & payload_mask] =
                static_cast<std::uint32_t>(number) | (number != before ? placed_ngrams::first_bit : 0);
            before = number;
        };
    }

    /// Without a branch: whether a record begins another n-gram is close to a coin toss.
    auto adder(partition const& mine, counted_ngrams::sums& sums) const {
        return [documents = documents_.data(), number_before = mine.first_distinct - 1,
                document_before = std::uint32_t{0}, count = std::int64_t{0}, document_count = std::int64_t{0},
                counts = sums.counts.data(), document_counts = sums.document_counts.data(),
                payload_mask = mask(payload_bits_)](std::size_t number, std::uint64_t record) mutable {
            auto const document = documents[record & payload_mask];
            auto const is_new = number != number_before;
            count = (is_new ? 0 : count) + 1;
            document_count = is_new ? 1 : document_count + (document != document_before);
            counts[number] = count;
            document_counts[number] = document_count;
            number_before = number;
            document_before = document;
        };
    }

    /// Writes keys and counts where records hold documents: those of one n-gram ascend, so a record that
    /// differs from the next is the last of a document.
    void add_up(partition const& mine, buffer<std::uint64_t>& level, counted_ngrams::sums& sums) const {
        auto const* const records = records_.data() + mine.begin;
        auto const size = static_cast<std::int64_t>(mine.end - mine.begin);
        auto* const counts = sums.counts.data() + mine.first_distinct;
        auto* const document_counts = sums.document_counts.data() + mine.first_distinct;
        // First where each ends, without a branch: whether an n-gram goes on is close to a coin toss.
        std::int64_t num_documents = 0;
        std::size_t number = 0;
        for (std::int64_t i = 1; i < size; ++i) {
            auto const difference = records[i - 1] ^ records[i];
            num_documents += difference != 0;
            counts[number] = i;
            document_counts[number] = num_documents;
            number += difference >> payload_bits_ != 0;
        }
        counts[number] = size;
        document_counts[number] = num_documents + 1;
        auto const write_key = key_writer(mine, level);
        std::int64_t end = 0, documents_end = 0;
        for (std::size_t i = 0; i < mine.num_distinct; ++i) {
            write_key(mine.first_distinct + i, records[counts[i] - 1]);
            counts[i] -= std::exchange(end, counts[i]);
            document_counts[i] -= std::exchange(documents_end, document_counts[i]);
        }
    }

    static std::uint64_t mask(int bits) { return (std::uint64_t{1} << bits) - 1; }

    token_sequences const& sequences_;
    int max_n_;
    execution const& run_;
    int length_ = 1;
    int part_bits_, payload_bits_ = 0, block_shift_ = 0;
    std::vector<chunk> chunks_;
    std::vector<partition> partitions_;
    /// [blocks]
    buffer<std::uint32_t> partition_of_;
    buffer<std::uint64_t> records_;
    /// [tokens] what begins n-grams of the next length.
    std::uint32_t const* prefixes_;
    /// [tokens] the n-gram of the last length that begins there; that token's document.
    buffer<std::uint32_t> numbers_, documents_;
};

} // namespace newsgpu::cpu
