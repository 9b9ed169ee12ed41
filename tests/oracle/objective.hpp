// SPDX-License-Identifier: Apache-2.0
// Random objectives over random queries, what sinew says of them, and what Z3 thinks of that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "oracle/sketch.hpp"
#include "verify/optimize.hpp"

namespace sinew::oracle {

struct ObjectiveSketch {
    Sketch sketch;
    std::vector<Term> terms;  ///< the objective; perhaps none, or with coefficients of 0
    bool maximize = false;
};

/// The `index`-th question of `seed`; the same on every machine. Half of them are draw_query()'s, half are small
/// enough to be looked at: one to three inputs with whole bounds, conditions whose thresholds are the whole numbers
/// where they meet, all connectives, at most one layer of neurons.
ObjectiveSketch draw_objective(std::uint64_t seed, std::uint64_t index);

/// The same question for sinew.
model::Query build(const ObjectiveSketch& question);
/// For a report: the question as dnn text, or Z3's where dnn has no words for it, and the objective.
std::string text_of(const ObjectiveSketch& question);

struct Judgement {
    Outcome status = Outcome::unknown;
    bool approached = false;  ///< feasible, and the bound is said to be an infimum (supremum) that nothing has
    bool stopped = false;     ///< sinew reached its limit
    bool z3_gave_up = false;  ///< on one of the questions put to it
    /// Z3's optimiser has another value, which its plain solver does not confirm: it knows strict bounds and != badly.
    bool z3_differs = false;
    std::string finding;  ///< what is wrong; empty if nothing is
};

/// Asks sinew, and Z3's plain solver about every part of the answer: nothing is better than an optimum; nothing
/// reaches an infimum, and something is within 1e-30 of it; what is unbounded is beyond 1e40. What its optimiser says
/// is told apart. Witnesses are judged by the evaluator of the sketch.
Judgement judge(const ObjectiveSketch& question, double seconds, unsigned z3_milliseconds);

}  // namespace sinew::oracle
