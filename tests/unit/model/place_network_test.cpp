// SPDX-License-Identifier: Apache-2.0
#include "model/place_network.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"

namespace sinew::model {
namespace {

AffineLayer dense_layer(LayerId source, std::size_t rows, std::size_t columns, double weight) {
    AffineLayer affine;
    affine.terms.push_back({source, DenseMap{rows, columns, NumberArray(std::vector<double>(rows * columns, weight))}});
    affine.bias = NumberArray(rows);
    return affine;
}

/// 3 · relu(weight · (x0 + x1))
Network small_network(double weight) {
    Network network;
    LayerId last = network.add_input("x", {2});
    last = network.add_affine("a", {3}, dense_layer(last, 3, 2, weight));
    last = network.add_activation("n", last, Activation{});
    network.add_affine("y", {1}, dense_layer(last, 1, 3, 1));
    return network;
}

TEST(PlaceNetwork, copies_share_weights_and_read_what_they_are_given) {
    Network both;
    const LayerId input = both.add_input("x", {2});
    const Network first = small_network(2);
    const std::vector<LayerId> a = place_network(both, first, std::vector{input});
    const std::vector<LayerId> b = place_network(both, small_network(-1), std::vector{input});
    const auto weights_at = [](const Network& network, LayerId id) {
        return weights(std::get<AffineLayer>(network.layer(id).operation).terms[0].map).nearest().data();
    };
    EXPECT_EQ(weights_at(both, a[1]), weights_at(first, LayerId(1)));
    EXPECT_EQ(a[0], input);
    const std::vector<Rational> values = evaluate(both, std::vector<Rational>{1, Rational(1, 2)});
    EXPECT_EQ(values[both.variable(a[3], 0).index()], 9);
    EXPECT_EQ(values[both.variable(b[3], 0).index()], 0);
}

TEST(PlaceNetwork, inputs_must_fit) {
    Network both;
    const LayerId input = both.add_input("x", {3});
    EXPECT_THROW(place_network(both, small_network(1), std::vector{input}), ContractBreach);
    EXPECT_THROW(place_network(both, small_network(1), std::vector<LayerId>{}), ContractBreach);
}

}  // namespace
}  // namespace sinew::model
