#pragma once

#include "backend.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

namespace newsgpu::parity {

/// A test that needs a CUDA device, and leaves batches as large as they were.
class on_a_device : public testing::Test {
protected:
    void SetUp() override {
        auto const found = cuda::find_devices();
        if (found.count > 0) {
            return;
        }
        auto const* required = std::getenv("NEWSGPU_REQUIRE_GPU");
        if (required != nullptr && std::strcmp(required, "1") == 0) {
            FAIL() << found.why_none;
        }
        GTEST_SKIP() << found.why_none;
    }
    void TearDown() override { cuda::limit_batches(0); }
};

} // namespace newsgpu::parity
