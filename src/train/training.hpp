// SPDX-License-Identifier: Apache-2.0
// From what a user asks of a network to trained weights: the problem posed, the gradient baseline and the exact method
// in their order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "train/exact.hpp"
#include "train/gradient.hpp"
#include "train/preparation.hpp"
#include "train/problem.hpp"

namespace sinew::train {

enum class Method : std::uint8_t { exact, gradient };

/// ρ: which share of the training examples must be right at least; or as many as the gradient baseline's.
struct Rho {
    Rational share = 0;
    bool of_baseline = false;
};

/// What is asked of a network beside its examples.
struct Wanted {
    std::vector<std::size_t> hidden;  ///< neurons, by hidden layer
    bool zero_weights = true;         ///< weights -1, 0, 1; else -1, 1
    Output output = Output::argmax;
    Method method = Method::exact;
    std::vector<Objective> objectives{Objective::min_weight};
    /// Absent: all are to be right, but where an objective counts them, and by gradients.
    std::optional<Rho> rho;
    bool forbid_perfect = false;
    std::optional<Robustness> robustness;                ///< its epsilon moves features that are numbers
    std::map<std::string, std::int32_t> robust_columns;  ///< another epsilon of a column's number
    std::vector<std::string> fair;                       ///< columns that must not matter
    Robustness::Place place = Robustness::Place::first_layer;
    /// How much an example of each class counts in the loss and for max_accuracy; empty: 1. Balanced: as the classes
    /// are rare.
    std::vector<double> class_weights;
    bool balanced = false;
    GradientOptions gradient;
};

/// The problem, and rho and class weights filled into `wanted`. `notes` gets what a person should know. Throws
/// InputError, which names no file, where the data have not what is asked about; UsageError for a class weight that is
/// not from 0.01 to 10000.
Problem pose(const Examples& examples, const Preparation& preparation, Wanted& wanted, std::vector<std::string>& notes);

/// Hears of both methods.
class TrainingListener : public ExactListener, public GradientListener {
  public:
    using ExactListener::improved;
    using GradientListener::improved;
    /// The gradient baseline before the exact method has come to its end.
    virtual void baseline(const Weights& /*weights*/, std::size_t /*right*/) {}
};

struct Trained {
    ExactResult result;  ///< of the gradient method: outcome feasible where all demands are met, no bound
    bool has_weights = false;
};

/// By gradients there always are weights. The exact method begins at `options.warm_start`, or else at a gradient
/// baseline, which takes a fifth of the time and 10 s at most. `validation` chooses between networks where it is given
/// (of the exact method: in its baseline, where `best_on_validation` or rho asks for it). A rho of the baseline is
/// filled into the problem.
Trained train_network(Problem& problem, const Wanted& wanted, const Examples* validation, bool best_on_validation,
                      ExactOptions options, const Limits& limits, TrainingListener* listener = nullptr);

}  // namespace sinew::train
