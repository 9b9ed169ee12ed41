// SPDX-License-Identifier: Apache-2.0
#include "train/training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/limit_scope.hpp"
#include "train/demands.hpp"

namespace sinew::train {

namespace {
/// The part of the time that the gradient method may take before the exact one, and at most so many seconds.
constexpr double share_for_baseline = 0.2;
constexpr double longest_baseline = 10;

bool counts_right(const Wanted& wanted) {
    return std::ranges::find(wanted.objectives, Objective::max_accuracy) != wanted.objectives.end();
}

/// A distance is one between numbers: words and thermometer steps stay.
void move_numbers(const Examples& examples, const Preparation& preparation, const Wanted& wanted,
                  Robustness& robustness, std::vector<std::string>& notes) {
    if (robustness.epsilon == 0 && wanted.robust_columns.empty()) return;
    const std::vector<std::uint32_t> numbers = preparation.number_features();
    if (numbers.empty())
        throw InputError({},
                         "robustness within epsilon is a distance between numbers, and all features are words or "
                         "thermometer steps (a robust set and fair columns change these)");
    robustness.epsilons.assign(examples.features, 0);
    for (const std::uint32_t f : numbers) robustness.epsilons[f] = robustness.epsilon;
    for (const auto& [column, epsilon] : wanted.robust_columns) {
        const std::vector<std::uint32_t> own = preparation.features_of(column);
        if (own.size() != 1 || std::ranges::find(numbers, own[0]) == numbers.end())
            throw InputError({}, fmt::format("robustness of {}: no feature is the number of this column (fair columns "
                                             "change words and steps)",
                                             column));
        robustness.epsilons[own[0]] = epsilon;
    }
    if (numbers.size() != examples.features && robustness.epsilon != 0)
        notes.push_back(fmt::format("epsilon moves numbers alone, {} of {} features: words and thermometer steps stay",
                                    numbers.size(), examples.features));
}

/// The exact method counts in whole numbers: hundredths, with their common factor taken out.
void set_class_weights(const Preparation& preparation, Wanted& wanted, Problem& problem,
                       std::vector<std::string>& notes) {
    const Examples& examples = problem.examples;
    std::vector<double>& weights = wanted.class_weights;
    if (wanted.balanced) {
        weights.clear();
        std::vector<std::size_t> counts(examples.classes, 0);
        for (const std::uint32_t label : examples.labels) ++counts[label];
        for (const std::size_t count : counts)
            weights.push_back(static_cast<double>(examples.rows()) /
                              static_cast<double>(counts.size() * std::max<std::size_t>(count, 1)));
    }
    if (weights.empty()) return;
    if (weights.size() != examples.classes)
        throw InputError({}, fmt::format("there are {} class weights", weights.size()),
                         fmt::format("{}: {}", examples.classes, joined(preparation.classes, ", ")));
    constexpr double steps = 100;
    std::int64_t factor = 0;
    for (const double weight : weights) {
        if (!(weight <= 1e4 && steps * weight >= 1)) throw UsageError("a class weight is not from 0.01 to 10000");
        problem.class_weights.push_back(std::llround(steps * weight));
        factor = std::gcd(factor, problem.class_weights.back());
    }
    for (std::int64_t& weight : problem.class_weights) weight /= factor;
    wanted.gradient.class_weights = weights;
    if (wanted.method == Method::exact && counts_right(wanted))
        notes.push_back(fmt::format("max-accuracy counts a right example of class {} so often: {}",
                                    joined(preparation.classes, ", "), joined(problem.class_weights, ", ")));
}

/// A first solution for the exact method: as many training examples right as possible, but where the validation
/// examples choose, or its accuracy is what is asked, what the gradient method would answer.
Weights baseline(const Problem& problem, const Wanted& wanted, const Examples* validation, const Limits& limits) {
    GradientOptions options = wanted.gradient;
    // Margins go on from what is useful beyond the training examples; other objectives need no more than a solution.
    options.until_right = problem.objectives.front() != Objective::max_margin;
    if (!wanted.rho->of_baseline) options.least_right = problem.least_right;
    return train_by_gradient(problem, validation, options, limits);
}

Trained by_gradient(Problem& problem, const Wanted& wanted, const Examples* validation, const ExactOptions& exact,
                    const Limits& limits, TrainingListener* listener) {
    GradientOptions options = wanted.gradient;
    options.warm_start = exact.warm_start;
    Trained trained;
    trained.result.weights = train_by_gradient(problem, validation, options, limits, listener);
    trained.has_weights = true;
    trained.result.stopped = limits.reached();
    try {
        if (wanted.rho->of_baseline)
            problem.least_right = count_right(trained.result.weights, problem.examples, wanted.output);
        if (satisfies(problem, trained.result.weights)) {
            trained.result.values = values_of(problem, trained.result.weights);
            trained.result.objective = trained.result.values.front();
            trained.result.outcome = Outcome::feasible;
        }
    } catch (const LimitReached& limit) {  // the weights stand, whatever they satisfy
        trained.result.stopped = limit.reason();
    }
    return trained;
}
}  // namespace

Problem pose(const Examples& examples, const Preparation& preparation, Wanted& wanted,
             std::vector<std::string>& notes) {
    Problem problem;
    problem.examples = examples;
    problem.architecture.layers = wanted.hidden;
    problem.architecture.layers.push_back(examples.classes == 2 ? 1 : examples.classes);
    problem.architecture.zero_weights = wanted.zero_weights;
    problem.architecture.output = wanted.output;
    problem.objectives = wanted.objectives;
    problem.forbid_perfect = wanted.forbid_perfect;
    const bool any_will_do = counts_right(wanted) || wanted.method == Method::gradient;
    if (!wanted.rho) wanted.rho = Rho{any_will_do ? 0 : 1, false};
    const Rational least = wanted.rho->share * Rational(static_cast<unsigned long>(examples.rows()));
    problem.least_right = static_cast<std::size_t>(Integer(ceil(least)).get_ui());
    if (wanted.robustness) {
        problem.robustness = wanted.robustness;
        move_numbers(examples, preparation, wanted, *problem.robustness, notes);
    }
    for (const std::string& column : wanted.fair) {
        Robustness fairness;
        fairness.place = wanted.place;
        fairness.sensitive = preparation.features_of(column);
        problem.fairness.push_back(std::move(fairness));
    }
    set_class_weights(preparation, wanted, problem, notes);
    return problem;
}

Trained train_network(Problem& problem, const Wanted& wanted, const Examples* validation, bool best_on_validation,
                      ExactOptions options, const Limits& limits, TrainingListener* listener) {
    if (wanted.method == Method::gradient) return by_gradient(problem, wanted, validation, options, limits, listener);
    if (!options.warm_start || wanted.rho->of_baseline) {
        const double seconds = std::min(longest_baseline, share_for_baseline * limits.seconds_left());
        const bool validates = best_on_validation || wanted.rho->of_baseline;
        Weights first = baseline(problem, wanted, validates ? validation : nullptr, limits.within(seconds));
        const std::size_t right = count_right(first, problem.examples, wanted.output);
        if (wanted.rho->of_baseline) problem.least_right = right;
        if (listener != nullptr) listener->baseline(first, right);
        if (!options.warm_start) options.warm_start = std::move(first);
    }
    Trained trained;
    trained.result = train_exactly(problem, options, limits, listener);
    trained.has_weights = trained.result.outcome == Outcome::optimum || trained.result.outcome == Outcome::feasible;
    return trained;
}

}  // namespace sinew::train
