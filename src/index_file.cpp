#include "index_file.hpp"

#include "backend.hpp"
#include "checksum.hpp"
#include "file.hpp"
#include "index_layout.hpp"
#include "unicode/properties.hpp"

#include <bit>
#include <chrono>
#include <cstring>
#include <queue>
#include <string>

static_assert(std::endian::native == std::endian::little, "index files are written and mapped as they are");

namespace newsgpu {

namespace {

/// Calls the monitor about ten times a second.
class poller {
public:
    poller(char const* stage, std::int64_t total, execution const& run)
        : stage_{stage}, total_{total}, monitor_{run.monitor} {}

    void advance(std::int64_t bytes) {
        done_ += bytes;
        auto const now = clock::now();
        if (monitor_ != nullptr && now >= next_) {
            next_ = now + std::chrono::milliseconds{100};
            monitor_->poll(stage_, total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1);
        }
    }

private:
    using clock = std::chrono::steady_clock;
    char const* stage_;
    std::int64_t total_, done_ = 0;
    newsgpu::monitor* monitor_;
    clock::time_point next_ = clock::now();
};

std::array<char, 24> icu_name() {
    std::array<char, 24> name{};
    auto const version = unicode::icu_version();
    version.copy(name.data(), name.size() - 1);
    return name;
}

/// The checksum of a head and its directory.
std::uint64_t head_checksum(index_head head, std::vector<section_entry> const& directory) {
    head.checksum = 0;
    auto const directory_bytes = directory.size() * sizeof(section_entry);
    std::vector<char> bytes(
        static_cast<std::size_t>(padded(static_cast<std::int64_t>(sizeof head + directory_bytes))));
    std::memcpy(bytes.data(), &head, sizeof head);
    if (!directory.empty()) {
        std::memcpy(bytes.data() + sizeof head, directory.data(), directory_bytes);
    }
    stripe_checksum sum;
    sum.add(bytes.data(), std::ssize(bytes));
    return sum.value();
}

class index_writer {
public:
    index_writer(index_contents const& contents, std::filesystem::path const& path, execution const& run)
        : contents_{contents}, file_{path}, poller_{"saving", num_bytes(contents), run} {}

    void write() {
        auto const num_sections =
            num_plain_sections + static_cast<std::uint32_t>(num_tables(contents_.options, contents_.plan));
        std::vector<char> const room(static_cast<std::size_t>(
            padded(std::int64_t{sizeof(index_head)} + num_sections * std::int64_t{sizeof(section_entry)})));
        file_.write(room.data(), std::ssize(room));
        write_offsets(section_kind::id_offsets, &index_segment::id_offsets);
        write_joined(section_kind::id_bytes, &index_segment::id_bytes);
        write_joined(section_kind::text_documents, &index_segment::text_documents);
        write_offsets(section_kind::set_offsets, &index_segment::set_offsets);
        write_joined(section_kind::shingles, &index_segment::shingles);
        write_joined(section_kind::sketches, &index_segment::sketches);
        write_merged<identified_text>(section_kind::identities, 0,
                                      [](index_segment const& s) { return s.identities; });
        write_merged<std::uint64_t>(section_kind::copies, 0, [](index_segment const& s) { return s.copies; });
        for (std::uint32_t t = 0; t < num_sections - num_plain_sections; ++t) {
            write_merged<std::uint64_t>(section_kind::table, t,
                                        [t](index_segment const& s) { return s.tables[t]; });
        }
        auto head = make_head();
        head.checksum = head_checksum(head, directory_);
        file_.write_at(0, &head, sizeof head);
        file_.write_at(sizeof head, directory_.data(),
                       static_cast<std::int64_t>(directory_.size() * sizeof(section_entry)));
        file_.commit();
    }

private:
    static std::int64_t num_bytes(index_contents const& contents) {
        std::int64_t bytes = 0;
        for (auto const& segment : contents.segments) {
            bytes += segment->num_bytes();
        }
        return bytes;
    }

    index_head make_head() const {
        auto const& [threshold, unit, n, similarity, recall, method, seed] = contents_.options;
        auto const& plan = contents_.plan;
        index_head head;
        head.num_sections = static_cast<std::uint32_t>(directory_.size());
        head.file_bytes = static_cast<std::uint64_t>(file_.position());
        head.fingerprint = cpu::index_fingerprint(contents_.options, plan);
        head.threshold = threshold;
        head.recall = recall;
        head.seed = seed;
        head.unit = static_cast<std::int32_t>(unit);
        head.n = n;
        head.similarity = static_cast<std::int32_t>(similarity);
        head.method = static_cast<std::int32_t>(method);
        head.num_minima = plan.num_minima;
        head.bands = plan.bands;
        head.rows = plan.rows;
        head.min_agreement = plan.min_agreement;
        head.expected_recall = plan.expected_recall;
        head.icu = icu_name();
        return head;
    }

    void begin(section_kind kind, std::uint32_t number) {
        directory_.push_back({kind, number, static_cast<std::uint64_t>(file_.position()), 0, 0});
        sum_ = {};
        stripe_.clear();
    }

    void put(void const* bytes, std::int64_t count) {
        constexpr std::int64_t chunk = std::int64_t{1} << 20;
        auto const* from = static_cast<char const*>(bytes);
        directory_.back().bytes += static_cast<std::uint64_t>(count);
        while (count > 0) {
            auto const taken = std::min(count, chunk);
            poller_.advance(taken);
            file_.write(from, taken);
            sum(from, taken);
            from += taken;
            count -= taken;
        }
    }

    void sum(char const* bytes, std::int64_t count) {
        if (!stripe_.empty()) {
            auto const missing = std::min(stripe_checksum::stripe_bytes - std::ssize(stripe_), count);
            stripe_.insert(stripe_.end(), bytes, bytes + missing);
            bytes += missing;
            count -= missing;
            if (std::ssize(stripe_) < stripe_checksum::stripe_bytes) {
                return;
            }
            sum_.add(stripe_.data(), std::ssize(stripe_));
            stripe_.clear();
        }
        auto const whole = count / stripe_checksum::stripe_bytes * stripe_checksum::stripe_bytes;
        sum_.add(bytes, whole);
        stripe_.assign(bytes + whole, bytes + count);
    }

    void end() {
        auto const bytes = static_cast<std::int64_t>(directory_.back().bytes);
        std::array<char, section_alignment> const zeros{};
        file_.write(zeros.data(), padded(bytes) - bytes);
        sum(zeros.data(), padded(bytes) - bytes);
        directory_.back().checksum = sum_.value();
    }

    template <class T>
    void write_joined(section_kind kind, view<T const> index_segment::* values) {
        begin(kind, 0);
        for (auto const& segment : contents_.segments) {
            auto const part = (*segment).*values;
            put(part.data(), part.size() * static_cast<std::int64_t>(sizeof(T)));
        }
        end();
    }

    void write_offsets(section_kind kind, view<std::int64_t const> index_segment::* offsets) {
        begin(kind, 0);
        std::int64_t shift = 0;
        put(&shift, sizeof shift);
        for (auto const& segment : contents_.segments) {
            auto const part = (*segment).*offsets;
            for (std::int64_t i = 1; i < part.size(); ++i) {
                auto const shifted = shift + part[i] - part[0];
                put(&shifted, sizeof shifted);
            }
            shift += part.back() - part.front();
        }
        end();
    }

    /// The sorted arrays of all segments as one.
    template <class T, class Select>
    void write_merged(section_kind kind, std::uint32_t number, Select select) {
        struct run {
            T const* next;
            T const* end;
        };
        begin(kind, number);
        auto const after = [](run const& a, run const& b) { return *b.next < *a.next; };
        std::priority_queue<run, std::vector<run>, decltype(after)> runs{after};
        for (auto const& segment : contents_.segments) {
            view<T const> const part = select(*segment);
            if (!part.empty()) {
                runs.push({part.begin(), part.end()});
            }
        }
        while (!runs.empty()) {
            auto first = runs.top();
            runs.pop();
            auto const* from = first.next;
            // As far as it comes before what the others have.
            do {
                ++first.next;
            } while (first.next != first.end && (runs.empty() || !(*runs.top().next < *first.next)));
            put(from, (first.next - from) * static_cast<std::int64_t>(sizeof(T)));
            if (first.next != first.end) {
                runs.push(first);
            }
        }
        end();
    }

    index_contents const& contents_;
    atomic_file file_;
    poller poller_;
    std::vector<section_entry> directory_;
    stripe_checksum sum_;
    std::vector<char> stripe_;
};

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
        constexpr std::uint32_t most_sections = num_plain_sections + 4096;
        check(head_.num_sections <= most_sections, "has a damaged head");
        auto const directory_bytes = head_.num_sections * sizeof(section_entry);
        auto const head_bytes = padded(static_cast<std::int64_t>(sizeof head_ + directory_bytes));
        check(bytes_.size() >= head_bytes, "is cut off in its head");
        directory_.resize(head_.num_sections);
        if (!directory_.empty()) {
            std::memcpy(directory_.data(), bytes_.data() + sizeof head_, directory_bytes);
        }
        for (auto at = static_cast<std::int64_t>(sizeof head_ + directory_bytes); at < head_bytes; ++at) {
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
                  options.n >= 1 && options.n <= 64,
              "has options outside of their ranges");
        return options;
    }

    element::lsh_plan read_plan(duplicate_index_options const& options) const {
        constexpr std::int32_t most_minima = 4096;
        constexpr std::int32_t minima_group = 16;
        element::lsh_plan const plan{head_.num_minima, head_.bands, head_.rows, head_.min_agreement,
                                     head_.expected_recall};
        auto const has_bands =
            options.method == duplicate_method::minhash && options.similarity == set_similarity::jaccard;
        auto const fits = has_bands ? plan.num_minima >= 1 && plan.num_minima <= most_minima &&
                                          plan.num_minima % minima_group == 0 && plan.bands >= 1 &&
                                          plan.bands <= plan.num_minima && plan.rows >= 1 &&
                                          plan.rows <= plan.num_minima / plan.bands
                                    : plan.num_minima == 0 && plan.bands == 0;
        check(fits, "has bands and rows that do not fit its minima");
        return plan;
    }

    void check_directory(std::uint32_t num_sections) const {
        check(head_.num_sections == num_sections, "has another number of sections than its options ask for");
        auto at = static_cast<std::uint64_t>(
            padded(static_cast<std::int64_t>(sizeof head_ + directory_.size() * sizeof(section_entry))));
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
        poller progress{"checking", bytes_.size(), run_};
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

void write_index(index_contents const& contents, std::filesystem::path const& path, execution const& run) {
    index_writer{contents, path, run}.write();
}

std::shared_ptr<index_contents const> read_index(std::filesystem::path const& path, bool verify,
                                                 execution const& run) {
    return index_reader{path, run}.read(verify);
}

} // namespace newsgpu
