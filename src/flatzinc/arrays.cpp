// SPDX-License-Identifier: Apache-2.0
// Entries of arrays by their index, and variables that are all different.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>

#include "flatzinc/call.hpp"
#include "integer/all_different.hpp"
#include "integer/element.hpp"

namespace sinew::flatzinc {

namespace {
using integer::at_least;
using integer::at_most;
using integer::Relation;
using integer::Value;
using integer::View;

void post_element(Call& call, std::span<const model::Term> array, IntVar result) {
    integer::Model& model = call.model();
    const IntVar index = call.variable(0);
    model.add_clause({at_least(index, 1)});
    model.add_clause({at_most(index, static_cast<Value>(array.size()))});
    const Value first = std::max<Value>(model.lower(index), 1);
    const Value last = std::min(model.upper(index), static_cast<Value>(array.size()));
    std::vector<integer::ElementEntry> entries;
    for (Value i = first; i <= last; ++i) {
        integer::ElementEntry entry;
        entry.chosen = model.equal(index, i);
        if (entry.chosen == model.constant(false)) continue;
        const model::Term& term = array[static_cast<std::size_t>(i - 1)];
        if (term.kind == model::TermKind::variable)
            entry.view = View(call.poster().variable(term));
        else
            entry.number = term.value;
        entries.push_back(entry);
    }
    model.add_propagator(std::make_unique<integer::Element>(std::move(entries), View(result)));
}
void array_int_element(Call& call) {
    post_element(call, call.integers(1), call.variable(2));
}
void array_bool_element(Call& call) {
    post_element(call, call.booleans(1), call.poster().variable(call.literal(2)));
}

/// For each value, at most one variable has it (exactly one, if there are as many values as variables): what bounds do
/// not see.
void post_different_by_values(integer::Model& model, const std::vector<IntVar>& variables) {
    std::map<Value, std::vector<Bound>> takers;
    for (const IntVar variable : variables)
        for (Value value = model.lower(variable); value <= model.upper(variable); ++value)
            if (const Bound literal = model.equal(variable, value); literal != model.constant(false))
                takers[value].push_back(literal);
    const bool is_permutation = takers.size() == variables.size();
    for (const auto& [value, literals] : takers) {
        if (is_permutation) model.add_clause(literals);
        for (std::size_t i = 0; i < literals.size(); ++i)
            for (std::size_t j = i + 1; j < literals.size(); ++j) model.add_clause({~literals[i], ~literals[j]});
    }
}

void all_different(Call& call) {
    integer::Model& model = call.model();
    const std::vector<IntVar> variables = call.variables(0);
    std::vector<View> views;
    Integer pairs = 0;  // of variables with the same value
    integer::Value longest = 0;
    for (const IntVar variable : variables) {
        views.emplace_back(variable);
        longest = std::max(longest, model.upper(variable) - model.lower(variable));
        pairs += (Integer(model.upper(variable)) - model.lower(variable) + 1) * static_cast<long>(variables.size());
    }
    if (variables.size() < 2) return;
    model.add_propagator(std::make_unique<integer::AllDifferent>(std::move(views)));
    constexpr long most_pairs = 4'000'000;
    constexpr integer::Value longest_listed = 4096;
    constexpr std::size_t most_compared = 30;
    if (longest <= longest_listed) {
        if (pairs <= most_pairs) post_different_by_values(model, variables);
        return;
    }
    // Values are too many to be named: which of two is the greater one is decided instead, where domains are wide.
    if (variables.size() > most_compared) return;
    for (std::size_t i = 0; i < variables.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            model.add_linear({{variables[i], 1}, {variables[j], -1}}, Relation::not_equal, 0);
}
}  // namespace

std::span<const Predicate> array_predicates() {
    static constexpr std::array<Predicate, 5> table = {{
        {"array_int_element", 3, array_int_element},
        {"array_var_int_element", 3, array_int_element},
        {"array_bool_element", 3, array_bool_element},
        {"array_var_bool_element", 3, array_bool_element},
        {"fzn_all_different_int", 1, all_different},
    }};
    return table;
}

}  // namespace sinew::flatzinc
