// SPDX-License-Identifier: Apache-2.0
// Random questions of linear arithmetic over integers and reals without bounds: what branch and bound on single
// variables never ends on. Written as SMT-LIB and as dnn text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "exact/rational.hpp"

namespace sinew::oracle {

struct MixedTerm {
    std::size_t variable = 0;
    Rational coefficient;
};
using MixedSum = std::vector<MixedTerm>;

/// An atom, sum ⋈ constant, or what its parts make: all of them, any, the opposite of the only one, or (choice) the
/// second where the first holds, else the third.
struct MixedFormula {
    enum class Kind : std::uint8_t { atom, all, any, opposite, choice } kind = Kind::atom;
    MixedSum sum;
    std::string relation;  ///< < <= = >= > distinct
    Rational constant;
    std::vector<MixedFormula> parts;
};

/// Variables are the integers, then the reals, then the neurons max(0, sum + bias) over those.
struct MixedQuestion {
    struct Neuron {
        MixedSum sum;
        Rational bias;
    };
    std::size_t integers = 0;
    std::size_t reals = 0;
    std::vector<Neuron> neurons;
    std::vector<MixedFormula> conditions;
    MixedSum objective;

    bool is_integer(const MixedSum& sum) const;  ///< over integer variables alone
};

/// Up to six variables and two neurons: equations, strips between two bounds, disjunctions, negations, if-then-elses,
/// coefficients up to 40. The same (seed, index) gives the same question.
MixedQuestion draw_mixed(std::uint64_t seed, std::uint64_t index);

/// The question as a script of one check-sat, `incrementally` of one after each condition, all but the first two of
/// them between push and pop or assumed by name.
std::string smt_script(const MixedQuestion& question, bool incrementally);
/// The question with its objective, minimised, if wanted.
std::string dnn_text(const MixedQuestion& question, bool with_objective);
/// The objective as a term of smt_script().
std::string smt_objective(const MixedQuestion& question);

}  // namespace sinew::oracle
