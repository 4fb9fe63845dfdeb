#include "cuda/space_table.cuh"

#include "element/utf8.hpp"
#include "unicode/properties.hpp"

#include <vector>

namespace newsgpu::cuda {

namespace {

constexpr char32_t num_code_points = 0x110000;

struct host_spaces {
    std::vector<std::uint32_t> bits = std::vector<std::uint32_t>(num_code_points / 32);
    bool any_lead = false;
};

bool has_usual_lead(char32_t code_point) {
    char text[4] = {};
    element::encode(code_point, text);
    auto const lead = static_cast<unsigned char>(text[0]);
    auto const second = static_cast<unsigned char>(text[1]);
    return lead == 0xC2 || lead == 0xE1 || ((lead == 0xE2 || lead == 0xE3) && second <= 0x81);
}

host_spaces const& spaces_of_host() {
    static auto const made = [] {
        host_spaces spaces;
        for (char32_t c = 0x80; c < num_code_points; ++c) {
            if (unicode::is_space(c)) {
                spaces.bits[c / 32] |= 1u << (c % 32);
                spaces.any_lead = spaces.any_lead || !has_usual_lead(c);
            }
        }
        return spaces;
    }();
    return made;
}

} // namespace

space_table::space_table(stream const& on)
    : bits_{to_device(newsgpu::view{spaces_of_host().bits.data(), std::ssize(spaces_of_host().bits)}, on)},
      any_lead_{spaces_of_host().any_lead} {}

} // namespace newsgpu::cuda
