// SPDX-License-Identifier: Apache-2.0
// What conditions as text may call the inputs and outputs of a network.
#include "read/network_names.hpp"

#include <gtest/gtest.h>

namespace sinew::read {
namespace {

/// Two input tensors, of shapes [1, 2, 3] and [1], and an output tensor of shape [1, 2].
struct Names : testing::Test {
    Names() {
        const auto image = query.network.add_input("image", {2, 3});
        const auto scale = query.network.add_input("scale", {1});
        model::AffineLayer sum;
        sum.bias = model::NumberArray(2);
        const auto output = query.network.add_affine("sum", {2}, std::move(sum));
        NamedTensor first{"image:0", {1, 2, 3}, {}};
        for (std::size_t i = 0; i < 6; ++i) first.elements.push_back(query.network.variable(image, i));
        NamedTensor last{"logits", {1, 2}, {}};
        for (std::size_t i = 0; i < 2; ++i) {
            last.elements.push_back(query.network.variable(output, i));
            query.outputs.push_back(last.elements.back());
        }
        names.emplace(query, true);
        names->add(std::move(first));
        names->add({"scale", {1}, {query.network.variable(scale, 0)}});
        names->add(std::move(last));
    }

    std::size_t index(std::string_view symbol) const {
        const NetworkNames::Found found = names->find(symbol);
        return found.variable.valid() ? found.variable.index() : ~std::size_t{0};
    }
    std::string problem(std::string_view symbol) const { return names->find(symbol).problem; }

    model::Query query;
    std::optional<NetworkNames> names;
};

TEST_F(Names, positions_count_over_all_tensors) {
    for (const char* first : {"x0", "x_0", "X0", "X_0"}) EXPECT_EQ(index(first), 0U) << first;
    EXPECT_EQ(index("x6"), 6U);
    EXPECT_EQ(index("y1"), 8U);
    EXPECT_EQ(problem("x7"), "x7: the network has 7 inputs");
    EXPECT_EQ(problem("Y_2"), "Y_2: the network has 2 outputs");
    EXPECT_NE(problem("x00"), "");
    EXPECT_NE(problem("x99999999999999999999"), "");
}

TEST_F(Names, elements_of_tensors) {
    EXPECT_EQ(index("|image:0|[0,1,2]"), 5U);
    EXPECT_EQ(index("\"image:0\"[ 1 , 0 ]"), 3U);
    EXPECT_EQ(index("'image:0'[4]"), 4U);
    EXPECT_EQ(index("logits[1]"), 8U);
    EXPECT_EQ(index("logits_1"), 8U);
    EXPECT_EQ(index("logits[0,1]"), 8U);
    EXPECT_EQ(index("scale"), 6U);
    EXPECT_EQ(index("scale[0]"), 6U);
}

TEST_F(Names, what_there_is_not) {
    EXPECT_EQ(problem("logits"), "'logits' has 2 elements");
    EXPECT_NE(problem("logits[2]").find("no such element"), std::string::npos);
    EXPECT_NE(problem("|image:0|[0,2,0]").find("shape [1,2,3]"), std::string::npos);
    EXPECT_NE(problem("|image:0|[0,0,0,0]"), "");
    EXPECT_NE(problem("logist[0]").find("did you mean logits?"), std::string::npos);
    EXPECT_NE(problem("logits_2").find("no such element"), std::string::npos);
}

TEST_F(Names, a_name_that_is_a_position_too_is_refused) {
    names->add({"x1", {1}, {query.network.variable(model::LayerId(0), 4)}});
    EXPECT_NE(problem("x1").find("by its position"), std::string::npos);
    EXPECT_EQ(index("X_1"), 1U);
    EXPECT_EQ(index("x1[0]"), 4U);
    EXPECT_EQ(index("|x1|"), 4U);
}

TEST_F(Names, own_names_come_first_and_positions_only_where_they_are_meant) {
    query.names.emplace(query.network.variable(model::LayerId(0), 2), "x0");
    const NetworkNames own(query, false);
    EXPECT_EQ(own.find("x0").variable.index(), 2U);
    EXPECT_FALSE(own.find("x1").variable.valid());
}

}  // namespace
}  // namespace sinew::read
