// Device memory that runs out in the middle of a call: the call answers as ever, or with an error, and leaves
// nothing behind; neither the device nor a copy under way touches what is gone.
#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "emulation/streams.hpp"
#include "stages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;

constexpr std::size_t num_parts = 8;

/// Texts in which every stage finds something: words of both languages, accents, repeated passages and
/// documents.
string_column mixed_texts() {
    std::mt19937_64 random{3};
    std::vector<std::string> texts{"", "\u65B0\u95FB\u8054\u64AD\u4ECA\u5929\u62A5\u9053",
                                   "caf\u00E9 E\u0301 \u0E01\u0E23\u0E38\u0E07"};
    for (int doc = 0; doc < 24; ++doc) {
        std::string text;
        for (int word = 0; word < 40; ++word) {
            text +=
                "w" + std::to_string(random() % 60) + (word % 9 == 0 ? " \u5317\u4EAC\u5927\u5B66 " : " ");
        }
        texts.push_back(doc % 4 == 3 ? texts[texts.size() - 2] + " tail" : text);
    }
    return make_corpus(texts);
}

class FailingAllocation : public testing::TestWithParam<std::size_t> {
protected:
    void TearDown() override {
        emulation::fail_allocation(0);
        cuda::limit_batches(0);
    }
};

TEST_P(FailingAllocation, AnswersOrSaysSo) {
    auto const column = mixed_texts();
    cuda::limit_batches(2000); // several batches, two of them under way at a time
    auto const stages = parity::all_stages();
    std::int64_t failures = 0;
    for (auto i = GetParam(); i < stages.size(); i += num_parts) {
        auto const& stage = stages[i];
        if (stage.alone != nullptr) {
            continue;
        }
        SCOPED_TRACE(stage.name);
        ASSERT_EQ(stage.differences(column, device::cuda()), 0); // and makes tables, which stay
        auto const kept = emulation::used_bytes(0);
        bool reached = true;
        for (std::int64_t number = 1; reached; number += std::max<std::int64_t>(1, number / 8)) {
            SCOPED_TRACE(number);
            emulation::fail_allocation(number);
            try {
                EXPECT_EQ(stage.differences(column, device::cuda()), 0);
            } catch (cuda_error const&) {
                EXPECT_TRUE(emulation::has_failed_allocation());
            }
            reached = emulation::has_failed_allocation();
            emulation::fail_allocation(0);
            failures += reached ? 1 : 0;
            EXPECT_EQ(emulation::used_bytes(0), kept);
        }
    }
    EXPECT_GT(failures, 50);
}

INSTANTIATE_TEST_SUITE_P(Parts, FailingAllocation, testing::Range<std::size_t>(0, num_parts));

} // namespace
