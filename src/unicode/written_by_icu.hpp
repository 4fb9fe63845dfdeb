#pragma once

#include <string>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define NEWSGPU_MEMORY_SANITIZER
#include <sanitizer/msan_interface.h>
#endif
#endif

namespace newsgpu::unicode {

/// Tells MemorySanitizer, which does not see into ICU, that ICU has written these bytes.
inline void written_by_icu([[maybe_unused]] std::string const& bytes) {
#if defined(NEWSGPU_MEMORY_SANITIZER)
    __msan_unpoison(bytes.data(), bytes.size());
#endif
}

} // namespace newsgpu::unicode
