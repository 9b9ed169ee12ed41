// SPDX-License-Identifier: Apache-2.0
#include "train/separate_outputs.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "train/local_search.hpp"
#include "train/neuron_margin.hpp"
#include "train/neuron_weight.hpp"

namespace sinew::train {

namespace {
/// The output alone: one neuron, whose class 1 is where it must be active.
Problem problem_of(const Problem& problem, std::size_t output) {
    Problem alone = problem;
    alone.architecture.layers = {1};
    alone.architecture.output = Output::argmax;
    alone.objectives = {problem.objectives.front()};
    alone.class_weights.clear();
    alone.examples.classes = 2;
    for (std::uint32_t& label : alone.examples.labels) label = problem.architecture.wants_active(output, label) ? 1 : 0;
    const auto soft = [](const Robustness& r) { return r.demand == Robustness::Demand::soft; };
    if (alone.robustness && soft(*alone.robustness)) alone.robustness.reset();
    std::erase_if(alone.fairness, soft);
    return alone;
}

/// Every output has its own tables of all columns and features: of more than these together they would fill memory.
constexpr std::size_t most_cells = 10'000'000;

/// The sum of the weights of all watches.
std::size_t watched(const Columns::Guard& guard) {
    std::size_t all = 0;
    for (const Columns::Guard::Watch& watch : guard.watches) all += watch.weight;
    return all;
}
}  // namespace

std::vector<std::int8_t> signs_of_output(const Problem& problem, const Columns& columns, std::size_t output) {
    std::vector<std::int8_t> signs(columns.count, 0);
    bool agree = true;
    const auto set = [&](std::uint32_t column, std::int8_t sign) {
        if (column == Columns::none) return;
        agree = agree && signs[column] != -sign;
        signs[column] = sign;
    };
    for (const Columns::Group& group : columns.groups)
        set(group.column, problem.architecture.wants_active(output, group.label) ? 1 : -1);
    for (const Columns::Guard& guard : columns.guards) {
        if (guard.soft || guard.needed == 0) continue;
        for (const Columns::Guard::Watch& watch : guard.watches) {
            const std::int8_t own = signs[watch.own];
            for (const std::uint32_t column : watch.same) set(column, own);
            set(watch.low, own);
            set(watch.high, own);
        }
    }
    if (!agree) signs.clear();
    return signs;
}

bool has_separate_outputs(const Problem& problem, const Columns& columns) {
    const Architecture& shape = problem.architecture;
    const Objective objective = problem.objectives.front();
    if (shape.layers.size() != 1 || !shape.sign_outputs() || objective == Objective::max_accuracy) return false;
    if (objective == Objective::min_weight && !shape.zero_weights) return false;
    if (problem.least_right != problem.examples.rows() || problem.forbid_perfect) return false;
    if (columns.count * columns.features * shape.layers[0] > most_cells) return false;
    for (const Columns::Guard& guard : columns.guards)
        if (!guard.soft && guard.needed != 0 && guard.needed != watched(guard)) return false;
    for (std::size_t c = 0; c < shape.layers[0]; ++c)
        if (signs_of_output(problem, columns, c).empty()) return false;
    return true;
}

/// One output: what is best so far, and the searches that go on.
class SeparateOutputs::Part {
  public:
    Part(const Problem& problem, const Columns& columns, std::size_t output, std::uint64_t seed)
        : problem_(std::make_unique<Problem>(problem_of(problem, output))),
          columns_(std::make_unique<Columns>(columns_of(*problem_))),
          best_(std::make_unique<Incumbent>(*problem_, nullptr)),
          annealing_(*problem_, *columns_, seed),
          signs_(signs_of_output(problem, columns, output)),
          all_columns_(&columns) {}

    void run(std::uint64_t moves, std::uint64_t nodes, const Limits& limits) {
        if (best_->first_proven()) return;
        if (problem_->objectives.front() == Objective::min_weight)
            least_weight(moves, nodes, limits);
        else
            greatest_margin(moves, nodes, limits);
    }

    std::int64_t bound() const { return best_->bound(); }
    std::vector<std::int8_t> neuron() const {
        return best_->has_weights() ? best_->weights().layers[0] : std::vector<std::int8_t>{};
    }

  private:
    void least_weight(std::uint64_t moves, std::uint64_t nodes, const Limits& limits) {
        if (!least_) least_.emplace(*all_columns_, signs_);
        constexpr std::int64_t many = 1'000'000;
        least_->search(best_->has_weights() ? best_->values().front() : many, 200 * nodes, limits);
        if (!least_->weights().empty()) best_->offer({{least_->weights()}});
        best_->raise_bound(least_->bound());
        if (best_->first_proven() || limits.exceeded()) return;
        for (int round = 0; round < 2; ++round)
            annealing_.run(std::min(moves, most_moves), round == 0 ? best_->weights() : Weights{}, limits, *best_);
    }

    void greatest_margin(std::uint64_t moves, std::uint64_t nodes, const Limits& limits) {
        annealing_.run(moves, best_->weights(), limits, *best_);
        for (int failures = 0; failures < 2 && !limits.exceeded();) {
            const std::int64_t reached = best_->has_weights() ? best_->values().front() : 0;
            annealing_.aim_at_margin(reached + 1 + reached / 50);
            annealing_.run(moves, best_->weights(), limits, *best_);
            failures = best_->has_weights() && best_->values().front() > reached ? 0 : failures + 1;
        }
        if (!margin_) margin_.emplace(*problem_, *all_columns_);
        NeuronTask task = margin_->free_task();
        task.sign = signs_;
        task.above = best_->has_weights() ? best_->values().front() : -1;
        const NeuronAnswer answer = margin_->solve(task, nodes / 20, limits);
        if (!answer.weights.empty()) best_->offer({{answer.weights}});
        best_->raise_bound(std::max<std::int64_t>(0, std::max(answer.bound, task.above)));
    }

    static constexpr std::uint64_t most_moves = 400'000;

    std::unique_ptr<Problem> problem_;  ///< at the same place wherever the part is moved to
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Incumbent> best_;
    LocalSearch annealing_;
    std::vector<std::int8_t> signs_;
    const Columns* all_columns_;
    std::optional<NeuronWeight> least_;
    std::optional<NeuronMargin> margin_;
};

SeparateOutputs::SeparateOutputs(const Problem& problem, const Columns& columns, std::uint64_t seed) {
    for (std::size_t c = 0; c < problem.architecture.layers[0]; ++c) parts_.emplace_back(problem, columns, c, seed + c);
}
SeparateOutputs::~SeparateOutputs() = default;
SeparateOutputs::SeparateOutputs(SeparateOutputs&&) noexcept = default;

void SeparateOutputs::run(std::uint64_t moves, std::uint64_t nodes, const Limits& limits, Incumbent& best) {
    for (Part& part : parts_) {
        if (limits.exceeded()) break;
        part.run(moves, nodes, limits);
    }
    std::int64_t bound = 0;
    Weights weights{{{}}};
    bool complete = true;
    for (const Part& part : parts_) {
        bound += part.bound();
        const std::vector<std::int8_t> neuron = part.neuron();
        complete = complete && !neuron.empty();
        weights.layers[0].insert(weights.layers[0].end(), neuron.begin(), neuron.end());
    }
    if (complete) best.offer(weights);
    best.raise_bound(bound);
}

std::vector<std::vector<std::int8_t>> SeparateOutputs::neurons() const {
    std::vector<std::vector<std::int8_t>> neurons;
    for (const Part& part : parts_) neurons.push_back(part.neuron());
    return neurons;
}

}  // namespace sinew::train
