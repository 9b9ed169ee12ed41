// SPDX-License-Identifier: Apache-2.0
// A sanitizer build that does not sanitize would pass every test: here it has to stop at errors made on purpose.
#include <climits>
#include <cstdlib>

#include <gtest/gtest.h>

namespace {

TEST(Sanitizers, stop_at_a_read_after_free) {
    EXPECT_DEATH(
        {
            int* volatile freed = static_cast<int*>(std::malloc(sizeof(int)));
            std::free(freed);
            std::exit(*freed);
        },
        "AddressSanitizer: heap-use-after-free");
}

TEST(Sanitizers, stop_at_an_overflow) {
    EXPECT_DEATH(
        {
            volatile int largest = INT_MAX;
            largest = largest + 1;
            std::exit(largest);
        },
        "runtime error: signed integer overflow");
}

}  // namespace
