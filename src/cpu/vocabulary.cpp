#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "element_index.hpp"

#include <numeric>
#include <vector>

namespace newsgpu::cpu {

string_column texts(vocabulary const& terms, std::int64_t count, std::int32_t const* chosen,
                    execution const& run) {
    constexpr std::int64_t terms_a_piece = 1 << 14;
    auto const each_term = [&](slice const& some, auto visit) {
        for (auto i = some.first; i < some.last; ++i) {
            visit(chosen == nullptr ? i : std::int64_t{chosen[i]});
        }
    };
    string_column made;
    made.offsets.resize(index(count) + 1);
    made.offsets[0] = 0;
    std::vector<std::int64_t> starts(index(num_slices(count, terms_a_piece)) + 1, 0);
    for_each_slice("writing terms", count, terms_a_piece, run, [&](slice const& some, worker&) {
        std::int64_t size = 0;
        each_term(some, [&](std::int64_t term) { size += static_cast<std::int64_t>(terms.text_size(term)); });
        starts[index(some.number) + 1] = size;
    });
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    made.bytes.resize(index(starts.back()));
    for_each_slice("writing terms", count, terms_a_piece, run, [&](slice const& some, worker&) {
        auto* const bytes = made.bytes.data();
        auto* to = bytes + starts[index(some.number)];
        auto* const end = bytes + starts[index(some.number) + 1];
        auto* offset = made.offsets.data() + some.first + 1;
        each_term(some, [&](std::int64_t term) {
            to = terms.write_text(term, to, end);
            *offset++ = to - bytes;
        });
    });
    return made;
}

} // namespace newsgpu::cpu
