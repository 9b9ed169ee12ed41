// SPDX-License-Identifier: Apache-2.0
// The gradient baseline: learns what can be learned, repeats itself, keeps its best under every limit.
#include "train/gradient.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "train/latent_network.hpp"

namespace {

using namespace sinew;
using namespace sinew::train;

/// Examples whose classes hidden weights tell.
Examples planted(Random& random, std::size_t rows, std::size_t features, std::size_t classes) {
    Examples examples{features, classes, {}, {}};
    std::vector<int> hidden(features * classes);
    for (int& weight : hidden) weight = static_cast<int>(random.integer(-1, 1));
    while (examples.rows() < rows) {
        std::vector<std::int32_t> row(features);
        for (std::int32_t& value : row) value = random.chance(0.5) ? 1 : -1;
        std::vector<long> scores(classes, 0);
        for (std::size_t c = 0; c < classes; ++c)
            for (std::size_t i = 0; i < features; ++i) scores[c] += hidden[c * features + i] * row[i];
        std::size_t best = 0;
        for (std::size_t c = 1; c < classes; ++c)
            if (scores[c] > scores[best]) best = c;
        examples.values.insert(examples.values.end(), row.begin(), row.end());
        examples.labels.push_back(static_cast<std::uint32_t>(best));
    }
    return examples;
}

Problem problem_of(Examples examples, std::vector<std::size_t> layers, bool zero_weights = true) {
    Problem problem;
    problem.examples = std::move(examples);
    problem.architecture = {std::move(layers), zero_weights};
    return problem;
}

TEST(Gradient, learns_planted_classes) {
    for (const Loss loss : {Loss::hinge, Loss::cross_entropy})
        for (const bool zero_weights : {true, false})
            for (const std::size_t classes : {std::size_t{2}, std::size_t{4}}) {
                Random random(5);
                const Problem problem =
                    problem_of(planted(random, 200, 20, classes), {8, classes == 2 ? 1 : classes}, zero_weights);
                GradientOptions options;
                options.loss = loss;
                const Weights weights = train_by_gradient(problem, nullptr, options, {});
                const double share = static_cast<double>(count_right(weights, problem.examples)) / 200;
                EXPECT_GT(share, classes == 2 ? 0.8 : 0.65)
                    << "classes " << classes << ", zero weights " << zero_weights;
                bool has_zero = false;
                for (const auto& layer : weights.layers)
                    for (const std::int8_t weight : layer) has_zero = has_zero || weight == 0;
                EXPECT_EQ(has_zero, zero_weights);
            }
}

TEST(Gradient, learns_signs_of_outputs) {
    Random random(7);
    Problem problem = problem_of(planted(random, 60, 20, 3), {12, 3});
    problem.architecture.output = Output::signs;
    const Weights weights = train_by_gradient(problem, nullptr, {}, {});
    EXPECT_GT(count_right(weights, problem.examples, Output::signs), 40U);
}

TEST(Gradient, repeats_itself_and_listens_to_the_seed) {
    Random random(6);
    const Problem problem = problem_of(planted(random, 60, 12, 2), {4, 1});
    GradientOptions options;
    options.epochs = 15;
    options.restarts = 2;
    const Weights first = train_by_gradient(problem, nullptr, options, {});
    EXPECT_EQ(train_by_gradient(problem, nullptr, options, {}).layers, first.layers);
    options.seed = 2;
    EXPECT_NE(train_by_gradient(problem, nullptr, options, {}).layers, first.layers);
}

TEST(Gradient, keeps_what_the_validation_examples_like_best) {
    Random random(7);
    Problem problem = problem_of(planted(random, 80, 10, 2), {3, 1});
    Examples validation = planted(random, 40, 10, 2);  // another rule
    class Listener : public GradientListener {
      public:
        void improved(const Weights& weights, const GradientProgress& progress) override {
            EXPECT_EQ(progress.right, count_right(weights, *train));
            EXPECT_EQ(progress.validation_right, count_right(weights, *validation));
            EXPECT_GE(*progress.validation_right, best);
            best = *progress.validation_right;
        }
        const Examples* train = nullptr;
        const Examples* validation = nullptr;
        std::size_t best = 0;
    } listener;
    listener.train = &problem.examples;
    listener.validation = &validation;
    const Weights weights = train_by_gradient(problem, &validation, {}, {}, &listener);
    EXPECT_EQ(count_right(weights, validation), listener.best);
}

TEST(Gradient, what_must_be_right_comes_before_validation) {
    Random random(7);
    const Problem problem = problem_of(planted(random, 80, 10, 2), {3, 1});
    const Examples validation = planted(random, 40, 10, 2);  // another rule
    GradientOptions options;
    const Weights free = train_by_gradient(problem, &validation, options, {});
    options.least_right = problem.examples.rows();
    const Weights bound = train_by_gradient(problem, &validation, options, {});
    EXPECT_GT(count_right(bound, problem.examples), count_right(free, problem.examples));
    EXPECT_LT(count_right(bound, validation), count_right(free, validation));
}

TEST(Gradient, has_an_answer_under_every_limit) {
    Random random(8);
    const Problem problem = problem_of(planted(random, 50, 10, 3), {4, 3});
    const Weights weights = train_by_gradient(problem, nullptr, {}, Limits(0.0, std::nullopt, nullptr));
    EXPECT_EQ(weights.layers.at(0).size(), 40U);
    EXPECT_EQ(weights.layers.at(1).size(), 12U);
}

TEST(Gradient, begins_from_a_warm_start) {
    Random random(9);
    const Problem problem = problem_of(planted(random, 50, 10, 2), {1});
    GradientOptions options;
    options.warm_start = Weights{{{1, 0, -1, 0, 0, 1, 1, 0, -1, 0}}};
    const Weights weights = train_by_gradient(problem, nullptr, options, Limits(0.0, std::nullopt, nullptr));
    EXPECT_GE(count_right(weights, problem.examples), count_right(*options.warm_start, problem.examples));
    options.warm_start->layers.push_back({1});
    EXPECT_THROW(train_by_gradient(problem, nullptr, options, {}), UsageError);
    options.warm_start.reset();
    options.class_weights = {1, 2, 3};
    EXPECT_THROW(train_by_gradient(problem, nullptr, options, {}), UsageError);
}

TEST(Gradient, class_weights_move_the_balance) {
    // One feature that says nothing: the weights decide which class is told.
    Examples examples{1, 2, {}, {}};
    for (int k = 0; k < 30; ++k) {
        examples.values.push_back(1);
        examples.labels.push_back(k < 20 ? 0 : 1);
    }
    const Problem problem = problem_of(examples, {1});
    GradientOptions options;
    options.restarts = 1;
    options.warm_start = Weights{{{1}}};
    for (const double weight : {0.01, 100.0}) {
        options.class_weights = {1, weight};
        Random random(1);
        LatentNetwork network(problem, options, random);
        network.set(*options.warm_start);
        const float feature = 1;
        for (int step = 0; step < 100; ++step) {
            for (int k = 0; k < 30; ++k)
                network.learn({&feature, 1}, k < 20 ? 0 : 1, options.class_weights[k < 20 ? 0 : 1]);
            network.step(30, options.rate);
        }
        EXPECT_EQ(network.judge({&feature, 1}, 1, 1).right, weight == 100.0);
    }
}

}  // namespace
