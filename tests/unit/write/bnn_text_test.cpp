// SPDX-License-Identifier: Apache-2.0
// Binarized networks as text and back: the same network, to the last number.
#include "write/bnn_text.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "support/random_binarized.hpp"

namespace sinew::write {
namespace {

TEST(BnnText, reads_back_as_the_same_network) {
    int pools = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Random random(seed);
        const model::InputKind kinds[] = {model::InputKind::bits, model::InputKind::signs, model::InputKind::pixels,
                                          model::InputKind::unit};
        const model::BinarizedNetwork network = support::random_binarized(random, kinds[seed % 4]);
        const std::string text = bnn_text(network);
        SCOPED_TRACE(text);
        const model::BinarizedNetwork again = read::parse_bnn_text(text, "again.bnn");
        ASSERT_EQ(bnn_text(again), text);
        ASSERT_EQ(again.input, network.input);
        ASSERT_EQ(again.operations.size(), network.operations.size());
        for (int i = 0; i < 5; ++i) {
            const std::vector<Rational> input = support::random_input(random, network);
            ASSERT_EQ(model::evaluate(again, input), model::evaluate(network, input));
        }
        pools += text.find("maximum") != std::string::npos ? 1 : 0;
    }
    EXPECT_GT(pools, 30);
}

TEST(BnnText, image_windows_are_told_by_their_extents) {
    model::BinarizedNetwork network;
    network.input_shape = {2, 5, 6};
    network.operations.emplace_back(model::image_windows({2, 5, 6}, {2, 3}, {1, 2}));
    EXPECT_EQ(bnn_text(network), "input bits 2 x 5 x 6\nmaximum 2 x 3 stride 1 x 2\n");
    auto& pool = std::get<model::WindowMaximum>(network.operations[0]);
    std::swap(pool.member[0], pool.member[1]);
    EXPECT_TRUE(bnn_text(network).starts_with("input bits 2 x 5 x 6\nmaximum {\n    1 0 2 "));
    network.input_shape = {1, 2, 5, 6};
    EXPECT_THROW(bnn_text(network), UsageError);
}

}  // namespace
}  // namespace sinew::write
