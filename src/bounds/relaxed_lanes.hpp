// SPDX-License-Identifier: Apache-2.0
// Rigorous lower bounds of sixteen objectives at once by back-substitution through a network, with the lines (α) and
// the multipliers of split constraints (β) of every lane chosen by gradient ascent. Xu et al., Fast and complete
// (α-CROWN), ICLR 2021; Wang et al., β-CROWN, NeurIPS 2021. Whatever the ascent proposes is valid: of a ReLU any slope
// in [0, 1] is a lower line, of others any convex combination of lines is a line (pencil_lanes.hpp), and any
// non-negative multiplier a valid weakening, so each bound is a theorem once the rounding errors are subtracted
// (docs/engine.md, "Floats propose, exact arithmetic disposes").
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "bounds/pencil_lanes.hpp"
#include "bounds/problem_reach.hpp"
#include "bounds/relaxed_lane_kernels.hpp"
#include "bounds/relaxed_network.hpp"
#include "exact/linear_form.hpp"

namespace sinew::bounds {

/// Σ coefficient·variable + constant, in doubles, with what was lost in the conversion.
struct Objective {
    std::vector<std::pair<std::uint32_t, double>> terms;
    double constant = 0;
    bool exact = true;  ///< all numbers are doubles; otherwise each is within one rounding

    Objective() = default;
    explicit Objective(const LinearForm& form, double sign = 1);
    static Objective of_variable(std::size_t variable, double sign);
};

/// Rows that hold wherever the answer matters: objective <= 0 (or < 0). A bound under them is one of the points where
/// all do, as each of them joins the objective with a multiplier >= 0 of its own. Kotha et al., Provably bounding
/// neural network preimages (INVPROP), NeurIPS 2023.
struct Condition {
    std::vector<Objective> rows;
    std::vector<double> widths;  ///< of each row over the box, about: the unit of its multiplier
    std::vector<float> slope;    ///< by neuron, good for the rows: where a start knows none
    /// Of splits, in the order in which they are set, good for the first row: what comes with that row's multiplier.
    std::vector<float> split_multiplier{};
};

/// What the ascent found for a node, to start its children from: slopes of RelaxedNetwork::unstable() in order (of
/// others than ReLU: places in pencils, PencilLanes::place; nan where unknown), a multiplier for each split and for
/// each row of a condition.
struct Slopes {
    std::vector<float> slope;
    std::vector<float> multiplier;
    std::vector<float> row_multiplier{};
};

/// Bounds of the pre-activations of RelaxedNetwork::unstable(), in order, on the region of some splits.
struct LocalBounds {
    std::vector<double> lower;
    std::vector<double> upper;

    LocalBounds() = default;
    explicit LocalBounds(const RelaxedNetwork& network);
    /// The same on the smaller region where some splits hold too. Sides may come to exclude each other.
    LocalBounds under(const RelaxedNetwork& network, std::span<const NeuronSplit> splits) const;
};

/// Borrows the network; its bounds may be tightened between problems, not within one. One bound() costs one
/// multiplication per lane and weight between live components that some objective reaches, primal() the same, ascend()
/// next to nothing.
class RelaxedLanes {
  public:
    explicit RelaxedLanes(const RelaxedNetwork& network);
    /// What one takes, in bytes, about.
    static std::size_t memory(const model::Network& network);

    /// Before the lanes of a problem are set.
    void clear();
    /// Lane `lane` asks for a lower bound of `objective` under `splits`. `start`, when given, has slopes for
    /// network.unstable() (or a prefix; DeepPoly's beyond it) and multipliers for a prefix of the splits (0 beyond it).
    /// `local`, when given, holds on the region of the splits (and of the condition). `condition`, when given, must
    /// outlive the problem: the region is what of it satisfies all its rows.
    /// A split without a multiplier (network.has_multiplier) is left out, and so is one of a neuron that the objective
    /// does not reach.
    void set(std::size_t lane, const Objective& objective, std::span<const NeuronSplit> splits = {},
             const Slopes* start = nullptr, const LocalBounds* local = nullptr, const Condition* condition = nullptr);

    /// Back-substitutes all lanes; results in bounds(). Proven: objective >= bounds()[lane] on the lane's region;
    /// infinite where nothing is in it.
    void bound();
    const std::array<double, lanes>& bounds() const { return bounds_; }
    /// The point of the relaxed problem that attains the bound: values of all live variables that are reached.
    void primal();
    const LaneMatrix& values() const { return values_; }
    /// Coefficients of the last bound(), by variable; 0 where nothing is reached.
    const LaneMatrix& coefficients() const { return coefficients_; }
    /// One ascent step from the last bound() and primal().
    void ascend(double rate);
    /// `steps` rounds of bound, primal and ascend, then bound; keeps the best bound of each lane in best(). Stops when
    /// every set lane is above its `target`.
    void optimise(std::size_t steps, double rate, double decay, std::span<const double> target);
    const std::array<double, lanes>& best() const { return best_; }
    /// From now on it is known what gave best(): slopes, and multipliers of the splits that were set.
    void keep_best() { keeps_best_ = true; }
    const Slopes& slopes_of_best(std::size_t lane) const { return kept_[lane]; }
    std::span<const NeuronSplit> splits(std::size_t lane) const { return given_splits_[lane]; }

    /// The slopes of a lane as they are now; DeepPoly's of neurons that it does not reach.
    Slopes slopes(std::size_t lane, std::span<const NeuronSplit> splits);
    /// How far apart the ends of the last bound()'s linear form over the inputs are.
    double input_width(std::size_t lane) const;
    /// How much of the bound's gap a neuron causes at the primal point: |coefficient|·|line - activation|.
    double gap(std::size_t neuron, std::size_t lane) const;
    std::uint64_t passes() const { return passes_; }

  private:
    void set_lines(std::size_t lane, std::size_t relu, double slope, double upper_slope, double upper_intercept,
                   double role);
    ReluLines lines(const NeuronLayer& layer);
    void begin();
    void seed_objectives();
    void seed(std::size_t lane, const Objective& objective, double factor);
    void ascend_rows(double rate, double square_correction);
    void enter_rows(std::size_t lane);
    double value(const Objective& objective, std::size_t lane) const;
    bool has_multiplier(std::size_t lane, const NeuronSplit& split, std::size_t highest);
    void set_relus(std::size_t lane, const Slopes* start, const LocalBounds* local, const Condition* condition,
                   std::size_t highest);
    void set_pencils(std::size_t lane, std::span<const NeuronSplit> splits, const Slopes* start,
                     const LocalBounds* local, std::size_t highest);
    void backward_affine(std::size_t layer);
    void backward_pool(const PoolLayer& pool);
    void forward_affine(std::size_t layer);
    void forward_pool(const PoolLayer& pool);

    const RelaxedNetwork* network_;
    PencilLanes pencils_;
    std::vector<const NeuronLayer*> neurons_of_layer_;                                 ///< by layer
    std::vector<const PoolLayer*> pool_of_layer_;                                      ///< by layer
    LaneMatrix coefficients_, values_;                                                 ///< by variable
    LaneMatrix slope_, upper_slope_, upper_intercept_, shift_, role_, mean_, square_;  ///< by neuron
    std::array<Objective, lanes> objectives_;
    /// The multiplier of a row of a lane's condition, and its ascent.
    struct RowState {
        double multiplier = 0;
        double scale = 0;
        Moments moments{};
    };
    std::array<const Condition*, lanes> conditions_{};
    std::array<std::vector<RowState>, lanes> rows_;
    /// Of lanes with a condition: neurons whose splits have multipliers, and the shift that a multiplier 1 of the first
    /// row brings.
    std::array<std::vector<std::pair<std::uint32_t, double>>, lanes> splits_;
    std::array<bool, lanes> used_{};
    std::array<double, lanes> constant_{}, absolute_{}, bounds_{}, best_{}, multiplier_scale_{};
    ProblemReach reach_;
    std::vector<std::uint8_t> sparse_reads_;    ///< by layer: a sparse map does, which takes no notice of dead columns
    std::vector<std::uint32_t> split_neurons_;  ///< that have a role or a shift in some lane
    std::size_t top_ = 0;                       ///< layers below this take part
    bool keeps_best_ = false;
    std::array<Slopes, lanes> kept_;
    std::array<std::vector<NeuronSplit>, lanes> given_splits_;
    std::uint64_t steps_ = 0;  ///< ascents since clear()
    std::uint64_t passes_ = 0;
};

}  // namespace sinew::bounds
