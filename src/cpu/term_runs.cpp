#include "cpu/term_runs.hpp"

#include <algorithm>
#include <array>

// A term is written as: how many bytes it shares with the one before it, how many follow, those, its length,
// its count, its document count. Numbers are written in groups of seven bits, the lowest first.

namespace newsgpu::cpu {

namespace {

constexpr std::size_t flush_bytes = std::size_t{1} << 20;
constexpr std::int64_t least_ahead = std::int64_t{1} << 12, most_ahead = std::int64_t{1} << 20;
constexpr std::int64_t terms_a_checkpoint = 4096;

} // namespace

class term_runs::writer {
public:
    writer(spill_file& file, std::int64_t& written) : file_{file}, written_{written} {}

    std::int64_t position() const { return written_ + std::ssize(pending_); }
    void begin_segment() { before_.clear(); }

    void write(term const& each) {
        auto const shared = static_cast<std::size_t>(
            std::mismatch(before_.begin(), before_.end(), each.text.begin(), each.text.end()).first -
            before_.begin());
        write_number(shared);
        write_number(each.text.size() - shared);
        pending_.insert(pending_.end(), each.text.begin() + static_cast<std::ptrdiff_t>(shared),
                        each.text.end());
        pending_.push_back(static_cast<char>(each.length));
        write_number(static_cast<std::uint64_t>(each.count));
        write_number(static_cast<std::uint64_t>(each.document_count));
        before_.assign(each.text);
        if (pending_.size() >= flush_bytes) {
            flush();
        }
    }

    void flush() {
        file_.write(written_, pending_.data(), std::ssize(pending_));
        written_ += std::ssize(pending_);
        pending_.clear();
    }

private:
    void write_number(std::uint64_t number) {
        for (; number >= 0x80; number >>= 7) {
            pending_.push_back(static_cast<char>(number | 0x80));
        }
        pending_.push_back(static_cast<char>(number));
    }

    spill_file& file_;
    std::int64_t& written_;
    std::string before_;
    buffer<char> pending_;
};

class term_runs::reader {
public:
    reader(spill_file const& file, segment const& where, std::int64_t ahead)
        : file_{&file}, next_{where.begin}, end_{where.end}, ahead_size_{ahead} {}

    /// Reads the next term; false if there is none.
    bool advance() {
        if (at_ == ahead_.size() && next_ == end_) {
            return false;
        }
        text_.resize(read_number());
        for (auto left = read_number(); left > 0;) {
            fill();
            auto const some = std::min<std::size_t>(left, ahead_.size() - at_);
            text_.append(ahead_.data() + at_, some);
            at_ += some;
            left -= some;
        }
        length_ = static_cast<std::uint8_t>(read_byte());
        count_ = static_cast<std::int64_t>(read_number());
        document_count_ = static_cast<std::int64_t>(read_number());
        return true;
    }

    term current() const { return {text_, length_, count_, document_count_}; }

private:
    void fill() {
        if (at_ == ahead_.size()) {
            ahead_.resize(static_cast<std::size_t>(std::min(ahead_size_, end_ - next_)));
            file_->read(next_, ahead_.data(), std::ssize(ahead_));
            next_ += std::ssize(ahead_);
            at_ = 0;
        }
    }

    unsigned char read_byte() {
        fill();
        return static_cast<unsigned char>(ahead_[at_++]);
    }

    std::size_t read_number() {
        std::uint64_t number = 0;
        for (int shift = 0;; shift += 7) {
            auto const byte = read_byte();
            number |= std::uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80) {
                return number;
            }
        }
    }

    spill_file const* file_;
    std::int64_t next_, end_, ahead_size_;
    buffer<char> ahead_;
    std::size_t at_ = 0;
    std::string text_;
    std::uint8_t length_ = 0;
    std::int64_t count_ = 0, document_count_ = 0;
};

void term_runs::add(term_counts const& counted, worker& self) {
    auto const size = counted.terms.size();
    if (size == 0) {
        return;
    }
    if (num_runs_++ == 0) {
        for (std::size_t i = 1; i < num_partitions; ++i) {
            splitters_.push_back(counted.terms.text(size * static_cast<std::int64_t>(i) /
                                                    static_cast<std::int64_t>(num_partitions)));
        }
    }
    writer to{file_, written_};
    buffer<char> text;
    std::size_t partition = 0;
    auto begin = to.position();
    auto const end_segment = [&] {
        if (to.position() > begin) {
            segments_[partition].push_back({begin, to.position()});
        }
        begin = to.position();
        to.begin_segment();
        ++partition;
    };
    for (std::int64_t i = 0; i < size; ++i) {
        if (i % terms_a_checkpoint == 0) {
            self.checkpoint();
        }
        text.resize(counted.terms.text_size(i));
        counted.terms.write_text(i, text.data(), text.data() + text.size());
        std::string_view const bytes{text.data(), text.size()};
        while (partition + 1 < num_partitions && bytes >= splitters_[partition]) {
            end_segment();
        }
        auto const at = static_cast<std::size_t>(i);
        to.write({bytes, static_cast<std::uint8_t>(counted.terms.length(i)), counted.counts[at],
                  counted.document_counts[at]});
    }
    end_segment();
    to.flush();
}

void term_runs::merge(std::size_t partition, std::int64_t buffer_bytes, worker& self,
                      std::function<void(term const&)> const& visit) const {
    auto const& segments = segments_[partition];
    std::vector<reader> readers;
    readers.reserve(segments.size());
    auto const ahead =
        std::clamp(buffer_bytes / std::max<std::int64_t>(1, std::ssize(segments)), least_ahead, most_ahead);
    std::vector<std::size_t> heap;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (readers.emplace_back(file_, segments[i], ahead).advance()) {
            heap.push_back(i);
        }
    }
    auto const later = [&](std::size_t a, std::size_t b) {
        auto const x = readers[a].current(), y = readers[b].current();
        auto const order = x.text.compare(y.text);
        return order != 0 ? order > 0 : x.length > y.length;
    };
    std::make_heap(heap.begin(), heap.end(), later);
    std::string text;
    for (std::int64_t number = 0; !heap.empty(); ++number) {
        if (number % terms_a_checkpoint == 0) {
            self.checkpoint();
        }
        auto sum = readers[heap.front()].current();
        text.assign(sum.text);
        sum.text = text;
        sum.count = sum.document_count = 0;
        while (!heap.empty()) {
            auto& least = readers[heap.front()];
            auto const each = least.current();
            if (each.length != sum.length || each.text != sum.text) {
                break;
            }
            sum.count += each.count;
            sum.document_count += each.document_count;
            std::pop_heap(heap.begin(), heap.end(), later);
            if (least.advance()) {
                std::push_heap(heap.begin(), heap.end(), later);
            } else {
                heap.pop_back();
            }
        }
        visit(sum);
    }
}

} // namespace newsgpu::cpu
