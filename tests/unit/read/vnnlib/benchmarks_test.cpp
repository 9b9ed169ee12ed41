// SPDX-License-Identifier: Apache-2.0
// Every pair of files of ../shared/benchmarks that this reader should read, where those files are there.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "read/onnx/onnx.hpp"
#include "read/vnnlib/vnnlib.hpp"

namespace sinew::read {
namespace {

const std::filesystem::path benchmarks = std::filesystem::path(SINEW_SOURCE_DIR) / "../shared/benchmarks";

/// The pairs of an instances.csv.
std::vector<std::pair<std::string, std::string>> instances(const std::string& folder) {
    std::vector<std::pair<std::string, std::string>> result;
    std::ifstream file(benchmarks / folder / "instances.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string onnx;
        std::string vnnlib;
        std::getline(fields, onnx, ',');
        std::getline(fields, vnnlib, ',');
        result.emplace_back((benchmarks / folder / onnx).string(), (benchmarks / folder / vnnlib).string());
    }
    return result;
}

/// Exact and float32 values of the outputs at the middle of the domains are close.
void check_middle(const model::Query& query) {
    std::vector<Rational> exact_inputs;
    std::vector<float> float_inputs;
    std::unordered_map<Variable, model::Domain> domains(query.domains.begin(), query.domains.end());
    for (const Variable input : query.network.input_variables()) {
        ASSERT_TRUE(domains.contains(input)) << query.name(input);
        const model::Domain& domain = domains.at(input);
        ASSERT_TRUE(domain.lower && domain.upper) << query.name(input);
        const auto middle = static_cast<float>(Rational((*domain.lower + *domain.upper) / 2).get_d());
        float_inputs.push_back(middle);
        exact_inputs.push_back(to_rational(static_cast<double>(middle)));
    }
    const std::vector<Rational> exact = model::evaluate(query.network, exact_inputs);
    const std::vector<float> rounded = model::replay_float32(query.network, float_inputs);
    for (const Variable output : query.outputs) {
        const double value = exact[output.index()].get_d();
        EXPECT_NEAR(value, static_cast<double>(rounded[output.index()]), 1e-3 * (1 + std::abs(value)));
    }
}

class Benchmarks : public ::testing::TestWithParam<std::tuple<std::string, std::size_t>> {};

TEST_P(Benchmarks, AreRead) {
    const auto& [folder, count] = GetParam();
    if (!std::filesystem::exists(benchmarks)) GTEST_SKIP() << "skipped: no ../shared";
    const auto all = instances(folder);
    EXPECT_EQ(all.size(), count);
    std::string last_network;
    for (const auto& [onnx, vnnlib] : all) {
        const model::Query query = read_verification_query(onnx, vnnlib);
        EXPECT_NE(query.output_condition, query.formulas.constant(true)) << vnnlib;
        if (onnx != last_network) check_middle(query);
        last_network = onnx;
    }
}

INSTANTIATE_TEST_SUITE_P(Shared, Benchmarks,
                         ::testing::Values(std::tuple("acasxu", 95U), std::tuple("rl_benchmarks", 148U),
                                           std::tuple("collins_rul_cnn", 31U), std::tuple("mnistfc", 48U)),
                         [](const auto& suite) { return std::get<0>(suite.param); });

}  // namespace
}  // namespace sinew::read
