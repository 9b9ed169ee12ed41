// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/solve_program.hpp"

#include <memory>

#include <fmt/core.h>

#include "base/run_together.hpp"
#include "flatzinc/poster.hpp"
#include "integer/model_group.hpp"

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

/// The program, posted on a model of its own for each thread: alike, so that a solution of one is one of all.
struct Posted {
    Posted(const model::ConstraintProgram& program, const Options& options, const Settings& settings,
           const Limits& limits)
        : model(settings), poster(program, model) {
        if (!poster.post_all(limits)) return;
        is_complete = true;
        poster.bound_networks(limits);
        if (!options.is_free) poster.guide();
    }

    integer::Model model;
    Poster poster;
    bool is_complete = false;
};
using AllPosted = std::vector<std::unique_ptr<Posted>>;

/// What one thread does of a search before the others are called: solutions are often near.
constexpr Effort alone_at_first = effort_per_second / 200;
constexpr Effort shortest_slice = effort_per_second / 200;

std::vector<integer::Model*> models_of(const AllPosted& all) {
    std::vector<integer::Model*> models;
    for (const auto& posted : all) models.push_back(&posted->model);
    return models;
}

void enumerate(const AllPosted& all, const Options& options, const Limits& limits, Listener& listener,
               Outcome& outcome) {
    Poster& first = all.front()->poster;
    const std::vector<Term> terms = distinguishing(first.program());
    integer::ModelGroup group(models_of(all), alone_at_first, shortest_slice);
    for (;;) {
        const integer::Result result = group.solve(limits);
        outcome.is_complete = result.outcome == sinew::Outcome::unsat;
        if (result.outcome != sinew::Outcome::sat) break;
        ++outcome.solutions;
        const Solution solution(first, result.values);
        listener.solution(solution);
        if (outcome.solutions == options.solutions) break;
        for (const auto& posted : all) exclude(posted->poster, terms, solution);
    }
    outcome.statistics = group.statistics();
}

void optimise(const AllPosted& all, const Limits& limits, Listener& listener, Outcome& outcome) {
    Poster& first = all.front()->poster;
    for (const auto& posted : all) {
        const integer::Term objective{posted->poster.variable(first.program().objective), 1};
        if (first.program().goal == model::Goal::minimize)
            posted->model.minimize({objective});
        else
            posted->model.maximize({objective});
    }
    Improvements improvements(first, listener, outcome);
    const integer::Result result = integer::ModelGroup::optimise(models_of(all), limits, &improvements);
    outcome.is_complete = result.outcome == sinew::Outcome::optimum || result.outcome == sinew::Outcome::unsat;
    if (result.outcome == sinew::Outcome::unsat) outcome.bound.reset();
    for (const auto& posted : all) outcome.statistics.add(posted->model.statistics());
}

void append_value(std::string& text, std::int64_t value, bool boolean) {
    text += boolean ? (value != 0 ? "true" : "false") : std::to_string(value);
}
}  // namespace

Outcome solve(const model::ConstraintProgram& program, const Options& options, const Limits& limits,
              Listener& listener) {
    Outcome outcome;
    AllPosted all = made_together(static_cast<std::size_t>(options.threads), [&](std::size_t place) {
        const Settings settings = options.settings.with_seed(seed_of_place(options.settings.seed(), place));
        return std::make_unique<Posted>(program, options, settings, place == 0 ? limits : limits.without_effort());
    });
    for (const auto& posted : all)
        if (!posted->is_complete) return outcome;
    if (program.goal == model::Goal::satisfy)
        enumerate(all, options, limits, listener, outcome);
    else
        optimise(all, limits, listener, outcome);
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
