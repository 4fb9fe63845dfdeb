#include "backend.hpp"
#include "cpu/parallel.hpp"

#include <algorithm>
#include <vector>

namespace newsgpu::cpu {

string_column texts(vocabulary const& terms, std::int64_t count, std::int32_t const* chosen,
                    execution const& run) {
    constexpr std::int64_t terms_a_piece = 1 << 14;
    auto const pieces = (count + terms_a_piece - 1) / terms_a_piece;
    auto const each_term = [&](std::int64_t piece, auto visit) {
        auto const end = std::min(count, (piece + 1) * terms_a_piece);
        for (auto i = piece * terms_a_piece; i < end; ++i) {
            visit(chosen == nullptr ? i : std::int64_t{chosen[i]});
        }
    };
    string_column made;
    made.offsets.resize(static_cast<std::size_t>(count) + 1);
    made.offsets[0] = 0;
    std::vector<std::int64_t> starts(static_cast<std::size_t>(pieces) + 1, 0);
    for_each_piece("writing terms", pieces, run, [&](std::int64_t piece, worker&) {
        std::int64_t size = 0;
        each_term(piece,
                  [&](std::int64_t term) { size += static_cast<std::int64_t>(terms.text_size(term)); });
        starts[static_cast<std::size_t>(piece) + 1] = size;
    });
    for (std::size_t piece = 1; piece < starts.size(); ++piece) {
        starts[piece] += starts[piece - 1];
    }
    made.bytes.resize(static_cast<std::size_t>(starts.back()));
    for_each_piece("writing terms", pieces, run, [&](std::int64_t piece, worker&) {
        auto* const bytes = made.bytes.data();
        auto* to = bytes + starts[static_cast<std::size_t>(piece)];
        auto* const end = bytes + starts[static_cast<std::size_t>(piece) + 1];
        auto* offset = made.offsets.data() + piece * terms_a_piece + 1;
        each_term(piece, [&](std::int64_t term) {
            to = terms.write_text(term, to, end);
            *offset++ = to - bytes;
        });
    });
    return made;
}

} // namespace newsgpu::cpu
