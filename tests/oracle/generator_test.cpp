// SPDX-License-Identifier: Apache-2.0
// The generator, the Z3 encoding and the evaluators against each other, before any search is asked.
#include <map>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "oracle/random_query.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {
namespace {

TEST(Generator, repeats_itself) {
    for (std::uint64_t index = 0; index < 20; ++index) {
        const Sketch once = draw_query(7, index).sketch;
        const Sketch again = draw_query(7, index).sketch;
        EXPECT_EQ(z3_script(once), z3_script(again));
    }
    EXPECT_NE(z3_script(draw_query(7, 0).sketch), z3_script(draw_query(8, 0).sketch));
}

TEST(Generator, model_evaluates_as_the_oracle_does) {
    sinew::Random random(3);
    for (std::uint64_t index = 0; index < 500; ++index) {
        const Sketch sketch = draw_query(11, index).sketch;
        const model::Query query = build(sketch);
        for (int round = 0; round < 4; ++round) {
            std::vector<Rational> inputs;
            for (std::size_t i = 0; i < sketch.domains.size(); ++i)
                inputs.push_back(Rational(random.integer(-12, 12)) / (round + 1));
            std::vector<bool> booleans;
            for (std::size_t b = 0; b < sketch.booleans; ++b) booleans.push_back(random.chance(0.5));
            std::vector<Rational> flat;
            for (const auto& layer : evaluate(sketch, inputs)) flat.insert(flat.end(), layer.begin(), layer.end());
            const std::vector<Rational> values = model::evaluate(query.network, inputs);
            ASSERT_EQ(flat, values) << "query " << index;
            ASSERT_EQ(is_witness(sketch, inputs, booleans), model::satisfies(query, values, booleans))
                << "query " << index;
        }
    }
}

TEST(Generator, z3_models_are_witnesses_and_both_verdicts_are_common) {
    std::map<model::Status, int> count;
    std::map<std::string, int> features;
    for (std::uint64_t index = 0; index < 300; ++index) {
        Drawn drawn = draw_query(1, index);
        if (index % 5 == 0 && sharpen(drawn.sketch, index, 500)) drawn.features.insert("threshold at the optimum");
        for (const std::string& feature : drawn.features) ++features[feature];
        const Z3Answer answer = ask_z3(drawn.sketch, 5000);
        ++count[answer.status];
        if (answer.status == model::Status::sat) {
            EXPECT_TRUE(is_witness(drawn.sketch, answer.inputs, answer.booleans)) << "query " << index;
        }
    }
    EXPECT_GT(count[model::Status::sat], 75);
    EXPECT_GT(count[model::Status::unsat], 75);
    EXPECT_LT(count[model::Status::unknown], 5);
    for (const char* feature : {"convolution", "max-pool", "sign", "integer domain", "tiny and huge weights",
                                "= or !=", "contradictory domain", "boolean variables", "threshold at the optimum"})
        EXPECT_GT(features[feature], 0) << feature;
    for (const auto& [feature, times] : features) std::printf("%5d %s\n", times, feature.c_str());
    std::printf("%d sat, %d unsat, %d unknown\n", count[model::Status::sat], count[model::Status::unsat],
                count[model::Status::unknown]);
}

}  // namespace
}  // namespace sinew::oracle
