// SPDX-License-Identifier: Apache-2.0
// The gradient baseline: what people train binarized networks with, and the first solution of the exact method.
// Latent real weights are binarized going forward, and gradients pass the binarization as if it were the identity
// (straight-through estimator: Courbariaux et al., "Binarized Neural Networks", NeurIPS 2016; ternary weights by a
// threshold on the latent ones: Li et al., "Ternary Weight Networks", 2016).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/options.hpp"
#include "train/augment.hpp"
#include "train/problem.hpp"
#include "train/weights.hpp"

namespace sinew::train {

enum class Loss : std::uint8_t { hinge, cross_entropy };

struct GradientOptions {
    std::uint64_t seed = 1;
    Loss loss = Loss::cross_entropy;
    double rate = 0.02;  ///< of Adam, for latent weights in [-1, 1]
    std::size_t batch = 32;
    std::size_t epochs = 500;           ///< of a run
    std::size_t patience = 100;         ///< epochs without a better network end a run
    std::size_t restarts = 4;           ///< runs from other random weights, unless everything is right before
    double threshold = 0.7;             ///< ternary: latent weights below this times their mean magnitude are 0
    bool until_right = false;           ///< end once all examples are right, as a first solution needs no more
    std::size_t least_right = 0;        ///< networks with fewer training examples right come after all others
    std::vector<double> class_weights;  ///< of the loss; empty: 1 each
    std::optional<Weights> warm_start;  ///< the first run begins here
    /// Each step sees an example as it is or, as likely, in one of these arrangements.
    std::vector<Arrangement> arrangements;
};

const OptionTable<GradientOptions>& gradient_option_table();

/// A network as good as any so far.
struct GradientProgress {
    std::size_t run = 0;
    std::size_t epoch = 0;
    std::size_t right = 0;                        ///< of the training examples
    std::optional<std::size_t> validation_right;  ///< of the validation examples
};

class GradientListener {
  public:
    virtual ~GradientListener() = default;
    /// Better than all before, on the validation examples if there are any.
    virtual void improved(const Weights& /*weights*/, const GradientProgress& /*progress*/) {}
};

/// Trains with one thread, the same way for the same seed (limits cut it short). The best network is the one with the
/// most validation examples right (after `least_right`), of equal ones the most training examples, of equal ones the
/// least loss of these. What the problem demands beside its classes is not looked at. There is always an answer,
/// whatever the limits. Throws UsageError for a warm start of another shape and class weights that do not fit.
Weights train_by_gradient(const Problem& problem, const Examples* validation, const GradientOptions& options,
                          const Limits& limits, GradientListener* listener = nullptr);

}  // namespace sinew::train
