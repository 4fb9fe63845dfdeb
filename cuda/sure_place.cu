#include "cuda/sure_place.cuh"

#include "element/utf8.hpp"

namespace newsgpu::cuda {

namespace {

bool is_ascii_space(char c) {
    return (c >= '\t' && c <= '\r') || (c >= '\x1C' && c <= ' ');
}

/// Whether `text` may be cut before byte `at`, which it has, and which is not its first.
bool is_sure(cut_rule rule, std::string_view text, std::size_t at) {
    switch (rule) {
    case cut_rule::code_points:
        return !element::is_continuation(static_cast<unsigned char>(text[at]));
    case cut_rule::spaces:
        return is_ascii_space(text[at]);
    case cut_rule::lines:
        return text[at - 1] == '\n';
    case cut_rule::nowhere:
        break;
    }
    return false;
}

} // namespace

std::int64_t first_part(cut_rule rule, std::string_view text, std::int64_t limit) {
    auto const most = static_cast<std::size_t>(limit);
    if (text.size() <= most || rule == cut_rule::nowhere) {
        return std::ssize(text);
    }
    auto at = most;
    while (at > 0 && !is_sure(rule, text, at)) {
        --at;
    }
    if (at == 0) {
        for (at = most + 1; at < text.size() && !is_sure(rule, text, at);) {
            ++at;
        }
    }
    return static_cast<std::int64_t>(at);
}

} // namespace newsgpu::cuda
