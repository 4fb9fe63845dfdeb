#pragma once

#include "cpu/text_cutter.hpp"

#include <vector>

namespace newsgpu::test {

/// A part of a document as a cutter reports it.
struct part {
    std::int64_t begin, end;
    element::segment_kind kind;
    friend bool operator==(part const&, part const&) = default;
};

class part_collector final : public cpu::part_visitor {
public:
    void visit(cpu::segment_window const& window) override {
        auto begin = window.begin;
        for (std::int64_t i = 1; i <= window.end - window.begin; ++i) {
            auto const bit = [&](std::uint64_t const* plane) {
                return static_cast<int>(plane[i / 64] >> (i % 64) & 1);
            };
            if (bit(window.cut) != 0) {
                visit(begin, window.begin + i,
                      static_cast<element::segment_kind>(bit(window.low) + 2 * bit(window.high)));
                begin = window.begin + i;
            }
        }
    }
    void visit(std::int64_t begin, std::int64_t end, element::segment_kind kind) override {
        found.push_back({begin, end, kind});
    }
    std::vector<part> found;
};

/// Work that needs a worker, on one.
template <class Work>
void with_worker(Work work) {
    cpu::for_each_piece("testing", 1, {device::cpu(), 1},
                        [&](std::int64_t, cpu::worker& self) { work(self); });
}

inline std::string repeated(std::string_view text, std::size_t times) {
    std::string made;
    for (std::size_t i = 0; i < times; ++i) {
        made += text;
    }
    return made;
}

} // namespace newsgpu::test
