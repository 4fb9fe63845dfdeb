#include "cpu/token_reader.hpp"

#include <gtest/gtest.h>

namespace {

using namespace newsgpu;
using cpu::token_batch;

TEST(TokenReader, BatchesHoldTheTokensInOrder) {
    std::string document;
    std::vector<std::string> expected;
    for (int i = 0; i < 20'000; ++i) {
        expected.push_back("word" + std::to_string(i));
        document += "WORD" + std::to_string(i) + " ";
    }
    expected.push_back(std::string(2 * token_batch::target_bytes, 'x'));
    document += expected.back();

    std::vector<std::string> found;
    std::int64_t batches = 0;
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::token_reader reader{{}};
        reader.read_batches(document, self, [&](token_batch const& batch) {
            ++batches;
            for (std::int64_t i = 0; i < batch.size(); ++i) {
                found.emplace_back(batch[i]);
            }
        });
        reader.read_batches("", self,
                            [&](token_batch const&) { ADD_FAILURE() << "an empty document has no batch"; });
    });
    EXPECT_EQ(found, expected);
    EXPECT_GT(batches, 3);
}

} // namespace
