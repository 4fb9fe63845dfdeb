#include "cpu/token_reader.hpp"

#include <newsgpu/error.hpp>

#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

namespace {

/// Steps between two looks at whether to stop: well under a millisecond of work.
constexpr std::uint32_t steps_per_checkpoint = 1 << 12;

/// Positions inside a batch are 32-bit.
constexpr std::size_t max_token_bytes = 0xFFFF'FFFF - 2 * token_batch::padding;

/// Calls `visit(begin, end, code_point)` for every code point.
template <class Visit>
void for_each_code_point(std::string_view text, worker& self, Visit visit) {
    auto const end = static_cast<std::int64_t>(text.size());
    std::uint32_t steps = 0;
    for (std::int64_t at = 0; at < end;) {
        if (++steps % steps_per_checkpoint == 0) {
            self.checkpoint();
        }
        auto const here = element::decode(text.data(), at, end);
        visit(at, at + here.length, here.code_point);
        at += here.length;
    }
}

} // namespace

token_reader::token_reader(tokenizer const& how)
    : kind_{how.kind}, normalizer_{how.form}, stop_words_{how.stop_words.begin(), how.stop_words.end()} {}

std::vector<token_span> const& token_reader::read(std::string_view document, worker& self) {
    document_ = document;
    spans_.clear();
    switch (kind_) {
    case token_kind::words:
        read_segments(self, true);
        break;
    case token_kind::segments:
        read_segments(self, false);
        break;
    case token_kind::sklearn:
        read_lowered_words(self);
        break;
    case token_kind::characters:
        read_characters(self);
        break;
    case token_kind::whitespace:
        read_runs(self);
        break;
    }
    if (!stop_words_.empty()) {
        drop_stop_words();
    }
    return spans_;
}

std::string_view token_reader::text(std::size_t i) {
    auto const& span = kind_ == token_kind::sklearn ? lowered_spans_[i] : spans_[i];
    std::string_view const source = kind_ == token_kind::sklearn ? std::string_view{lowered_} : document_;
    return normalizer_.apply(
        source.substr(static_cast<std::size_t>(span.start), static_cast<std::size_t>(span.end - span.start)),
        scratch_);
}

void token_reader::read_batches(std::string_view document, worker& self,
                                std::function<void(token_batch const&)> const& visit) {
    auto const clear = [&] {
        batch_text_.resize(token_batch::padding);
        batch_starts_.clear();
        batch_ends_.clear();
    };
    auto const flush = [&] {
        if (!batch_starts_.empty()) {
            batch_text_.resize(batch_text_.size() + token_batch::padding);
            visit({batch_text_.data(), batch_starts_, batch_ends_});
        }
        clear();
    };
    clear();
    auto const count = read(document, self).size();
    for (std::size_t i = 0; i < count; ++i) {
        auto const token = text(i);
        if (token.size() > max_token_bytes) {
            throw invalid_input{"a token has " + std::to_string(token.size()) + " bytes; at most " +
                                std::to_string(max_token_bytes) + " can be counted"};
        }
        if (batch_text_.size() + token.size() > token_batch::target_bytes) {
            flush();
            self.checkpoint();
        }
        batch_starts_.push_back(static_cast<std::uint32_t>(batch_text_.size()));
        batch_text_.insert(batch_text_.end(), token.begin(), token.end());
        batch_ends_.push_back(static_cast<std::uint32_t>(batch_text_.size()));
    }
    flush();
}

void token_reader::read_segments(worker& self, bool words_only) {
    if (document_.empty()) {
        return;
    }
    words_.set_text(document_);
    std::uint32_t steps = 0;
    for (std::int64_t start = 0, end; (end = words_.next()) >= 0; start = end) {
        if (++steps % steps_per_checkpoint == 0) {
            self.checkpoint();
        }
        if (auto const status = words_.status(); status != 0 || !words_only) {
            spans_.push_back({start, end, status});
        }
    }
}

void token_reader::read_lowered_words(worker& self) {
    lowered_.clear();
    lowered_spans_.clear();
    std::string repaired;
    // Lowered once as a whole: whether a sigma is final depends on its neighbours.
    unicode::append_lower(unicode::well_formed(document_, repaired), lowered_);
    // Runs of word characters in the lowered text, beside the positions they came from. Every code point lowers to
    // one, but for U+0130, whose second part (U+0307) ends a word.
    std::int64_t length = 0;
    token_span lowered_run{0, 0, 0};
    token_span run{0, 0, 0};
    auto const end_run = [&] {
        if (length >= 2) {
            spans_.push_back(run);
            lowered_spans_.push_back(lowered_run);
        }
        length = 0;
    };
    std::int64_t lowered_at = 0;
    auto const lowered_end = static_cast<std::int64_t>(lowered_.size());
    for_each_code_point(document_, self, [&](std::int64_t start, std::int64_t end, char32_t code_point) {
        int const parts = unicode::to_lower(code_point).second != 0 ? 2 : 1;
        for (int part = 0; part < parts; ++part) {
            auto const here = element::decode(lowered_.data(), lowered_at, lowered_end);
            auto const next = lowered_at + here.length;
            if (unicode::is_word(here.code_point)) {
                if (length++ == 0) {
                    run.start = start;
                    lowered_run.start = lowered_at;
                }
                run.end = end;
                lowered_run.end = next;
            } else {
                end_run();
            }
            lowered_at = next;
        }
    });
    end_run();
}

void token_reader::read_characters(worker& self) {
    for_each_code_point(document_, self, [&](std::int64_t start, std::int64_t end, char32_t code_point) {
        if (!unicode::is_space(code_point)) {
            spans_.push_back({start, end, 0});
        }
    });
}

void token_reader::read_runs(worker& self) {
    token_span run{0, 0, 0};
    auto const end_run = [&] {
        if (run.end > run.start) {
            spans_.push_back(run);
        }
    };
    for_each_code_point(document_, self, [&](std::int64_t, std::int64_t end, char32_t code_point) {
        if (unicode::is_space(code_point)) {
            end_run();
            run = {end, end, 0};
        } else {
            run.end = end;
        }
    });
    end_run();
}

void token_reader::drop_stop_words() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
        if (stop_words_.contains(std::string{text(i)})) {
            continue;
        }
        spans_[kept] = spans_[i];
        if (kind_ == token_kind::sklearn) {
            lowered_spans_[kept] = lowered_spans_[i];
        }
        ++kept;
    }
    spans_.resize(kept);
}

} // namespace newsgpu::cpu
