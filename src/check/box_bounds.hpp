// SPDX-License-Identifier: Apache-2.0
// What a network can do on a box of its inputs, bounded by back-substitution through lines (DeepPoly: Singh et al.,
// POPL 2019; CROWN: Zhang et al., NeurIPS 2018). Plain doubles; what their rounding may amount to is subtracted at the
// end: a coefficient that is the sum of n products differs from the exact sum of their magnitudes' by at most γ_n times
// that sum (Higham, Accuracy and Stability of Numerical Algorithms, ch. 3), in any order, and multiplies a component of
// at most a known magnitude. The checker's own, apart from the solver's.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "check/activation_lines.hpp"
#include "check/lane_loops.hpp"
#include "model/network.hpp"

namespace sinew::check {

/// Bounds of all variables of a network.
struct BoxState {
    std::vector<double> lower, upper;
    Interval at(std::size_t variable) const { return {lower[variable], upper[variable]}; }
};

/// Σ coefficient·variable + constant; each number the double nearest to an exact one.
struct Row {
    std::vector<std::pair<std::uint32_t, double>> terms;
    double constant = 0;
};

/// Linear functions of the inputs that rows are never below, on the box, and the least values of these.
struct RowBounds {
    std::vector<double> value, constant;
    std::vector<double> coefficients;  ///< a row after the other, one for each input
    std::size_t inputs = 0;
    std::span<const double> of(std::size_t row) const { return std::span(coefficients).subspan(row * inputs, inputs); }
};

/// A row that is bounded in a lane of its own: on a state of its own, through lines of its own where it names slopes
/// (below open ReLU neurons, by pre-activation, in order).
struct LaneRow {
    const BoxState* state = nullptr;
    Row row;
    std::span<const std::pair<std::uint32_t, float>> slopes;
};

class BoxBounds {
  public:
    /// Why it cannot bound such a network; empty: it can.
    static std::string obstacle(const model::Network& network);
    /// `network` must outlive this.
    explicit BoxBounds(const model::Network& network);

    /// The box's intervals, which hold for all states inside it.
    BoxState start(std::span<const Interval> inputs);
    /// Bounds open neurons anew, of layers from `first` on; all neurons by intervals before where `by_intervals`:
    /// seldom of use where layers are small. False: nothing is in `state`.
    bool tighten(BoxState& state, std::size_t first = 0, bool by_intervals = false);
    /// Over the state last tightened.
    void bound(const BoxState& state, std::span<const Row* const> rows, RowBounds& out);

    /// What follows of a state's bounds of pre-activations for the layers above them; for those beyond the next ones by
    /// intervals if `by_intervals`. False: nothing is in it.
    bool complete(BoxState& state, bool by_intervals = false);
    /// Lower bounds of at most most_lanes rows; -infinity where nothing is known.
    void bound_lanes(std::span<const LaneRow> rows, std::span<double> values);

    const std::vector<Variable>& inputs() const { return inputs_; }
    /// Pre-activations that tighten() bounds.
    const std::vector<std::uint32_t>& neurons() const { return neurons_; }
    bool is_open(const BoxState& state, std::uint32_t neuron) const;

  private:
    struct Plan {
        std::size_t first = 0, size = 0;
        int lines = -1;                       ///< of an activation: index into activations_
        std::vector<std::size_t> neurons_of;  ///< of an affine layer: activations that read it
        bool pool_reads = false;
        std::vector<Lines> chosen;            ///< of an activation: by component
        std::vector<std::uint32_t> member;    ///< of a pool: below whose value no window's is
        std::vector<std::uint8_t> is_member;  ///< … and whether it is that one
        std::vector<std::uint32_t> all;       ///< 0, 1, …
        std::vector<std::uint32_t> alive;     ///< of an activation: components that are not constantly 0
        std::vector<std::uint32_t> present;   ///< of the rows at hand: components that may have coefficients
        bool is_touched = false;
    };
    bool is_open(const BoxState& state, const Plan& plan, std::size_t component) const;
    void interval_affine(BoxState& state, std::size_t layer);
    bool image(BoxState& state, std::size_t layer) const;
    void relax(const BoxState& state, std::size_t layer);
    bool tighten_layer(BoxState& state, std::size_t layer);
    void begin(std::size_t rows);
    void seed(const Row& row, std::size_t lane, std::size_t& from);
    void carry_back(const BoxState& state, std::size_t from);
    void relax_lanes(std::span<const LaneRow> rows, std::size_t layer);
    void carry_pool_lanes(std::span<const LaneRow> rows, std::size_t layer);
    void carry_affine(std::size_t layer);
    void carry_activation(std::size_t layer);
    void carry_pool(const BoxState& state, std::size_t layer);
    void concretise(const BoxState& state);
    double finished(double constant, std::size_t lane) const;
    double* coefficients(std::size_t variable) { return coefficients_.data() + variable * stride_; }
    double* touched(std::size_t layer);
    double* touch_only(std::size_t layer, std::span<const std::uint32_t> components);
    std::span<const std::uint32_t> wanted(std::size_t layer) const;

    const model::Network& network_;
    std::vector<Variable> inputs_;
    std::vector<std::uint32_t> neurons_;
    std::vector<ActivationLines> activations_;
    std::vector<Plan> plans_;
    double gamma_ = 0, tiny_ = 0;
    std::vector<double> magnitude_;  ///< of a component's value, at most
    std::vector<double> products_;   ///< of an affine component: of the sum of what is added up
    std::size_t stride_ = 0;
    std::vector<double> coefficients_;
    std::vector<double> constant_, error_, least_;
    std::vector<std::uint32_t> open_;
    std::vector<double>
        lane_lines_;  ///< by component of an activation: four numbers a lane; empty: all lanes share lines
    bool has_lane_lines_ = false;
};

}  // namespace sinew::check
