// SPDX-License-Identifier: Apache-2.0
#include "train/neighbourhoods.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "train/neuron_weight.hpp"

namespace sinew::train {

namespace {
std::int64_t weight_of(std::span<const std::int8_t> row) {
    std::int64_t weight = 0;
    for (const std::int8_t w : row) weight += std::abs(int{w});
    return weight;
}
}  // namespace

bool has_neighbourhoods(const Problem& problem) {
    constexpr std::size_t most_values = 2'000'000;
    return problem.architecture.layers.size() > 1 && problem.architecture.zero_weights &&
           problem.objectives.front() != Objective::max_accuracy && problem.examples.values.size() <= most_values;
}

Neighbourhoods::Neighbourhoods(const Problem& problem, const Columns& columns, std::uint64_t seed)
    : problem_(problem), columns_(columns), random_(seed) {}

void Neighbourhoods::run(std::uint64_t nodes, const Limits& limits, Incumbent& best) {
    if (!best.has_weights()) return;
    std::vector<std::size_t> order(problem_.architecture.layers[0]);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    const std::size_t features = columns_.features;
    for (const std::size_t neuron : order) {
        if (limits.exceeded() || best.first_proven()) return;
        Weights weights = best.weights();
        const std::span<std::int8_t> row = std::span(weights.layers[0]).subspan(neuron * features, features);
        const std::vector<std::int8_t> signs = demanded(weights, neuron);
        const std::vector<std::int8_t> other = problem_.objectives.front() == Objective::min_weight
                                                   ? lighter(row, signs, nodes, limits)
                                                   : wider(row, signs, nodes, limits);
        if (other.empty()) continue;
        std::ranges::copy(other, row.begin());
        best.offer(weights);
    }
}

/// w · x at all columns.
std::vector<std::int64_t> Neighbourhoods::sums(std::span<const std::int8_t> row) const {
    std::vector<std::int64_t> sums(columns_.count, 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == 0) continue;
        const auto change = columns_.change(i, row[i]);
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += change[c];
    }
    return sums;
}

/// Whether the network is right when its first neurons are as active as that (±1).
bool Neighbourhoods::is_right_with(const Weights& weights, std::vector<std::int64_t> activities,
                                   std::uint32_t label) const {
    for (std::size_t l = 1; l < weights.layers.size(); ++l) {
        std::vector<std::int64_t> next(problem_.architecture.layers[l], 0);
        for (std::size_t j = 0; j < next.size(); ++j)
            for (std::size_t i = 0; i < activities.size(); ++i)
                next[j] += weights.layers[l][j * activities.size() + i] * activities[i];
        if (l + 1 < weights.layers.size())
            for (std::int64_t& sum : next) sum = sum >= 0 ? 1 : -1;
        activities = std::move(next);
    }
    return is_right(activities, label, problem_.architecture.output);
}

/// By column: what the neuron's activity must be while all other weights stay; 0: either will do.
std::vector<std::int8_t> Neighbourhoods::demanded(const Weights& weights, std::size_t neuron) const {
    const std::size_t neurons = problem_.architecture.layers[0];
    std::vector<std::vector<std::int64_t>> all;
    for (std::size_t j = 0; j < neurons; ++j)
        all.push_back(sums(std::span(weights.layers[0]).subspan(j * columns_.features, columns_.features)));
    const auto current = [&](std::uint32_t c) { return static_cast<std::int8_t>(all[neuron][c] >= 0 ? 1 : -1); };
    std::vector<std::int8_t> signs(columns_.count, 0);
    for (const Columns::Group& group : columns_.groups) {
        std::vector<std::int64_t> activities;
        for (std::size_t j = 0; j < neurons; ++j) activities.push_back(all[j][group.column] >= 0 ? 1 : -1);
        if (!is_right_with(weights, activities, group.label)) continue;
        activities[neuron] = -activities[neuron];
        if (!is_right_with(weights, activities, group.label)) signs[group.column] = current(group.column);
    }
    const auto hold = [&](std::uint32_t c) {
        if (c != Columns::none) signs[c] = current(c);
    };
    for (const Columns::Guard& guard : columns_.guards) {
        for (const Columns::Guard::Watch& watch : guard.watches) {
            hold(watch.own);
            hold(watch.low);
            hold(watch.high);
            for (const std::uint32_t c : watch.same) hold(c);
        }
    }
    return signs;
}

/// A neuron of less weight with these activities; empty: none was found.
std::vector<std::int8_t> Neighbourhoods::lighter(std::span<const std::int8_t> row, std::span<const std::int8_t> signs,
                                                 std::uint64_t nodes, const Limits& limits) const {
    NeuronWeight search(columns_, signs);
    search.search(weight_of(row), nodes, limits);
    return search.weights();
}

std::int64_t Neighbourhoods::margin_of(std::span<const std::int64_t> sums) const {
    std::int64_t margin = std::numeric_limits<std::int64_t>::max();
    for (const std::uint32_t c : columns_.example_columns) margin = std::min(margin, std::abs(sums[c]));
    return margin;
}

/// A neuron of greater margin with these activities; empty: none was found.
std::vector<std::int8_t> Neighbourhoods::wider(std::span<const std::int8_t> row, std::span<const std::int8_t> signs,
                                               std::uint64_t nodes, const Limits& limits) {
    std::vector<std::int8_t> best(row.begin(), row.end());
    const std::int64_t before = margin_of(sums(row));
    std::int64_t reached = before;
    const auto consider = [&](std::vector<std::int8_t> candidate) {
        const std::vector<std::int64_t> there = sums(candidate);
        for (std::size_t c = 0; c < there.size(); ++c)
            if (signs[c] != 0 && (there[c] >= 0) != (signs[c] > 0)) return;
        if (margin_of(there) <= reached) return;
        reached = margin_of(there);
        best = std::move(candidate);
    };
    // Where features are never negative, nothing is wider than the same activity everywhere.
    for (const std::int8_t all : {std::int8_t{1}, std::int8_t{-1}})
        consider(std::vector<std::int8_t>(columns_.features, all));
    if (!margin_) margin_.emplace(problem_, columns_);
    NeuronTask task = margin_->free_task();
    std::ranges::copy(signs, task.sign.begin());
    // Free columns stay as they are: a relaxation that leaves them open says nothing of them.
    const std::vector<std::int64_t> there = sums(best);
    for (const std::uint32_t c : columns_.example_columns)
        if (task.sign[c] == 0) task.sign[c] = there[c] >= 0 ? 1 : -1;
    task.above = reached;
    const NeuronAnswer answer = margin_->solve(task, nodes / 5000 + 1, limits);
    if (!answer.weights.empty()) consider(answer.weights);
    polish(best, signs, limits);
    return margin_of(sums(best)) > before ? best : std::vector<std::int8_t>{};
}

/// Changes single weights while the least distance from 0 grows, or fewer columns are at it.
void Neighbourhoods::polish(std::vector<std::int8_t>& row, std::span<const std::int8_t> signs, const Limits& limits) {
    std::vector<std::int64_t> now = sums(row);
    std::vector<std::int8_t> held(signs.begin(), signs.end());
    for (const std::uint32_t c : columns_.example_columns)
        if (held[c] == 0) held[c] = now[c] >= 0 ? 1 : -1;
    const auto worth = [&](std::span<const std::int64_t> there) {
        std::pair<std::int64_t, std::int64_t> found{std::numeric_limits<std::int64_t>::max(), 0};
        for (const std::uint32_t c : columns_.example_columns) {
            const std::int64_t distance = held[c] > 0 ? there[c] : -there[c];
            if (distance < found.first) found = {distance, 0};
            found.second -= distance == found.first ? 1 : 0;
        }
        for (std::size_t c = 0; c < there.size(); ++c)
            if (held[c] != 0 && (there[c] >= 0) != (held[c] > 0)) found.first = -1;
        return found;
    };
    std::pair<std::int64_t, std::int64_t> reached = worth(now);
    std::vector<std::int64_t> next(now.size());
    for (std::size_t tries = 0, since = 0; since < 2 * row.size() && tries < 40 * row.size(); ++tries, ++since) {
        if (tries % 256 == 0 && limits.exceeded()) return;
        const std::size_t i = random_.below(row.size());
        const auto value = static_cast<std::int8_t>((row[i] + 2 + static_cast<int>(random_.below(2))) % 3 - 1);
        next = now;
        if (row[i] != 0) {
            const auto old = columns_.change(i, row[i]);
            for (std::size_t c = 0; c < next.size(); ++c) next[c] -= old[c];
        }
        if (value != 0) {
            const auto change = columns_.change(i, value);
            for (std::size_t c = 0; c < next.size(); ++c) next[c] += change[c];
        }
        const auto there = worth(next);
        if (there <= reached) continue;
        reached = there;
        row[i] = value;
        now.swap(next);
        since = 0;
    }
}

bool Detectors::apply_to(const Problem& problem) {
    const std::vector<std::size_t>& layers = problem.architecture.layers;
    if (!has_neighbourhoods(problem) || problem.architecture.single_output() ||
        problem.objectives.front() != Objective::min_weight || problem.least_right != problem.examples.rows())
        return false;
    const std::size_t needed = layers.back() - (problem.architecture.output == Output::argmax ? 1 : 0);
    return std::ranges::all_of(layers, [&](std::size_t neurons) { return neurons >= needed; });
}

Detectors::Detectors(const Problem& problem, std::uint64_t seed, const Limits& limits)
    : problem_(problem), flat_(std::make_unique<Problem>(problem)) {
    flat_->architecture.layers = {problem.architecture.layers.back()};
    flat_->architecture.output = Output::signs;
    columns_ = std::make_unique<Columns>(columns_of(*flat_, limits));
    if (columns_->is_complete && has_separate_outputs(*flat_, *columns_)) outputs_.emplace(*flat_, *columns_, seed);
}

void Detectors::run(std::uint64_t moves, std::uint64_t nodes, const Limits& limits, Incumbent& best) {
    if (!outputs_) return;
    Incumbent flat(*flat_, nullptr);
    outputs_->run(moves, nodes, limits, flat);
    const std::size_t classes = problem_.architecture.layers.back();
    std::vector<std::vector<std::int8_t>> neurons = outputs_->neurons();
    if (std::ranges::any_of(neurons, [](const auto& row) { return row.empty(); })) return;
    if (problem_.architecture.output == Output::argmax)
        std::ranges::max_element(neurons, {}, [](const auto& row) { return weight_of(row); })->clear();
    Weights weights;
    std::size_t below = problem_.examples.features;
    std::vector<std::size_t> place(classes, 0);  // of each class's neuron in the layer below
    for (std::size_t l = 0; l < problem_.architecture.layers.size(); ++l) {
        const bool last = l + 1 == problem_.architecture.layers.size();
        auto& layer = weights.layers.emplace_back(below * problem_.architecture.layers[l], std::int8_t{0});
        std::size_t next = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            if (neurons[c].empty()) continue;
            const std::size_t j = last ? c : next++;
            if (l == 0)
                std::ranges::copy(neurons[c], layer.begin() + static_cast<std::ptrdiff_t>(j * below));
            else
                layer[j * below + place[c]] = 1;
            place[c] = j;
        }
        below = problem_.architecture.layers[l];
    }
    best.offer(weights);
}

}  // namespace sinew::train
