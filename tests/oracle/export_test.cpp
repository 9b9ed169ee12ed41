// SPDX-License-Identifier: Apache-2.0
// Random queries through every writer and back: texts must ask the same question at every point.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "bounds/exact_intervals.hpp"
#include "model/evaluate.hpp"
#include "oracle/random_query.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/smtlib/script.hpp"
#include "write/dnn.hpp"
#include "write/lp.hpp"
#include "write/smtlib.hpp"
#include "write/vnnlib.hpp"

namespace sinew::oracle {
namespace {

struct Point {
    std::vector<Rational> inputs;
    std::vector<bool> booleans;
};

Point draw_point(const Sketch& sketch, sinew::Random& random, int round) {
    Point point;
    for (const DomainSketch& domain : sketch.domains) {
        Rational value(static_cast<int>(random.integer(-12, 12)), round + 1);
        value.canonicalize();
        if (domain.lower && round % 2 == 0) value = *domain.lower;
        if (domain.upper && round % 3 == 0) value = *domain.upper;
        if (!domain.values.empty()) value = domain.values[static_cast<std::size_t>(round) % domain.values.size()];
        point.inputs.push_back(value);
    }
    for (std::size_t b = 0; b < sketch.booleans; ++b) point.booleans.push_back(random.integer(0, 1) == 1);
    return point;
}

/// Calls check(query, values, booleans) for random queries that the text formats can say, at random points.
template <class Check>
void for_random_points(std::uint64_t seed, std::uint64_t count, Check&& check) {
    sinew::Random random(seed);
    for (std::uint64_t index = 0; index < count; ++index) {
        const Sketch sketch = draw_query(seed, index).sketch;
        const model::Query query = build(sketch);
        SCOPED_TRACE("query " + std::to_string(index));
        std::vector<Point> points;
        for (int round = 0; round < 6; ++round) points.push_back(draw_point(sketch, random, round));
        check(query, points);
        if (testing::Test::HasFatalFailure()) return;
    }
}

TEST(Export, dnn_text_reads_back_and_is_written_the_same_again) {
    for_random_points(11, 600, [](const model::Query& query, const std::vector<Point>& points) {
        const std::string text = write::dnn_text(query);
        const model::Query again = read::parse_dnn(text, "export.dnn");
        // The reader's order of layers and of shared atoms settles in a few rounds, then nothing changes any more.
        std::string settled = write::dnn_text(again);
        for (int round = 0; round < 3; ++round) settled = write::dnn_text(read::parse_dnn(settled, "export.dnn"));
        ASSERT_EQ(write::dnn_text(read::parse_dnn(settled, "export.dnn")), settled);
        for (const Point& point : points) {
            std::vector<Rational> inputs = point.inputs;  // free Booleans have become inputs behind them
            for (const bool boolean : point.booleans) inputs.emplace_back(boolean ? 1 : 0);
            const auto before = model::evaluate(query.network, point.inputs);
            const auto after = model::evaluate(again.network, inputs);
            ASSERT_EQ(model::satisfies(query, before, point.booleans), model::satisfies(again, after, {})) << text;
        }
    });
}

/// The values that the constants of a script have where the network of `query` has `values`; by the names of both.
std::vector<Rational> values_of_script(const read::SmtQuery& asked, const model::Query& query,
                                       const std::vector<Rational>& values) {
    std::unordered_map<std::string, Rational> by_name;
    for (std::size_t v = 0; v < values.size(); ++v) by_name[query.name(Variable(v))] = values[v];
    std::vector<Rational> known(asked.query.network.variable_count());
    for (const read::SmtConstant& constant : asked.constants)
        if (constant.sort != read::SmtConstant::Sort::boolean)
            known[constant.variable.index()] = by_name.at(asked.query.name(constant.variable));
    std::vector<Rational> inputs;
    for (const Variable input : asked.query.network.input_variables()) inputs.push_back(known[input.index()]);
    const std::vector<Rational> all = model::evaluate(asked.query.network, inputs);
    for (const read::SmtConstant& constant : asked.constants) {
        if (constant.sort == read::SmtConstant::Sort::boolean) continue;
        EXPECT_EQ(all[constant.variable.index()], known[constant.variable.index()]) << constant.symbol;
    }
    return all;
}

TEST(Export, smtlib_reads_back_as_a_network_that_agrees) {
    for_random_points(12, 600, [](const model::Query& query, const std::vector<Point>& points) {
        const std::string text = write::smtlib_text(query);
        const read::SmtScript script = read::parse_smtlib(text, "export.smt2");
        ASSERT_EQ(script.check_count(), 1);
        const read::SmtQuery asked = script.query(0);
        // A name for each part of a condition that is shared: such Booleans have the truth of their part.
        if (asked.query.boolean_names.size() != query.boolean_names.size()) return;
        for (const Point& point : points) {
            const auto before = model::evaluate(query.network, point.inputs);
            const auto after = values_of_script(asked, query, before);
            ASSERT_EQ(model::satisfies(query, before, point.booleans),
                      model::satisfies(asked.query, after, point.booleans))
                << text;
        }
    });
}

TEST(Export, neurons_are_found_again) {
    for_random_points(13, 300, [](const model::Query& query, const std::vector<Point>&) {
        const read::SmtScript script = read::parse_smtlib(write::smtlib_text(query), "export.smt2");
        const model::Query again = script.query(0).query;
        // Only what was free is free: every neuron follows from the inputs (a maximum is told by comparisons alone).
        std::size_t free = query.network.input_variables().size();
        for (const model::Layer& layer : query.network.layers())
            if (std::holds_alternative<model::MaxPoolLayer>(layer.operation)) free += layer.size;
        ASSERT_LE(again.network.input_variables().size(), free);
    });
}

TEST(Export, intervals_hold_wherever_the_query_does) {
    int held = 0;
    for_random_points(14, 600, [&](const model::Query& query, const std::vector<Point>& points) {
        const std::vector<bounds::ExactInterval> bounds = bounds::exact_intervals(query);
        for (const Point& point : points) {
            const auto values = model::evaluate(query.network, point.inputs);
            if (!model::satisfies(query, values, point.booleans)) continue;
            ++held;
            for (std::size_t v = 0; v < values.size(); ++v) {
                ASSERT_TRUE(!bounds[v].lower || *bounds[v].lower <= values[v]) << query.name(Variable(v));
                ASSERT_TRUE(!bounds[v].upper || *bounds[v].upper >= values[v]) << query.name(Variable(v));
            }
        }
    });
    EXPECT_GT(held, 100);
}

TEST(Export, every_query_has_an_lp_text_and_refusals_are_usage_errors) {
    int refused = 0;
    for_random_points(15, 300, [&](const model::Query& query, const std::vector<Point>&) {
        const std::string text = write::lp_text(query);
        ASSERT_TRUE(text.ends_with("End\n"));
        try {
            ASSERT_NE(write::vnnlib_text(query).find("declare-const"), std::string::npos);
        } catch (const UsageError&) {
            ++refused;  // conditions over hidden neurons, integers, free Booleans
        }
    });
    EXPECT_GT(refused, 10);
    EXPECT_LT(refused, 290);
}

}  // namespace
}  // namespace sinew::oracle
