// Entries of arrays by their index, and variables that are all different.
#include <algorithm>
#include <array>
#include <map>

#include "flatzinc/call.hpp"
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

/// For each value, at most one variable has it (exactly one, if there are as many values as variables). Values that
/// only one variable can have are left out.
void post_different_by_values(integer::Model& model, const std::vector<IntVar>& variables) {
    std::map<Value, std::vector<Bound>> takers;
    for (const IntVar variable : variables)
        for (Value value = model.lower(variable); value <= model.upper(variable); ++value)
            if (const Bound literal = model.equal(variable, value); literal != model.constant(false))
                takers[value].push_back(literal);
    const bool is_permutation = takers.size() == variables.size();
    if (takers.size() < variables.size()) return model.add_clause({});
    for (const auto& [value, literals] : takers) {
        if (is_permutation) model.add_clause(literals);
        for (std::size_t i = 0; i < literals.size(); ++i)
            for (std::size_t j = i + 1; j < literals.size(); ++j) model.add_clause({~literals[i], ~literals[j]});
    }
}

void all_different(Call& call) {
    integer::Model& model = call.model();
    const std::vector<IntVar> variables = call.variables(0);
    Value least = integer::largest_value;
    Value greatest = -integer::largest_value;
    for (const IntVar variable : variables) {
        least = std::min(least, model.lower(variable));
        greatest = std::max(greatest, model.upper(variable));
    }
    constexpr Value most_values = 1000;
    if (!variables.empty() && greatest - least < most_values) return post_different_by_values(model, variables);
    for (std::size_t i = 0; i < variables.size(); ++i)
        for (std::size_t j = i + 1; j < variables.size(); ++j)
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
