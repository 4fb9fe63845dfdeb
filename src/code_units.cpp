#include <newsgpu/code_units.hpp>

#include "backend.hpp"

namespace newsgpu {

string_column encode_utf8(view<unit_text const> texts, execution const& run) {
    return cpu::encode_utf8(texts, run);
}

} // namespace newsgpu
