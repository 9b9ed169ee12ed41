// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/solve_program.hpp"

#include <fmt/core.h>

#include "flatzinc/poster.hpp"

namespace sinew::flatzinc {

namespace {
using model::Term;
using model::TermKind;

class Solution : public Assignment {
  public:
    Solution(const Poster& poster, std::span<const integer::Value> values) : poster_(poster), values_(values) {}
    std::int64_t value(const Term& term) const override { return poster_.value(term, values_); }

  private:
    const Poster& poster_;
    std::span<const integer::Value> values_;
};

/// What an optimisation tells on its way.
class Improvements : public integer::Listener {
  public:
    Improvements(const Poster& poster, flatzinc::Listener& listener, Outcome& outcome)
        : poster_(poster), listener_(listener), outcome_(outcome) {}

    void improved(const Integer& value, std::span<const integer::Value> values) override {
        ++outcome_.solutions;
        outcome_.objective = value;
        listener_.solution(Solution(poster_, values));
    }
    void bound_moved(const Integer& bound) override {
        outcome_.bound = bound;
        listener_.bound(bound);
    }

  private:
    const Poster& poster_;
    flatzinc::Listener& listener_;
    Outcome& outcome_;
};

/// The variables that solutions are told apart by: those that are printed, all if none is.
std::vector<Term> distinguishing(const model::ConstraintProgram& program) {
    std::vector<Term> terms;
    for (const model::ProgramOutput& output : program.outputs) {
        if (output.term.kind == TermKind::array) {
            const auto elements = program.elements_of(output.term);
            terms.insert(terms.end(), elements.begin(), elements.end());
        } else {
            terms.push_back(output.term);
        }
    }
    if (program.outputs.empty())
        for (std::size_t i = 0; i < program.variables.size(); ++i)
            terms.push_back({TermKind::variable, 0, static_cast<std::int64_t>(i)});
    std::erase_if(terms, [](const Term& term) { return term.kind != TermKind::variable; });
    return terms;
}

void exclude(Poster& poster, std::span<const Term> terms, const Assignment& assignment) {
    std::vector<Bound> other;
    for (const Term& term : terms) {
        const std::int64_t value = assignment.value(term);
        if (poster.program().variables[static_cast<std::size_t>(term.value)].is_boolean) {
            const Bound literal = poster.literal(term);
            other.push_back(value != 0 ? ~literal : literal);
            continue;
        }
        const IntVar variable = poster.variable(term);
        other.push_back(integer::at_most(variable, value - 1));
        other.push_back(integer::at_least(variable, value + 1));
    }
    poster.model().add_clause(other);
}

void enumerate(Poster& poster, const Options& options, const Limits& limits, Listener& listener, Outcome& outcome) {
    const std::vector<Term> terms = distinguishing(poster.program());
    while (true) {
        const integer::Result result = poster.model().solve(limits);
        outcome.is_complete = result.outcome == sinew::Outcome::unsat;
        if (result.outcome != sinew::Outcome::sat) return;
        ++outcome.solutions;
        const Solution solution(poster, result.values);
        listener.solution(solution);
        if (outcome.solutions == options.solutions) return;
        exclude(poster, terms, solution);
    }
}

void optimise(Poster& poster, const Limits& limits, Listener& listener, Outcome& outcome) {
    const integer::Term objective{poster.variable(poster.program().objective), 1};
    if (poster.program().goal == model::Goal::minimize)
        poster.model().minimize({objective});
    else
        poster.model().maximize({objective});
    Improvements improvements(poster, listener, outcome);
    const integer::Result result = poster.model().solve(limits, &improvements);
    outcome.is_complete = result.outcome == sinew::Outcome::optimum || result.outcome == sinew::Outcome::unsat;
    if (result.outcome == sinew::Outcome::unsat) outcome.bound.reset();
}

void append_value(std::string& text, std::int64_t value, bool boolean) {
    text += boolean ? (value != 0 ? "true" : "false") : std::to_string(value);
}
}  // namespace

Outcome solve(const model::ConstraintProgram& program, const Options& options, const Limits& limits,
              Listener& listener) {
    Outcome outcome;
    integer::Model model(options.settings);
    Poster poster(program, model);
    if (!poster.post_all(limits)) return outcome;
    poster.bound_networks(limits);
    if (!options.is_free) poster.guide();
    if (program.goal == model::Goal::satisfy)
        enumerate(poster, options, limits, listener, outcome);
    else
        optimise(poster, limits, listener, outcome);
    outcome.statistics = model.statistics();
    return outcome;
}

std::string solution_text(const model::ConstraintProgram& program, const Assignment& assignment) {
    std::string text;
    for (const model::ProgramOutput& output : program.outputs) {
        text += output.name + " = ";
        if (output.term.kind != TermKind::array) {
            append_value(text, assignment.value(output.term), output.is_boolean);
            text += ";\n";
            continue;
        }
        text += fmt::format("array{}d(", output.dimensions.size());
        for (const model::IntegerRange& range : output.dimensions)
            text += fmt::format("{}..{}, ", range.lower, range.upper);
        text += '[';
        bool is_first = true;
        for (const Term& term : program.elements_of(output.term)) {
            if (!is_first) text += ", ";
            is_first = false;
            append_value(text, assignment.value(term), output.is_boolean);
        }
        text += "]);\n";
    }
    return text;
}

}  // namespace sinew::flatzinc
