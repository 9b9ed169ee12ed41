// SPDX-License-Identifier: Apache-2.0
// Programs with several neurons: what bounds them together (integer/network_propagator.hpp).
#include <algorithm>
#include <map>
#include <unordered_set>

#include "flatzinc/poster.hpp"
#include "integer/implied_rows.hpp"
#include "integer/network_propagator.hpp"

namespace sinew::flatzinc {

using integer::Relation;
using integer::View;

void Poster::remember_row(std::span<const integer::Term> terms, Relation relation, const Integer& right) {
    if (!has_neurons_ || relation == Relation::not_equal) return;
    rows_.push_back({{terms.begin(), terms.end()}, right});
    if (relation != Relation::equal) return;
    rows_.push_back(rows_.back());
    for (integer::Term& term : rows_.back().terms) term.coefficient = -term.coefficient;
    rows_.back().right = -right;
}

namespace {
/// Whether each neuron only reads outputs of those before it, and `last` is one of the outputs.
template <class Neurons>
bool is_in_order(const Neurons& neurons, IntVar last) {
    std::unordered_set<std::size_t> read;
    bool has_last = false;
    for (const auto& neuron : neurons) {
        for (const IntVar argument : neuron.variables) read.insert(argument.index());
        if (read.contains(neuron.output.index())) return false;
        has_last = has_last || neuron.output == last;
    }
    return has_last;
}
}  // namespace

/// Where every value of a variable has a Boolean, one of these is true: a sum that no constraint says.
void Poster::add_value_sums() {
    constexpr std::size_t most_values = 256;
    std::map<std::size_t, std::map<std::int64_t, IntVar>> values;  // by variable
    for (const model::ProgramConstraint& constraint : program_.constraints) {
        if (name_of(constraint) != "int_eq_reif") continue;
        const auto arguments = program_.arguments_of(constraint);
        if (arguments[0].kind == model::TermKind::variable && arguments[1].kind == model::TermKind::integer)
            values[variable(arguments[0]).index()].emplace(arguments[1].value, variable(arguments[2]));
    }
    for (const auto& [index, known] : values) {
        const IntVar owner(index);
        const auto size = static_cast<std::uint64_t>(model_.upper(owner) - model_.lower(owner)) + 1;
        const auto first = known.lower_bound(model_.lower(owner));
        const auto last = known.upper_bound(model_.upper(owner));
        if (size > most_values || static_cast<std::uint64_t>(std::distance(first, last)) != size) continue;
        std::vector<integer::Term> terms;
        for (auto entry = first; entry != last; ++entry) terms.push_back({entry->second, 1});
        model_.add_linear(terms, Relation::equal, 1);
        remember_row(terms, Relation::equal, 1);
    }
}

/// What all linear equations together say of these variables.
void Poster::add_implied_rows(std::span<const std::uint8_t> is_near) {
    std::vector<integer::LinearEquation> equations;
    for (std::size_t i = 0; i + 1 < rows_.size(); ++i) {  // equations were remembered both ways, one after the other
        const auto is_opposite = [](const integer::Term& a, const integer::Term& b) {
            return a.variable == b.variable && a.coefficient == -b.coefficient;
        };
        if (rows_[i].right == -rows_[i + 1].right &&
            std::equal(rows_[i].terms.begin(), rows_[i].terms.end(), rows_[i + 1].terms.begin(),
                       rows_[i + 1].terms.end(), is_opposite))
            equations.push_back({rows_[i].terms, rows_[i].right});
    }
    for (const integer::LinearEquation& equation : integer::implied_equations(equations, is_near)) {
        model_.add_linear(equation.terms, Relation::equal, equation.right);
        remember_row(equation.terms, Relation::equal, equation.right);
    }
}

void Poster::bound_networks(const Limits& limits) {
    if (neurons_.size() < 2) return;
    add_value_sums();
    std::vector<std::uint8_t> is_near(model_.variable_count(), 0);
    integer::NetworkConstraint network;
    for (const PostedNeuron& posted : neurons_) {
        if (limits.exceeded()) return;
        (void)network.add_neuron(model_, posted.neuron, posted.variables, posted.output);
        is_near[posted.output.index()] = 1;
        for (const IntVar variable : posted.variables) is_near[variable.index()] = 1;
    }
    add_implied_rows(is_near);
    std::vector<IntVar> near;
    constexpr std::size_t most_near = 100;
    for (const PostedNeuron& posted : neurons_)
        for (const IntVar variable : posted.variables) near.push_back(variable);
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    if (near.size() <= most_near) model_.tighten_by_rows(near, limits);
    const bool optimises =
        program_.goal != model::Goal::satisfy && program_.objective.kind == model::TermKind::variable;
    if (optimises) {
        const IntVar objective = variable(program_.objective);
        is_near[objective.index()] = 1;
        network.set_objective(View(objective, program_.goal == model::Goal::maximize));
    }
    for (const PostedRow& row : rows_)
        if (std::ranges::any_of(row.terms,
                                [&](const integer::Term& term) { return is_near[term.variable.index()] != 0; }))
            (void)network.add_at_most(row.terms, row.right);
    if (optimises && is_in_order(neurons_, variable(program_.objective))) {
        const integer::Term goal{variable(program_.objective), program_.goal == model::Goal::maximize ? -1 : 1};
        network.suggest_start(model_, {&goal, 1});
    }
    std::move(network).post(model_);
}

}  // namespace sinew::flatzinc
