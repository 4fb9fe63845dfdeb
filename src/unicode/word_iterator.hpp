#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace newsgpu::unicode {

/// ICU's root word iterator over UTF-8. One per thread.
///
/// "Warmed": an iterator that has met a Han character finds U+30FC by its script from then on, a fresh
/// one does not; every answer here is that of a warmed one, so it does not depend on what came before.
class word_iterator {
public:
    word_iterator();
    ~word_iterator();
    word_iterator(word_iterator&&) noexcept;
    word_iterator& operator=(word_iterator&&) noexcept;

    /// Starts over on `text`, which has to live until the next call.
    /// @throw invalid_input over 2^31 - 1 bytes: ICU's positions are 32-bit.
    void set_text(std::string_view text);

    /// The end of the next segment, or -1 after the last.
    std::int64_t next();

    /// ICU's rule status of the segment that `next` returned.
    std::uint16_t status() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace newsgpu::unicode
