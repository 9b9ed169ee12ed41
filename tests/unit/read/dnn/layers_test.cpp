// SPDX-License-Identifier: Apache-2.0
// Layers follow from who uses whom, whatever the names and the order of the entries.
#include <chrono>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew {
namespace {

std::unordered_map<std::string, Variable> by_name(const model::Query& query) {
    std::unordered_map<std::string, Variable> result;
    for (const auto& [variable, name] : query.names) result[name] = variable;
    return result;
}

TEST(DnnLayers, a_skip_connection_is_a_second_term) {
    const model::Query query = read::parse_dnn(
        "dnn = {'y0': 'n1_0 + n0_0 - 3x1 + 1', 'a1_0': [2, 'n0_0 - n0_1'], 'a0_1': [3, 'x1'], 'a0_0': [1, 'x0 + x1']}",
        "test.dnn");
    ASSERT_EQ(query.network.layer_count(), 6);  // x, a, n, a, n, y
    const auto& last = std::get<model::AffineLayer>(query.network.layers()[5].operation);
    EXPECT_EQ(last.terms.size(), 3);
    const auto values = model::evaluate(query.network, std::vector<Rational>{5, 2});
    EXPECT_EQ(values[by_name(query)["y0"].index()], 5 + 7 - 6 + 1);
    EXPECT_EQ(query.phase_numbers.at(by_name(query)["a0_1"]), 3);
}

TEST(DnnLayers, dense_where_dense_and_sparse_where_sparse) {
    const model::Query query = read::parse_dnn(
        "dnn = {'a0': 'x0 + 2x1 + 3x2', 'a1': 'x0 - x2', 'a2': 'x1', 'y0': 'n0', 'y1': 'n1', 'y2': 'n2'}", "test.dnn");
    const auto map = [&](std::size_t layer) {
        return std::get<model::AffineLayer>(query.network.layers()[layer].operation).terms.at(0).map;
    };
    EXPECT_TRUE(std::holds_alternative<model::DenseMap>(map(1)));
    EXPECT_TRUE(std::holds_alternative<model::SparseMap>(map(query.network.layer_count() - 1)));
}

TEST(DnnLayers, different_activations_of_one_depth_are_layers_of_their_own) {
    const model::Query query = read::parse_dnn(
        "dnn = {'a0': ['x0', 'sign'], 'a1': ['x0'], 'a2': ['x0', 'sign'], 'y0': 'n0 + n1 + n2 + a1'}", "test.dnn");
    EXPECT_EQ(query.network.layer_count(), 6);
    const auto values = model::evaluate(query.network, std::vector<Rational>{-3});
    EXPECT_EQ(values[query.outputs[0].index()], -5);
}

TEST(DnnLayers, names_are_the_same_by_text_only) {
    const model::Query query = read::parse_dnn(
        "dnn = {'a10_0': 'x0', 'a1_00': '2x0', 'a_100': '3x0', 'y0': 'n10_0 + n1_00 + n_100'}", "test.dnn");
    const auto values = model::evaluate(query.network, std::vector<Rational>{1});
    EXPECT_EQ(values[query.outputs[0].index()], 6);
}

TEST(DnnLayers, a_neuron_without_users_is_still_a_neuron) {
    const model::Query query = read::parse_dnn("dnn = {'a0': [7, 'x0']}", "test.dnn");
    EXPECT_EQ(query.network.variable_count(), 3);
    EXPECT_EQ(query.phase_numbers.size(), 1);
    EXPECT_TRUE(query.outputs.empty());
}

TEST(DnnLayers, outputs_are_listed_by_number_and_may_use_each_other) {
    const model::Query query = read::parse_dnn("dnn = {'y10': 'y2 + 1', 'y2': 'x0'}", "test.dnn");
    ASSERT_EQ(query.outputs.size(), 2);
    EXPECT_EQ(query.name(query.outputs[0]), "y2");
    EXPECT_EQ(query.name(query.outputs[1]), "y10");
}

TEST(DnnLayers, a_long_chain_needs_no_recursion) {
    std::string text = "dnn = {";
    constexpr int length = 20000;
    for (int i = 0; i < length; ++i) text += "'a0_" + std::to_string(i) + "': 'n0_" + std::to_string(i + 1) + "',\n";
    text += "'a0_" + std::to_string(length) + "': 'x0'}";
    EXPECT_EQ(read::parse_dnn(text, "chain.dnn").network.layer_count(), 2 * length + 3);
}

TEST(DnnLayers, deep_and_long_texts_take_linear_time) {
    constexpr std::size_t depth = 100000;
    const auto repeated = [](std::string_view text, std::size_t count) {
        std::string result;
        for (std::size_t i = 0; i < count; ++i) result += text;
        return result;
    };
    const std::pair<std::string, std::string> nests[] = {
        {"(", ")"}, {"(not ", ")"}, {"(and (x0 < 1) ", ")"}, {"(or (x0 < 1) (and (x0 < 2) ", "))"}};
    const auto begin = std::clock();
    for (const auto& [open, close] : nests) {
        const std::string condition = repeated(open, depth) + "(x0 < 1)" + repeated(close, depth);
        EXPECT_NO_THROW(read::parse_dnn("dnn = {'y0': 'x0'}\nconditions = {'in': '" + condition + "'}", "deep.dnn"));
    }
    const std::string sum = repeated("(x0 - ", depth) + "x0" + repeated(")", depth);
    EXPECT_NO_THROW(read::parse_dnn("dnn = {'y0': '" + sum + "'}", "deep.dnn"));
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 30.0);  // seconds too many mean quadratic
}

}  // namespace
}  // namespace sinew
