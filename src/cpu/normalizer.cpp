#include "cpu/normalizer.hpp"

#include "element/utf8.hpp"
#include "unicode/properties.hpp"

#include <algorithm>
#include <cstring>

namespace newsgpu::cpu {

namespace {

using element::capital_sigma;
using element::normalization_table;

constexpr std::string_view final_sigma = "\u03C2";
/// Text whose form is made at once, and the room for it: most forms are no longer, and where one is the rest
/// waits.
constexpr std::int64_t block_bytes = std::int64_t{1} << 16, block_room = block_bytes + 256;

/// Whether `text` begins with one of U+FF01 to FF5E.
bool is_full_width(std::string_view text) {
    auto const here = element::decode(text.data(), 0, static_cast<std::int64_t>(text.size()));
    return here.code_point >= 0xFF01 && here.code_point <= 0xFF5E;
}

/// Text that grows by copies of what may be longer than it will be.
template <class Bytes>
class writer {
public:
    explicit writer(Bytes& out) : out_{out}, used_{out.size()} {}
    ~writer() { out_.resize(used_); }
    writer(writer const&) = delete;
    writer& operator=(writer const&) = delete;

    /// Where at least `bytes` more may be written.
    char* room(std::size_t bytes) {
        if (out_.size() < used_ + bytes) {
            auto const enough = used_ + bytes;
            out_.resize(enough <= out_.capacity() ? out_.capacity() : std::max(enough, out_.size() * 3 / 2));
        }
        return out_.data() + used_;
    }
    void written(std::size_t bytes) { used_ += bytes; }
    void put(std::string_view text) {
        std::memcpy(room(text.size()), text.data(), text.size());
        used_ += text.size();
    }
    std::size_t size() const { return used_; }
    void shrink_to(std::size_t size) { used_ = size; }

private:
    Bytes& out_;
    std::size_t used_;
};

} // namespace

normalizer::normalizer(normalization form, simd_level level)
    : form_{form}, kernel_{&segment_kernel_of(level)}, data_{&unicode::load_normalization(form)},
      table_{data_->table()}, lowers_ascii_{data_->lowers_ascii()}, keeps_plain_{data_->keeps_plain()},
      narrows_{data_->narrows()} {}

std::int64_t normalizer::unchanged_prefix(std::string_view text) const {
    auto const measure = lowers_ascii_ ? kernel_->measure_lowered : kernel_->measure_plain;
    return keeps_plain_ ? measure(text.data(), static_cast<std::int64_t>(text.size())) : 0;
}

bool normalizer::is_unchanged(std::string_view text) const {
    auto const size = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < size;) {
        at += unchanged_prefix(text.substr(static_cast<std::size_t>(at)));
        if (at == size) {
            break;
        }
        auto const here = element::decode(text.data(), at, size);
        if (!here.well_formed || table_.entries[here.code_point] != 0 ||
            (form_ == normalization::lower && here.code_point == capital_sigma)) {
            return false;
        }
        at += here.length;
    }
    return true;
}

std::string_view normalizer::apply(std::string_view text, std::string& scratch) const {
    if (is_unchanged(text)) {
        return text;
    }
    std::string made;
    append(text, made);
    scratch = std::move(made);
    return scratch;
}

/// Whether map_simple would take the code point at `at`.
bool normalizer::is_simple(std::string_view text, std::int64_t at) const {
    auto const here = element::decode(text.data(), at, static_cast<std::int64_t>(text.size()));
    return here.well_formed && (table_.entries[here.code_point] & normalization_table::joins) == 0 &&
           here.code_point != capital_sigma;
}

/// Where the code points that join, of which there is one at `at`, end.
std::int64_t normalizer::end_of_run(std::string_view text, std::int64_t at) const {
    auto const size = static_cast<std::int64_t>(text.size());
    while (at < size) {
        auto const next = element::decode(text.data(), at, size);
        if (!next.well_formed || (table_.entries[next.code_point] & normalization_table::joins) == 0) {
            break;
        }
        at += next.length;
    }
    return at;
}

/// The form of a code point, or of ill-formed bytes, and the code points behind it that join.
void normalizer::form_of_run(std::string_view run, std::string& form) const {
    auto const first = element::decode(run.data(), 0, static_cast<std::int64_t>(run.size()));
    form.clear();
    if (!first.well_formed) {
        // They read as U+FFFD, which nothing joins.
        form = "\uFFFD";
        run.remove_prefix(static_cast<std::size_t>(first.length));
    }
    data_->append_run(run, form);
}

template <class Bytes>
void normalizer::append(std::string_view text, Bytes& out) const {
    writer<Bytes> to{out};
    auto const map = kernel_->map_simple[lowers_ascii_][narrows_];
    auto const size = static_cast<std::int64_t>(text.size());
    // Where the last code point that is not plain came from and went to.
    std::int64_t last_from = -1;
    std::size_t last_to = 0;
    std::string run;
    for (std::int64_t at = 0; at < size;) {
        if (keeps_plain_) {
            auto const block = std::min(size - at, block_bytes);
            simple_progress progress{};
            map(table_, text.data() + at, block,
                to.room(static_cast<std::size_t>(std::min(size - at, block_room) + 256)),
                std::min(size - at, block_room) + 256, progress);
            if (progress.last_from >= 0) {
                last_from = at + progress.last_from;
                last_to = to.size() + static_cast<std::size_t>(progress.last_to);
            }
            to.written(static_cast<std::size_t>(progress.written));
            at += progress.read;
            if (at == size) {
                break;
            }
            // Short of room, or of text at the block's end: go on; else a code point is for the rest of this
            // loop.
            if (progress.read > 0 && progress.read < block && is_simple(text, at)) {
                continue;
            }
            if (progress.read == block) {
                continue;
            }
        }
        auto const here = element::decode(text.data(), at, size);
        auto const entry = table_.entries[here.code_point];
        if ((entry & normalization_table::joins) != 0 && here.well_formed) {
            // The run goes back to the code point before, which is already written.
            auto first = at;
            if (at > 0) {
                first = element::step_back(text.data(), at);
                if (last_from >= first) {
                    first = last_from;
                    to.shrink_to(last_to);
                } else {
                    // All but full-width forms have been copied.
                    auto const narrowed =
                        narrows_ && is_full_width(text.substr(static_cast<std::size_t>(first)));
                    to.shrink_to(to.size() - (narrowed ? 1 : static_cast<std::size_t>(at - first)));
                }
            }
            auto const end = end_of_run(text, at);
            form_of_run(text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first)),
                        run);
            last_from = first;
            last_to = to.size();
            to.put(run);
            at = end;
            continue;
        }
        last_from = at;
        last_to = to.size();
        if (form_ == normalization::lower && here.code_point == capital_sigma &&
            unicode::is_final_sigma(text, at)) {
            to.put(final_sigma);
        } else if ((entry & normalization_table::changes) != 0) {
            to.put({table_.mapping(entry), normalization_table::length(entry)});
        } else if (!here.well_formed) {
            to.put("\uFFFD");
        } else {
            to.put(text.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(here.length)));
        }
        at += here.length;
    }
}

template void normalizer::append(std::string_view, std::string&) const;
template void normalizer::append(std::string_view, buffer<char>&) const;

} // namespace newsgpu::cpu
