// SPDX-License-Identifier: Apache-2.0
// A certification question by itself, for other tools: as a pseudo-Boolean problem or as an SMT-LIB script. Both are
// about what is left of the network in the ball (bnn/reduced_network.hpp), and satisfiable iff the answer is not
// `certified`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "binarized/encode.hpp"
#include "model/legend.hpp"
#include "model/pseudo_boolean.hpp"
#include "threshold/ball.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::bnn {

/// What certify() is asked, and what an input is called (empty: by its number).
struct Asked {
    const threshold::ThresholdNetwork& folded;
    std::vector<Rational> input;
    std::size_t label = 0;
    threshold::Perturbation perturbation;
    threshold::Ties ties = threshold::Ties::count;
    std::optional<std::size_t> target;
    std::vector<std::string> input_names;
};

struct WrittenProblem {
    model::PseudoBoolean problem;
    model::Legend legend;
};

enum class Aim {
    violation,          ///< some violation in the ball
    nearest_violation,  ///< minimise its distance (norm two: the square)
};

/// What an input reaches with step `k` of its digit, e.g. ">= 17".
std::string step_text(const threshold::ThresholdNetwork& network, const threshold::Digit& digit, std::uint32_t k);

class Question {
  public:
    /// Throws UsageError for perturbations that ball_around() refuses.
    explicit Question(Asked asked);

    std::size_t label() const { return asked_.label; }

    /// Digits in order encoding: variable k of a digit says that its input reaches the k-th of its steps. Throws
    /// UsageError for Aim::nearest_violation where distances are no whole numbers (real inputs in another norm than
    /// zero).
    WrittenProblem problem(Aim aim) const;

    /// QF_LIA: an integer for each digit, a Boolean for each gate; ends in (check-sat), and in (get-model)
    /// if it is asked for: strict solvers call that an error where the answer is unsat.
    std::string script(bool asks_for_model = false) const;

  private:
    std::vector<std::string> description() const;
    std::string input_name(std::size_t digit) const;

    Asked asked_;
    threshold::Ball ball_;
    threshold::ReducedNetwork network_;
};

}  // namespace sinew::bnn
