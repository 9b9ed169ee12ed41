// SPDX-License-Identifier: Apache-2.0
// The region of a solution, and its best point.
#include "search/region_minimum.hpp"

#include <chrono>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew::search {
namespace {

/// The least of the objective in the region of the inputs.
RegionMinimum least(const std::string& text, const std::vector<Rational>& inputs) {
    const model::Query query = read::parse_dnn(text, "q.dnn");
    const model::Witness witness{model::evaluate(query.network, inputs), {}, {}};
    EXPECT_TRUE(model::satisfies(query, witness.values, {}));
    return minimize_in_region(query, witness, query.objective->form, {});
}

struct Case {
    const char* condition;
    Rational at;  ///< x0 of the witness
    RegionOutcome outcome;
    Rational infimum;
};

TEST(RegionMinimum, atoms_stay_as_true_as_they_are) {
    using enum RegionOutcome;
    const Case cases[] = {
        {"(x0 >= 2)", 5, attained, 2},
        {"(x0 > 2)", 5, approached, 2},
        {"(not (x0 < 2))", 5, attained, 2},
        {"(not (x0 < 2))", 2, attained, 2},  // false with the form exactly 0
        {"(not (x0 > 2))", 2, attained, 0},
        {"(not (x0 > 2))", 1, attained, 0},
        {"(not (x0 <= 2))", 3, approached, 2},
        {"(or (x0 > 2) (x0 <= 2))", 2, attained, 0},
        {"(or (x0 >= 2) (x0 < 2))", 2, attained, 2},
        {"(x0 != 2)", 3, approached, 2},
        {"(x0 != 2)", 1, attained, 0},
        {"(or (x0 = 2) (x0 < 9))", 2, attained, 2},
        {"(or (x0 < 7) (n0 = 0))", 5, approached, 1},  // the neuron's piece and its equation
    };
    for (const Case& each : cases) {
        SCOPED_TRACE(std::string(each.condition) + " at " + each.at.get_str());
        const RegionMinimum found =
            least(std::string("dnn = { 'a0': 'x0 - 1', 'y0': 'n0' }\ndomains = { 'x0': 'real [0, 10]' }\n"
                              "conditions = { 'out': '") +
                      each.condition + "' }\nobjective = 'minimize x0'\n",
                  {each.at});
        EXPECT_EQ(found.outcome, each.outcome);
        EXPECT_EQ(found.infimum, each.infimum);
    }
}

TEST(RegionMinimum, a_limit_ends_it_before_the_program_is_there) {
    // Neurons of the third layer as exact forms over the inputs take many seconds.
    constexpr int width = 200;
    std::string text = "dnn = {\n";
    for (int layer = 0; layer < 3; ++layer)
        for (int i = 0; i < width; ++i) {
            text += fmt::format("'a{}_{}': '1", layer, i);
            for (int k = 0; k < width; ++k)
                text += fmt::format(" + {}/{} {}{}", 1 + (i * k + layer) % 97, 101 + 2 * ((i + 3 * k) % 50),
                                    layer == 0 ? "x" : fmt::format("n{}_", layer - 1), k);
            text += "',\n";
        }
    text += "'y0': 'n2_0'";
    for (int k = 1; k < width; ++k) text += fmt::format(",\n'y{}': 'n2_{}'", k, k);
    text += " }\nobjective = 'minimize y0'\n";
    const model::Query query = read::parse_dnn(text, "q.dnn");
    const model::Witness witness{model::evaluate(query.network, std::vector<Rational>(width)), {}, {}};
    const auto begin = std::chrono::steady_clock::now();
    const RegionMinimum found = minimize_in_region(query, witness, query.objective->form, Limits(0.1, {}, nullptr));
    EXPECT_EQ(found.outcome, RegionOutcome::stopped);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
}

}  // namespace
}  // namespace sinew::search
