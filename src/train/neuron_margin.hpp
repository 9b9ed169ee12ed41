// SPDX-License-Identifier: Apache-2.0
// The neuron of the first layer with the greatest margin, when its activities are given at some columns and may cost
// something at others: branching over activities and weights, with bounds from a linear relaxation. The relaxation's
// multipliers are rounded to integers and the rows summed with them exactly, so that no bound rests on floating point:
// with rows s_c (w · x_c) >= t and multipliers k_c >= 0, t Σ k_c <= Σ_i max over w_i of w_i Σ_c k_c s_c x_ci.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "linear/lp.hpp"
#include "train/columns.hpp"
#include "train/problem.hpp"

namespace sinew::train {

/// What is asked of the neuron; all by column.
struct NeuronTask {
    std::vector<std::int8_t> sign;           ///< 1: active; -1: not; 0: either
    std::vector<std::uint32_t> active_cost;  ///< what being active costs there
    std::vector<std::uint32_t> inactive_cost;
    std::uint64_t budget = 0;  ///< of all costs
    std::int64_t above = -1;   ///< only margins greater than this are of interest
};

struct NeuronAnswer {
    std::vector<std::int8_t> weights;  ///< empty: none of interest was found
    std::int64_t margin = 0;
    std::int64_t bound = 0;  ///< no such neuron has a margin greater than this (and than `above`)
    bool finished = false;   ///< bound is weights' margin, or no neuron is of interest
};

class NeuronMargin {
  public:
    /// Where all examples must keep their first layer, a neuron's activities are equal in classes of columns.
    NeuronMargin(const Problem& problem, const Columns& columns);

    /// A task that asks nothing.
    NeuronTask free_task() const;
    /// Searches until `nodes` more have been looked at.
    NeuronAnswer solve(const NeuronTask& task, std::uint64_t nodes, const Limits& limits);
    /// The bound of the relaxation alone. Its sums can be read afterwards.
    std::int64_t relax(const NeuronTask& task, const Limits& limits);
    /// w · x at a column in the last relaxation's solution.
    double relaxed_sum(std::uint32_t column) const;
    /// The simplex iterations of all calls.
    std::uint64_t effort() const { return lp_.counters().iterations; }

  private:
    struct Change {
        bool is_weight = false;
        std::uint32_t index = 0;  ///< class or variable
        std::int8_t lower = 0;    ///< or the class's sign
        std::int8_t upper = 0;
    };
    struct Node {
        std::vector<Change> path;
        std::int64_t bound = 0;
    };
    struct Row {
        std::size_t index = 0;
        bool exists = false;
    };
    struct State {
        std::vector<std::int8_t> sign;  ///< by class
        std::vector<std::int8_t> lower;
        std::vector<std::int8_t> upper;
    };

    State root(const NeuronTask& task) const;
    bool settle(const NeuronTask& task, State& state) const;
    void install(const State& state);
    void set_row(std::uint32_t column, std::int8_t sign);
    std::int64_t solve_relaxation(const State& state, std::int64_t bound, const Limits& limits);
    bool add_violated(const State& state);
    std::int64_t exact_bound(const State& state) const;
    void try_rounded(const NeuronTask& task, NeuronAnswer& answer) const;
    bool branch(const NeuronTask& task, const State& state, const Node& node, std::vector<Node>& open) const;
    double sum_of(std::uint32_t column) const;
    std::vector<linear::LpEntry> entries(std::uint32_t column) const;

    const Columns& columns_;
    bool zero_weights_;
    std::vector<std::uint32_t> class_of_;              ///< by column
    std::vector<std::vector<std::uint32_t>> members_;  ///< by class
    std::vector<bool> is_example_;                     ///< by column
    struct Variable {
        std::uint32_t feature;
        std::int8_t sign;  ///< 0: the weight itself; ±1: its positive (negative) part
    };
    std::vector<Variable> variables_;
    linear::Lp lp_;
    std::vector<Row> rows_[2];  ///< by column: for inactive, for active
    State installed_;
    std::vector<double> solution_;  ///< by variable
    double relaxed_margin_ = 0;
};

}  // namespace sinew::train
