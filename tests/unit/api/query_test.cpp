// SPDX-License-Identifier: Apache-2.0
// Queries of the library: the answers of enumeration, of evaluation and of the files' own expectations.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <sinew/query.hpp>

#include "base/random.hpp"
#include "exact/rational.hpp"

namespace sinew {
namespace {

/// |x0 - x1| = relu(x0 - x1) + relu(x1 - x0).
Network distance() {
    Network network(2);
    return network.add_dense({{1, -1}, {-1, 1}}, {0, 0}, relu).add_dense({{1, 1}}, {0});
}

TEST(ApiQuery, a_boundary_is_reached_and_not_passed) {
    for (const bool strictly : {false, true}) {
        Query query;
        const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);
        const AddedNetwork added = query.add_network(distance(), x);
        query.add(strictly ? added.output() > 1 : added.output() >= 1);
        const Solution answer = query.solve();
        ASSERT_EQ(answer.status(), strictly ? Status::unsatisfiable : Status::satisfied);
        EXPECT_EQ(query.name(x[1]), "x_1");
        EXPECT_EQ(query.inputs().size(), 2U);
        if (strictly) continue;
        EXPECT_EQ(abs(answer.value(x[0] - x[1])), 1);
        EXPECT_EQ(answer.value(query.outputs().front()), 1);
        EXPECT_EQ(answer.error(added.output()), 0);
        EXPECT_TRUE(answer.holds(added.output() == 1 && !(x[0] > 1)));
    }
}

Network random_network(Random& random) {
    const std::vector<Activation> activations = {relu, satlin, hardlim, sign, purelin};
    const auto weight = [&] { return Rational(random.integer(-4, 4)) / 2; };
    const Activation inner = activations[random.below(activations.size())];
    Network network(2);
    network.add_dense({{weight(), weight()}, {weight(), weight()}, {weight(), weight()}},
                      {weight(), weight(), weight()}, inner);
    return network.add_dense({{weight(), weight(), weight()}}, {weight()},
                             activations[random.below(activations.size())]);
}

TEST(ApiQuery, answers_over_integers_are_those_of_enumeration) {
    Random random(41);
    std::size_t satisfiable = 0;
    for (int i = 0; i < 60; ++i) {
        const Network network = random_network(random);
        const Rational threshold = Rational(random.integer(-6, 12)) / 2;
        std::optional<Rational> best;
        for (int x = -3; x <= 3; ++x)
            for (int y = -3; y <= 3; ++y) {
                // The network is asked about x/2 and x + y: what its inputs are may be any expressions.
                const Rational output = network.evaluate({Rational(x) / 2, x + y}).back()[0];
                if (y == 0 || output < threshold) continue;
                const Rational value = output - x;
                if (!best || value > *best) best = value;
            }
        Query query;
        const Expression x = query.add_integer("x", -3, 3);
        const Expression y = query.add_integer("y", {-3, -2, -1, 1, 2, 3});
        const AddedNetwork added = query.add_network(network, {x / 2, x + y});
        query.add(added.output() >= threshold);
        const Solution decided = query.solve();
        ASSERT_EQ(decided.status(), best ? Status::satisfied : Status::unsatisfiable) << i;
        query.maximize(added.output() - x);
        const Solution optimum = query.solve();
        ASSERT_EQ(optimum.status(), best ? Status::optimal : Status::unsatisfiable) << i;
        if (!best) continue;
        ++satisfiable;
        ASSERT_EQ(optimum.objective(), *best) << i;
        for (const Solution* solution : {&decided, &optimum}) {
            const std::vector<Rational> inputs{solution->value(x / 2), solution->value(x + y)};
            ASSERT_EQ(solution->value(added.output()), network.evaluate(inputs).back()[0]);
            ASSERT_TRUE(solution->holds(added.output() >= threshold && y != 0));
        }
    }
    EXPECT_GT(satisfiable, 10U);
    EXPECT_LT(satisfiable, 60U);
}

TEST(ApiQuery, an_optimum_over_reals_is_no_less_than_any_point) {
    Query query;
    const Expression x = query.add_real("x", -1, 1), y = query.add_real("y", -1, 1);
    const AddedNetwork added = query.add_network(distance(), {x, y});
    query.add(3 * x + y <= 1);
    query.maximize(added.output() + x);
    std::vector<Rational> improvements;
    SolveOptions options;
    options.on_improvement = [&](const Rational& value) { improvements.push_back(value); };
    const Solution best = query.solve(options);
    ASSERT_EQ(best.status(), Status::optimal);
    EXPECT_EQ(best.objective(), Rational(7, 3));  // x = 2/3, y = -1
    EXPECT_EQ(best.value(added.output() + x), best.objective());
    ASSERT_FALSE(improvements.empty());
    EXPECT_EQ(improvements.back(), best.objective());
}

TEST(ApiQuery, two_networks_and_smooth_neurons) {
    Query query;
    const Expression x = query.add_real("x", 0, 2), y = query.add_real("y");
    const Network tanh_of = Network(1).add_dense({{1}}, {0}, tansig);
    const Expression first = query.add_network(tanh_of, {x}).output();
    const Expression second = query.add_network(Network(1).add_dense({{1}}, {0}, sigmoid), {x - 1}).output();
    query.add(first - second >= decimal("0.1") && y == 3 * x);
    const Solution answer = query.solve();
    ASSERT_EQ(answer.status(), Status::satisfied);
    const double at = to_nearest(answer.value(x));
    EXPECT_NEAR(to_nearest(answer.value(first)), std::tanh(at), to_nearest(answer.error(first)) + 1e-12);
    EXPECT_GT(answer.error(first), 0);
    EXPECT_EQ(answer.value(y), 3 * answer.value(x));
    EXPECT_THROW((void)answer.holds(first >= second), UsageError);
    EXPECT_TRUE(answer.holds(x >= 0));
    query.add(first >= 1);  // tanh never is
    EXPECT_EQ(query.solve().status(), Status::unsatisfiable);
    EXPECT_THROW((void)tanh_of.evaluate({0}), UsageError);
}

/// What a comment in the first lines of a file expects.
std::string expectation(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    for (int i = 0; i < 30 && std::getline(stream, line); ++i)
        for (const char* word : {"sat", "unsat"})
            if (line == std::string("# expected: ") + word || line == std::string("; expected: ") + word) return word;
    return {};
}

TEST(ApiQuery, files_have_the_answers_that_they_expect) {
    namespace fs = std::filesystem;
    const fs::path inputs = fs::path(SINEW_SOURCE_DIR) / "inputs";
    std::size_t asked = 0;
    for (const char* folder : {"dnn", "smt2"}) {
        for (const auto& entry : fs::directory_iterator(inputs / folder)) {
            const std::string expected = expectation(entry.path());
            if (expected.empty() || entry.path().filename() == "push_pop.smt2") continue;  // asks several questions
            SCOPED_TRACE(entry.path());
            Query query = Query::from_files({entry.path()});
            if (entry.path().extension() == ".dnn" && query.inputs().empty()) continue;
            const Solution answer = query.solve();
            const bool found = answer.status() == Status::satisfied || answer.status() == Status::optimal;
            EXPECT_TRUE(found || answer.status() == Status::unsatisfiable) << answer.reason();
            EXPECT_EQ(found, expected == "sat");
            ++asked;
        }
    }
    EXPECT_GT(asked, 15U);
    const std::string onnx = inputs / "onnx/distance.onnx";
    EXPECT_EQ(Query::from_files({inputs / "onnx/distance_reaches_two.vnnlib", onnx}).solve().status(),
              Status::satisfied);
    EXPECT_EQ(Query::from_files({onnx, inputs / "onnx/distance_exceeds_two.vnnlib"}).solve().status(),
              Status::unsatisfiable);
    Query built;
    const AddedNetwork added = built.add_network(load_network(onnx), built.add_reals("x", 2, 0, 1));
    built.maximize(added.output());
    EXPECT_GT(built.solve().objective(), 0);
}

TEST(ApiQuery, what_cannot_be_is_refused) {
    Query query;
    EXPECT_THROW(query.add_real("x", 1, 0), UsageError);
    EXPECT_THROW(query.add_real("x", Rational(1, 0)), UsageError);
    EXPECT_THROW(query.add_integer("x", 1, 0), UsageError);
    EXPECT_THROW(query.add_integer("x", std::vector<Integer>{}), UsageError);
    const Expression x = query.add_real("x", 0, Rational(2, 4));
    EXPECT_THROW(query.add_network(distance(), {x}), UsageError);
    EXPECT_THROW(Network(2).add_dense({{1}}, {0}), UsageError);
    EXPECT_THROW(Network(1).add_dense({{1}}, {0, 1}), UsageError);
    EXPECT_THROW(Network(1).add_dense({{1}}, {0}, Activation{Activation::Kind::clip, 0, Rational(1), Rational(0)}),
                 UsageError);
    EXPECT_THROW((void)Network(1).layer_size(1), UsageError);
    EXPECT_THROW((void)Query::from_files({"network.onnx"}), UsageError);
    EXPECT_THROW((void)Query::from_files({"there_is_no.dnn"}), InputError);
    SolveOptions options;
    options.threads = -1;
    EXPECT_THROW((void)query.solve(options), UsageError);
    query.add(x >= Rational(1, 2));
    const Solution answer = query.solve();
    ASSERT_EQ(answer.status(), Status::satisfied);
    EXPECT_EQ(answer.value(x), Rational(1, 2));
    query.minimize(x);
    options.threads = 1;
    options.seconds = 0;
    EXPECT_EQ(query.solve(options).status(), Status::unknown);
    EXPECT_FALSE(query.solve(options).reason().empty());
}

/// Whole numbers from 0 to 3 each, whose sum is 3: with what is found excluded, every one comes once.
TEST(ApiQuery, next_gives_every_assignment_once) {
    Query query;
    std::vector<Expression> x;
    for (const char* name : {"a", "b", "c"}) x.push_back(query.add_integer(name, 0, 3));
    query.add(sum(x) == 3);
    std::set<std::vector<Rational>> found;
    while (true) {
        const Solution solution = query.next();
        if (!solution.has_values()) {
            EXPECT_EQ(solution.status(), Status::unsatisfiable);
            break;
        }
        std::vector<Rational> values;
        for (const Expression& variable : x) values.push_back(solution.value(variable));
        ASSERT_TRUE(found.insert(values).second);
    }
    EXPECT_EQ(found.size(), 10U);
}

TEST(ApiQuery, boxes_around_what_was_found_are_left_out) {
    Query query;
    const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);
    query.add(query.add_network(distance(), x).output() >= Rational(1, 2));
    EXPECT_THROW(query.next(), UsageError);  // reals want a distance
    std::vector<std::vector<Rational>> found;
    const Rational apart(1, 4);
    while (found.size() < 30) {
        const Solution solution = query.next({apart});
        if (!solution.has_values()) break;
        found.push_back({solution.value(x[0]), solution.value(x[1])});
        for (std::size_t i = 0; i + 1 < found.size(); ++i)
            EXPECT_TRUE(abs(found[i][0] - found.back()[0]) >= apart || abs(found[i][1] - found.back()[1]) >= apart);
    }
    EXPECT_GE(found.size(), 3U);
    EXPECT_LT(found.size(), 30U);
    EXPECT_EQ(query.solve().status(), Status::unsatisfiable);
    EXPECT_THROW(query.exclude(query.solve()), UsageError);
}

/// relu(x0 - x1) + relu(x1 - x0) has two linear regions with interior (and the line between them belongs to either).
TEST(ApiQuery, regions_are_left_out) {
    Query query;
    const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);
    query.add(query.add_network(distance(), x).output() >= Rational(1, 4));
    Exclusion region;
    region.region = true;
    std::set<bool> sides;
    for (int i = 0; i < 2; ++i) {
        const Solution solution = query.next(region);
        ASSERT_TRUE(solution.has_values());
        sides.insert(solution.value(x[0] - x[1]) > 0);
    }
    EXPECT_EQ(sides.size(), 2U);
    EXPECT_EQ(query.next(region).status(), Status::unsatisfiable);
}

TEST(ApiQuery, booleans_are_free_and_have_values) {
    Query query;
    const Expression x = query.add_real("x", -1, 1);
    const Condition b = query.add_boolean("b");
    query.add(equivalent(b, x > 0) && (b || x == -1));
    int solutions = 0;
    while (solutions < 50) {
        const Solution solution = query.next({Rational(3, 2)});
        if (!solution.has_values()) break;
        ++solutions;
        EXPECT_EQ(solution.holds(b), solution.value(x) > 0);
        EXPECT_TRUE(solution.holds(b || x == -1));
    }
    EXPECT_EQ(solutions, 2);
}

TEST(ApiQuery, texts_are_read_and_written) {
    Query query;
    const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);
    query.add(query.add_network(distance(), x).output() > Rational(9, 10));
    for (const char* format : {"dnn", "smt2"}) {
        const std::string text = query.export_as(format);
        EXPECT_EQ(Query::from_text(text, format).solve().status(), Status::satisfied) << text;
    }
    const std::string property = query.export_as("vnnlib");
    Query again = Query::from_property(distance(), property);
    EXPECT_EQ(again.solve().status(), Status::satisfied);
    again.add(again.outputs().front() > 1);
    EXPECT_EQ(again.solve().status(), Status::unsatisfiable);
    EXPECT_EQ(again.name(again.inputs()[1]), "X_1");
    EXPECT_NE(query.export_as("lp").find("Subject To"), std::string::npos);
    EXPECT_THROW(query.export_as("vnlib"), UsageError);
    EXPECT_THROW(Query::from_text("", "onnx"), UsageError);
    EXPECT_THROW(Query::from_text("no text", "dnn", "here"), InputError);
    EXPECT_THROW(Query::from_property(distance(), "(assert (>= X_7 1))"), InputError);
    const std::filesystem::path path = std::filesystem::temp_directory_path() / "sinew_api_query_test.smt2";
    query.save(path.string());
    EXPECT_EQ(Query::from_files({path.string()}).solve().status(), Status::satisfied);
    std::filesystem::remove(path);
    EXPECT_THROW(query.save("/no/such/folder/query.dnn"), OutputError);
}

TEST(ApiQuery, settings_and_strategies_reach_the_search) {
    Query query;
    const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);
    query.add(query.add_network(distance(), x).output() > 1);
    for (const Strategy strategy : {Strategy::automatic, Strategy::lazy, Strategy::branch_and_bound}) {
        SolveOptions options;
        options.strategy = strategy;
        EXPECT_EQ(query.solve(options).status(), Status::unsatisfiable);
    }
    SolveOptions options;
    options.settings = {"sat.luby_unit=10", "sat.luby_unit=20"};
    EXPECT_EQ(query.solve(options).status(), Status::unsatisfiable);
    for (const char* wrong : {"sat", "sat.luby_unit", "sat.luby_unit=x", "sat.luby=1", "none.luby_unit=1", "="}) {
        options.settings = {wrong};
        EXPECT_THROW(query.solve(options), UsageError) << wrong;
    }
}

TEST(ApiQuery, what_is_not_of_this_query_is_refused) {
    Query small;
    const Expression own = small.add_real("x", 0, 1);
    const Solution before = small.solve();
    Query large;
    const std::vector<Expression> x = large.add_reals("x", 5, 0, 1);
    const Condition b = large.add_boolean("b");
    EXPECT_THROW(small.add(x[4] > 0), UsageError);
    EXPECT_THROW(small.add(b), UsageError);
    EXPECT_THROW(small.minimize(x[4]), UsageError);
    EXPECT_THROW(small.add_network(distance(), {own, x[4]}), UsageError);
    EXPECT_THROW(before.value(x[4]), UsageError);
    EXPECT_THROW(before.holds(x[4] > 0 || b), UsageError);
    EXPECT_EQ(small.solve().status(), Status::satisfied);
}

TEST(ApiQuery, conditions_as_text) {
    Query query = Query::about(distance());
    query.add_text("(and (x0 >= 0) (x0 <= 1) (x1 >= 0) (x1 <= 1))");
    query.add_text("(y0 >= 1)");
    EXPECT_EQ(query.solve().status(), Status::satisfied);
    EXPECT_THROW(query.add_text("(y7 > 1)"), InputError);
    EXPECT_THROW(query.add_text(""), InputError);
    EXPECT_THROW(query.add_text("(y0 >"), InputError);
    EXPECT_EQ(query.solve().status(), Status::satisfied);  // as it was
    query.add_text("conditions = {'in': '(x0 < 1)', 'out': '(y0 >= 1)'}");
    const Solution solution = query.solve();
    ASSERT_EQ(solution.status(), Status::satisfied);
    EXPECT_EQ(solution.value(query.inputs()[0]), 0);
    query.add_text("(x1 < 1)");
    EXPECT_EQ(query.solve().status(), Status::unsatisfiable);
    FileOptions options;
    options.output_condition = "(y0 > 100000)";
    Query file = Query::from_files({SINEW_SOURCE_DIR "/inputs/onnx/distance.onnx"}, options);
    EXPECT_EQ(file.inputs().size(), 2U);
    options.formats = {"wnnlib"};
    EXPECT_THROW(Query::from_files({SINEW_SOURCE_DIR "/inputs/onnx/distance.onnx"}, options), UsageError);
}

}  // namespace
}  // namespace sinew
