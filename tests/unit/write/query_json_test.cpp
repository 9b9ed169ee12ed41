// SPDX-License-Identifier: Apache-2.0
// What a query asks and of which network, as JSON.
#include "write/query_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sinew::write {
namespace {

/// y = relu(x0 + x1 + 10), relu(x0 - 100), relu(x0 - x1) over 0 <= x0, x1 <= 1.
model::Query small_query(std::optional<Rational> upper) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {2});
    model::AffineLayer affine;
    affine.terms.push_back({x, model::DenseMap{3, 2, model::NumberArray(std::vector<double>{1, 1, 1, 0, 1, -1})}});
    affine.bias = model::NumberArray(std::vector<double>{10, -100, 0});
    const model::LayerId z = query.network.add_affine("z", {3}, affine);
    query.network.add_activation("y", z, model::Activation());
    for (const Variable input : query.network.input_variables())
        query.domains.push_back({input, {model::DomainKind::real, Rational(0), upper, {}}});
    return query;
}

TEST(NetworkJson, counts_the_neurons_that_the_bounds_fix) {
    const nlohmann::ordered_json json = network_json(small_query(Rational(1)));
    EXPECT_EQ(json["neurons"], 3);
    EXPECT_EQ(json["parameters"], 9);
    EXPECT_EQ(json["layers"][2]["kind"], "relu");
    EXPECT_EQ(json["layers"][2]["fixed"]["active"], 1);
    EXPECT_EQ(json["layers"][2]["fixed"]["inactive"], 1);
    EXPECT_TRUE(json["layers"][0]["fixed"].is_null());
    // Without an upper bound only what holds for all of the half line is fixed.
    const nlohmann::ordered_json open = network_json(small_query(std::nullopt));
    EXPECT_EQ(open["layers"][2]["fixed"]["active"], 1);
    EXPECT_EQ(open["layers"][2]["fixed"]["inactive"], 0);
    EXPECT_EQ(open["bounds"], "interval arithmetic");
}

TEST(NetworkJson, an_empty_box_fixes_nothing) {
    const nlohmann::ordered_json json = network_json(small_query(Rational(-1)));
    EXPECT_TRUE(json["bounds"].is_null());
    EXPECT_TRUE(json["layers"][2]["fixed"].is_null());
    EXPECT_EQ(network_json(model::Query())["layers"].size(), 0U);
}

TEST(AskedJson, tells_bounds_and_conditions) {
    const nlohmann::ordered_json json = asked_json(small_query(Rational(1, 3)));
    EXPECT_EQ(json["input_count"], 2);
    EXPECT_EQ(json["inputs"][1]["lower"], "0");
    EXPECT_EQ(json["inputs"][1]["upper"], "1/3");
    EXPECT_EQ(json["input_condition"], "true");
    EXPECT_TRUE(json["objective"].is_null());
}

}  // namespace
}  // namespace sinew::write
