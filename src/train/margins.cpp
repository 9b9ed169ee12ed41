// SPDX-License-Identifier: Apache-2.0
#include "train/margins.hpp"

#include <algorithm>

#include "train/local_search.hpp"
#include "train/neuron_margin.hpp"

namespace sinew::train {

namespace {
class Cases {
  public:
    Cases(const Problem& problem, const Columns& columns, std::uint64_t nodes, const Limits& limits, Incumbent& best)
        : problem_(problem),
          columns_(columns),
          nodes_(nodes),
          limits_(limits),
          best_(best),
          hidden_(problem.architecture.layers.size() == 2 ? problem.architecture.layers[0] : 0),
          neuron_(problem, columns) {
        const std::size_t rows = problem.examples.rows();
        budget_ = rows >= problem.least_right ? rows - problem.least_right : 0;
    }

    void run() {
        if (problem_.least_right > problem_.examples.rows()) return;
        if (hidden_ == 0) {
            const NeuronAnswer alone = classifier(1, best_value());
            if (!alone.weights.empty()) best_.offer({{alone.weights}});
            best_.raise_bound(std::max(best_value(), alone.bound));
            return;
        }
        const NeuronAnswer free = neuron_.solve(neuron_.free_task(), nodes_ / 4, limits_);
        if (free.weights.empty()) return;
        free_ = free;
        offer_constants();
        std::int64_t bound = case_of_one();
        if (hidden_ >= 2) bound = std::max(bound, case_of_more());
        bound = std::max(bound, case_of_none());
        best_.raise_bound(std::max(bound, best_value()));
    }

  private:
    std::int64_t best_value() const { return best_.has_weights() ? best_.values().front() : -1; }
    std::int64_t others(std::size_t used) const { return static_cast<std::int64_t>(hidden_ - used) * free_.bound; }

    /// A task for a neuron whose activity is the class (sign -1: its opposite).
    NeuronTask classifier_task(int sign) const {
        NeuronTask task = neuron_.free_task();
        task.budget = budget_;
        for (const Columns::Group& group : columns_.groups)
            ((group.label == 1) == (sign > 0) ? task.inactive_cost : task.active_cost)[group.column] += group.examples;
        return task;
    }
    NeuronAnswer classifier(int sign, std::int64_t above) {
        NeuronTask task = classifier_task(sign);
        task.above = above;
        // Where errors are allowed the relaxation says little, and a solution comes from annealing.
        return neuron_.solve(task, budget_ > 0 ? nodes_ / 40 : nodes_ / 4, limits_);
    }

    /// The free neurons, with `used` neurons and their output weights in front.
    void offer(const std::vector<std::vector<std::int8_t>>& used, const std::vector<std::int8_t>& signs) {
        Weights weights{{{}, std::vector<std::int8_t>(hidden_, 0)}};
        for (std::size_t j = 0; j < hidden_; ++j) {
            const std::vector<std::int8_t>& row = j < used.size() ? used[j] : free_.weights;
            weights.layers[0].insert(weights.layers[0].end(), row.begin(), row.end());
            if (j < signs.size()) weights.layers[1][j] = signs[j];
        }
        best_.offer(weights);
    }

    /// Constant or not, the free neuron itself may classify well enough; so may the incumbent's hidden neurons.
    void offer_constants() {
        for (const int sign : {1, -1}) {
            for (std::size_t used = 0; used <= hidden_; ++used)
                offer({}, std::vector<std::int8_t>(used, static_cast<std::int8_t>(sign)));
        }
        if (!best_.has_weights()) return;
        const Weights start = best_.weights();
        const std::size_t n = columns_.features;
        for (std::size_t j = 0; j < hidden_; ++j) {
            const auto begin = start.layers[0].begin() + static_cast<std::ptrdiff_t>(j * n);
            const std::vector<std::int8_t> row(begin, begin + static_cast<std::ptrdiff_t>(n));
            offer({row}, {1});
            offer({row}, {-1});
        }
    }

    std::int64_t case_of_none() const {
        std::size_t right = 0;
        for (const Columns::Group& group : columns_.groups) right += group.label == 1 ? group.examples : 0;
        return right >= problem_.least_right ? others(0) : -1;
    }

    std::int64_t case_of_one() {
        std::int64_t bound = -1;
        anneal_classifier();
        for (const int sign : {1, -1}) {
            const NeuronAnswer own = classifier(sign, best_value() - others(1) - 1);
            if (!own.weights.empty()) offer({own.weights}, {static_cast<std::int8_t>(sign)});
            separator_ = std::max(separator_, own.bound);
            bound = std::max(bound, own.bound + others(1) + 1);
        }
        return bound;
    }

    /// The classifying neuron as a network of its own.
    void anneal_classifier() {
        Problem alone = problem_;
        alone.architecture.layers = {1};
        Incumbent found(alone, nullptr);
        LocalSearch local(alone, columns_, nodes_);
        const Weights known = known_classifier();
        for (int failures = 0; failures < 6 && !limits_.exceeded();) {
            const std::int64_t reached = found.has_weights() ? found.values().front() : 0;
            local.aim_at_margin(reached + 1);
            const Weights start = failures % 3 == 0 ? found.weights() : failures % 3 == 1 ? known : Weights{};
            local.run(10 * nodes_, start, limits_, found);
            failures = found.has_weights() && found.values().front() > reached ? 0 : failures + 1;
        }
        if (found.has_weights()) offer({found.weights().layers[0]}, {1});
    }

    /// The incumbent's first hidden neuron in use, as a network of its own.
    Weights known_classifier() const {
        if (!best_.has_weights()) return {};
        const Weights& all = best_.weights();
        for (std::size_t j = 0; j < hidden_; ++j) {
            if (all.layers[1][j] == 0) continue;
            Weights alone{{{}}};
            for (std::size_t i = 0; i < columns_.features; ++i)
                alone.layers[0].push_back(
                    static_cast<std::int8_t>(all.layers[1][j] * all.layers[0][j * columns_.features + i]));
            return alone;
        }
        return {};
    }

    std::int64_t case_of_more() {
        if (hidden_ != 2 || budget_ > 0) return others(0) + static_cast<std::int64_t>(hidden_);
        // Both as active everywhere: two classifiers, and the output's sum is ±2. Else its margin is 0.
        std::int64_t bound = 2 * separator_ + 2;
        // One that recognises nothing leaves the other to classify alone.
        bound = std::max(bound, separator_ + free_.bound);
        for (const int sign : {1, -1}) recognising_[sign > 0] = recognising_bound(sign);
        for (const int first : {1, -1})
            for (const int second : {1, -1}) bound = std::max(bound, pair_bound(first, second));
        return bound;
    }

    /// Of a neuron that recognises some example of class 1, and none of class 0.
    std::int64_t recognising_bound(int sign) {
        NeuronTask task = neuron_.free_task();
        for (const Columns::Group& group : columns_.groups)
            if (group.label != 1) task.sign[group.column] = static_cast<std::int8_t>(-sign);
        std::int64_t bound = -1;
        for (const Columns::Group& group : columns_.groups) {
            if (group.label != 1) continue;
            if (limits_.exceeded()) return free_.bound;
            task.sign[group.column] = static_cast<std::int8_t>(sign);
            bound = std::max(bound, std::min(neuron_.relax(task, limits_), free_.bound));
            task.sign[group.column] = 0;
        }
        return bound;
    }

    /// Which of the two recognises each example of class 1, the first one's choice by group: 0 open, 1 the first (the
    /// second does as it likes), 2 the second (and the first does not).
    struct Pair {
        std::vector<std::int8_t> choice;
        std::int64_t bound = 0;
    };

    std::int64_t pair_bound(int first, int second) {
        NeuronMargin other(problem_, columns_);
        const std::int64_t most[2] = {recognising_[first > 0], recognising_[second > 0]};
        std::vector<Pair> open{{std::vector<std::int8_t>(columns_.groups.size(), 0), most[0] + most[1]}};
        for (std::size_t g = 0; g < columns_.groups.size(); ++g) {
            if (columns_.groups[g].label != 1) continue;
            open[0].choice[g] = 1;  // by symmetry: the other way round is another pair of signs
            break;
        }
        std::int64_t bound = -1;
        while (!open.empty()) {
            Pair pair = std::move(open.back());
            open.pop_back();
            if (pair.bound <= best_value()) continue;
            if (spent_++ > nodes_ || limits_.exceeded()) {
                bound = std::max(bound, pair.bound);
                continue;
            }
            NeuronTask tasks[2] = {pair_task(pair, first, 1), pair_task(pair, second, 2)};
            const std::int64_t left = neuron_.relax(tasks[0], limits_);
            const std::int64_t right = other.relax(tasks[1], limits_);
            if (left < 0 || right < 0) continue;
            pair.bound = std::min(pair.bound, std::min(left, most[0]) + std::min(right, most[1]));
            if (pair.bound <= best_value()) continue;
            const std::size_t g = choose(pair, first, second, other);
            if (g == columns_.groups.size()) {
                bound = std::max(bound, solve_pair(pair, tasks, other, first, second));
                continue;
            }
            open.push_back(pair);
            open.back().choice[g] = 2;
            open.push_back(std::move(pair));
            open.back().choice[g] = 1;
        }
        return bound;
    }

    NeuronTask pair_task(const Pair& pair, int sign, std::int8_t own) const {
        NeuronTask task = neuron_.free_task();
        for (std::size_t g = 0; g < columns_.groups.size(); ++g) {
            const std::uint32_t c = columns_.groups[g].column;
            if (columns_.groups[g].label != 1)
                task.sign[c] = static_cast<std::int8_t>(-sign);
            else if (pair.choice[g] == own)
                task.sign[c] = static_cast<std::int8_t>(sign);
            else if (pair.choice[g] == 2)
                task.sign[c] = static_cast<std::int8_t>(-sign);
        }
        return task;
    }

    /// The open example that both relaxations recognise least.
    std::size_t choose(const Pair& pair, int first, int second, const NeuronMargin& other) const {
        std::size_t chosen = columns_.groups.size();
        double least = 0;
        for (std::size_t g = 0; g < columns_.groups.size(); ++g) {
            if (columns_.groups[g].label != 1 || pair.choice[g] != 0) continue;
            const std::uint32_t c = columns_.groups[g].column;
            const double seen = std::max(first * neuron_.relaxed_sum(c), second * other.relaxed_sum(c));
            if (chosen == columns_.groups.size() || seen < least) {
                least = seen;
                chosen = g;
            }
        }
        return chosen;
    }

    /// All choices made: the neurons are independent.
    std::int64_t solve_pair(const Pair& pair, NeuronTask* tasks, NeuronMargin& other, int first, int second) {
        tasks[0].above = best_value() - free_.bound;
        const NeuronAnswer left = neuron_.solve(tasks[0], nodes_ / 16, limits_);
        if (left.bound <= tasks[0].above) return -1;
        tasks[1].above = best_value() - left.bound;
        const NeuronAnswer right = other.solve(tasks[1], nodes_ / 16, limits_);
        if (!left.weights.empty() && !right.weights.empty())
            offer({left.weights, right.weights}, {static_cast<std::int8_t>(first), static_cast<std::int8_t>(second)});
        return right.bound <= tasks[1].above ? -1 : std::min(pair.bound, left.bound + right.bound);
    }

    const Problem& problem_;
    const Columns& columns_;
    std::uint64_t nodes_;
    std::uint64_t spent_ = 0;
    const Limits& limits_;
    Incumbent& best_;
    std::size_t hidden_;
    NeuronMargin neuron_;
    std::uint64_t budget_ = 0;
    NeuronAnswer free_;
    std::int64_t separator_ = -1;
    std::int64_t recognising_[2] = {-1, -1};  ///< by output weight: -1, 1
};
}  // namespace

bool has_margin_cases(const Problem& problem) {
    const auto& layers = problem.architecture.layers;
    return problem.architecture.single_output() &&
           (layers.size() == 1 || (layers.size() == 2 && problem.architecture.zero_weights));
}

void bound_margins(const Problem& problem, const Columns& columns, std::uint64_t nodes, const Limits& limits,
                   Incumbent& best) {
    Cases(problem, columns, nodes, limits, best).run();
}

}  // namespace sinew::train
