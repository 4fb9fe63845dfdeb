#include <newsgpu/device.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/tokenize.hpp>

#include <gtest/gtest.h>

namespace {

using namespace newsgpu;

TEST(Device, NamesAreRead) {
    EXPECT_EQ(device::parse("auto"), device::automatic());
    EXPECT_EQ(device::parse("cpu"), device::cpu());
    EXPECT_EQ(device::parse("cuda"), device::cuda(0));
    EXPECT_EQ(device::parse("cuda:12"), device::cuda(12));
    for (auto const* wrong : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "CPU"}) {
        EXPECT_THROW(device::parse(wrong), invalid_input) << wrong;
    }
}

TEST(Device, CpuIsAlwaysThere) {
    EXPECT_EQ(available_devices().front(), "cpu");
}

TEST(Device, NothingFallsBackSilently) {
    EXPECT_THROW(tokenize({}, {}, device::cuda(99)), device_unavailable);
}

} // namespace
