// SPDX-License-Identifier: Apache-2.0
// Rigorous bounds of a network over a box: intervals forward, affine back-substitution (DeepPoly/CROWN: Singh et al.,
// POPL 2019; Zhang et al., NeurIPS 2018) backward. What comes out holds for real arithmetic; the error budget below is
// why. Outward rounding of every operation was not taken: it costs 4 to 10 times as much and gives hardly more.
//
// Error budget. A row's value q is kept as  q >= Σ coefficient·component + c - γ·A - underflow  while it is carried
// back. One step replaces coefficients g over z = W·a + b by fl(g·W) and c by fl(c + g·b). Each product g_k·W_kj meets
// at most N roundings, each off by a factor within 1 ± u (u = 2^-53), so the step is off by at most
// γ_N·Σ|g_k||W_kj||a_j| + …
// <= γ_N·Σ_k|g_k|·v_k with v = |W|·B + |b| and B the largest magnitudes at the root box: that sum is added to A. Lines
// add the magnitudes of their own products, the concretisation and the constants likewise; so A bounds |c| as well, and
// γ_N covers c's own summation, the last subtraction, and one u more for weights that no double holds. N is twice the
// number of components plus a reserve, the same for all rows: coarse (1e-13 relative for ACAS Xu), simple, free.
// Products that underflow are off by 2^-1075 each: `underflow` covers N of them times any magnitude.
// An infinite or nan intermediate makes A or c so, and that row says -infinity: no information, never a wrong bound.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bounds/kernels.hpp"
#include "bounds/lane_kernels.hpp"
#include "bounds/neuron_pairs.hpp"
#include "bounds/reach.hpp"
#include "bounds/relaxation.hpp"
#include "model/network.hpp"

namespace sinew::bounds {

/// Bounds of every variable of a network, by variable index; infinite where nothing is known. The inputs' bounds are
/// the box; a phase is fixed by setting a bound of its pre-activation to the breakpoint.
struct State {
    std::vector<double> lower;
    std::vector<double> upper;
    /// Of matching pre-activations, second - first (NetworkBounds::difference_count()); empty: nothing is known.
    std::vector<Interval> difference = {};

    Interval at(Variable variable) const { return {lower[variable.index()], upper[variable.index()]}; }
    Interval at(std::size_t variable) const { return {lower[variable], upper[variable]}; }
};

class ForwardBounds;

/// More than the underflow of 2^75 products.
constexpr double underflow_reserve = 0x1p-1000;

/// A linear form in doubles, over any variables of the network. Coefficients may be rounded (to nearest): the budget
/// covers that.
struct Row {
    std::vector<std::pair<std::uint32_t, double>> terms;
    double constant = 0;
};
Row to_row(const LinearForm& form);

/// Lower bounds of rows: row r is >= value[r] on the box, and >= Σ_i coefficient(r, i)·input_i + constant[r] for every
/// input in the box that agrees with the state. -infinity where nothing is known.
struct RowBounds {
    std::vector<double> value;
    std::vector<double> constant;
    std::vector<double> coefficients;  ///< row-major, one a network input (in input_variables() order)
    /// The same without coupled lines, where there are matching neurons: in rows over differences of two networks the
    /// coefficients of the better lines cancel, which says nothing about which input matters.
    std::vector<double> apart;
    std::size_t input_count = 0;

    std::span<const double> coefficients_of(std::size_t row) const {
        return std::span<const double>(coefficients).subspan(row * input_count, input_count);
    }
    std::span<const double> influence_of(std::size_t row) const {
        if (apart.empty()) return coefficients_of(row);
        return std::span<const double>(apart).subspan(row * input_count, input_count);
    }
};

/// What the relaxation of one open neuron costs the rows bounded last: coefficient[r]·gap is how far a row's line may
/// be from the neuron's value at worst. Hints for branching.
struct PhaseLoss {
    std::uint32_t variable = 0;  ///< the pre-activation
    double gap_above = 0;        ///< of the upper line (used where the coefficient is negative), at the breakpoint
    double gap_below = 0;        ///< of the lower line, at the worse end
    std::size_t first_coefficient = 0;

    double loss(double coefficient) const {
        return coefficient < 0 ? -coefficient * gap_above : coefficient * gap_below;
    }
};

/// A workspace of one thread for one network and one root box; everything is allocated when it is made.
/// Another thread has one of its own. Memory: up to 64 doubles a component of the network.
class NetworkBounds {
  public:
    /// `network` must outlive this. Where `asked` is given, nothing that these variables do not depend on is bounded by
    /// more than intervals, or split.
    /// Matching neurons of two networks are bounded together (coupled_bounds.cpp) unless `couples` is false.
    explicit NetworkBounds(const model::Network& network, std::span<const Variable> asked = {}, bool couples = true);

    /// The state of the box `inputs` (in input_variables() order) by interval arithmetic, and the error budget that all
    /// states inside it use. Must be called first.
    State start(std::span<const Interval> inputs);

    /// Tightens `state` (inside the root) from its first layer to its last: neurons whose phase is open are bounded by
    /// back-substitution through the lines of the layers below, starting from the bounds they have. Layers before
    /// `first` keep the bounds they have. False: the state is contradictory, no input in it exists (rigorously). Cost:
    /// see docs/engine.md. With `forward` (of this network) every layer is bounded forward first, and only open neurons
    /// whose forms are loose by back-substitution, whose lines then are their forms: far cheaper where there are few
    /// inputs and many neurons. `peers` (made like this one, and started on the same root box) bound neurons of
    /// wide layers in threads of their own; the bounds do not depend on how many they are.
    bool tighten(State& state, std::size_t first = 0, ForwardBounds* forward = nullptr,
                 std::span<NetworkBounds* const> peers = {});

    /// After tighten() said false: the pre-activation whose bounds crossed, if it was one. Layers above it had no part.
    std::optional<std::uint32_t> contradiction() const { return contradiction_; }

    /// Lines of all layers as `state` has them, without tightening. tighten() does it too.
    void relax(const State& state);

    /// Lower bounds of rows over the state last given to tighten() or relax().
    void lower_bounds(const State& state, std::span<const Row* const> rows, RowBounds& out);

    /// The open neurons that the rows of the last lower_bounds() reach (its last block of rows, at most 64).
    const std::vector<PhaseLoss>& phase_losses() const { return losses_; }
    double loss_coefficient(const PhaseLoss& loss, std::size_t row) const {
        return coefficient_of_loss(loss.first_coefficient, row);
    }

    /// Curved networks of few inputs: score[i] += what bisecting input i may gain, in the state last relaxed. The
    /// losses of neurons and products (of the last lower_bounds(), rows weighted by `row_weight`) are shared out by how
    /// much each input moves their factors. False if there is no loss, or the network is too large.
    bool score_inputs(const State& state, std::span<const double> row_weight, std::span<double> score);

    /// Whether matching neurons are bounded together from now on, where there are any (true at first).
    void couple(bool couples) { couples_ = couples; }
    /// How wide the differences of matching neurons are, as a share of the neurons that are open: at most 1. After a
    /// tighten() that coupled.
    double difference_share(const State& state) const;
    /// Pairs of matching pre-activations, whose differences states have bounds of.
    std::size_t difference_count() const { return difference_count_; }

    /// Components of pre-activations that are not on one piece, in the state last relaxed (layer by layer).
    std::size_t open_phases() const { return open_phases_; }
    const std::vector<Variable>& inputs() const { return inputs_; }
    /// Variables (pre-activations) that can be split, in order.
    const std::vector<std::uint32_t>& phase_variables() const { return phase_variables_; }
    /// Where a split of that variable's interval is made; absent when its phase is fixed.
    std::optional<double> split_point(const State& state, std::uint32_t variable) const;
    /// Product terms of back-substitution so far (fused multiply-adds on all lanes), for flop rates.
    std::uint64_t multiply_adds() const { return multiply_adds_; }

  private:
    struct Plan {
        std::size_t first = 0;
        std::size_t size = 0;
        std::vector<std::size_t> relaxation_readers;  ///< activation layers that read this one
        std::size_t readers = 0;
        bool needs_bounds = false;  ///< an affine layer that a non-linear one reads
        bool pool_reads = false;
        bool product_reads = false;
        bool relu_only = false;  ///< only ReLUs read it non-linearly: open iff the bounds straddle 0
        bool alias = false;      ///< sole reader is one activation: coefficients are relaxed in place
        std::size_t sole_activation = 0;
        int relaxation = -1;                   ///< of an activation layer: index into relaxations_
        std::vector<std::uint32_t> all;        ///< 0, 1, …
        std::vector<std::uint32_t> alive;      ///< activation: components that are not constantly 0; open ones first
        std::vector<std::uint32_t> sorted;     ///< `alive` in order, where receptive fields are looked at
        std::vector<std::uint32_t> constants;  ///< components that are nearly points, in order: no line, but bounds
        std::vector<std::uint32_t> read;       ///< `alive` and `constants`, in order, where there are some
        std::size_t open = 0;                  ///< how many of `alive` need lines
        std::vector<double> lower_slope, lower_intercept, upper_slope, upper_intercept;  ///< of the open ones
        std::vector<std::size_t> pool_member;  ///< max-pooling: the member that bounds each window below
        std::vector<std::uint8_t> pool_fixed;  ///< … and above
        std::vector<ProductPlanes> planes;     ///< products
    };

    /// 0 for rows of other blocks than the last.
    double coefficient_of_loss(std::size_t first, std::size_t row) const {
        return row - loss_rows_begin_ < loss_rows_ ? loss_coefficients_[first + row - loss_rows_begin_] : 0;
    }
    void plan_layers();
    bool needed(std::size_t variable) const { return needed_.empty() || needed_[variable]; }
    void interval_affine(State& state, std::size_t layer);
    void find_moves(const State& state);
    void renew_magnitudes(const State& state, std::size_t layer);
    bool tighten_affine(State& state, std::size_t layer, ForwardBounds* forward, std::span<NetworkBounds* const> peers);
    void bound_block(State& state, std::size_t layer, std::span<const std::uint32_t> components);
    void relax_layer(const State& state, std::size_t layer);
    static bool is_loose(const ForwardBounds& forward, std::size_t layer, std::size_t component);
    void refine_forward(ForwardBounds& forward, std::size_t layer, std::size_t component, std::size_t lane,
                        std::size_t other);
    bool is_open(const State& state, std::size_t layer, std::size_t component) const;
    void relax_activation(const State& state, std::size_t layer);
    void relax_pool(const State& state, std::size_t layer);
    void relax_products(const State& state, std::size_t layer);
    bool image_activation(State& state, std::size_t layer) const;
    bool image_pool(State& state, std::size_t layer) const;
    bool image_product(State& state, std::size_t layer) const;

    // coupled_bounds.cpp
    /// Lines below and above second - first of two matching open neurons, over the difference of their pre-activations.
    struct CoupledNeuron {
        double below_slope, below_shift, above_slope, above_shift;
        bool uses_below, uses_above;  ///< whether these are better than the two neurons' own lines
        double gap_below, gap_above;
    };
    struct PairPlan {
        LayerPair layers;
        std::size_t begin = 0;               ///< of its differences in a state
        std::vector<std::uint32_t> coupled;  ///< components, in order, and their lines
        std::vector<CoupledNeuron> lines;
    };
    void plan_pairs();
    bool tighten_differences(State& state, PairPlan& pair);
    /// Whether the difference is so narrow that what the first of the pair says of the second is as good as its own
    /// row.
    bool follows(const State& state, std::size_t layer, std::size_t component) const;
    /// Of the pair whose last layer this is, if it is one.
    void relax_pair(const State& state, std::size_t layer);
    void carry_pair(const State& state, PairPlan& pair);
    void bound_apart(const State& state, std::span<const Row* const> rows, std::size_t begin, RowBounds& out);

    // back_substitution.cpp
    void begin_block(std::size_t rows);
    void reach_from(std::size_t from_layer);
    void choose_live(std::size_t from_layer);
    void begin_bound_rows(std::size_t layer, std::span<const std::uint32_t> components, double sign = 1);
    void begin_row(const Row& row, std::size_t lane);
    void carry_back(const State& state, std::size_t from_layer);
    void carry_layer(const State& state, std::size_t layer);
    void carry_rows(const State& state, std::span<const Row* const> rows, std::size_t begin);
    std::size_t write_rows(std::size_t begin, std::size_t count, bool only_larger, RowBounds& out);
    void write_coefficients(std::size_t begin, std::vector<double>& out);
    void carry_affine(std::size_t layer);
    std::size_t carry_convolution(const model::ConvolutionMap& map, bool transposed, std::size_t layer,
                                  std::size_t source);
    void carry_activation(const State& state, std::size_t layer);
    void record_losses(const State& state, std::size_t layer);
    void carry_pool(const State& state, std::size_t layer);
    void carry_product(std::size_t layer);
    void carry_constants(const State& state, std::size_t layer);
    void concretise(const State& state);
    double finished(double constant, double absolute) const;
    /// Components that may have coefficients: sorted where receptive fields are looked at.
    std::span<const std::uint32_t> live(std::size_t layer) const;
    std::span<const std::uint32_t> live_anywhere(std::size_t layer) const;
    /// Of those, in the order of `lines`.
    struct LiveLines {
        std::span<const std::uint32_t> open, identity;
        LineArrays lines;
    };
    LiveLines live_lines(std::size_t layer);
    /// body(first component, count): what this block reaches of the layer.
    template <class Body>
    void over_reach(std::size_t layer, Body body) const {
        if (looks_at_reach_)
            over_runs(reach_map_.shape(layer), boxes_[layer], body);
        else
            body(0, plans_[layer].size);
    }
    double* buffer(std::size_t layer) { return arena_.row(0) + place_[layer] * capacity_; }
    /// The buffer, zeroed if nothing was written to it in this block.
    double* touched_buffer(std::size_t layer);

    const model::Network* network_;
    const Kernels* kernels_;
    std::vector<Variable> inputs_;
    std::vector<Plan> plans_;
    std::vector<Relaxation> relaxations_;
    std::vector<std::uint32_t> phase_variables_;
    std::vector<bool> needed_;  ///< by variable; empty: all

    /// Curved networks: 1/s is bounded where s is away from 0, which intervals of the root mostly do not tell. Budgets
    /// are renewed by tighten(), layer by layer, from what is known there.
    bool renews_budgets_ = false;
    double gamma_ = 0;
    double underflow_ = 0;
    std::vector<double> magnitude_;  ///< B, by variable
    std::vector<double> budget_;     ///< v, by variable (affine layers)

    std::size_t capacity_ = 0;  ///< most lanes of a block
    std::size_t stride_ = 0;    ///< lanes of this block, rounded up
    LaneMatrix arena_;
    std::vector<std::size_t> place_;
    std::vector<std::uint8_t> touched_;
    std::vector<std::uint8_t> mentioned_;
    ReachMap reach_map_;
    bool looks_at_reach_ = false;                         ///< some layer is not dense
    Boxes boxes_;                                         ///< what this block reaches
    std::vector<std::uint8_t> partial_;                   ///< by layer: not all of it
    std::vector<std::vector<std::uint32_t>> live_there_;  ///< … and then what of it lives, in order
    std::vector<std::uint32_t> open_there_, identity_there_;
    std::vector<double> lower_slope_there_, lower_intercept_there_, upper_slope_there_, upper_intercept_there_;
    std::vector<double> constant_, absolute_, concrete_, concrete_absolute_;
    std::vector<std::uint32_t> entry_column_;
    std::vector<double> entry_weight_;
    std::vector<std::uint32_t> pending_;
    std::vector<Interval> window_;
    std::vector<double> line_below_, line_above_;  ///< of a refined neuron, by input
    std::vector<double> box_lower_, box_upper_;    ///< of the forward bounds, by input
    std::optional<std::uint32_t> contradiction_;
    std::vector<PairPlan> pairs_;
    std::vector<int> pair_of_layer_;     ///< of their activation and affine layers: index into pairs_; or -1
    std::vector<std::size_t> backward_;  ///< where there are pairs: the order of layers
    std::size_t difference_count_ = 0;
    std::vector<std::uint32_t> coupled_there_, inside_first_;
    std::vector<double> moved_;  ///< by coupled neuron and lane: what goes to the second pre-activation from the first
    bool recording_ = false;
    std::vector<PhaseLoss> losses_;
    std::vector<double> loss_coefficients_;
    bool couples_ = true;
    bool apart_ = false;        ///< coupled lines are not taken now
    bool was_coupled_ = false;  ///< some were, since it was set to false
    std::vector<PhaseLoss> apart_losses_;
    std::vector<double> apart_coefficients_;
    std::size_t loss_rows_begin_ = 0;  ///< the rows that they are of
    std::size_t loss_rows_ = 0;
    struct ProductLoss {
        std::uint32_t layer = 0;
        std::uint32_t component = 0;
        std::size_t first_coefficient = 0;
    };
    std::vector<ProductLoss> product_losses_;
    std::vector<double> moves_;  ///< by variable and input: how far the input's width moves it, nearly
    std::size_t open_phases_ = 0;
    std::uint64_t multiply_adds_ = 0;
};

}  // namespace sinew::bounds
