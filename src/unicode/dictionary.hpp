#pragma once

#include "element/dictionary.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace newsgpu::unicode {

/// Owns an element::dictionary.
class dictionary {
public:
    element::dictionary table() const { return table_; }

private:
    friend std::optional<dictionary> load_dictionary();

    struct releaser {
        void operator()(std::byte* memory) const;
    };
    /// All tables in one stretch of large pages: look-ups are random, and with pages of 4 KB most of their
    /// time went into address translation.
    std::unique_ptr<std::byte, releaser> memory_;
    element::dictionary table_;
};

/// ICU's dictionary of Chinese and Japanese words; nothing where its format is not the known one.
std::optional<dictionary> load_dictionary();

} // namespace newsgpu::unicode
