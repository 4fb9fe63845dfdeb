#include "unicode/segmentation.hpp"

#include <memory>

namespace newsgpu::unicode {

segmentation const* load_segmentation() {
    static auto const loaded = []() -> std::unique_ptr<segmentation const> {
        auto rules = load_word_rules();
        if (!rules) {
            return nullptr;
        }
        auto words = load_dictionary();
        if (!words) {
            return nullptr;
        }
        return std::make_unique<segmentation const>(segmentation{std::move(*rules), std::move(*words)});
    }();
    return loaded.get();
}

} // namespace newsgpu::unicode
