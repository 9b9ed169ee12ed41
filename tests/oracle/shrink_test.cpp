// SPDX-License-Identifier: Apache-2.0
// A harness that cannot fail proves nothing: liars are asked, must be found out, and their lies shrunk.
#include "oracle/shrink.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "oracle/compare.hpp"
#include "oracle/random_query.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {
namespace {

void weaken(FormulaSketch& formula) {
    if (formula.comparison == Comparison::less) formula.comparison = Comparison::less_equal;
    if (formula.comparison == Comparison::greater) formula.comparison = Comparison::greater_equal;
    for (FormulaSketch& child : formula.children) weaken(child);
}

Answer from_z3(const Sketch& sketch) {
    const Z3Answer z3 = ask_z3(sketch, 5000);
    Answer answer;
    answer.status = z3.status;
    answer.inputs = z3.inputs;
    answer.booleans = z3.booleans;
    return answer;
}

/// Takes < for <=.
const Asker sloppy = {"sloppy", [](const Sketch& sketch) {
                          Sketch weak = sketch;
                          weaken(weak.input_condition);
                          weaken(weak.output_condition);
                          return from_z3(weak);
                      }};
/// Takes every leaky_relu, clip or sign for a relu.
const Asker simple = {"simple", [](const Sketch& sketch) {
                          Sketch changed = sketch;
                          for (LayerSketch& layer : changed.layers) layer.activation = {};
                          return from_z3(changed);
                      }};
/// Right in every verdict, wrong in its witness.
const Asker boastful = {"boastful", [](const Sketch& sketch) {
                            Answer answer = from_z3(sketch);
                            answer.has_witness = answer.status == model::Status::sat;
                            for (Rational& input : answer.inputs) input += Rational(1, 1000000);
                            return answer;
                        }};

std::size_t times_found_out(const Asker& asker, std::size_t queries) {
    std::size_t found = 0;
    for (std::uint64_t index = 0; index < queries; ++index)
        found += compare(draw_query(2, index).sketch, std::span(&asker, 1), 5000).findings.empty() ? 0 : 1;
    return found;
}

TEST(Compare, liars_are_found_out) {
    EXPECT_GE(times_found_out(sloppy, 40), 2U);
    EXPECT_GE(times_found_out(simple, 60), 2U);
    EXPECT_GE(times_found_out(boastful, 15), 3U);
    EXPECT_EQ(times_found_out({"honest", from_z3}, 15), 0U);
}

TEST(Compare, failures_are_findings_and_refusals_are_not) {
    const Sketch sketch = draw_query(2, 0).sketch;
    const Asker breaks = {"breaks", [](const Sketch&) -> Answer { throw ContractBreach("rows fit"); }};
    const Asker refuses = {"refuses", [](const Sketch&) -> Answer { throw UsageError("not this"); }};
    const Asker shrugs = {"shrugs", [](const Sketch&) { return Answer(); }};
    EXPECT_EQ(compare(sketch, std::span(&breaks, 1), 5000).findings.size(), 1U);
    EXPECT_EQ(compare(sketch, std::span(&refuses, 1), 5000).findings.size(), 0U);
    EXPECT_EQ(compare(sketch, std::span(&shrugs, 1), 5000).findings.size(), 1U);
}

/// Sizes that fit: what every cut must leave behind.
void expect_consistent(const Sketch& sketch) {
    std::size_t inputs = 0;
    for (std::size_t l = 0; l < sketch.layers.size(); ++l) {
        const LayerSketch& layer = sketch.layers[l];
        if (layer.kind == LayerKind::input) inputs += layer.size;
        if (layer.kind == LayerKind::affine) {
            ASSERT_EQ(layer.bias.size(), layer.size);
        }
        for (const Source& source : layer.sources) {
            ASSERT_LT(source.layer, l);
            ASSERT_EQ(source.weights.size(), layer.size);
            for (const auto& row : source.weights) ASSERT_EQ(row.size(), sketch.layers[source.layer].size);
        }
        if (layer.kind == LayerKind::activation) {
            ASSERT_LT(layer.source, l);
            ASSERT_EQ(layer.size, sketch.layers[layer.source].size);
        }
        if (layer.kind == LayerKind::max_pool) {
            ASSERT_EQ(layer.windows.size(), layer.size);
            for (const auto& window : layer.windows) {
                ASSERT_FALSE(window.empty());
                for (const std::size_t member : window) ASSERT_LT(member, sketch.layers[layer.source].size);
            }
        }
    }
    ASSERT_EQ(inputs, sketch.domains.size());
}

TEST(Shrink, every_cut_leaves_a_query) {
    sinew::Random random(9);
    for (std::uint64_t index = 0; index < 150; ++index) {
        const auto shows = [&](const Sketch& sketch) {
            expect_consistent(sketch);
            if (!::testing::Test::HasFailure()) build(sketch);
            return random.chance(0.2);
        };
        shrink(draw_query(4, index).sketch, shows, 5);
        ASSERT_FALSE(::testing::Test::HasFailure()) << index;
    }
}

TEST(Shrink, lies_become_small) {
    const auto lies = [](const Sketch& sketch) {
        return !compare(sketch, std::span(&sloppy, 1), 5000).findings.empty();
    };
    std::size_t shrunk = 0;
    for (std::uint64_t index = 0; shrunk < 2 && index < 100; ++index) {
        const Sketch sketch = draw_query(2, index).sketch;
        if (!lies(sketch)) continue;
        const Sketch small = shrink(sketch, lies, 20);
        EXPECT_TRUE(lies(small));
        EXPECT_LE(measure(small), 20U) << z3_script(small);
        ++shrunk;
    }
    EXPECT_EQ(shrunk, 2U);
}

}  // namespace
}  // namespace sinew::oracle
