#include "settings.hpp"

#include <cstdlib>
#include <cstring>

namespace emulation {

namespace {

std::uint64_t number(char const* name, std::uint64_t otherwise) {
    char const* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

bool absent(char const* name) {
    char const* text = std::getenv(name);
    return text != nullptr && std::strcmp(text, "absent") == 0;
}

settings read_environment() {
    settings made;
    made.seed = number("EMULATION_SEED", made.seed);
    made.workers = static_cast<unsigned>(number("EMULATION_WORKERS", made.workers));
    made.devices = static_cast<int>(number("EMULATION_DEVICES", 1));
    made.driver = !absent("EMULATION_DRIVER");
    made.pools = !absent("EMULATION_POOLS");
    made.memory_bytes = number("EMULATION_MEMORY", made.memory_bytes);
    return made;
}

} // namespace

settings& current_settings() {
    static settings current = read_environment();
    return current;
}

// Steele, Lea, Flood (2014): SplitMix.
std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t x = state += 0x9E37'79B9'7F4A'7C15;
    x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
    x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
    return x ^ (x >> 31);
}

unsigned char poison_byte() {
    constexpr unsigned char bytes[] = {0xFF, 0xA5, 0x7F, 0x01, 0x80, 0x3C};
    return bytes[current_settings().seed % sizeof bytes];
}

} // namespace emulation
