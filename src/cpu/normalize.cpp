#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "unicode/normalizer.hpp"

namespace newsgpu::cpu {

string_column normalize(corpus_view corpus, normalization form, execution const& run) {
    auto const ranges = document_ranges(corpus);
    std::vector<string_column> made(ranges.size());
    unicode::normalizer const normalizer{form};
    for_each_piece("normalizing", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        std::string scratch;
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            made[static_cast<std::size_t>(piece)].push_back(normalizer.apply(corpus[doc], scratch));
        }
    });
    return concatenate(made);
}

} // namespace newsgpu::cpu
