// SPDX-License-Identifier: Apache-2.0
#include "phase/phase_theory.hpp"

#include <algorithm>

namespace sinew::phase {

PhaseTheory::PhaseTheory() : linear_({.feasibility = {}, .early_checks = false, .simplify_models = false}) {}

void PhaseTheory::add_box(Variable input, const Range& range) {
    linear_.add_column(input);
    const auto bound = [&](const Rational& value, int sign) {  // sign · (input - value) <= 0
        LinearForm form(input, 1);
        form.add_constant(-value);
        form.scale(sign);
        linear_.add_permanent(form, model::Relation::less_equal);
    };
    if (range.upper) bound(*range.upper, 1);
    if (range.lower) bound(*range.lower, -1);
    cores_.add_box(input, range);
}

void PhaseTheory::add(const FrontAtom& atom, sat::Literal literal) {
    atom_of_.emplace(literal.variable(), static_cast<std::uint32_t>(literals_.size()));
    literals_.push_back(literal);
    LinearForm form = atom.form;
    form.scale(-1);
    linear_.add_atom(literal, form, atom.strict ? model::Relation::less : model::Relation::less_equal);
    cores_.add(atom);
}

void PhaseTheory::set_limits(const Limits& limits) {
    limits_ = limits;
    linear_.set_limits(limits);
}

void PhaseTheory::assigned(sat::Literal literal) {
    linear_.assigned(literal);
    ++fresh_;
}

void PhaseTheory::propagate(sat::Inferences& out) {
    inner_.clear();
    linear_.propagate(inner_);
    if (!inner_.empty() || fresh_ < stride_) return pass_on(out);
    fresh_ = 0;
    ++early_checks_;
    linear_.final_check(inner_);
    if (inner_.has_conflict()) {
        ++early_conflicts_;
        stride_ = std::max<std::size_t>(1, stride_ / 2);
    } else {
        stride_ = std::min(2 * stride_, longest_stride);
    }
    pass_on(out);
}

void PhaseTheory::final_check(sat::Inferences& out) {
    inner_.clear();
    fresh_ = 0;
    ++checks_;
    linear_.final_check(inner_);
    pass_on(out);
}

void PhaseTheory::pass_on(sat::Inferences& out) {
    for (const sat::Literal literal : inner_.implied()) out.literal(literal);
    if (inner_.has_conflict()) report(inner_.conflict_clause(), out);
}

/// The shortest contradiction is the conflict, the others are lemmas.
void PhaseTheory::report(std::span<const sat::Literal> conflict, sat::Inferences& out) {
    ++conflicts_;
    std::vector<BitPhase> together;
    for (const sat::Literal literal : conflict) {  // false now
        const std::uint32_t atom = atom_of_.at(literal.variable());
        together.push_back({atom, literal != literals_[atom]});
    }
    std::sort(together.begin(), together.end());
    std::vector<std::vector<BitPhase>> cores = cores_.cut_down(together, limits_);
    std::stable_sort(cores.begin(), cores.end(), [](const std::vector<BitPhase>& a, const std::vector<BitPhase>& b) {
        return a.size() < b.size();
    });
    if (cores.empty()) return out.conflict(conflict);
    for (const std::vector<BitPhase>& core : cores) {
        clause_.clear();
        for (const BitPhase& phase : core)
            clause_.push_back(phase.value ? ~literals_[phase.bit] : literals_[phase.bit]);
        if (&core == &cores.front())
            out.conflict(clause_);
        else
            out.lemma(clause_);
    }
}

void PhaseTheory::add_statistics(Statistics& statistics) const {
    statistics.add("front_phases_tried", static_cast<double>(checks_));
    statistics.add("front_phases_tried_early", static_cast<double>(early_checks_));
    statistics.add("front_conflicts", static_cast<double>(conflicts_));
    statistics.add("front_conflicts_early", static_cast<double>(early_conflicts_));
    statistics.add(linear_.statistics());
}

}  // namespace sinew::phase
