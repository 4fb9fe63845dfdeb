#pragma once

#include "unicode/dictionary.hpp"
#include "unicode/word_rules.hpp"

namespace newsgpu::unicode {

/// What the engine needs of the installed ICU to cut text as ICU does.
struct segmentation {
    word_rules rules;
    dictionary words;
};

/// Made on first use, in about 80 ms and 8 MB. Null where ICU's data have a form that the engine does not
/// know; text is then cut by ICU itself.
segmentation const* load_segmentation();

} // namespace newsgpu::unicode
