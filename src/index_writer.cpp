#include "index_file.hpp"

#include "backend.hpp"
#include "checksum.hpp"
#include "file.hpp"
#include "index_head.hpp"
#include "index_progress.hpp"

#include <algorithm>
#include <array>
#include <queue>
#include <vector>

namespace newsgpu {

namespace {

class index_writer {
public:
    index_writer(index_contents const& contents, std::filesystem::path const& path, execution const& run)
        : contents_{contents}, file_{path}, progress_{"saving", num_bytes(contents), run} {}

    void write() {
        auto const num_sections =
            num_plain_sections + static_cast<std::uint32_t>(num_tables(contents_.options, contents_.plan));
        std::vector<char> const room(static_cast<std::size_t>(head_bytes(num_sections)));
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
            progress_.advance(taken);
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
    index_progress progress_;
    std::vector<section_entry> directory_;
    stripe_checksum sum_;
    std::vector<char> stripe_;
};

} // namespace

void write_index(index_contents const& contents, std::filesystem::path const& path, execution const& run) {
    index_writer{contents, path, run}.write();
}

} // namespace newsgpu
