#include "cpu/token_reader.hpp"

#include <newsgpu/error.hpp>

#include "cpu/prefetch.hpp"
#include "cpu/segmenter.hpp"
#include "element/character.hpp"
#include "element/normalize.hpp"
#include "element/utf8.hpp"
#include "unicode/properties.hpp"

#include <algorithm>
#include <cstring>

namespace newsgpu::cpu {

namespace {

using element::normalization_table;
using element::segment_kind;

/// Positions inside a batch are 32-bit.
constexpr std::int64_t max_token_bytes = 0xFFFF'FFFF - 2 * static_cast<std::int64_t>(token_batch::padding);

[[noreturn]] void throw_token_too_long(std::int64_t bytes) {
    throw invalid_input{"a token has " + std::to_string(bytes) + " bytes; at most " +
                        std::to_string(max_token_bytes) + " are possible"};
}

constexpr char32_t dotted_capital_i = 0x0130;

} // namespace

/// Writes the text of a document's windows into a batch, lowered where the form lowers, and notes where the
/// tokens are: for most that is all of their normalization. The text of others is made one by one, behind it.
class token_reader::batch_maker final : public part_visitor {
public:
    void start(token_reader& reader, std::function<void(token_batch const&)> const* visit,
               std::vector<token_span>* spans) {
        reader_ = &reader;
        visit_ = visit;
        spans_ = spans;
        clear();
    }

    void begin_document(std::string_view document) { document_ = document; }
    void end_document() { document_ends_.push_back(static_cast<std::uint32_t>(num_tokens_)); }

    /// Reads the document in one pass if it is ASCII; else nothing has changed.
    bool scan_ascii(worker& self) {
        auto const size = static_cast<std::int64_t>(document_.size());
        constexpr auto target = static_cast<std::int64_t>(token_batch::target_bytes);
        if (size > target && !reader_->kernel_->is_ascii(document_.data(), size)) {
            return false;
        }
        for (std::int64_t at = 0; at < size;) {
            auto end = std::min(size, at + target);
            // A token stays whole.
            while (end < size && is_inside(end)) {
                ++end;
            }
            if (!scan_ascii(at, end)) {
                return false;
            }
            at = end;
            if (at < size) {
                self.checkpoint();
            }
        }
        return true;
    }

    void visit(segment_window const& window) override {
        auto const bytes = static_cast<std::size_t>(window.end - window.begin);
        if (used_ + bytes > token_batch::padding + token_batch::target_bytes) {
            flush();
        }
        auto const base = used_;
        copy(window.begin, bytes);
        auto const first = num_tokens_;
        grow_tokens(bytes);
        num_tokens_ += find_tokens(window, base);
        auto const num_words = bytes / 64 + 1;
        if (marks_.size() < num_words) {
            marks_.resize(num_words);
        }
        bool const ascii = !reader_->kernel_->mark_others(document_.data() + window.begin,
                                                          window.end - window.begin, marks_.data());
        if (spans_ != nullptr || !reader_->keeps_all()) {
            finish_tokens(window, base, first, ascii);
        } else if (!ascii) {
            normalize_tokens(window, base, first);
        }
    }

    void visit(std::int64_t begin, std::int64_t end, segment_kind kind) override {
        if (kind == segment_kind::none && reader_->kind_ != token_kind::segments) {
            return;
        }
        auto const bytes = static_cast<std::size_t>(end - begin);
        if (used_ + bytes > token_batch::padding + token_batch::target_bytes) {
            flush();
        }
        grow_tokens(1);
        put_normalized(begin, end, num_tokens_);
        if (keep(num_tokens_)) {
            note(begin, end, kind);
            ++num_tokens_;
        }
    }

    void flush() {
        if ((num_tokens_ != 0 || !document_ends_.empty()) && visit_ != nullptr) {
            make_room(token_batch::padding);
            auto const n = static_cast<std::int64_t>(num_tokens_);
            (*visit_)({text_.data(), {starts_.data(), n}, {ends_.data(), n}, document_ends_});
        }
        clear();
    }

private:
    bool is_inside(std::int64_t at) const {
        return reader_->ascii_.kind_of[static_cast<unsigned char>(document_[static_cast<std::size_t>(at)])] !=
               0;
    }

    bool scan_ascii(std::int64_t begin, std::int64_t end) {
        auto const bytes = static_cast<std::size_t>(end - begin);
        if (used_ + bytes > token_batch::padding + token_batch::target_bytes) {
            flush();
        }
        if (end - begin > max_token_bytes) {
            throw_token_too_long(end - begin);
        }
        make_room(bytes);
        grow_tokens(bytes / 2 + 1);
        auto const found = reader_->scan_(reader_->ascii_, lowers(), document_.data() + begin, end - begin,
                                          text_.data() + used_, static_cast<std::uint32_t>(used_),
                                          starts_.data() + num_tokens_, ends_.data() + num_tokens_);
        if (found < 0) {
            return false;
        }
        used_ += bytes;
        num_tokens_ += static_cast<std::size_t>(found);
        return true;
    }

    void clear() {
        make_room(token_batch::padding);
        used_ = token_batch::padding;
        num_tokens_ = 0;
        document_ends_.clear();
    }

    void make_room(std::size_t bytes) {
        // The kernel's copies write up to 64 bytes too many.
        auto const needed = used_ + bytes + 64;
        if (text_.size() < needed) {
            text_.resize(std::max(needed, 2 * text_.size()));
        }
    }

    void grow_tokens(std::size_t more) {
        // The kernel's scans write up to 64 positions too many.
        auto const needed = num_tokens_ + more + 65;
        if (starts_.size() < needed) {
            starts_.resize(std::max(needed, 2 * starts_.size()));
            ends_.resize(starts_.size());
        }
    }

    void copy(std::int64_t begin, std::size_t bytes) {
        make_room(bytes);
        auto const* from = document_.data() + begin;
        if (lowers()) {
            reader_->kernel_->copy_lowered(from, static_cast<std::int64_t>(bytes), text_.data() + used_);
        } else {
            std::memcpy(text_.data() + used_, from, bytes);
        }
        used_ += bytes;
    }

    bool lowers() const {
        return reader_->normalizer_.lowers_ascii() || reader_->kind_ == token_kind::sklearn;
    }

    std::size_t find_tokens(segment_window const& window, std::size_t base) {
        auto const words = (window.end - window.begin) / 64 + 1;
        auto const find = reader_->kind_ == token_kind::segments ? reader_->kernel_->find_segments
                                                                 : reader_->kernel_->find_tokens;
        return static_cast<std::size_t>(find(window, words, static_cast<std::uint32_t>(base),
                                             starts_.data() + num_tokens_, ends_.data() + num_tokens_));
    }

    /// Makes the text of tokens that are not their lowered source: only those with a marked byte can be such.
    void normalize_tokens(segment_window const& window, std::size_t base, std::size_t first) {
        auto token = first;
        auto const size = window.end - window.begin;
        std::int64_t checked = 0;
        for (std::int64_t w = 0; w * 64 < size; ++w) {
            for (auto marks = marks_[static_cast<std::size_t>(w)]; marks != 0; marks &= marks - 1) {
                auto const at = w * 64 + __builtin_ctzll(marks);
                if (at < checked || at >= size || !is_in_token(window, at)) {
                    continue;
                }
                while (ends_[token] <= base + static_cast<std::size_t>(at)) {
                    ++token;
                }
                auto const start = static_cast<std::int64_t>(starts_[token] - base);
                checked = static_cast<std::int64_t>(ends_[token] - base);
                if (!is_plain(window.begin + start, window.begin + checked)) {
                    put_normalized(window.begin + start, window.begin + checked, token);
                }
                ++token;
            }
        }
    }

    /// Whether byte `at` of a window lies in a token: the next cut says so.
    bool is_in_token(segment_window const& window, std::int64_t at) const {
        auto w = (at + 1) / 64;
        auto cuts = window.cut[w] & ~std::uint64_t{0} << (at + 1) % 64;
        while (cuts == 0) {
            cuts = window.cut[++w];
        }
        return reader_->kind_ == token_kind::segments ||
               ((window.low[w] | window.high[w]) & cuts & -cuts) != 0;
    }

    /// Makes the text of tokens that are not their lowered source, drops stop words, notes spans.
    void finish_tokens(segment_window const& window, std::size_t base, std::size_t first, bool ascii) {
        auto kept = first;
        auto const last = num_tokens_;
        for (auto i = first; i < last; ++i) {
            auto const start = static_cast<std::int64_t>(starts_[i] - base),
                       end = static_cast<std::int64_t>(ends_[i] - base);
            starts_[kept] = starts_[i];
            ends_[kept] = ends_[i];
            auto const begin_byte = window.begin + start, end_byte = window.begin + end;
            if (!ascii && !is_plain(begin_byte, end_byte)) {
                put_normalized(begin_byte, end_byte, kept);
            }
            if (!keep(kept)) {
                continue;
            }
            if (spans_ != nullptr) {
                auto const bit = [&](std::uint64_t const* plane) {
                    return plane[end / 64] >> (end % 64) & 1;
                };
                note(begin_byte, end_byte,
                     static_cast<segment_kind>(bit(window.low) | bit(window.high) << 1));
            }
            ++kept;
        }
        num_tokens_ = kept;
    }

    /// Whether the copied text of a token is already its normalized text.
    bool is_plain(std::int64_t begin, std::int64_t end) const {
        auto const& entries = reader_->normalizer_.table().entries;
        for (auto at = begin; at < end;) {
            auto const byte = static_cast<unsigned char>(document_[static_cast<std::size_t>(at)]);
            if (byte < 0x80) {
                ++at;
                continue;
            }
            auto const here = element::decode(document_.data(), at, end);
            if (!here.well_formed || entries[here.code_point] != 0 ||
                here.code_point == element::capital_sigma ||
                (reader_->kind_ == token_kind::sklearn &&
                 reader_->lower_->table().entries[here.code_point] != 0)) {
                return false;
            }
            at += here.length;
        }
        return true;
    }

    /// Appends the normalized text of `document[begin, end)` as token `i`.
    void put_normalized(std::int64_t begin, std::int64_t end, std::size_t i) {
        auto source =
            document_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
        if (reader_->kind_ == token_kind::sklearn) {
            source = lower_in_context(begin, end);
        }
        auto const text = reader_->normalizer_.apply(source, scratch_);
        if (static_cast<std::int64_t>(text.size()) > max_token_bytes - static_cast<std::int64_t>(used_)) {
            throw_token_too_long(static_cast<std::int64_t>(text.size()));
        }
        make_room(text.size());
        std::memcpy(text_.data() + used_, text.data(), text.size());
        starts_[i] = static_cast<std::uint32_t>(used_);
        used_ += text.size();
        ends_[i] = static_cast<std::uint32_t>(used_);
    }

    /// A token as it is in the lowered document: whether a sigma is final depends on what is around the
    /// token, and of U+0130 the second part, which is no word character, falls behind it.
    std::string_view lower_in_context(std::int64_t begin, std::int64_t end) {
        lowered_.clear();
        auto const& table = reader_->lower_->table();
        char bytes[4];
        for (auto at = begin; at < end;) {
            auto const here = element::decode(document_.data(), at, end);
            auto const entry = table.entries[here.code_point];
            if (here.code_point == dotted_capital_i) {
                lowered_ += 'i';
            } else if (here.code_point == element::capital_sigma && unicode::is_final_sigma(document_, at)) {
                lowered_ += "\u03C2";
            } else if ((entry & normalization_table::changes) != 0) {
                lowered_.append(table.mapping(entry), normalization_table::length(entry));
            } else {
                lowered_.append(bytes, static_cast<std::size_t>(element::encode(here.code_point, bytes)));
            }
            at += here.length;
        }
        return lowered_;
    }

    bool keep(std::size_t i) const {
        std::string_view const text{text_.data() + starts_[i], ends_[i] - starts_[i]};
        if (reader_->min_length_ > 1 && num_code_points(text) < reader_->min_length_) {
            return false;
        }
        return reader_->stop_words_.empty() || reader_->stop_words_.find(text) == reader_->stop_words_.end();
    }

    static std::ptrdiff_t num_code_points(std::string_view text) {
        return std::count_if(text.begin(), text.end(), [](char byte) {
            return !element::is_continuation(static_cast<unsigned char>(byte));
        });
    }

    void note(std::int64_t begin, std::int64_t end, segment_kind kind) {
        if (spans_ != nullptr) {
            spans_->push_back({begin, end, status_of(reader_->kind_, kind)});
        }
    }

    token_reader* reader_ = nullptr;
    std::string_view document_;
    std::function<void(token_batch const&)> const* visit_ = nullptr;
    std::vector<token_span>* spans_ = nullptr;
    buffer<char> text_;
    std::size_t used_ = 0;
    buffer<std::uint32_t> starts_, ends_, document_ends_;
    std::size_t num_tokens_ = 0;
    buffer<std::uint64_t> marks_;
    std::string scratch_, lowered_;
};

token_reader::token_reader(tokenizer const& how)
    : kind_{how.kind}, kernel_{&segment_kernel_of(simd_level_in_use())}, normalizer_{how.form},
      stop_words_{how.stop_words.begin(), how.stop_words.end()},
      min_length_{how.kind == token_kind::word_runs ? how.min_length : 1}, cutter_{make_cutter(how.kind)} {
    if (kind_ == token_kind::sklearn) {
        lower_.emplace(normalization::lower);
    }
    prepare_scan();
}

token_reader::~token_reader() = default;
token_reader::token_reader(token_reader&&) noexcept = default;
token_reader& token_reader::operator=(token_reader&&) noexcept = default;

void token_reader::prepare_scan() {
    if (!stop_words_.empty() || min_length_ > 2) {
        return;
    }
    if (kind_ == token_kind::words) {
        if (auto const& kinds = ascii_of_segments()) {
            scan_ = kernel_->scan_ascii_segments;
            ascii_ = *kinds;
        }
        return;
    }
    bool const words = kind_ == token_kind::sklearn || kind_ == token_kind::word_runs;
    if (!words && kind_ != token_kind::whitespace) {
        return;
    }
    bool const at_least_two = kind_ == token_kind::sklearn || min_length_ == 2;
    scan_ = at_least_two ? kernel_->scan_ascii_words : kernel_->scan_ascii_runs;
    auto const flags = unicode::character_flags();
    bool inside[128];
    for (int c = 0; c < 128; ++c) {
        auto const is_word = (flags[c] & element::character_flag::word) != 0;
        auto const is_space = (flags[c] & element::character_flag::space) != 0;
        inside[c] = words ? is_word : !is_space;
    }
    ascii_.insert(inside, 0xFF); // eight rows have eight sets of columns at most
}

token_reader::batch_maker& token_reader::maker() {
    if (!maker_) {
        maker_ = std::make_unique<batch_maker>();
    }
    return *maker_;
}

void token_reader::make_batches(std::string_view document, worker& self) {
    maker_->begin_document(document);
    if (scan_ == nullptr || !maker_->scan_ascii(self)) {
        cutter_->cut(document, self, *maker_);
    }
}

void token_reader::read_batches(std::string_view document, worker& self,
                                std::function<void(token_batch const&)> const& visit) {
    maker().start(*this, &visit, nullptr);
    make_batches(document, self);
    maker_->flush();
}

void token_reader::read_batches(documents_view documents, document_range range, worker& self,
                                std::function<void(token_batch const&)> const& visit) {
    constexpr std::int64_t ahead = 2;
    maker().start(*this, &visit, nullptr);
    for (auto doc = range.first; doc < range.last; ++doc) {
        if (doc + ahead < range.last) {
            prefetch_text(documents[doc + ahead]);
        }
        make_batches(documents[doc], self);
        maker_->end_document();
    }
    maker_->flush();
}

std::vector<token_span> const& token_reader::read(std::string_view document, worker& self) {
    spans_.clear();
    maker().start(*this, nullptr, &spans_);
    maker_->begin_document(document);
    cutter_->cut(document, self, *maker_);
    maker_->flush();
    return spans_;
}

std::int64_t token_reader::count(std::string_view document, worker& self) {
    if (!keeps_all()) {
        return std::ssize(read(document, self));
    }
    auto const counts = cutter_->count(document, self);
    return kind_ == token_kind::segments ? counts.segments : counts.words;
}

} // namespace newsgpu::cpu
