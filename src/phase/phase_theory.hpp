// SPDX-License-Identifier: Apache-2.0
// The phases of first neurons, and atoms over inputs, as a theory beside clauses and rows: linear arithmetic over the
// inputs, asked at partial assignments as often as that pays, whose contradictions are cut down to few neighbours.
#pragma once

#include <unordered_map>
#include <vector>

#include "linear/linear_theory.hpp"
#include "phase/cores.hpp"
#include "phase/real_front.hpp"
#include "sat/theory_hook.hpp"

namespace sinew::phase {

/// To be added to a solver after the rows, which are cheaper; it must hear of the variables of all literals of atoms.
class PhaseTheory : public sat::TheoryHook {
  public:
    PhaseTheory();

    /// The range of an input, before the atoms; every input of an atom needs one.
    void add_box(Variable input, const Range& range);
    /// literal ⇔ the atom holds.
    void add(const FrontAtom& atom, sat::Literal literal);
    /// Of the checks from now on. One that is reached leaves has_model() false where the solver says sat.
    void set_limits(const Limits& limits);

    /// After sat: inputs with these phases.
    bool has_model() const { return linear_.has_model(); }
    const Rational& value(Variable input) const { return linear_.value(input); }

    void assigned(sat::Literal literal) override;
    void new_level() override { linear_.new_level(); }
    void backtrack(std::size_t level) override { linear_.backtrack(level); }
    void propagate(sat::Inferences& out) override;
    void explain(sat::Literal implied, std::vector<sat::Literal>& reason) override { linear_.explain(implied, reason); }
    void final_check(sat::Inferences& out) override;
    void add_statistics(Statistics& statistics) const;

  private:
    static constexpr std::size_t longest_stride = 256;

    void pass_on(sat::Inferences& out);
    void report(std::span<const sat::Literal> conflict, sat::Inferences& out);

    linear::LinearTheory linear_;
    PhaseCores cores_;
    Limits limits_;
    std::vector<sat::Literal> literals_;                       ///< of atoms
    std::unordered_map<sat::BoolVar, std::uint32_t> atom_of_;  ///< by a literal's variable
    sat::Inferences inner_;
    std::vector<sat::Literal> clause_;
    std::size_t fresh_ = 0;   ///< phases since the last check
    std::size_t stride_ = 1;  ///< after so many of them there is a check: ever more while checks say nothing
    std::uint64_t checks_ = 0;
    std::uint64_t early_checks_ = 0;
    std::uint64_t conflicts_ = 0;
    std::uint64_t early_conflicts_ = 0;
};

}  // namespace sinew::phase
