#include "index_file.hpp"

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "checksum.hpp"
#include "element/shingle.hpp"
#include "file.hpp"
#include "index_head.hpp"
#include "index_progress.hpp"
#include "lsh_plan.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace newsgpu {

namespace {

class index_reader {
public:
    index_reader(std::filesystem::path const& path, execution const& run)
        : path_{path}, run_{run}, file_{std::make_shared<mapped_file>(path)}, bytes_{file_->bytes()} {}

    std::shared_ptr<index_contents const> read(bool verify) {
        read_head();
        auto contents = std::make_shared<index_contents>();
        contents->options = read_options();
        contents->plan = read_plan(contents->options);
        check_directory(num_plain_sections +
                        static_cast<std::uint32_t>(num_tables(contents->options, contents->plan)));
        if (verify) {
            verify_sections();
        }
        if (head_.icu != icu_name() ||
            head_.fingerprint != cpu::index_fingerprint(contents->options, contents->plan)) {
            throw invalid_input{"the index " + path_.string() + " was made with other hashes or words (ICU " +
                                std::string{head_.icu.data()} + " there, " + unicode::icu_version() +
                                " here); make it anew from the documents"};
        }
        contents->segments.push_back(make_segment(contents->plan));
        return contents;
    }

private:
    [[noreturn]] void damaged(std::string const& how) const {
        throw corrupt_file{path_.string() + ": " + how};
    }

    void check(bool holds, char const* otherwise) const {
        if (!holds) {
            damaged(otherwise);
        }
    }

    void read_head() {
        check(bytes_.size() >= std::int64_t{sizeof head_}, "too short for an index");
        std::memcpy(&head_, bytes_.data(), sizeof head_);
        check(head_.magic == index_magic, "not an index of near-duplicates");
        if (head_.version != index_version) {
            damaged("has format version " + std::to_string(head_.version) + "; this is newsgpu for version " +
                    std::to_string(index_version));
        }
        constexpr std::uint32_t most_sections = num_plain_sections + max_minima;
        check(head_.num_sections <= most_sections, "has a damaged head");
        auto const directory_bytes = head_.num_sections * sizeof(section_entry);
        auto const end_of_head = head_bytes(head_.num_sections);
        check(bytes_.size() >= end_of_head, "is cut off in its head");
        directory_.resize(head_.num_sections);
        if (!directory_.empty()) {
            std::memcpy(directory_.data(), bytes_.data() + sizeof head_, directory_bytes);
        }
        for (auto at = static_cast<std::int64_t>(sizeof head_ + directory_bytes); at < end_of_head; ++at) {
            check(bytes_[at] == 0, "has a damaged head");
        }
        check(head_.checksum == head_checksum(head_, directory_), "has a damaged head");
        check(head_.file_bytes == static_cast<std::uint64_t>(bytes_.size()), "is cut off, or too long");
        check(head_.icu.back() == 0, "has a damaged head");
    }

    duplicate_index_options read_options() const {
        check(head_.unit >= 0 && head_.unit <= static_cast<int>(shingle_unit::characters) &&
                  head_.similarity >= 0 &&
                  head_.similarity <= static_cast<int>(set_similarity::containment) && head_.method >= 0 &&
                  head_.method <= static_cast<int>(duplicate_method::exact),
              "has options that are none");
        duplicate_index_options options;
        options.threshold = head_.threshold;
        options.unit = static_cast<shingle_unit>(head_.unit);
        options.n = head_.n;
        options.similarity = static_cast<set_similarity>(head_.similarity);
        options.recall = head_.recall;
        options.method = static_cast<duplicate_method>(head_.method);
        options.seed = head_.seed;
        check(options.threshold > 0 && options.threshold <= 1 && options.recall > 0 && options.recall <= 1 &&
                  options.n >= 1 && options.n <= element::max_shingle_units,
              "has options outside of their ranges");
        return options;
    }

    element::lsh_plan read_plan(duplicate_index_options const& options) const {
        element::lsh_plan const plan{head_.num_minima, head_.bands, head_.rows, head_.min_agreement,
                                     head_.expected_recall};
        auto const has_bands =
            options.method == duplicate_method::minhash && options.similarity == set_similarity::jaccard;
        auto const fits = has_bands ? plan.num_minima >= 1 && plan.num_minima <= max_minima &&
                                          plan.num_minima % element::minima_group == 0 && plan.bands >= 1 &&
                                          plan.bands <= plan.num_minima && plan.rows >= 1 &&
                                          plan.rows <= plan.num_minima / plan.bands
                                    : plan.num_minima == 0 && plan.bands == 0;
        check(fits, "has bands and rows that do not fit its minima");
        return plan;
    }

    void check_directory(std::uint32_t num_sections) const {
        check(head_.num_sections == num_sections, "has another number of sections than its options ask for");
        auto at = static_cast<std::uint64_t>(head_bytes(directory_.size()));
        for (std::uint32_t s = 0; s < num_sections; ++s) {
            auto const& entry = directory_[s];
            auto const kind = std::min(s + 1, static_cast<std::uint32_t>(section_kind::table));
            auto const number = s < num_plain_sections ? 0 : s - num_plain_sections;
            check(static_cast<std::uint32_t>(entry.kind) == kind && entry.number == number &&
                      entry.offset == at && entry.bytes <= head_.file_bytes - at,
                  "has sections that are not where they belong");
            at += static_cast<std::uint64_t>(padded(static_cast<std::int64_t>(entry.bytes)));
            check(at <= head_.file_bytes, "has sections that are not where they belong");
        }
        check(at == head_.file_bytes, "has bytes behind its sections");
    }

    void verify_sections() const {
        constexpr std::int64_t chunk = std::int64_t{1} << 22;
        index_progress progress{"checking", bytes_.size(), run_};
        for (auto const& entry : directory_) {
            stripe_checksum sum;
            auto const end = padded(static_cast<std::int64_t>(entry.bytes));
            for (std::int64_t at = 0; at < end; at += chunk) {
                auto const count = std::min(chunk, end - at);
                sum.add(bytes_.data() + entry.offset + at, count);
                progress.advance(count);
            }
            check(sum.value() == entry.checksum, "is damaged: a checksum does not match");
        }
    }

    template <class T>
    view<T const> section(std::size_t s) const {
        auto const& entry = directory_[s];
        check(entry.bytes % sizeof(T) == 0, "has a section of half an element");
        return {reinterpret_cast<T const*>(bytes_.data() + entry.offset),
                static_cast<std::int64_t>(entry.bytes / sizeof(T))};
    }

    std::shared_ptr<index_segment const> make_segment(element::lsh_plan const& plan) const {
        constexpr std::int64_t most_documents = 0xFFFF'FFFE;
        auto segment = std::make_shared<index_segment>();
        segment->id_offsets = section<std::int64_t>(0);
        segment->id_bytes = section<char>(1);
        segment->text_documents = section<std::uint32_t>(2);
        segment->set_offsets = section<std::int64_t>(3);
        segment->shingles = section<std::uint64_t>(4);
        segment->sketches = section<std::uint8_t>(5);
        segment->identities = section<identified_text>(6);
        segment->copies = section<std::uint64_t>(7);
        for (auto s = std::size_t{num_plain_sections}; s < directory_.size(); ++s) {
            segment->tables.push_back(section<std::uint64_t>(s));
        }
        auto const texts = segment->num_texts();
        check(
            segment->id_offsets.size() >= 1 && segment->num_documents() <= most_documents &&
                texts <= segment->num_documents() && segment->set_offsets.size() == texts + 1 &&
                segment->identities.size() == texts && segment->sketches.size() == texts * plan.num_minima &&
                segment->id_offsets.front() == 0 && segment->id_offsets.back() == segment->id_bytes.size() &&
                segment->set_offsets.front() == 0 && segment->set_offsets.back() == segment->shingles.size(),
            "has sections whose sizes do not fit each other");
        segment->is_file = true;
        segment->owner = file_;
        return segment;
    }

    std::filesystem::path path_;
    execution run_;
    std::shared_ptr<mapped_file const> file_;
    view<char const> bytes_;
    index_head head_;
    std::vector<section_entry> directory_;
};

} // namespace

std::shared_ptr<index_contents const> read_index(std::filesystem::path const& path, bool verify,
                                                 execution const& run) {
    return index_reader{path, run}.read(verify);
}

} // namespace newsgpu
