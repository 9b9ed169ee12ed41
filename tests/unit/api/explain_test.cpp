// SPDX-License-Identifier: Apache-2.0
// Explanations: sufficient and minimal by enumeration of all points, under every order.
#include <gtest/gtest.h>
#include <sinew/explain.hpp>
#include <sinew/training.hpp>

#include "base/random.hpp"

namespace sinew {
namespace {

Network random_network(Random& random, std::size_t inputs, std::size_t outputs) {
    const auto numbers = [&](std::size_t count) {
        std::vector<Rational> result;
        for (std::size_t i = 0; i < count; ++i) result.push_back(Rational(random.integer(-4, 4)) / 2);
        return result;
    };
    Network network(inputs);
    network.add_dense(numbers(3 * inputs), numbers(3), random.chance(0.5) ? relu : sign);
    return network.add_dense(numbers(outputs * 3), numbers(outputs));
}

std::size_t class_of(const Network& network, const std::vector<Rational>& x) {
    const std::vector<Rational> scores = network.evaluate_outputs(x);
    if (scores.size() == 1) return scores[0] >= 0 ? 1 : 0;
    std::size_t best = 0;
    for (std::size_t c = 1; c < scores.size(); ++c)
        if (scores[c] > scores[best]) best = c;
    return best;
}

/// All points of {-1, 0, 1}^n that agree with `x` where `is_free` is not.
template <class Visit>
void for_each_point(const std::vector<Rational>& x, const std::vector<bool>& is_free, Visit&& visit) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < x.size(); ++i) count *= 3;
    for (std::size_t code = 0; code < count; ++code) {
        std::vector<Rational> point = x;
        std::size_t rest = code;
        for (std::size_t i = 0; i < x.size(); ++i, rest /= 3)
            if (is_free[i]) point[i] = static_cast<long>(rest % 3) - 1;
        visit(point);
    }
}

TEST(ApiExplain, kept_features_fix_the_class_and_each_is_needed) {
    Random random(11);
    std::size_t freed = 0, kept = 0;
    for (int round = 0; round < 60; ++round) {
        const std::size_t inputs = 4;
        const Network network = random_network(random, inputs, 1 + random.below(3));
        std::vector<Rational> x;
        for (std::size_t i = 0; i < inputs; ++i) x.emplace_back(random.integer(-1, 1));
        ExplainOptions options;
        options.domain = {Range{-1, 1}};
        options.whole_numbers = {true};
        if (round % 2 == 1) options.order = {2, 0, 3, 1};
        const Explanation why = explain(network, x, options);
        ASSERT_TRUE(why.is_minimal) << why.reason;
        ASSERT_EQ(why.class_index, class_of(network, x));
        ASSERT_EQ(why.kept.size() + why.freed.size(), inputs);
        std::vector<bool> is_free(inputs, false);
        for (const std::size_t group : why.freed) is_free[group] = true;
        for_each_point(x, is_free, [&](const std::vector<Rational>& point) {
            ASSERT_EQ(class_of(network, point), why.class_index) << "round " << round;
        });
        for (const KeptFeature& feature : why.kept) {
            ASSERT_EQ(feature.counterexample.size(), inputs);
            ASSERT_NE(class_of(network, feature.counterexample), why.class_index);
            ASSERT_EQ(class_of(network, feature.counterexample), feature.class_index);
            for (std::size_t i = 0; i < inputs; ++i)
                if (!is_free[i] && i != feature.group) {
                    ASSERT_EQ(feature.counterexample[i], x[i]);
                }
        }
        freed += why.freed.size();
        kept += why.kept.size();
        EXPECT_EQ(explanation_query(network, x, why, options).solve().status(), Status::unsatisfiable);
    }
    EXPECT_GT(freed, 50U);
    EXPECT_GT(kept, 50U);
}

/// y = x0 + x1/10 over the unit square, x0 = 3/4: above 1/2 whatever x1 is.
TEST(ApiExplain, in_a_ball_less_is_needed) {
    Network network(2);
    network.add_dense({{1, Rational(1, 10)}}, {Rational(-1, 2)});
    ExplainOptions options;
    options.domain = {Range{0, 1}};
    const std::vector<Rational> x{Rational(3, 4), Rational(1, 2)};
    Explanation why = explain(network, x, options);
    ASSERT_EQ(why.kept.size(), 1U);
    EXPECT_EQ(why.kept.front().group, 0U);
    EXPECT_EQ(why.freed, std::vector<std::size_t>{1});
    options.epsilon = Rational(1, 5);
    why = explain(network, x, options);
    EXPECT_TRUE(why.kept.empty());
    EXPECT_TRUE(why.is_minimal);
    EXPECT_EQ(why.steps.size(), 1U);      // all at once
    options.tolerance = Rational(1, 20);  // the value, not the class
    why = explain(network, x, options);
    ASSERT_EQ(why.kept.size(), 1U);
    EXPECT_EQ(why.kept.front().group, 0U);
    options.groups = {{0, 1}};
    why = explain(network, x, options);
    EXPECT_EQ(why.kept.size(), 1U);
    EXPECT_EQ(why.kept.front().counterexample.size(), 2U);
}

TEST(ApiExplain, smooth_networks) {
    Network network(2);
    network.add_dense({{2, Rational(1, 100)}}, {-1}, tansig).add_dense({{1}}, {0}, sigmoid);
    ExplainOptions options;
    options.domain = {Range{0, 1}};
    const Explanation why = explain(network, {1, 0}, options);
    EXPECT_EQ(why.class_index, 1U);
    ASSERT_EQ(why.kept.size(), 1U);
    EXPECT_EQ(why.kept.front().group, 0U);
    EXPECT_TRUE(why.is_minimal);
}

TEST(ApiExplain, columns_of_a_trained_network) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> labels;
    for (const char* first : {"0", "1"})
        for (const char* second : {"red", "green", "blue"}) {
            rows.push_back({first, second});
            labels.emplace_back(first[0] == '1' ? "yes" : "no");
        }
    TrainingOptions training;
    training.hidden = {1};
    const TrainedNetwork trained = train_binarized(rows, labels, training);
    ASSERT_TRUE(trained.network);
    const Explanation why = explain(*trained.network, trained.network->inputs_of(rows[4]));
    EXPECT_TRUE(why.is_minimal);
    ASSERT_EQ(why.kept.size(), 1U);
    EXPECT_EQ(trained.network->columns()[why.kept.front().group], "x0");
}

TEST(ApiExplain, limits_leave_a_true_answer) {
    Random random(5);
    const Network network = random_network(random, 4, 2);
    const std::vector<Rational> x{0, 0, 0, 0};
    ExplainOptions options;
    options.domain = {Range{-1, 1}};
    options.seconds = 0;
    const Explanation why = explain(network, x, options);
    EXPECT_EQ(why.kept.size(), 4U);
    EXPECT_FALSE(why.is_minimal);
    EXPECT_FALSE(why.reason.empty());
}

TEST(ApiExplain, what_does_not_fit_is_refused) {
    Network network(2);
    network.add_dense({{1, 1}}, {0});
    const auto refused = [&](auto change) {
        ExplainOptions options;
        options.domain = {Range{0, 1}};
        change(options);
        EXPECT_THROW(explain(network, {0, 0}, options), UsageError);
    };
    refused([](ExplainOptions& options) { options.domain = {Range{1, 2}}; });
    refused([](ExplainOptions& options) { options.domain = {Range{}, Range{}, Range{}}; });
    refused([](ExplainOptions& options) { options.groups = {{0}, {0}}; });
    refused([](ExplainOptions& options) { options.groups = {{2}}; });
    refused([](ExplainOptions& options) { options.order = {0}; });
    refused([](ExplainOptions& options) { options.order = {0, 0}; });
    refused([](ExplainOptions& options) { options.epsilon = -1; });
    refused([](ExplainOptions& options) { options.tolerance = -1; });
    refused([](ExplainOptions& options) { options.settings = {"x"}; });
    refused([](ExplainOptions& options) { options.threads = -1; });
    EXPECT_THROW(explain(network, {0}), UsageError);
}

}  // namespace
}  // namespace sinew
