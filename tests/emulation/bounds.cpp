#include "device.hpp"

#include <newsgpu/view.hpp>

namespace newsgpu {

void outside_view(std::int64_t first, std::int64_t count, std::int64_t size) {
    auto const& here = emulation::here;
    auto const what = count == 1
                          ? "element " + std::to_string(first)
                          : "elements " + std::to_string(first) + " to " + std::to_string(first + count);
    auto const where = here.threads == 0 ? "host code"
                                         : "thread " + std::to_string(here.thread) + " of block " +
                                               std::to_string(here.block);
    emulation::raise_fault(what + " of a view of " + std::to_string(size) + " (" + where + ")");
}

} // namespace newsgpu
