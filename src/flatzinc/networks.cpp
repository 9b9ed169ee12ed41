// Programs with several neurons: what bounds them together (integer/network_propagator.hpp).
#include <algorithm>
#include <unordered_set>

#include "flatzinc/poster.hpp"
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

void Poster::bound_networks(const Limits& limits) {
    if (neurons_.size() < 2) return;
    std::vector<std::uint8_t> is_near(model_.variable_count(), 0);
    integer::NetworkConstraint network;
    for (const PostedNeuron& posted : neurons_) {
        if (limits.exceeded()) return;
        (void)network.add_neuron(model_, posted.neuron, posted.variables, posted.output);
        is_near[posted.output.index()] = 1;
        for (const IntVar variable : posted.variables) is_near[variable.index()] = 1;
    }
    const bool optimises =
        program_.goal != model::Goal::satisfy && program_.objective.kind == model::TermKind::variable;
    if (optimises) {
        const IntVar objective = variable(program_.objective);
        is_near[objective.index()] = 1;
        network.set_objective(View(objective, program_.goal == model::Goal::maximize));
    }
    for (const PostedRow& row : rows_)
        if (std::any_of(row.terms.begin(), row.terms.end(),
                        [&](const integer::Term& term) { return is_near[term.variable.index()] != 0; }))
            (void)network.add_at_most(row.terms, row.right);
    if (optimises && is_in_order(neurons_, variable(program_.objective))) {
        const integer::Term goal{variable(program_.objective), program_.goal == model::Goal::maximize ? -1 : 1};
        network.suggest_start(model_, {&goal, 1});
    }
    std::move(network).post(model_);
}

}  // namespace sinew::flatzinc
