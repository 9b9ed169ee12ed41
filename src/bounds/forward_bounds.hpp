// SPDX-License-Identifier: Apache-2.0
// Rigorous linear bounds of every neuron, carried forward from the inputs: one linear form and one error a neuron,
//     |a - (c + Σ_i g_i·e_i)| <= r    where input i is middle_i + radius_i·e_i with e_i in [-1, 1].
// For few inputs and many neurons: n + 2 numbers a neuron and box, where back-substitution takes a pass through all
// layers below for every open neuron. The price is that errors of open neurons are carried on by |W|, without what
// cancels; so it is good on small boxes (it converges as their square, and is exact where no neuron is open) and
// hardly better than intervals on large ones. The form is the one of affine arithmetic (Stolfi and de Figueiredo,
// 2003) with one symbol for all errors of a neuron; two forms a neuron, one above and one below, cost twice as much and
// were no tighter.
//
// Up to sixteen boxes at once: number i of all boxes lies side by side, so that every product with a layer's weights
// is one of lane_kernels.hpp, and weights are read n + 2 times for sixteen boxes.
//
// Why the bounds hold as rounded. u = 2^-53, N the longest row of the affine layer and of those that read it,
// m = |c| + Σ|g_i| + r. Let a neuron's error need at least q for the inequality above. A row's products with the
// numbers x_j of the neurons below are off by at most γ_2N·|w_j||x_j| each (two roundings a product; weights that no
// double holds are off by u more, which N's own reserve covers), over all numbers Σ|w_j|·γ_2N·m_j. So r_j >= q_j +
// γ_2N·m_j below makes Σ|w_j|·r_j enough above; as rounded that sum is at least (1 - γ_2N) of itself, and γ_2N·2r makes
// up for it. Adding the bias costs u·m for the sum and u·|b| where no double holds it (added to r at once). Sums of c ±
// (Σ|g_i| + r) take n + 3 roundings. All of these together are less than γ·m with γ = (6N + 4n + 64)·u·(1 + 2^-10),
// which is added to r when a neuron's numbers are final (finish()). An activation multiplies numbers by a slope and
// adds a shift, which may cancel: 16u times the magnitudes that go in is added at once. Products that underflow are off
// by 2^-1075 each: 2^-1000 more a neuron covers 2^75 of them. Numbers that are infinite or nan make a box `failed`:
// nothing is known of it from there.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "bounds/lane_kernels.hpp"
#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

class RelaxedNetwork;

/// A box to bound; `lower` and `upper` by input in input_variables() order, finite.
struct ForwardBox {
    std::span<const double> lower;
    std::span<const double> upper;
    State* state = nullptr;  ///< bounds that hold on the box: used, and tightened
};

/// What run() found out about one box.
struct ForwardResult {
    bool empty = false;         ///< the state's bounds cannot hold together: no input of the box agrees with them
    std::uint32_t crossed = 0;  ///< then: the variable whose bounds crossed
    bool failed = false;        ///< numbers were too large: nothing is known of rows
    std::size_t open = 0;       ///< neurons whose activation is not one piece
    std::uint32_t loosest = 0;  ///< the open pre-activation whose activation added the largest error, and its form's
    double loosest_error = 0;   ///< constant and coefficient of the first input
    double loosest_constant = 0;
    double loosest_slope = 0;
};

/// row >= constant + Σ_i coefficient_i·e_i, with the e_i above, and at most 2·error more; `value` is the least of it.
struct ForwardRow {
    double value = 0;
    double constant = 0;
    double error = 0;
    std::vector<double> coefficients;
};

/// Whether a pass forward is cheap beside back-substitution for so many open neurons, by counted products.
bool pays_forward(const model::Network& network, std::size_t open);

/// Where it pays: the bounds of all pre-activations at the cost of a few back-substitutions.
void tighten_forward(RelaxedNetwork& network);

/// A workspace of one thread for one network.
class ForwardBounds {
  public:
    /// Whether a network is one for this: no weights beyond what doubles can tell from 0.
    static bool fits(const model::Network& network);
    /// `network` must outlive this. The forms of layers in `kept` (indices) can be asked for after a run; others are
    /// overwritten. Memory: |W| of all layers once more, and 16·(n + 2) numbers a neuron of what is kept and of the
    /// widest layers.
    ForwardBounds(const model::Network& network, std::span<const std::size_t> kept);

    /// Bounds at most sixteen boxes: begin(), and advance() through all layers.
    void run(std::span<const ForwardBox> boxes);
    void begin(std::span<const ForwardBox> boxes);
    /// The next layer, in order.
    void advance(std::size_t layer);
    /// Of the layer last advanced to and the first box: whether the error's share in a neuron's width is so large that
    /// back-substitution is worth its cost.
    bool is_loose(std::size_t layer, std::size_t component) const;
    /// Of the same: below·x + below_constant <= neuron <= above·x + above_constant on the box. Takes the form between
    /// the lines if its error is smaller, and what the state knows by now.
    void refine(std::size_t layer, std::size_t component, std::span<const double> below, double below_constant,
                std::span<const double> above, double above_constant);
    const ForwardResult& result(std::size_t box) const { return results_[box]; }
    /// Of a row over kept layers.
    void lower_bound(const Row& row, std::size_t box, ForwardRow& out) const;
    /// Products that one run takes for so many boxes; with none, those of an evaluation, which a back-substitution of
    /// one row takes at most: to choose between ways.
    static std::size_t products(const model::Network& network, std::size_t boxes = 0);
    std::size_t input_count() const { return inputs_; }

  private:
    /// The numbers of one layer: number i of box b is column i·width + b of `value` (sixteen columns a matrix), i = n
    /// the constant.
    struct Forms {
        std::vector<LaneMatrix> value;
        LaneMatrix error;
        bool in_use = false;
    };
    struct Plan {
        std::size_t first_input = 0;  ///< of an input layer
        std::size_t last_reader = 0;
        std::size_t longest = 1;  ///< row of its own map, and of those that read it
        double gamma = 0;
        bool kept = false;
        int relaxation = -1;                     ///< of an activation layer
        int forms = -1;                          ///< where its numbers are
        bool read_by_pieces = false;             ///< a non-linear layer reads it: its enclosures are kept
        std::size_t bounds = 0;                  ///< where
        std::vector<model::LinearMap> absolute;  ///< of an affine layer: |W| of each term
    };

    /// Enclosures of one neuron on all boxes.
    struct Bounds {
        double lower[lanes];
        double upper[lanes];
    };
    /// What an activation does on each box: slope·s + shift ± extra.
    struct Step {
        double slope[lanes];
        double shift[lanes];
        double extra[lanes];
    };

    template <class F>
    static auto number(F& forms, std::size_t width, std::size_t row, std::size_t i) {
        const std::size_t column = i * width;
        return forms.value[column / lanes].row(row) + column % lanes;
    }
    int take(std::size_t rows);
    void release_after(std::size_t layer);
    void begin_inputs(std::size_t layer);
    void affine(std::size_t layer);
    void activation(std::size_t layer);
    void pool(std::size_t layer);
    /// Adds the rounding to the error; the enclosures follow.
    void finish(double gamma, Forms& forms, std::size_t row, Bounds& bounds);
    /// Intersects them with the states', and writes those.
    void meet(std::size_t variable, Bounds& bounds);
    void step(const Relaxation& relaxation, Interval input, double error, std::size_t box, Step& out) const;
    void transform(const Forms& from, Forms& to, std::size_t row, const Step& step) const;

    const model::Network* network_;
    std::size_t inputs_ = 0;
    std::vector<Plan> plans_;
    std::vector<Relaxation> relaxations_;
    std::vector<Forms> pool_;
    std::size_t width_ = 1;     ///< boxes side by side: a power of 2
    std::size_t count_ = 0;     ///< boxes of this run
    std::size_t matrices_ = 1;  ///< of `value`
    std::array<ForwardResult, lanes> results_;
    std::array<ForwardBox, lanes> boxes_;
    std::vector<double> numbers_;
    std::vector<Bounds> bounds_;  ///< by variable, of layers that a non-linear one reads
};

}  // namespace sinew::bounds
