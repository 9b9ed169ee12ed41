// SPDX-License-Identifier: Apache-2.0
#include "train/incumbent.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

namespace sinew::train {

namespace {
/// Contradictory examples cannot both be right.
std::int64_t most_right(const Problem& problem) {
    std::map<std::vector<std::int32_t>, std::map<std::uint32_t, std::int64_t>> labels;
    for (std::size_t k = 0; k < problem.examples.rows(); ++k) {
        const auto row = problem.examples.row(k);
        ++labels[{row.begin(), row.end()}][problem.examples.labels[k]];
    }
    std::int64_t most = 0;
    std::int64_t all = 0;
    std::int64_t least_weight = std::numeric_limits<std::int64_t>::max();
    for (const auto& [row, counts] : labels) {
        std::int64_t best = 0;
        for (const auto& [label, count] : counts) {
            const std::int64_t weight = problem.class_weight(label);
            best = std::max(best, count * weight);
            all += count * weight;
            least_weight = std::min(least_weight, weight);
        }
        most += best;
    }
    return problem.forbid_perfect ? std::min(most, all - least_weight) : most;
}

std::int64_t trivial_bound(const Problem& problem) {
    const std::vector<std::size_t>& layers = problem.architecture.layers;
    std::int64_t weights = 0;
    std::int64_t margin = 0;
    std::int64_t reach = std::numeric_limits<std::int64_t>::max();
    for (std::size_t k = 0; k < problem.examples.rows(); ++k) {
        std::int64_t sum = 0;
        for (const std::int32_t value : problem.examples.row(k)) sum += std::abs(std::int64_t{value});
        reach = std::min(reach, sum);
    }
    std::size_t below = problem.examples.features;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        weights += static_cast<std::int64_t>(below * layers[l]);
        if (l + 1 < layers.size() || problem.architecture.sign_outputs())
            margin += static_cast<std::int64_t>(layers[l]) * reach;
        below = layers[l];
        reach = static_cast<std::int64_t>(below);
    }
    switch (problem.objectives.empty() ? Objective::max_accuracy : problem.objectives.front()) {
        case Objective::min_weight:
            return problem.architecture.zero_weights ? 0 : weights;
        case Objective::max_margin:
            return margin;
        case Objective::max_accuracy:
            return most_right(problem);
    }
    return 0;
}
}  // namespace

Incumbent::Incumbent(const Problem& problem, ExactListener* listener)
    : problem_(problem), listener_(listener), bound_(trivial_bound(problem)) {}

bool Incumbent::offer(const Weights& weights) {
    if (!satisfies(problem_, weights)) return false;
    std::vector<std::int64_t> values = values_of(problem_, weights);
    if (has_weights() && !is_better(problem_, values, values_)) return false;
    Weights taken = weights;  // whoever runs out of memory here keeps the best so far
    weights_ = std::move(taken);
    values_ = std::move(values);
    ++improvements_;
    if (listener_) listener_->improved(weights_, values_);
    return true;
}

bool Incumbent::is_news(std::int64_t bound) const {
    return problem_.objectives.front() == Objective::min_weight ? bound > bound_ : bound < bound_;
}

void Incumbent::raise_bound(std::int64_t bound) {
    if (!is_news(bound)) return;
    bound_ = bound;
    if (listener_) listener_->bounded(bound_);
}

void Incumbent::adopt(const Weights& weights, const std::vector<std::int64_t>& values) {
    if (has_weights() && !is_better(problem_, values, values_)) return;
    weights_ = weights;
    values_ = values;
}

void Incumbent::adopt(std::int64_t bound) {
    if (is_news(bound)) bound_ = bound;
}

}  // namespace sinew::train
