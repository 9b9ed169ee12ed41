// SPDX-License-Identifier: Apache-2.0
// Branch and bound over boxes of the integers that a network of neuron constraints reads, by rigorous bounds of its
// real relaxation (integer/real_network.hpp, bounds/): is there a solution whose objective is at most a target?
//
// A box is refuted by the bounds of the neurons over it, by a linear constraint, or by several together with what the
// objective's target leaves the outputs; else it is cut by them and split where the neurons' curves cost most. What
// stays after all that is asked of an oracle, the integer engine: it knows every constraint, this search only some.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "bounds/input_influence.hpp"
#include "bounds/joint_bound.hpp"
#include "bounds/network_bounds.hpp"
#include "integer/box_rows.hpp"
#include "integer/real_network.hpp"

namespace sinew::integer {

/// What is known of a model's solutions: neurons, linear constraints, and the view that is minimised.
struct BoxProblem {
    struct Row {
        std::vector<RowTerm> terms;
        Value right = 0;  ///< Σ terms <= right
    };
    std::vector<RelaxedNeuron> neurons;
    std::vector<Row> rows;
    std::optional<View> objective;
};

class NetworkBoxes {
  public:
    /// Asked about a box. unsat: it has no solution as good as the target, which set_target() may have lowered to below
    /// solutions that were found. unknown: not known within `conflicts`. sat: there is a solution, and no objective.
    using Oracle = std::function<Answer(std::span<const Bound> box, std::uint64_t conflicts)>;

    /// `bounds`: of all the model's variables. The oracle is asked of larger boxes only where there are variables of
    /// which the problem says nothing.
    NetworkBoxes(BoxProblem problem, std::span<const Range> bounds, double few_points = usual_few_points);
    /// Boxes of so many points are decided point by point.
    static constexpr double usual_few_points = 256;

    /// Whether there is anything for it to do: neurons that reach the objective or a row.
    bool is_useful() const { return useful_; }

    /// Begins anew: all solutions within `bounds` with the objective at most `target` are looked for (all at all
    /// without a target).
    void begin(std::span<const Range> bounds, std::optional<Value> target);
    /// From now on only solutions that are as good as this.
    void set_target(Value target) { target_ = target; }
    /// unsat: there is no solution as good as the target. sat: the oracle said so, and there is no objective. unknown:
    /// a limit or the end of its effort; the next call goes on.
    Answer advance(const Limits& limits, const Oracle& oracle);

    Statistics statistics() const;

  private:
    enum class Fate : std::uint8_t { refuted, open };

    std::uint32_t slot_of(IntVar variable) const;
    std::vector<BoxRows::Entry> entries_of(std::span<const RowTerm> terms) const;
    void add_rows(const BoxProblem& problem);
    bool aim();
    Fate evaluate();
    bool allow(std::size_t neuron);
    bool enter_arguments();
    bool leave_values();
    bool combine();
    void add_line(std::span<const double> coefficients, double constant);
    bool add_bounded_lines();
    std::optional<std::size_t> split_slot();
    void split(std::size_t slot);
    double points() const;
    bool may_ask() const { return oracle_effort_ <= oracle_share_ * own_effort_; }
    Answer ask(const Oracle& oracle);
    Answer decide_points(const Oracle& oracle);
    bool follow(std::size_t neuron, double sum);
    bool evaluate_point();
    void push();
    void pop();
    std::span<double> lower() { return {box_.data(), slots_.size()}; }
    std::span<double> upper() { return {box_.data() + slots_.size(), slots_.size()}; }

    std::vector<RelaxedNeuron> source_;
    RealNetwork real_;
    bounds::NetworkBounds bounds_;
    bounds::InputInfluence influence_;
    std::optional<View> objective_;
    std::optional<Value> target_;
    double few_points_;
    bool useful_ = false;
    bool has_others_ = false;  ///< the model has variables that the problem does not speak of

    std::vector<IntVar> slots_;  ///< the network's integers, then its outputs, then other variables of rows
    std::size_t integer_count_ = 0;
    std::vector<double> root_lower_, root_upper_;  ///< by slot: all that there ever is
    BoxRows rows_;
    struct Line {
        bounds::Row row;         ///< of the neurons' part, >= -right
        std::size_t source = 0;  ///< a row of rows_
    };
    std::vector<std::size_t> plain_;       ///< rows over integers alone, two or more of them
    std::vector<Line> mixed_;              ///< rows over several variables of the network, outputs among them
    std::vector<std::size_t> demanded_;    ///< neurons whose outputs rows or the objective restrict
    std::vector<std::size_t> restricted_;  ///< others whose outputs have bounds that the inputs' do not imply
    std::vector<std::vector<BoxRows::Entry>> readers_;       ///< by integer: neurons (as slots) that read it
    std::vector<std::vector<BoxRows::Entry>> outputs_read_;  ///< by neuron: the outputs among its terms
    std::vector<bounds::Row> argument_rows_;                 ///< by neuron: its argument, then its negative

    // The node that is worked on.
    std::vector<double> box_;  ///< lower bounds by slot, then upper bounds
    bounds::State state_, root_state_;
    struct Allowed {
        double low, high;  ///< the output's bounds
        Interval argument;
    };
    std::vector<Allowed> allowed_;  ///< by neuron: what its output's bounds leave its argument
    std::vector<const bounds::Row*> wanted_;
    struct Wanted {
        double constant;  ///< beside the row: the line is row + constant <= 0
        std::size_t row;
    };
    std::vector<Wanted> wanted_constants_;
    bounds::RowBounds row_bounds_;
    bounds::JointBound joint_;
    std::vector<double> line_;
    std::vector<double> weights_, score_;
    std::vector<std::size_t> joint_row_;  ///< by line of joint_: the bounded row, or none

    std::vector<double> whole_, point_, sums_;  ///< while points are decided: the box, the point, the integers' sums
    struct Current {
        Value first, last;  ///< what the box allows
        Value output;
        double from, to;  ///< the sums that give it: from <= S < to; none where that is not known
    };
    std::vector<Current> current_;   ///< by neuron: at the point
    std::vector<double> stack_;      ///< boxes that wait, the next one last
    std::vector<double> unsettled_;  ///< boxes that the oracle did not decide
    std::uint64_t conflicts_ = 0;    ///< the oracle may have for one box
    double own_effort_ = 0, oracle_effort_ = 0, oracle_share_ = 0;
    std::uint64_t nodes_ = 0, asked_ = 0, points_ = 0, settled_ = 0;
};

}  // namespace sinew::integer
