// SPDX-License-Identifier: Apache-2.0
#include "train/demands.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace sinew::train {

namespace {
using Points = std::vector<std::vector<std::int32_t>>;

/// The least and greatest sums of each layer's neurons over the ball, every neuron below taking what its range allows.
struct Ranges {
    std::vector<std::int64_t> lower;
    std::vector<std::int64_t> upper;
};

Ranges layer_ranges(std::span<const std::int8_t> layer, const Ranges& below) {
    const std::size_t inputs = below.lower.size();
    Ranges own{std::vector<std::int64_t>(layer.size() / inputs, 0),
               std::vector<std::int64_t>(layer.size() / inputs, 0)};
    for (std::size_t j = 0; j < own.lower.size(); ++j) {
        for (std::size_t i = 0; i < inputs; ++i) {
            const std::int8_t weight = layer[j * inputs + i];
            own.lower[j] += weight >= 0 ? weight * below.lower[i] : weight * below.upper[i];
            own.upper[j] += weight >= 0 ? weight * below.upper[i] : weight * below.lower[i];
        }
    }
    return own;
}

Ranges input_ranges(std::span<const std::int32_t> row, const Robustness& robustness) {
    Ranges ranges;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::int64_t epsilon = epsilon_of(robustness, i);
        ranges.lower.push_back(row[i] - epsilon);
        ranges.upper.push_back(row[i] + epsilon);
    }
    return ranges;
}

bool keeps_first_layer(const Weights& weights, std::span<const std::int32_t> row, const Robustness& robustness,
                       const Points& points) {
    const Ranges ranges = layer_ranges(weights.layers[0], input_ranges(row, robustness));
    for (std::size_t j = 0; j < ranges.lower.size(); ++j)
        if (ranges.lower[j] < 0 && ranges.upper[j] >= 0) return false;
    if (points.empty()) return true;
    const Weights first{{weights.layers[0]}};
    const std::vector<std::int64_t> sums = sums_of(first, row)[0];
    for (const std::vector<std::int32_t>& point : points) {
        const std::vector<std::int64_t> there = sums_of(first, point)[0];
        for (std::size_t j = 0; j < sums.size(); ++j)
            if ((sums[j] >= 0) != (there[j] >= 0)) return false;
    }
    return true;
}

bool same_signs(std::span<const std::int64_t> left, std::span<const std::int64_t> right) {
    for (std::size_t c = 0; c < left.size(); ++c)
        if ((left[c] >= 0) != (right[c] >= 0)) return false;
    return true;
}

bool keeps_class(const Weights& weights, std::span<const std::int32_t> row, const Robustness& robustness,
                 const Points& points, Output output) {
    const std::vector<std::int64_t> scores = sums_of(weights, row).back();
    const std::uint32_t own = class_of(scores);
    for (const std::vector<std::int32_t>& point : points) {
        const std::vector<std::int64_t> there = sums_of(weights, point).back();
        if (output == Output::signs ? !same_signs(scores, there) : class_of(there) != own) return false;
    }
    Ranges ranges = input_ranges(row, robustness);
    if (ranges.lower == ranges.upper) return true;
    for (std::size_t l = 0; l < weights.layers.size(); ++l) {
        if (l > 0) {
            for (std::int64_t& value : ranges.lower) value = value >= 0 ? 1 : -1;
            for (std::int64_t& value : ranges.upper) value = value >= 0 ? 1 : -1;
        }
        ranges = layer_ranges(weights.layers[l], ranges);
    }
    if (ranges.lower.size() == 1 || output == Output::signs) return same_signs(ranges.lower, ranges.upper);
    for (std::size_t c = 0; c < ranges.lower.size(); ++c)
        if (c != own && ranges.upper[c] >= ranges.lower[own]) return false;
    return true;
}
}  // namespace

std::int32_t epsilon_of(const Robustness& robustness, std::size_t feature) {
    return robustness.epsilons.empty() ? robustness.epsilon : robustness.epsilons[feature];
}

namespace {
/// What values the sensitive features have together in any example, each once.
Points combinations_of(const Examples& examples, const Robustness& robustness) {
    std::set<std::vector<std::int32_t>> combinations;
    for (std::size_t k = 0; k < examples.rows() && !robustness.sensitive.empty(); ++k) {
        std::vector<std::int32_t> values;
        for (const std::uint32_t i : robustness.sensitive) values.push_back(examples.row(k)[i]);
        combinations.insert(std::move(values));
    }
    // A first neuron's sum is monotone in one feature.
    if (robustness.place == Robustness::Place::first_layer && robustness.sensitive.size() == 1 &&
        combinations.size() > 2)
        return {*combinations.begin(), *combinations.rbegin()};
    return {combinations.begin(), combinations.end()};
}
}  // namespace

Surroundings::Surroundings(const Examples& examples, const Robustness& robustness)
    : examples_(examples),
      robustness_(robustness),
      combinations_(combinations_of(examples, robustness)),
      neighbours_of_(examples.rows()) {
    for (std::size_t n = 0; n < robustness.neighbour_of.size(); ++n)
        neighbours_of_[robustness.neighbour_of[n]].push_back(n);
}

Points Surroundings::points(std::size_t k) const {
    std::set<std::vector<std::int32_t>> points;
    const std::span<const std::int32_t> own = examples_.row(k);
    for (const std::size_t n : neighbours_of_[k]) {
        const auto begin = robustness_.neighbours.begin() + static_cast<std::ptrdiff_t>(n * examples_.features);
        points.emplace(begin, begin + static_cast<std::ptrdiff_t>(examples_.features));
    }
    for (const std::vector<std::int32_t>& values : combinations_) {
        std::vector<std::int32_t> point(own.begin(), own.end());
        for (std::size_t s = 0; s < values.size(); ++s) point[robustness_.sensitive[s]] = values[s];
        points.insert(std::move(point));
    }
    points.erase(std::vector<std::int32_t>(own.begin(), own.end()));
    return {points.begin(), points.end()};
}

std::vector<bool> robust_examples(const Weights& weights, const Examples& examples, const Robustness& robustness,
                                  Output output) {
    std::vector<bool> robust;
    const Surroundings surroundings(examples, robustness);
    for (std::size_t k = 0; k < examples.rows(); ++k) {
        const Points points = surroundings.points(k);
        robust.push_back(robustness.place == Robustness::Place::first_layer
                             ? keeps_first_layer(weights, examples.row(k), robustness, points)
                             : keeps_class(weights, examples.row(k), robustness, points, output));
    }
    return robust;
}

std::size_t robust_needed(const Robustness& robustness, std::size_t rows) {
    if (robustness.demand == Robustness::Demand::soft) return 0;
    if (robustness.demand == Robustness::Demand::all) return rows;
    const Rational wanted = robustness.fraction * Rational(static_cast<std::int64_t>(rows));
    std::size_t needed = 0;
    while (needed < rows && Rational(static_cast<std::int64_t>(needed)) < wanted) ++needed;
    return needed;
}

bool fits(const Problem& problem, const Weights& weights) {
    if (weights.layers.size() != problem.architecture.layers.size()) return false;
    std::size_t below = problem.examples.features;
    for (std::size_t l = 0; l < weights.layers.size(); ++l) {
        if (weights.layers[l].size() != below * problem.architecture.layers[l]) return false;
        for (const std::int8_t weight : weights.layers[l])
            if (weight < -1 || weight > 1 || (weight == 0 && !problem.architecture.zero_weights)) return false;
        below = problem.architecture.layers[l];
    }
    return true;
}

namespace {
/// Which features are not the same everywhere around an example.
void mark_changing(const Examples& examples, const Robustness& robustness, std::vector<bool>& changing) {
    for (std::size_t i = 0; i < examples.features; ++i)
        if (epsilon_of(robustness, i) != 0) changing[i] = true;
    for (const std::uint32_t i : robustness.sensitive) changing[i] = true;
    for (std::size_t n = 0; n < robustness.neighbour_of.size(); ++n)
        for (std::size_t i = 0; i < examples.features; ++i)
            if (robustness.neighbours[n * examples.features + i] != examples.row(robustness.neighbour_of[n])[i])
                changing[i] = true;
}
}  // namespace

Weights without_guarded_features(const Problem& problem, Weights weights) {
    if (!problem.architecture.zero_weights) return weights;
    const std::size_t features = problem.examples.features;
    std::vector<bool> changing(features, false);
    if (problem.robustness) mark_changing(problem.examples, *problem.robustness, changing);
    for (const Robustness& fairness : problem.fairness) mark_changing(problem.examples, fairness, changing);
    for (std::size_t w = 0; w < weights.layers[0].size(); ++w)
        if (changing[w % features]) weights.layers[0][w] = 0;
    return weights;
}

bool satisfies(const Problem& problem, const Weights& weights) {
    if (!fits(problem, weights)) return false;
    const std::size_t rows = problem.examples.rows();
    const Output output = problem.architecture.output;
    const std::size_t right = count_right(weights, problem.examples, output);
    if (right < problem.least_right || (problem.forbid_perfect && right == rows)) return false;
    const auto holds = [&](const Robustness& robustness) {
        const std::size_t needed = robust_needed(robustness, rows);
        if (needed == 0) return true;
        const std::vector<bool> robust = robust_examples(weights, problem.examples, robustness, output);
        return static_cast<std::size_t>(std::count(robust.begin(), robust.end(), true)) >= needed;
    };
    if (problem.robustness && !holds(*problem.robustness)) return false;
    return std::all_of(problem.fairness.begin(), problem.fairness.end(), holds);
}

bool has_soft_demand(const Problem& problem) {
    const auto soft = [](const Robustness& r) { return r.demand == Robustness::Demand::soft; };
    return (problem.robustness && soft(*problem.robustness)) ||
           std::any_of(problem.fairness.begin(), problem.fairness.end(), soft);
}

namespace {
std::int64_t value_of(const Problem& problem, Objective objective, const Weights& weights) {
    const Examples& examples = problem.examples;
    const Output output = problem.architecture.output;
    if (objective == Objective::min_weight) return weights_used(weights);
    if (objective == Objective::max_margin) return margin_sum(weights, examples, output);
    std::int64_t right = 0;
    for (std::size_t k = 0; k < examples.rows(); ++k)
        if (is_right(sums_of(weights, examples.row(k)).back(), examples.labels[k], output))
            right += problem.class_weight(examples.labels[k]);
    return right;
}
}  // namespace

std::vector<std::int64_t> values_of(const Problem& problem, const Weights& weights) {
    std::vector<std::int64_t> values;
    for (const Objective objective : problem.objectives) values.push_back(value_of(problem, objective, weights));
    if (!has_soft_demand(problem)) return values;
    const Output output = problem.architecture.output;
    std::int64_t robust = 0;
    const auto add = [&](const Robustness& r) {
        if (r.demand != Robustness::Demand::soft) return;
        const std::vector<bool> each = robust_examples(weights, problem.examples, r, output);
        robust += std::count(each.begin(), each.end(), true);
    };
    if (problem.robustness) add(*problem.robustness);
    for (const Robustness& r : problem.fairness) add(r);
    values.push_back(robust);
    return values;
}

bool is_better(const Problem& problem, std::span<const std::int64_t> left, std::span<const std::int64_t> right) {
    for (std::size_t o = 0; o < left.size(); ++o) {
        if (left[o] == right[o]) continue;
        const bool least = o < problem.objectives.size() && problem.objectives[o] == Objective::min_weight;
        return least ? left[o] < right[o] : left[o] > right[o];
    }
    return false;
}

}  // namespace sinew::train
