// SPDX-License-Identifier: Apache-2.0
// The policy of a page lets run the one script that is ours: by its digest, which is made here by another library.
#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "report/html.hpp"
#include "report/style.hpp"

namespace sinew {
namespace {

TEST(ReportScript, is_the_one_that_the_policy_names) {
    const std::string hex = sha256(report::script());
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    const std::string uri = report::png_uri(bytes);
    EXPECT_EQ(report::script_hash(), "sha256-" + uri.substr(uri.find(',') + 1));
}

}  // namespace
}  // namespace sinew
