#pragma once

#include "backend.hpp"

#include <gtest/gtest.h>

namespace newsgpu::parity {

/// A test that needs a CUDA device, and leaves batches as large as they were.
class on_a_device : public testing::Test {
protected:
    void SetUp() override {
        if (cuda::find_devices().count == 0) {
            GTEST_SKIP() << cuda::find_devices().why_none;
        }
    }
    void TearDown() override { cuda::limit_batches(0); }
};

} // namespace newsgpu::parity
