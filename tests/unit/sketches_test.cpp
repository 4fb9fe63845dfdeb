#include "cpu/lsh.hpp"
#include "cpu/pair_spool.hpp"
#include "element/minhash.hpp"
#include "lsh_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <vector>

namespace {

using namespace newsgpu;

/// Holds bytes of minima, and does nothing else.
class held_bytes final : public duplicate_stages {
public:
    held_bytes(buffer<std::uint8_t> bytes, std::int64_t num_minima)
        : bytes_{std::move(bytes)}, num_minima_{num_minima} {}

    summaries read() override { throw std::logic_error{"nothing to read"}; }
    std::vector<bucket> compare_buckets(view<std::uint32_t const>, std::int64_t, pair_sink const&) override {
        return {};
    }
    void compare_all(std::vector<bucket> const&, pair_sink const&) override {}
    void copy_minimum_bytes(std::int64_t first, view<std::uint8_t> to) override {
        std::copy_n(bytes_.begin() + first * num_minima_, to.size(), to.begin());
        most_copied = std::max(most_copied, to.size());
    }
    joined_pairs join(view<std::uint32_t const>) override { return {}; }
    buffer<double> verify(view<element::packed_pair const>, double) override { return {}; }

    std::int64_t most_copied = 0;

private:
    buffer<std::uint8_t> bytes_;
    std::int64_t num_minima_;
};

/// Those of a device are compared as those that the CPU has stored, whether they wait in a file or not.
TEST(Sketches, OfADevice) {
    constexpr std::int64_t num_documents = 300;
    auto const plan = plan_candidates({.threshold = 0.5});
    std::mt19937 random{3};
    std::vector<std::uint32_t> minima(static_cast<std::size_t>(num_documents * plan.num_minima));
    for (auto& each : minima) {
        each = static_cast<std::uint32_t>(random() % 3 * 0x9E37'79B9);
    }
    buffer<std::uint8_t> bytes;
    cpu::sketches stored{plan, num_documents};
    for (std::int64_t doc = 0; doc < num_documents; ++doc) {
        auto const* of_document = minima.data() + doc * plan.num_minima;
        stored.store(doc, of_document);
        std::transform(of_document, of_document + plan.num_minima, std::back_inserter(bytes),
                       [](std::uint32_t minimum) { return element::minimum_byte(minimum); });
    }
    for (std::int64_t const resident_bytes : {0, 1, 5000, 1 << 20}) {
        held_bytes device{bytes, plan.num_minima};
        cpu::sketches const all{plan, num_documents, resident_bytes, device};
        EXPECT_EQ(all.is_spilled(), resident_bytes > 0);
        if (resident_bytes > 0) {
            EXPECT_LE(device.most_copied, std::max<std::int64_t>(resident_bytes, plan.num_minima));
        }
        std::int64_t num_reaching = 0;
        for (std::uint32_t a = 0; a < num_documents; ++a) {
            for (std::uint32_t b = 0; b < a; ++b) {
                auto const reaches = all.may_reach(a, b);
                ASSERT_EQ(reaches, stored.may_reach(a, b));
                num_reaching += reaches ? 1 : 0;
                all.note_reads(2, plan.num_minima);
            }
        }
        EXPECT_GT(num_reaching, 100);
        EXPECT_LT(num_reaching, num_documents * num_documents / 2 - 100);
    }
}

/// Buckets are found whatever the number of documents: the keys of many are put into parts first.
TEST(Sketches, CandidatesShareAKey) {
    auto const plan = plan_candidates({.threshold = 0.8});
    for (std::int64_t const num_documents : {1'000, 65'535, 65'536, 140'000}) {
        std::mt19937 random{static_cast<std::uint32_t>(num_documents)};
        auto const minima_of = [&] {
            std::vector<std::uint32_t> minima(static_cast<std::size_t>(plan.num_minima));
            std::generate(minima.begin(), minima.end(), random);
            return minima;
        };
        cpu::sketches all{plan, num_documents};
        buffer<std::uint32_t> documents;
        buffer<element::packed_pair> expected;
        for (std::int64_t doc = 0; doc < num_documents;) {
            auto const minima = minima_of();
            auto const first = static_cast<std::uint32_t>(doc);
            for (auto left = random() % 50 == 0 ? 3 : 1; left > 0 && doc < num_documents; --left, ++doc) {
                auto const number = static_cast<std::uint32_t>(doc);
                all.store(doc, minima.data());
                for (auto other = first; other < number; ++other) {
                    expected.push_back(element::pack(other, number));
                }
                documents.push_back(number);
            }
        }
        all.seal();
        std::sort(expected.begin(), expected.end());
        for (std::int64_t const key_ranges : {1, 3}) {
            cpu::pair_spool pairs{num_documents, 0};
            EXPECT_TRUE(cpu::find_candidates(all, documents, key_ranges, pairs, {device::cpu(), 2}).empty());
            EXPECT_EQ(pairs.take(), expected) << num_documents << " documents, " << key_ranges << " ranges";
        }
    }
}

} // namespace
