// SPDX-License-Identifier: Apache-2.0
// Questions about ONNX files that need more than the file: boxes for steps, one output of several.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "read/query/load_query.hpp"
#include "support/program.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

using support::TemporaryFolder;

std::string rounding_network(const TemporaryFolder& folder) {
    ModelBuilder model(17);
    model.input("in", {1, 2}).node("Floor", {"in"}, {"floor"}).node("Neg", {"floor"}, {"out"}).output("out");
    model.output("floor");
    return folder.write("net.onnx", model.bytes());
}

constexpr const char* box =
    "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)"
    "(declare-const Y_2 Real)(declare-const Y_3 Real)"
    "(assert (or (and (>= X_0 -1) (<= X_0 0.5) (>= X_1 0) (<= X_1 1)) (and (>= X_0 2) (<= X_0 3) (>= X_1 4) (<= X_1 "
    "4))))"
    "(assert (>= Y_0 0))";

/// What the query's outputs are at these inputs.
std::vector<Rational> outputs_at(const model::Query& query, const std::vector<Rational>& inputs) {
    const std::vector<Rational> values = model::evaluate(query.network, inputs);
    std::vector<Rational> result;
    for (const Variable output : query.outputs) result.push_back(values[output.index()]);
    return result;
}

TEST(OnnxQuestion, steps_are_those_of_the_hull_of_all_boxes) {
    const TemporaryFolder folder;
    const std::string network = rounding_network(folder);
    const model::Query query = load_query({network, folder.write("box.vnnlib", box)});
    EXPECT_EQ(outputs_at(query, {Rational(5, 2), 4}), (std::vector<Rational>{-2, -4, 2, 4}));
    EXPECT_EQ(outputs_at(query, {Rational(-1, 2), 0}), (std::vector<Rational>{1, 0, -1, 0}));
}

TEST(OnnxQuestion, conditions_of_the_command_line_bound_steps) {
    const TemporaryFolder folder;
    const std::string network = rounding_network(folder);
    QueryOptions options;
    options.input_condition = "(and (x0 >= -1) (x0 <= 3) (in[0,1] >= 0) (in[0,1] <= 4))";
    options.output_condition = "(y0 > 0)";
    EXPECT_EQ(outputs_at(load_query({network}, options), {3, Rational(7, 2)}), (std::vector<Rational>{-3, -3, 3, 3}));
    // The file's box is not asked then.
    options.input_condition = "(and (x0 >= 10) (x0 <= 12) (x1 >= 0) (x1 <= 1))";
    options.output_condition.reset();
    const model::Query query = load_query({network, folder.write("box.vnnlib", box)}, options);
    EXPECT_EQ(outputs_at(query, {Rational(23, 2), 1}), (std::vector<Rational>{-11, -1, 11, 1}));
    options.input_condition = "(x0 >= 10)";
    EXPECT_THROW(load_query({network}, options), InputError);
}

TEST(OnnxQuestion, outputs_are_chosen_by_name) {
    const TemporaryFolder folder;
    const std::string network = rounding_network(folder);
    QueryOptions options;
    options.outputs = {"floor"};
    options.input_condition = "(and (x0 >= -1) (x0 <= 3) (x1 >= 0) (x1 <= 4))";
    options.output_condition = "(y1 > 0)";
    EXPECT_EQ(outputs_at(load_query({network}, options), {3, Rational(7, 2)}), (std::vector<Rational>{3, 3}));
    EXPECT_THROW(load_query({folder.write("net.dnn", "dnn = {'y0': 'x0'}")}, options), UsageError);
}

}  // namespace
}  // namespace sinew::read::test
