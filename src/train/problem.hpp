// SPDX-License-Identifier: Apache-2.0
// What training is asked: examples, the shape of a binarized network, what it must satisfy and what is best. Plain
// data: the gradient baseline, the exact method, evaluation and the command line all speak in it.
//
// Glossary. neuron: n = +1 if w · v >= 0, else -1; it has no bias. weight: -1, 0 or 1 (or -1 and 1). output: one
// neuron, whose class is 1 where it is active and 0 where it is not, or the linear scores of several classes, of which
// the greatest wins; an example whose class only ties is not classified right. margin: of a neuron, the least |w · v|
// over the examples. Sign outputs: each output of several is a neuron that must be active for its own class alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "exact/rational.hpp"

namespace sinew::train {

/// Rows of whole-number features with their classes.
struct Examples {
    std::size_t features = 0;
    std::size_t classes = 2;
    std::vector<std::int32_t> values;   ///< row-major, rows · features
    std::vector<std::uint32_t> labels;  ///< by row, below `classes`

    std::size_t rows() const { return labels.size(); }
    std::span<const std::int32_t> row(std::size_t k) const {
        return std::span<const std::int32_t>(values).subspan(k * features, features);
    }
};

/// What several outputs mean.
enum class Output : std::uint8_t {
    argmax,  ///< an example is right where its class has the greatest sum, alone
    signs,   ///< where its class's output is active and no other is; classes are still told by the greatest sum
};

/// How many neurons each layer has after the inputs; the last one is the output: 1 (two classes), or one a class.
struct Architecture {
    std::vector<std::size_t> layers;
    bool zero_weights = true;  ///< -1, 0, 1; else -1, 1
    Output output = Output::argmax;

    bool single_output() const { return layers.back() == 1; }
    /// Whether the outputs are neurons with activities that matter, and with margins.
    bool sign_outputs() const { return single_output() || output == Output::signs; }
    /// Of sign outputs: whether this one must be active for the class.
    bool wants_active(std::size_t neuron, std::uint32_t label) const {
        return single_output() ? label == 1 : label == neuron;
    }
};

/// The weights of all layers, each row-major: neuron by neuron, one a neuron of the layer below.
struct Weights {
    std::vector<std::vector<std::int8_t>> layers;
};

enum class Objective : std::uint8_t {
    min_weight,    ///< least Σ |w|
    max_margin,    ///< greatest Σ over all neurons of their margins (without outputs of which the greatest wins)
    max_accuracy,  ///< most examples classified right
};

/// Which changes of examples must leave the first layer's neurons (or, end to end, the class) as they are.
struct Robustness {
    enum class Demand : std::uint8_t { all, fraction, soft };
    enum class Place : std::uint8_t { first_layer, output };
    Demand demand = Demand::all;
    Place place = Place::first_layer;
    Rational fraction = 1;     ///< of the examples, with `fraction`
    std::int32_t epsilon = 0;  ///< every feature by up to this
    /// By feature, in place of `epsilon` where it is not empty.
    std::vector<std::int32_t> epsilons;
    /// Explicit neighbours: rows of features, each of an example; with or instead of epsilon.
    std::vector<std::int32_t> neighbours;
    std::vector<std::uint32_t> neighbour_of;
    /// Fairness: these features alone take any combination of values that an example has there.
    std::vector<std::uint32_t> sensitive;
};

struct Problem {
    Examples examples;
    Architecture architecture;
    std::vector<Objective> objectives{Objective::min_weight};  ///< the first counts most
    std::size_t least_right = 0;                               ///< so many examples at least are classified right
    bool forbid_perfect = false;                               ///< and not all of them
    /// By class: how often max_accuracy counts a right example, at least 1; empty: once. `least_right` counts all once.
    std::vector<std::int64_t> class_weights;
    std::optional<Robustness> robustness;
    std::vector<Robustness> fairness;

    std::int64_t class_weight(std::uint32_t label) const { return class_weights.empty() ? 1 : class_weights[label]; }
};

}  // namespace sinew::train
