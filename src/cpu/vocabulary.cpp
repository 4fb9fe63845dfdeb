#include "backend.hpp"
#include "cpu/parallel.hpp"

namespace newsgpu::cpu {

string_column texts(vocabulary const& terms, std::int64_t count,
                    std::function<std::int64_t(std::int64_t)> const& term, execution const& run) {
    constexpr std::int64_t terms_a_piece = 1 << 14;
    auto const pieces = (count + terms_a_piece - 1) / terms_a_piece;
    std::vector<string_column> made(static_cast<std::size_t>(pieces));
    for_each_piece("writing terms", pieces, run, [&](std::int64_t piece, worker&) {
        auto& column = made[static_cast<std::size_t>(piece)];
        auto const first = piece * terms_a_piece;
        auto const last = std::min(count, first + terms_a_piece);
        column.offsets.reserve(static_cast<std::size_t>(last - first) + 1);
        for (auto i = first; i < last; ++i) {
            terms.append_text(term(i), column.bytes);
            column.offsets.push_back(static_cast<std::int64_t>(column.bytes.size()));
        }
    });
    return concatenate(std::move(made));
}

} // namespace newsgpu::cpu
