// SPDX-License-Identifier: Apache-2.0
// The linear relaxation of a network of neuron constraints and of linear constraints around it: proposed by a linear
// program in floating point, then summed exactly to one linear inequality over the model's variables.
//
// Columns are the model's variables and each neuron's sum S. Rows are the linear constraints, S = Σ c·X, and for each
// neuron lines above and below its step function over the sums that the output's current bounds allow; the lines are
// cut where the last solution was. Any multipliers >= 0 of rows a·v <= b give a valid inequality (Neumaier &
// Shcherbina 2004): what the program says is only a choice of multipliers. The same choice made neuron by neuron is
// back-substitution; made for all at once it is at least as strong, and knows the linear constraints too.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "integer/cut.hpp"
#include "integer/neuron_lines.hpp"
#include "linear/lp.hpp"
#include "neuron/neuron.hpp"

namespace sinew::integer {

/// A neuron of the network: Y = f(Σ coefficient·variable).
struct RelaxedNeuron {
    std::vector<RowTerm> terms;
    IntVar output;
    NeuronLines lines;
    Range sums;  ///< all that the sum can ever be
};

/// Where a cut's right-hand side depends on bounds of outputs: multiplier·(output·Y + sum·S <= right), which holds
/// while Y of the neuron is in `outputs`.
struct UsedLine {
    std::size_t neuron = 0;
    NeuronLines::Line line;
    Range outputs;
    LinearRows::Wide multiplier = 0;
};

/// Σ coefficient·view <= right, coefficients above 0, wherever the lines that were used hold.
struct NetworkCut {
    std::vector<CutTerm> terms;
    LinearRows::Wide right = 0;
    std::vector<UsedLine> lines;
};

class NetworkRelaxation {
  public:
    using Wide = LinearRows::Wide;

    /// Everything is added before the first solve(). Bounds of variables are taken from domains then.
    void add_neuron(RelaxedNeuron neuron);
    /// Σ coefficient·view <= right.
    void add_row(std::vector<RowTerm> terms, Value right);

    const RelaxedNeuron& neuron(std::size_t index) const { return neurons_[index].neuron; }
    std::size_t neuron_count() const { return neurons_.size(); }
    std::size_t row_count() const { return rows_.size(); }
    std::span<const RowTerm> row_terms(std::size_t index) const { return rows_[index].terms; }
    Value row_right(std::size_t index) const { return rows_[index].right; }
    const std::vector<IntVar>& variables() const { return variables_; }

    /// Minimises a view over the relaxation of the current bounds (without one: looks for a contradiction). `rounds`:
    /// how often the lines are cut anew where the solution is. Gives a cut that bounds the view from below, or that
    /// contradicts the bounds; absent when floating point had nothing to propose.
    std::optional<NetworkCut> solve(const Domains& domains, std::optional<View> objective, int rounds);

    /// A used line's right-hand side if the output were known to be in `outputs` only.
    Wide right_for(const UsedLine& used, Range outputs);

    const linear::LpCounters& counters() const { return lp_.counters(); }
    void set_limits(const Limits& limits) { limits_ = limits; }

  private:
    static constexpr std::size_t lines_a_side = 2;

    struct Relaxed {
        RelaxedNeuron neuron;
        std::size_t sum_column = 0;
        std::size_t first_row = 0;  ///< of the lines: those above, then those below
        double scale = 1;           ///< the column is S/scale
        Range outputs{0, -1};       ///< that the lines were made for
        bool open = false;          ///< there are lines
        NeuronLines::Line line[2][lines_a_side];
    };
    struct Row {
        std::vector<RowTerm> terms;
        Value right = 0;
        std::size_t row = 0;
    };
    /// A row of the cut, before multipliers are integers: of a constraint, or of a neuron.
    struct Share {
        double multiplier = 0;
        const Row* row = nullptr;
        UsedLine used;
    };

    std::size_t column(const Domains& domains, IntVar variable);
    void build(const Domains& domains);
    void update(const Domains& domains);
    void set_line(Relaxed& relaxed, std::size_t side, std::size_t slot, const NeuronLines::Line& line);
    bool cut_at_solution();
    void renew(Relaxed& relaxed, double at);
    linear::LpStatus run(std::optional<View> objective);
    std::vector<Share> shares(linear::LpStatus status);
    std::optional<NetworkCut> sum_up(const Domains& domains, std::vector<Share> shares);

    std::vector<Relaxed> neurons_;
    std::vector<Row> rows_;
    linear::Lp lp_;
    Limits limits_;
    bool built_ = false;
    bool has_solution_ = false;
    std::vector<IntVar> variables_;  ///< by column, those before the sums
    std::unordered_map<std::size_t, std::size_t> column_of_;
    std::vector<Wide> coefficients_;  // scratch, by column
};

}  // namespace sinew::integer
