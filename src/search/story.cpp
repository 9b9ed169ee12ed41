// SPDX-License-Identifier: Apache-2.0
#include "search/story.hpp"

#include <fmt/core.h>

#include "model/describe.hpp"

namespace sinew::search {

using sat::Literal;

namespace {
/// "a10 > 0": the breakpoint's relation, turned around for a false phase.
std::string phase_constraint(const model::Query& query, const Meaning& meaning, bool negated) {
    const char* relation = negated ? (meaning.threshold_inside ? "<" : "<=") : (meaning.threshold_inside ? ">=" : ">");
    return fmt::format("{} {} {}", query.name(meaning.neuron), relation, sinew::to_string(meaning.threshold));
}
}  // namespace

std::string Story::text(Literal literal) const {
    if (literal.variable().index() >= encoding_.meanings.size()) return "";
    const Meaning& meaning = encoding_.meanings[literal.variable().index()];
    switch (meaning.kind) {
        case MeaningKind::auxiliary:
            return "";
        case MeaningKind::phase:
            if (meaning.number != 0) return fmt::format("{}{}", literal.negated() ? "-" : "", meaning.number);
            return "(" + phase_constraint(query_, meaning, literal.negated()) + ")";
        case MeaningKind::selector:
            return fmt::format("({}{} is the maximum)", literal.negated() ? "not: " : "", query_.name(meaning.neuron));
        case MeaningKind::atom:
            return "(" + model::describe(query_, query_.formulas.node(meaning.atom).atom, literal.negated()) + ")";
        case MeaningKind::boolean: {
            for (std::size_t b = 0; b < encoding_.booleans.size(); ++b)
                if (encoding_.booleans[b].variable() == literal.variable())
                    return (literal.negated() ? "not " : "") + query_.boolean_names[b];
            return "";
        }
    }
    return "";
}

std::string Story::long_text(Literal literal) const {
    const std::string brief = text(literal);
    if (brief.empty() || literal.variable().index() >= encoding_.meanings.size()) return brief;
    const Meaning& meaning = encoding_.meanings[literal.variable().index()];
    if (meaning.kind != MeaningKind::phase || meaning.number == 0) return brief;
    return fmt::format("{} ({})", brief, phase_constraint(query_, meaning, literal.negated()));
}

std::string Story::clause_text(std::span<const Literal> clause) const {
    std::string result;
    std::size_t untold = 0;
    for (const Literal literal : clause) {
        const std::string word = text(literal);
        if (word.empty())
            ++untold;
        else
            result += (result.empty() ? "" : ", ") + word;
    }
    if (untold != 0) result += fmt::format("{}{} auxiliary", result.empty() ? "" : ", ", untold);
    return "[" + result + "]";
}

void Story::decided(Literal literal, std::size_t) {
    propagating_ = false;
    if (const std::string what = long_text(literal); !what.empty()) observer_.trace("Decide: " + what);
}

void Story::propagated(Literal literal, std::span<const Literal> reason) {
    const std::string what = long_text(literal);
    if (what.empty()) return;
    if (!propagating_) observer_.trace("Propagate");
    propagating_ = true;
    observer_.trace(reason.size() > 1 ? "  Deduction: clause " + clause_text(reason)
                                      : "  Deduction: the theory, or a fact");
    observer_.trace("  Assign: " + what);
}

void Story::conflict(std::span<const Literal> clause, bool of_theory) {
    propagating_ = false;
    std::string constraints;
    if (of_theory)
        for (const Literal literal : clause)
            if (const std::string what = long_text(~literal); !what.empty())
                constraints += (constraints.empty() ? "" : ", ") + what;
    if (of_theory)
        observer_.trace("Check SAT: unsat [" + constraints + "]");
    else
        observer_.trace("Conflict: clause " + clause_text(clause));
}

void Story::learned(std::span<const Literal> clause, std::size_t backjump_level) {
    observer_.trace(fmt::format("Analyze: clause {}, back to level {}", clause_text(clause), backjump_level));
}

void Story::backtracked(std::size_t level) {
    propagating_ = false;
    observer_.trace(fmt::format("Backtrack: level {}", level));
}

}  // namespace sinew::search
